//! Signals that stop the program, and `SIGXFSZ`, which must not.

use std::{
    fs,
    future::poll_fn,
    io,
    sync::{
        LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use rustix::process::Signal;
use tokio::{
    signal::unix::{self, SignalKind},
    task::yield_now,
};

/// Signals that stop the program: from a supervisor, the keyboard, a closed terminal or a limit on processor
/// time.
const STOPPING: [Signal; 5] = [Signal::TERM, Signal::INT, Signal::QUIT, Signal::HUP, Signal::XCPU];

/// Listeners of the process, made with the first wait: they keep a signal that arrives while nothing waits.
static KEPT: Mutex<Vec<unix::Signal>> = Mutex::new(Vec::new());

/// Whether a signal has asked the program to stop.
static HEARD: AtomicBool = AtomicBool::new(false);

/// Whether the hangup signal was ignored before the first wait.
static IGNORES_HANGUP: LazyLock<bool> = LazyLock::new(|| is_ignored(Signal::HUP));

/// Completes when a signal asks the program to stop, or has asked since the first wait for one.
///
/// On Linux, a hangup signal that is ignored at startup stays ignored, as `nohup` requires.
pub(super) async fn stop_signal() {
    let mut own = listeners();
    keep();
    poll_fn(|context| {
        let is_own = is_any_heard(&mut own, context);
        let is_kept = is_any_heard(&mut kept(), context);
        if is_own || is_kept {
            HEARD.store(true, Ordering::Relaxed);
        }
        if HEARD.load(Ordering::Relaxed) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// Whether a signal has asked the program to stop since the first wait for one. The event loop gets a turn to notice it.
pub(super) async fn is_stopped() -> bool {
    tokio::select! {
        biased;
        () = stop_signal() => true,
        () = yield_now() => false,
    }
}

fn kept() -> MutexGuard<'static, Vec<unix::Signal>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps signals from now on for the next wait, so that they no longer end the program by themselves. Within an event loop.
///
/// A command calls it before its first output: what reads the output may send a signal at once.
pub(super) fn keep() {
    let mut kept = kept();
    if kept.is_empty() {
        *kept = listeners();
    }
}

/// Whether one has heard a signal. All are polled, so that each wakes the task.
fn is_any_heard(listeners: &mut [unix::Signal], context: &mut Context<'_>) -> bool {
    let heard = listeners
        .iter_mut()
        .filter_map(|signal| match signal.poll_recv(context) {
            Poll::Ready(_) => Some(()),
            Poll::Pending => None,
        });
    heard.count() > 0
}

fn listeners() -> Vec<unix::Signal> {
    let heard = STOPPING
        .into_iter()
        .filter(|signal| *signal != Signal::HUP || !*IGNORES_HANGUP);
    heard.filter_map(|signal| listen(signal).ok()).collect()
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
