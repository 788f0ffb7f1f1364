//! `run`: the host protocol over standard input and output.

use std::{env, future::pending, io, path::PathBuf, sync::Arc};

use tokio::signal::unix::{SignalKind, signal};

use super::{
    Exit,
    args::{Api, Keeping, Run},
    complain, complain_of, stderr, succeeded,
};
use crate::{
    clock::Clock,
    front::stdio,
    host::Host,
    http::TransportError,
    state::{Setting, State},
};

/// Serves requests until the input ends or a signal comes.
pub(super) fn run(api: &Api, keeping: &Keeping, options: Run) -> Exit {
    let clock = Clock::system();
    let told = match keeping.state.as_deref().map(Setting::parse).transpose() {
        Ok(setting) => setting,
        Err(fault) => {
            complain_of(&format!("AUTOHIVE_TIKTOK_STATE, or --state, {fault}"));
            return Exit::Usage;
        }
    };
    let host = match host(api, told, clock) {
        Ok(host) => Arc::new(host),
        Err(error) => {
            complain(&error);
            return Exit::Failed;
        }
    };
    let serve = async { stdio::serve(host, io::stdin(), io::stdout(), told_to_stop(), options.into()).await };
    succeeded(serve).map_or(Exit::Failed, |_summary| Exit::Done)
}

/// A host that keeps its state where it was told to.
///
/// The ledger is kept only there: without a word about the state, nothing is opened for a request that needs no journal.
fn host(api: &Api, told: Option<Setting>, clock: Clock) -> Result<Host, TransportError> {
    let has_ledger = told.as_ref().is_some_and(|setting| *setting != Setting::Off);
    let state = State::new(told.unwrap_or_else(usual_state), clock.clone());
    let host = Host::new(api.api_base.clone(), clock)?
        .spooling_in(&temporary_folder())
        .telling_progress_to(Arc::new(tell_progress))
        .with_state(state);
    Ok(if has_ledger { host.with_ledger() } else { host })
}

/// Writes a line of progress to standard error, whole, so that it does not mix with a line of the log.
fn tell_progress(line: &str) {
    stderr::write(format!("{line}\n").as_bytes());
}

/// Where the state is kept when nobody says: below `XDG_STATE_HOME`, else below `HOME`.
#[expect(clippy::disallowed_methods, reason = "this room is the one that reads the environment")]
fn usual_state() -> Setting {
    let folder = |name| env::var_os(name).map(PathBuf::from);
    Setting::unset(folder("XDG_STATE_HOME").as_deref(), folder("HOME").as_deref())
}

/// Where temporary files go: `TMPDIR`, or the system's folder for them.
#[expect(clippy::disallowed_methods, reason = "this room is the one that reads the environment")]
fn temporary_folder() -> PathBuf {
    let folder = env::temp_dir();
    if folder.as_os_str().is_empty() { PathBuf::from("/tmp") } else { folder }
}

/// Completes when the program is told to stop.
pub(super) async fn told_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
