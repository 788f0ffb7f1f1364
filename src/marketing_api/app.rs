//! `GET /app/list/` (<https://business-api.tiktok.com/portal/docs?id=1740859313270786>).

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::value::RawValue;

use super::{
    ListPage, MarketingApi, MarketingEndpoint, MarketingError,
    wire::{WireValue, entity, list},
};
use crate::model::{AppId, Flag, Word};

entity! {
    /// App that can be promoted.
    AdvertisedApp {
        /// Id of the app, for `app_id` of campaigns and ad groups
        app_id: AppId,
        ;
        /// Name of the app
        app_name: Word,
        /// Operating system: ANDROID or IOS
        platform: Word,
        /// Package name, or bundle id
        package_name: Word,
        /// Id of the app in its store
        app_platform_id: Word,
        /// Address of the app in its store
        download_url: Word,
        /// Name of the measurement partner
        partner: AppPartner,
        /// Whether the app can be retargeted: RETARGETING or NON_RETARGETING
        enable_retargeting: Word,
        /// Whether TikTok attributes installs itself
        self_attribution_enabled: Flag,
        /// Whether SKAdNetwork campaigns are possible: ALLOWED or NOT_ALLOWED
        skan_allowed: Word,
        /// Whether Advanced Dedicated Campaigns are possible
        advanced_dedicated_campaign_allowed: Flag,
        /// Time of registration
        create_time: Word,
    }
}

/// Name of an app's measurement partner.
///
/// Sources give it as text, or as an object with its name (docs/tiktok-marketing-api.md#apps).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct AppPartner(Word);

#[derive(Deserialize)]
struct NamedPartner {
    partner_name: Word,
}

impl<'de> Deserialize<'de> for AppPartner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Box<RawValue>>::deserialize(deserializer)?;
        let named = serde_json::from_str(text.get()).map(|NamedPartner { partner_name }| partner_name);
        let name = named.or_else(|_no_object| serde_json::from_str(text.get()));
        name.map(Self).map_err(D::Error::custom)
    }
}

impl WireValue for AppPartner {}

#[derive(Deserialize)]
struct AppList {
    // The name of the list is not confirmed: docs/tiktok-marketing-api.md#apps.
    #[serde(alias = "list", deserialize_with = "list")]
    apps: Vec<AdvertisedApp>,
}

impl MarketingApi {
    /// Lists the registered apps.
    pub async fn apps(&self) -> Result<ListPage<AdvertisedApp>, MarketingError> {
        let answer: AppList = self.get(MarketingEndpoint::APP_LIST, Ok(self.query())).await?;
        Ok(ListPage::whole(answer.apps))
    }
}
