//! Behaviour, seen from outside.
//!
//! What the documents promise, one module for each promise: [`architecture`] reads the source tree, [`protocol`],
//! [`sessions`] and [`panics`] the two streams, [`inputs`] what is refused, [`hosts`] how real hosts write
//! it, [`judging`] what is made of a video, [`uploads`] and [`fault_table`] the bytes, [`largest`] many of
//! them, [`rows`] long lists, [`slow_lines`] few at a time, [`dripping`] hardly any, [`spooling`] where they wait, [`relay`] those
//! from elsewhere, [`preflight`] photos, [`outcomes`] what became of a post, [`once`] that it is one,
//! [`matrix`] what each fault at each call comes to, [`hostile`] that no request costs much, [`any_server`]
//! what happens when the other side is not TikTok, [`early_answers`] when it answers too soon or too late,
//! [`secrecy`] what may never be printed, [`progress`] what is told meanwhile, [`deadlines`] when all ends,
//! [`budgets`] what is not sent, [`soak`] that a long session stays small, [`schemas`] what is generated,
//! [`state`] the journal and the ledger, [`browser_pages`] what a web page may do to the simulator,
//! [`core_dumps`] that no copy of the memory is left.
//!
//! Modules named `as_root` read what only root can read of another process. Their tests are ignored by `cargo
//! test`, and `.ci/run` runs them as root.
//!
//! The real program runs (`support::program`), against TikTok in a box (`support::tiktok`) or a script.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "support code of tests fails by panicking, as tests do"
)]
mod support;

mod architecture;
mod panics;
mod protocol;
#[cfg(feature = "simulator")]
mod sessions;
mod state;

#[cfg(feature = "simulator")]
mod any_server;
#[cfg(feature = "simulator")]
mod browser_pages;
#[cfg(feature = "simulator")]
mod budgets;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod core_dumps;
#[cfg(feature = "simulator")]
mod deadlines;
#[cfg(feature = "simulator")]
mod dripping;
#[cfg(feature = "simulator")]
mod early_answers;
#[cfg(feature = "simulator")]
mod fault_table;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod hostile;
#[cfg(feature = "simulator")]
mod hosts;
#[cfg(feature = "simulator")]
mod inputs;
#[cfg(feature = "simulator")]
mod judging;
#[cfg(feature = "simulator")]
mod largest;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod lying;
#[cfg(feature = "simulator")]
mod matrix;
#[cfg(feature = "simulator")]
mod once;
#[cfg(feature = "simulator")]
mod outcomes;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod pipes;
#[cfg(feature = "simulator")]
mod preflight;
#[cfg(feature = "simulator")]
mod progress;
#[cfg(feature = "simulator")]
mod relay;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod rows;
#[cfg(feature = "simulator")]
mod samples;
mod schemas;
#[cfg(feature = "simulator")]
mod secrecy;
#[cfg(feature = "simulator")]
mod slow_lines;
#[cfg(feature = "simulator")]
mod snapshots;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod soak;
#[cfg(feature = "simulator")]
mod spooling;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod stalled;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod streams;
#[cfg(feature = "simulator")]
mod uploads;
