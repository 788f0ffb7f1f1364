//! The actions and the connected account, one per file. This folder holds nothing else.

pub(super) mod connected_account;
pub(super) mod create_ad;
pub(super) mod create_ad_group;
pub(super) mod create_campaign;
pub(super) mod delete_ad;
pub(super) mod delete_ad_group;
pub(super) mod delete_campaign;
pub(super) mod delete_creative;
pub(super) mod get_ad_accounts;
pub(super) mod get_ad_groups;
pub(super) mod get_ads;
pub(super) mod get_analytics;
pub(super) mod get_apps;
pub(super) mod get_campaigns;
pub(super) mod get_creatives;
pub(super) mod get_identities;
pub(super) mod get_lead_forms;
pub(super) mod get_pixels;
pub(super) mod search_targeting;
pub(super) mod update_ad;
pub(super) mod update_ad_group;
pub(super) mod update_campaign;
pub(super) mod update_creative;
pub(super) mod upload_creative;
