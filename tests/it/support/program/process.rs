//! The running program.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    iter,
    process::{Child, ChildStderr, ChildStdin, ChildStdout},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::Value;

use super::answer::{Answer, Ended};

/// Time after which a program that hangs is killed. Generous: a busy machine may take ten times as long as an idle one.
const PATIENCE: Duration = Duration::from_mins(2);

fn keep_all(mut stderr: ChildStderr, kept: &Mutex<Vec<u8>>) -> io::Result<()> {
    let mut piece = [0; 4096];
    loop {
        match stderr.read(&mut piece)? {
            0 => return Ok(()),
            length => kept.lock().unwrap().extend_from_slice(&piece[..length]),
        }
    }
}

/// Standard output, read with a pause before each piece.
struct PacedOutput {
    stdout: ChildStdout,
    pause: Duration,
}

impl io::Read for PacedOutput {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        thread::sleep(self.pause);
        self.stdout.read(piece)
    }
}

/// Sends each line until the program closes its standard output or the test no longer takes them.
fn read_lines(stdout: PacedOutput, results: &Sender<Vec<u8>>) {
    let mut stdout = BufReader::with_capacity(PIECE, stdout);
    loop {
        let mut line = Vec::new();
        match stdout.read_until(b'\n', &mut line) {
            Ok(1..) if results.send(line).is_ok() => {}
            _ => return,
        }
    }
}

/// Most bytes that are read at once: the capacity of a pipe.
const PIECE: usize = 64 * 1024;

/// Input in pieces, so that no test holds a large video in memory.
type Feed = Box<dyn Iterator<Item = Vec<u8>> + Send>;

/// Writes until the test closes the input or the program no longer reads.
fn feed_all(mut stdin: ChildStdin, feeds: &Receiver<Feed>) {
    for bytes in feeds.iter().flatten() {
        if stdin.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// The running program.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    feed: Option<Sender<Feed>>,
    /// While it is held, the results are not read.
    reading: Option<Sender<Duration>>,
    lines: Receiver<Vec<u8>>,
    stdout: Vec<u8>,
    stderr: Option<JoinHandle<io::Result<()>>>,
    /// Standard error so far.
    log: Arc<Mutex<Vec<u8>>>,
}

impl Running {
    /// Wraps a started program: writes `input`, and reads its results once the other end of `begin` is dropped.
    pub(super) fn new(mut child: Child, input: Vec<u8>, begin: Receiver<Duration>) -> Self {
        let stdin = child.stdin.take().unwrap();
        let (feed, feeds) = channel::<Feed>();
        drop(thread::spawn(move || feed_all(stdin, &feeds)));
        drop(feed.send(Box::new(iter::once(input))));
        let stdout = child.stdout.take().unwrap();
        let (results, lines) = channel();
        drop(thread::spawn(move || {
            let pause = begin.iter().last().unwrap_or_default();
            read_lines(PacedOutput { stdout, pause }, &results);
        }));
        let log = Arc::<Mutex<Vec<u8>>>::default();
        let kept = Arc::clone(&log);
        let stderr = child
            .stderr
            .take()
            .map(|stderr| thread::spawn(move || keep_all(stderr, &kept)));
        Self {
            child,
            feed: Some(feed),
            reading: None,
            lines,
            stdout: Vec::new(),
            stderr,
            log,
        }
    }

    /// As [`Running::new`]; its results are read once [`Running::read`] drops `reading`.
    #[cfg(feature = "simulator")]
    pub(super) fn unread(self, reading: Sender<Duration>) -> Self {
        Self {
            reading: Some(reading),
            ..self
        }
    }

    /// Writes a request.
    pub(crate) fn send(&self, request: &Value) {
        self.send_text(format!("{request}\n"));
    }

    /// Writes text unchanged.
    pub(crate) fn send_text(&self, text: String) {
        self.send_pieces(iter::once(text.into_bytes()));
    }

    /// Writes these pieces in order.
    pub(crate) fn send_pieces(&self, pieces: impl Iterator<Item = Vec<u8>> + Send + 'static) {
        // A program that has exited takes no more input; its exit code and its results give the reason.
        drop(self.feed.as_ref().unwrap().send(Box::new(pieces)));
    }

    /// Process ID.
    #[cfg(feature = "simulator")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Memory in KiB by the kernel's count: `VmRSS` now, `VmHWM` at its peak.
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn memory_kib(&self, name: &str) -> u64 {
        self.figure("status", name)
    }

    /// Closes the input.
    pub(crate) fn close_input(&mut self) {
        self.feed = None;
    }

    /// Starts reading the results.
    #[cfg(feature = "simulator")]
    pub(crate) fn read(&mut self) {
        self.reading = None;
    }

    /// Starts reading the results, 64 KiB at a time after each `pause`.
    #[cfg(feature = "simulator")]
    pub(crate) fn read_slowly(&mut self, pause: Duration) {
        self.reading.take().unwrap().send(pause).unwrap();
    }

    /// A figure of the process from the kernel, for example `VmHWM` of `status`, in KiB.
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn figure(&self, file: &str, name: &str) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
            .unwrap_or_else(|| panic!("{file} should have {name}: {text}"))
    }

    /// Waits until the program is idle and has stopped reading input. Only world-readable files below `/proc` are read,
    /// since the program is not dumpable.
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn await_standstill(&self) {
        const QUIET: Duration = Duration::from_millis(400);
        let mut read = 0;
        loop {
            thread::sleep(QUIET);
            match self.figure("status", "voluntary_ctxt_switches") {
                same if same == read => return,
                more => read = more,
            }
        }
    }

    /// Closes the other end of its standard output: later writes fail.
    pub(crate) fn stop_reading(&mut self) {
        let (_tell, nothing) = channel();
        self.lines = nothing;
    }

    /// Sends a signal by name, for example `TERM`.
    #[cfg(feature = "simulator")]
    pub(crate) fn signal(&self, name: &str) {
        let sent = std::process::Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.child.id().to_string())
            .status();
        assert!(
            sent.unwrap().success(),
            "kill -{name} should find the program running"
        );
    }

    /// Standard error so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.lock().unwrap()).into_owned()
    }

    /// Waits until the log contains this text.
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn await_log(&self, words: &str) {
        const STEP: Duration = Duration::from_millis(5);
        let mut waited = Duration::ZERO;
        while !self.log().contains(words) {
            assert!(
                waited < PATIENCE,
                "the log should say {words:?}, but says {:?}",
                self.log()
            );
            thread::sleep(STEP);
            waited += STEP;
        }
    }

    /// The next result.
    #[track_caller]
    pub(crate) fn next(&mut self) -> Answer {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                self.stdout.extend_from_slice(&line);
                Answer::read(&line)
            }
            Err(RecvTimeoutError::Timeout) => panic!("no result in {PATIENCE:?}: the program hangs"),
            Err(RecvTimeoutError::Disconnected) => {
                panic!("no result: the program closed its standard output")
            }
        }
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn wait(self) -> Ended {
        self.wait_for(PATIENCE)
    }

    /// Waits at most `patience` for its end without reading its results. Returns its exit code.
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn end_unread(mut self, patience: Duration) -> Option<i32> {
        const STEP: Duration = Duration::from_millis(5);
        let mut waited = Duration::ZERO;
        while waited < patience {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            thread::sleep(STEP);
            waited += STEP;
        }
        self.child.kill().unwrap();
        panic!("the program should have ended within {patience:?}");
    }

    /// Waits for its end, at most `patience`.
    #[track_caller]
    pub(crate) fn wait_for(mut self, patience: Duration) -> Ended {
        const STEP: Duration = Duration::from_millis(5);
        let mut waited = Duration::ZERO;
        self.reading = None;
        let status = loop {
            // A full pipe must not block the program.
            self.stdout.extend(self.lines.try_iter().flatten());
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if waited > patience => {
                    self.child.kill().unwrap();
                    let told = String::from_utf8_lossy(&self.stdout).into_owned();
                    panic!("the program should have ended within {patience:?}; it wrote {told:?}");
                }
                None => thread::sleep(STEP),
            }
            waited += STEP;
        };
        self.feed = None;
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.stdout.extend_from_slice(&line);
        }
        if let Some(stderr) = self.stderr.take() {
            stderr.join().unwrap().unwrap();
        }
        let stderr = self.log();
        Ended {
            exit: status.code(),
            stdout: self.stdout,
            stderr,
        }
    }
}
