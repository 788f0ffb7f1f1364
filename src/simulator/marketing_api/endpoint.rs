//! Endpoints of the Marketing API, by the names in faults, journal and fixtures.

use crate::simulator::endpoint::EndpointName;

impl EndpointName {
    /// `GET /portal/auth`, the consent page
    pub const ADS_AUTHORIZE: Self = Self::new("ads_authorize");
    /// `POST /oauth2/access_token/` of v1.3 and v2.0
    pub const ADS_ACCESS_TOKEN: Self = Self::new("ads_access_token");
    /// `POST /oauth2/refresh_token/` of v2.0
    pub const ADS_REFRESH_TOKEN: Self = Self::new("ads_refresh_token");
    /// `GET /oauth2/advertiser/get/`
    pub const ADS_ADVERTISER_LIST: Self = Self::new("ads_advertiser_list");
    /// `POST /oauth2/revoke_token/`
    pub const ADS_REVOKE_TOKEN: Self = Self::new("ads_revoke_token");
    /// `GET /user/info/`
    pub const BUSINESS_USER_INFO: Self = Self::new("business_user_info");
    /// `GET /advertiser/info/`
    pub const ADVERTISER_INFO: Self = Self::new("advertiser_info");
    /// `POST /campaign/create/`
    pub const CAMPAIGN_CREATE: Self = Self::new("campaign_create");
    /// `GET /campaign/get/`
    pub const CAMPAIGN_GET: Self = Self::new("campaign_get");
    /// `POST /campaign/update/`
    pub const CAMPAIGN_UPDATE: Self = Self::new("campaign_update");
    /// `POST /campaign/status/update/`
    pub const CAMPAIGN_STATUS_UPDATE: Self = Self::new("campaign_status_update");
    /// `POST /adgroup/create/`
    pub const ADGROUP_CREATE: Self = Self::new("adgroup_create");
    /// `GET /adgroup/get/`
    pub const ADGROUP_GET: Self = Self::new("adgroup_get");
    /// `POST /adgroup/update/`
    pub const ADGROUP_UPDATE: Self = Self::new("adgroup_update");
    /// `POST /adgroup/status/update/`
    pub const ADGROUP_STATUS_UPDATE: Self = Self::new("adgroup_status_update");
    /// `POST /adgroup/budget/update/`
    pub const ADGROUP_BUDGET_UPDATE: Self = Self::new("adgroup_budget_update");
    /// `POST /ad/create/`
    pub const AD_CREATE: Self = Self::new("ad_create");
    /// `GET /ad/get/`
    pub const AD_GET: Self = Self::new("ad_get");
    /// `POST /ad/update/`
    pub const AD_UPDATE: Self = Self::new("ad_update");
    /// `POST /ad/status/update/`
    pub const AD_STATUS_UPDATE: Self = Self::new("ad_status_update");
    /// `POST /smart_plus/campaign/create/`
    pub const SMART_PLUS_CAMPAIGN_CREATE: Self = Self::new("smart_plus_campaign_create");
    /// `GET /smart_plus/campaign/get/`
    pub const SMART_PLUS_CAMPAIGN_GET: Self = Self::new("smart_plus_campaign_get");
    /// `POST /smart_plus/campaign/update/`
    pub const SMART_PLUS_CAMPAIGN_UPDATE: Self = Self::new("smart_plus_campaign_update");
    /// `POST /smart_plus/campaign/status/update/`
    pub const SMART_PLUS_CAMPAIGN_STATUS_UPDATE: Self = Self::new("smart_plus_campaign_status_update");
    /// `POST /smart_plus/adgroup/create/`
    pub const SMART_PLUS_ADGROUP_CREATE: Self = Self::new("smart_plus_adgroup_create");
    /// `GET /smart_plus/adgroup/get/`
    pub const SMART_PLUS_ADGROUP_GET: Self = Self::new("smart_plus_adgroup_get");
    /// `POST /smart_plus/adgroup/update/`
    pub const SMART_PLUS_ADGROUP_UPDATE: Self = Self::new("smart_plus_adgroup_update");
    /// `POST /smart_plus/adgroup/status/update/`
    pub const SMART_PLUS_ADGROUP_STATUS_UPDATE: Self = Self::new("smart_plus_adgroup_status_update");
    /// `POST /smart_plus/adgroup/budget/update/`
    pub const SMART_PLUS_ADGROUP_BUDGET_UPDATE: Self = Self::new("smart_plus_adgroup_budget_update");
    /// `POST /smart_plus/ad/create/`
    pub const SMART_PLUS_AD_CREATE: Self = Self::new("smart_plus_ad_create");
    /// `GET /smart_plus/ad/get/`
    pub const SMART_PLUS_AD_GET: Self = Self::new("smart_plus_ad_get");
    /// `POST /smart_plus/ad/update/`
    pub const SMART_PLUS_AD_UPDATE: Self = Self::new("smart_plus_ad_update");
    /// `POST /smart_plus/ad/status/update/`
    pub const SMART_PLUS_AD_STATUS_UPDATE: Self = Self::new("smart_plus_ad_status_update");
    /// `GET /identity/get/`
    pub const IDENTITY_GET: Self = Self::new("identity_get");
    /// `GET /pixel/list/`
    pub const PIXEL_LIST: Self = Self::new("pixel_list");
    /// `GET /app/list/`
    pub const APP_LIST: Self = Self::new("app_list");
    /// `GET /page/get/`
    pub const PAGE_GET: Self = Self::new("page_get");
    /// `POST /tool/targeting/search/`
    pub const TARGETING_SEARCH: Self = Self::new("targeting_search");
    /// `POST /tool/targeting/info/`
    pub const TARGETING_INFO: Self = Self::new("targeting_info");
    /// `GET /tool/region/`
    pub const TOOL_REGION: Self = Self::new("tool_region");
    /// `GET /search/region/`
    pub const SEARCH_REGION: Self = Self::new("search_region");
    /// `GET /tool/interest_category/`
    pub const INTEREST_CATEGORY: Self = Self::new("interest_category");
    /// `GET /tool/interest_keyword/recommend/`
    pub const INTEREST_KEYWORD: Self = Self::new("interest_keyword");
    /// `GET /tool/language/`
    pub const TOOL_LANGUAGE: Self = Self::new("tool_language");
    /// `GET /tool/device_model/`
    pub const DEVICE_MODEL: Self = Self::new("device_model");
    /// `GET /tool/carrier/`
    pub const CARRIER: Self = Self::new("carrier");
    /// `POST /file/video/ad/upload/`
    pub const FILE_VIDEO_AD_UPLOAD: Self = Self::new("file_video_ad_upload");
    /// `GET /file/video/ad/info/`
    pub const FILE_VIDEO_AD_INFO: Self = Self::new("file_video_ad_info");
    /// `GET /file/video/ad/search/`
    pub const FILE_VIDEO_AD_SEARCH: Self = Self::new("file_video_ad_search");
    /// `POST /file/video/ad/update/`
    pub const FILE_VIDEO_AD_UPDATE: Self = Self::new("file_video_ad_update");
    /// `GET /file/video/suggestcover/`
    pub const FILE_VIDEO_SUGGESTCOVER: Self = Self::new("file_video_suggestcover");
    /// `POST /file/image/ad/upload/`
    pub const FILE_IMAGE_AD_UPLOAD: Self = Self::new("file_image_ad_upload");
    /// `GET /file/image/ad/info/`
    pub const FILE_IMAGE_AD_INFO: Self = Self::new("file_image_ad_info");
    /// `GET /file/image/ad/search/`
    pub const FILE_IMAGE_AD_SEARCH: Self = Self::new("file_image_ad_search");
    /// `POST /file/image/ad/update/`
    pub const FILE_IMAGE_AD_UPDATE: Self = Self::new("file_image_ad_update");
    /// `POST /creative/asset/delete/`
    pub const CREATIVE_ASSET_DELETE: Self = Self::new("creative_asset_delete");
    /// `POST /file/start/upload/`
    pub const FILE_START_UPLOAD: Self = Self::new("file_start_upload");
    /// `POST /file/transfer/upload/`
    pub const FILE_TRANSFER_UPLOAD: Self = Self::new("file_transfer_upload");
    /// `POST /file/finish/upload/`
    pub const FILE_FINISH_UPLOAD: Self = Self::new("file_finish_upload");
    /// `GET /report/integrated/get/`
    pub const REPORT_INTEGRATED_GET: Self = Self::new("report_integrated_get");
    /// `POST /report/task/create/`
    pub const REPORT_TASK_CREATE: Self = Self::new("report_task_create");
    /// `GET /report/task/check/`
    pub const REPORT_TASK_CHECK: Self = Self::new("report_task_check");
    /// `POST /report/task/cancel/`
    pub const REPORT_TASK_CANCEL: Self = Self::new("report_task_cancel");
    /// `GET /report/task/download/`
    pub const REPORT_TASK_DOWNLOAD: Self = Self::new("report_task_download");
    /// `GET /dmp/custom_audience/list/`
    pub const DMP_CUSTOM_AUDIENCE_LIST: Self = Self::new("dmp_custom_audience_list");
    /// `GET /creative/portfolio/list/`
    pub const CREATIVE_PORTFOLIO_LIST: Self = Self::new("creative_portfolio_list");
    /// `GET /file/music/get/`
    pub const FILE_MUSIC_GET: Self = Self::new("file_music_get");
    /// `GET /tt_video/list/`
    pub const TT_VIDEO_LIST: Self = Self::new("tt_video_list");
    /// `GET /pixel/event/stats/`
    pub const PIXEL_EVENT_STATS: Self = Self::new("pixel_event_stats");
    /// `GET /pixel/instant_page/event/`
    pub const PIXEL_INSTANT_PAGE_EVENT: Self = Self::new("pixel_instant_page_event");
}

/// Every spelling of every endpoint.
pub(super) static SPELLINGS: [(&str, EndpointName); 70] = [
    ("ads_authorize", EndpointName::ADS_AUTHORIZE),
    ("ads_access_token", EndpointName::ADS_ACCESS_TOKEN),
    ("ads_refresh_token", EndpointName::ADS_REFRESH_TOKEN),
    ("ads_advertiser_list", EndpointName::ADS_ADVERTISER_LIST),
    ("ads_revoke_token", EndpointName::ADS_REVOKE_TOKEN),
    ("business_user_info", EndpointName::BUSINESS_USER_INFO),
    ("advertiser_info", EndpointName::ADVERTISER_INFO),
    ("campaign_create", EndpointName::CAMPAIGN_CREATE),
    ("campaign_get", EndpointName::CAMPAIGN_GET),
    ("campaign_update", EndpointName::CAMPAIGN_UPDATE),
    ("campaign_status_update", EndpointName::CAMPAIGN_STATUS_UPDATE),
    ("adgroup_create", EndpointName::ADGROUP_CREATE),
    ("adgroup_get", EndpointName::ADGROUP_GET),
    ("adgroup_update", EndpointName::ADGROUP_UPDATE),
    ("adgroup_status_update", EndpointName::ADGROUP_STATUS_UPDATE),
    ("adgroup_budget_update", EndpointName::ADGROUP_BUDGET_UPDATE),
    ("ad_create", EndpointName::AD_CREATE),
    ("ad_get", EndpointName::AD_GET),
    ("ad_update", EndpointName::AD_UPDATE),
    ("ad_status_update", EndpointName::AD_STATUS_UPDATE),
    (
        "smart_plus_campaign_create",
        EndpointName::SMART_PLUS_CAMPAIGN_CREATE,
    ),
    ("smart_plus_campaign_get", EndpointName::SMART_PLUS_CAMPAIGN_GET),
    (
        "smart_plus_campaign_update",
        EndpointName::SMART_PLUS_CAMPAIGN_UPDATE,
    ),
    (
        "smart_plus_campaign_status_update",
        EndpointName::SMART_PLUS_CAMPAIGN_STATUS_UPDATE,
    ),
    (
        "smart_plus_adgroup_create",
        EndpointName::SMART_PLUS_ADGROUP_CREATE,
    ),
    ("smart_plus_adgroup_get", EndpointName::SMART_PLUS_ADGROUP_GET),
    (
        "smart_plus_adgroup_update",
        EndpointName::SMART_PLUS_ADGROUP_UPDATE,
    ),
    (
        "smart_plus_adgroup_status_update",
        EndpointName::SMART_PLUS_ADGROUP_STATUS_UPDATE,
    ),
    (
        "smart_plus_adgroup_budget_update",
        EndpointName::SMART_PLUS_ADGROUP_BUDGET_UPDATE,
    ),
    ("smart_plus_ad_create", EndpointName::SMART_PLUS_AD_CREATE),
    ("smart_plus_ad_get", EndpointName::SMART_PLUS_AD_GET),
    ("smart_plus_ad_update", EndpointName::SMART_PLUS_AD_UPDATE),
    (
        "smart_plus_ad_status_update",
        EndpointName::SMART_PLUS_AD_STATUS_UPDATE,
    ),
    ("identity_get", EndpointName::IDENTITY_GET),
    ("pixel_list", EndpointName::PIXEL_LIST),
    ("app_list", EndpointName::APP_LIST),
    ("page_get", EndpointName::PAGE_GET),
    ("targeting_search", EndpointName::TARGETING_SEARCH),
    ("targeting_info", EndpointName::TARGETING_INFO),
    ("tool_region", EndpointName::TOOL_REGION),
    ("search_region", EndpointName::SEARCH_REGION),
    ("interest_category", EndpointName::INTEREST_CATEGORY),
    ("interest_keyword", EndpointName::INTEREST_KEYWORD),
    ("tool_language", EndpointName::TOOL_LANGUAGE),
    ("device_model", EndpointName::DEVICE_MODEL),
    ("carrier", EndpointName::CARRIER),
    ("file_video_ad_upload", EndpointName::FILE_VIDEO_AD_UPLOAD),
    ("file_video_ad_info", EndpointName::FILE_VIDEO_AD_INFO),
    ("file_video_ad_search", EndpointName::FILE_VIDEO_AD_SEARCH),
    ("file_video_ad_update", EndpointName::FILE_VIDEO_AD_UPDATE),
    ("file_video_suggestcover", EndpointName::FILE_VIDEO_SUGGESTCOVER),
    ("file_image_ad_upload", EndpointName::FILE_IMAGE_AD_UPLOAD),
    ("file_image_ad_info", EndpointName::FILE_IMAGE_AD_INFO),
    ("file_image_ad_search", EndpointName::FILE_IMAGE_AD_SEARCH),
    ("file_image_ad_update", EndpointName::FILE_IMAGE_AD_UPDATE),
    ("creative_asset_delete", EndpointName::CREATIVE_ASSET_DELETE),
    ("file_start_upload", EndpointName::FILE_START_UPLOAD),
    ("file_transfer_upload", EndpointName::FILE_TRANSFER_UPLOAD),
    ("file_finish_upload", EndpointName::FILE_FINISH_UPLOAD),
    ("report_integrated_get", EndpointName::REPORT_INTEGRATED_GET),
    ("report_task_create", EndpointName::REPORT_TASK_CREATE),
    ("report_task_check", EndpointName::REPORT_TASK_CHECK),
    ("report_task_cancel", EndpointName::REPORT_TASK_CANCEL),
    ("report_task_download", EndpointName::REPORT_TASK_DOWNLOAD),
    ("dmp_custom_audience_list", EndpointName::DMP_CUSTOM_AUDIENCE_LIST),
    ("creative_portfolio_list", EndpointName::CREATIVE_PORTFOLIO_LIST),
    ("file_music_get", EndpointName::FILE_MUSIC_GET),
    ("tt_video_list", EndpointName::TT_VIDEO_LIST),
    ("pixel_event_stats", EndpointName::PIXEL_EVENT_STATS),
    ("pixel_instant_page_event", EndpointName::PIXEL_INSTANT_PAGE_EVENT),
];
