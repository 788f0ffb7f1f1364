//! Limits that the operator of the host sets.

use crate::{marketing_api::RateTier, model::Amount};

/// Limits that the operator of the host sets, for all requests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OperatorPolicy {
    /// Limit of calls to the Marketing API.
    pub ads_calls: RateTier,
    /// Highest daily budget that an action may set, in the currency of the ad account; `None` for any.
    pub max_daily_budget: Option<Amount>,
    /// Whether an action may enable a campaign, an ad group or an ad, or create one that is enabled.
    pub allows_enable: bool,
}

impl Default for OperatorPolicy {
    fn default() -> Self {
        Self {
            ads_calls: RateTier::default(),
            max_daily_budget: None,
            allows_enable: true,
        }
    }
}
