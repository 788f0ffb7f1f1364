//! Authorization codes and refresh tokens that have been issued.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::account::SimulatedAdsToken;

/// Authorization codes and refresh tokens that have been issued.
#[derive(Debug, Default)]
pub(super) struct AdsGrants {
    /// Grants by authorization code, until they are used.
    pub(super) codes: BTreeMap<String, AuthCodeGrant>,
    /// Access tokens by refresh token.
    pub(super) refresh: BTreeMap<String, String>,
    /// Ends of short-term access tokens.
    pub(super) ends: BTreeMap<String, Duration>,
}

/// Grant behind an authorization code.
#[derive(Debug, Clone)]
pub(super) struct AuthCodeGrant {
    pub(super) app_id: String,
    pub(super) granted: Arc<SimulatedAdsToken>,
    pub(super) expires: Duration,
}

impl AdsGrants {
    /// Checks whether a short-term access token has expired.
    pub(super) fn is_over(&self, token: &str, now: Duration) -> bool {
        self.ends.get(token).is_some_and(|end| *end <= now)
    }
}
