//! Table of the endpoints of the Marketing API.

use std::fmt;

use http::Method;

use super::rates::{RateTier, sandbox};
use crate::{
    http::{
        Idempotency::{self, Idempotent, NonIdempotent},
        Retries,
    },
    model::RateBucket,
};

/// Endpoint of the Marketing API (docs/tiktok-marketing-api.md#transport).
pub struct MarketingEndpoint {
    /// Name in logs and errors.
    pub name: &'static str,
    /// Method.
    pub method: Method,
    /// Version in the path. Versions differ between endpoints.
    pub version: &'static str,
    /// Path after the version. The slash at its end is required.
    pub path: &'static str,
    /// Effect of a second call.
    pub idempotency: Idempotency,
    /// Permissions of the token that permit its calls; each of them suffices.
    pub permissions: &'static [&'static str],
    /// Limit of the endpoint in the sandbox.
    sandbox_limit: RateBucket,
}

/// Version of an endpoint that names no other (docs/tiktok-marketing-api.md#transport).
const V1_3: &str = "v1.3";
/// Version of endpoints for tokens of both kinds.
const V2_0: &str = "v2.0";

macro_rules! version {
    () => {
        V1_3
    };
    ($version:ident) => {
        $version
    };
}

// First-level permissions (docs/tiktok-marketing-api.md#authorization). Each one includes those below it.
/// Ad accounts.
pub const AD_ACCOUNTS: &str = "1";
/// Campaigns, ad groups, ads and targeting.
pub const ADS_MANAGEMENT: &str = "2";
/// Reports.
pub const REPORTING: &str = "4";
/// Creatives, pages and identities.
pub const CREATIVES: &str = "6";
/// Apps.
pub const APPS: &str = "7";
/// Pixels.
pub const PIXELS: &str = "8";

macro_rules! endpoints {
    ($(
        $(#[$doc:meta])*
        $constant:ident = $name:literal, $method:ident $($version:ident)? $path:literal, $idempotency:expr, $permissions:expr;
    )*) => {
        impl MarketingEndpoint {
            $(
                $(#[$doc])*
                pub const $constant: &'static Self = {
                    static ENDPOINT: MarketingEndpoint = MarketingEndpoint {
                        name: $name,
                        method: Method::$method,
                        version: version!($($version)?),
                        path: $path,
                        idempotency: $idempotency,
                        permissions: $permissions,
                        sandbox_limit: sandbox(concat!("tiktok_ads.sandbox.", $name)),
                    };
                    &ENDPOINT
                };
            )*

            /// All endpoints.
            pub const ALL: &'static [&'static Self] = &[$(Self::$constant),*];
        }
    };
}

endpoints! {
    /// docs/tiktok-marketing-api.md#ad-accounts.
    ADVERTISER_INFO = "advertiser_info", GET "/advertiser/info/", Idempotent, &[AD_ACCOUNTS];
    /// docs/tiktok-marketing-api.md#get-campaigns.
    CAMPAIGN_GET = "campaign_get", GET "/campaign/get/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#ad-groups.
    AD_GROUP_GET = "adgroup_get", GET "/adgroup/get/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#ads.
    AD_GET = "ad_get", GET "/ad/get/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#identities.
    IDENTITY_GET = "identity_get", GET "/identity/get/", Idempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#pixels.
    PIXEL_LIST = "pixel_list", GET "/pixel/list/", Idempotent, &[PIXELS];
    /// docs/tiktok-marketing-api.md#apps.
    APP_LIST = "app_list", GET "/app/list/", Idempotent, &[APPS];
    /// docs/tiktok-marketing-api.md#pages.
    PAGE_GET = "page_get", GET "/page/get/", Idempotent, &[CREATIVES];
    /// A search by `POST`. docs/tiktok-marketing-api.md#targeting.
    TARGETING_SEARCH = "targeting_search", POST "/tool/targeting/search/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#targeting.
    INTEREST_CATEGORY = "interest_category", GET "/tool/interest_category/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#targeting.
    LANGUAGE = "language", GET "/tool/language/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#targeting.
    DEVICE_MODEL = "device_model", GET "/tool/device_model/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#targeting.
    CARRIER = "carrier", GET "/tool/carrier/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#reports.
    REPORT_INTEGRATED_GET = "report_integrated_get", GET "/report/integrated/get/", Idempotent, &[REPORTING];
    /// A second task makes the same report. docs/tiktok-marketing-api.md#asynchronous-reports.
    REPORT_TASK_CREATE = "report_task_create", POST "/report/task/create/", Idempotent, &[REPORTING];
    /// docs/tiktok-marketing-api.md#asynchronous-reports.
    REPORT_TASK_CHECK = "report_task_check", GET "/report/task/check/", Idempotent, &[REPORTING];
    /// docs/tiktok-marketing-api.md#asynchronous-reports.
    REPORT_TASK_DOWNLOAD = "report_task_download", GET "/report/task/download/", Idempotent, &[REPORTING];
    /// docs/tiktok-marketing-api.md#asynchronous-reports.
    REPORT_TASK_CANCEL = "report_task_cancel", POST "/report/task/cancel/", NonIdempotent, &[REPORTING];
    /// A code works once. docs/tiktok-marketing-api.md#authorization.
    ACCESS_TOKEN = "oauth_access_token", POST V2_0 "/oauth2/access_token/", NonIdempotent, &[];
    /// docs/tiktok-marketing-api.md#authorization.
    ACCESS_TOKEN_V1_3 = "oauth_access_token_v1_3", POST "/oauth2/access_token/", NonIdempotent, &[];
    /// A refresh token is replaced at its use. docs/tiktok-marketing-api.md#authorization.
    REFRESH_TOKEN = "oauth_refresh_token", POST V2_0 "/oauth2/refresh_token/", NonIdempotent, &[];
    /// docs/tiktok-marketing-api.md#authorization.
    AUTHORIZED_ACCOUNTS = "oauth_advertiser_get", GET "/oauth2/advertiser/get/", Idempotent, &[AD_ACCOUNTS];
    /// The answer to a second call is not documented. docs/tiktok-marketing-api.md#authorization.
    REVOKE_TOKEN = "oauth_revoke_token", POST "/oauth2/revoke_token/", NonIdempotent, &[];

    /// docs/tiktok-marketing-api.md#videos.
    VIDEO_INFO = "file_video_ad_info", GET "/file/video/ad/info/", Idempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#videos.
    VIDEO_SEARCH = "file_video_ad_search", GET "/file/video/ad/search/", Idempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#videos.
    VIDEO_COVERS = "file_video_suggestcover", GET "/file/video/suggestcover/", Idempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#images.
    IMAGE_INFO = "file_image_ad_info", GET "/file/image/ad/info/", Idempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#images.
    IMAGE_SEARCH = "file_image_ad_search", GET "/file/image/ad/search/", Idempotent, &[CREATIVES];

    // No write is repeated after a lost answer or a fault of TikTok. A repeated create could make a second object. A
    // repeated update would have the same effect, but could undo a change that someone made in between, and the object
    // can be read to see whether it has changed.

    /// docs/tiktok-marketing-api.md#create-a-campaign.
    CAMPAIGN_CREATE = "campaign_create", POST "/campaign/create/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#update-pause-and-delete-campaigns.
    CAMPAIGN_UPDATE = "campaign_update", POST "/campaign/update/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#update-pause-and-delete-campaigns.
    CAMPAIGN_STATUS_UPDATE = "campaign_status_update", POST "/campaign/status/update/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#create-an-ad-group.
    AD_GROUP_CREATE = "adgroup_create", POST "/adgroup/create/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#update-ad-groups.
    AD_GROUP_UPDATE = "adgroup_update", POST "/adgroup/update/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#update-ad-groups.
    AD_GROUP_BUDGET_UPDATE = "adgroup_budget_update", POST "/adgroup/budget/update/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#update-ad-groups.
    AD_GROUP_STATUS_UPDATE = "adgroup_status_update", POST "/adgroup/status/update/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#ads.
    AD_CREATE = "ad_create", POST "/ad/create/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#ads.
    AD_UPDATE = "ad_update", POST "/ad/update/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#ads.
    AD_STATUS_UPDATE = "ad_status_update", POST "/ad/status/update/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#videos.
    VIDEO_UPDATE = "file_video_ad_update", POST "/file/video/ad/update/", NonIdempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#images.
    IMAGE_UPDATE = "file_image_ad_update", POST "/file/image/ad/update/", NonIdempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#videos.
    VIDEO_UPLOAD = "file_video_ad_upload", POST "/file/video/ad/upload/", NonIdempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#images.
    IMAGE_UPLOAD = "file_image_ad_upload", POST "/file/image/ad/upload/", NonIdempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#delete-creatives.
    CREATIVE_DELETE = "creative_asset_delete", POST "/creative/asset/delete/", NonIdempotent, &[CREATIVES];

    // An upload in chunks makes no creative before its file is used, so its calls may be repeated: a second start begins
    // another upload, and a second transfer writes the same bytes to the same place.

    /// docs/tiktok-marketing-api.md#chunked-upload.
    CHUNKED_START = "file_start_upload", POST "/file/start/upload/", Idempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#chunked-upload.
    CHUNK_TRANSFER = "file_transfer_upload", POST "/file/transfer/upload/", Idempotent, &[CREATIVES];
    /// docs/tiktok-marketing-api.md#chunked-upload.
    CHUNKED_FINISH = "file_finish_upload", POST "/file/finish/upload/", Idempotent, &[CREATIVES];

    /// docs/tiktok-marketing-api.md#smart.
    SMART_CAMPAIGN_GET = "smart_plus_campaign_get", GET "/smart_plus/campaign/get/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_CAMPAIGN_CREATE = "smart_plus_campaign_create", POST "/smart_plus/campaign/create/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_CAMPAIGN_UPDATE = "smart_plus_campaign_update", POST "/smart_plus/campaign/update/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_CAMPAIGN_STATUS_UPDATE = "smart_plus_campaign_status_update", POST "/smart_plus/campaign/status/update/",
        NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_AD_GROUP_GET = "smart_plus_adgroup_get", GET "/smart_plus/adgroup/get/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_AD_GROUP_CREATE = "smart_plus_adgroup_create", POST "/smart_plus/adgroup/create/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_AD_GROUP_UPDATE = "smart_plus_adgroup_update", POST "/smart_plus/adgroup/update/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_AD_GROUP_BUDGET_UPDATE = "smart_plus_adgroup_budget_update", POST "/smart_plus/adgroup/budget/update/",
        NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_AD_GROUP_STATUS_UPDATE = "smart_plus_adgroup_status_update", POST "/smart_plus/adgroup/status/update/",
        NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_AD_GET = "smart_plus_ad_get", GET "/smart_plus/ad/get/", Idempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_AD_CREATE = "smart_plus_ad_create", POST "/smart_plus/ad/create/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_AD_UPDATE = "smart_plus_ad_update", POST "/smart_plus/ad/update/", NonIdempotent, &[ADS_MANAGEMENT];
    /// docs/tiktok-marketing-api.md#smart.
    SMART_AD_STATUS_UPDATE = "smart_plus_ad_status_update", POST "/smart_plus/ad/status/update/", NonIdempotent, &[ADS_MANAGEMENT];
}

impl MarketingEndpoint {
    /// Path with its version.
    pub(super) fn versioned_path(&self) -> String {
        format!("/open_api/{}{}", self.version, self.path)
    }

    /// Retries of its calls. TikTok blocks a report that times out three times in ten minutes
    /// (docs/tiktok-marketing-api.md#rate-limits).
    pub(super) fn retries(&self, retries: Retries) -> Retries {
        let most = if *self == *Self::REPORT_INTEGRATED_GET {
            1
        } else {
            u32::MAX
        };
        Retries {
            max: retries.max.min(most),
            ..retries
        }
    }

    /// Limits of its calls, all of which hold at the same time.
    pub(super) fn limits(
        &'static self,
        tier: RateTier,
        is_sandbox: bool,
    ) -> impl Iterator<Item = &'static RateBucket> {
        let (all, own) = if is_sandbox {
            (&self.sandbox_limit, None)
        } else {
            (tier.bucket(), tier.endpoint_bucket(self.path))
        };
        [all].into_iter().chain(own)
    }
}

impl PartialEq for MarketingEndpoint {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for MarketingEndpoint {}

impl fmt::Debug for MarketingEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_endpoint_has_a_name_and_a_path_of_its_own_with_a_slash_at_both_ends() {
        let names: BTreeSet<_> = MarketingEndpoint::ALL
            .iter()
            .map(|endpoint| endpoint.name)
            .collect();
        let paths: BTreeSet<_> = MarketingEndpoint::ALL
            .iter()
            .map(|endpoint| endpoint.versioned_path())
            .collect();
        assert_eq!(
            (names.len(), paths.len()),
            (MarketingEndpoint::ALL.len(), names.len())
        );
        for path in paths {
            assert!(path.starts_with("/open_api/v") && path.ends_with('/'), "{path}");
        }
    }

    #[test]
    fn a_call_is_idempotent_if_and_only_if_it_reads_or_makes_no_object() {
        let of_no_object = [
            "/report/task/create/",
            "/file/start/upload/",
            "/file/transfer/upload/",
            "/file/finish/upload/",
        ];
        for endpoint in MarketingEndpoint::ALL {
            let reads = endpoint.method == Method::GET || endpoint.path.ends_with("/search/");
            let makes_nothing = of_no_object.contains(&endpoint.path);
            assert_eq!(
                endpoint.idempotency == Idempotent,
                reads || makes_nothing,
                "{endpoint:?}"
            );
            let is_sign_in = endpoint.path.starts_with("/oauth2/");
            assert!(is_sign_in || !endpoint.permissions.is_empty(), "{endpoint:?}");
        }
    }

    /// docs/tiktok-marketing-api.md#authorization.
    const PERMISSIONS: [(&[&str], &str); 6] = [
        (&["/advertiser/", "/oauth2/advertiser/"], AD_ACCOUNTS),
        (
            &["/campaign/", "/adgroup/", "/ad/", "/smart_plus/", "/tool/"],
            ADS_MANAGEMENT,
        ),
        (&["/file/", "/page/", "/identity/", "/creative/"], CREATIVES),
        (&["/report/"], REPORTING),
        (&["/app/"], APPS),
        (&["/pixel/"], PIXELS),
    ];

    #[test]
    fn an_endpoint_needs_the_permission_of_its_objects() {
        for endpoint in MarketingEndpoint::ALL {
            let row = PERMISSIONS
                .iter()
                .find(|(paths, _)| paths.iter().any(|path| endpoint.path.starts_with(path)));
            match row {
                Some((_, permission)) => assert_eq!(endpoint.permissions, [*permission], "{endpoint:?}"),
                // Calls of the sign-in have no token yet, or end it.
                None => assert!(
                    endpoint.permissions.is_empty() && endpoint.path.starts_with("/oauth2/"),
                    "{endpoint:?}: give {} a row in PERMISSIONS",
                    endpoint.path
                ),
            }
        }
    }

    #[test]
    fn the_sandbox_counts_each_endpoint_by_itself() {
        let names = |endpoint: &&'static MarketingEndpoint, is_sandbox| {
            let limits = endpoint.limits(RateTier::Guide, is_sandbox);
            limits.map(|bucket| bucket.name).collect::<Vec<_>>()
        };
        let sandbox: BTreeSet<_> = MarketingEndpoint::ALL
            .iter()
            .flat_map(|endpoint| names(endpoint, true))
            .collect();
        assert_eq!(sandbox.len(), MarketingEndpoint::ALL.len());
        assert_eq!(names(&MarketingEndpoint::AD_GET, false), ["tiktok_ads.calls"]);
        assert_eq!(
            names(&MarketingEndpoint::AD_CREATE, false),
            ["tiktok_ads.calls", "tiktok_ads.ad_create"]
        );
    }
}
