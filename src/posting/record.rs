//! What the journal knows of a post under an idempotency key, and what a repeat may do with it: pure.
//!
//! | the journal says | it means | a repeat |
//! |---|---|---|
//! | nothing | no init was sent | begins |
//! | [`Stage::Init`], bytes to follow | an upload may exist that nobody knows the address of, so it stays empty | begins |
//! | [`Stage::Init`], posts by itself | it may have been posted | looks for it, and never posts |
//! | [`Stage::Named`], last chunk not begun | the upload lacks bytes, and its address died with the one who had it | begins anew |
//! | [`Stage::Named`], anything else | the upload may be whole | asks status/fetch ([`Stage::after`]) |
//! | [`Stage::Ended`] | the result | gives it back |
//!
//! An upload address is a secret and is not written down, so an upload that was cut off is not continued but begun anew.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{InitKind, Outcome};
use crate::{
    model::{ByteCount, PublishId},
    open_api::{PostStatus, Status},
};

/// How far a post had come. `R` is the result that is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage<R> {
    /// The key was taken, and no init was sent.
    Claimed,
    /// An init is about to be sent, or was.
    Init {
        /// What it does by itself.
        kind: InitKind,
        /// When, since the Unix epoch.
        at: Duration,
    },
    /// TikTok has named the post.
    Named {
        /// What its init does by itself.
        kind: InitKind,
        /// Its name.
        publish_id: PublishId,
        /// How many bytes it needs, where it needs any.
        size: Option<ByteCount>,
        /// Whether the last chunk is about to be sent, or was.
        last_chunk: bool,
    },
    /// It is done.
    Ended {
        /// What was answered.
        result: R,
    },
}

/// What a repeat does with a post that was begun and not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resume<R> {
    /// Posts: nothing that was begun can become a post.
    Begin,
    /// Asks TikTok about this post, and goes on with what [`Stage::after`] says.
    Ask(PublishId),
    /// Looks for a post that may have been made since then; it has no name.
    Search {
        /// When its init was sent, since the Unix epoch.
        since: Duration,
    },
    /// Gives the result back.
    Recorded(R),
}

impl<R> Stage<R> {
    /// The post's name, where TikTok has given one.
    pub fn publish_id(&self) -> Option<&PublishId> {
        match self {
            Self::Named { publish_id, .. } => Some(publish_id),
            Self::Claimed | Self::Init { .. } | Self::Ended { .. } => None,
        }
    }

    /// How many bytes the post needs, where it needs any and is known.
    pub fn size(&self) -> Option<ByteCount> {
        match self {
            Self::Named { size, .. } => *size,
            Self::Claimed | Self::Init { .. } | Self::Ended { .. } => None,
        }
    }

    /// What a repeat does first.
    pub fn resume(self) -> Resume<R> {
        match self {
            Self::Claimed => Resume::Begin,
            Self::Init { kind: InitKind::NeedsBytes, .. } => Resume::Begin,
            Self::Init { kind: InitKind::PostsByItself, at } => Resume::Search { since: at },
            Self::Named { kind: InitKind::NeedsBytes, last_chunk: false, .. } => Resume::Begin,
            Self::Named { publish_id, .. } => Resume::Ask(publish_id),
            Self::Ended { result } => Resume::Recorded(result),
        }
    }
}

/// What TikTok's status says of a post that was named and not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// It lacks bytes that nobody can send any more, so it will never be a post: begin anew.
    Begin,
    /// It is on its way, or done: follow it.
    Follow,
    /// The status does not say whether all bytes have arrived.
    Unknown,
}

/// What `status` says of a post that needs `size` bytes; `None` is one whose media TikTok fetches.
pub fn after(size: Option<ByteCount>, status: &PostStatus) -> After {
    match (&status.status, size, status.uploaded_bytes) {
        (Status::ProcessingUpload, Some(size), Some(uploaded)) if uploaded < size => After::Begin,
        (Status::ProcessingUpload, Some(_), None) => After::Unknown,
        _ => After::Follow,
    }
}

/// Whether what was answered is to be given back for good, or asked about again: `None` where it is not to be recorded at all,
/// because nothing was posted and the key may be used again.
pub const fn lasts(outcome: Outcome) -> Option<bool> {
    match outcome {
        Outcome::Published | Outcome::InInbox => Some(true),
        Outcome::Processing | Outcome::Unconfirmed => Some(false),
        Outcome::Failed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Text = Stage<String>;

    fn id() -> PublishId {
        PublishId::parse("v_pub_file~v2-1.7".to_owned()).unwrap()
    }

    fn named(kind: InitKind, last_chunk: bool) -> Text {
        Stage::Named { kind, publish_id: id(), size: Some(ByteCount(10)), last_chunk }
    }

    #[test]
    fn the_table_of_the_module_documentation_holds() {
        let at = Duration::from_secs(7);
        for (stage, resume) in [
            (Stage::Claimed, Resume::Begin),
            (Stage::Init { kind: InitKind::NeedsBytes, at }, Resume::Begin),
            (Stage::Init { kind: InitKind::PostsByItself, at }, Resume::Search { since: at }),
            (named(InitKind::NeedsBytes, false), Resume::Begin),
            (named(InitKind::NeedsBytes, true), Resume::Ask(id())),
            (named(InitKind::PostsByItself, false), Resume::Ask(id())),
            (Stage::Ended { result: "done".to_owned() }, Resume::Recorded("done".to_owned())),
        ] {
            assert_eq!(stage.clone().resume(), resume, "{stage:?}");
        }
    }

    #[test]
    fn a_stage_survives_its_json() {
        let at = Duration::from_millis(1_700_000_000_123);
        for stage in
            [Stage::Init { kind: InitKind::PostsByItself, at }, named(InitKind::NeedsBytes, true), Text::Claimed]
        {
            let json = serde_json::to_string(&stage).unwrap();
            assert_eq!(serde_json::from_str::<Text>(&json).unwrap(), stage, "{json}");
        }
    }

    #[test]
    fn only_a_status_that_counts_too_few_bytes_lets_begin_anew() {
        let status = |json: &str| serde_json::from_str::<PostStatus>(json).unwrap();
        let size = Some(ByteCount(10));
        for (json, expected) in [
            (r#"{"status":"PROCESSING_UPLOAD","uploaded_bytes":9}"#, After::Begin),
            (r#"{"status":"PROCESSING_UPLOAD","uploaded_bytes":0}"#, After::Begin),
            (r#"{"status":"PROCESSING_UPLOAD","uploaded_bytes":10}"#, After::Follow),
            (r#"{"status":"PROCESSING_UPLOAD"}"#, After::Unknown),
            (r#"{"status":"PUBLISH_COMPLETE"}"#, After::Follow),
            (r#"{"status":"FAILED","uploaded_bytes":3}"#, After::Follow),
            (r#"{"status":"SOMETHING_NEW","uploaded_bytes":3}"#, After::Follow),
        ] {
            assert_eq!(after(size, &status(json)), expected, "{json}");
        }
        assert_eq!(after(None, &status(r#"{"status":"PROCESSING_DOWNLOAD"}"#)), After::Follow);
    }
}
