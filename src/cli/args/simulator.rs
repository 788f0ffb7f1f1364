//! Arguments of the commands that stand on the simulator: `demo`, `fixtures` and `simulate`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::{
    super::values::{integration, milliseconds, within},
    LoggingArgs,
    host::ApiArgs,
};
use crate::integrations::Integration;

/// Arguments of `demo`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Demo {
    /// Video to post, for the integration tiktok [default: a built-in clip]
    #[arg(conflicts_with = "integration")]
    pub(in crate::cli) video: Option<PathBuf>,
    /// Integration whose actions are shown: tiktok posts a video, tiktok-ads takes two campaigns with their ad groups
    /// and ads from the upload of a video over a month of delivery to charts of its analytics
    #[arg(long, value_parser = integration(), value_name = "NAME", default_value = "tiktok")]
    pub(in crate::cli) integration: &'static Integration,
    #[command(flatten)]
    pub(in crate::cli) logging: LoggingArgs,
}

impl Demo {
    /// Whether the demo is that of tiktok-ads.
    pub(in crate::cli) fn is_advertising(&self) -> bool {
        self.integration.name == "tiktok-ads"
    }
}

/// Arguments of `fixtures`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Fixtures {
    #[command(subcommand)]
    pub(in crate::cli) mode: FixturesMode,
}

/// Subcommand of `fixtures`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum FixturesMode {
    /// Run fixtures, each against its own simulated TikTok; exits with 1 if a result differs
    Run(Box<RunFixtures>),
}

/// Arguments of `fixtures run`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RunFixtures {
    /// Files and folders [default: tests/fixtures]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Run only fixtures whose name or path contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) filter: Option<String>,
    /// Format of the report
    #[arg(long, value_enum, default_value_t = FixtureFormat::Table)]
    pub(in crate::cli) format: FixtureFormat,
    /// Rewrite the expectations of fixtures that differ
    #[arg(long, conflicts_with = "live")]
    pub(in crate::cli) update: bool,
    /// Run fixtures that only read against the real TikTok, with the token in `AUTOHIVE_TIKTOK_TOKEN`, or
    /// `AUTOHIVE_TIKTOK_ADS_TOKEN` and `AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID` for tiktok-ads
    #[arg(long)]
    pub(in crate::cli) live: bool,
    /// File of lines NAME=value with the token for tiktok-ads as `TIKTOK_ACCESS_TOKEN`; it overrides
    /// `AUTOHIVE_TIKTOK_ADS_TOKEN` [default: .env in the working directory, if that variable is not set]
    #[arg(long, requires = "live", value_name = "FILE")]
    pub(in crate::cli) env_file: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) api: ApiArgs,
    #[command(flatten)]
    pub(in crate::cli) logging: LoggingArgs,
}

/// Format of the report on fixtures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FixtureFormat {
    /// For people
    Table,
    /// One JSON object
    Json,
    /// `JUnit` XML
    Junit,
}

/// Arguments of `simulate`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Simulate {
    /// Port on 127.0.0.1; 0 chooses a free port
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = within(0..=u16::MAX))]
    pub(in crate::cli) port: u16,
    /// Processing time of a post, in milliseconds
    #[arg(long, default_value_t = 2000, allow_negative_numbers = true, value_parser = milliseconds, value_name = "MS")]
    pub(in crate::cli) processing_ms: u64,
    /// Additional time until a public post has its id, in milliseconds
    #[arg(long, default_value_t = 3000, allow_negative_numbers = true, value_parser = milliseconds, value_name = "MS")]
    pub(in crate::cli) moderation_ms: u64,
    /// Refuse requests that TikTok accepts although its documentation does not describe them; by default the
    /// request journal marks them
    #[arg(long)]
    pub(in crate::cli) strict: bool,
}
