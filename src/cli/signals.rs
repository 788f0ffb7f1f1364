//! Signals that stop the program, and `SIGXFSZ`, which must not.

use std::{fs, future::poll_fn, io, task::Poll};

use rustix::process::Signal;
use tokio::signal::unix::{self, SignalKind};

/// Signals that stop the program: from a supervisor, the keyboard, a closed terminal or a limit on processor
/// time.
const STOPPING: [Signal; 5] = [Signal::TERM, Signal::INT, Signal::QUIT, Signal::HUP, Signal::XCPU];

/// Completes when a signal asks the program to stop.
///
/// On Linux, a hangup signal that is ignored at startup stays ignored, as `nohup` requires.
pub(super) async fn stop_signal() {
    let heard = STOPPING
        .into_iter()
        .filter(|signal| *signal != Signal::HUP || !is_ignored(*signal));
    let mut heard: Vec<unix::Signal> = heard.filter_map(|signal| listen(signal).ok()).collect();
    poll_fn(|context| {
        let is_heard = heard
            .iter_mut()
            .any(|signal| signal.poll_recv(context).is_ready());
        if is_heard { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Lets a write beyond the limit on file sizes (`ulimit -f`) fail as an error, instead of ending the program.
///
/// A handled signal has no other effect for the life of the process.
pub(super) fn survive_file_size_limit() {
    drop(listen(Signal::XFSZ));
}

fn listen(signal: Signal) -> io::Result<unix::Signal> {
    unix::signal(SignalKind::from_raw(signal.as_raw()))
}

/// Returns true if a signal is ignored; false if the system does not report it.
fn is_ignored(signal: Signal) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default();
    let bit = u32::try_from(signal.as_raw() - 1).unwrap_or(u32::MAX);
    mask.checked_shr(bit).is_some_and(|mask| mask & 1 == 1)
}
