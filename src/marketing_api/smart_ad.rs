//! `GET /smart_plus/ad/get/` (<https://business-api.tiktok.com/portal/docs?id=1843317378982914>).

use serde::{Deserialize, Serialize};

use super::{
    ListPage, MarketingApi, MarketingEndpoint, MarketingError, PageRequest, RawObject,
    nested_ad::{self, flatten},
    page::PageInfo,
    raw::RawType,
    wire::{entity, list},
    words::{Objective, PrimaryStatus},
    write::Members,
};
use crate::model::{AdGroupId, AdId, AdvertiserId, AppId, CampaignId, Flag, PageId, Word};

entity! {
    /// Ad of an Upgraded Smart+ campaign, with the names of its settings.
    SmartAd {
        /// Id of the ad
        smart_plus_ad_id: AdId,
        ;
        /// Name of the ad
        ad_name: Word,
        /// Ad group of the ad
        adgroup_id: AdGroupId,
        /// Name of the ad group
        adgroup_name: Word,
        /// Campaign of the ad
        campaign_id: CampaignId,
        /// Name of the campaign
        campaign_name: Word,
        /// Ad account of the ad
        advertiser_id: AdvertiserId,
        /// Switch of the ad: ENABLE or DISABLE; FROZEN means that it has ended for good
        operation_status: Word,
        /// Delivery status with its reason, such as AD_STATUS_DELIVERY_OK
        secondary_status: Word,
        /// Creatives of the ad
        creatives: Vec<SmartAdCreative>,
        /// Texts of the ad
        ad_texts: Vec<Word>,
        /// Calls to action
        calls_to_action: Vec<Word>,
        /// Portfolio of calls to action that TikTok chooses from
        call_to_action_id: Word,
        /// Address of the landing page
        landing_page_url: Word,
        /// Instant pages or forms
        page_ids: Vec<PageId>,
        /// Custom product page of an iOS app
        cpp_url: Word,
        /// Address within an app
        deeplink: Word,
        /// Type of the deeplink: NORMAL or DEFERRED_DEEPLINK
        deeplink_type: Word,
        /// Destination where the app is not installed: APP_INSTALL or WEBSITE
        fallback_type: Word,
        /// Interactive card or portfolio of creatives
        card_id: Word,
        /// Identity type of the whole ad, for catalogs and outside of TikTok
        identity_type: Word,
        /// Identity of the whole ad
        identity_id: Word,
        /// Business Center of the identity
        identity_authorized_bc_id: Word,
        /// Whether new posts are shown as ads only: ON or OFF
        dark_post_status: Word,
        /// Choice of products: ALL, PRODUCT_SET or CUSTOMIZED_PRODUCTS
        product_specific_type: Word,
        /// Set of products
        product_set_id: Word,
        /// Products, as ids
        product_ids: Vec<Word>,
        /// Whether TikTok takes creatives from the catalog
        catalog_creative_toggle: Flag,
        /// App that is tracked
        tracking_app_id: AppId,
        /// Address that is called at an impression
        impression_tracking_url: Word,
        /// Address that is called at a click
        click_tracking_url: Word,
        /// Time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
        create_time: Word,
        /// Time of the last change, in UTC, as YYYY-MM-DD HH:MM:SS
        modify_time: Word,
    }
}

entity! {
    /// Creative of an Upgraded Smart+ ad.
    SmartAdCreative {
        ;
        /// Id of the creative in this ad
        ad_material_id: Word,
        /// Switch of the creative: ENABLE or DISABLE
        material_operation_status: Word,
        /// Name of the creative
        material_name: Word,
        /// Format: SINGLE_VIDEO, CAROUSEL_ADS or CATALOG_CAROUSEL
        ad_format: Word,
        /// Video
        video_id: Word,
        /// Images in their order; the cover of a video
        image_ids: Vec<Word>,
        /// Music of a carousel
        music_id: Word,
        /// TikTok post that is shown as a Spark Ad
        tiktok_item_id: Word,
        /// Identity type: TT_USER, BC_AUTH_TT or AUTH_CODE
        identity_type: Word,
        /// Identity under which the creative is shown
        identity_id: Word,
        /// Business Center of the identity
        identity_authorized_bc_id: Word,
        /// Declaration of AI-generated content
        aigc_disclosure_type: Word,
    }
}

impl SmartAd {
    /// Settings of an ad as TikTok lists it, by the names of [`super::AdSettings`]. The only text, the only creative and the
    /// like are settings of the ad too.
    pub fn settings(members: Members) -> Members {
        nested_ad::settings(members)
    }
}

impl RawType for SmartAd {
    fn flat(members: Members) -> Members {
        flatten(members)
    }
}

/// Filter of ads of Upgraded Smart+ campaigns. All conditions hold together.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "the members are TikTok's")]
pub struct SmartAdFilter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub campaign_ids: Vec<CampaignId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adgroup_ids: Vec<AdGroupId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub smart_plus_ad_ids: Vec<AdId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_status: Option<PrimaryStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objective_type: Option<Objective>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_filter_start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_filter_end_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified_after: Option<String>,
}

#[derive(Deserialize)]
struct SmartAdList {
    #[serde(deserialize_with = "list")]
    list: Vec<RawObject<SmartAd>>,
    page_info: PageInfo,
}

impl MarketingApi {
    /// Largest number of ads in a page of Upgraded Smart+ ads.
    pub const SMART_ADS_PER_PAGE: u32 = 100;

    /// Lists ads of Upgraded Smart+ campaigns, newest first. Deleted ones are left out unless the filter asks for them.
    pub async fn smart_ads(
        &self,
        filter: &SmartAdFilter,
        page: PageRequest,
    ) -> Result<ListPage<SmartAd>, MarketingError> {
        let answer = self.raw_smart_ads(filter, page).await?;
        let ads = answer.list.into_iter().map(|raw| raw.object);
        Ok(ListPage::of(ads.collect(), answer.page_info))
    }

    /// Reads one ad of an Upgraded Smart+ campaign with all its members; `None` if it does not exist or is deleted.
    pub async fn smart_ad(&self, id: &AdId) -> Result<Option<RawObject<SmartAd>>, MarketingError> {
        let filter = SmartAdFilter {
            smart_plus_ad_ids: vec![id.clone()],
            ..SmartAdFilter::default()
        };
        let answer = self.raw_smart_ads(&filter, PageRequest::FIRST).await?;
        let mut ads = answer.list.into_iter();
        Ok(ads.find(|raw| raw.object.smart_plus_ad_id == *id))
    }

    async fn raw_smart_ads(
        &self,
        filter: &SmartAdFilter,
        page: PageRequest,
    ) -> Result<SmartAdList, MarketingError> {
        let query = page.add_to(self.query()).filter(filter);
        self.get(MarketingEndpoint::SMART_AD_GET, query).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_ad_is_read_with_the_names_of_its_settings() {
        let raw: RawObject<SmartAd> = serde_json::from_value(json!({
            "smart_plus_ad_id": 9_223_372_036_854_775_807_u64, "ad_name": "A", "operation_status": "ENABLE",
            "creative_list": [{
                "ad_material_id": "31", "material_operation_status": "ENABLE",
                "creative_info": {
                    "ad_format": "SINGLE_VIDEO", "video_info": { "video_id": "v1", "file_name": "f" },
                    "image_info": [{ "web_uri": "i/1" }], "music_info": null, "identity_type": "TT_USER", "identity_id": "9",
                },
            }],
            "ad_text_list": [{ "ad_text": "Hello" }], "call_to_action_list": null, "page_list": [{ "page_id": 5 }],
            "landing_page_url_list": [{ "landing_page_url": "https://a.example" }],
            "ad_configuration": {
                "dark_post_status": "ON", "identity_id": null, "tracking_info": { "tracking_app_id": 0 }, "new": {},
            },
        }))
        .unwrap();
        assert_eq!(
            serde_json::to_value(raw.object).unwrap(),
            json!({
                "smart_plus_ad_id": "9223372036854775807", "ad_name": "A", "operation_status": "ENABLE",
                "creatives": [{
                    "ad_material_id": "31", "material_operation_status": "ENABLE", "ad_format": "SINGLE_VIDEO",
                    "video_id": "v1", "image_ids": ["i/1"], "identity_type": "TT_USER", "identity_id": "9",
                }],
                "ad_texts": ["Hello"], "page_ids": ["5"], "landing_page_url": "https://a.example", "dark_post_status": "ON",
            })
        );
        let bare: RawObject<SmartAd> =
            serde_json::from_value(json!({ "smart_plus_ad_id": "1", "creative_list": [] })).unwrap();
        assert_eq!(
            serde_json::to_value(bare.object).unwrap(),
            Value::from_iter([("smart_plus_ad_id", "1")])
        );
    }
}
