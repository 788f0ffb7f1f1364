//! Steps of a creation whose answer may be lost: pure.
//!
//! | what happened | next step |
//! |---|---|
//! | no answer, within [`SAME_REQUEST`] of the first attempt, TikTok knows the request by its id | the same request again |
//! | no answer, later, or no request id | search |
//! | the search finds an object that can only be this one | done |
//! | the search finds nothing before [`SETTLED`] | search again |
//! | the search finds nothing after [`SETTLED`] | the request again |
//!
//! Facts: docs/tiktok-marketing-api.md#create-a-campaign.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Time after the first attempt in which a repeated request is sent. TikTok knows a request by its id for 10 seconds
/// after it arrives.
pub const SAME_REQUEST: Duration = Duration::from_secs(8);

/// Time after the last attempt from which an object that is not listed does not exist. TikTok publishes no bound on the
/// lag of its lists.
pub const SETTLED: Duration = Duration::from_secs(30);

/// Most attempts of one request of the host.
pub const ATTEMPTS_MAX: u32 = 5;

/// Most ids of objects that had the name before.
pub const KNOWN_MAX: usize = 100;

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
    /// TikTok's time before the first attempt, if it gave one.
    pub tiktok_time: Option<u64>,
    /// Time of the first attempt.
    pub first: u64,
    /// Time of the last attempt.
    pub last: u64,
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
    /// Returns true if the request may be sent again at `now` without a search: TikTok still knows it by its id.
    pub fn is_known_by_id(&self, now: Duration, has_request_id: bool) -> bool {
        has_request_id && now < seconds(self.first).saturating_add(SAME_REQUEST)
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
        let is_within = |time: u64| (from..=until).contains(&time);
        let is_ordered = self.first <= self.last && is_within(self.first) && is_within(self.last);
        is_ordered.then_some(()).ok_or("its times are none of the row")
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
            tiktok_time: Some(DAY),
            first,
            last,
        }
    }

    fn at(time: u64) -> Duration {
        seconds(time)
    }

    #[test]
    fn a_request_is_repeated_only_while_tiktok_knows_its_id() {
        let creation = sent(100, 106);
        assert!(creation.is_known_by_id(at(107), true));
        assert!(
            !creation.is_known_by_id(at(108), true),
            "counted from the first attempt"
        );
        assert!(!creation.is_known_by_id(at(101), false), "ads have no request id");
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
        for (first, last) in [(50, 120), (120, 110), (150, 300)] {
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
