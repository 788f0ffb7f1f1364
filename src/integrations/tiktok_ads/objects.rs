//! Campaigns, ad groups and ads that are to be created: their calls, and the search for them after a lost answer.

mod campaign;

pub(super) use campaign::NewCampaign;
