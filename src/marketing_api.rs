//! TikTok's Marketing API: one method per endpoint, with its own wire types.
//!
//! Facts: docs/tiktok-marketing-api.md; each module cites its heading. Objects of the API are read into types that also
//! describe themselves as JSON schemas, because results show them as they are.

mod ad;
mod ad_group;
mod ad_group_settings;
mod ad_group_tables;
mod ad_group_words;
mod ad_group_write;
mod ad_settings;
mod ad_words;
mod ad_write;
mod advertiser;
mod answer;
mod app;
mod campaign;
mod campaign_settings;
mod campaign_write;
mod cover;
mod creative;
mod creative_write;
mod endpoint;
mod file_upload;
mod id_search;
mod identity;
mod lead_form;
mod lookup;
mod nested_ad;
pub mod oauth;
mod page;
mod pauses;
mod pixel;
mod query;
mod rates;
mod raw;
mod report;
mod report_file;
mod report_task;
mod rivals;
mod sent_url;
mod settings;
mod smart_ad;
mod smart_ad_write;
mod status_update;
mod targeting;
mod throttle;
mod upload_plan;
mod wire;
mod words;
mod write;

pub use ad::{Ad, AdFilter};
pub use ad_group::{AdGroup, AdGroupFilter, BehaviorTargeting};
pub use ad_group_settings::{
    AdGroupSettings, PromotedApp, RetargetedAction, SearchKeyword, TargetedBehavior,
};
pub use ad_group_words::{
    AdGroupBudgetMode, AdGroupPromotion, AgeGroup, AppTargetingType, AttributionWindow, AudienceAge,
    AudienceRelation, BehaviorScene, BidDisplayMode, BidType, BillingEvent, BrandSafetyPartner,
    BrandSafetyType, DeepBidType, DeepFunnelSource, EventCount, Gender, HouseholdIncome, Ios14Targeting,
    KeywordBidType, KeywordMatch, MessagingApp, NetworkType, OperatingSystem, OptimizationGoal, Pacing,
    PlacementType, ProductAction, ProductRetargeting, ProductSource, PromotionTarget, RetargetingAudience,
    ScheduleType, ShoppingAdsType, SpendingPower, StatisticType, Subplacement, TargetingMode, UserAction,
    ValueWindow, WebsiteType, ZaloIdType,
};
pub use ad_group_write::{
    AdGroupBudgetUpdate, AdGroupCreate, AdGroupReplacement, BudgetStart, SmartAdGroupCreate,
    SmartAdGroupUpdate,
};
pub use ad_settings::{AdSettings, DisclaimerLink, DisclaimerText, SmartCreative, UrlParameter};
pub use ad_words::{
    AdFormat, AigcDisclosure, CallToAction, CreativeType, DeeplinkFormat, DeeplinkType, DisclaimerType,
    DynamicDestination, DynamicFormat, FallbackType, ProductChoice, SafetyMeasurement, ShoppingDeeplink,
    ShoppingFallback, TikTokPageCategory, VerticalVideoStrategy, ViewabilityPartner,
};
pub use ad_write::{AdCreate, AdUpdate, WrittenAds};
pub use advertiser::AdAccount;
pub use answer::{ApiData, ApiRefusal, MarketingError, is_about_ad_account};
pub use app::{AdvertisedApp, AppPartner};
pub use campaign::{Campaign, CampaignFilter};
pub use campaign_settings::CampaignSettings;
pub use campaign_write::{CampaignCreate, CampaignUpdate, SmartCampaignCreate, SmartCampaignUpdate};
pub use cover::SuggestedCover;
pub use creative::{Creative, CreativeFilter, MediaType};
pub use creative_write::{CreativeDeletion, CreativeRename, UndeletedCreatives};
pub use endpoint::{AD_ACCOUNTS, ADS_MANAGEMENT, APPS, CREATIVES, MarketingEndpoint, PIXELS, REPORTING};
pub use file_upload::{
    ChunkedFile, ChunkedFinish, ChunkedStart, FileLink, LinkedUpload, NewCreative, OffsetRange, StartedUpload,
};
pub use id_search::IdSearch;
pub use identity::{Identity, IdentityFilter};
pub use lead_form::{LeadForm, LeadFormFilter};
pub use lookup::{NameSearch, NamedObject, NamedObjects, ObjectLevel};
pub use page::{ListPage, PageRequest};
pub use pixel::{Pixel, PixelEvent, PixelFilter};
pub use rates::RateTier;
pub use raw::{RawObject, RawType};
pub use report::{ReportCall, ReportCondition, ReportPage, ReportRecord};
pub use report_file::{ReportFile, ReportFileFault};
pub use report_task::{ReportFileUrl, ReportTaskCreate, ReportTaskStatus, StartedReport};
pub use smart_ad::{SmartAd, SmartAdCreative, SmartAdFilter};
pub use smart_ad_write::{SmartAdCreate, SmartAdUpdate};
pub use status_update::{StatusAnswer, StatusObjects, StatusRefusal, StatusUpdate};
pub use targeting::{
    CarrierGroup, DeviceModel, InterestCategory, LocationDetails, LocationSearch, LocationStatus,
    LocationTag, PhoneCarrier, TargetLanguage,
};
pub use throttle::ThrottledWindow;
pub use upload_plan::{PlannedUpload, UploadForm};
pub use words::{
    AppPromotionType, AutomationType, CampaignBudgetMode, CampaignProductSource, CampaignType, CatalogType,
    CreationWay, GeoType, IdentityType, Objective, OnOff, OperationStatus, PageKind, Placement,
    PostbackWindowMode, PrimaryStatus, PromotionType, SalesDestination, SpecialIndustry, StatusChange,
    VirtualObjective,
};
pub use write::{Members, MembersResult, PlannedBody, PlannedCall, RequestId, WriteBody, members_of};

use std::{sync::Arc, time::Duration};

use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use self::{pauses::CallPauses, query::Query};
use crate::{
    clock::{Clock, Deadline},
    http::{
        self, AuthHeader, HttpRequest, HttpResponse, RateBudget, RateGate, RequestBody, Retries, SendPolicy,
        Transport, WriteObserver, url_below,
    },
    model::{AccountHash, AdvertiserId, RateCounter},
    outlet::Outlet,
    secret::AdsToken,
    state::RateCounters,
};

/// Base URL of the API.
pub const API_BASE: &str = "https://business-api.tiktok.com";

/// Base URL of the API's sandbox.
pub const SANDBOX_API_BASE: &str = "https://sandbox-ads.tiktok.com";

/// Header of the token.
static ACCESS_TOKEN: HeaderName = HeaderName::from_static("access-token");

/// Maximum size of a response, in bytes. The list of device models is the largest.
const RESPONSE_MAX: usize = 4 * 1024 * 1024;

/// Client of the Marketing API for one ad account.
#[derive(Debug, Clone)]
pub struct MarketingApi {
    settings: Arc<ApiSettings>,
    transport: Transport,
    budget: RateBudget<RateCounters>,
}

/// Parts of a client that its calls share.
#[derive(Debug)]
pub struct ApiSettings {
    /// Source of time.
    pub clock: Clock,
    /// Base URL.
    pub base: Url,
    /// Token.
    pub token: AdsToken,
    /// Ad account.
    pub advertiser_id: AdvertiserId,
    /// Digest of the app whose calls are counted together.
    pub app: AccountHash,
    /// Whether the account is in the sandbox, which has limits of its own.
    pub is_sandbox: bool,
    /// Limits of calls.
    pub tier: RateTier,
    /// Longest duration of one call.
    pub timeout: Duration,
    /// Retries of one call.
    pub retries: Retries,
    /// Monotonic deadline of all calls.
    pub deadline: Deadline,
    /// Destination of the results.
    pub outlet: Outlet,
}

impl MarketingApi {
    /// Creates a client whose calls are counted in `budget`.
    pub fn new(transport: Transport, budget: RateBudget<RateCounters>, settings: ApiSettings) -> Self {
        Self {
            settings: Arc::new(settings),
            transport,
            budget,
        }
    }

    /// Ad account.
    pub fn advertiser_id(&self) -> &AdvertiserId {
        &self.settings.advertiser_id
    }

    /// Time in which the limits permit this number of calls, by whole seconds and minutes.
    pub fn time_of_calls(&self, calls: u64) -> Duration {
        self.settings.tier.time_of_calls(calls)
    }

    /// Query that names the ad account.
    fn query(&self) -> Query {
        Query::default().plain("advertiser_id", self.advertiser_id())
    }

    /// Sends a call by `GET`, and returns its data.
    async fn get<T: DeserializeOwned>(
        &self,
        endpoint: &'static MarketingEndpoint,
        query: serde_json::Result<Query>,
    ) -> Result<T, MarketingError> {
        Ok(self.get_answer(endpoint, query).await?.data)
    }

    /// Sends a call by `GET`.
    async fn get_answer<T: DeserializeOwned>(
        &self,
        endpoint: &'static MarketingEndpoint,
        query: serde_json::Result<Query>,
    ) -> Result<ApiData<T>, MarketingError> {
        let query = query.map_err(|_never| MarketingError::unsendable(endpoint))?;
        let mut url = self.url(endpoint);
        query.write_to(&mut url);
        self.call(endpoint, url, RequestBody::Empty, None, None).await
    }

    /// Sends a call with a JSON body by `POST`. A call that writes may have an observer. `sent_url` is a URL in the body that
    /// is redacted in TikTok's texts.
    async fn post<T: DeserializeOwned>(
        &self,
        endpoint: &'static MarketingEndpoint,
        body: &(impl Serialize + Sync),
        observer: Option<&dyn WriteObserver>,
        sent_url: Option<&str>,
    ) -> Result<ApiData<T>, MarketingError> {
        let bytes = serde_json::to_vec(body).map_err(|_never| MarketingError::unsendable(endpoint))?;
        let body = RequestBody::Bytes {
            content_type: JSON_TYPE,
            bytes: Bytes::from(bytes),
        };
        self.call(endpoint, self.url(endpoint), body, observer, sent_url)
            .await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        endpoint: &'static MarketingEndpoint,
        url: Url,
        body: RequestBody,
        observer: Option<&dyn WriteObserver>,
        sent_url: Option<&str>,
    ) -> Result<ApiData<T>, MarketingError> {
        let settings = &*self.settings;
        let response = self.exchange(endpoint, url, body, observer).await;
        let now = settings.clock.since_epoch();
        let decoded = response.and_then(|response| answer::decode(endpoint, &response, now));
        decoded.map_err(|error| {
            error.redacted(&|text| {
                let text = settings.token.access_token().redact(text);
                sent_url.map_or_else(|| text.clone(), |url| sent_url::redact(&text, url))
            })
        })
    }

    /// Part of a call that is the same for all types of data, so that it is compiled once.
    async fn exchange(
        &self,
        endpoint: &'static MarketingEndpoint,
        url: Url,
        body: RequestBody,
        observer: Option<&dyn WriteObserver>,
    ) -> Result<HttpResponse, MarketingError> {
        let settings = &*self.settings;
        let token = settings.token.access_token();
        let request = HttpRequest {
            endpoint: endpoint.name,
            method: Method::clone(&endpoint.method),
            url,
            auth: Some(AuthHeader {
                name: &ACCESS_TOKEN,
                prefix: "",
                token,
            }),
            headers: HeaderMap::new(),
            body,
            timeout: settings.timeout,
            response_max: RESPONSE_MAX,
        };
        let limits = endpoint.limits(settings.tier, settings.is_sandbox);
        let counters: Vec<RateCounter> = limits
            .map(|bucket| RateCounter {
                account: settings.app,
                bucket,
            })
            .collect();
        let pauses = CallPauses::new(settings, endpoint, &self.budget);
        let gate = RateGate {
            endpoint: endpoint.name,
            budget: &self.budget,
            counters: &counters,
            refusals: Some(&pauses),
            observer,
            clock: &settings.clock,
            deadline: settings.deadline,
            outlet: &settings.outlet,
        };
        let policy = SendPolicy {
            idempotency: endpoint.idempotency,
            classify: answer::retry_reason,
            retries: endpoint.retries(settings.retries),
            deadline: settings.deadline,
        };
        let sent = http::send(&self.transport, &settings.clock, &request, policy, &gate).await;
        sent.map_err(MarketingError::Lost)
    }

    fn url(&self, endpoint: &MarketingEndpoint) -> Url {
        url_below(&self.settings.base, &endpoint.versioned_path())
    }
}

/// `Content-Type` of bodies.
const JSON_TYPE: HeaderValue = HeaderValue::from_static("application/json");
