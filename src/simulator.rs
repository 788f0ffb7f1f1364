//! TikTok in a box: a server on loopback that keeps TikTok's documented rules, for tests, fixtures and
//! demonstrations.
//!
//! It is written from TikTok's documents (cited as `#heading`, headings of docs/tiktok-open-api.md) and
//! shares no type with any client. `docs/simulator.md` lists the behaviour beside the documents and the
//! choices of the stricter reading; [`Options::strict`] holds a client to the documents. Whatever a request
//! holds, it is answered, recorded in the [`RequestJournal`], and never a panic.
//!
//! # Accounts
//!
//! | Token | Character |
//! |---|---|
//! | `act.sim-public` | public account, audited app, all scopes, 45 videos |
//! | `act.sim-private` | private account, audited app, no public videos |
//! | `act.sim-unaudited-public` | public account, app without an audit: every direct post is refused |
//! | `act.sim-unaudited-private` | private account, app without an audit: `SELF_ONLY` works |
//! | `act.sim-capped` | the creator reached the daily cap: `spam_risk_too_many_posts` |
//! | `act.sim-banned` | `spam_risk_user_banned_from_posting` |
//! | `act.sim-active-user-cap` | `reached_active_user_cap` |
//! | `act.sim-expired` | 401 `access_token_invalid`; its refresh token works |
//! | `act.sim-basic-only` | scope `user.info.basic` only |
//! | `act.sim-no-publish` | all scopes but `video.publish` |
//! | `act.sim-no-video-list` | all scopes but `video.list` |
//! | `act.sim-no-stats` | all scopes but `user.info.stats` |
//! | `act.sim-interactions-off` | comments, duets and stitches switched off |
//! | `act.sim-new` | no videos: the list has no `videos` member |
//! | `act.sim-bad-media` | posts end FAILED with `file_format_check_failed` |
//! | `act.sim-bad-pull` | pulls end FAILED with `video_pull_failed` or `photo_pull_failed` |
//! | `act.sim-slow-moderation` | public posts have their id after six hours |
//! | `act.sim-short-pages` | pages of the video list are short while more follow |
//! | `act.sim-late-status` | the first two status calls for a post answer `invalid_publish_id` |
//! | `act.example12345Example12345Example` | as public; the token of TikTok's own sample requests |
//!
//! All may pull from `example.com`, `https://media.example.org/videos/` and the simulator's own
//! `/_simulator/media/`, which stands for a verified host. A journal names an account by its token without
//! `act.`.
//!
//! # Where the stricter reading shows
//!
//! * Megabytes: a chunk plan must be legal with 10^6 and with 2^20 bytes, and two chunks for 66..94 MB are
//!   refused (#megabytes, #reported-plans).
//! * The three inits share one count of six a minute; `max_count` over 20 is refused.
//! * Branded content is for everyone or for friends.
//! * An app without an audit posts `SELF_ONLY`, and for private accounts.
//! * Only pulls can be cancelled; a chunk sent twice is answered 416; photos are not in the video list.

mod account;
mod browser;
mod call;
mod chunks;
mod control;
mod creator;
mod endpoint;
mod exchange;
mod fault;
mod journal;
mod judge;
mod limits;
mod media;
mod oauth;
mod pace;
mod photo_init;
mod post;
mod refusal;
mod reply;
mod routes;
mod scripted;
mod setup;
mod source;
mod status;
mod upload;
mod user;
mod video_init;
mod videos;
mod wire;
mod world;

pub use account::{Account, Visibility, description, presets};
pub use endpoint::EndpointName;
pub use fault::{ChunkPlace, FaultAnswer, FaultError, FaultKind, FaultRule};
pub use journal::{RecordedHeaders, RecordedRequest, RequestJournal, RequestOutcome};
pub use pace::Stall;
pub use post::{FailReason, PostKind, PublishStatus, StoredChunk, StoredPost};
pub use scripted::{Close, Exchange, Expect, Scripted, ScriptedReply};
pub use setup::{Figure, Setup, SetupError, UnknownId, UploadEdge};
pub use wire::Digesting;

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::clock::Clock;
use wire::LoopbackServer;
use world::{Manners, Start, World};

/// A running server on `127.0.0.1`; dropping it stops it and closes its connections.
#[derive(Debug)]
pub struct Simulator {
    server: LoopbackServer,
    shared: Arc<Shared>,
}

/// How a simulator starts.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// The port; 0 takes any that is free.
    pub port: u16,
    /// The time of the simulation: limits, caps, expiry, processing, moderation.
    pub clock: Clock,
    /// The accounts.
    pub accounts: Vec<Account>,
    /// Time until a post leaves PROCESSING.
    pub processing: Duration,
    /// Further time until a public post has its id.
    pub moderation: Duration,
    /// Whether uploads are hashed.
    pub digest: Digesting,
    /// Whether a request that TikTok takes in practice, but that its documents do not describe, is refused.
    /// Otherwise it passes with a note in the journal.
    pub strict: bool,
    /// Whether uploads, and pulls from the simulator's own files, end FAILED where the bytes are no video or
    /// photo within TikTok's limits.
    pub judge_media: bool,
}

impl Default for SimulatorOptions {
    /// Any port, the system's time, the preset accounts, 300 ms of processing and 700 ms of moderation;
    /// lenient with requests, and media are judged.
    fn default() -> Self {
        Self {
            port: 0,
            clock: Clock::system(),
            accounts: presets(),
            processing: Duration::from_millis(300),
            moderation: Duration::from_millis(700),
            digest: Digesting::On,
            strict: false,
            judge_media: true,
        }
    }
}

impl Simulator {
    /// Binds a port and serves on the current runtime, which may be a single-threaded one.
    pub async fn start(options: SimulatorOptions) -> io::Result<Self> {
        let SimulatorOptions {
            port,
            clock,
            accounts,
            processing,
            moderation,
            digest,
            strict,
            judge_media,
        } = options;
        let manners = Manners { strict, judge_media };
        let mut start = Start {
            clock,
            accounts,
            processing,
            moderation,
            manners,
            url: String::new(),
        };
        let mut made = None;
        let server = LoopbackServer::start(port, |address| {
            start.url = wire::base_url(address);
            let shared = Arc::new(Shared {
                world: Mutex::new(World::new(start)),
                digest,
            });
            made = Some(Arc::clone(&shared));
            move |request| {
                let shared = Arc::clone(&shared);
                browser::guarded(request, move |request| exchange::answer(shared, request))
            }
        })
        .await?;
        let shared = made.ok_or_else(|| io::Error::other("the server was not made"))?;
        Ok(Self { server, shared })
    }

    /// Where it listens, for example `http://127.0.0.1:41234`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The requests so far.
    pub fn journal(&self) -> RequestJournal {
        self.shared.journal()
    }

    /// The posts and drafts that TikTok's side has stored, oldest first.
    pub fn posts(&self) -> Vec<StoredPost> {
        self.shared.posts()
    }

    /// Changes accounts, faults, settings and time; nothing at all where something is wrong with it.
    pub fn apply(&self, setup: Setup) -> Result<(), SetupError> {
        self.shared.lock().apply(setup)
    }

    /// Moves the time ahead: that of a virtual clock itself, otherwise the simulator's own.
    pub fn advance(&self, by: Duration) {
        self.shared.lock().advance(by);
    }

    /// Serves `file` at `/_simulator/media/<name>`, as a host of the internet would.
    pub fn keep_media(&self, name: &str, file: Vec<u8>) {
        media::put(&mut self.shared.lock(), name, file);
    }

    /// Forgets posts, journal, faults and changes; the time stays.
    pub fn reset(&self) {
        self.shared.lock().reset();
    }
}

/// What connections share.
#[derive(Debug)]
struct Shared {
    world: Mutex<World>,
    digest: Digesting,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn journal(&self) -> RequestJournal {
        RequestJournal {
            entries: self.lock().journal.clone(),
        }
    }

    fn posts(&self) -> Vec<StoredPost> {
        let world = self.lock();
        let now = world.now();
        world.posts.iter().map(|post| post.stored(now)).collect()
    }

    fn accounts(&self) -> Vec<Account> {
        self.lock()
            .accounts
            .values()
            .map(|account| Account::clone(account))
            .collect()
    }
}

#[cfg(test)]
mod tests;
