//! Limits that the operator of the host sets.

use crate::marketing_api::RateTier;

/// Limits that the operator of the host sets, for all requests.
#[derive(Debug, Clone, Copy, Default)]
pub struct OperatorPolicy {
    /// Limit of calls to the Marketing API.
    pub ads_calls: RateTier,
}
