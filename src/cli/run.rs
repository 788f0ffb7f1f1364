//! `run`: the host protocol over standard input and output.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    Exit,
    args::RunArgs,
    block_on_reporting,
    hosting::{host, spool, state_keys},
    limits, report_error, report_message,
    signals::stop_signal,
    stderr,
    streams::Streams,
};
use crate::{
    clock::Clock,
    front::stdio::{self, Options, Stop, StreamError, Summary},
    host::Host,
    secret::StateKeys,
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
    let host = host(&options.host, keys, Clock::system())
        .telling_progress_to(Arc::new(write_progress))
        .spooling_in(spool(&options.host, options.jobs))
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

/// Writes a progress line to standard error in one piece, so that it does not interleave with log lines.
fn write_progress(line: &str) {
    stderr::write(format!("{line}\n").as_bytes());
}
