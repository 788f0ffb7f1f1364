//! Integration tests: the real program (`support::program`) against the simulator (`support::tiktok`) or a
//! scripted server.
//!
//! | Area | Modules |
//! |---|---|
//! | source tree and generated files | [`architecture`], [`schemas`], [`second_integration`], [`bundle`] |
//! | complete texts | [`snapshots`], [`samples`] |
//! | host protocol and streams | [`protocol`], [`sessions`], [`streams`], [`pipes`], [`panics`], [`progress`] |
//! | inputs | [`inputs`], [`hosts`], [`judging`], [`preflight`], [`relay`] |
//! | incoming videos | [`slow_lines`], [`dripping`], [`spooling`], [`largest`] |
//! | uploads and outcomes | [`uploads`], [`fault_table`], [`early_answers`], [`outcomes`], [`matrix`] |
//! | lists | [`rows`] |
//! | accounts that are signed in | [`auth`] |
//! | commands for people | [`call`] |
//! | the integration for ads | [`ads`], [`ads_analytics`], [`ads_changes`], [`ads_creates`], [`ads_oauth`], [`ads_uploads`] |
//! | no duplicate posts and campaigns | [`once`], [`ads_once`], [`state`] |
//! | limits | [`budgets`], [`deadlines`], [`stalled`], [`hostile`], [`lying`], [`soak`] |
//! | the simulator | [`simulator_marketing`] |
//! | checks of an installation, the journal for people, rows of earlier builds | [`doctor`], [`journal`], [`earlier_rows`] |
//! | servers that are not TikTok, and TLS | [`any_server`], [`browser_pages`], [`tls`] |
//! | secrets | [`secrecy`], [`core_dumps`] |
//!
//! Modules named `as_root` need root; `cargo test` ignores their tests, and `.ci/run` runs them through sudo.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "support code of tests fails by panicking, as tests do"
)]

mod support;

#[cfg(feature = "simulator")]
mod ads;
#[cfg(feature = "simulator")]
mod ads_analytics;
#[cfg(feature = "simulator")]
mod ads_changes;
#[cfg(feature = "simulator")]
mod ads_creates;
#[cfg(feature = "simulator")]
mod ads_oauth;
#[cfg(feature = "simulator")]
mod ads_once;
#[cfg(feature = "simulator")]
mod ads_uploads;
mod architecture;
#[cfg(feature = "simulator")]
mod auth;
mod bundle;
mod links;
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
mod call;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod core_dumps;
#[cfg(feature = "simulator")]
mod deadlines;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod doctor;
#[cfg(feature = "simulator")]
mod dripping;
#[cfg(feature = "simulator")]
mod earlier_rows;
#[cfg(feature = "simulator")]
mod early_answers;
#[cfg(feature = "simulator")]
mod env_file;
#[cfg(feature = "simulator")]
mod fault_table;
#[cfg(all(feature = "simulator", target_os = "linux"))]
mod hostile;
#[cfg(feature = "simulator")]
mod hosts;
#[cfg(feature = "simulator")]
mod inputs;
#[cfg(feature = "simulator")]
mod journal;
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
mod second_integration;
#[cfg(feature = "simulator")]
mod secrecy;
#[cfg(feature = "simulator")]
mod simulator_marketing;
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
mod tls;
#[cfg(feature = "simulator")]
mod uploads;
