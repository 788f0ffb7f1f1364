//! Demonstration on this machine: a simulated TikTok, a real video, every request through the host protocol.

mod step;
mod tiktok;
mod tiktok_ads;

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use self::step::{DemoProgress, DemoStep};
use super::stdio::{self, StreamError};
use crate::{
    advertising::AccountDay,
    clock::Clock,
    host::Host,
    media::{self, Source},
    model::Hex,
    simulator::{ManualCutoff, Simulator, SimulatorOptions, StoredPost},
    state::{State, StateLocation},
};

/// The clip that is posted when no other is given: 4 s of H.264, 1080 by 1920 pixels.
pub const CLIP: &[u8] = include_bytes!("../../tests/media/clip.mp4");

/// Error that ends the demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The simulator could not be started.
    #[error("the simulator could not be started")]
    Start(#[from] std::io::Error),
    /// The simulator's address is not a URL.
    #[error("the simulator's address is not a URL")]
    Address,
    /// The file is not a video that could be posted.
    #[error("this cannot be posted: {0}")]
    NotAVideo(String),
    /// There is no folder for the state.
    #[error("the folder for temporary files cannot be used")]
    Folder(#[source] std::io::Error),
    /// The simulator knows no endpoint of a step's name.
    #[error("the simulator cannot lose the answer of a step")]
    Fault,
    /// The protocol's streams failed.
    #[error(transparent)]
    Stream(#[from] StreamError),
}

/// Event to show.
#[derive(Debug)]
pub enum DemoEvent<'a> {
    /// Start of the simulator.
    Opening {
        /// URL of the simulator.
        url: &'a str,
        /// Size of the video; `None` for a demo without one.
        video_bytes: Option<usize>,
    },
    /// Heading of the following steps.
    Part(&'static str),
    /// The time has moved ahead.
    Later {
        /// Number of days.
        days: u32,
        /// Day of the ad account that it is now.
        today: Option<AccountDay>,
    },
    /// A request and its result.
    Step {
        /// Number of the step, from 1.
        number: usize,
        /// Title, as a sentence.
        title: &'static str,
        /// The request without content and token.
        request: String,
        /// The most relevant fields of the result, a line each.
        result: Vec<String>,
        /// Data of the action's result, if it is a report to draw.
        report: Option<Value>,
        /// Wall-clock time.
        duration: Duration,
        /// Whether the result is the expected one.
        passed: bool,
    },
    /// Posts and drafts that TikTok's side has in the end.
    Stored {
        /// Posts and drafts, oldest first.
        posts: &'a [StoredPost],
        /// SHA-256 of the video that was sent, in hex.
        sha256: &'a str,
    },
}

/// Demo of one integration.
#[derive(Debug, Clone, Copy)]
pub enum DemoScript<'a> {
    /// Posts of this video.
    Posting(&'a [u8]),
    /// The lives of two campaigns with their ad groups and ads, one for each way of creation. One ad has this video.
    Advertising(&'a [u8]),
}

/// Plays the demo step by step, up to the first that fails. Returns whether every step passed.
pub async fn play(
    script: DemoScript<'_>,
    show: &mut (impl FnMut(DemoEvent<'_>) + Send),
) -> Result<bool, DemoError> {
    let steps = match script {
        DemoScript::Posting(video) => {
            check(video)?;
            tiktok::steps(video)
        }
        DemoScript::Advertising(video) => tiktok_ads::steps(video),
    };
    // Simulator and host have one time, so it can move ahead for both.
    let clock = Clock::adjustable();
    let options = options(&clock);
    let utc_offset = script.utc_offset(&options);
    let simulator = Simulator::start(options).await?;
    let url = simulator.url();
    let base = Url::parse(&url).map_err(|_fault| DemoError::Address)?;
    let folder = tempfile::tempdir().map_err(DemoError::Folder)?;
    let state = State::new(
        StateLocation::Sqlite(folder.path().join("state.db")),
        clock.clone(),
    );
    let host = Host::new(clock.clone())
        .with_api_base_of_all(base)
        .with_state(state);
    let stage = DemoStage {
        simulator,
        host: Arc::new(host),
        clock,
        utc_offset,
    };
    show(DemoEvent::Opening {
        url: &url,
        video_bytes: script.video().map(<[u8]>::len),
    });
    let mut results: Vec<Value> = Vec::new();
    for step in steps {
        stage.prepare(&step, show)?;
        let (result, event) = stage.play(step, &results).await?;
        let is_passed = matches!(event, DemoEvent::Step { passed: true, .. });
        show(event);
        results.push(result);
        if !is_passed {
            return Ok(false);
        }
    }
    Ok(script
        .video()
        .is_none_or(|video| compare(video, &stage.simulator.posts(), show)))
}

impl<'a> DemoScript<'a> {
    const fn video(self) -> Option<&'a [u8]> {
        match self {
            Self::Posting(video) => Some(video),
            Self::Advertising(_) => None,
        }
    }

    /// Hours that the days of the script's account are ahead of UTC.
    fn utc_offset(self, options: &SimulatorOptions) -> i32 {
        let mut accounts = options.ads.advertisers.iter();
        let account = match self {
            Self::Posting(_) => None,
            Self::Advertising(_) => {
                accounts.find(|account| account.advertiser_id == tiktok_ads::ADVERTISER_ID)
            }
        };
        account.map_or(0, |account| account.utc_offset_hours)
    }
}

/// Options of the simulator: the demo creates manual campaigns after their end too, and a video is processed quickly.
fn options(clock: &Clock) -> SimulatorOptions {
    let mut options = SimulatorOptions {
        clock: clock.clone(),
        ..SimulatorOptions::default()
    };
    options.ads.switches.video_ms = Some(500);
    options.ads.switches.manual_cutoff = Some(ManualCutoff::Off);
    options
}

/// Loses the simulator's next answer at an endpoint. The request takes effect.
fn lose_answer(simulator: &Simulator, endpoint: &str) -> Result<(), DemoError> {
    let fault = json!({ "faults": [{ "endpoint": endpoint, "nth": 1, "kind": "cut_after" }] });
    let setup = serde_json::from_value(fault).map_err(|_fault| DemoError::Fault)?;
    simulator.apply(setup).map_err(|_fault| DemoError::Fault)
}

/// Checks that `video` can be posted.
fn check(video: &[u8]) -> Result<(), DemoError> {
    if video.is_empty() {
        return Err(DemoError::NotAVideo("the file is empty".to_owned()));
    }
    let probed = media::probe(&Source::in_memory(video.to_vec()));
    probed.map(drop).map_err(|fault| {
        let fix = if fault.is_no_video() {
            fault.fix()
        } else {
            "check that the file plays to its end"
        };
        DemoError::NotAVideo(format!("it is {fault}; {fix}"))
    })
}

/// Simulated TikTok and host on which the steps are played.
struct DemoStage {
    simulator: Simulator,
    host: Arc<Host>,
    /// Time of both.
    clock: Clock,
    /// Hours that the days of the account are ahead of UTC.
    utc_offset: i32,
}

impl DemoStage {
    /// Moves the time and sets the faults of a step, and shows the heading of its part.
    fn prepare(
        &self,
        step: &DemoStep,
        show: &mut (impl FnMut(DemoEvent<'_>) + Send),
    ) -> Result<(), DemoError> {
        if step.days_later > 0 {
            self.simulator.advance(DAY.saturating_mul(step.days_later));
            show(DemoEvent::Later {
                days: step.days_later,
                today: AccountDay::after_epoch(self.local_time()),
            });
        }
        if let Some(part) = step.part {
            show(DemoEvent::Part(part));
        }
        match step.lost_answer {
            Some(endpoint) => lose_answer(&self.simulator, endpoint),
            None => Ok(()),
        }
    }

    /// Time in the time zone of the account.
    fn local_time(&self) -> Duration {
        let offset = i64::from(self.utc_offset) * 3_600;
        let seconds = self.clock.since_epoch().as_secs();
        Duration::from_secs(seconds.saturating_add_signed(offset))
    }

    /// Plays one step. Returns the result and the event to show.
    async fn play(
        &self,
        step: DemoStep,
        results: &[Value],
    ) -> Result<(Value, DemoEvent<'static>), DemoError> {
        let request = (step.request)(&DemoProgress {
            results,
            local_time: self.local_time(),
        });
        let start = self.clock.elapsed();
        let answered = stdio::ask(&self.host, request.to_string()).await?;
        let duration = self.clock.elapsed().saturating_sub(start);
        let result = answered.into_iter().next_back().unwrap_or_default();
        let missed = step.missed(&result, results);
        let passed = missed.is_empty();
        let report = result.pointer("/result/data").filter(|_| step.is_drawn && passed);
        let event = DemoEvent::Step {
            number: results.len() + 1,
            title: step.title,
            request: step::summary(&request),
            result: match (passed, step.show_fields) {
                (true, []) => Vec::new(),
                (true, shown) => step::fields(&result, shown),
                (false, _) => step::reason(&result, missed),
            },
            report: report.cloned(),
            duration,
            passed,
        };
        Ok((result, event))
    }
}

const DAY: Duration = Duration::from_hours(24);

/// Shows the stored posts. Returns whether each upload has the bytes of `video`.
fn compare(video: &[u8], posts: &[StoredPost], show: &mut impl FnMut(DemoEvent<'_>)) -> bool {
    let sha256 = Hex(&Sha256::digest(video)).to_string();
    show(DemoEvent::Stored {
        posts,
        sha256: &sha256,
    });
    let mut uploads = posts.iter().filter(|post| post.bytes > 0);
    uploads.all(|post| post.sha256 == sha256)
}
