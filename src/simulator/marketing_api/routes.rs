//! Endpoints of the Marketing API, as one table: method, version, path, permission and handler.

use super::{
    adgroups, ads, advertisers, asset_routes, assets, budgets, campaigns, file_routes, listing, oauth,
    report_routes,
    route::{AdsRoute, AdsRouteKind, get, post, production, sign_in},
    smart_adgroups, smart_ads, smart_campaigns, status_update, targeting,
};
use crate::simulator::endpoint::EndpointName;

/// Finds the route of a request. The error is a remark for the journal.
pub(super) fn find(method: &str, path: &str) -> Result<&'static AdsRoute, String> {
    let closed = if path.ends_with('/') {
        path.to_owned()
    } else {
        format!("{path}/")
    };
    let of_path = || all().filter(|route| route.path == closed);
    // A released client calls this path without the slash on production.
    let is_closed = path == closed || of_path().any(|route| SLASHLESS.contains(&route.endpoint));
    match of_path().find(|route| route.method == method) {
        Some(route) if is_closed => Ok(route),
        Some(_) => Err(format!(
            "{method} {path}: the slash at the end of the path is missing"
        )),
        None => Err(match of_path().next() {
            Some(route) => format!("{path} takes {}, not {method}", route.method),
            None => format!("{method} {path} is not an endpoint of the simulator"),
        }),
    }
}

/// Every route.
fn all() -> impl Iterator<Item = &'static AdsRoute> {
    let of_data = file_routes::ROUTES.iter().chain(&report_routes::ROUTES);
    ROUTES.iter().chain(of_data).chain(&asset_routes::ROUTES)
}

/// Endpoints whose path may lack its last slash.
const SLASHLESS: [EndpointName; 2] = [EndpointName::BUSINESS_USER_INFO, EndpointName::ADS_AUTHORIZE];

/// Permission for account information.
const ACCOUNT: u64 = 1;
/// Permission for campaigns, ad groups and ads.
const ADS: u64 = 2;
/// Permission for apps.
const APPS: u64 = 7;
/// Permission for pixels.
const PIXELS: u64 = 8;

static ROUTES: [AdsRoute; 49] = [
    AdsRoute {
        method: "GET",
        path: "/portal/auth/",
        endpoint: EndpointName::ADS_AUTHORIZE,
        shape: "",
        kind: AdsRouteKind::Page(oauth::authorize),
    },
    sign_in(
        "POST",
        "/open_api/v1.3/oauth2/access_token/",
        EndpointName::ADS_ACCESS_TOKEN,
        "ads_access_token",
        oauth::access_token,
    ),
    sign_in(
        "POST",
        "/open_api/v2.0/oauth2/access_token/",
        EndpointName::ADS_ACCESS_TOKEN,
        "ads_access_token_v2",
        oauth::access_token_v2,
    ),
    sign_in(
        "POST",
        "/open_api/v2.0/oauth2/refresh_token/",
        EndpointName::ADS_REFRESH_TOKEN,
        "ads_refresh_token",
        oauth::refresh_token,
    ),
    get(
        "/open_api/v1.3/oauth2/advertiser/get/",
        EndpointName::ADS_ADVERTISER_LIST,
        ACCOUNT,
        oauth::advertisers,
    ),
    get(
        "/open_api/v2.0/oauth2/advertiser/get/",
        EndpointName::ADS_ADVERTISER_LIST,
        ACCOUNT,
        oauth::advertisers,
    ),
    sign_in(
        "POST",
        "/open_api/v1.3/oauth2/revoke_token/",
        EndpointName::ADS_REVOKE_TOKEN,
        "ads_revoke_token",
        oauth::revoke_token,
    ),
    sign_in(
        "POST",
        "/open_api/v2.0/oauth2/revoke_token/",
        EndpointName::ADS_REVOKE_TOKEN,
        "ads_revoke_token",
        oauth::revoke_token,
    ),
    get(
        "/open_api/v1.3/user/info/",
        EndpointName::BUSINESS_USER_INFO,
        0,
        advertisers::user_info,
    ),
    get(
        "/open_api/v1.3/advertiser/info/",
        EndpointName::ADVERTISER_INFO,
        ACCOUNT,
        advertisers::info,
    ),
    post(
        "/open_api/v1.3/campaign/create/",
        EndpointName::CAMPAIGN_CREATE,
        ADS,
        campaigns::create,
    ),
    get(
        "/open_api/v1.3/campaign/get/",
        EndpointName::CAMPAIGN_GET,
        ADS,
        listing::campaigns,
    ),
    post(
        "/open_api/v1.3/campaign/update/",
        EndpointName::CAMPAIGN_UPDATE,
        ADS,
        campaigns::update,
    ),
    post(
        "/open_api/v1.3/campaign/status/update/",
        EndpointName::CAMPAIGN_STATUS_UPDATE,
        ADS,
        status_update::campaigns,
    ),
    post(
        "/open_api/v1.3/adgroup/create/",
        EndpointName::ADGROUP_CREATE,
        ADS,
        adgroups::create,
    ),
    get(
        "/open_api/v1.3/adgroup/get/",
        EndpointName::ADGROUP_GET,
        ADS,
        listing::adgroups,
    ),
    post(
        "/open_api/v1.3/adgroup/update/",
        EndpointName::ADGROUP_UPDATE,
        ADS,
        adgroups::update,
    ),
    post(
        "/open_api/v1.3/adgroup/status/update/",
        EndpointName::ADGROUP_STATUS_UPDATE,
        ADS,
        status_update::adgroups,
    ),
    production(post(
        "/open_api/v1.3/adgroup/budget/update/",
        EndpointName::ADGROUP_BUDGET_UPDATE,
        ADS,
        budgets::update,
    )),
    post(
        "/open_api/v1.3/ad/create/",
        EndpointName::AD_CREATE,
        ADS,
        ads::create,
    ),
    get("/open_api/v1.3/ad/get/", EndpointName::AD_GET, ADS, listing::ads),
    post(
        "/open_api/v1.3/ad/update/",
        EndpointName::AD_UPDATE,
        ADS,
        ads::update,
    ),
    post(
        "/open_api/v1.3/ad/status/update/",
        EndpointName::AD_STATUS_UPDATE,
        ADS,
        status_update::ads,
    ),
    production(post(
        "/open_api/v1.3/smart_plus/campaign/create/",
        EndpointName::SMART_PLUS_CAMPAIGN_CREATE,
        ADS,
        smart_campaigns::create,
    )),
    production(get(
        "/open_api/v1.3/smart_plus/campaign/get/",
        EndpointName::SMART_PLUS_CAMPAIGN_GET,
        ADS,
        listing::smart_campaigns,
    )),
    production(post(
        "/open_api/v1.3/smart_plus/campaign/update/",
        EndpointName::SMART_PLUS_CAMPAIGN_UPDATE,
        ADS,
        smart_campaigns::update,
    )),
    production(post(
        "/open_api/v1.3/smart_plus/campaign/status/update/",
        EndpointName::SMART_PLUS_CAMPAIGN_STATUS_UPDATE,
        ADS,
        status_update::smart_campaigns,
    )),
    production(post(
        "/open_api/v1.3/smart_plus/adgroup/create/",
        EndpointName::SMART_PLUS_ADGROUP_CREATE,
        ADS,
        smart_adgroups::create,
    )),
    production(get(
        "/open_api/v1.3/smart_plus/adgroup/get/",
        EndpointName::SMART_PLUS_ADGROUP_GET,
        ADS,
        listing::smart_adgroups,
    )),
    production(post(
        "/open_api/v1.3/smart_plus/adgroup/update/",
        EndpointName::SMART_PLUS_ADGROUP_UPDATE,
        ADS,
        smart_adgroups::update,
    )),
    production(post(
        "/open_api/v1.3/smart_plus/adgroup/status/update/",
        EndpointName::SMART_PLUS_ADGROUP_STATUS_UPDATE,
        ADS,
        status_update::smart_adgroups,
    )),
    production(post(
        "/open_api/v1.3/smart_plus/adgroup/budget/update/",
        EndpointName::SMART_PLUS_ADGROUP_BUDGET_UPDATE,
        ADS,
        budgets::update_smart,
    )),
    production(post(
        "/open_api/v1.3/smart_plus/ad/create/",
        EndpointName::SMART_PLUS_AD_CREATE,
        ADS,
        smart_ads::create,
    )),
    production(get(
        "/open_api/v1.3/smart_plus/ad/get/",
        EndpointName::SMART_PLUS_AD_GET,
        ADS,
        listing::smart_ads,
    )),
    production(post(
        "/open_api/v1.3/smart_plus/ad/update/",
        EndpointName::SMART_PLUS_AD_UPDATE,
        ADS,
        smart_ads::update,
    )),
    production(post(
        "/open_api/v1.3/smart_plus/ad/status/update/",
        EndpointName::SMART_PLUS_AD_STATUS_UPDATE,
        ADS,
        status_update::smart_ads,
    )),
    get(
        "/open_api/v1.3/identity/get/",
        EndpointName::IDENTITY_GET,
        ADS,
        assets::identities,
    ),
    production(get(
        "/open_api/v1.3/pixel/list/",
        EndpointName::PIXEL_LIST,
        PIXELS,
        assets::pixels,
    )),
    production(get(
        "/open_api/v1.3/app/list/",
        EndpointName::APP_LIST,
        APPS,
        assets::apps,
    )),
    production(get(
        "/open_api/v1.3/page/get/",
        EndpointName::PAGE_GET,
        ADS,
        assets::pages,
    )),
    production(post(
        "/open_api/v1.3/tool/targeting/search/",
        EndpointName::TARGETING_SEARCH,
        ADS,
        targeting::search,
    )),
    production(get(
        "/open_api/v1.3/tool/region/",
        EndpointName::TOOL_REGION,
        ADS,
        targeting::tool_region,
    )),
    production(get(
        "/open_api/v1.3/search/region/",
        EndpointName::SEARCH_REGION,
        ADS,
        targeting::search_region,
    )),
    production(get(
        "/open_api/v1.3/tool/interest_category/",
        EndpointName::INTEREST_CATEGORY,
        ADS,
        targeting::interest_categories,
    )),
    production(get(
        "/open_api/v1.3/tool/interest_keyword/recommend/",
        EndpointName::INTEREST_KEYWORD,
        ADS,
        targeting::interest_keywords,
    )),
    production(get(
        "/open_api/v1.3/tool/language/",
        EndpointName::TOOL_LANGUAGE,
        ADS,
        targeting::languages,
    )),
    production(get(
        "/open_api/v1.3/tool/device_model/",
        EndpointName::DEVICE_MODEL,
        ADS,
        targeting::device_models,
    )),
    production(get(
        "/open_api/v1.3/tool/carrier/",
        EndpointName::CARRIER,
        ADS,
        targeting::carriers,
    )),
    production(post(
        "/open_api/v1.3/tool/targeting/info/",
        EndpointName::TARGETING_INFO,
        ADS,
        targeting::info,
    )),
];

#[cfg(test)]
mod tests {
    use super::{super::tables, *};

    #[test]
    fn every_route_has_parameters() {
        for route in all() {
            let is_page = matches!(route.kind, AdsRouteKind::Page(_));
            assert!(
                is_page || tables::request(route.shape).is_some(),
                "{}",
                route.path
            );
        }
    }

    #[test]
    fn the_last_slash_is_needed_but_where_a_released_client_omits_it() {
        assert!(find("GET", "/open_api/v1.3/campaign/get/").is_ok());
        assert!(
            find("GET", "/open_api/v1.3/campaign/get")
                .unwrap_err()
                .contains("slash")
        );
        assert!(find("GET", "/open_api/v1.3/user/info").is_ok());
        assert!(
            find("POST", "/open_api/v1.3/campaign/get/")
                .unwrap_err()
                .contains("takes GET")
        );
        assert!(find("GET", "/open_api/v2.0/campaign/get/").is_err());
    }
}
