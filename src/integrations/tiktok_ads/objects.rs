//! Campaigns, ad groups and ads that are to be created: their calls, and the search for them after a lost answer.

mod ad;
mod ad_group;
mod campaign;

pub(super) use ad::NewAd;
pub(super) use ad_group::NewAdGroup;
pub(super) use campaign::NewCampaign;
