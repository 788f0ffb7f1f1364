//! `run`: the host protocol over standard input and output.

use std::{
    env,
    future::pending,
    io::{self, Write as _},
    path::PathBuf,
    sync::Arc,
};

use tokio::signal::unix::{SignalKind, signal};

use super::{
    Exit,
    args::{Api, Keeping, Run},
    complain, complain_of, succeeded,
};
use crate::{
    clock::Clock,
    front::stdio,
    host::Host,
    state::{Setting, State},
};

/// Serves requests until the input ends or a signal comes.
pub(super) fn run(api: &Api, keeping: &Keeping, options: Run) -> Exit {
    let clock = Clock::system();
    let setting = match keeping.state.as_deref().map(Setting::parse).transpose() {
        Ok(setting) => setting.unwrap_or_else(usual_state),
        Err(fault) => {
            complain_of(&format!("AUTOHIVE_TIKTOK_STATE, or --state, {fault}"));
            return Exit::Usage;
        }
    };
    let state = State::new(setting, clock.clone());
    let host = match Host::new(api.api_base.clone(), clock) {
        Ok(host) => {
            let host =
                host.spooling_in(&temporary_folder()).telling_progress_to(Arc::new(tell_progress)).with_state(state);
            Arc::new(host)
        }
        Err(error) => {
            complain(&error);
            return Exit::Failed;
        }
    };
    let serve = async { stdio::serve(host, io::stdin(), io::stdout(), told_to_stop(), options.into()).await };
    succeeded(serve).map_or(Exit::Failed, |_summary| Exit::Done)
}

/// Writes a line of progress to standard error, whole, so that it does not mix with a line of the log.
fn tell_progress(line: &str) {
    // Nobody reads it any more: that is no reason to give a post up.
    drop(io::stderr().lock().write_all(format!("{line}\n").as_bytes()));
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
    env::temp_dir()
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
