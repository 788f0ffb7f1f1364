//! Runs actions on TikTok for a workflow platform. A host such as Autohive writes JSON requests to the program's standard
//! input and reads one JSON result or error per request from its standard output.
//!
//! # Glossary
//!
//! * **Host**: the workflow platform's process that starts the program, sends requests and injects OAuth credentials.
//! * **Integration**: the actions on one TikTok API and their manifest. `tiktok` acts through the Open API, `tiktok-ads`
//!   through the Marketing API.
//! * **Action**: one operation, for example `create_video_post`, with an input schema and an output schema.
//! * **Front**: an entry point for requests: the host protocol over streams, a call at a terminal, fixtures, the demo.
//! * **Init**: the call that begins a post. TikTok returns a *publish ID* and, for uploads, an upload URL.
//! * **Draft**: media sent to the inbox of the account's owner, who posts them in the TikTok app.
//! * **Creator info**: the account's options for a post, such as privacy levels. TikTok requires a query before each post.
//! * **Spool**: temporary storage for a video: memory up to 1 MiB, an unlinked temporary file above that.
//! * **Journal**: the idempotency records, one row per key. With them, a repeated request never posts twice.
//! * **Outcome**: the known state of a post: published, in the inbox, processing, unconfirmed or failed.
//!
//! # Layers
//!
//! Modules form nine layers, listed here from the top. A module imports only from lower layers, and the files of a module
//! do not import each other in circles; `tests/it/architecture.rs` enforces both.
//!
//! | layer | module | contents |
//! |---|---|---|
//! | 8 | [`cli`] | arguments and commands; the only module that reads the environment and picks the exit code |
//! | 7 | [`front`], [`bundle`], [`doctor`] | entry points for requests: the host protocol over streams, a call at a terminal, fixtures, the demo; folders that Autohive loads as integrations; checks of an installation |
//! | 6 | [`host`] | one request in, one result out: extract, validate, run, validate, write; the only layer that knows JSON envelopes |
//! | 5 | [`integrations`] | the only list of actions; one file per action, with typed input and output |
//! | 4 | [`posting`], [`advertising`] | rules before a post, outcome after it; rules for campaigns, ad groups and ads, limits on spending, steps after a lost answer |
//! | 3 | [`upload`], [`sign_in`] | pure chunk plan, pure progress machine, one loop with effects; sign-in to both APIs, credentials of signed-in accounts |
//! | 2 | [`open_api`], [`marketing_api`], [`media`] | one method per TikTok endpoint, with its own wire types; content and properties of videos and photos |
//! | 1 | [`http`], [`state`], [`accounts`], [`schema`], [`progress`], `simulator` | HTTP client with redaction, retries, rate limits and guarded downloads; journal and rate counters; store of signed-in accounts, listener for a sign-in; schema generation and validation; progress of a request; simulated TikTok |
//! | 0 | [`model`], [`catalogue`], [`secret`], [`clock`], [`outlet`], [`tls`] | newtypes, error catalogue, secrets that cannot be printed, injected time, whether results can still be written, TLS by the certificates of this machine |
//!
//! # Pure modules
//!
//! The following modules do no I/O and take no clock; the same test reads this list.
//!
//! `accounts::account`, `accounts::book`, `accounts::callback`, `accounts::name`, `accounts::page`, `accounts::rows`,
//! `advertising::ad`, `advertising::ad_group`, `advertising::analytics`, `advertising::budget`, `advertising::campaign`, `advertising::candidate`,
//! `advertising::creation`, `advertising::currency`, `advertising::difference`, `advertising::manual_end`,
//! `advertising::names`, `advertising::rule`,
//! `advertising::schedule`, `advertising::spending`, `advertising::view`, `advertising::violation`,
//! `cli::chart`, `cli::report_chart`,
//! `doctor::files`, `doctor::finding`, `doctor::proxy`,
//! `host::envelope`, `host::wire_error`, `http::guard`, `http::resume`, `http::retry`, `integrations::record`, `media::image`,
//! `model::decimal`, `model::utc`,
//! `posting::disclosure`, `posting::outcome`, `posting::record`, `posting::rules`, `posting::lost_post`,
//! `posting::photo_limits`, `posting::post_state`, `posting::status_poll`, `posting::video_limits`, `schema::explain`, `schema::suggest`, `state::judge`, `state::row`, `state::sqlite::ownership`,
//! `marketing_api::ad_group_settings`, `marketing_api::ad_group_tables`, `marketing_api::ad_group_write`,
//! `marketing_api::ad_settings`, `marketing_api::ad_write`, `marketing_api::nested_ad`, `marketing_api::smart_ad_write`,
//! `marketing_api::answer`, `marketing_api::campaign_settings`, `marketing_api::campaign_write`,
//! `marketing_api::oauth::issued`, `marketing_api::oauth::redirect`, `marketing_api::query`, `marketing_api::raw`,
//! `marketing_api::status_update`, `marketing_api::throttle`, `marketing_api::wire`,
//! `open_api::oauth::answer`, `open_api::oauth::pkce`, `open_api::oauth::redirect`, `sign_in::pasted`,
//! `upload::plan`, `upload::progress`.
//!
//! In addition, an action never sees a [`Value`](serde_json::Value), a request ID, standard input or standard output, and
//! the simulator shares no wire type with the clients.
//!
//! # Data flow
//!
//! To include private modules on these pages, run `cargo doc --document-private-items --open`.
//!
//! * *A request:* `front::stdio` (bytes) → `host::ingest` (JSON documents; videos are extracted) → `host::envelope` (a
//!   [`host::Request`]) → [`host`] (inputs validated against the manifest's schema) → `integrations::tiktok::actions` →
//!   [`host`] (output validated against its schema) → `front::stdio`.
//! * *The token:* the integration's `credentials` → [`secret`] ([`secret::UserToken`] or [`secret::AdsToken`]) → its `context` →
//!   [`open_api::OpenApi`] or [`marketing_api::MarketingApi`] → the header `Authorization` or `Access-Token` in [`http`].
//!   Nowhere else, except the bodies of the calls that revoke a token ([`open_api::oauth`], [`marketing_api::oauth`]).
//!   Tokens of people who have signed in on this machine come from the store of [`accounts`].
//! * *A video:* `host::ingest` → [`media::Base64Decoder`] → [`media::Sieve`] (keeps only what can be a video) →
//!   [`media::Spool`] → [`media::Source`] → [`media::probe`](media::probe()) (container, codec, duration, size) →
//!   [`posting`] (TikTok's and the creator's rules) → [`upload::ChunkPlan`] → [`upload::Upload`] → [`http`].
//! * *A video by URL:* [`media::relay`] → [`http::Downloader`] (guarded addresses, no token) → [`media::Spool`], then as
//!   above.
//! * *A file of this machine:* `cli::call` (options of a command line) → [`media::Source`], which reads it from its place →
//!   [`front::call`] (a document with handles) → [`host`], then as above.
//! * *A failure:* status and body → [`open_api::Error`] (classified only in `open_api::answer`) →
//!   [`integrations::Failure`] → `action_error` (`host::wire_error`).
//!
//! # Adding an action
//!
//! 1. Write `src/integrations/tiktok/actions/<action>.rs`. `get_creator_info.rs` is the shortest example: module doc with
//!    endpoint and scopes, `Input`, `Output`, the action, the mapping and its tests.
//! 2. Add it to the table in `src/integrations/tiktok.rs`.
//! 3. Run `cargo run -- schemas write`, which updates the schemas, the manifest and the tables.
//! 4. Add fixtures to `tests/fixtures/tiktok/<action>/`; each is a test.
//!
//! # Further reading
//!
//! In `docs/`: `tiktok-open-api.md` and `tiktok-marketing-api.md` (every fact about TikTok that the program relies
//! on, with its source), `reliability.md` (retries, interruptions, unconfirmed posts), `state.md` (journal and rate
//! counters), `media.md` (accepted videos and photos), `errors.md` (every error code), `login.md`, `simulator.md`, `security.md`
//! and `performance.md`.

// Layer 8
pub mod cli;

// Layer 7
pub mod bundle;
pub mod doctor;
pub mod front;

// Layer 6
pub mod host;

// Layer 5
pub mod integrations;

// Layer 4
pub mod advertising;
pub mod posting;

// Layer 3
pub mod sign_in;
pub mod upload;

// Layer 2
pub mod marketing_api;
pub mod media;
pub mod open_api;

// Layer 1
pub mod accounts;
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
pub mod tls;
