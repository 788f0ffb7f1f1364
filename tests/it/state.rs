//! The journal and the rate counters: the same behaviour in every store.
//!
//! The plan: what a claim finds at each stage of a row; who may write it; how it passes to another (dropped,
//! dead, lease over, released); that of many who race exactly one wins, in one process and in many; how long
//! things are kept; how many events fit into a window. Each is a function of a [`Place`], run with an SQLite
//! file ([`sqlite`]) and with a Redis of its own ([`redis`]). What only one of the two can suffer stands in
//! its own module.
//!
//! Then whose the file is ([`permissions`]), and what the whole program makes of rows that were changed
//! ([`tampered`]); 100,000 more of those are held against the reading of a row in
//! `src/integrations/tiktok/post/idempotency/tests.rs`.
//!
//! The tests of Redis are ignored by `cargo test`, which shall pass where no redis-server is installed;
//! `.ci/run` installs one and runs them: `cargo test --test it state -- --include-ignored`.

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

/// Makes a test of each behaviour, with a place that `$place` makes.
macro_rules! behaviour {
    ($place:expr $(, #[$attribute:meta])*) => {
        behaviour! { @each $place, [$(#[$attribute])*],
            claims: a_key_is_used_once,
            claims: an_entry_of_any_text_is_kept,
            claims: an_entry_that_could_not_be_read_back_is_not_written,
            claims: other_inputs_are_a_conflict_at_every_stage,
            claims: a_lease_that_is_over_lets_another_resume_and_fences_the_first,
            claims: writing_and_renewing_prolong_the_lease,
            claims: a_row_of_which_nothing_was_written_is_resumed_from_its_first_entry,
            claims: a_dropped_claim_is_resumed_at_once_by_the_same_state,
            claims: a_released_row_is_resumed_at_once_by_anybody,
            claims: a_forgotten_key_is_new_for_any_inputs,
            claims: who_has_lost_the_row_cannot_forget_it,
            claims: a_row_is_kept_for_seven_days,
            claims: a_claim_that_outlives_its_row_is_lost,
            claims: of_many_tasks_one_wins,
            claims: of_many_processes_one_wins,
            claims: the_dead_are_succeeded_at_once,
            rate_counters: a_window_slides,
            rate_counters: who_waits_as_told_gets_a_place,
            rate_counters: accounts_and_kinds_do_not_share,
            rate_counters: what_is_noted_counts_beyond_the_limit,
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
