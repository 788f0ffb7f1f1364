//! Writes results on a separate thread, and limits the number of waiting results.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, Write},
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use tokio::sync::{Notify, oneshot};

use super::{Order, Summary, Unwritten};
use crate::{
    host::{LineExtent, Reply, ResultLine},
    model::ByteCount,
};

/// Bytes of waiting results at which no further request begins.
const UNWRITTEN_MAX: usize = 1024 * 1024;

/// Share of an open file in [`UNWRITTEN_MAX`], so that at most 16 wait in addition to those of running requests.
const FILE_SHARE: usize = UNWRITTEN_MAX / 16;

/// Handle to the writer thread.
pub(super) struct Writer {
    lines: mpsc::Sender<Vec<(u64, QueuedResult)>>,
    /// Results for the next [`Writer::send`].
    added: Vec<(u64, QueuedResult)>,
    done: oneshot::Receiver<io::Result<Summary>>,
    failure: Arc<WriteFailure>,
    backlog: Arc<ResultBacklog>,
}

struct QueuedResult {
    result: ResultLine,
    is_success: bool,
}

/// Maximum bytes of one write. A write to a blocking pipe returns only after all bytes are accepted, which
/// must happen within the `patience` of [`Writer::close`].
const WRITE_MAX: usize = 16 * 1024;

/// Maximum bytes of lines that are written together: `PIPE_BUF` of Linux, up to which a write to a pipe is atomic.
const TOGETHER_MAX: usize = 4096;

/// Maximum number of lost posts in an error, which is a single line.
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
    /// Bytes that the output has taken so far.
    written: AtomicU64,
    /// Outcomes of posts in results that are not written yet, by number.
    posts: Mutex<BTreeMap<u64, String>>,
    /// Notified when a result was written.
    shrunk: Notify,
}

impl Writer {
    /// Starts the thread. Errors: the system allows no more threads.
    pub(super) fn start(output: impl Write + Send + 'static, order: Order) -> io::Result<Self> {
        let (lines, receiver) = mpsc::channel();
        let (tell_done, done) = oneshot::channel();
        let failure = Arc::new(WriteFailure::default());
        let flag = Arc::clone(&failure);
        let backlog = Arc::new(ResultBacklog::default());
        let shared = Arc::clone(&backlog);
        let write = move || {
            // Unbuffered: dropping a buffer would retry the remainder of a failed write.
            let result = write_all(output, &receiver, order, &shared);
            if result.is_err() {
                flag.happened.store(true, Ordering::Relaxed);
                flag.told.notify_one();
            }
            drop(tell_done.send(result));
        };
        drop(thread::Builder::new().name("output".to_owned()).spawn(write)?);
        Ok(Self {
            lines,
            added: Vec::new(),
            done,
            failure,
            backlog,
        })
    }

    /// Writes the result of request number `number`.
    pub(super) fn write(&mut self, number: u64, reply: Reply) {
        self.add(number, reply);
        self.send();
    }

    /// Adds the result of request number `number` to those that [`Self::send`] writes.
    pub(super) fn add(&mut self, number: u64, reply: Reply) {
        if let Some(effect) = reply.effect() {
            self.backlog.posts().insert(number, effect.to_owned());
        }
        let line = QueuedResult {
            is_success: reply.is_success(),
            result: reply.into_line(),
        };
        self.backlog.bytes.fetch_add(line.size(), Ordering::SeqCst);
        self.added.push((number, line));
    }

    /// Writes the results that were added.
    pub(super) fn send(&mut self) {
        if !self.added.is_empty() {
            // A writer that failed has already reported it.
            drop(self.lines.send(mem::take(&mut self.added)));
        }
    }

    /// Completes when the results of more requests can wait.
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

    /// Waits until everything is written. After `must_stop` completes, at least one byte has to be written within each
    /// `patience`.
    pub(super) async fn close(
        self,
        must_stop: impl Future<Output = ()>,
        patience: Duration,
    ) -> Result<Summary, Unwritten> {
        let Self {
            lines,
            mut done,
            backlog,
            ..
        } = self;
        drop(lines);
        let ended = |done: Result<io::Result<Summary>, _>| {
            let done = done.unwrap_or_else(|_gone| Err(io::ErrorKind::BrokenPipe.into()));
            done.map_err(|error| backlog.unwritten(error))
        };
        tokio::select! {
            biased;
            done = &mut done => return ended(done),
            () = must_stop => {}
        }
        let mut written = backlog.written.load(Ordering::SeqCst);
        loop {
            if let Ok(done) = tokio::time::timeout(patience, &mut done).await {
                return ended(done);
            }
            let by_now = backlog.written.load(Ordering::SeqCst);
            if by_now == written {
                return Err(backlog.unwritten(io::ErrorKind::TimedOut.into()));
            }
            written = by_now;
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
    /// Memory of the result in bytes, including overhead and its share of open files.
    fn size(&self) -> usize {
        let file = if self.result.has_file() { FILE_SHARE } else { 0 };
        self.result.memory() + size_of::<(u64, Self)>() + file
    }
}

/// Output that counts the bytes it has taken, to distinguish a slow reader of a long line from a stuck one.
struct CountedOutput<'a, W> {
    output: W,
    written: &'a AtomicU64,
}

impl<W: Write> Write for CountedOutput<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = bytes.get(..WRITE_MAX).unwrap_or(bytes);
        let count = self.output.write(piece)?;
        self.written.fetch_add(
            ByteCount::of(piece.get(..count).unwrap_or(piece)).0,
            Ordering::SeqCst,
        );
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// Writes the results that come in, those that wait at the same time together.
fn write_all(
    output: impl Write,
    lines: &mpsc::Receiver<Vec<(u64, QueuedResult)>>,
    order: Order,
    backlog: &ResultBacklog,
) -> io::Result<Summary> {
    let output = CountedOutput {
        output,
        written: &backlog.written,
    };
    let mut text = LineBuffer {
        output,
        text: Vec::new(),
        ends: VecDeque::new(),
        backlog,
        summary: Summary::default(),
    };
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for added in lines {
        waiting.extend(added);
        waiting.extend(lines.try_iter().flatten());
        while let Some((number, line)) = first_due(&mut waiting, order, next) {
            next = number + 1;
            text.push(number, line)?;
        }
        text.write()?;
    }
    Ok(text.summary)
}

/// Lines that are written together.
struct LineBuffer<'a, W> {
    output: CountedOutput<'a, W>,
    text: Vec<u8>,
    /// The lines of `text`, with their ends.
    ends: VecDeque<(usize, AddedLine)>,
    backlog: &'a ResultBacklog,
    summary: Summary,
}

/// One line, for when it is written.
struct AddedLine {
    number: u64,
    /// Its share in the memory of the backlog.
    size: usize,
    is_success: bool,
}

impl<W: Write> LineBuffer<'_, W> {
    /// Adds a line; what must not be copied, because it is long or in a file, is written at once.
    fn push(&mut self, number: u64, line: QueuedResult) -> io::Result<()> {
        let mut added = AddedLine {
            number,
            size: line.size(),
            is_success: line.is_success,
        };
        // With the line feed.
        let length = line.result.memory() + 1;
        let is_alone = length > TOGETHER_MAX || line.result.has_file();
        if is_alone || self.text.len() + length > TOGETHER_MAX {
            self.write()?;
        }
        if is_alone {
            let extent = line.result.write_to(&mut self.output)?;
            added.is_success &= extent == LineExtent::Whole;
            self.output.flush()?;
            self.settle(&added);
        } else {
            // Without a file, a line is whole.
            let _whole = line.result.write_to(&mut self.text)?;
            self.ends.push_back((self.text.len(), added));
        }
        Ok(())
    }

    /// Writes the added lines. After an error, those that were written before it are settled.
    fn write(&mut self) -> io::Result<()> {
        let (written, result) = self.write_text();
        while let Some((_end, line)) = self.ends.pop_front_if(|(end, _line)| *end <= written) {
            self.settle(&line);
        }
        self.text.clear();
        result
    }

    /// Writes the text and flushes it. Returns the number of bytes that were written, also with an error.
    fn write_text(&mut self) -> (usize, io::Result<()>) {
        let mut written = 0;
        while written < self.text.len() {
            match self.output.write(self.text.get(written..).unwrap_or_default()) {
                Ok(0) => return (written, Err(io::ErrorKind::WriteZero.into())),
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (written, Err(error)),
            }
        }
        match self.output.flush() {
            Ok(()) => (written, Ok(())),
            // What of it was written is unknown.
            Err(error) => (0, Err(error)),
        }
    }

    /// Counts a line that is written, and takes it out of the backlog.
    fn settle(&mut self, line: &AddedLine) {
        self.backlog.posts().remove(&line.number);
        *if line.is_success {
            &mut self.summary.succeeded
        } else {
            &mut self.summary.failed
        } += 1;
        self.backlog.bytes.fetch_sub(line.size, Ordering::SeqCst);
        self.backlog.shrunk.notify_one();
    }
}

/// Removes the next result to write.
fn first_due(
    waiting: &mut BTreeMap<u64, QueuedResult>,
    order: Order,
    next: u64,
) -> Option<(u64, QueuedResult)> {
    let first = waiting.first_entry()?;
    (order == Order::Finished || *first.key() == next).then(|| first.remove_entry())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::*;
    use crate::{
        host::Id,
        media::{Source, Spool, SpoolArea},
    };

    const PATIENCE: Duration = Duration::from_millis(500);

    /// Reader that takes each piece after a pause.
    struct SlowOutput(Duration);

    impl Write for SlowOutput {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            thread::sleep(self.0);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Rows of `size` bytes in a file.
    fn long_result(size: usize) -> Reply {
        let area = SpoolArea::new(Path::new("/tmp"));
        let mut spool = Spool::with_memory(&area, 0);
        spool.write(&vec![b'1'; size]).unwrap();
        with_rows(spool.finish())
    }

    fn with_rows(rows: Source) -> Reply {
        Reply::action(Id::default(), json!({ "rows": [] })).with_rows(Some(("rows", rows)))
    }

    /// Writes `replies` to `output`, and closes it with [`PATIENCE`].
    fn closed(output: impl Write + Send + 'static, replies: Vec<Reply>) -> Result<Summary, Unwritten> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut writer = Writer::start(output, Order::Requested).unwrap();
            for (number, reply) in (0..).zip(replies) {
                writer.write(number, reply);
            }
            writer.close(std::future::ready(()), PATIENCE).await
        })
    }

    /// The whole line takes several times the patience, each piece a tenth of it.
    #[test]
    fn a_slow_reader_of_a_long_line_gets_all_of_it() {
        let summary = closed(SlowOutput(PATIENCE / 10), vec![long_result(40 * WRITE_MAX)]).unwrap();
        assert_eq!((summary.succeeded, summary.failed), (1, 0));
    }

    #[test]
    fn a_reader_that_takes_nothing_is_not_waited_for() {
        let unwritten = closed(SlowOutput(PATIENCE * 20), vec![long_result(10)]).unwrap_err();
        assert_eq!(unwritten.error.kind(), io::ErrorKind::TimedOut);
    }

    /// Output with room for some bytes.
    struct SmallOutput(usize);

    impl Write for SmallOutput {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let count = bytes.len().min(self.0);
            self.0 -= count;
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Output that keeps each write.
    #[derive(Clone, Default)]
    struct Writes(Arc<Mutex<Vec<Vec<u8>>>>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn short_lines_share_a_write_and_others_have_their_own() {
        let sized = |size| Reply::action(Id::default(), json!({ "text": "x".repeat(size) }));
        let sizes = [10, 10, 5_000, 10, 0, 3_000, 3_000];
        let writes = Writes::default();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut writer = Writer::start(writes.clone(), Order::Finished).unwrap();
            for (number, size) in (0..).zip(sizes) {
                writer.add(number, if size == 0 { long_result(1) } else { sized(size) });
            }
            writer.send();
            writer.close(std::future::pending(), PATIENCE).await.unwrap()
        });
        let writes = writes.0.lock().unwrap().clone();
        let lines = String::from_utf8(writes.concat()).unwrap();
        let written = lines.lines().map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["result"]["data"]["text"].as_str().map_or(0, str::len)
        });
        assert_eq!(written.collect::<Vec<_>>(), sizes);
        let counts = writes
            .iter()
            .map(|write| (memchr::memchr_iter(b'\n', write).count(), write.len()));
        assert_eq!(
            counts.clone().next().unwrap().0,
            2,
            "two short lines share a write"
        );
        for (lines, length) in counts {
            assert!(
                lines < 2 || length <= TOGETHER_MAX,
                "{lines} lines of {length} bytes"
            );
        }
    }

    #[test]
    fn of_lines_written_together_those_after_the_end_of_the_room_are_lost() {
        let reply = || Reply::action(Id::default(), json!({ "rows": [] }));
        let line = reply().into_line().memory() + 1;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let unwritten = runtime.block_on(async {
            let mut writer = Writer::start(SmallOutput(2 * line + 5), Order::Finished).unwrap();
            for number in 0..4 {
                writer.backlog.posts().insert(number, format!("post {number}"));
                writer.add(number, reply());
            }
            writer.send();
            writer.close(std::future::pending(), PATIENCE).await.unwrap_err()
        });
        assert_eq!(unwritten.posts, ["post 2", "post 3"]);
    }

    #[test]
    fn a_row_file_that_cannot_be_read_costs_only_its_own_result() {
        let replies = vec![with_rows(Source::in_lost_file()), long_result(10)];
        let summary = closed(io::sink(), replies).unwrap();
        assert_eq!((summary.succeeded, summary.failed), (1, 1));
    }
}
