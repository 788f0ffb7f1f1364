//! Location of the state of one test.

use std::time::Duration;

use autohive_tiktok::{
    clock::Clock,
    model::{Fingerprint, JournalKey},
    secret::StateKeys,
    state::{Claim, Lease, State, StateLocation},
};

/// Duration of a claim in these tests.
pub(super) const LEASE: Duration = Duration::from_mins(1);

/// A store for one test, and the time.
pub(super) struct Place {
    /// Value for `AUTOHIVE_TIKTOK_STATE`.
    pub(super) setting: String,
    pub(super) clock: Clock,
    /// Whether its rows are authenticated.
    pub(super) is_sealed: bool,
    /// Resources that end with the test.
    _keep: Box<dyn Send + Sync>,
}

impl Place {
    pub(super) fn new(setting: String, keep: impl Send + Sync + 'static) -> Self {
        // Other processes of a test use the system clock, so a test's time begins with it.
        let clock = Clock::virtual_at(Clock::system().since_epoch());
        Self {
            setting,
            clock,
            is_sealed: false,
            _keep: Box::new(keep),
        }
    }

    /// A state as another process on this machine would have it: another identity, the same location and time.
    pub(super) fn state(&self) -> State {
        state(&self.setting, self.clock.clone(), self.is_sealed)
    }

    /// The same location, with rows that a key authenticates.
    pub(super) fn sealed(self) -> Self {
        Self {
            is_sealed: true,
            ..self
        }
    }
}

/// A state at a location, with or without keys.
pub(super) fn state(setting: &str, clock: Clock, is_sealed: bool) -> State {
    let keys = is_sealed.then(|| StateKeys::parse("a-key-of-the-tests-that-is-long-enough").unwrap());
    State::sealed_by(StateLocation::parse(setting).unwrap(), clock, keys)
}

/// The only key of most tests.
pub(super) fn key() -> JournalKey {
    JournalKey::of(&["account", "key"])
}

/// Placeholder for inputs.
pub(super) fn inputs(text: &str) -> Fingerprint {
    Fingerprint::of(&[text])
}

/// Entry of a new row.
pub(super) const FIRST: &str = "claimed";

/// Claims the key for the usual inputs.
pub(super) async fn claim(state: &State) -> Claim {
    state.claim(key(), inputs("usual"), FIRST, LEASE).await.unwrap()
}

#[track_caller]
pub(super) fn fresh(claim: Claim) -> Lease {
    let told = format!("{claim:?}");
    if let Claim::Fresh(claimed) = claim {
        claimed
    } else {
        panic!("the claim should be fresh: {told}")
    }
}

#[track_caller]
pub(super) fn resumed(claim: Claim, expected: &str) -> Lease {
    let told = format!("{claim:?}");
    let Claim::Resumed { claimed, entry } = claim else {
        panic!("the claim should be resumed: {told}")
    };
    assert_eq!(entry.text, expected);
    claimed
}

#[track_caller]
pub(super) fn held(claim: &Claim, expected: &str, left: Duration) {
    let Claim::Held { entry, lease_left } = claim else {
        panic!("the row should be held: {claim:?}")
    };
    assert_eq!(entry.as_ref().map(|entry| entry.text.as_str()), Some(expected));
    // The clock of a Redis advances during a test.
    assert!(
        *lease_left <= left && *lease_left + Duration::from_secs(20) > left,
        "{lease_left:?} and not {left:?} left"
    );
}

#[track_caller]
pub(super) fn finished(claim: &Claim, expected: &str) {
    assert!(
        matches!(claim, Claim::Finished { entry } if entry.text == expected),
        "should be finished with {expected:?}: {claim:?}"
    );
}

#[track_caller]
pub(super) fn conflict(claim: &Claim) {
    assert!(
        matches!(claim, Claim::Conflict),
        "should be a conflict: {claim:?}"
    );
}
