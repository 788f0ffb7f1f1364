//! Rules for new ads and for changes of ads. Facts: docs/tiktok-marketing-api.md#ads, docs/tiktok-marketing-api.md#smart,
//! docs/tiktok-marketing-api.md#identities.

mod creatives;
mod destination;
mod exclusions;
mod identity;
mod media;
mod product;
mod text;
mod tracking;
mod update;
mod values;

use serde::Serialize;

pub use self::update::{check_ad_changes, disclaimer_warning};
use self::{
    destination::DESTINATION_RULES,
    media::POST_RULES,
    product::PRODUCT_RULES,
    text::TEXT_RULES,
    tracking::{DISCLAIMER_RULES, TRACKING_RULES},
};
use super::{
    rule::{AdRule, Demand, SMART, Test, foreign, rule, violations},
    view::View,
    violation::AdViolation,
};
use crate::marketing_api::{
    AdGroup, AdSettings, Campaign, CreationWay, DeeplinkType, IdentityType, OnOff, SmartCreative,
};

const OBJECTIVE: &str = "campaign.objective_type";
const PROMOTION: &str = "adgroup.promotion_type";
const GOAL: &str = "adgroup.optimization_goal";
const PLACEMENTS: &str = "adgroup.placements";
const FORMAT: &str = "ad_format";
const IDENTITY: &str = "identity_type";
const POST: &str = "tiktok_item_id";
const CATALOG_CREATIVES: &str = "catalog_creative_toggle";

const LEAD_GENERATION: Test = Test::Is(OBJECTIVE, &["LEAD_GENERATION"]);
const WEB_CONVERSIONS: Test = Test::Is(OBJECTIVE, &["WEB_CONVERSIONS"]);
const APP_PROMOTION: Test = Test::Is(OBJECTIVE, &["APP_PROMOTION"]);
const PRODUCT_SALES: Test = Test::Is(OBJECTIVE, &["PRODUCT_SALES"]);

/// The ad needs no products. Smart+ has no PRODUCT_SALES.
const NO_PRODUCT_SALES: Test = Test::Any(&[SMART, Test::Not(OBJECTIVE, &["PRODUCT_SALES"])]);
const IS_POST: Test = Test::Given(POST);
const NO_POST: Test = Test::Missing(POST);
const CATALOG: Test = Test::Is("campaign.catalog_enabled", &["true"]);
const NO_CATALOG: Test = Test::Not("campaign.catalog_enabled", &["true"]);

/// The ad chooses its creatives itself, so it needs them. Smart+ only.
const OWN_CREATIVES: Test = Test::Not(CATALOG_CREATIVES, &["true"]);

/// The ads of the ad group can appear on TikTok.
const ON_TIKTOK: Test = Test::Any(&[
    Test::Is("adgroup.placement_type", &["PLACEMENT_TYPE_AUTOMATIC"]),
    Test::Is(PLACEMENTS, &["PLACEMENT_TIKTOK"]),
]);

/// The placements of the ad group are selected. With [`OFF_TIKTOK`], its ads do not appear on TikTok.
const SELECTED: Test = Test::Is("adgroup.placement_type", &["PLACEMENT_TYPE_NORMAL"]);
const OFF_TIKTOK: Test = Test::Not(PLACEMENTS, &["PLACEMENT_TIKTOK"]);

static NAME_RULES: &[AdRule] = &[rule(&[], Demand::Required("ad_name"))];

/// All tables of rules on an ad as a whole.
static TABLES: [&[AdRule]; 7] = [
    NAME_RULES,
    POST_RULES,
    TEXT_RULES,
    DESTINATION_RULES,
    DISCLAIMER_RULES,
    TRACKING_RULES,
    PRODUCT_RULES,
];

/// Parents of an ad, as far as they are known, and the way of its campaign.
#[derive(Debug, Clone, Copy)]
struct AdParents<'a> {
    ad_group: Option<&'a AdGroup>,
    campaign: Option<&'a Campaign>,
    automation: CreationWay,
}

impl AdParents<'_> {
    /// View of settings of an ad or a creative. Lists leave out what is false or unset.
    fn view(self, settings: &impl Serialize) -> View {
        let mut view = View::of(settings, self.automation)
            .with_parent("adgroup.", self.ad_group)
            .with_parent("campaign.", self.campaign);
        if self.campaign.is_some() {
            view = view.with_default("campaign.catalog_enabled", false);
        }
        if self.ad_group.is_some() {
            view = view.with_default("adgroup.creative_material_mode", "CUSTOM");
        }
        match self.automation {
            CreationWay::SmartPlus => view.with_default(CATALOG_CREATIVES, false),
            CreationWay::Manual => view,
        }
    }
}

/// Settings of a new ad with the values that the program fills in.
///
/// * `dark_post_status` is ON for a new post, so that it does not appear on the TikTok profile unless that is asked for.
///   TikTok changed its default from OFF to ON in 2026.
/// * Smart+ ads: `deeplink_type` is NORMAL with a `deeplink`, where TikTok requires one.
pub fn complete_ad(settings: AdSettings, automation: CreationWay) -> AdSettings {
    let kind = match automation {
        CreationWay::SmartPlus if settings.deeplink.is_some() => Some(DeeplinkType::Normal),
        CreationWay::SmartPlus | CreationWay::Manual => None,
    };
    AdSettings {
        dark_post_status: settings
            .dark_post_status
            .or_else(|| makes_post(&settings).then_some(OnOff::On)),
        deeplink_type: settings.deeplink_type.or(kind),
        ..settings
    }
}

/// Whether an ad with these settings makes a post of a TikTok account from files.
pub fn makes_post(settings: &AdSettings) -> bool {
    let listed = creatives::listed(settings);
    let only = [creatives::only(settings)];
    let all = if listed.is_empty() { &only[..] } else { &listed[..] };
    all.iter().any(|creative| {
        let has_files = creative.video_id.is_some() || creative.image_ids.is_some();
        has_files && creative.tiktok_item_id.is_none() && is_account(creative)
    })
}

fn is_account(creative: &SmartCreative) -> bool {
    matches!(
        creative.identity_type,
        Some(IdentityType::TikTokUser | IdentityType::BusinessCenterUser)
    )
}

/// Checks the completed settings of a new ad.
///
/// Rules that depend on the ad group or the campaign pass if it is not known. For Smart+ they hold for each of the
/// `creatives`, whose violations have fields such as `creatives[0].video_id`.
pub fn check_ad(
    settings: &AdSettings,
    ad_group: Option<&AdGroup>,
    campaign: Option<&Campaign>,
    automation: CreationWay,
) -> Vec<AdViolation> {
    let parents = AdParents {
        ad_group,
        campaign,
        automation,
    };
    let raw = View::of(settings, automation);
    let (mut found, settings) = match automation {
        CreationWay::Manual => (
            foreign(AdSettings::SMART_ONLY, &raw, "SMART_PLUS"),
            AdSettings {
                creatives: None,
                ..settings.clone()
            },
        ),
        CreationWay::SmartPlus => (foreign(AdSettings::MANUAL_ONLY, &raw, "MANUAL"), settings.clone()),
    };
    let settings = &settings;
    let view = parents.view(&creatives::summary(settings));
    found.extend(creatives::check(settings, parents));
    found.extend(TABLES.iter().flat_map(|rules| violations(rules, &view)));
    found.extend(values::check(settings, &view));
    found
}

#[cfg(test)]
mod tests;
