//! Acts on TikTok for a workflow host: one JSON request in, one JSON result out.
//!
//! # The house
//!
//! Modules are rooms on floors, listed here from the top. **A room imports only from floors below its own**;
//! a test reads the `use crate::` lines and fails otherwise (`tests/it/house.rs`).
//!
//! | floor | room | holds |
//! |---|---|---|
//! | 8 | [`cli`] | arguments and commands; alone in reading the environment and picking an exit code |
//! | 7 | [`front`] | the ways a request comes in and a result goes out: the host protocol over streams, fixtures, the demo |
//! | 6 | [`host`] | one request in, one result out: lift, understand, validate, run, validate, write. Alone in knowing envelopes |
//! | 5 | [`integrations`] | the only list of actions; one action, one file, typed input, typed output |
//! | 4 | [`posting`] | what must hold before a post, and what became of it |
//! | 3 | [`upload`] | pure chunk plan, pure progress machine, one loop with effects |
//! | 2 | [`open_api`], [`media`] | one method per endpoint with its own wire types; bytes and what they are |
//! | 1 | [`http`], [`state`], [`schema`], [`progress`], `simulator` | reqwest with redaction, retry classes, limits, downloads under guard; the journal and the ledger; schema settings and validators; how far a request has come; TikTok in a box |
//! | 0 | [`model`], [`catalogue`], [`secret`], [`clock`], [`outlet`] | newtypes, the error catalogue, secrets that cannot be printed, injected time, whether results can still be written |
//!
//! # Ways through the house
//!
//! * *A request:* `front::stdio` (bytes) → `host::ingest` (documents, videos lifted out) → `host::envelope`
//!   (a
//!   [`host::Request`]) → `host` (inputs held against the manifest's schema) → `integrations::tiktok::<action>` → the way
//!   back, output held against its schema.
//! * *The token:* `host::envelope` → [`secret::AccessToken`] → [`integrations::Context`] →
//!   [`open_api::OpenApi`] → the
//!   `Authorization` header in `http::transport`. Nowhere else.
//! * *A video:* `host::ingest` → [`integrations::Selection`] (whether it can be the one) → [`media::Base64Decoder`]
//!   (base64 into bytes, in
//!   passing) → [`media::Sieve`] (whether it is one) → [`media::Spool`] → [`media::Source`] →
//!   [`media::probe`](media::probe()) (what it is) → [`posting::check_video`] (whether TikTok takes it) → [`upload::ChunkPlan`] →
//!   [`upload::Upload`] → `http::transport`.
//! * *A video from elsewhere:* the input's URL → [`media::relay`] → [`http::Downloader`] (judged addresses,
//!   no token) → [`media::Spool`],
//!   and on like any other.
//! * *A failure:* status and body → [`open_api::Error`] (`open_api::answer`, the one place) →
//!   [`integrations::Failure`] →
//!   the catalogue's row → `action_error` (`host::wire_error`, the one place).
//!
//! # What is absent
//!
//! * An action never sees [`serde_json::Value`], an id, standard input or output.
//! * [`upload::ChunkPlan`], `upload::progress`, `http::resume`, `http::retry`, `posting::record`,
//!   `posting::rules`,
//!   `posting::lost_post`, `posting::video_limits`, `state::row` and `host::envelope` do no I/O
//!   and take no clock.
//! * The simulator shares no wire type with the clients.
//!
//! # Adding an action
//!
//! 1. Write `integrations/tiktok/actions/<action>.rs`; [`get_creator_info`](integrations) is the shortest to read:
//!    module doc with
//!    endpoint and scopes, `Input`, `Output`, `impl Action`, the mapping, tests of the mapping.
//! 2. Add one line to the table in `integrations/tiktok.rs`.
//! 3. Run `autohive-tiktok schemas write`: schemas, manifest and tables follow.
//! 4. Add a fixture under `tests/fixtures/`; it is a test by being there.

// Floor 8
pub mod cli;

// Floor 7
pub mod front;

// Floor 6
pub mod host;

// Floor 5
pub mod integrations;

// Floor 4
pub mod posting;

// Floor 3
pub mod upload;

// Floor 2
pub mod media;
pub mod open_api;

// Floor 1
pub mod http;
pub mod progress;
pub mod schema;
#[cfg(feature = "simulator")]
pub mod simulator;
pub mod state;

// Floor 0
pub mod catalogue;
pub mod clock;
pub mod model;
pub mod outlet;
pub mod secret;
