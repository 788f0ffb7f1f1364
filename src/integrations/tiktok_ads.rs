//! The integration `tiktok-ads`: campaigns, ad groups and ads of TikTok's Marketing API.

mod actions;
mod analytics;
mod change;
mod context;
mod covers;
mod created;
mod creation;
mod creatives;
mod credentials;
mod deletion;
mod evidence;
mod existing;
mod failure;
mod inputs;
mod listing;
mod objects;
mod parents;
mod permissions;
mod rename;
mod rules;
mod upload;
mod written;

use super::{ActionEntry, Integration, action};
use crate::model::Namespace;

/// The integration.
pub(super) const INTEGRATION: Integration = Integration {
    name: "tiktok-ads",
    manifest_path: "ads/config.json",
    manifest: include_str!("../../ads/config.json"),
    actions: &ACTIONS,
    permissions: &permissions::PERMISSIONS,
    credentials: credentials::read,
    api_base: credentials::api_base,
    namespace: Namespace::of("tiktok-ads"),
    subject: None,
    evidence: evidence::AdsEvidence::of,
    connected_account: Some(actions::connected_account::connected_account),
};

/// Every action; what is not here does not exist.
static ACTIONS: [ActionEntry; 23] = [
    action::<actions::get_ad_accounts::GetAdAccounts>(),
    action::<actions::create_campaign::CreateCampaign>(),
    action::<actions::get_campaigns::GetCampaigns>(),
    action::<actions::update_campaign::UpdateCampaign>(),
    action::<actions::delete_campaign::DeleteCampaign>(),
    action::<actions::create_ad_group::CreateAdGroup>(),
    action::<actions::get_ad_groups::GetAdGroups>(),
    action::<actions::update_ad_group::UpdateAdGroup>(),
    action::<actions::delete_ad_group::DeleteAdGroup>(),
    action::<actions::create_ad::CreateAd>(),
    action::<actions::get_ads::GetAds>(),
    action::<actions::update_ad::UpdateAd>(),
    action::<actions::delete_ad::DeleteAd>(),
    action::<actions::upload_creative::UploadCreative>(),
    action::<actions::get_creatives::GetCreatives>(),
    action::<actions::update_creative::UpdateCreative>(),
    action::<actions::delete_creative::DeleteCreative>(),
    action::<actions::get_identities::GetIdentities>(),
    action::<actions::get_pixels::GetPixels>(),
    action::<actions::get_apps::GetApps>(),
    action::<actions::get_lead_forms::GetLeadForms>(),
    action::<actions::get_analytics::GetAnalytics>(),
    action::<actions::search_targeting::SearchTargeting>(),
];
