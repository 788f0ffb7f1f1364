//! Command-line arguments.

use std::{fmt::Display, ops::RangeInclusive, path::PathBuf, str::FromStr, time::Duration};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use url::Url;

use crate::{
    front::stdio::{Options, Order},
    http::never_allowed,
    integrations::INTEGRATIONS,
    model::{ByteCount, MediaHost},
    open_api::API_BASE,
    secret::is_loopback,
};

/// Runs actions on TikTok for a workflow host: reads JSON requests from standard input and writes JSON results
/// to standard output.
///
/// Without a command, and with requests piped in, it does the same as `run`.
#[derive(Debug, Parser)]
// A fixed name, so that messages do not contain the name under which the program was started.
#[command(version, about, after_help = EXAMPLES, bin_name = "autohive-tiktok")]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) api: ApiArgs,
    #[command(flatten)]
    pub(super) state: StateArgs,
    #[command(flatten)]
    pub(super) logging: LoggingArgs,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
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

/// Address of TikTok, and hosts of media.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct ApiArgs {
    /// Base URL of TikTok's API: https, or http for a simulator on this machine
    #[arg(long, global = true, env = "TIKTOK_API_BASE", hide_env_values = true, default_value = API_BASE, value_parser = api_base, value_name = "URL")]
    pub(super) api_base: Url,
    /// Host from which videos and photos may be downloaded even on a private network and over http; can be
    /// repeated. The name or address must match exactly. Without PORT, the default port of the URL's scheme
    #[arg(
        long,
        global = true,
        env = "AUTOHIVE_TIKTOK_ALLOW_MEDIA_HOST",
        hide_env_values = true,
        value_delimiter = ',',
        value_parser = media_host,
        value_name = "HOST[:PORT]"
    )]
    pub(super) allow_media_host: Vec<MediaHost>,
}

/// Logging to standard error.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct LoggingArgs {
    /// Log level: off, error, warn, info, debug or trace [default: warn; off for demo and fixtures]
    #[arg(
        long,
        global = true,
        env = "AUTOHIVE_TIKTOK_LOG",
        hide_env_values = true,
        value_name = "LEVEL",
        hide_possible_values = true,
        ignore_case = true
    )]
    pub(super) log: Option<Level>,
    /// Log format
    #[arg(long, global = true, env = "AUTOHIVE_TIKTOK_LOG_FORMAT", hide_env_values = true, value_enum, ignore_case = true, default_value_t = LogFormat::Human)]
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

/// Storage of the state and of videos.
#[derive(Debug, ClapArgs)]
pub(super) struct StateArgs {
    /// Location of the idempotency journal: sqlite:PATH, redis://HOST or off [default: a file below
    /// `XDG_STATE_HOME`]. Processes that share a location set here also share their rate limits. The variable
    /// `AUTOHIVE_TIKTOK_STATE_KEY` holds a key that authenticates the journal (see docs/state.md)
    // It may hold a password, and clap would repeat it when it is wrong, so it is parsed later.
    #[arg(
        long,
        global = true,
        env = "AUTOHIVE_TIKTOK_STATE",
        hide_env_values = true,
        value_name = "LOCATION"
    )]
    pub(super) state: Option<String>,
    /// Maximum size of all videos and rows of long results stored at a time, in memory and in TMPDIR, such as
    /// 2GiB or 500MiB; a request that exceeds it fails with `no_room` [default: 287 MiB × (1.5 × jobs + 2)]
    #[arg(long, global = true, env = "AUTOHIVE_TIKTOK_SPOOL_MAX", hide_env_values = true, value_name = "SIZE", value_parser = spool_max)]
    pub(super) spool_max: Option<ByteCount>,
}

/// Smallest allowed maximum: the part of one video that is kept in memory.
const SPOOL_LEAST: ByteCount = ByteCount(1024 * 1024);

fn spool_max(text: &str) -> Result<ByteCount, String> {
    let size = ByteCount::parse(text).filter(|size| *size >= SPOOL_LEAST);
    size.ok_or_else(|| {
        "allowed: 1MiB or more, as a number of bytes or with KiB, MiB, GiB, TiB, kB, MB, GB or TB".to_owned()
    })
}

/// Command.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Answer requests from standard input on standard output (the default when input is piped in)
    Run(RunArgs),
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

/// Arguments of `demo`.
#[cfg(feature = "simulator")]
#[derive(Debug, ClapArgs)]
pub(super) struct Demo {
    /// Video to post [default: a built-in clip]
    pub(super) video: Option<PathBuf>,
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
    Run(RunFixtures),
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
    /// Run fixtures that only read against the real TikTok, with the token in `TIKTOK_ACCESS_TOKEN`
    #[arg(long)]
    pub(super) live: bool,
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
    #[arg(long, default_value_t = 0, value_parser = within(0..=u16::MAX))]
    pub(super) port: u16,
    /// Processing time of a post, in milliseconds
    #[arg(long, default_value_t = 2000, value_parser = within(0..=u64::MAX), value_name = "MS")]
    pub(super) processing_ms: u64,
    /// Additional time until a public post has its id, in milliseconds
    #[arg(long, default_value_t = 3000, value_parser = within(0..=u64::MAX), value_name = "MS")]
    pub(super) moderation_ms: u64,
    /// Refuse requests that TikTok accepts although its documentation does not describe them; by default the
    /// request journal marks them
    #[arg(long)]
    pub(super) strict: bool,
}

/// Arguments of `run`.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub(super) struct RunArgs {
    /// Maximum number of requests that run at the same time, not counting those that download
    #[arg(long, default_value_t = 8, value_parser = within(1..=256_u16), value_name = "N")]
    pub(super) jobs: u16,
    /// Write results in the order of the requests instead of as they finish
    #[arg(long)]
    pub(super) ordered: bool,
    /// Time that running requests get to finish after SIGTERM or SIGINT, in milliseconds
    #[arg(long, default_value_t = 1500, value_parser = within(0..=u64::MAX), value_name = "MS")]
    pub(super) grace_ms: u64,
}

impl Default for RunArgs {
    fn default() -> Self {
        Self {
            jobs: 8,
            ordered: false,
            grace_ms: 1500,
        }
    }
}

impl From<RunArgs> for Options {
    fn from(run: RunArgs) -> Self {
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
    /// Root of the source tree
    #[arg(long, default_value = ".", global = true, value_name = "DIR")]
    pub(super) root: PathBuf,
}

/// Subcommand of `schemas`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(super) enum Mode {
    /// Write the generated files into the source tree
    Write,
    /// List generated files that differ from the source tree, and fail if any does
    Check,
    /// Print all schemas as one JSON object
    Print,
    /// Print a manifest that asks for chosen permissions only; the functions that it lacks are listed on standard
    /// error
    Manifest(ManifestArgs),
}

/// Arguments of `schemas manifest`.
#[derive(Debug, Clone, PartialEq, Eq, ClapArgs)]
pub(super) struct ManifestArgs {
    /// TikTok's names of permissions, separated by commas; or `posting` (user.info.basic, video.publish and
    /// video.upload); or `all`. Actions that need other permissions are left out
    #[arg(long, value_name = "SCOPE,…", default_value = "posting", value_parser = scopes)]
    pub(super) scopes: Scopes,
}

/// Names of permissions, in the order of the argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scopes(pub(super) Vec<&'static str>);

/// Reads `user.info.basic,video.publish`, `posting` or `all`.
fn scopes(text: &str) -> Result<Scopes, String> {
    let integration = INTEGRATIONS.first().ok_or("there is no integration")?;
    integration.permissions.parse(text).map(Scopes)
}

/// Parser of whole numbers. Like all parsers here, it does not repeat a value that it refuses: it may be a
/// secret.
fn within<T>(allowed: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: FromStr + PartialOrd + Display + Clone + Send + Sync + 'static,
{
    move |text| {
        let read = text.parse().ok().filter(|number| allowed.contains(number));
        read.ok_or_else(|| {
            format!(
                "allowed: a whole number from {} to {}",
                allowed.start(),
                allowed.end()
            )
        })
    }
}

/// Parses the base URL of the API. The token is sent there, so it must be https; http is allowed only for this
/// machine.
///
/// An empty argument is refused, so that a script with an empty variable does not send its token to an
/// unintended address. An empty environment variable counts as unset (`cli::environment`).
fn api_base(text: &str) -> Result<Url, String> {
    if text.is_empty() {
        return Err(format!(
            "it is empty; leave it out, or use an address such as {API_BASE}"
        ));
    }
    let url = Url::parse(text).map_err(|fault| format!("{fault}; allowed: an address such as {API_BASE}"))?;
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    match url.scheme() {
        _ if !plain => Err("allowed: an address without user name, password or query".to_owned()),
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => {
            Err("http is allowed only on this machine (127.0.0.1, [::1], localhost); use https".to_owned())
        }
        _ => Err("allowed: https, or http on this machine".to_owned()),
    }
}

/// Parses a host that media may be downloaded from. Metadata services of clouds hold credentials, so they are
/// never allowed.
fn media_host(text: &str) -> Result<MediaHost, String> {
    const ALLOWED: &str = "allowed: a host name or address with an optional port, such as minio.internal:9000, 10.0.0.5 or \
                           [fd00::5]:9000, without https://, path or *";
    let host = MediaHost::parse(text.trim()).map_err(|_fault| ALLOWED.to_owned())?;
    match host.address().and_then(never_allowed) {
        None => Ok(host),
        Some(kind) => Err(format!("it is {kind}, which is never fetched from; {ALLOWED}")),
    }
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

    #[test]
    fn permissions_are_read_by_their_names() {
        let read = |text: &str| scopes(text).map(|scopes| scopes.0.len());
        assert_eq!(
            (read("posting"), read("all"), read("video.publish,video.upload")),
            (Ok(3), Ok(6), Ok(2))
        );
        assert!(
            read("video.publish,video.pubish")
                .unwrap_err()
                .contains("video.upload")
        );
        assert!(
            read(",").is_err()
                && !read("0123456789abcdef0123")
                    .unwrap_err()
                    .contains("0123456789abcdef0123")
        );
    }

    #[test]
    fn a_token_goes_to_https_or_to_this_machine_only() {
        for good in [
            "https://open.tiktokapis.com",
            "http://127.0.0.1:8080",
            "http://[::1]:1",
            "http://localhost:1/x",
        ] {
            assert!(api_base(good).is_ok(), "{good}");
        }
        for bad in [
            "http://example.com",
            "ftp://localhost",
            "open.tiktokapis.com",
            "https://u:p@x.example",
            "http://10.0.0.1",
        ] {
            assert!(api_base(bad).is_err(), "{bad}");
        }
        // By these names a resolver may know any machine.
        for bad in [
            "http://localhost.:1",
            "http://foo.localhost:1",
            "http://localhost.example.com",
        ] {
            assert!(api_base(bad).unwrap_err().contains("localhost"), "{bad}");
        }
    }

    #[test]
    fn media_hosts_are_exact_and_no_metadata_service() {
        let read = |text: &str| {
            let args = Args::try_parse_from(["autohive-tiktok", "--allow-media-host", text, "run"]);
            args.map(|args| {
                args.api
                    .allow_media_host
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(
            read("minio.internal:9000, 10.0.0.5").unwrap(),
            ["minio.internal:9000", "10.0.0.5"]
        );
        for wrong in [
            "https://minio.internal",
            "minio.internal/bucket",
            "*.internal",
            "",
            "a,,b",
        ] {
            assert!(
                read(wrong)
                    .unwrap_err()
                    .to_string()
                    .contains("minio.internal:9000"),
                "{wrong}"
            );
        }
        for never in [
            "169.254.169.254",
            "[fd00:ec2::254]:80",
            "169.254.1.1",
            "0.0.0.0",
            "[::ffff:10.0.0.1]",
            "0xA9FEA9FE",
        ] {
            assert!(
                read(never)
                    .unwrap_err()
                    .to_string()
                    .contains("never fetched from"),
                "{never}"
            );
        }
    }
}
