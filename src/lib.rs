//! Runs actions on TikTok for a workflow platform. A host such as Autohive writes JSON action requests to the program's
//! standard input and reads one JSON result or error per request from its standard output.
//!
//! # Glossary
//!
//! * **Host**: the workflow platform's process that starts the program, sends requests and injects OAuth credentials.
//! * **Integration**: the actions on one TikTok API and their manifest. `tiktok` acts through the Open API.
//! * **Action**: one operation, for example `create_video_post`, with an input schema and an output schema.
//! * **Front**: a way in and out of the program: the host protocol over streams, fixtures, the demo.
//! * **Init**: the call that begins a post. TikTok answers with a *publish id* and, for uploads, an upload URL.
//! * **Draft**: a video that is sent to the creator's inbox in the TikTok app instead of being published.
//! * **Creator info**: the account's options for a post, such as privacy levels. TikTok requires asking before a post.
//! * **Spool**: storage for a video on its way: memory while it is small, an unlinked temporary file above 1 MiB.
//! * **Journal**: one row per idempotency key, so that a repeated request never posts twice.
//! * **Outcome**: what is known about a post in the end: published, in the inbox, processing, unconfirmed or failed.
//!
//! # Layers
//!
//! Modules form nine layers, listed here from the top. A module imports only from lower layers, and the files of a module
//! do not import each other in circles; `tests/it/architecture.rs` enforces both.
//!
//! | layer | module | contents |
//! |---|---|---|
//! | 8 | [`cli`] | arguments and commands; the only module that reads the environment and picks the exit code |
//! | 7 | [`front`] | ways a request comes in and a result goes out: the host protocol over streams, fixtures, the demo |
//! | 6 | [`host`] | one request in, one result out: extract, validate, run, validate, write. Alone in knowing JSON envelopes |
//! | 5 | [`integrations`] | the only list of actions; one file per action, with typed input and output |
//! | 4 | [`posting`] | rules before a post, outcome after it |
//! | 3 | [`upload`] | pure chunk plan, pure progress machine, one loop with effects |
//! | 2 | [`open_api`], [`media`] | one method per TikTok endpoint, with its own wire types; bytes of videos and photos, and what they are |
//! | 1 | [`http`], [`state`], [`schema`], [`progress`], `simulator` | HTTP client with redaction, retries, rate limits and guarded downloads; journal and rate counters; schema generation and validation; progress of a request; simulated TikTok |
//! | 0 | [`model`], [`catalogue`], [`secret`], [`clock`], [`outlet`] | newtypes, error catalogue, secrets that cannot be printed, injected time, whether results can still be written |
//!
//! # Pure modules
//!
//! The following modules do no I/O and take no clock; the same test reads this list.
//!
//! `host::envelope`, `host::wire_error`, `http::guard`, `http::resume`, `http::retry`, `media::image`,
//! `posting::disclosure`, `posting::outcome`, `posting::record`, `posting::rules`, `posting::lost_post`,
//! `posting::photo_limits`, `posting::post_state`, `posting::status_poll`, `posting::video_limits`, `schema::explain`, `schema::suggest`, `state::judge`, `state::row`, `state::sqlite::ownership`,
//! `upload::plan`, `upload::progress`.
//!
//! Besides, an action never sees a [`Value`](serde_json::Value), a request id, standard input or standard output, and the simulator
//! shares no wire type with the clients.
//!
//! # Ways through
//!
//! Private modules appear on these pages with `cargo doc --document-private-items --open`.
//!
//! * *A request:* `front::stdio` (bytes) → `host::ingest` (JSON documents; videos are extracted) → `host::envelope` (a
//!   [`host::Request`]) → [`host`] (inputs validated against the manifest's schema) → `integrations::tiktok::actions` →
//!   [`host`] (output validated against its schema) → `front::stdio`.
//! * *The token:* `host::envelope::credentials` → [`secret`] → `integrations::tiktok::context` → [`open_api::OpenApi`] → the
//!   `Authorization` header in [`http`]. Nowhere else.
//! * *A video:* `host::ingest` → [`media::Base64Decoder`] → [`media::Sieve`] (keeps only what can be a video) →
//!   [`media::Spool`] → [`media::Source`] → [`media::probe`](media::probe()) (container, codec, duration, size) →
//!   [`posting`] (TikTok's and the creator's rules) → [`upload::ChunkPlan`] → [`upload::Upload`] → [`http`].
//! * *A video by URL:* [`media::relay`] → [`http::Downloader`] (guarded addresses, no token) → [`media::Spool`], and on as
//!   above.
//! * *A failure:* status and body → [`open_api::Error`] (`open_api::answer`, the only place that decides) →
//!   [`integrations::Failure`] → `action_error` (`host::wire_error`).
//!
//! # Adding an action
//!
//! 1. Write `src/integrations/tiktok/actions/<action>.rs`. `get_creator_info.rs` is the shortest example: module doc with
//!    endpoint and scopes, `Input`, `Output`, the action, the mapping and its tests.
//! 2. Add one line to the table in `src/integrations/tiktok.rs`.
//! 3. Run `cargo run -- schemas write`: schemas, manifest and tables follow.
//! 4. Add fixtures below `tests/fixtures/`; each is a test.
//!
//! # Further reading
//!
//! In `docs/`: `tiktok-open-api.md` (every fact about TikTok that the program relies on, with its source),
//! `reliability.md` (retries, interruptions, unconfirmed posts), `state.md` (journal and rate counters), `media.md`
//! (accepted videos and photos), `errors.md` (every error code), `simulator.md`, `security.md` and `performance.md`.

// Layer 8
pub mod cli;

// Layer 7
pub mod front;

// Layer 6
pub mod host;

// Layer 5
pub mod integrations;

// Layer 4
pub mod posting;

// Layer 3
pub mod upload;

// Layer 2
pub mod media;
pub mod open_api;

// Layer 1
pub mod http;
pub mod progress;
pub mod schema;
#[cfg(feature = "simulator")]
pub mod simulator;
pub mod state;

// Layer 0
pub mod catalogue;
pub mod clock;
pub mod model;
pub mod outlet;
pub mod secret;
