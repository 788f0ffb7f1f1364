//! Command-line arguments.

mod auth;
mod bundle;
mod call;
mod deferred;
mod doctor;
mod host;
mod journal;
#[cfg(feature = "simulator")]
mod simulator;
mod state;

pub(super) use auth::{
    AuthAccountArgs, AuthArgs, AuthMode, DefaultArgs, LoginArgs, RefreshArgs, RevokeArgs, StatusArgs,
    StoreArgs, TokenArgs,
};
pub(super) use deferred::command_for;

use std::{path::PathBuf, time::Duration};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

#[cfg(feature = "simulator")]
pub(super) use self::simulator::{Demo, FixtureFormat, Fixtures, FixturesMode, RunFixtures, Simulate};
pub(super) use self::{
    bundle::BundleArgs,
    call::{AccountArgs, CallArgs, CallWords, Completions, Man, Whoami},
    doctor::DoctorArgs,
    host::{AdsArgs, ApiArgs, HostArgs},
    journal::{JournalArgs, JournalForget, JournalList, JournalMode, JournalShow},
    state::StateArgs,
};
use super::values::{integration, milliseconds, within};
use crate::{
    front::stdio::{Options, Order},
    integrations::Integration,
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
  Post a video:
    autohive-tiktok call create-video-post clip.mp4 --title \"Hello\" \\
      --privacy-level self-only
  Answer one request:
    echo '{\"action\":\"get_user_info\",\"auth\":{\"access_token\":\"act.…\"}}' |
      autohive-tiktok run
  The same against a simulator, started in another terminal with autohive-tiktok simulate --port 8080:
    … | autohive-tiktok run --api-base http://127.0.0.1:8080

Exit codes: 0 success (every request was answered), 1 the streams or a check failed, 2 usage error; those of call \
are in its help.";

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
    /// Run one action of either integration: post a video, read analytics, create a campaign
    Call(CallWords),
    /// Show the accounts that the tokens belong to
    Whoami(Box<Whoami>),
    /// Sign accounts in on this machine, and show, refresh or revoke their tokens
    Auth(AuthArgs),
    /// Check this machine, the way to TikTok, the state and the token
    Doctor(Box<DoctorArgs>),
    /// Show or forget what the state records about requests with an `idempotency_key`
    Journal(JournalArgs),
    /// Write an integration folder for Autohive, and its zip archive: this program with a manifest and an adapter
    Bundle(BundleArgs),
    /// Print the schemas of all actions, or a manifest
    Schemas(Schemas),
    /// Print a script that completes commands, actions and options in a shell
    Completions(Completions),
    /// Write the pages of the manual into a folder
    Man(Man),
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
            Self::Auth(auth) => Some(auth.logging()),
            Self::Whoami(options) => Some(options.logging),
            Self::Doctor(options) => Some(options.logging),
            // `call` starts its log itself, because its options depend on the action.
            Self::Call(_)
            | Self::Completions(_)
            | Self::Man(_)
            | Self::Bundle(_)
            | Self::Journal(_)
            | Self::Schemas(_) => None,
            #[cfg(feature = "simulator")]
            Self::Simulate(_) => None,
        }
    }
}

/// Arguments of `run`.
#[derive(Debug, ClapArgs)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) host: HostArgs,
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
    /// Write the files generated from the actions' types (schemas, manifests, tables) into the source tree; only debug
    /// builds can
    #[cfg_attr(not(debug_assertions), command(hide = true))]
    Write(SourceTree),
    /// List generated files that differ from the source tree, and fail if any does; only debug builds can
    #[cfg_attr(not(debug_assertions), command(hide = true))]
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
    #[arg(long, value_name = "NAME", default_value = "tiktok", value_parser = integration())]
    pub(super) integration: &'static Integration,
    /// TikTok's names of permissions, separated by commas; or `posting` (user.info.basic, video.publish and
    /// video.upload); or `all`. Actions that need other permissions are left out [default: posting for tiktok]
    // Which names exist depends on the integration, so it is parsed later.
    #[arg(long, value_name = "SCOPE,…")]
    pub(super) scopes: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{integrations::OperatorPolicy, marketing_api::RateTier, model::Amount};

    #[test]
    fn the_arguments_are_consistent() {
        command_for(&["auth".into()]).debug_assert();
    }

    #[test]
    fn the_operator_limits_nothing_but_calls_unless_told_to() {
        let policy = |options: &[&str]| {
            let words = ["autohive-tiktok", "run"].iter().chain(options);
            let args = Args::try_parse_from(words).unwrap();
            let Command::Run(run) = args.command else {
                panic!("another command than run");
            };
            OperatorPolicy::from(run.host.ads)
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
        let mut commands = vec![command_for(&["auth".into()])];
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
