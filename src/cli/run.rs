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
    Exit,
    args::{ApiArgs, RunArgs, StateArgs},
    block_on_reporting, environment, limits, report_error, report_message,
    signals::told_to_stop,
    stderr,
    streams::Streams,
};
use crate::{
    clock::Clock,
    front::stdio::{self, Options, Stop, StreamError, Summary},
    host::Host,
    media::{SpoolArea, SpoolLimit, VIDEO_MAX},
    model::ByteCount,
    secret::StateKeys,
    state::{State, StateLocation},
};

/// Serves requests until the input ends, a signal comes, or the reader of the results has gone.
pub(super) fn run(api: &ApiArgs, keeping: &StateArgs, options: RunArgs) -> Exit {
    let told = match keeping.state.as_deref().map(StateLocation::parse).transpose() {
        Ok(setting) => setting,
        Err(fault) => {
            report_message(&format!("AUTOHIVE_TIKTOK_STATE, or --state, {fault}"));
            return Exit::Usage;
        }
    };
    let keys = match state_keys() {
        Ok(keys) => keys,
        Err(fault) => {
            report_message(&fault);
            return Exit::Usage;
        }
    };
    match prepare(api, told, keys, spool(keeping, options.jobs)) {
        Ok((host, streams)) => {
            let options = limits::within_open_files(options.into());
            block_on_reporting(serve(host, streams, options)).map_or(Exit::Failed, |_summary| Exit::Done)
        }
        Err(error) => {
            report_error(&*error);
            Exit::Failed
        }
    }
}

/// The host and the streams, before any request is read.
fn prepare(
    api: &ApiArgs,
    told: Option<StateLocation>,
    keys: Option<StateKeys>,
    spool: SpoolArea,
) -> Result<(Host, Streams), Box<dyn Error>> {
    let streams = Streams::open()?;
    let outlet = streams.outlet()?;
    limits::enough_files(&streams.input)?;
    let host = host(api, told, keys, Clock::system())
        .spooling_in(spool)
        .with_outlet(outlet);
    host.open_clients()?;
    Ok((host, streams))
}

async fn serve(host: Host, streams: Streams, options: Options) -> Result<Summary, StreamError> {
    let (input, output, watched) = streams.into_parts();
    let stopped = AtomicBool::new(false);
    let stop = async {
        let stop = tokio::select! {
            () = told_to_stop() => Stop::Told,
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
    // A session that is over at once does not take the warning with it.
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

/// Creates a host that keeps its state at the given location.
///
/// Rate counters are kept only at a location set by the operator: by default, a request that needs no journal
/// opens no file.
fn host(api: &ApiArgs, location: Option<StateLocation>, keys: Option<StateKeys>, clock: Clock) -> Host {
    let counts_rates = location
        .as_ref()
        .is_some_and(|setting| *setting != StateLocation::Off);
    let state = State::sealed_by(location.unwrap_or_else(usual_state), clock.clone(), keys);
    let host = Host::new(clock)
        .with_api_base("tiktok", api.api_base.clone())
        .allowing_media_hosts(&api.allow_media_host)
        .telling_progress_to(Arc::new(tell_progress))
        .with_state(state);
    if counts_rates {
        host.with_rate_counters()
    } else {
        host
    }
}

/// The keys that authenticate the journal. They have no option: what is typed shows in lists of processes.
fn state_keys() -> Result<Option<StateKeys>, String> {
    let value = environment::secret_variable(STATE_KEY)?;
    value
        .map(|value| StateKeys::parse(&value).map_err(|fault| format!("{STATE_KEY} {fault}")))
        .transpose()
}

/// Holds the keys that authenticate the journal.
const STATE_KEY: &str = "AUTOHIVE_TIKTOK_STATE_KEY";

/// Writes a line of progress to standard error, whole, so that it does not mix with a line of the log.
fn tell_progress(line: &str) {
    stderr::write(format!("{line}\n").as_bytes());
}

/// Default location of the state: below `XDG_STATE_HOME`, else below `HOME`.
#[expect(
    clippy::disallowed_methods,
    reason = "this room is the one that reads the environment"
)]
fn usual_state() -> StateLocation {
    let folder = |name| env::var_os(name).map(PathBuf::from);
    StateLocation::unset(folder("XDG_STATE_HOME").as_deref(), folder("HOME").as_deref())
}

/// The temporary folder, under the bound on what all requests keep at a time.
fn spool(keeping: &StateArgs, jobs: u16) -> SpoolArea {
    let most = keeping.spool_max.unwrap_or_else(|| usual_spool_max(jobs));
    SpoolArea::new(temporary_folder()).limited_to(SpoolLimit::of(most))
}

/// Room for the largest video of each job, of each download at a time, of the request being read and of the
/// one read before it.
fn usual_spool_max(jobs: u16) -> ByteCount {
    let videos = u64::from(jobs) + u64::from((jobs / 2).max(1)) + 2;
    ByteCount(videos * VIDEO_MAX.0)
}

/// Folder of temporary files: `TMPDIR`, or the system's.
#[expect(
    clippy::disallowed_methods,
    reason = "this room is the one that reads the environment"
)]
fn temporary_folder() -> PathBuf {
    let folder = env::temp_dir();
    if folder.as_os_str().is_empty() {
        PathBuf::from("/tmp")
    } else {
        folder
    }
}
