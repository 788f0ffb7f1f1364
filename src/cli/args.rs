//! What can be typed.

use std::{fmt::Display, ops::RangeInclusive, path::PathBuf, str::FromStr, time::Duration};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use url::Url;

use crate::{
    front::stdio::{Options, Order},
    http::never_allowed,
    model::{ByteCount, MediaHost, Scope},
    open_api::API_BASE,
    secret::is_loopback,
};

/// Acts on TikTok for a workflow host: JSON action requests on standard input, JSON results on standard
/// output.
///
/// Without a command, and with requests piped in, it does what `run` does.
#[derive(Debug, Parser)]
// The name, so that no name under which the program is started stands in a message.
#[command(version, about, after_help = EXAMPLES, bin_name = "autohive-tiktok")]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) api: Api,
    #[command(flatten)]
    pub(super) keeping: Keeping,
    #[command(flatten)]
    pub(super) logging: Logging,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  Try everything on this machine, without a TikTok app:
    autohive-tiktok demo
  Answer one request:
    echo '{\"action\":\"get_user_info\",\"auth\":{\"access_token\":\"act.…\"}}' | autohive-tiktok run
  The same against a simulator that runs in another terminal (autohive-tiktok simulate --port 8080):
    … | autohive-tiktok run --api-base http://127.0.0.1:8080

Exit codes: 0 every request was answered, 1 the streams or a check failed, 2 wrong usage.";

/// Where TikTok is.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct Api {
    /// TikTok's address: https, or http on this machine itself (a simulator)
    #[arg(long, global = true, env = "TIKTOK_API_BASE", hide_env_values = true, default_value = API_BASE, value_parser = api_base, value_name = "URL")]
    pub(super) api_base: Url,
    /// Hosts from which videos and photos are fetched even on a private network and over http; repeatable.
    /// The name or address must match exactly. Without PORT, the default port of the URL's scheme
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

/// What is logged, to standard error.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct Logging {
    /// What to log: off, error, warn, info, debug or trace; default: warn, and off for demo and fixtures
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
    /// How to log
    #[arg(long, global = true, env = "AUTOHIVE_TIKTOK_LOG_FORMAT", hide_env_values = true, value_enum, ignore_case = true, default_value_t = Format::Human)]
    pub(super) log_format: Format,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// Nothing
    Off,
    /// Faults of ours
    Error,
    /// Requests that were not understood, chunks that were sent again
    Warn,
    /// Each request
    Info,
    /// Each HTTP call
    Debug,
    /// Everything
    Trace,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// One JSON object a line
    Json,
}

/// Storage of the state and of videos on their way.
#[derive(Debug, ClapArgs)]
pub(super) struct Keeping {
    /// Place of the journal of idempotency keys: sqlite:PATH, redis://HOST, or off; default: a file below
    /// `XDG_STATE_HOME`. The calls of all processes that share a place set here are counted there too. The
    /// variable `AUTOHIVE_TIKTOK_STATE_KEY` holds a key that authenticates the journal (docs/state.md)
    // It may hold a password, and clap would repeat it when it is wrong, so it is parsed later.
    #[arg(
        long,
        global = true,
        env = "AUTOHIVE_TIKTOK_STATE",
        hide_env_values = true,
        value_name = "PLACE"
    )]
    pub(super) state: Option<String>,
    /// Most bytes of videos kept at a time for all requests, in memory and in TMPDIR, such as 2GiB or 500MiB;
    /// a video beyond it fails with `no_room`. Default: 287 MiB for each job, for half as many downloads and
    /// for two more
    #[arg(long, global = true, env = "AUTOHIVE_TIKTOK_SPOOL_MAX", hide_env_values = true, value_name = "SIZE", value_parser = spool_max)]
    pub(super) spool_max: Option<ByteCount>,
}

/// The smallest bound: the share of one video that is kept in memory.
const SPOOL_LEAST: ByteCount = ByteCount(1024 * 1024);

fn spool_max(text: &str) -> Result<ByteCount, String> {
    let size = ByteCount::parse(text).filter(|size| *size >= SPOOL_LEAST);
    size.ok_or_else(|| {
        "allowed: 1MiB or more, as a number of bytes or with KiB, MiB, GiB, TiB, kB, MB, GB or TB".to_owned()
    })
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Answer requests from standard input on standard output (also the default when input is piped in)
    Run(Run),
    /// Write, check or print what is generated from the actions' types: schemas, manifests, README tables
    Schemas(Schemas),
    /// Show everything on this machine: a simulated TikTok, a real video, every action
    #[cfg(feature = "simulator")]
    Demo(Demo),
    /// Play fixtures: requests with the results they must have
    #[cfg(feature = "simulator")]
    Fixtures(Fixtures),
    /// Simulate TikTok on this machine, with accounts of every kind
    #[cfg(feature = "simulator")]
    Simulate(Simulate),
}

/// What the demo posts.
#[cfg(feature = "simulator")]
#[derive(Debug, ClapArgs)]
pub(super) struct Demo {
    /// A video of yours; a clip of ours where none is given
    pub(super) video: Option<PathBuf>,
}

/// What to do with fixtures.
#[cfg(feature = "simulator")]
#[derive(Debug, ClapArgs)]
pub(super) struct Fixtures {
    #[command(subcommand)]
    pub(super) mode: FixturesMode,
}

/// What to do with fixtures.
#[cfg(feature = "simulator")]
#[derive(Debug, Subcommand)]
pub(super) enum FixturesMode {
    /// Play them, each against a simulated TikTok of its own; exits 1 where a result differs
    Run(RunFixtures),
}

/// Which fixtures are played, and how.
#[cfg(feature = "simulator")]
#[derive(Debug, ClapArgs)]
pub(super) struct RunFixtures {
    /// Files and folders; tests/fixtures where none is given
    pub(super) paths: Vec<PathBuf>,
    /// Only fixtures whose name or path holds this
    #[arg(long, value_name = "TEXT")]
    pub(super) filter: Option<String>,
    /// In which form to tell
    #[arg(long, value_enum, default_value_t = FixtureFormat::Table)]
    pub(super) format: FixtureFormat,
    /// Make the expectations of fixtures that differ what they got
    #[arg(long, conflicts_with = "live")]
    pub(super) update: bool,
    /// Play fixtures that only read against the real TikTok, with the token in `TIKTOK_ACCESS_TOKEN`
    #[arg(long)]
    pub(super) live: bool,
}

/// In which form to tell of fixtures.
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

/// How TikTok is simulated.
#[cfg(feature = "simulator")]
#[derive(Debug, ClapArgs)]
pub(super) struct Simulate {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0, value_parser = within(0..=u16::MAX))]
    pub(super) port: u16,
    /// How long a post is processed, in milliseconds
    #[arg(long, default_value_t = 2000, value_parser = within(0..=u64::MAX), value_name = "MS")]
    pub(super) processing_ms: u64,
    /// How much longer a public post waits for its id, in milliseconds
    #[arg(long, default_value_t = 3000, value_parser = within(0..=u64::MAX), value_name = "MS")]
    pub(super) moderation_ms: u64,
    /// Refuse requests that TikTok takes although its documents do not describe them; otherwise the journal
    /// notes them
    #[arg(long)]
    pub(super) strict: bool,
}

/// How requests are served.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub(super) struct Run {
    /// Requests that run at the same time; those that download are not counted
    #[arg(long, default_value_t = 8, value_parser = within(1..=256_u16), value_name = "N")]
    pub(super) jobs: u16,
    /// Write results in the order of the requests instead of as they finish
    #[arg(long)]
    pub(super) ordered: bool,
    /// How long running requests may go on after SIGTERM or SIGINT, in milliseconds
    #[arg(long, default_value_t = 1500, value_parser = within(0..=u64::MAX), value_name = "MS")]
    pub(super) grace_ms: u64,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            jobs: 8,
            ordered: false,
            grace_ms: 1500,
        }
    }
}

impl From<Run> for Options {
    fn from(run: Run) -> Self {
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

/// What to do with generated files.
#[derive(Debug, ClapArgs)]
pub(super) struct Schemas {
    #[command(subcommand)]
    pub(super) mode: Mode,
    /// The top of the source tree
    #[arg(long, default_value = ".", global = true, value_name = "DIR")]
    pub(super) root: PathBuf,
}

/// What to do with generated files.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(super) enum Mode {
    /// Write them into the tree
    Write,
    /// Say which differ from the tree, and fail if any does
    Check,
    /// Print all schemas as one JSON object
    Print,
    /// Print a manifest that asks for chosen permissions only; notes on lost functions go to standard error
    Manifest(Reduced),
}

/// Which permissions the manifest asks for.
#[derive(Debug, Clone, PartialEq, Eq, ClapArgs)]
pub(super) struct Reduced {
    /// TikTok's names of the permissions, separated by commas, or one of the words posting (user.info.basic,
    /// video.publish, video.upload) and all. Actions that need others are left out
    #[arg(long, value_name = "SCOPE,…", default_value = "posting", value_parser = scopes)]
    pub(super) scopes: Scopes,
}

/// Permissions, in the order in which they were typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scopes(pub(super) Vec<Scope>);

/// Reads `user.info.basic,video.publish`, `posting` or `all`.
fn scopes(text: &str) -> Result<Scopes, String> {
    let all = || Scope::ALL.map(Scope::as_str).join(", ");
    match text {
        "posting" => {
            return Ok(Scopes(vec![
                Scope::UserInfoBasic,
                Scope::VideoPublish,
                Scope::VideoUpload,
            ]));
        }
        "all" => return Ok(Scopes(Scope::ALL.to_vec())),
        _ => {}
    }
    let names = text.split([',', ' ']).filter(|name| !name.is_empty());
    let read = |name: &str| {
        Scope::parse(name)
            .ok_or_else(|| format!("a permission is unknown; allowed: posting, all, or of {}", all()))
    };
    let scopes: Vec<Scope> = names.map(read).collect::<Result<_, _>>()?;
    if scopes.is_empty() {
        Err(format!("it names none; allowed: posting, all, or of {}", all()))
    } else {
        Ok(Scopes(scopes))
    }
}

/// A reader of whole numbers. What it refuses is not repeated, as in all readers here: it may be a secret.
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

/// Reads the API's address. The token is sent there, so it must be https; http only where it does not leave
/// the machine.
///
/// An empty argument is refused: a script whose variable came out empty must not send its token somewhere it
/// did not mean. A variable of the environment that is empty counts as unset (`cli::environment`).
fn api_base(text: &str) -> Result<Url, String> {
    if text.is_empty() {
        return Err(format!(
            "it is empty; leave it out, or give an address such as {API_BASE}"
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

/// Reads a host that media may be fetched from. The metadata services of clouds hold credentials, so they are
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
