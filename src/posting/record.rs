//! Knowledge of the journal about a post under an idempotency key, and permitted actions of a repeat: pure.
//!
//! | Stage in the journal | State at TikTok | Action of a repeat |
//! |---|---|---|
//! | none, or [`Stage::Claimed`] | no init was sent | sends an init |
//! | [`Stage::Init`], [`InitKind::NeedsBytes`] | an empty upload may exist; its URL is lost, so it stays empty | sends an init |
//! | [`Stage::Init`], [`InitKind::PostsByItself`] | the post may exist | searches for the post, never posts |
//! | [`Stage::InitAcknowledged`], no more bytes needed | TikTok has the media or fetches them | polls the status, never posts |
//! | [`Stage::InitAcknowledged`], last chunk not begun | the upload is incomplete; its URL is lost with the process that had it | sends an init |
//! | [`Stage::InitAcknowledged`], last chunk begun | the upload may be complete, or become so when delayed bytes arrive | fetches the status ([`assess`]); sends an init only after the upload URL has expired ([`open_for`]) |
//! | [`Stage::Ended`] | the post has a final outcome | returns the stored result |
//!
//! An upload URL is a secret and is never stored, so an interrupted upload cannot be resumed: it starts over with a
//! new init.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{InitKind, Outcome};
use crate::{
    model::{ByteCount, PublishId},
    open_api::{PostStatus, PublishStatus},
    upload::SIZE_MAX,
    upload::URL_LIFE,
};

/// Progress of a post. `R` is the type of the stored result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage<R> {
    /// The key is claimed; no init was sent.
    Claimed,
    /// An init is about to be sent, or was sent.
    Init {
        /// Effect of the init.
        kind: InitKind,
        /// Time of the init, since the Unix epoch.
        at: Duration,
    },
    /// TikTok has answered the init with a `publish_id`. Stored as `named`, the name of earlier versions.
    #[serde(rename = "named")]
    InitAcknowledged {
        /// Effect of the init.
        kind: InitKind,
        /// Id of the post.
        publish_id: PublishId,
        /// Size of the upload. `None` once TikTok has confirmed all bytes, and for media that TikTok downloads.
        size: Option<ByteCount>,
        /// True once the last chunk is about to be sent.
        last_chunk: bool,
        /// Time of the init's response, since the Unix epoch. The upload URL's life began earlier.
        at: Duration,
    },
    /// The post has a final outcome.
    Ended {
        /// Result of the request.
        result: R,
    },
}

/// First step of a repeated request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resume<R> {
    /// Post: no earlier init can become a post.
    Begin,
    /// Fetch the status of this post and continue according to [`assess`].
    Ask {
        /// Id of the post.
        publish_id: PublishId,
        /// Time of the init's response, since the Unix epoch.
        since: Duration,
    },
    /// Search for a post without a known id that may have been made since then.
    Search {
        /// Time of the init, since the Unix epoch.
        since: Duration,
    },
    /// Return the stored result.
    Recorded(R),
}

impl<R> Stage<R> {
    /// Id of the post, if TikTok has returned it.
    pub fn publish_id(&self) -> Option<&PublishId> {
        match self {
            Self::InitAcknowledged { publish_id, .. } => Some(publish_id),
            Self::Claimed | Self::Init { .. } | Self::Ended { .. } => None,
        }
    }

    /// Returns the same stage without the result.
    pub fn without_result(&self) -> Stage<()> {
        match self {
            Self::Claimed => Stage::Claimed,
            Self::Init { kind, at } => Stage::Init { kind: *kind, at: *at },
            Self::InitAcknowledged {
                kind,
                publish_id,
                size,
                last_chunk,
                at,
            } => Stage::InitAcknowledged {
                kind: *kind,
                publish_id: publish_id.clone(),
                size: *size,
                last_chunk: *last_chunk,
                at: *at,
            },
            Self::Ended { .. } => Stage::Ended { result: () },
        }
    }

    /// Checks that the stage is possible for a post like `frame`. The error is a reason without any stored value.
    pub fn check(&self, frame: &PostFrame) -> Result<(), &'static str> {
        match self {
            Self::Ended { .. } if frame.is_finished => Ok(()),
            Self::Ended { .. } => Err("its stage has ended, and the row has not"),
            Self::Claimed | Self::Init { .. } | Self::InitAcknowledged { .. } if frame.is_finished => {
                Err("the row has ended, and its stage has not")
            }
            Self::Claimed => Ok(()),
            // Also an upload whose id could not be stored: see `Stage::unnamed`.
            Self::Init {
                kind: InitKind::PostsByItself,
                at,
            } => frame.holds(frame.kind, *at),
            Self::Init { kind, at } => frame.holds(*kind, *at),
            Self::InitAcknowledged {
                kind,
                publish_id,
                size,
                last_chunk,
                at,
            } => {
                frame.holds(*kind, *at)?;
                if !publish_id.is_storable() {
                    return Err("its publish_id is none that TikTok gives");
                }
                let fits = match (kind, size) {
                    (InitKind::PostsByItself, None) => !last_chunk,
                    (InitKind::PostsByItself, Some(_)) => false,
                    (InitKind::NeedsBytes, None) => *last_chunk,
                    (InitKind::NeedsBytes, Some(size)) => (1..=SIZE_MAX.0).contains(&size.0),
                };
                fits.then_some(())
                    .ok_or("its size and its last part do not belong together")
            }
        }
    }

    /// Stage of a post that may exist and whose id cannot be stored: a repeat searches for it and never posts.
    pub const fn unnamed(at: Duration) -> Self {
        Self::Init {
            kind: InitKind::PostsByItself,
            at,
        }
    }

    /// Size of the upload, unless TikTok has confirmed all bytes.
    pub fn size(&self) -> Option<ByteCount> {
        match self {
            Self::InitAcknowledged { size, .. } => *size,
            Self::Claimed | Self::Init { .. } | Self::Ended { .. } => None,
        }
    }

    /// Returns the first step of a repeated request.
    pub fn resume(self) -> Resume<R> {
        match self {
            Self::Claimed => Resume::Begin,
            Self::Init {
                kind: InitKind::NeedsBytes,
                ..
            } => Resume::Begin,
            Self::Init {
                kind: InitKind::PostsByItself,
                at,
            } => Resume::Search { since: at },
            Self::InitAcknowledged {
                kind: InitKind::NeedsBytes,
                last_chunk: false,
                ..
            } => Resume::Begin,
            Self::InitAcknowledged { publish_id, at, .. } => Resume::Ask {
                publish_id,
                since: at,
            },
            Self::Ended { result } => Resume::Recorded(result),
        }
    }
}

/// Facts about a post in addition to the stage in the journal. Times count from the Unix epoch, by the store's
/// clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostFrame {
    /// Effect of its init, as the request says.
    pub kind: InitKind,
    /// True if its row is finished.
    pub is_finished: bool,
    /// True if a key has authenticated its row.
    pub is_authenticated: bool,
    /// Time of the row's first claim.
    pub claimed_at: Duration,
    /// Now.
    pub now: Duration,
}

/// Largest tolerated difference between a machine's clock and the store's. Earlier versions stored times of the
/// machine's clock.
const CLOCKS_DIFFER: Duration = Duration::from_hours(24);

impl PostFrame {
    /// Checks that an init of this kind at this time can belong to the post.
    fn holds(&self, kind: InitKind, at: Duration) -> Result<(), &'static str> {
        let earliest = self.claimed_at.saturating_sub(CLOCKS_DIFFER);
        let latest = self.now.saturating_add(CLOCKS_DIFFER);
        match () {
            () if kind != self.kind => Err("its init is not of the kind of this request's"),
            () if !self.is_authenticated && (at < earliest || at > latest) => {
                Err("the time of its init is impossible")
            }
            () => Ok(()),
        }
    }
}

/// State of an upload, judged from TikTok's status of its post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// Bytes are missing. Once the upload URL has expired ([`open_for`]) it can never become a post.
    Incomplete,
    /// TikTok has all bytes, or the post is final.
    Underway,
    /// The status does not show whether all bytes have arrived.
    Unknown,
}

/// Judges `status` for an upload of `size` bytes. `None` is an upload that is complete, or whose media TikTok
/// fetches.
///
/// TikTok calls its byte count "1-indexed". If it is the index of the last byte, a complete upload counts one byte
/// too few, so that difference is inconclusive.
pub fn assess(size: Option<ByteCount>, status: &PostStatus) -> UploadState {
    match (&status.status, size, status.uploaded_bytes) {
        (PublishStatus::ProcessingUpload, Some(ByteCount(size)), Some(ByteCount(uploaded)))
            if uploaded < size =>
        {
            if uploaded.saturating_add(1) == size {
                UploadState::Unknown
            } else {
                UploadState::Incomplete
            }
        }
        (PublishStatus::ProcessingUpload, Some(_), None) => UploadState::Unknown,
        _ => UploadState::Underway,
    }
}

/// Margin on the life of an upload URL, for clock differences and for TikTok's own start of the count.
const CLOSING: Duration = Duration::from_mins(10);

/// Time from an init until its upload URL certainly accepts no more bytes.
pub const UPLOAD_CLOSED_AFTER: Duration = URL_LIFE.saturating_add(CLOSING);

/// Returns the time until the URL of an upload whose init was answered at `since` accepts no more bytes; `None` once
/// it has expired.
///
/// All times count from the Unix epoch. `since` may come from another clock, so `claimed_at`, the time of the row's
/// first claim, is a lower bound.
pub fn open_for(since: Duration, claimed_at: Duration, now: Duration) -> Option<Duration> {
    let left = since
        .max(claimed_at)
        .saturating_add(UPLOAD_CLOSED_AFTER)
        .saturating_sub(now);
    (!left.is_zero()).then_some(left)
}

/// Treatment of a key's record once the request has an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// Delete the record: nothing was posted, and the key can be used again.
    Discard,
    /// Keep the stage, so that a repeat asks TikTok again.
    KeepOpen,
    /// Store the result and return it to every repeat.
    Final,
}

/// Returns the treatment of the record of a post with this outcome.
pub const fn retention(outcome: Outcome) -> Retention {
    match outcome {
        Outcome::Published | Outcome::InInbox => Retention::Final,
        Outcome::Processing | Outcome::Unconfirmed => Retention::KeepOpen,
        Outcome::Failed => Retention::Discard,
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
        Stage::InitAcknowledged {
            kind,
            publish_id: id(),
            size: Some(ByteCount(10)),
            last_chunk,
            at: Duration::from_secs(7),
        }
    }

    fn whole() -> Text {
        let (kind, at) = (InitKind::NeedsBytes, Duration::from_secs(7));
        Stage::InitAcknowledged {
            kind,
            publish_id: id(),
            size: None,
            last_chunk: true,
            at,
        }
    }

    #[test]
    fn the_table_of_the_module_documentation_holds() {
        let at = Duration::from_secs(7);
        for (stage, resume) in [
            (Stage::Claimed, Resume::Begin),
            (
                Stage::Init {
                    kind: InitKind::NeedsBytes,
                    at,
                },
                Resume::Begin,
            ),
            (
                Stage::Init {
                    kind: InitKind::PostsByItself,
                    at,
                },
                Resume::Search { since: at },
            ),
            (named(InitKind::NeedsBytes, false), Resume::Begin),
            (
                whole(),
                Resume::Ask {
                    publish_id: id(),
                    since: at,
                },
            ),
            (
                named(InitKind::NeedsBytes, true),
                Resume::Ask {
                    publish_id: id(),
                    since: at,
                },
            ),
            (
                named(InitKind::PostsByItself, false),
                Resume::Ask {
                    publish_id: id(),
                    since: at,
                },
            ),
            (
                Stage::Ended {
                    result: "done".to_owned(),
                },
                Resume::Recorded("done".to_owned()),
            ),
        ] {
            assert_eq!(stage.clone().resume(), resume, "{stage:?}");
        }
    }

    #[test]
    fn a_stage_that_the_post_cannot_have_is_refused() {
        let at = Duration::from_secs(100_000);
        let frame = PostFrame {
            kind: InitKind::NeedsBytes,
            is_finished: false,
            is_authenticated: false,
            claimed_at: at,
            now: at + Duration::from_hours(1),
        };
        let by_itself = PostFrame {
            kind: InitKind::PostsByItself,
            ..frame
        };
        let done = PostFrame {
            is_finished: true,
            ..frame
        };
        let named = |size: Option<u64>, last_chunk| {
            let (kind, publish_id, size) = (InitKind::NeedsBytes, id(), size.map(ByteCount));
            Text::InitAcknowledged {
                kind,
                publish_id,
                size,
                last_chunk,
                at,
            }
        };
        let init = |at: Duration| Text::Init {
            kind: InitKind::NeedsBytes,
            at,
        };
        let ended = || Stage::Ended {
            result: "done".to_owned(),
        };
        for (stage, frame) in [
            (Stage::Claimed, frame),
            (init(at), frame),
            (Stage::unnamed(at), frame),
            (named(Some(10), false), frame),
            (named(Some(10), true), frame),
            (named(None, true), frame),
            (ended(), done),
        ] {
            assert_eq!(stage.check(&frame), Ok(()), "{stage:?}");
        }
        for (stage, frame) in [
            (Stage::Claimed, done),
            (named(None, true), done),
            (ended(), frame),
            (init(at), by_itself),
            (named(Some(10), true), by_itself),
            (init(Duration::from_secs(1)), frame),
            (init(at + Duration::from_hours(26)), frame),
            (init(Duration::MAX), frame),
            (Stage::unnamed(Duration::MAX), frame),
            (named(None, false), frame),
            (named(Some(0), false), frame),
            (named(Some(u64::MAX), true), frame),
        ] {
            assert!(stage.check(&frame).is_err(), "{stage:?}");
        }
    }

    /// Machines and a Redis whose clocks differ write rows that each of them reads.
    #[test]
    fn an_init_may_seem_to_be_before_its_claim_or_to_come() {
        let (claimed_at, now) = (Duration::from_hours(1_000), Duration::from_hours(1_001));
        let check = |at: Duration, is_authenticated| {
            let kind = InitKind::NeedsBytes;
            let frame = PostFrame {
                kind,
                is_finished: false,
                is_authenticated,
                claimed_at,
                now,
            };
            Text::Init { kind, at }.check(&frame).is_ok()
        };
        let minute = Duration::from_mins(1);
        for far in [11 * minute, Duration::from_hours(23)] {
            assert!(
                check(claimed_at.saturating_sub(far), false) && check(now + far, false),
                "{far:?}"
            );
        }
        let too_far = Duration::from_hours(24) + minute;
        assert!(!check(claimed_at.saturating_sub(too_far), false) && !check(now + too_far, false));
        assert!(
            check(claimed_at.saturating_sub(too_far), true) && check(now + too_far, true),
            "a key vouches for the time"
        );
    }

    #[test]
    fn a_stage_survives_its_json() {
        let at = Duration::from_millis(1_700_000_000_123);
        for stage in [
            Stage::Init {
                kind: InitKind::PostsByItself,
                at,
            },
            named(InitKind::NeedsBytes, true),
            Text::Claimed,
        ] {
            let json = serde_json::to_string(&stage).unwrap();
            assert_eq!(serde_json::from_str::<Text>(&json).unwrap(), stage, "{json}");
        }
    }

    #[test]
    fn an_upload_is_closed_an_hour_after_its_init_and_some() {
        let (hour, margin) = (Duration::from_hours(1), Duration::from_mins(10));
        let since = Duration::from_secs(1_000);
        let open = |now| open_for(since, since, now);
        assert_eq!(open(since), Some(hour + margin));
        assert_eq!(open(since + hour), Some(margin));
        assert_eq!(open(since + hour + margin), None);
        // A clock that was set back shows the init in the future.
        assert_eq!(open(Duration::ZERO), Some(since + hour + margin));
        // A clock that is behind the store's, or a forged time, does not close the upload early.
        assert_eq!(open_for(Duration::ZERO, since, since + hour), Some(margin));
    }

    #[test]
    fn only_a_status_that_counts_too_few_bytes_lets_begin_anew() {
        let status = |json: &str| serde_json::from_str::<PostStatus>(json).unwrap();
        let size = Some(ByteCount(10));
        for (json, expected) in [
            (
                r#"{"status":"PROCESSING_UPLOAD","uploaded_bytes":9}"#,
                UploadState::Unknown,
            ),
            (
                r#"{"status":"PROCESSING_UPLOAD","uploaded_bytes":8}"#,
                UploadState::Incomplete,
            ),
            (
                r#"{"status":"PROCESSING_UPLOAD","uploaded_bytes":0}"#,
                UploadState::Incomplete,
            ),
            (
                r#"{"status":"PROCESSING_UPLOAD","uploaded_bytes":10}"#,
                UploadState::Underway,
            ),
            (r#"{"status":"PROCESSING_UPLOAD"}"#, UploadState::Unknown),
            (r#"{"status":"PUBLISH_COMPLETE"}"#, UploadState::Underway),
            (r#"{"status":"FAILED","uploaded_bytes":3}"#, UploadState::Underway),
            (
                r#"{"status":"SOMETHING_NEW","uploaded_bytes":3}"#,
                UploadState::Underway,
            ),
        ] {
            assert_eq!(assess(size, &status(json)), expected, "{json}");
        }
        assert_eq!(
            assess(None, &status(r#"{"status":"PROCESSING_DOWNLOAD"}"#)),
            UploadState::Underway
        );
        // TikTok has said that it has all of it, whatever it counts.
        assert_eq!(
            assess(
                None,
                &status(r#"{"status":"PROCESSING_UPLOAD","uploaded_bytes":3}"#)
            ),
            UploadState::Underway
        );
    }
}
