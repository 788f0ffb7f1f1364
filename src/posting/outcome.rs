//! Outcome of a post, derived from the requests sent and TikTok's status: pure.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    model::{Outcome, PostId, PrivacyLevel, PublishId},
    open_api::{PostStatus, PublishStatus},
};

impl Outcome {
    /// Converts TikTok's status. An unknown status counts as processing (docs/tiktok-open-api.md#status).
    pub fn of_status(status: &PublishStatus) -> Self {
        match status {
            PublishStatus::PublishComplete => Self::Published,
            PublishStatus::SendToUserInbox => Self::InInbox,
            PublishStatus::Failed => Self::Failed,
            PublishStatus::ProcessingUpload | PublishStatus::ProcessingDownload | PublishStatus::Other(_) => {
                Self::Processing
            }
        }
    }
}

/// Whether the ID of the post is known: available; pending_moderation (TikTok assigns it after moderation, usually
/// within a minute, sometimes after hours, and only to public posts); private (posts that are not public get no
/// ID); pending_or_private (either of the two); not_yet (the post is not published).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
#[expect(
    missing_docs,
    reason = "variant docs would change the schema; the type's comment explains them"
)]
pub enum IdState {
    Available,
    PendingModeration,
    Private,
    PendingOrPrivate,
    NotYet,
}

impl IdState {
    /// Converts TikTok's status. `privacy` is the post's privacy level, if known.
    pub fn of(status: &PostStatus, privacy: Option<PrivacyLevel>) -> Self {
        Self::told(status.post_ids(), Outcome::of_status(&status.status), privacy)
    }

    /// Derives the state from the known post ids and the outcome.
    pub fn told(post_ids: &[PostId], outcome: Outcome, privacy: Option<PrivacyLevel>) -> Self {
        match (post_ids, outcome) {
            ([_, ..], _) => Self::Available,
            ([], Outcome::Published) => match privacy {
                Some(PrivacyLevel::PublicToEveryone) => Self::PendingModeration,
                Some(_) => Self::Private,
                None => Self::PendingOrPrivate,
            },
            ([], Outcome::InInbox | Outcome::Processing | Outcome::Unconfirmed | Outcome::Failed) => {
                Self::NotYet
            }
        }
    }
}

/// Effect of an init.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitKind {
    /// TikTok posts only after all bytes have been uploaded.
    NeedsBytes,
    /// TikTok downloads the media and posts them.
    PostsByItself,
}

/// Shared record of a post's progress. It is kept outside the action, so that it survives an interruption of the
/// action.
#[derive(Debug, Clone, Default)]
pub struct PostTracker(Arc<Mutex<PostProgress>>);

/// Snapshot of a [`PostTracker`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostProgress {
    /// Effect of the init that was sent, if any.
    pub init: Option<InitKind>,
    /// Id of the post, once TikTok has returned it.
    pub publish_id: Option<PublishId>,
    /// True once bytes are about to be sent.
    pub bytes_sent: bool,
    /// True once the last chunk is about to be sent. Before that there can be no post.
    pub last_chunk: bool,
    /// True once TikTok has confirmed all bytes.
    pub whole: bool,
    /// Time since the Unix epoch at which the upload URL has certainly expired, once there is one.
    pub closed_at: Option<Duration>,
    /// Knowledge about earlier requests for the same post.
    pub earlier: PriorAttempt,
}

/// Knowledge of a request about earlier ones with the same idempotency key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PriorAttempt {
    /// The request has no key.
    #[default]
    NoKey,
    /// The request has a key whose earlier use is not known yet.
    Unknown,
    /// The request has a key under which nothing was posted before.
    Nothing,
}

impl PostTracker {
    /// Tracker of a request with an idempotency key.
    pub fn with_idempotency_key() -> Self {
        let evidence = Self::default();
        evidence.change(|trace| trace.earlier = PriorAttempt::Unknown);
        evidence
    }

    /// Records that no earlier request with this key has posted or still can.
    pub fn nothing_earlier(&self) {
        self.change(|trace| {
            *trace = PostProgress {
                earlier: PriorAttempt::Nothing,
                ..PostProgress::default()
            }
        });
    }

    /// Starts over: the earlier init can never become a post.
    pub fn anew(&self) {
        self.change(|trace| {
            *trace = PostProgress {
                earlier: trace.earlier,
                ..PostProgress::default()
            }
        });
    }

    /// Records that an init is about to be sent.
    pub fn init(&self, kind: InitKind) {
        self.change(|trace| trace.init = Some(kind));
    }

    /// Records that the init had no effect and none is under way.
    pub fn no_init(&self) {
        self.change(|trace| trace.init = None);
    }

    /// Records the id that TikTok has returned.
    pub fn publish_id(&self, publish_id: &PublishId) {
        self.change(|trace| trace.publish_id = Some(publish_id.clone()));
    }

    /// Records when the upload URL has certainly expired, since the Unix epoch.
    pub fn closed_at(&self, time: Duration) {
        self.change(|trace| trace.closed_at = Some(time));
    }

    /// Records that bytes are about to be sent.
    pub fn bytes(&self) {
        self.change(|trace| trace.bytes_sent = true);
    }

    /// Records that the last chunk is about to be sent.
    pub fn last_chunk(&self) {
        self.change(|trace| trace.last_chunk = true);
    }

    /// Records that TikTok has confirmed all bytes.
    pub fn whole(&self) {
        self.change(|trace| trace.whole = true);
    }

    /// Returns a snapshot.
    pub fn trace(&self) -> PostProgress {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut PostProgress)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl PostProgress {
    /// Outcome of a post whose action was interrupted; `None` if no post was begun.
    pub fn outcome(&self) -> Option<Outcome> {
        match self.init {
            Some(InitKind::PostsByItself) => Some(Outcome::Unconfirmed),
            Some(InitKind::NeedsBytes) if self.whole => Some(Outcome::Processing),
            Some(InitKind::NeedsBytes) if self.bytes_sent => Some(Outcome::Unconfirmed),
            Some(InitKind::NeedsBytes) => Some(Outcome::Failed),
            None if self.earlier == PriorAttempt::Unknown => Some(Outcome::Unconfirmed),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(json: &str) -> PostStatus {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn stages_become_outcomes() {
        // docs/tiktok-open-api.md#status.
        for (stage, outcome) in [
            ("PROCESSING_UPLOAD", Outcome::Processing),
            ("PROCESSING_DOWNLOAD", Outcome::Processing),
            ("SEND_TO_USER_INBOX", Outcome::InInbox),
            ("PUBLISH_COMPLETE", Outcome::Published),
            ("FAILED", Outcome::Failed),
            ("SOMETHING_NEW", Outcome::Processing),
        ] {
            assert_eq!(
                Outcome::of_status(&PublishStatus::from(stage.to_owned())),
                outcome,
                "{stage}"
            );
        }
    }

    #[test]
    fn a_published_post_may_have_no_id_yet() {
        let pending = status(r#"{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[]}"#);
        assert_eq!(IdState::of(&pending, None), IdState::PendingOrPrivate);
        assert_eq!(
            IdState::of(&pending, Some(PrivacyLevel::PublicToEveryone)),
            IdState::PendingModeration
        );
        assert_eq!(
            IdState::of(&pending, Some(PrivacyLevel::SelfOnly)),
            IdState::Private
        );
        let there = status(r#"{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7]}"#);
        assert_eq!(IdState::of(&there, None), IdState::Available);
        assert_eq!(
            IdState::of(&status(r#"{"status":"PROCESSING_UPLOAD"}"#), None),
            IdState::NotYet
        );
    }

    #[test]
    fn a_stopped_action_claims_no_more_than_it_knows() {
        let evidence = PostTracker::default();
        assert_eq!(evidence.trace().outcome(), None);
        evidence.init(InitKind::NeedsBytes);
        assert_eq!(evidence.trace().outcome(), Some(Outcome::Failed));
        evidence.bytes();
        assert_eq!(evidence.trace().outcome(), Some(Outcome::Unconfirmed));
        evidence.whole();
        assert_eq!(evidence.trace().outcome(), Some(Outcome::Processing));
        evidence.init(InitKind::PostsByItself);
        assert_eq!(evidence.trace().outcome(), Some(Outcome::Unconfirmed));
    }
}
