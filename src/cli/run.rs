//! `run`: the host protocol over standard input and output.

use std::{
    env,
    error::Error,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    Exit, args::RunArgs, block_on_reporting, environment, limits, report_error, report_message,
    signals::stop_signal, stderr, streams::Streams,
};
use crate::{
    clock::Clock,
    front::stdio::{self, Options, Stop, StreamError, Summary},
    host::Host,
    media::{AD_VIDEO_MAX, SpoolArea, SpoolLimit},
    model::ByteCount,
    secret::StateKeys,
    state::{State, StateLocation},
};

/// Serves requests until the input ends, a signal arrives, or the reader of the results closes the stream.
pub(super) fn run(options: &RunArgs) -> Exit {
    let keys = match state_keys() {
        Ok(keys) => keys,
        Err(fault) => {
            report_message(&fault);
            return Exit::Usage;
        }
    };
    match prepare(options, keys) {
        Ok((host, streams)) => {
            let limited = limits::within_open_files(options.into());
            block_on_reporting(serve(host, streams, limited)).map_or(Exit::Failed, |_summary| Exit::Done)
        }
        Err(error) => {
            report_error(&*error);
            Exit::Failed
        }
    }
}

/// The host and the streams, before any request is read.
fn prepare(options: &RunArgs, keys: Option<StateKeys>) -> Result<(Host, Streams), Box<dyn Error>> {
    let streams = Streams::open()?;
    let outlet = streams.outlet()?;
    limits::enough_files(&streams.input)?;
    let host = host(options, keys, Clock::system())
        .spooling_in(spool(options))
        .with_outlet(outlet);
    host.open_clients()?;
    Ok((host, streams))
}

async fn serve(host: Host, streams: Streams, options: Options) -> Result<Summary, StreamError> {
    let (input, output, watched) = streams.into_parts();
    let stopped = AtomicBool::new(false);
    let stop = async {
        let stop = tokio::select! {
            () = stop_signal() => Stop::Signal,
            () = Streams::reader_gone(watched) => Stop::NobodyReads,
        };
        stopped.store(true, Ordering::Relaxed);
        stop
    };
    let host = Arc::new(host);
    let looked = tokio::spawn({
        let host = Arc::clone(&host);
        async move { host.look_at_state().await }
    });
    let served = stdio::serve(host, input, output, stop, options).await;
    // A short session must not end before the warning is logged.
    let patience = if stopped.into_inner() {
        LAST_LOOK_STOPPED
    } else {
        LAST_LOOK
    };
    drop(tokio::time::timeout(patience, looked).await);
    served
}

/// Longest wait for the check of the state at the end of a session: longer than a check takes.
const LAST_LOOK: Duration = Duration::from_millis(2_500);

/// The same after a signal to stop.
const LAST_LOOK_STOPPED: Duration = Duration::from_millis(100);

/// Creates a host that keeps its state at the given or the default location.
///
/// Rate counters are kept only at a location set by the operator: by default, a request that needs no journal
/// opens no file.
fn host(options: &RunArgs, keys: Option<StateKeys>, clock: Clock) -> Host {
    let counts_rates = options
        .state
        .as_ref()
        .is_some_and(|location| *location != StateLocation::Off);
    let location = options.state.clone().unwrap_or_else(usual_state);
    let state = State::sealed_by(location, clock.clone(), keys);
    let bases = options.api.bases();
    let host = bases
        .fold(Host::new(clock), |host, (integration, base)| {
            host.with_api_base(integration, base)
        })
        .with_policy(options.ads.into())
        .allowing_media_hosts(&options.allow_media_host)
        .telling_progress_to(Arc::new(write_progress))
        .with_state(state);
    if counts_rates {
        host.with_rate_counters()
    } else {
        host
    }
}

/// Keys that authenticate the journal. They have no command-line option, because process lists show
/// arguments.
pub(super) fn state_keys() -> Result<Option<StateKeys>, String> {
    let value = environment::secret_variable(STATE_KEY)?;
    value
        .map(|value| StateKeys::parse(&value).map_err(|fault| format!("{STATE_KEY} {fault}")))
        .transpose()
}

/// Holds the keys that authenticate the journal.
const STATE_KEY: &str = "AUTOHIVE_TIKTOK_STATE_KEY";

/// Writes a progress line to standard error in one piece, so that it does not interleave with log lines.
fn write_progress(line: &str) {
    stderr::write(format!("{line}\n").as_bytes());
}

/// Default location of the state: below `XDG_STATE_HOME`, else below `HOME`.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
pub(super) fn usual_state() -> StateLocation {
    let folder = |name| env::var_os(name).map(PathBuf::from);
    StateLocation::unset(folder("XDG_STATE_HOME").as_deref(), folder("HOME").as_deref())
}

/// Temporary folder, with the limit on the bytes that all requests store concurrently.
fn spool(options: &RunArgs) -> SpoolArea {
    let most = options.spool_max.unwrap_or_else(|| usual_spool_max(options.jobs));
    SpoolArea::new(temporary_folder()).limited_to(SpoolLimit::of(most))
}

/// Space for the largest video of each job, of each concurrent download, and of the last two requests that
/// were read.
pub(super) fn usual_spool_max(jobs: u16) -> ByteCount {
    let videos = u64::from(jobs) + u64::from((jobs / 2).max(1)) + 2;
    ByteCount(videos * AD_VIDEO_MAX.0)
}

/// Folder of temporary files: `TMPDIR`, or the system's.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
pub(super) fn temporary_folder() -> PathBuf {
    let folder = env::temp_dir();
    if folder.as_os_str().is_empty() {
        PathBuf::from("/tmp")
    } else {
        folder
    }
}
