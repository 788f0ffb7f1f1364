//! Outcome of a write.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// No doc comments on the variants: with them schemars writes a `oneOf` of constants.
/// Outcome of the post: published; in_inbox (the account's owner finishes it in the TikTok app); processing
/// (TikTok is still processing it); unconfirmed (it may have been posted: check the account before you send it
/// again); failed (nothing was posted).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
#[expect(
    missing_docs,
    reason = "variant docs would change the schema; the type's comment explains them"
)]
pub enum Outcome {
    Published,
    InInbox,
    Processing,
    Unconfirmed,
    Failed,
}

impl Outcome {
    /// Returns the outcome as it appears in results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::InInbox => "in_inbox",
            Self::Processing => "processing",
            Self::Unconfirmed => "unconfirmed",
            Self::Failed => "failed",
        }
    }

    /// True if the outcome can no longer change.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Published | Self::InInbox | Self::Failed => true,
            Self::Processing | Self::Unconfirmed => false,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
