//! Number of events per window.

use std::time::Duration;

use autohive_tiktok::{
    model::{AccountHash, RateRefusal, RateWindow},
    state::{State, StateError},
};

use super::{
    other_process::{Job, OtherProcess},
    place::Place,
};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

const THREE_A_MINUTE: RateWindow = RateWindow {
    limit: 3,
    length: MINUTE,
};

pub(super) fn account() -> AccountHash {
    AccountHash::of(&["account"])
}

/// Requests a slot: `None` if one was free, else the wait until there may be one.
pub(super) async fn take(
    state: &State,
    account: AccountHash,
    kind: &'static str,
    limit: u32,
    window: Duration,
) -> Result<Option<Duration>, StateError> {
    Ok(state
        .acquire(
            account,
            kind,
            &[RateWindow {
                limit,
                length: window,
            }],
        )
        .await?
        .err()
        .map(|refusal| refusal.wait))
}

async fn taken(state: &State, limit: u32) {
    assert_eq!(take(state, account(), "init", limit, MINUTE).await, Ok(None));
}

/// Checks that the wait is about `expected`: the clock of a Redis advances during a test.
async fn waits(state: &State, limit: u32, expected: Duration) {
    let take = take(state, account(), "init", limit, MINUTE).await.unwrap();
    let about = |wait: Duration| wait <= expected && wait + Duration::from_secs(4) > expected;
    assert!(
        matches!(take, Some(wait) if about(wait)),
        "there should be a place after {expected:?}: {take:?}"
    );
}

pub(super) async fn a_window_slides(place: &Place) {
    let (here, there) = (place.state(), place.state());
    for number in 0..6 {
        assert_eq!(here.count(account(), "init", MINUTE).await, Ok(number));
        taken(if number % 2 == 0 { &here } else { &there }, 6).await;
        place.clock.advance(Duration::from_secs(8));
    }
    // At 48 s, with events at 0, 8, … 40 s.
    waits(&here, 6, Duration::from_secs(12)).await;
    waits(&there, 5, Duration::from_secs(20)).await;
    assert_eq!(
        here.count(account(), "init", MINUTE).await,
        Ok(6),
        "who waits is not counted"
    );
    place.clock.advance(Duration::from_secs(12));
    taken(&there, 6).await;
    waits(&here, 6, Duration::from_secs(8)).await;
    place.clock.advance(MINUTE);
    assert_eq!(here.count(account(), "init", MINUTE).await, Ok(0));
}

pub(super) async fn waiting_for_the_reported_time_frees_a_slot(place: &Place) {
    let state = place.state();
    for number in 0..40_u32 {
        if let Some(wait) = take(&state, account(), "init", 3, MINUTE).await.unwrap() {
            assert!(wait > Duration::ZERO && wait <= MINUTE, "{wait:?}");
            place.clock.advance(wait);
            taken(&state, 3).await;
        }
        assert!(state.count(account(), "init", MINUTE).await.unwrap() <= 3);
        place
            .clock
            .advance(Duration::from_millis(u64::from(number * 997 % 25_000)));
    }
}

pub(super) async fn accounts_and_kinds_do_not_share(place: &Place) {
    let state = place.state();
    taken(&state, 1).await;
    waits(&state, 1, MINUTE).await;
    assert_eq!(take(&state, account(), "status", 1, MINUTE).await, Ok(None));
    assert_eq!(
        take(&state, AccountHash::of(&["another"]), "init", 1, MINUTE).await,
        Ok(None)
    );
}

pub(super) async fn recorded_events_count_beyond_the_limit(place: &Place) {
    let state = place.state();
    for _ in 0..4 {
        state.note(account(), "init").await.unwrap();
        place.clock.advance(Duration::from_secs(10));
    }
    assert_eq!(state.count(account(), "init", MINUTE).await, Ok(4));
    // At 40 s, with events at 0, 10, 20 and 30 s: three must expire.
    waits(&state, 2, Duration::from_secs(40)).await;
}

pub(super) async fn nothing_older_than_a_day_counts(place: &Place) {
    let state = place.state();
    for _ in 0..5 {
        state.note(account(), "draft").await.unwrap();
    }
    place.clock.advance(Duration::from_mins(24 * 60 - 1));
    assert_eq!(state.count(account(), "draft", DAY).await, Ok(5));
    place.clock.advance(MINUTE);
    assert_eq!(state.count(account(), "draft", DAY).await, Ok(0));
    assert_eq!(take(&state, account(), "draft", 5, DAY).await, Ok(None));
}

pub(super) async fn of_many_processes_as_many_as_the_limit_get_a_place(place: &Place) {
    let others: Vec<OtherProcess> = (0..8).map(|_| OtherProcess::start(place, Job::Take)).collect();
    let told: Vec<String> = others.iter().map(OtherProcess::tells).collect();
    // Each process requested four slots; six were free.
    let taken: u32 = told.iter().map(|told| told.parse::<u32>().unwrap()).sum();
    assert_eq!(taken, 6, "{told:?}");
}

pub(super) async fn all_windows_hold_at_the_same_time(place: &Place) {
    let state = place.state();
    let five_an_hour = RateWindow {
        limit: 5,
        length: 60 * MINUTE,
    };
    let take = async || {
        let taken = state
            .acquire(account(), "ads.report", &[THREE_A_MINUTE, five_an_hour])
            .await;
        taken.unwrap().err()
    };
    let is_about = |refusal: Option<RateRefusal>, window: RateWindow, expected: Duration| {
        refusal.is_some_and(|refusal| {
            let RateRefusal { wait, window: full } = refusal;
            full == window && wait <= expected && wait + Duration::from_secs(4) > expected
        })
    };
    for _ in 0..3 {
        assert_eq!(take().await, None);
    }
    let wait = take().await;
    assert!(is_about(wait, THREE_A_MINUTE, MINUTE), "{wait:?}");
    place.clock.advance(MINUTE);
    for _ in 0..2 {
        assert_eq!(take().await, None);
    }
    let wait = take().await;
    assert!(
        is_about(wait, five_an_hour, 59 * MINUTE),
        "the longer wait counts: {wait:?}"
    );
}

pub(super) async fn a_limit_of_nothing_lets_nothing_through(place: &Place) {
    let state = place.state();
    waits(&state, 0, MINUTE).await;
    assert_eq!(state.count(account(), "init", MINUTE).await, Ok(0));
}

pub(super) async fn a_place_that_is_given_back_counts_no_more(place: &Place) {
    let (here, there) = (place.state(), place.state());
    taken(&here, 3).await;
    place.clock.advance(Duration::from_secs(10));
    let unsent = here
        .acquire(account(), "init", &[THREE_A_MINUTE])
        .await
        .unwrap()
        .unwrap();
    place.clock.advance(Duration::from_secs(10));
    taken(&there, 3).await;
    waits(&there, 3, Duration::from_secs(40)).await;
    here.give_back(unsent).await.unwrap();
    assert_eq!(there.count(account(), "init", MINUTE).await, Ok(2));
    taken(&there, 3).await;
    // The events at 0, 20 and 20 s are left, without the released one.
    waits(&here, 3, Duration::from_secs(40)).await;
    waits(&here, 2, Duration::from_mins(1)).await;
}
