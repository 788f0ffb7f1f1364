//! Results of a claim, write access, and takeover of a row.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use autohive_tiktok::{
    model::JournalKey,
    state::{Claim, Claimant, StateError},
};
use futures_util::future::join_all;

use super::{
    other_process::{Job, OtherProcess},
    place::{FIRST, LEASE, Place, claim, conflict, finished, fresh, held, inputs, key, resumed},
};

const DAY: Duration = Duration::from_hours(24);

pub(super) async fn a_key_is_used_once(place: &Place) {
    let (here, there) = (place.state(), place.state());
    let claimed = fresh(claim(&here).await);
    held(&claim(&there).await, FIRST, LEASE);
    claimed.write("begun", LEASE).await.unwrap();
    held(&claim(&here).await, "begun", LEASE);
    held(&claim(&there).await, "begun", LEASE);
    claimed.write("half", LEASE).await.unwrap();
    held(&claim(&there).await, "half", LEASE);
    claimed.finish("done").await.unwrap();
    finished(&claim(&here).await, "done");
    finished(&claim(&there).await, "done");
    place.clock.advance(10 * LEASE);
    finished(&claim(&place.state()).await, "done");
    let another = there
        .claim(
            JournalKey::of(&["account", "another"]),
            inputs("usual"),
            FIRST,
            LEASE,
        )
        .await
        .unwrap();
    drop(fresh(another));
}

pub(super) async fn whose_row_it_is_is_known_without_a_claim(place: &Place) {
    let state = place.state();
    let claimant = async |whose: &str| state.claimant(key(), inputs(whose)).await.unwrap();
    assert_eq!(claimant("usual").await, Claimant::Nobody, "there is no row");
    let claimed = fresh(claim(&state).await);
    for _ in 0..2 {
        assert_eq!(claimant("usual").await, Claimant::Same, "held");
        assert_eq!(claimant("other").await, Claimant::Another, "held");
        held(&claim(&place.state()).await, FIRST, LEASE);
    }
    claimed.finish("done").await.unwrap();
    assert_eq!(claimant("usual").await, Claimant::Same, "finished");
    assert_eq!(claimant("other").await, Claimant::Another, "finished");
    place.clock.advance(8 * DAY);
    assert_eq!(claimant("other").await, Claimant::Nobody, "the row has expired");
}

pub(super) async fn an_entry_of_any_text_is_kept(place: &Place) {
    let state = place.state();
    for (number, entry) in ["", "0", "{\"a\":\"ü\u{0}\\n'\u{1f600}\"}", &"x".repeat(60_000)]
        .iter()
        .enumerate()
    {
        let key = JournalKey::of(&["any text", &number.to_string()]);
        let again = async || state.claim(key, inputs("usual"), FIRST, LEASE).await.unwrap();
        let claimed = fresh(again().await);
        claimed.write(*entry, LEASE).await.unwrap();
        held(&again().await, entry, LEASE);
        drop(claimed);
        resumed(again().await, entry).finish(*entry).await.unwrap();
        finished(&again().await, entry);
    }
}

pub(super) async fn an_entry_that_could_not_be_read_back_is_not_written(place: &Place) {
    let state = place.state();
    let claimed = fresh(claim(&state).await);
    let error = claimed.write("x".repeat(70_000), LEASE).await.unwrap_err();
    assert_eq!(error, StateError::TooLarge);
    assert!(
        !error.passes() && error.in_full().contains("was not written"),
        "{}",
        error.in_full()
    );
    held(&claim(&state).await, FIRST, LEASE);
    assert_eq!(
        claimed.finish("x".repeat(70_000)).await,
        Err(StateError::TooLarge)
    );
    drop(resumed(claim(&state).await, FIRST));
}

pub(super) async fn other_inputs_are_a_conflict_at_every_stage(place: &Place) {
    let state = place.state();
    let other = async || state.claim(key(), inputs("other"), FIRST, LEASE).await.unwrap();
    let claimed = fresh(claim(&state).await);
    conflict(&other().await);
    claimed.write("begun", LEASE).await.unwrap();
    conflict(&other().await);
    drop(claimed);
    conflict(&other().await);
    place.clock.advance(2 * LEASE);
    conflict(&other().await);
    resumed(claim(&state).await, "begun")
        .finish("done")
        .await
        .unwrap();
    conflict(&other().await);
    finished(&claim(&state).await, "done");
}

pub(super) async fn a_lease_that_is_over_lets_another_resume_and_fences_the_first(place: &Place) {
    let (slow, quick) = (place.state(), place.state());
    let first = fresh(claim(&slow).await);
    first.write("begun", LEASE).await.unwrap();
    place.clock.advance(LEASE / 2);
    held(&claim(&quick).await, "begun", LEASE / 2);
    place.clock.advance(LEASE / 2);
    let second = resumed(claim(&quick).await, "begun");
    assert_eq!(first.write("mine", LEASE).await, Err(StateError::Lost));
    assert_eq!(first.renew(LEASE).await, Err(StateError::Lost));
    assert_eq!(first.finish("mine").await, Err(StateError::Lost));
    second.write("theirs", LEASE).await.unwrap();
    second.finish("done").await.unwrap();
    finished(&claim(&slow).await, "done");
}

pub(super) async fn writing_and_renewing_prolong_the_lease(place: &Place) {
    let (here, there) = (place.state(), place.state());
    let claimed = fresh(claim(&here).await);
    for _ in 0..3 {
        place.clock.advance(LEASE / 2);
        claimed.renew(LEASE).await.unwrap();
        held(&claim(&there).await, FIRST, LEASE);
    }
    claimed.write("begun", 10 * LEASE).await.unwrap();
    // A shorter lease does not shorten a longer one.
    claimed.renew(LEASE).await.unwrap();
    place.clock.advance(9 * LEASE);
    held(&claim(&there).await, "begun", LEASE);
    // No other owner took over, so the late owner continues.
    place.clock.advance(9 * LEASE);
    claimed.renew(LEASE).await.unwrap();
    held(&claim(&there).await, "begun", LEASE);
}

/// Its owner died at once.
pub(super) async fn a_row_of_which_nothing_was_written_is_resumed_from_its_first_entry(place: &Place) {
    let (here, there) = (place.state(), place.state());
    let first = fresh(claim(&here).await);
    place.clock.advance(LEASE);
    let second = resumed(claim(&there).await, FIRST);
    assert_eq!(first.write("begun", LEASE).await, Err(StateError::Lost));
    second.write("begun", LEASE).await.unwrap();
}

pub(super) async fn a_dropped_claim_is_resumed_at_once_by_the_same_state(place: &Place) {
    let (here, there) = (place.state(), place.state());
    let (clone, task) = (here.clone(), here.clone());
    let panicked = tokio::spawn(async move {
        let claimed = fresh(claim(&task).await);
        claimed.write("begun", LEASE).await.unwrap();
        std::panic::resume_unwind(Box::new("an action's own fault"));
    });
    assert!(panicked.await.unwrap_err().is_panic());
    // Another process cannot know it.
    held(&claim(&there).await, "begun", LEASE);
    let resumed = resumed(claim(&clone).await, "begun");
    held(&claim(&here).await, "begun", LEASE);
    resumed.finish("done").await.unwrap();
}

pub(super) async fn a_released_row_is_resumed_at_once_by_anybody(place: &Place) {
    let (here, there) = (place.state(), place.state());
    let claimed = fresh(claim(&here).await);
    claimed.write("begun", LEASE).await.unwrap();
    claimed.release().await.unwrap();
    let claimed = resumed(claim(&there).await, "begun");
    held(&claim(&here).await, "begun", LEASE);
    claimed.release().await.unwrap();
    resumed(claim(&here).await, "begun").finish("done").await.unwrap();
}

pub(super) async fn a_forgotten_key_is_new_for_any_inputs(place: &Place) {
    let state = place.state();
    let claimed = fresh(claim(&state).await);
    claimed.write("begun", LEASE).await.unwrap();
    claimed.forget().await.unwrap();
    fresh(state.claim(key(), inputs("other"), FIRST, LEASE).await.unwrap())
        .forget()
        .await
        .unwrap();
    drop(fresh(claim(&state).await));
}

pub(super) async fn an_owner_that_lost_the_row_cannot_delete_it(place: &Place) {
    let (slow, quick) = (place.state(), place.state());
    let [first, second] = [fresh(claim(&slow).await), {
        place.clock.advance(LEASE);
        resumed(claim(&quick).await, FIRST)
    }];
    second.write("theirs", LEASE).await.unwrap();
    assert_eq!(first.forget().await, Err(StateError::Lost));
    held(&claim(&slow).await, "theirs", LEASE);
    second.finish("done").await.unwrap();
    finished(&claim(&slow).await, "done");
}

pub(super) async fn a_row_is_kept_for_seven_days(place: &Place) {
    let state = place.state();
    let claimed = fresh(claim(&state).await);
    place.clock.advance(3 * DAY);
    claimed.finish("done").await.unwrap();
    // 30 s less than seven days, because a Redis has a real clock.
    place.clock.advance(3 * DAY + Duration::from_secs(86_370));
    finished(&claim(&state).await, "done");
    conflict(&state.claim(key(), inputs("other"), FIRST, LEASE).await.unwrap());
    place.clock.advance(Duration::from_secs(30));
    drop(fresh(
        state.claim(key(), inputs("other"), FIRST, LEASE).await.unwrap(),
    ));
}

pub(super) async fn a_claim_that_outlives_its_row_is_lost(place: &Place) {
    let state = place.state();
    let claimed = fresh(claim(&state).await);
    claimed.write("begun", 10 * DAY).await.unwrap();
    place.clock.advance(7 * DAY);
    assert_eq!(claimed.write("late", LEASE).await, Err(StateError::Lost));
    drop(fresh(claim(&state).await));
}

/// Half of the tasks share clones of one state, half have separate states with separate connections.
pub(super) async fn of_many_tasks_one_wins(place: &Place) {
    let shared = place.state();
    let winners = Arc::new(AtomicU32::new(0));
    let race = (0..16).map(|number| {
        let state = if number % 2 == 0 {
            shared.clone()
        } else {
            place.state()
        };
        let winners = Arc::clone(&winners);
        tokio::spawn(async move {
            let claim = claim(&state).await;
            if let Claim::Fresh(claimed) = claim {
                winners.fetch_add(1, Ordering::Relaxed);
                claimed.finish("done").await.unwrap();
            } else {
                assert!(
                    matches!(claim, Claim::Held { .. } | Claim::Finished { .. }),
                    "{claim:?}"
                );
            }
        })
    });
    for ended in join_all(race).await {
        ended.unwrap();
    }
    assert_eq!(winners.load(Ordering::Relaxed), 1);
    finished(&claim(&shared).await, "done");
}

pub(super) async fn of_many_processes_one_wins(place: &Place) {
    let others: Vec<OtherProcess> = (0..8).map(|_| OtherProcess::start(place, Job::Claim)).collect();
    let told: Vec<String> = others.iter().map(OtherProcess::tells).collect();
    assert_eq!(told.iter().filter(|told| *told == "fresh").count(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|told| *told == "held").count(), 7, "{told:?}");
}

/// The row of a killed process is available to the next at once; that of a running process is not.
#[cfg_attr(
    not(target_os = "linux"),
    expect(unused_variables, reason = "elsewhere the lease decides")
)]
pub(super) async fn the_row_of_a_killed_process_is_taken_over_at_once(place: &Place) {
    let mut other = OtherProcess::start(place, Job::Claim);
    assert_eq!(other.tells(), "fresh");
    let state = place.state();
    // The clock of the other process started a little after this test's time was frozen.
    held(
        &claim(&state).await,
        "begun by another process",
        LEASE + Duration::from_secs(15),
    );
    other.kill();
    #[cfg(target_os = "linux")]
    {
        // Not reaped yet, as if the host did not wait for the process that it killed.
        let claimed = resumed(claim(&state).await, "begun by another process");
        claimed.release().await.unwrap();
        other.bury();
        resumed(claim(&state).await, "begun by another process")
            .finish("done")
            .await
            .unwrap();
    }
}
