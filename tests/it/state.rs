//! The journal and the rate counters: the same behaviour in every store.
//!
//! Covered: the result of a claim at each stage of a row; write access; takeover (dropped, owner dead, lease expired,
//! released); exactly one winner of a race, in one process and in many; retention; the number of events per window.
//! Each is a function of a [`Place`], run with an SQLite file ([`sqlite`]) and with a separate Redis ([`redis`]).
//! Faults of only one store are in its module.
//!
//! [`permissions`] covers the owner of the file, and [`tampered`] the whole program with modified rows;
//! `src/integrations/tiktok/post/idempotency/tests.rs` parses another 100,000 of those.
//!
//! `cargo test` ignores the tests of Redis, which need redis-server; `.ci/run` installs it and runs them: `cargo test
//! --test it state -- --include-ignored`.

mod claims;
mod other_process;
mod permissions;
mod place;
mod rate_counters;
#[cfg(feature = "redis")]
mod redis;
mod sqlite;
#[cfg(feature = "simulator")]
mod tampered;

#[cfg(feature = "redis")]
pub(crate) use redis::Server;

/// Defines a test of each behaviour, with a place from `$place`.
macro_rules! behaviour {
    ($place:expr $(, #[$attribute:meta])*) => {
        behaviour! { @each $place, [$(#[$attribute])*],
            claims: a_key_is_used_once,
            claims: an_entry_of_any_text_is_kept,
            claims: an_entry_that_could_not_be_read_back_is_not_written,
            claims: other_inputs_are_a_conflict_at_every_stage,
            claims: whose_row_it_is_is_known_without_a_claim,
            claims: a_lease_that_is_over_lets_another_resume_and_fences_the_first,
            claims: writing_and_renewing_prolong_the_lease,
            claims: a_row_of_which_nothing_was_written_is_resumed_from_its_first_entry,
            claims: a_dropped_claim_is_resumed_at_once_by_the_same_state,
            claims: a_released_row_is_resumed_at_once_by_anybody,
            claims: a_forgotten_key_is_new_for_any_inputs,
            claims: an_owner_that_lost_the_row_cannot_delete_it,
            claims: a_row_is_kept_for_seven_days,
            claims: a_claim_that_outlives_its_row_is_lost,
            claims: of_many_tasks_one_wins,
            claims: of_many_processes_one_wins,
            claims: the_row_of_a_killed_process_is_taken_over_at_once,
            rate_counters: a_window_slides,
            rate_counters: waiting_for_the_reported_time_frees_a_slot,
            rate_counters: accounts_and_kinds_do_not_share,
            rate_counters: recorded_events_count_beyond_the_limit,
            rate_counters: nothing_older_than_a_day_counts,
            rate_counters: of_many_processes_as_many_as_the_limit_get_a_place,
            rate_counters: all_windows_hold_at_the_same_time,
            rate_counters: a_limit_of_nothing_lets_nothing_through,
            rate_counters: a_place_that_is_given_back_counts_no_more,
        }
    };
    (@each $place:expr, $attributes:tt, $($module:ident: $name:ident,)*) => {
        $(behaviour! { @one $place, $attributes, $module, $name })*
    };
    (@one $place:expr, [$($attribute:tt)*], $module:ident, $name:ident) => {
        #[tokio::test]
        $($attribute)*
        async fn $name() {
            crate::state::$module::$name(&$place).await;
        }
    };
}
use behaviour;
