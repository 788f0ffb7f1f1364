//! The account's remaining quota in a result.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::open_api::Quota;

/// Usage of the account as counted by this program. TikTok also counts calls by other programs
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct QuotaOutput {
    /// Posts and drafts that can still be started this minute, out of 6
    inits_left_this_minute: u32,
    counted_for: CountedFor,
    /// Posts to this account started in the last 24 hours; TikTok allows about 15. Omitted if AUTOHIVE_TIKTOK_STATE is
    /// off
    #[serde(skip_serializing_if = "Option::is_none")]
    posts_in_24_hours: Option<u32>,
    /// Drafts sent with this access token in the last 24 hours; TikTok allows 5 pending drafts. The count restarts
    /// with each new token. Omitted if AUTOHIVE_TIKTOK_STATE is off
    #[serde(skip_serializing_if = "Option::is_none")]
    drafts_in_24_hours: Option<u32>,
}

/// Coverage of the count: shared_state (all processes that share AUTOHIVE_TIKTOK_STATE) or this_process (this process
/// only, so less may be left)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum CountedFor {
    SharedState,
    ThisProcess,
}

impl From<Quota> for QuotaOutput {
    fn from(quota: Quota) -> Self {
        let Quota {
            inits_left,
            posts_today,
            drafts_today,
            is_shared,
        } = quota;
        Self {
            inits_left_this_minute: inits_left,
            counted_for: if is_shared {
                CountedFor::SharedState
            } else {
                CountedFor::ThisProcess
            },
            posts_in_24_hours: posts_today,
            drafts_in_24_hours: drafts_today,
        }
    }
}
