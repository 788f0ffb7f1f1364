//! Authorization codes and tokens that the simulator has issued (#tokens).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::account::Account;

/// Authorization codes and tokens that have been issued.
#[derive(Debug, Default)]
pub(super) struct Grants {
    pub(super) codes: BTreeMap<String, AuthorizationCode>,
    /// Access token and end of each refresh token. An account of a setup has `rft.…` beside its `act.…`, which is
    /// not listed and does not expire.
    pub(super) refresh: BTreeMap<String, (String, Duration)>,
    /// Ends of access tokens; those of accounts do not expire.
    pub(super) access: BTreeMap<String, Duration>,
    /// Refresh tokens that were used or revoked.
    pub(super) spent: BTreeSet<String>,
}

impl Grants {
    /// Checks whether an access token has expired.
    pub(super) fn is_over(&self, access: &str, now: Duration) -> bool {
        self.access.get(access).is_some_and(|end| *end <= now)
    }
}

/// Grant behind an authorization code.
#[derive(Debug, Clone)]
pub(super) struct AuthorizationCode {
    pub(super) account: Arc<Account>,
    pub(super) client_key: String,
    pub(super) scopes: Vec<String>,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<String>,
    pub(super) expires: Duration,
}
