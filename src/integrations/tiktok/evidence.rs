//! Known effect of a request on the posts of an account.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Map, Value, json};

use crate::{
    catalogue::Row,
    integrations::{ActionEntry, Effect, Evidence, Failure, WriteState, keyed},
    model::Advice,
    posting::{self, Outcome, PostState},
};

/// Known effect of a request on the posts of an account.
#[derive(Debug)]
pub(super) struct PostEvidence {
    effect: Effect,
    /// Whether the key is `null`. It counts as absent, but the sender may believe that the post is protected.
    pub(super) has_null_key: bool,
    pub(super) tracker: posting::PostTracker,
}

impl PostEvidence {
    /// Evidence of a request that has not begun.
    pub(super) fn of(action: Option<&ActionEntry>, inputs: &Value) -> Arc<dyn Evidence> {
        let effect = action.map_or(Effect::Reads, |action| action.effect);
        let writes = effect == Effect::Writes;
        let tracker = if writes && keyed::is_keyed(inputs) {
            posting::PostTracker::with_idempotency_key()
        } else {
            posting::PostTracker::default()
        };
        Arc::new(Self {
            effect,
            has_null_key: writes && keyed::has_null_key(inputs),
            tracker,
        })
    }
}

impl Evidence for PostEvidence {
    fn interrupted(&self) -> Failure {
        Failure::interrupted(self.effect, self.tracker.trace())
    }

    fn members(&self) -> Map<String, Value> {
        let trace = self.tracker.trace();
        let outcome = trace.outcome();
        if trace.publish_id.is_none() && outcome.is_none() {
            return Map::new();
        }
        [
            ("publish_id".to_owned(), json!(trace.publish_id)),
            ("outcome".to_owned(), json!(outcome)),
        ]
        .into_iter()
        .collect()
    }
}

impl WriteState for PostState {
    fn members(&self) -> Map<String, Value> {
        let members = serde_json::to_value(self).unwrap_or_default();
        members.as_object().cloned().unwrap_or_default()
    }

    fn advise(&self, row: Option<&Row>, outcome: Option<Outcome>, usual: Advice) -> Advice {
        self.advise(row, outcome, usual)
    }

    fn name_in<'a>(&self, message: &'a str) -> Cow<'a, str> {
        self.name_in(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{integrations::tiktok::ACTIONS, posting::InitKind};

    fn evidence(action: &str, inputs: &Value) -> Arc<dyn Evidence> {
        PostEvidence::of(ACTIONS.iter().find(|entry| entry.name == action), inputs)
    }

    #[test]
    fn a_stopped_request_is_answered_by_its_effect() {
        let key = json!({ "idempotency_key": "k" });
        for (action, inputs, outcome, retryable) in [
            ("get_videos", json!({}), None, true),
            ("create_photo_post", json!({}), Some(Outcome::Failed), true),
            ("create_photo_post", key, Some(Outcome::Unconfirmed), false),
        ] {
            let failure = evidence(action, &inputs).interrupted();
            assert_eq!(
                (failure.outcome, failure.retryable),
                (outcome, Some(retryable)),
                "{action} {inputs}"
            );
        }
        assert_eq!(PostEvidence::of(None, &Value::Null).interrupted().outcome, None);
    }

    #[test]
    fn a_post_that_was_begun_is_not_lost_with_a_fault_of_ours() {
        let post = PostEvidence {
            effect: Effect::Writes,
            has_null_key: false,
            tracker: posting::PostTracker::default(),
        };
        assert_eq!(post.members(), Map::new());
        post.tracker.init(InitKind::PostsByItself);
        let members = Value::Object(post.members());
        assert_eq!(members, json!({ "publish_id": null, "outcome": "unconfirmed" }));
    }
}
