//! Writes results on a thread of its own, each as soon as it may be written, and reports when too many wait.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use tokio::sync::{Notify, oneshot};

use super::{Order, Summary, Unwritten};
use crate::host::{Reply, ResultLine};

/// Bytes of waiting results at which no more requests are taken.
const UNWRITTEN_MAX: usize = 1024 * 1024;

/// Share of an open file in [`UNWRITTEN_MAX`], so that at most 16 wait besides those of running requests.
const FILE_SHARE: usize = UNWRITTEN_MAX / 16;

/// The writing thread, seen from the session.
pub(super) struct Writer {
    lines: mpsc::Sender<(u64, QueuedResult)>,
    done: oneshot::Receiver<io::Result<Summary>>,
    failure: Arc<WriteFailure>,
    backlog: Arc<ResultBacklog>,
}

struct QueuedResult {
    result: ResultLine,
    is_success: bool,
}

/// Most lost posts that an error names, because it is a single line.
const LOST_NAMED: usize = 20;

/// Flag that results can no longer be written.
#[derive(Default)]
struct WriteFailure {
    happened: AtomicBool,
    told: Notify,
}

/// Results that wait for their reader, or for the result of an earlier request.
#[derive(Default)]
struct ResultBacklog {
    bytes: AtomicUsize,
    /// Outcomes of posts in results that are not written yet, by number.
    posts: Mutex<BTreeMap<u64, String>>,
    /// Notified when a result was written.
    shrunk: Notify,
}

impl Writer {
    pub(super) fn start(output: impl Write + Send + 'static, order: Order) -> Self {
        let (lines, receiver) = mpsc::channel();
        let (tell_done, done) = oneshot::channel();
        let failure = Arc::new(WriteFailure::default());
        let flag = Arc::clone(&failure);
        let backlog = Arc::new(ResultBacklog::default());
        let shared = Arc::clone(&backlog);
        drop(thread::spawn(move || {
            // Not buffered: what a failed write leaves behind must not be tried again when the buffer is
            // dropped.
            let result = write_all(output, &receiver, order, &shared);
            if result.is_err() {
                flag.happened.store(true, Ordering::Relaxed);
                flag.told.notify_one();
            }
            drop(tell_done.send(result));
        }));
        Self {
            lines,
            done,
            failure,
            backlog,
        }
    }

    /// Writes the result of request number `number`.
    pub(super) fn write(&self, number: u64, reply: Reply) {
        if let Some(post) = reply.post() {
            self.backlog.posts().insert(number, post.to_owned());
        }
        let line = QueuedResult {
            is_success: reply.is_success(),
            result: reply.into_line(),
        };
        self.backlog.bytes.fetch_add(line.size(), Ordering::SeqCst);
        // A writer that failed has told so already.
        drop(self.lines.send((number, line)));
    }

    /// Completes when there is room for the results of more requests.
    pub(super) async fn has_room(&self) {
        while self.backlog.bytes.load(Ordering::SeqCst) >= UNWRITTEN_MAX {
            self.backlog.shrunk.notified().await;
        }
    }

    /// Completes when results can no longer be written.
    pub(super) async fn failed(&self) {
        if !self.failure.happened.load(Ordering::Relaxed) {
            self.failure.told.notified().await;
        }
    }

    /// Waits until everything is written, as long as something is within each `patience`.
    pub(super) async fn close(self, patience: Duration) -> Result<Summary, Unwritten> {
        let Self {
            lines,
            mut done,
            backlog,
            ..
        } = self;
        drop(lines);
        let mut unwritten = backlog.bytes.load(Ordering::SeqCst);
        loop {
            if let Ok(done) = tokio::time::timeout(patience, &mut done).await {
                let done = done.unwrap_or_else(|_gone| Err(io::ErrorKind::BrokenPipe.into()));
                return done.map_err(|error| backlog.unwritten(error));
            }
            let left = backlog.bytes.load(Ordering::SeqCst);
            if left == unwritten {
                return Err(backlog.unwritten(io::ErrorKind::TimedOut.into()));
            }
            unwritten = left;
        }
    }
}

impl ResultBacklog {
    fn posts(&self) -> MutexGuard<'_, BTreeMap<u64, String>> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error, with the posts whose results were not written.
    fn unwritten(&self, error: io::Error) -> Unwritten {
        Unwritten {
            error,
            posts: self.posts().values().take(LOST_NAMED).cloned().collect(),
        }
    }
}

impl QueuedResult {
    /// Bytes of memory that it takes, so that many short ones count too, with the share of an open file.
    fn size(&self) -> usize {
        let file = if self.result.has_file() { FILE_SHARE } else { 0 };
        self.result.memory() + size_of::<(u64, Self)>() + file
    }
}

fn write_all(
    mut output: impl Write,
    lines: &mpsc::Receiver<(u64, QueuedResult)>,
    order: Order,
    backlog: &ResultBacklog,
) -> io::Result<Summary> {
    let mut waiting = BTreeMap::new();
    let mut summary = Summary::default();
    let mut next = 0;
    for (number, line) in lines {
        waiting.insert(number, line);
        while let Some((number, line)) = first_due(&mut waiting, order, next) {
            next = number + 1;
            let size = line.size();
            line.result.write_to(&mut output).and_then(|()| output.flush())?;
            backlog.posts().remove(&number);
            *if line.is_success {
                &mut summary.succeeded
            } else {
                &mut summary.failed
            } += 1;
            backlog.bytes.fetch_sub(size, Ordering::SeqCst);
            backlog.shrunk.notify_one();
        }
    }
    Ok(summary)
}

/// Takes out the result that may be written now.
fn first_due(
    waiting: &mut BTreeMap<u64, QueuedResult>,
    order: Order,
    next: u64,
) -> Option<(u64, QueuedResult)> {
    let first = waiting.first_entry()?;
    (order == Order::Finished || *first.key() == next).then(|| first.remove_entry())
}
