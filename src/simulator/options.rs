//! Settings of a simulator at its start.

use std::time::Duration;

use super::{
    marketing_api::setup::AdsOptions,
    open_api::account::{Account, presets},
    wire::Digesting,
};
use crate::clock::Clock;

/// Settings of a simulator at its start.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// The port; 0 takes any free one.
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
    /// Whether a request that TikTok accepts in practice, but does not document, is refused. Otherwise it is accepted
    /// with a note in the journal.
    pub strict: bool,
    /// Whether uploads, and pulls from the simulator's own files, end as FAILED if the bytes are not a video or photo
    /// within TikTok's limits.
    pub judge_media: bool,
    /// Apps, advertisers, tokens and switches of the Marketing API.
    pub ads: AdsOptions,
}

impl Default for SimulatorOptions {
    /// Any port, the system clock, the preset accounts, 300 ms of processing and 700 ms of moderation; lenient, and
    /// media are judged.
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
            ads: AdsOptions::default(),
        }
    }
}
