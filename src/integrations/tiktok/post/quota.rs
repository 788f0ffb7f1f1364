//! What an account has left, as far as we know; the same for every action that tells it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::open_api::Quota;

/// What this program has counted for the account; TikTok counts what others do too
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct QuotaOutput {
    /// Posts and drafts that can still be begun this minute, of 6
    inits_left_this_minute: u32,
    counted_for: CountedFor,
    /// Posts of this creator begun within 24 hours; TikTok allows about 15. Absent where no state is kept
    /// (AUTOHIVE_TIKTOK_STATE)
    #[serde(skip_serializing_if = "Option::is_none")]
    posts_in_24_hours: Option<u32>,
    /// Drafts sent with this access token within 24 hours; at most 5 can wait. Absent where no state is kept
    #[serde(skip_serializing_if = "Option::is_none")]
    drafts_in_24_hours: Option<u32>,
}

/// Whose calls were counted: shared_state (all processes that share AUTOHIVE_TIKTOK_STATE) or this_process
/// (this one alone, so others may have used up what is told to be left)
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
