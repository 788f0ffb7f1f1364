//! A TikTok and a host that share a virtual clock within this process: waiting takes no time.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use autohive_tiktok::{
    clock::Clock,
    front::stdio,
    host::Host,
    http::StallLimit,
    simulator::{RecordedRequest, Simulator, SimulatorOptions, StoredPost, StoredStatus},
    state::{State, StateLocation},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::video::{clip_of, media};

/// Smallest video that TikTok accepts, as a downloadable file.
pub(super) const MEDIA: &str = "h264.mp4";

/// A video of three chunks, as a downloadable file.
pub(super) const THREE_CHUNKS: &str = "three.mp4";

/// Smallest photo of a supported format.
pub(super) const PHOTO: &str = "small.webp";

/// One TikTok and one host, used for the cells in turn.
pub(super) struct Bench {
    runtime: Runtime,
    tiktok: Simulator,
    host: Arc<Host>,
    video: Vec<u8>,
    three_chunks: OnceLock<Vec<u8>>,
    photo: Vec<u8>,
    _journal: TempDir,
}

/// Simulated time at the beginning, since the Unix epoch.
const BEGINNING: Duration = Duration::from_hours(498_696);

impl Bench {
    pub(super) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let clock = Clock::virtual_at(BEGINNING);
        let options = SimulatorOptions {
            clock: clock.clone(),
            strict: true,
            processing: Duration::ZERO,
            moderation: Duration::ZERO,
            ..SimulatorOptions::default()
        };
        let tiktok = runtime.block_on(Simulator::start(options)).unwrap();
        let journal = TempDir::new().unwrap();
        let state = State::new(
            StateLocation::Sqlite(journal.path().join("state.db")),
            clock.clone(),
        );
        let host = Host::new(clock)
            .with_api_base("tiktok", tiktok.url().parse().unwrap())
            .with_state(state);
        // A chunk is cut off after the silence that the request allows for any call.
        let host = host.with_stall_limit(StallLimit {
            idle: Duration::from_millis(1),
            slowest: u64::MAX,
        });
        Self {
            runtime,
            tiktok,
            host: Arc::new(host),
            video: media(MEDIA),
            three_chunks: OnceLock::new(),
            photo: media(PHOTO),
            _journal: journal,
        }
    }

    /// Forgets everything except the journal's keys.
    pub(super) fn reset(&self) {
        self.tiktok.reset();
        // Calls of the previous cell no longer count.
        self.advance(Duration::from_mins(2));
        self.tiktok.keep_media(MEDIA, self.video.clone());
        self.tiktok.keep_media(PHOTO, self.photo.clone());
    }

    /// Also stores the video of three chunks, which is large.
    pub(super) fn keep_three_chunks(&self) {
        let video = self.three_chunks.get_or_init(|| clip_of(15_800_000));
        self.tiktok.keep_media(THREE_CHUNKS, video.clone());
    }

    pub(super) fn url(&self) -> String {
        self.tiktok.url()
    }

    pub(super) fn change(&self, setup: Value) {
        self.tiktok.apply(serde_json::from_value(setup).unwrap()).unwrap();
    }

    pub(super) fn clear_faults(&self) {
        self.change(json!({ "clear_faults": true }));
    }

    pub(super) fn advance(&self, by: Duration) {
        self.tiktok.advance(by);
    }

    /// Sends a request, which must have one result.
    pub(super) fn ask(&self, request: &str) -> Result<Value, String> {
        let answers = self.runtime.block_on(stdio::ask(&self.host, request.to_owned()));
        let answers = answers.map_err(|error| error.to_string())?;
        <[Value; 1]>::try_from(answers)
            .map(|[answer]| answer)
            .map_err(|answers| format!("not one answer: {answers:?}"))
    }

    pub(super) fn entries(&self) -> Vec<RecordedRequest> {
        self.tiktok.journal().entries
    }

    pub(super) fn posts(&self) -> Vec<StoredPost> {
        self.tiktok.posts()
    }
}

/// Checks whether TikTok has all of the post and has not failed it.
pub(super) fn is_whole(post: &StoredPost) -> bool {
    !is_void(post)
}

/// Checks whether the post can never appear: failed, or an incomplete upload whose host has exited.
fn is_void(post: &StoredPost) -> bool {
    let size = post.source_info["video_size"].as_u64();
    match post.status {
        StoredStatus::Failed => true,
        StoredStatus::ProcessingUpload => size.is_some_and(|size| post.bytes < size),
        StoredStatus::ProcessingDownload | StoredStatus::SendToUserInbox | StoredStatus::PublishComplete => {
            false
        }
    }
}
