//! Where the state of one test is.

use std::time::Duration;

use autohive_tiktok::{
    clock::Clock,
    model::{Fingerprint, JournalKey},
    state::{Claim, Claimed, Setting, State},
};

/// How long a claim of these tests lasts.
pub(super) const LEASE: Duration = Duration::from_mins(1);

/// A store of one test's own, and the time.
pub(super) struct Place {
    /// As it stands in `AUTOHIVE_TIKTOK_STATE`.
    pub(super) setting: String,
    pub(super) clock: Clock,
    /// Ends with the test.
    _keep: Box<dyn Send + Sync>,
}

impl Place {
    pub(super) fn new(setting: String, keep: impl Send + Sync + 'static) -> Self {
        // Other processes of a test go by the real time, so a test's time begins with it.
        let clock = Clock::virtual_at(Clock::system().since_epoch());
        Self { setting, clock, _keep: Box::new(keep) }
    }

    /// A state as another process on this machine would have it: of another identity, at the same place and time.
    pub(super) fn state(&self) -> State {
        State::new(Setting::parse(&self.setting).unwrap(), self.clock.clone())
    }
}

/// The one key of most tests.
pub(super) fn key() -> JournalKey {
    JournalKey::of(&["account", "key"])
}

/// Stands for inputs.
pub(super) fn inputs(text: &str) -> Fingerprint {
    Fingerprint::of(&[text])
}

/// Claims the one key for the usual inputs.
pub(super) async fn claim(state: &State) -> Claim {
    state.claim(key(), inputs("usual"), LEASE).await.unwrap()
}

#[track_caller]
pub(super) fn fresh(claim: Claim) -> Claimed {
    let told = format!("{claim:?}");
    if let Claim::Fresh(claimed) = claim { claimed } else { panic!("the claim should be fresh: {told}") }
}

#[track_caller]
pub(super) fn resumed(claim: Claim, expected: &str) -> Claimed {
    let told = format!("{claim:?}");
    let Claim::Resumed { claimed, entry } = claim else { panic!("the claim should be resumed: {told}") };
    assert_eq!(entry, expected);
    claimed
}

#[track_caller]
pub(super) fn held(claim: &Claim, expected: Option<&str>, left: Duration) {
    let Claim::Held { entry, lease_left } = claim else { panic!("the row should be held: {claim:?}") };
    assert_eq!(entry.as_deref(), expected);
    // The time of a Redis goes on while a test runs.
    assert!(
        *lease_left <= left && *lease_left + Duration::from_secs(20) > left,
        "{lease_left:?} and not {left:?} left"
    );
}

#[track_caller]
pub(super) fn finished(claim: &Claim, expected: &str) {
    assert!(
        matches!(claim, Claim::Finished { entry } if entry == expected),
        "should be finished with {expected:?}: {claim:?}"
    );
}

#[track_caller]
pub(super) fn conflict(claim: &Claim) {
    assert!(matches!(claim, Claim::Conflict), "should be a conflict: {claim:?}");
}
