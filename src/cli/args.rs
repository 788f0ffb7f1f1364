//! Command-line arguments.

mod doctor;
mod journal;
mod state;

use std::{path::PathBuf, time::Duration};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use url::Url;

pub(super) use self::{
    doctor::DoctorArgs,
    journal::{JournalArgs, JournalForget, JournalList, JournalMode, JournalShow},
    state::StateArgs,
};
use super::values::{
    ads_limits, api_base, integration, media_host, milliseconds, positive_amount, spool_max, state_location,
    switch, within,
};
use crate::{
    front::stdio::{Options, Order},
    integrations::{Integration, OperatorPolicy},
    marketing_api::RateTier,
    model::{Amount, ByteCount, MediaHost},
    open_api::API_BASE,
    state::StateLocation,
};

/// Runs actions on TikTok for a workflow host: reads JSON requests from standard input and writes JSON results
/// to standard output.
///
/// Without a command, and with requests piped in, it does the same as `run` and takes its options.
#[derive(Debug, Parser)]
// A fixed name, so that messages do not contain the name under which the program was started.
#[command(
    version,
    about,
    after_help = EXAMPLES,
    bin_name = "autohive-tiktok",
    override_usage = "autohive-tiktok [COMMAND] [OPTIONS]"
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  Try every action on this machine, without a TikTok app:
    autohive-tiktok demo
  Answer one request:
    echo '{\"action\":\"get_user_info\",\"auth\":{\"access_token\":\"act.…\"}}' | autohive-tiktok run
  The same against a simulator, started in another terminal with autohive-tiktok simulate --port 8080:
    … | autohive-tiktok run --api-base http://127.0.0.1:8080

Exit codes: 0 success (every request was answered), 1 the streams or a check failed, 2 usage error.";

/// Addresses of TikTok's APIs.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct ApiArgs {
    /// Base URL of TikTok's API: https, or http for a simulator on this machine
    #[arg(long, env = "TIKTOK_API_BASE", hide_env_values = true, default_value = API_BASE, value_parser = api_base, value_name = "URL")]
    pub(super) api_base: Url,
    /// Base URL of TikTok's Marketing API, for the integration tiktok-ads: https, or http for a simulator on this
    /// machine [default: `https://business-api.tiktok.com`, or `https://sandbox-ads.tiktok.com` for an ad account of the
    /// sandbox]
    #[arg(long, env = "TIKTOK_ADS_API_BASE", hide_env_values = true, value_parser = api_base, value_name = "URL")]
    pub(super) ads_api_base: Option<Url>,
}

impl ApiArgs {
    /// Base URLs by integration; an integration that is not among them has its own.
    pub(super) fn bases(&self) -> impl Iterator<Item = (&'static str, Url)> {
        let of_ads = self.ads_api_base.clone().map(|base| ("tiktok-ads", base));
        [("tiktok", self.api_base.clone())].into_iter().chain(of_ads)
    }
}

/// Operator's limits of the integration tiktok-ads.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub(super) struct AdsArgs {
    /// Limit of calls to the Marketing API by one developer app, for the integration tiktok-ads: guide (10 a second, 100 a
    /// minute and 1,000 a day), or TikTok's level of the app: basic, advanced, premium or ultimate [default: guide]
    #[arg(long, env = "AUTOHIVE_TIKTOK_ADS_LIMITS", hide_env_values = true, value_parser = ads_limits, value_name = "LEVEL")]
    ads_limits: Option<RateTier>,
    /// Highest daily budget that an action of the integration tiktok-ads may set, in the currency of the ad account, such
    /// as 50 or 49.99; a request that exceeds it is refused [default: no limit]
    #[arg(long, env = "AUTOHIVE_TIKTOK_MAX_DAILY_BUDGET", hide_env_values = true, allow_hyphen_values = true, value_parser = positive_amount, value_name = "AMOUNT")]
    max_daily_budget: Option<Amount>,
    /// Refuse to enable campaigns, ad groups and ads, and to create enabled ones, for the integration tiktok-ads
    #[arg(long, env = "AUTOHIVE_TIKTOK_NO_ENABLE", hide_env_values = true, value_parser = switch)]
    no_enable: bool,
}

impl From<AdsArgs> for OperatorPolicy {
    fn from(args: AdsArgs) -> Self {
        Self {
            ads_calls: args.ads_limits.unwrap_or_default(),
            max_daily_budget: args.max_daily_budget,
            allows_enable: !args.no_enable,
        }
    }
}

/// Logging to standard error.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub(super) struct LoggingArgs {
    /// Log level: off, error, warn, info, debug or trace [default: warn for run, else off]
    #[arg(
        long,
        env = "AUTOHIVE_TIKTOK_LOG",
        hide_env_values = true,
        value_name = "LEVEL",
        hide_possible_values = true,
        ignore_case = true
    )]
    pub(super) log: Option<Level>,
    /// Log format
    #[arg(
        long,
        env = "AUTOHIVE_TIKTOK_LOG_FORMAT",
        hide_env_values = true,
        value_enum,
        value_name = "FORMAT",
        ignore_case = true,
        default_value_t = LogFormat::Human
    )]
    pub(super) log_format: LogFormat,
}

/// Log level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// Nothing
    Off,
    /// Faults of this program
    Error,
    /// Requests that could not be understood, chunks that were sent again
    Warn,
    /// Each request
    Info,
    /// Each HTTP call
    Debug,
    /// Everything
    Trace,
}

/// Format of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    Human,
    /// One JSON object per line
    Json,
}

/// Command.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Answer requests from standard input on standard output (the default when input is piped in)
    Run(Box<RunArgs>),
    /// Check this machine, the way to TikTok, the state and the token
    Doctor(Box<DoctorArgs>),
    /// Show or forget what the state records about requests with an `idempotency_key`
    Journal(JournalArgs),
    /// Write, check or print the files generated from the actions' types: schemas, manifests, tables
    Schemas(Schemas),
    /// Try every action with a real video against a simulated TikTok on this machine
    #[cfg(feature = "simulator")]
    Demo(Demo),
    /// Run fixtures: requests with their expected results
    #[cfg(feature = "simulator")]
    Fixtures(Fixtures),
    /// Run a simulated TikTok on this machine, with accounts of every kind
    #[cfg(feature = "simulator")]
    Simulate(Simulate),
}

impl Command {
    /// Logging options; `None` for commands that log nothing.
    pub(super) const fn logging(&self) -> Option<LoggingArgs> {
        match self {
            Self::Run(options) => Some(options.logging),
            #[cfg(feature = "simulator")]
            Self::Demo(options) => Some(options.logging),
            #[cfg(feature = "simulator")]
            Self::Fixtures(Fixtures {
                mode: FixturesMode::Run(options),
            }) => Some(options.logging),
            Self::Doctor(options) => Some(options.logging),
            Self::Journal(_) | Self::Schemas(_) => None,
            #[cfg(feature = "simulator")]
            Self::Simulate(_) => None,
        }
    }
}

/// Arguments of `demo`.
#[cfg(feature = "simulator")]
#[derive(Debug, ClapArgs)]
pub(super) struct Demo {
    /// Video to post, for the integration tiktok [default: a built-in clip]
    #[arg(conflicts_with = "integration")]
    pub(super) video: Option<PathBuf>,
    /// Integration whose actions are shown: tiktok posts a video, tiktok-ads takes two campaigns with their ad groups
    /// and ads from the upload of a video over a month of delivery to charts of its analytics
    #[arg(long, value_parser = integration, value_name = "NAME", default_value = "tiktok")]
    pub(super) integration: &'static Integration,
    #[command(flatten)]
    pub(super) logging: LoggingArgs,
}

#[cfg(feature = "simulator")]
impl Demo {
    /// Whether the demo is that of tiktok-ads.
    pub(super) fn is_advertising(&self) -> bool {
        self.integration.name == "tiktok-ads"
    }
}

/// Arguments of `fixtures`.
#[cfg(feature = "simulator")]
#[derive(Debug, ClapArgs)]
pub(super) struct Fixtures {
    #[command(subcommand)]
    pub(super) mode: FixturesMode,
}

/// Subcommand of `fixtures`.
#[cfg(feature = "simulator")]
#[derive(Debug, Subcommand)]
pub(super) enum FixturesMode {
    /// Run fixtures, each against its own simulated TikTok; exits with 1 if a result differs
    Run(Box<RunFixtures>),
}

/// Arguments of `fixtures run`.
#[cfg(feature = "simulator")]
#[derive(Debug, ClapArgs)]
pub(super) struct RunFixtures {
    /// Files and folders [default: tests/fixtures]
    pub(super) paths: Vec<PathBuf>,
    /// Run only fixtures whose name or path contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub(super) filter: Option<String>,
    /// Format of the report
    #[arg(long, value_enum, default_value_t = FixtureFormat::Table)]
    pub(super) format: FixtureFormat,
    /// Rewrite the expectations of fixtures that differ
    #[arg(long, conflicts_with = "live")]
    pub(super) update: bool,
    /// Run fixtures that only read against the real TikTok, with the token in `AUTOHIVE_TIKTOK_TOKEN`, or
    /// `AUTOHIVE_TIKTOK_ADS_TOKEN` and `AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID` for tiktok-ads
    #[arg(long)]
    pub(super) live: bool,
    /// File of lines NAME=value with the token for tiktok-ads as `TIKTOK_ACCESS_TOKEN`; it overrides
    /// `AUTOHIVE_TIKTOK_ADS_TOKEN` [default: .env in the working directory, if that variable is not set]
    #[arg(long, requires = "live", value_name = "FILE")]
    pub(super) env_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) api: ApiArgs,
    #[command(flatten)]
    pub(super) logging: LoggingArgs,
}

/// Format of the report on fixtures.
#[cfg(feature = "simulator")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FixtureFormat {
    /// For people
    Table,
    /// One JSON object
    Json,
    /// `JUnit` XML
    Junit,
}

/// Arguments of `simulate`.
#[cfg(feature = "simulator")]
#[derive(Debug, ClapArgs)]
pub(super) struct Simulate {
    /// Port on 127.0.0.1; 0 chooses a free port
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = within(0..=u16::MAX))]
    pub(super) port: u16,
    /// Processing time of a post, in milliseconds
    #[arg(long, default_value_t = 2000, allow_negative_numbers = true, value_parser = milliseconds, value_name = "MS")]
    pub(super) processing_ms: u64,
    /// Additional time until a public post has its id, in milliseconds
    #[arg(long, default_value_t = 3000, allow_negative_numbers = true, value_parser = milliseconds, value_name = "MS")]
    pub(super) moderation_ms: u64,
    /// Refuse requests that TikTok accepts although its documentation does not describe them; by default the
    /// request journal marks them
    #[arg(long)]
    pub(super) strict: bool,
}

/// Arguments of `run`.
#[derive(Debug, ClapArgs)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) api: ApiArgs,
    #[command(flatten)]
    pub(super) ads: AdsArgs,
    /// Host from which videos and photos may be downloaded even on a private network and over http; can be
    /// repeated. The name or address must match exactly. Without PORT, the default port of the URL's scheme
    #[arg(
        long,
        env = "AUTOHIVE_TIKTOK_ALLOW_MEDIA_HOST",
        hide_env_values = true,
        value_delimiter = ',',
        value_parser = media_host,
        value_name = "HOST[:PORT]"
    )]
    pub(super) allow_media_host: Vec<MediaHost>,
    /// Location of the idempotency journal: sqlite:PATH, redis://HOST or off [default: a file below
    /// `XDG_STATE_HOME`]. Processes that share a location set here also share their rate limits. The variable
    /// `AUTOHIVE_TIKTOK_STATE_KEY` holds a key that authenticates the journal (see docs/state.md)
    #[arg(
        long,
        env = "AUTOHIVE_TIKTOK_STATE",
        hide_env_values = true,
        value_parser = state_location,
        value_name = "LOCATION"
    )]
    pub(super) state: Option<StateLocation>,
    /// Maximum size of all videos and rows of long results stored at a time, in memory and in TMPDIR, such as
    /// 2GiB or 500MiB; a request that exceeds it fails with `no_room` [default: 500 MB × (1.5 × jobs + 2)]
    #[arg(long, env = "AUTOHIVE_TIKTOK_SPOOL_MAX", hide_env_values = true, value_name = "SIZE", allow_hyphen_values = true, value_parser = spool_max)]
    pub(super) spool_max: Option<ByteCount>,
    /// Maximum number of requests that run at the same time, not counting those that download
    #[arg(long, default_value_t = 8, allow_negative_numbers = true, value_parser = within(1..=256_u16), value_name = "N")]
    pub(super) jobs: u16,
    /// Write results in the order of the requests instead of as they finish; the requests still run concurrently
    #[arg(long)]
    pub(super) ordered: bool,
    /// Time that running requests get to finish after SIGTERM or SIGINT, in milliseconds
    #[arg(long, default_value_t = 1500, allow_negative_numbers = true, value_parser = milliseconds, value_name = "MS")]
    pub(super) grace_ms: u64,
    #[command(flatten)]
    pub(super) logging: LoggingArgs,
}

impl From<&RunArgs> for Options {
    fn from(run: &RunArgs) -> Self {
        Self {
            jobs: run.jobs.into(),
            order: if run.ordered {
                Order::Requested
            } else {
                Order::Finished
            },
            grace: Duration::from_millis(run.grace_ms),
        }
    }
}

/// Arguments of `schemas`.
#[derive(Debug, ClapArgs)]
pub(super) struct Schemas {
    #[command(subcommand)]
    pub(super) mode: Mode,
}

/// Subcommand of `schemas`.
#[derive(Debug, Subcommand)]
pub(super) enum Mode {
    /// Write the generated files into the source tree
    Write(SourceTree),
    /// List generated files that differ from the source tree, and fail if any does
    Check(SourceTree),
    /// Print all schemas as one JSON object
    Print,
    /// Print a manifest that asks for chosen permissions only; the functions that it lacks are listed on standard
    /// error
    Manifest(ManifestArgs),
}

/// Source tree of `schemas write` and `schemas check`.
#[derive(Debug, ClapArgs)]
pub(super) struct SourceTree {
    /// Root of the source tree
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(super) root: PathBuf,
}

/// Arguments of `schemas manifest`.
#[derive(Debug, ClapArgs)]
pub(super) struct ManifestArgs {
    /// Integration of the manifest
    #[arg(long, value_name = "NAME", default_value = "tiktok", value_parser = integration)]
    pub(super) integration: &'static Integration,
    /// TikTok's names of permissions, separated by commas; or `posting` (user.info.basic, video.publish and
    /// video.upload); or `all`. Actions that need other permissions are left out [default: posting for tiktok]
    // Which names exist depends on the integration, so it is parsed later.
    #[arg(long, value_name = "SCOPE,…")]
    pub(super) scopes: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_operator_limits_nothing_but_calls_unless_told_to() {
        let policy = |options: &[&str]| {
            let words = ["autohive-tiktok", "run"].iter().chain(options);
            let args = Args::try_parse_from(words).unwrap();
            let Command::Run(run) = args.command else {
                panic!("another command than run");
            };
            OperatorPolicy::from(run.ads)
        };
        assert_eq!(policy(&[]), OperatorPolicy::default());
        assert_eq!(
            policy(&[
                "--ads-limits",
                "basic",
                "--max-daily-budget",
                "49.99",
                "--no-enable"
            ]),
            OperatorPolicy {
                ads_calls: RateTier::Basic,
                max_daily_budget: Amount::new(49.99),
                allows_enable: false,
            }
        );
    }

    #[test]
    fn the_help_prints_no_variable() {
        let mut commands = vec![Args::command()];
        while let Some(command) = commands.pop() {
            for argument in command
                .get_arguments()
                .filter(|argument| argument.get_env().is_some())
            {
                assert!(
                    argument.is_hide_env_values_set(),
                    "{}: set hide_env_values",
                    argument.get_id()
                );
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }
}
