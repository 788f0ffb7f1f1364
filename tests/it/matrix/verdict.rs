//! Statements of a result, and whether they are true.

use std::{fmt, time::Duration};

use autohive_tiktok::simulator::{RecordedRequest, RequestOutcome, StoredPost};
use serde_json::Value;

use super::{bench::is_whole, ways::Effect};
use crate::support::PUBLIC;

/// Statements of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) word: Word,
    /// Code of an error.
    pub(super) code: Option<String>,
    pub(super) retryable: bool,
    /// Whether it advises to repeat with the same key, which is safe.
    pub(super) names_key: bool,
    pub(super) retry_after: Option<Duration>,
    publish_id: Option<String>,
}

/// Outcome by which a caller decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Published,
    InInbox,
    Processing,
    Unconfirmed,
    Failed,
    /// An action that only reads succeeded.
    Answered,
    /// An action that only reads failed.
    Unanswered,
}

impl Word {
    /// Checks whether it states that a complete post exists.
    pub(super) fn is_there(self) -> bool {
        matches!(self, Self::Published | Self::InInbox | Self::Processing)
    }
}

impl Told {
    /// Reads a result; an unknown outcome is an error.
    pub(super) fn read(answer: &Value, effect: Effect) -> Result<Self, String> {
        let result = &answer["result"];
        let (data, is_error) = match answer["type"].as_str() {
            Some("action") => (&result["data"], false),
            Some("connected_account") => (result, false),
            Some("action_error") => (result, true),
            other => return Err(format!("the type of the answer is {other:?}")),
        };
        let word = match (effect, is_error) {
            (Effect::Posts, _) => {
                word(&data["outcome"]).ok_or_else(|| format!("no known outcome: {}", data["outcome"]))?
            }
            (Effect::Reads, false) => Word::Answered,
            (Effect::Reads, true) => Word::Unanswered,
        };
        let text = |name: &str| data[name].as_str().map(str::to_owned);
        let code = text("code").filter(|_| is_error);
        if is_error != code.is_some() || (is_error && (word.is_there() || !data["retryable"].is_boolean())) {
            return Err(
                "an error has a code, says whether it may be sent again, and does not tell of a post".into(),
            );
        }
        Ok(Self {
            word,
            code,
            retryable: is_error && data["retryable"] == true,
            names_key: data["remedy"]
                .as_str()
                .is_some_and(|remedy| remedy.contains("same idempotency_key")),
            retry_after: data["retry_after"].as_u64().map(Duration::from_secs),
            publish_id: text("publish_id"),
        })
    }

    /// Compares the statements with TikTok's state; `calls` are those of the request.
    pub(super) fn check(&self, posts: &[StoredPost], calls: &[RecordedRequest]) -> Result<(), String> {
        let whole: Vec<&StoredPost> = posts.iter().filter(|post| is_whole(post)).collect();
        let (there, named) = (whole.len(), self.publish_id.as_deref());
        if there > 1 {
            return Err(format!("{there} posts exist"));
        }
        if self.word == Word::Failed && there > 0 {
            return Err("it says failed, and the post exists or will".into());
        }
        if self.word.is_there() && there == 0 {
            return Err(format!("it says {:?}, and there is no post", self.word));
        }
        if self.word == Word::Unconfirmed && self.retryable && !self.names_key {
            return Err("unconfirmed, and yet it may be sent again".into());
        }
        if self.word == Word::Unconfirmed && named.is_none() && calls.iter().any(gave_a_name) {
            return Err("TikTok had named the post, and the answer does not".into());
        }
        let right_name = match (named, whole.first()) {
            (Some(named), Some(post)) => post.publish_id == named,
            (Some(named), None) => posts.iter().any(|post| post.publish_id == named),
            (None, _) => !self.word.is_there(),
        };
        right_name
            .then_some(())
            .ok_or_else(|| format!("publish_id is {named:?}, which is not the post's"))
    }
}

fn word(outcome: &Value) -> Option<Word> {
    Some(match outcome.as_str()? {
        "published" => Word::Published,
        "in_inbox" => Word::InInbox,
        "processing" => Word::Processing,
        "unconfirmed" => Word::Unconfirmed,
        "failed" => Word::Failed,
        _ => return None,
    })
}

/// Checks for an init whose response arrived.
fn gave_a_name(call: &RecordedRequest) -> bool {
    let arrived = call.fault.is_none() && call.outcome == RequestOutcome::Answered;
    arrived && call.path.ends_with("/init/") && call.code.as_deref() == Some("ok")
}

/// Secret in a result, if any.
pub(super) fn secret_in(answer: &Value) -> Option<&'static str> {
    let text = answer.to_string();
    [PUBLIC, "upload_token", "upload_id"]
        .into_iter()
        .find(|secret| text.contains(secret))
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.as_deref().unwrap_or_default();
        match self.word {
            Word::Published => f.write_str("published"),
            Word::InInbox => f.write_str("in_inbox"),
            Word::Processing => f.write_str("processing"),
            Word::Unconfirmed => f.write_str("**unconfirmed**"),
            Word::Failed => write!(f, "failed: `{code}`"),
            Word::Answered => f.write_str("success"),
            Word::Unanswered => write!(f, "`{code}`"),
        }?;
        if self.retryable {
            f.write_str(" ↻")
        } else {
            Ok(())
        }
    }
}
