//! What an action is given besides its input.

use std::{borrow::Cow, path::Path, sync::Arc, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::Record;
use crate::{
    clock::{Clock, Deadline},
    http::{Downloader, Retries, Transport},
    media::{ContentError, Source},
    model::Fingerprint,
    open_api::OpenApi,
    outlet::Outlet,
    posting::{Evidence, Wait},
    progress::Reporter,
    state::State,
    upload::{LineSpeed, StallLimit},
};

/// What an action is given besides its input.
#[derive(Debug, Clone)]
pub struct Context {
    /// TikTok, as the request's account sees it.
    pub api: OpenApi,
    /// The HTTP client, for uploads.
    pub transport: Transport,
    /// The HTTP client for hosts that an input names; it has no token.
    pub downloader: Downloader,
    /// Where larger videos are kept while they are on their way.
    pub spool_folder: Arc<Path>,
    /// The time.
    pub clock: Clock,
    /// How often a call may be sent again.
    pub retries: Retries,
    /// How long one call may take.
    pub timeout: Duration,
    /// Silence of the connection at which a chunk of an upload is cut off.
    pub stall: StallLimit,
    /// Speed of the uploads of this process.
    pub line: LineSpeed,
    /// When the action must be done.
    pub deadline: Deadline,
    /// How long it had for that when it began.
    pub time: Duration,
    /// What is known of a post while it is made.
    pub evidence: Evidence,
    /// Where journal and ledger are.
    pub state: State,
    /// Where the course of the post is written down.
    pub record: Record,
    /// Stands for the inputs of a request that carries an idempotency key.
    pub fingerprint: Option<Fingerprint>,
    /// Who is told how far the request has come.
    pub progress: Reporter,
    /// Where the result goes.
    pub outlet: Outlet,
    /// The videos that came in with the request.
    pub contents: Contents,
}

impl Context {
    /// How long a wait of `seconds` may be now: what was sent before takes its share of the action's time.
    pub fn patience(&self, seconds: u32) -> Duration {
        Duration::from_secs(seconds.into()).min(self.clock.left_until(self.deadline))
    }

    /// A wait of `seconds` for what becomes of a post.
    pub fn wait(&self, seconds: u32) -> Wait<'_> {
        Wait { clock: &self.clock, patience: self.patience(seconds), deadline: self.deadline }
    }

    /// How long an init may take, with all that is tried again.
    pub fn init_may_take(&self) -> Duration {
        let calls = self.timeout.saturating_mul(self.retries.max.saturating_add(1));
        calls.saturating_add(self.retries.wait_budget).min(self.clock.left_until(self.deadline))
    }

    /// Whether a call that is sent now can be expected to be answered in time: as long as a call may take, or what TikTok
    /// seldom exceeds.
    pub fn has_time_for_an_answer(&self) -> bool {
        self.clock.left_until(self.deadline) >= self.timeout.min(USUAL_ANSWER)
    }

    /// Whether what took all the time so far could be done once more.
    pub fn has_time_for_another_try(&self) -> bool {
        self.clock.left_until(self.deadline) > self.time / 2
    }
}

/// Within this time TikTok has answered nearly always.
const USUAL_ANSWER: Duration = Duration::from_secs(2);

/// The videos that came in with a request, decoded, in the order of the request.
#[derive(Debug, Clone, Default)]
pub struct Contents(Vec<Result<Source, ContentError>>);

/// The text that stands in the place of a video's content within a request's inputs.
const HANDLE: &str = "lifted:";

impl Contents {
    /// Keeps a video and gives the handle that takes its place.
    pub fn keep(&mut self, content: Result<Source, ContentError>) -> String {
        self.0.push(content);
        format!("{HANDLE}{}", self.0.len() - 1)
    }

    /// The videos that are whole, in the order of the request.
    pub(super) fn sources(&self) -> impl Iterator<Item = &Source> {
        self.0.iter().filter_map(|content| content.as_ref().ok())
    }

    /// The video that `content` stands for.
    pub fn get(&self, content: Content) -> Result<Source, ContentError> {
        self.0.get(content.0).cloned().unwrap_or(Err(ContentError::Cut { length: 0 }))
    }
}

/// A place in the input where a video's base64 stood; the video itself is in [`Contents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content(usize);

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Cow<'_, str> = Cow::deserialize(deserializer)?;
        let index = text.strip_prefix(HANDLE).and_then(|index| index.parse().ok());
        // Every content string under `inputs` was lifted, so nothing else can stand here.
        index.map(Self).ok_or_else(|| D::Error::custom("is no content that was sent with the request"))
    }
}

impl JsonSchema for Content {
    fn schema_name() -> Cow<'static, str> {
        "Content".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "contentEncoding": "base64" })
    }
}
