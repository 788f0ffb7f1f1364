//! A simulated TikTok: a server on loopback that follows TikTok's documented rules, for tests, fixtures and
//! demonstrations.
//!
//! It is written from TikTok's documents (cited as `#heading`, a heading of docs/tiktok-open-api.md, or by the
//! address of TikTok's page) and shares no type with any client. `docs/simulator.md` lists where it is more
//! lenient or stricter than the documents; [`SimulatorOptions::strict`] holds a client to them. Every request is
//! answered and recorded in the [`RequestJournal`], whatever it contains; none causes a panic.
//!
//! # Layout
//!
//! A server that knows no API reads requests, applies faults, keeps the journal and sends replies. An API is a
//! folder, such as `open_api/`: a table of routes over its own world, behind the `SimulatedApi` trait of
//! `api`. The list in `apis` names every API with the prefixes of its paths. `setup` and `options` hold the
//! accounts and settings of all APIs.
//!
//! # Accounts
//!
//! Those of the Marketing API are in `marketing_api/account.rs`; those of the Open API are:
//!
//! | Token | Character |
//! |---|---|
//! | `act.sim-public` | public account, audited app, all permissions, 45 videos |
//! | `act.sim-private` | private account, audited app, no public videos |
//! | `act.sim-unaudited-public` | public account, app without an audit: every direct post is refused |
//! | `act.sim-unaudited-private` | private account, app without an audit: `SELF_ONLY` works |
//! | `act.sim-capped` | the creator reached the daily cap: `spam_risk_too_many_posts` |
//! | `act.sim-banned` | `spam_risk_user_banned_from_posting` |
//! | `act.sim-active-user-cap` | `reached_active_user_cap` |
//! | `act.sim-expired` | 401 `access_token_invalid`; its refresh token works |
//! | `act.sim-basic-only` | permission `user.info.basic` only |
//! | `act.sim-no-publish` | all permissions but `video.publish` |
//! | `act.sim-no-video-list` | all permissions but `video.list` |
//! | `act.sim-no-stats` | all permissions but `user.info.stats` |
//! | `act.sim-interactions-off` | comments, duets and stitches switched off |
//! | `act.sim-new` | no videos: the list has no `videos` member |
//! | `act.sim-bad-media` | posts end as FAILED with `file_format_check_failed` |
//! | `act.sim-bad-pull` | pulls end as FAILED with `video_pull_failed` or `photo_pull_failed` |
//! | `act.sim-slow-moderation` | public posts have their id after six hours |
//! | `act.sim-short-pages` | pages of the video list are short while more follow |
//! | `act.sim-late-status` | the first two status calls for a post return `invalid_publish_id` |
//! | `act.example12345Example12345Example` | as public; the token of TikTok's own sample requests |
//!
//! All of them may pull from `example.com`, `https://media.example.org/videos/` and the simulator's own
//! `/_simulator/media/`, which represents a verified host. The journal names an account by its token without
//! `act.`.
//!
//! # Stricter readings
//!
//! * Megabytes: a chunk plan must be legal with 10^6 and with 2^20 bytes, and two chunks for 66 to 94 MB are
//!   refused (#megabytes, #reported-plans).
//! * The three inits share a limit of six calls a minute; `max_count` over 20 is refused.
//! * Branded content is for everyone or for friends.
//! * An app without an audit posts `SELF_ONLY`, and for private accounts only.
//! * Only pulls can be cancelled; a repeated chunk gets 416; photos are not in the video list.

mod api;
mod apis;
mod browser;
mod caller;
mod consent_page;
mod content_range;
mod control;
mod endpoint;
mod exchange;
mod fault;
mod head;
mod journal;
mod marketing_api;
mod media;
mod open_api;
mod options;
mod pace;
mod rate_window;
mod recorder;
mod reply;
mod scripted;
mod setup;
mod shared;
mod simulation;
mod wire;

pub use endpoint::EndpointName;
pub use fault::{ChunkPlace, FaultAnswer, FaultError, FaultKind, FaultRule};
pub use journal::{RecordedHeaders, RecordedRequest, RequestJournal, RequestOutcome};
pub use marketing_api::{
    account::{AppTier, SimulatedAdsToken, SimulatedAdvertiser, SimulatedApp},
    history::SimulatedHistory,
    setup::{AdsOptions, AdsSetup},
    switches::{AdgroupUpdate, AdsSwitches, LateRepeat, ManualCutoff, RepeatedRequest, SmartPlusBudget},
};
pub use open_api::{
    account::{Account, Visibility, description, presets},
    fail_reason::FailReason,
    post::{PostKind, StoredChunk, StoredPost, StoredStatus},
    upload_edge::{Figure, UnknownId, UploadEdge},
};
pub use options::SimulatorOptions;
pub use pace::Stall;
pub use scripted::{Close, Exchange, Expect, Scripted, ScriptedReply};
pub use setup::{ConsentSetup, Setup, SetupError};
pub use wire::Digesting;

use std::{collections::BTreeMap, io, sync::Arc, time::Duration};

use serde_json::Value;

use open_api::SimulatedOpenApi;
use simulation::Simulation;
use wire::LoopbackServer;

/// A running server on `127.0.0.1`. Dropping it stops the server and closes its connections.
#[derive(Debug)]
pub struct Simulator {
    server: LoopbackServer,
    simulation: Arc<Simulation>,
}

impl Simulator {
    /// Binds a port and serves on the current runtime, which may be a single-threaded one.
    pub async fn start(options: SimulatorOptions) -> io::Result<Self> {
        let mut started = None;
        let server = LoopbackServer::start(options.port, |address| {
            let simulation = Arc::new(Simulation::start(&options, wire::base_url(address)));
            started = Some(Arc::clone(&simulation));
            move |request| {
                let simulation = Arc::clone(&simulation);
                browser::guarded(request, move |request| exchange::answer(simulation, request))
            }
        })
        .await?;
        let simulation = started.ok_or_else(|| io::Error::other("the server was not made"))?;
        Ok(Self { server, simulation })
    }

    /// The server's URL, for example `http://127.0.0.1:41234`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The requests so far.
    pub fn journal(&self) -> RequestJournal {
        RequestJournal {
            entries: self.simulation.shared.lock().journal.clone(),
        }
    }

    /// Posts and drafts that the simulated Open API has stored, oldest first.
    pub fn posts(&self) -> Vec<StoredPost> {
        let open_api = self.simulation.api::<SimulatedOpenApi>();
        open_api.map(SimulatedOpenApi::posts).unwrap_or_default()
    }

    /// Number of things that the simulated APIs have stored, by kind.
    pub fn stored(&self) -> BTreeMap<String, usize> {
        self.simulation.stored()
    }

    /// The list that `GET /_simulator/<name>` shows, if an API keeps one of this name.
    pub fn listing(&self, name: &str) -> Option<Value> {
        self.simulation.listing(name)
    }

    /// Changes accounts, faults, settings and time; changes nothing if any part of the setup is wrong.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers have no use for a setup after it is applied"
    )]
    pub fn apply(&self, setup: Setup) -> Result<(), SetupError> {
        self.simulation.apply(&setup)
    }

    /// Moves the time ahead: a virtual clock itself, otherwise the simulator's own time.
    pub fn advance(&self, by: Duration) {
        self.simulation.shared.advance(by);
    }

    /// Serves `file` at `/_simulator/media/<name>`, as a host of the internet would.
    pub fn keep_media(&self, name: &str, file: Vec<u8>) {
        media::keep(&self.simulation.shared, name, file);
    }

    /// Forgets posts, journal, faults and changes; the time stays.
    pub fn reset(&self) {
        self.simulation.reset();
    }
}

#[cfg(test)]
mod tests;
