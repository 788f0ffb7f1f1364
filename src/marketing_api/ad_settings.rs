//! Settings of an ad (docs/tiktok-marketing-api.md#ads, docs/tiktok-marketing-api.md#smart).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    ad_words::{
        AdFormat, AigcDisclosure, CallToAction, CreativeType, DeeplinkFormat, DeeplinkType, DisclaimerType,
        DynamicDestination, DynamicFormat, FallbackType, ProductChoice, SafetyMeasurement, ShoppingDeeplink,
        ShoppingFallback, TikTokPageCategory, VerticalVideoStrategy, ViewabilityPartner,
    },
    settings::settings,
    words::{IdentityType, OnOff, OperationStatus},
};
use crate::model::{AppId, NumericId, PageId, PixelId};

settings! {
    /// Settings of an ad: its creative, its destination and what it tracks.
    AdSettings {
        /// Name of the ad: up to 512 characters, without emoji; a Chinese or Japanese character counts as two
        #[schemars(length(max = 512))]
        ad_name: String,

        // Creative.
        /// Type of the identity under which the ad appears; a new ad requires it. CUSTOMIZED_USER is for ads outside of TikTok only
        identity_type: IdentityType,
        /// Identity under which the ad appears, from `get_identities`; a new ad requires it
        #[schemars(length(min = 1, max = 100))]
        identity_id: String,
        /// Business Center of the identity; required for BC_AUTH_TT
        identity_authorized_bc_id: NumericId,
        /// Format; a new ad requires it. SINGLE_IMAGE is not shown in TikTok's feed, and not for Smart+; the two carousels cannot be changed
        ad_format: AdFormat,
        /// Video of a SINGLE_VIDEO; a new ad requires it, unless tiktok_item_id names a post
        #[schemars(length(min = 1, max = 100))]
        video_id: String,
        /// Images: the cover of a video, with its shape, or the 1 to 35 images of a carousel in their order. Not with
        /// tiktok_item_id
        #[schemars(length(max = 35))]
        image_ids: Vec<String>,
        /// Music; required for a carousel without tiktok_item_id
        music_id: NumericId,
        /// Existing TikTok post that becomes the ad; required for AUTH_CODE. For TT_USER and BC_AUTH_TT either this or
        /// video_id
        tiktok_item_id: NumericId,
        /// Creatives of the ad, each with its own format and files; up to 50. Without them, the settings above are the only
        /// creative. An update replaces all of them. Smart+ only
        #[schemars(length(min = 1, max = 50))]
        creatives: Vec<SmartCreative>,
        /// Text of the ad: 1 to 100 characters, without emoji; a Chinese or Japanese character counts as two. Required
        /// without tiktok_item_id
        #[schemars(length(min = 1, max = 100))]
        ad_text: String,
        /// Up to 5 texts of the ad instead of ad_text, for search campaigns and Smart+
        #[schemars(length(max = 5), inner(length(min = 1, max = 100)))]
        ad_texts: Vec<String>,
        /// Whether a new post is shown as an ad only (ON), or also on the TikTok profile (OFF). A new post is ON if absent
        dark_post_status: OnOff,
        /// Whether promotional use of the post's music is off. Manual only
        promotional_music_disabled: bool,
        /// Whether duets with the post are possible, if promotional_music_disabled is false. Manual only
        item_duet_status: OperationStatus,
        /// Whether stitches with the post are possible, if promotional_music_disabled is false. Manual only
        item_stitch_status: OperationStatus,
        /// Declaration of AI-generated content, for CUSTOMIZED_USER only
        #[schemars(extend("default" = "NOT_DECLARED"))]
        aigc_disclosure_type: AigcDisclosure,
        /// Shown name of a custom identity: up to 40 characters. Manual only
        #[schemars(length(min = 1, max = 40))]
        display_name: String,
        /// Shown name of the app: up to 40 characters; the store's if absent. Manual only
        #[schemars(length(min = 1, max = 40))]
        app_name: String,
        /// Square image of a custom identity, as an image id. Manual only
        #[schemars(length(min = 1))]
        avatar_icon_web_uri: String,
        /// Whether TikTok may show the video ad as an example. Manual only
        #[schemars(extend("default" = false))]
        creative_authorized: bool,
        /// Interactive card or portfolio of creatives
        card_id: NumericId,
        /// Address of a playable ad. Manual only
        #[schemars(length(min = 1))]
        playable_url: String,

        // Destination.
        /// Call to action. Required on TikTok for most objectives, unless call_to_action_id is given; not for Smart+ on TikTok,
        /// which takes call_to_action_id
        call_to_action: CallToAction,
        /// Up to 3 calls to action instead of call_to_action. Smart+ only
        #[schemars(length(max = 3))]
        calls_to_action: Vec<CallToAction>,
        /// Portfolio of calls to action that TikTok chooses from, instead of call_to_action. Required for Smart+ on TikTok
        call_to_action_id: NumericId,
        /// Address of the landing page; required for WEBSITE
        #[schemars(length(min = 1))]
        landing_page_url: String,
        /// Parameters that are appended to the address of the landing page, for catalogs, and for WEB_CONVERSIONS of Smart+
        #[schemars(length(max = 14))]
        utm_params: Vec<UrlParameter>,
        /// Instant page or form, from `get_lead_forms`; on TikTok only
        page_id: PageId,
        /// Up to 3 instant pages or forms instead of page_id. Smart+ only
        #[schemars(length(max = 3))]
        page_ids: Vec<PageId>,
        /// Custom product page of an iOS app
        #[schemars(length(min = 1))]
        cpp_url: String,
        /// Kind of TikTok page that is promoted; required for PAGE_VISIT; cannot be changed. Manual only
        tiktok_page_category: TikTokPageCategory,
        /// Address within an app
        #[schemars(length(min = 1))]
        deeplink: String,
        /// Type of the deeplink
        #[schemars(extend("default" = "NORMAL"))]
        deeplink_type: DeeplinkType,
        /// Format of the deeplink; required for DESTINATION_VISIT; cannot be changed. Manual only
        deeplink_format_type: DeeplinkFormat,
        /// Destination where the app is not installed; WEBSITE needs landing_page_url
        fallback_type: FallbackType,
        /// Region of the phone number for LEAD_GEN_CLICK_TO_CALL, such as US; can be changed for Smart+ only
        #[schemars(length(min = 1, max = 10))]
        phone_region_code: String,
        /// Calling code of that region, such as +1; can be changed for Smart+ only
        #[schemars(length(min = 1, max = 10))]
        phone_region_calling_code: String,
        /// Phone number for LEAD_GEN_CLICK_TO_CALL; can be changed for Smart+ only
        #[schemars(length(min = 1, max = 40))]
        phone_number: String,
        /// Welcome message for LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE; cannot be changed
        auto_message_id: NumericId,

        // Disclaimer.
        /// Kind of disclaimer
        disclaimer_type: DisclaimerType,
        /// Disclaimer; required for TEXT_ONLY
        disclaimer_text: DisclaimerText,
        /// Disclaimers with addresses, together up to 40 characters; required for TEXT_LINK
        #[schemars(length(max = 3))]
        disclaimer_clickable_texts: Vec<DisclaimerLink>,

        // Tracking.
        /// Pixel that is tracked; the ad group's pixel_id, if that has one. Manual only
        tracking_pixel_id: PixelId,
        /// App that is tracked
        tracking_app_id: AppId,
        /// Offline event sets that are tracked. Manual only
        #[schemars(length(max = 50))]
        tracking_offline_event_set_ids: Vec<NumericId>,
        /// Message event set that is tracked; cannot be changed
        tracking_message_event_set_id: NumericId,
        /// Address that is called at an impression
        #[schemars(length(min = 1))]
        impression_tracking_url: String,
        /// Address that is called at a click
        #[schemars(length(min = 1))]
        click_tracking_url: String,
        /// Address that is called at a view. Manual only
        #[schemars(length(min = 1))]
        video_view_tracking_url: String,
        /// Partner that measures viewability; needs TikTok's allow-list. Manual only
        viewability_postbid_partner: ViewabilityPartner,
        /// Address of that measurement; required for IAS. Manual only
        #[schemars(length(min = 1))]
        viewability_vast_url: String,
        /// Partner that measures brand safety; needs TikTok's allow-list. Manual only
        brand_safety_postbid_partner: SafetyMeasurement,
        /// Address of that measurement; required for IAS. Manual only
        #[schemars(length(min = 1))]
        brand_safety_vast_url: String,

        // Products.
        /// Product catalog; required for products of a catalog; cannot be changed. Manual only
        catalog_id: NumericId,
        /// Choice of products: all, a set, or certain ones
        product_specific_type: ProductChoice,
        /// Set of products, for PRODUCT_SET
        product_set_id: NumericId,
        /// Products, for PRODUCT_SET or a TikTok Shop. Manual only
        item_group_ids: Vec<NumericId>,
        /// Variants of products, for CUSTOMIZED_PRODUCTS of a catalog. Manual only
        #[schemars(length(max = 20))]
        sku_ids: Vec<NumericId>,
        /// Products, for CUSTOMIZED_PRODUCTS. Smart+ only
        #[schemars(length(max = 20))]
        product_ids: Vec<NumericId>,
        /// Whether TikTok takes creatives from the catalog. Smart+ only
        catalog_creative_toggle: bool,
        /// Kind of the video of a PRODUCT_SALES ad. Manual only
        vertical_video_strategy: VerticalVideoStrategy,
        /// Dynamic format of a PRODUCT_SALES ad. Manual only
        dynamic_format: DynamicFormat,
        /// Type of the creative, for live shopping and product shopping ads. Manual only
        creative_type: CreativeType,
        /// Package of product videos. Manual only
        shopping_ads_video_package_id: NumericId,
        /// Source of the deeplink of a shopping ad. Manual only
        shopping_ads_deeplink_type: ShoppingDeeplink,
        /// Source of the website of a shopping ad, where its deeplink fails. Manual only
        shopping_ads_fallback_type: ShoppingFallback,
        /// Whether each person gets another destination. Manual only
        dynamic_destination: DynamicDestination,
        /// Whether a TikTok page with the products is the destination. Manual only
        instant_product_page_used: bool,
    }
}

/// Creative of a Smart+ ad. An absent identity is that of the ad.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct SmartCreative {
    /// Format: SINGLE_VIDEO, CAROUSEL_ADS or CATALOG_CAROUSEL
    pub ad_format: Option<AdFormat>,
    /// Video of a SINGLE_VIDEO
    pub video_id: Option<String>,
    /// Images: the cover of a video, or the images of a carousel in their order
    #[schemars(length(max = 35))]
    pub image_ids: Option<Vec<String>>,
    /// Music of a carousel
    pub music_id: Option<NumericId>,
    /// Existing TikTok post
    pub tiktok_item_id: Option<NumericId>,
    /// Type of the identity
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_type: Option<IdentityType>,
    /// Identity
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_id: Option<String>,
    /// Business Center of the identity
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_authorized_bc_id: Option<NumericId>,
    /// Declaration of AI-generated content, for CUSTOMIZED_USER only
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aigc_disclosure_type: Option<AigcDisclosure>,
}

/// Parameter of an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct UrlParameter {
    /// Name, such as utm_source
    pub key: String,
    /// Value: a text or a macro such as __CAMPAIGN_ID__
    pub value: String,
}

/// Disclaimer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct DisclaimerText {
    /// Text of up to 90 characters
    #[schemars(length(min = 1, max = 90))]
    pub text: String,
}

/// Disclaimer with an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct DisclaimerLink {
    /// Text of up to 40 characters
    #[schemars(length(min = 1, max = 40))]
    pub text: String,
    /// Address
    #[schemars(length(min = 1))]
    pub url: String,
}
