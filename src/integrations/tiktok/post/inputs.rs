//! Inputs that the posting actions share.

use schemars::JsonSchema;
use serde::Deserialize;

/// Longest `wait_seconds`. Autohive stops an action after 15 minutes.
pub(in crate::integrations::tiktok) const WAIT_MAX_SECONDS: u32 = 840;

/// A key of your choice for this post, 1 to 255 characters, for example the ID of the workflow run. A repeated request
/// with the same key and inputs never posts twice: it returns the first outcome or resumes an interrupted upload
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct IdempotencyKey(#[schemars(length(min = 1, max = 255))] String);

impl IdempotencyKey {
    /// The key as the caller wrote it.
    pub(in crate::integrations::tiktok) fn as_str(&self) -> &str {
        &self.0
    }
}
