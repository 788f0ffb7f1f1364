//! `GET /ad/get/` (<https://business-api.tiktok.com/portal/docs?id=1735735588640770>).

use serde::{Deserialize, Serialize};

use super::{
    ListPage, MarketingApi, MarketingEndpoint, MarketingError, PageRequest, RawObject,
    page::PageInfo,
    raw::RawType,
    wire::{entity, list},
    words::{AutomationType, Objective, PrimaryStatus},
    write::Members,
};
use crate::model::{AdGroupId, AdId, AdvertiserId, AppId, CampaignId, Flag, PageId, PixelId, Word};

entity! {
    /// Ad.
    Ad {
        /// Id of the ad; for Upgraded Smart+, of one creative of the ad
        ad_id: AdId,
        ;
        /// Name of the ad
        ad_name: Word,
        /// Upgraded Smart+ ad that the creative belongs to
        smart_plus_ad_id: AdId,
        /// Ad group of the ad
        adgroup_id: AdGroupId,
        /// Name of the ad group
        adgroup_name: Word,
        /// Campaign of the ad
        campaign_id: CampaignId,
        /// Name of the campaign
        campaign_name: Word,
        /// Way of creation of the campaign: MANUAL, SMART_PLUS or UPGRADED_SMART_PLUS
        campaign_automation_type: Word,
        /// Ad account of the ad
        advertiser_id: AdvertiserId,
        /// Switch of the ad: ENABLE or DISABLE; FROZEN means that it has ended for good
        operation_status: Word,
        /// Delivery status with its reason, such as AD_STATUS_DELIVERY_OK or AD_STATUS_AUDIT_DENY
        secondary_status: Word,
        /// Format: SINGLE_VIDEO, SINGLE_IMAGE, CAROUSEL_ADS, CATALOG_CAROUSEL or LIVE_CONTENT
        ad_format: Word,
        /// Type of the creative
        creative_type: Word,
        /// Text of the ad
        ad_text: Word,
        /// Texts of the ad, if it has several
        ad_texts: Vec<Word>,
        /// Call to action, such as LEARN_MORE
        call_to_action: Word,
        /// Set of calls to action that TikTok chooses from
        call_to_action_id: Word,
        /// Video
        video_id: Word,
        /// Images in their order; the cover of a video
        image_ids: Vec<Word>,
        /// Music of a carousel
        music_id: Word,
        /// TikTok post that is shown as a Spark Ad
        tiktok_item_id: Word,
        /// Identity type: TT_USER, BC_AUTH_TT, AUTH_CODE or CUSTOMIZED_USER
        identity_type: Word,
        /// Identity under which the ad is shown
        identity_id: Word,
        /// Business Center of the identity
        identity_authorized_bc_id: Word,
        /// Shown name of a custom identity
        display_name: Word,
        /// Address of the identity's picture
        profile_image_url: Word,
        /// Image of the identity's picture, as an image id
        avatar_icon_web_uri: Word,
        /// Name of the app that is shown
        app_name: Word,
        /// Address of the landing page
        landing_page_url: Word,
        /// Instant page or form
        page_id: PageId,
        /// Kind of TikTok page that is promoted
        tiktok_page_category: Word,
        /// Address within an app
        deeplink: Word,
        /// Type of the deeplink: NORMAL or DEFERRED_DEEPLINK
        deeplink_type: Word,
        /// Destination where the app is not installed: APP_INSTALL, WEBSITE or UNSET
        fallback_type: Word,
        /// Pixel that is tracked
        tracking_pixel_id: PixelId,
        /// App that is tracked
        tracking_app_id: AppId,
        /// Address that is called at an impression
        impression_tracking_url: Word,
        /// Address that is called at a click
        click_tracking_url: Word,
        /// Address that is called at a view
        video_view_tracking_url: Word,
        /// Address of a playable ad
        playable_url: Word,
        /// Interactive card or portfolio of creatives
        card_id: Word,
        /// Product catalog
        catalog_id: Word,
        /// Set of products
        product_set_id: Word,
        /// Products, as ids
        item_group_ids: Vec<Word>,
        /// Declaration of AI-generated content
        aigc_disclosure_type: Word,
        /// Whether the Spark Ad is shown in ads only: ON or OFF
        dark_post_status: Word,
        /// Whether TikTok may show the ad as an example
        creative_authorized: Flag,
        /// Whether the ad is an automated or Smart Creative ad
        is_aco: Flag,
        /// Event that counts as a conversion
        optimization_event: Word,
        /// Time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
        create_time: Word,
        /// Time of the last change, in UTC, as YYYY-MM-DD HH:MM:SS
        modify_time: Word,
    }
}

impl RawType for Ad {
    fn flat(members: Members) -> Members {
        members
    }
}

/// Filter of ads. All conditions hold together.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "the members are TikTok's")]
pub struct AdFilter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub campaign_ids: Vec<CampaignId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adgroup_ids: Vec<AdGroupId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ad_ids: Vec<AdId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_status: Option<PrimaryStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objective_type: Option<Objective>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign_automation_type: Option<AutomationType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_filter_start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_filter_end_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified_after: Option<String>,
}

#[derive(Deserialize)]
struct AdList {
    #[serde(deserialize_with = "list")]
    list: Vec<Ad>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
struct RawAdList {
    #[serde(deserialize_with = "list")]
    list: Vec<RawObject<Ad>>,
}

impl MarketingApi {
    /// Lists ads, newest first. Deleted ones are left out unless the filter asks for them.
    pub async fn ads(&self, filter: &AdFilter, page: PageRequest) -> Result<ListPage<Ad>, MarketingError> {
        let query = page.add_to(self.query()).filter(filter);
        let answer: AdList = self.get(MarketingEndpoint::AD_GET, query).await?;
        Ok(ListPage::of(answer.list, answer.page_info))
    }

    /// Reads one ad with all its members; `None` if it does not exist or is deleted.
    pub async fn ad(&self, id: &AdId) -> Result<Option<RawObject<Ad>>, MarketingError> {
        let filter = AdFilter {
            ad_ids: vec![id.clone()],
            ..AdFilter::default()
        };
        let query = PageRequest::FIRST.add_to(self.query()).filter(&filter);
        let answer: RawAdList = self.get(MarketingEndpoint::AD_GET, query).await?;
        Ok(answer.list.into_iter().find(|raw| raw.object.ad_id == *id))
    }
}
