//! The whole story on this machine: a simulated TikTok, a real video, every request through the host
//! protocol.

mod story;

use std::{sync::Arc, time::Duration};

use reqwest::Url;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use self::story::{Step, story};
use super::stdio::{self, StreamError};
use crate::{
    clock::Clock,
    host::Host,
    http::TransportError,
    media::{self, Source},
    simulator::{Simulator, SimulatorOptions, StoredPost},
};

/// The clip that is posted when no other is given: 4 s of H.264, 1080 by 1920 pixels.
pub const CLIP: &[u8] = include_bytes!("../../tests/media/clip.mp4");

/// Why the demo could not be given.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// No simulator could be started.
    #[error("the simulator could not be started")]
    Start(#[from] std::io::Error),
    /// The simulator's address is not one.
    #[error("the simulator's address is not one")]
    Address,
    /// No HTTP client.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The file is not a video that could be posted.
    #[error("this cannot be posted: {0}")]
    NotAVideo(String),
    /// The protocol's streams failed.
    #[error(transparent)]
    Stream(#[from] StreamError),
}

/// One thing to show.
#[derive(Debug)]
pub enum Scene<'a> {
    /// Where TikTok is simulated.
    Opening {
        /// Its address.
        url: &'a str,
        /// The video's size in bytes.
        video_bytes: usize,
    },
    /// A request and its result.
    Step {
        /// From 1.
        number: usize,
        /// What it is about.
        title: &'static str,
        /// The request without content and token.
        request: String,
        /// What matters of the result, a line each.
        result: Vec<String>,
        /// How long it took.
        duration: Duration,
        /// Whether it went as the story wants.
        as_told: bool,
    },
    /// What TikTok's side has in the end.
    Stored {
        /// The posts and drafts.
        posts: &'a [StoredPost],
        /// The SHA-256 of the video that was sent, in hex.
        sha256: &'a str,
    },
}

/// Plays the demo with `video`, scene by scene, and stops at the first step that fails. Returns whether every
/// step succeeded.
pub async fn play(video: &[u8], show: &mut (impl FnMut(Scene<'_>) + Send)) -> Result<bool, DemoError> {
    if video.is_empty() {
        return Err(DemoError::NotAVideo("the file is empty".to_owned()));
    }
    media::probe(&Source::in_memory(video.to_vec())).map_err(|fault| {
        let fix = if fault.is_no_video() {
            fault.fix()
        } else {
            "check that the file plays to its end"
        };
        DemoError::NotAVideo(format!("it is {fault}; {fix}"))
    })?;
    let simulator = Simulator::start(SimulatorOptions::default()).await?;
    let url = simulator.url();
    let clock = Clock::system();
    let host = Arc::new(Host::new(
        Url::parse(&url).map_err(|_fault| DemoError::Address)?,
        clock.clone(),
    )?);
    show(Scene::Opening {
        url: &url,
        video_bytes: video.len(),
    });
    let mut results: Vec<Value> = Vec::new();
    for (index, step) in story(video).into_iter().enumerate() {
        let Step {
            title,
            request,
            wants,
            tells,
        } = step;
        let request = request(&results);
        let start = clock.elapsed();
        let result = stdio::ask(&host, request.to_string())
            .await?
            .pop()
            .unwrap_or_default();
        let duration = clock.elapsed().saturating_sub(start);
        let as_told = wants
            .iter()
            .all(|(pointer, value)| result.pointer(pointer) == Some(value));
        show(Scene::Step {
            number: index + 1,
            title,
            request: story::essence(&request),
            result: if as_told {
                story::lines(&result, tells)
            } else {
                story::reason(&result)
            },
            duration,
            as_told,
        });
        results.push(result);
        if !as_told {
            return Ok(false);
        }
    }
    let posts = simulator.posts();
    let sha256 = hex(&Sha256::digest(video));
    show(Scene::Stored {
        posts: &posts,
        sha256: &sha256,
    });
    let uploads_match = posts
        .iter()
        .filter(|post| post.bytes > 0)
        .all(|post| post.sha256 == sha256);
    Ok(uploads_match)
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
