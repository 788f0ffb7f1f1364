//! Known state of a post whose request failed, and advice for the caller: pure.

use std::borrow::Cow;

use serde::Serialize;

use super::lost_post::LostPostSearch;
use crate::{
    catalogue::{Row, own},
    model::{Advice, Outcome, PublishId},
};

/// Known state of a post whose request failed. Serialized into the members of the error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PostState {
    /// Id of the post, if TikTok has given it.
    pub publish_id: Option<PublishId>,
    /// Search for a post whose init response was lost.
    #[serde(rename = "evidence", skip_serializing_if = "Option::is_none")]
    pub search: Option<LostPostSearch>,
    /// True if the request has an idempotency key, so that a repeat cannot post twice.
    #[serde(skip)]
    pub has_idempotency_key: bool,
    /// True if an init that posts by itself may have posted without returning a `publish_id`, so that TikTok
    /// cannot be asked about the post.
    #[serde(skip)]
    pub publish_id_lost: bool,
}

/// Remedy for a post that may exist, if the request has no key.
const CHECK_FIRST: &str = "Do not send it again yet, or it may be posted twice. Run `get_post_status` if the result has a \
                           `publish_id`; otherwise wait a few minutes and look for the post with `get_videos` and in the \
                           TikTok app (private posts are on the profile, drafts in the inbox). Send it again only if it is \
                           not there.";

/// Remedy for a post that may exist, if the request has a key.
const SAME_KEY: &str = "Send the same request with the same idempotency_key again, after `retry_after` seconds if that is set: \
                        it returns the outcome of the post and never posts twice. Never send it with another key or without \
                        one.";

/// The same, after the remedy of another problem.
const THEN_SAME_KEY: &str = "With the same journal, send the same request with the same idempotency_key again: it returns the outcome of a post \
                             that an earlier request may have made, and never posts twice.";

/// Remedy for a post that may exist without a known `publish_id`, if the request has a key.
const LOOK: &str = "Look for the post in the TikTok app: on the profile, among private posts, and in the inbox for drafts. Sent \
                    again with the same idempotency_key, the request searches the account's public videos once more and \
                    never posts. Send it with a new key only if the post is not there.";

/// Remedy for an interrupted request whose post TikTok has.
const ASK: &str =
    "Run `get_post_status` with the result's `publish_id` for the outcome, and do not send the post again.";

impl PostState {
    /// Returns the advice for a failure with this row and outcome. `usual` is the advice without the post.
    ///
    /// A request that may have posted is never retryable, unless its key keeps it from posting twice.
    pub fn advise(&self, row: Option<&Row>, outcome: Option<Outcome>, usual: Advice) -> Advice {
        match outcome {
            Some(Outcome::Unconfirmed) => self.of_unconfirmed(row, usual),
            Some(Outcome::Processing) if row == Some(&own::INTERRUPTED) => Advice {
                remedy: Some(ASK.into()),
                ..usual
            },
            _ => usual,
        }
    }

    fn of_unconfirmed(&self, row: Option<&Row>, usual: Advice) -> Advice {
        let final_remedy = |remedy| Advice {
            retryable: false,
            remedy,
        };
        // Once the operator has deleted the row, the same key posts; the row's remedy names the check before that.
        if row == Some(&own::STATE_UNTRUSTED) {
            return final_remedy(usual.remedy);
        }
        if self.has_idempotency_key && self.publish_id_lost {
            return final_remedy(Some(LOOK.into()));
        }
        // By text: TikTok's `internal_error` is about a repeat too.
        let is_about_repeating = row.is_some_and(|row| {
            [
                own::OUTCOME_UNKNOWN.code,
                own::INTERRUPTED.code,
                own::INTERNAL_ERROR.code,
            ]
            .contains(&row.code)
        });
        match (self.has_idempotency_key, usual.remedy) {
            (false, _) if row == Some(&own::OUTCOME_UNKNOWN) || row == Some(&own::INTERRUPTED) => {
                final_remedy(Some(CHECK_FIRST.into()))
            }
            (false, remedy) => final_remedy(remedy),
            (true, Some(remedy)) if !is_about_repeating => Advice {
                retryable: usual.retryable,
                remedy: Some(format!("{remedy} {THEN_SAME_KEY}").into()),
            },
            (true, _) => Advice {
                retryable: true,
                remedy: Some(SAME_KEY.into()),
            },
        }
    }

    /// Returns `message` with the `publish_id`, if it does not contain it: some hosts keep only the message.
    pub fn name_in<'a>(&self, message: &'a str) -> Cow<'a, str> {
        match &self.publish_id {
            Some(id) if !message.contains(id.as_str()) => format!("{message} publish_id: {id}.").into(),
            Some(_) | None => Cow::Borrowed(message),
        }
    }
}
