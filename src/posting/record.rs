//! Knowledge of the journal about a post under an idempotency key, and permitted actions of a repeat: pure.
//!
//! | the journal says | it means | a repeat |
//! |---|---|---|
//! | nothing | no init was sent | begins |
//! | [`Stage::Init`], bytes to follow | an upload may exist that nobody knows the address of, so it stays empty | begins |
//! | [`Stage::Init`], posts by itself | it may have been posted | looks for it, and never posts |
//! | [`Stage::InitAcknowledged`], needs no more bytes | TikTok has all of it, or fetches it | follows it, and never posts |
//! | [`Stage::InitAcknowledged`], last chunk not begun | the upload lacks bytes, and its address died with the one who had it | begins anew |
//! | [`Stage::InitAcknowledged`], last chunk begun | the upload may be whole, or become so: what the dead have sent may still arrive | asks status/fetch ([`assess`]), and begins anew only when the upload's address no longer works |
//! | [`Stage::Ended`] | the result | gives it back |
//!
//! An upload address is a secret and is not written down, so an upload that was cut off is not continued but
//! begun anew.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{InitKind, Outcome};
use crate::{
    media::VIDEO_MAX,
    model::{ByteCount, PublishId},
    open_api::{PostStatus, PublishStatus},
    upload::URL_LIFE,
};

/// Progress of a post. `R` is the result that is given back.
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
    /// TikTok has answered the init with a `publish_id`. Stored as `named`, the name of earlier versions.
    #[serde(rename = "named")]
    InitAcknowledged {
        /// What its init does by itself.
        kind: InitKind,
        /// Its name.
        publish_id: PublishId,
        /// How many bytes it needs; none once TikTok has said that it has them all, and for media that TikTok
        /// fetches.
        size: Option<ByteCount>,
        /// Whether the last chunk is about to be sent, or was.
        last_chunk: bool,
        /// When its init was answered, since the Unix epoch: the life of the upload's address began before
        /// that.
        at: Duration,
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
    /// Asks TikTok about this post, and goes on with what [`assess`] says.
    Ask {
        /// Its name.
        publish_id: PublishId,
        /// When its init was answered, since the Unix epoch.
        since: Duration,
    },
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
            Self::InitAcknowledged { publish_id, .. } => Some(publish_id),
            Self::Claimed | Self::Init { .. } | Self::Ended { .. } => None,
        }
    }

    /// The same stage, without what was answered.
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

    /// Checks that it can be a stage of a post like `frame`; the error is a reason that holds nothing of it.
    pub fn check(&self, frame: &PostFrame) -> Result<(), &'static str> {
        match self {
            Self::Ended { .. } if frame.is_finished => Ok(()),
            Self::Ended { .. } => Err("its stage has ended, and the row has not"),
            Self::Claimed | Self::Init { .. } | Self::InitAcknowledged { .. } if frame.is_finished => {
                Err("the row has ended, and its stage has not")
            }
            Self::Claimed => Ok(()),
            // Also an upload whose name could not be written down: see `Stage::unnamed`.
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
                    (InitKind::NeedsBytes, Some(size)) => (1..=VIDEO_MAX.0).contains(&size.0),
                };
                fits.then_some(())
                    .ok_or("its size and its last part do not belong together")
            }
        }
    }

    /// The stage of a post that may be made now and whose name cannot be stored: a repeat looks for it, and
    /// never posts.
    pub const fn unnamed(at: Duration) -> Self {
        Self::Init {
            kind: InitKind::PostsByItself,
            at,
        }
    }

    /// Number of bytes that the post needs, if it is not known to have them.
    pub fn size(&self) -> Option<ByteCount> {
        match self {
            Self::InitAcknowledged { size, .. } => *size,
            Self::Claimed | Self::Init { .. } | Self::Ended { .. } => None,
        }
    }

    /// What a repeat does first.
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

/// Facts about a post besides the stage in the journal. Times count from the Unix epoch, by the store's
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

/// Most that the clock of a machine may differ from the store's. A former version wrote times of the
/// machine's clock.
const CLOCKS_DIFFER: Duration = Duration::from_hours(24);

impl PostFrame {
    /// Checks that an init of this kind at this time can be the post's.
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

/// Meaning of TikTok's status of a post that was named and not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// It lacks bytes. Once its address no longer works ([`open_for`]) it will never be a post: begin anew.
    Incomplete,
    /// It is on its way, or done: follow it.
    Underway,
    /// The status does not say whether all bytes have arrived.
    Unknown,
}

/// Meaning of `status` for a post that needs `size` bytes; `None` is one that has them or whose media TikTok
/// fetches.
///
/// TikTok calls its figure "1-indexed". Should it be the last byte's index, a whole upload counts one too
/// few.
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

/// Added to the life of an upload's address: clocks differ, and TikTok may count late.
const CLOSING: Duration = Duration::from_mins(10);

/// Time until no byte can arrive any more at an upload whose init was answered at `since`; none if that is so
/// now.
///
/// All times count from the Unix epoch. No init is older than its row's first claim, whatever the clock that
/// `since` is from.
pub fn open_for(since: Duration, claimed_at: Duration, now: Duration) -> Option<Duration> {
    let left = since
        .max(claimed_at)
        .saturating_add(URL_LIFE)
        .saturating_add(CLOSING)
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
