//! Steps of a creation whose answer may be lost: pure.
//!
//! | what happened | next step |
//! |---|---|
//! | no answer, within [`SAME_REQUEST`] of the first attempt; TikTok knows the request by its id, and lists show no object that could be its | the same request again, [`AT_ONCE_MAX`] times at most |
//! | no answer in any other case | search |
//! | the search finds an object that can only be this one | done |
//! | the search finds nothing before [`SETTLED`] | search again |
//! | the search finds nothing after [`SETTLED`] | the request again; nothing if a repeat was refused |
//! | a repeat is refused as known, or its object belongs to another request | search; if an object of another request fits, that request has this one's object: a new request |
//!
//! Facts: docs/tiktok-marketing-api.md#create-a-campaign.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Time after the first attempt until which a repeat may begin without a search. TikTok knows a request by its id for 10
/// seconds after it arrives, and the repeat has to arrive within that time.
pub const SAME_REQUEST: Duration = Duration::from_secs(5);

/// Time after the first attempt at which such a repeat is given up, because it could arrive too late.
pub const SAME_REQUEST_END: Duration = Duration::from_secs(8);

/// Most repeats without a search.
pub const AT_ONCE_MAX: u32 = 2;

/// Time after the end of the last attempt from which an object that is not listed does not exist. TikTok publishes no
/// bound on the lag of its lists.
pub const SETTLED: Duration = Duration::from_secs(30);

/// Most attempts of one request of the host.
pub const ATTEMPTS_MAX: u32 = 5;

/// Most ids of objects that had the name before: those of a page of the list.
pub const KNOWN_MAX: usize = 1_000;

/// Longest duration of an attempt, in seconds: the longest `timeout` of a request.
const ATTEMPT_MAX: u64 = 600;

/// Longest id of an object, in digits.
const ID_MAX: usize = 20;

/// Stage of a creation, as the journal keeps it. Times are seconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case", deny_unknown_fields)]
pub enum CreationStage {
    /// Nothing was sent.
    Begun,
    /// The request was about to be sent.
    Sent(SentCreation),
    /// The object exists.
    Made {
        /// Id of the object.
        id: String,
    },
}

/// A request that may have created its object.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentCreation {
    /// Ids of the objects that had the name before the first attempt.
    pub known: Vec<String>,
    /// Whether `known` has all of them.
    pub knows_all: bool,
    /// TikTok's time before the first attempt, if it gave one.
    pub tiktok_time: Option<u64>,
    /// Time of the first attempt.
    pub first: u64,
    /// Time by which the last attempt has ended.
    pub last: u64,
    /// Number of request ids that were used before this one, because another request has their object.
    pub round: u32,
}

/// Step after a search that found no object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterSearch {
    /// Search again after this wait.
    Search(Duration),
    /// The object does not exist.
    Absent,
}

impl SentCreation {
    /// Returns true if a repeat may begin at `now` without a search: TikTok still knows the request by its id.
    pub fn is_known_by_id(&self, now: Duration) -> bool {
        now < seconds(self.first).saturating_add(SAME_REQUEST)
    }

    /// Time that a repeat without a search has from `now` on.
    pub fn left_at_once(&self, now: Duration) -> Duration {
        let end = seconds(self.first).saturating_add(SAME_REQUEST_END);
        end.saturating_sub(now)
    }

    /// The request after its attempt has ended at `now`, at the latest.
    #[must_use]
    pub fn ended_by(self, now: Duration) -> Self {
        Self {
            last: self.last.min(now.as_secs().saturating_add(1)),
            ..self
        }
    }

    /// Step after a search at `now` that found nothing.
    pub fn after_search(&self, now: Duration) -> AfterSearch {
        let settles = seconds(self.last).saturating_add(SETTLED);
        let left = settles.saturating_sub(now);
        if left.is_zero() {
            return AfterSearch::Absent;
        }
        AfterSearch::Search(left.min(SEARCH_PAUSE))
    }
}

/// Signs that the answers to repeats give, and their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RepeatSigns {
    /// Number of repeats without a search.
    pub at_once: u32,
    /// Whether TikTok knows the request: it refused a repeat as such, or returned an object that another request has.
    pub is_known: bool,
    /// Whether TikTok refused a repeat for another reason.
    pub is_refused: bool,
}

/// Step after a search that is certain of the object's absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterAbsence {
    /// The same request again.
    Repeat,
    /// A request with another id: another request has the object of this one.
    Renew,
    /// Nothing was created.
    Refused,
    /// TikTok knows the request, but its object is not listed.
    Unknown,
}

impl RepeatSigns {
    /// Returns true if a repeat may do without a search, for an object whose create has a request id.
    pub fn may_repeat_at_once(self, sent: &SentCreation, now: Duration) -> bool {
        let is_open = !self.is_known && !self.is_refused;
        is_open && self.at_once < AT_ONCE_MAX && sent.is_known_by_id(now)
    }

    /// Step after a search found no object but, if `is_taken`, some that fit and belong to other requests.
    pub fn after_absence(self, is_taken: bool) -> AfterAbsence {
        match self {
            Self { is_known: true, .. } if is_taken => AfterAbsence::Renew,
            Self { is_known: true, .. } => AfterAbsence::Unknown,
            Self { is_refused: true, .. } => AfterAbsence::Refused,
            Self { .. } => AfterAbsence::Repeat,
        }
    }
}

/// Wait between two searches.
const SEARCH_PAUSE: Duration = Duration::from_secs(3);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

impl CreationStage {
    /// Checks a stage that was read from a row claimed first at `claimed_at` and read at `now`. The error is the reason
    /// to distrust it.
    pub fn check(&self, is_finished: bool, claimed_at: Duration, now: Duration) -> Result<(), &'static str> {
        if is_finished != matches!(self, Self::Made { .. }) {
            return Err("its end does not fit its stage");
        }
        match self {
            Self::Begun => Ok(()),
            Self::Made { id } => is_id(id).then_some(()).ok_or("its id is none"),
            Self::Sent(sent) => sent.check(claimed_at, now),
        }
    }
}

impl SentCreation {
    fn check(&self, claimed_at: Duration, now: Duration) -> Result<(), &'static str> {
        if self.known.len() > KNOWN_MAX || !self.known.iter().all(|id| is_id(id)) {
            return Err("its ids are none");
        }
        // A second, because times are whole seconds.
        let (from, until) = (
            claimed_at.as_secs().saturating_sub(1),
            now.as_secs().saturating_add(1),
        );
        let is_of_row = (from..=until).contains(&self.first);
        // It is written before the attempt, as its latest end.
        let is_ordered = (self.first..=until.saturating_add(ATTEMPT_MAX)).contains(&self.last);
        (is_of_row && is_ordered)
            .then_some(())
            .ok_or("its times are none of the row")
    }
}

/// Returns true for an id that TikTok can have given.
pub fn is_id(id: &str) -> bool {
    (1..=ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    fn sent(first: u64, last: u64) -> SentCreation {
        SentCreation {
            known: vec!["1".into()],
            knows_all: true,
            tiktok_time: Some(DAY),
            first,
            last,
            round: 0,
        }
    }

    fn at(time: u64) -> Duration {
        seconds(time)
    }

    #[test]
    fn a_request_is_repeated_at_once_only_while_tiktok_knows_its_id() {
        let creation = sent(100, 106);
        let none = RepeatSigns::default();
        assert!(none.may_repeat_at_once(&creation, at(104)));
        assert!(
            !none.may_repeat_at_once(&creation, at(105)),
            "counted from the first attempt"
        );
        let signs = [
            RepeatSigns {
                at_once: AT_ONCE_MAX,
                ..none
            },
            RepeatSigns {
                is_known: true,
                ..none
            },
            RepeatSigns {
                is_refused: true,
                ..none
            },
        ];
        for signs in signs {
            assert!(!signs.may_repeat_at_once(&creation, at(101)), "{signs:?}");
        }
        assert_eq!(creation.left_at_once(at(104)), at(4));
        assert_eq!(creation.left_at_once(at(109)), at(0));
    }

    #[test]
    fn a_request_of_a_process_that_ended_has_ended_too() {
        assert_eq!(sent(100, 130).ended_by(at(105)).last, 106);
        assert_eq!(sent(100, 130).ended_by(at(200)).last, 130);
    }

    #[test]
    fn an_object_is_denied_only_if_tiktok_does_not_know_the_request() {
        let after = |is_known, is_refused, is_taken| {
            let signs = RepeatSigns {
                at_once: 0,
                is_known,
                is_refused,
            };
            signs.after_absence(is_taken)
        };
        for (is_known, is_refused, is_taken, step) in [
            (false, false, false, AfterAbsence::Repeat),
            (false, false, true, AfterAbsence::Repeat),
            (false, true, false, AfterAbsence::Refused),
            (false, true, true, AfterAbsence::Refused),
            (true, false, false, AfterAbsence::Unknown),
            (true, true, false, AfterAbsence::Unknown),
            (true, false, true, AfterAbsence::Renew),
            (true, true, true, AfterAbsence::Renew),
        ] {
            assert_eq!(
                after(is_known, is_refused, is_taken),
                step,
                "{is_known} {is_refused} {is_taken}"
            );
        }
    }

    #[test]
    fn an_object_is_absent_only_when_lists_have_settled() {
        let creation = sent(100, 110);
        assert_eq!(creation.after_search(at(111)), AfterSearch::Search(SEARCH_PAUSE));
        assert_eq!(creation.after_search(at(139)), AfterSearch::Search(at(1)));
        assert_eq!(creation.after_search(at(140)), AfterSearch::Absent);
    }

    #[test]
    fn a_stage_survives_its_text_and_no_other_text_is_one() {
        for stage in [
            CreationStage::Begun,
            CreationStage::Sent(sent(100, 106)),
            CreationStage::Made { id: "12".into() },
        ] {
            let text = serde_json::to_string(&stage).unwrap();
            assert_eq!(
                serde_json::from_str::<CreationStage>(&text).unwrap(),
                stage,
                "{text}"
            );
        }
        assert!(serde_json::from_str::<CreationStage>(r#"{"stage":"made","id":"1","x":1}"#).is_err());
        assert!(serde_json::from_str::<CreationStage>(r#"{"stage":"gone"}"#).is_err());
    }

    #[test]
    fn a_stage_that_cannot_have_been_written_is_distrusted() {
        let check = |stage: &CreationStage, finished| stage.check(finished, at(100), at(200)).is_ok();
        let made = |id: &str| CreationStage::Made { id: id.into() };
        assert!(check(&CreationStage::Begun, false) && !check(&CreationStage::Begun, true));
        assert!(check(&made("12"), true) && !check(&made("12"), false));
        for id in ["", "x", "1 2", "123456789012345678901", "\u{663}"] {
            assert!(!check(&made(id), true), "{id}");
        }
        assert!(check(&CreationStage::Sent(sent(100, 200)), false));
        assert!(
            check(&CreationStage::Sent(sent(199, 229)), false),
            "its attempt may still run"
        );
        for (first, last) in [(50, 120), (120, 110), (202, 210), (150, 900)] {
            assert!(
                !check(&CreationStage::Sent(sent(first, last)), false),
                "{first} {last}"
            );
        }
        let many = SentCreation {
            known: vec!["1".into(); KNOWN_MAX + 1],
            ..sent(100, 120)
        };
        assert!(!check(&CreationStage::Sent(many), false));
    }
}
