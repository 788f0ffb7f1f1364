//! Lines for standard error, written by a separate thread, so that a slow or absent reader delays nothing.
//!
//! The number of waiting lines is limited; further lines are lost. Once there is space again, a line such as
//! `{"type":"lost","lines":3}` takes the place of the lost lines, whatever the
//! format of the log.

use std::{
    io::{self, Write},
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use super::streams::Patient;

/// Maximum number of queued lines.
const LINES_MAX: usize = 4096;

/// Maximum bytes queued; a longer line is accepted if the queue is empty.
const BYTES_MAX: usize = 1024 * 1024;

/// Longest wait at the end of the program for lines that are not written yet.
const PATIENCE: Duration = Duration::from_millis(500);

static LINES: Mutex<Lines> = Mutex::new(Lines::Unused);

/// State of standard error.
enum Lines {
    Unused,
    Queued(Queue),
    /// No thread could be started, so each line is written where it arises.
    Direct,
    Used,
}

/// Queues a line, including its line break, without blocking.
pub(super) fn write(line: &[u8]) {
    let mut lines = lines();
    if let Lines::Unused = *lines {
        *lines = Queue::start(Patient(io::stderr())).map_or(Lines::Direct, Lines::Queued);
    }
    match &mut *lines {
        Lines::Queued(queue) => queue.push(line),
        // A standard error that takes nothing is no reason to fail.
        Lines::Direct => drop(Patient(io::stderr()).write_all(line)),
        Lines::Unused | Lines::Used => {}
    }
}

/// Guard of the writer thread. On drop, also after a panic, it waits a limited time for queued lines to be
/// written; later lines are discarded.
#[derive(Debug)]
pub(super) struct Written;

impl Drop for Written {
    fn drop(&mut self) {
        let lines = mem::replace(&mut *lines(), Lines::Used);
        if let Lines::Queued(queue) = lines {
            queue.finish(PATIENCE);
        }
    }
}

fn lines() -> MutexGuard<'static, Lines> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Standard error for a log that writes each of its lines at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stderr;

impl Write for Stderr {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        write(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines queued for the writer thread.
struct Queue {
    lines: SyncSender<Vec<u8>>,
    backlog: Arc<LineBacklog>,
    /// Disconnects once all lines are written.
    done: Receiver<()>,
}

/// Counts shared with the thread.
#[derive(Default)]
struct LineBacklog {
    /// Bytes that wait to be written.
    bytes: AtomicUsize,
    /// Lines that were lost since the last one that was taken.
    lost: AtomicU64,
}

impl Queue {
    /// Starts the thread. Errors: the system allows no more threads.
    fn start(output: impl Write + Send + 'static) -> io::Result<Self> {
        let (lines, receiver) = sync_channel(LINES_MAX);
        let (alive, done) = sync_channel(0);
        let backlog = Arc::new(LineBacklog::default());
        let shared = Arc::clone(&backlog);
        let write = move || {
            write_all(output, &receiver, &shared);
            drop(alive);
        };
        drop(thread::Builder::new().spawn(write)?);
        Ok(Self { lines, backlog, done })
    }

    /// Queues a line, after a report of lines lost before it.
    fn push(&mut self, line: &[u8]) {
        let lost = self.backlog.lost.load(Ordering::SeqCst);
        if lost > 0 && self.keep(lost_line(lost)) {
            self.backlog.lost.store(0, Ordering::SeqCst);
        }
        if self.backlog.lost.load(Ordering::SeqCst) > 0 || !self.keep(line.to_vec()) {
            self.backlog.lost.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Queues a line if there is space for it.
    fn keep(&self, line: Vec<u8>) -> bool {
        let (length, waiting) = (line.len(), self.backlog.bytes.load(Ordering::SeqCst));
        if waiting > 0 && waiting.saturating_add(length) > BYTES_MAX {
            return false;
        }
        self.backlog.bytes.fetch_add(length, Ordering::SeqCst);
        let is_kept = self.lines.try_send(line).is_ok();
        if !is_kept {
            self.backlog.bytes.fetch_sub(length, Ordering::SeqCst);
        }
        is_kept
    }

    /// Returns true if all lines were written in time.
    fn finish(self, patience: Duration) -> bool {
        drop(self.lines);
        self.done.recv_timeout(patience) == Err(RecvTimeoutError::Disconnected)
    }
}

fn write_all(mut output: impl Write, lines: &Receiver<Vec<u8>>, backlog: &LineBacklog) {
    for line in lines {
        // If standard error is closed, nothing can be reported.
        drop(output.write_all(&line));
        backlog.bytes.fetch_sub(line.len(), Ordering::SeqCst);
    }
    let lost = backlog.lost.load(Ordering::SeqCst);
    if lost > 0 {
        drop(output.write_all(&lost_line(lost)));
    }
}

/// Line about lines that were lost.
fn lost_line(lost: u64) -> Vec<u8> {
    format!("{{\"type\":\"lost\",\"lines\":{lost}}}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    /// Output that takes a line only when the test allows it, and keeps it.
    struct Gate {
        open: Receiver<()>,
        kept: TakenLines,
    }

    impl Write for Gate {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            // Once the other end is closed, it stays open.
            self.open.iter().next();
            self.kept.lock().unwrap().push(line.to_vec());
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    type TakenLines = Arc<Mutex<Vec<Vec<u8>>>>;

    fn gated() -> (Queue, Sender<()>, TakenLines) {
        let ((opener, open), kept) = (channel(), TakenLines::default());
        (
            Queue::start(Gate {
                open,
                kept: Arc::clone(&kept),
            })
            .unwrap(),
            opener,
            kept,
        )
    }

    /// All lines, without their ends.
    fn texts(kept: &Mutex<Vec<Vec<u8>>>) -> Vec<String> {
        kept.lock()
            .unwrap()
            .iter()
            .map(|line| String::from_utf8_lossy(line).trim_end().to_owned())
            .collect()
    }

    #[test]
    fn every_line_is_written_whole_and_in_order() {
        let (mut queue, opener, kept) = gated();
        drop(opener);
        (0..1_000).for_each(|number| queue.push(format!("line {number}\n").as_bytes()));
        assert!(queue.finish(Duration::from_mins(1)));
        assert_eq!(
            texts(&kept),
            (0..1_000)
                .map(|number| format!("line {number}"))
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn what_finds_no_room_is_counted_where_it_would_have_stood() {
        let (mut queue, opener, kept) = gated();
        let long = format!("{}\n", "x".repeat(BYTES_MAX / 4 - 1));
        for _ in 0..6 {
            queue.push(long.as_bytes());
        }
        assert_eq!(
            texts(&kept).len(),
            0,
            "the output is stuck, and nobody was held up"
        );
        opener.send(()).unwrap();
        while queue.backlog.bytes.load(Ordering::SeqCst) == BYTES_MAX {
            thread::yield_now();
        }
        queue.push(b"short\n");
        drop(opener);
        assert!(queue.finish(Duration::from_mins(1)));
        let texts = texts(&kept);
        assert_eq!(texts.len(), 6, "four long ones, what was lost, a short one");
        assert_eq!(texts[4..], ["{\"type\":\"lost\",\"lines\":2}", "short"]);
    }

    #[test]
    fn lines_are_bounded_too_and_what_is_lost_last_is_told_at_the_end() {
        let (mut queue, opener, kept) = gated();
        (0..LINES_MAX + 10).for_each(|_| queue.push(b"\n"));
        drop(opener);
        assert!(queue.finish(Duration::from_mins(1)));
        let texts = texts(&kept);
        // The thread may have taken one out of the queue before it was full.
        let lost = LINES_MAX + 10 - (texts.len() - 1);
        assert!((9..=10).contains(&lost), "{lost} were lost");
        assert_eq!(
            *texts.last().unwrap(),
            format!("{{\"type\":\"lost\",\"lines\":{lost}}}")
        );
    }

    #[test]
    fn the_end_is_not_held_up() {
        let (mut queue, _opener, kept) = gated();
        queue.push(b"never read\n");
        assert!(!queue.finish(Duration::from_millis(10)));
        assert_eq!(texts(&kept).len(), 0);
    }
}
