//! The real program: arguments, requests in, results out, exit code.

use std::{
    env,
    ffi::OsString,
    fmt::Debug,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    iter,
    process::{Child, ChildStderr, ChildStdin, Command, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::Value;

/// A program that hangs is ended after this.
const PATIENCE: Duration = Duration::from_secs(40);

/// Nothing listens there, so a test that wrongly calls TikTok fails fast and harmlessly.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Another build to test than cargo's own, for example the release build: `.ci/run` names it.
#[expect(
    clippy::disallowed_methods,
    reason = "a setting of the tests, not of the program"
)]
fn tested() -> Option<OsString> {
    env::var_os("TESTED_PROGRAM")
}

/// The program's file.
pub(crate) fn path() -> OsString {
    tested().unwrap_or_else(|| env!("CARGO_BIN_EXE_autohive-tiktok").into())
}

/// Whether the program is a debug build.
#[cfg(all(feature = "simulator", target_os = "linux"))]
pub(crate) fn is_debug() -> bool {
    cfg!(debug_assertions) && tested().is_none()
}

/// The program, not yet started.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Program {
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    input: Vec<u8>,
    /// The limit on open files (`ulimit -n`); `None` for that of the tests.
    open_files_max: Option<u32>,
}

/// `autohive-tiktok run`, against a TikTok that is not there.
pub(crate) fn run() -> Program {
    command("run").env("TIKTOK_API_BASE", NOWHERE)
}

/// `autohive-tiktok` with this command.
pub(crate) fn command(command: &str) -> Program {
    Program {
        arguments: vec![command.to_owned()],
        environment: Vec::new(),
        input: Vec::new(),
        open_files_max: None,
    }
}

impl Program {
    /// Adds an argument.
    pub(crate) fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Sets a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Where TikTok is.
    #[cfg(feature = "simulator")]
    pub(crate) fn against(self, url: &str) -> Self {
        self.env("TIKTOK_API_BASE", url)
    }

    /// Lets media be fetched from the host and port of `url`.
    #[cfg(feature = "simulator")]
    pub(crate) fn allowing(self, url: &str) -> Self {
        let host = url
            .trim_start_matches("http://")
            .split('/')
            .next()
            .unwrap_or_default();
        self.arg("--allow-media-host").arg(host)
    }

    /// Adds a request on a line of its own.
    pub(crate) fn request(self, request: &Value) -> Self {
        self.input(format!("{request}\n"))
    }

    /// Adds bytes to the input as they are.
    pub(crate) fn input(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.input.extend_from_slice(bytes.as_ref());
        self
    }

    /// Limits its open files (`ulimit -n`).
    #[cfg(all(feature = "simulator", target_os = "linux"))]
    pub(crate) fn with_open_files(self, most: u32) -> Self {
        Self {
            open_files_max: Some(most),
            ..self
        }
    }

    /// The command that starts it, without arguments.
    fn command(&self) -> Command {
        let Some(most) = self.open_files_max else {
            return Command::new(path());
        };
        let mut shell = Command::new("/bin/sh");
        shell
            .arg("-c")
            .arg(format!("ulimit -n {most} && exec \"$0\" \"$@\""))
            .arg(path());
        shell
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn finish(self) -> Ended {
        let mut running = self.start();
        running.close_input();
        running.wait()
    }

    /// Starts it and leaves its input open.
    #[track_caller]
    pub(crate) fn start(self) -> Running {
        self.start_telling(Stdio::piped())
    }

    /// The same, and nobody reads its results before [`Running::read`].
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn start_unread(self) -> Running {
        let (reading, begin) = channel();
        Running {
            reading: Some(reading),
            ..self.start_with(Stdio::piped(), begin)
        }
    }

    /// The same with a standard error of its own; where that is no pipe to the test, the log stays empty.
    #[track_caller]
    pub(crate) fn start_telling(self, stderr: impl Into<Stdio>) -> Running {
        let (_reading, begin) = channel();
        self.start_with(stderr.into(), begin)
    }

    /// Starts it; its results are read once `begin` has lost its other end.
    #[track_caller]
    fn start_with(self, stderr: Stdio, begin: Receiver<()>) -> Running {
        let mut child = self
            .command()
            .args(&self.arguments)
            .env_clear()
            .envs(self.environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the program should start");
        let stdin = child.stdin.take().unwrap();
        let (feed, feeds) = channel::<Feed>();
        drop(thread::spawn(move || feed_all(stdin, &feeds)));
        drop(feed.send(Box::new(iter::once(self.input))));
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (tell, lines) = channel();
        drop(thread::spawn(move || {
            let mut stdout = stdout;
            begin.iter().for_each(drop);
            loop {
                let mut line = Vec::new();
                match stdout.read_until(b'\n', &mut line) {
                    Ok(1..) if tell.send(line).is_ok() => {}
                    _ => return,
                }
            }
        }));
        let log = Arc::<Mutex<Vec<u8>>>::default();
        let kept = Arc::clone(&log);
        let stderr = child
            .stderr
            .take()
            .map(|stderr| thread::spawn(move || keep_all(stderr, &kept)));
        Running {
            child,
            feed: Some(feed),
            reading: None,
            lines,
            stdout: Vec::new(),
            stderr,
            log,
        }
    }
}

fn keep_all(mut stderr: ChildStderr, kept: &Mutex<Vec<u8>>) -> io::Result<()> {
    let mut piece = [0; 4096];
    loop {
        match stderr.read(&mut piece)? {
            0 => return Ok(()),
            length => kept.lock().unwrap().extend_from_slice(&piece[..length]),
        }
    }
}

/// What is written, piece by piece, so that no test holds a large video in memory.
type Feed = Box<dyn Iterator<Item = Vec<u8>> + Send>;

/// Writes until the test closes the input or the program no longer reads.
fn feed_all(mut stdin: ChildStdin, feeds: &Receiver<Feed>) {
    for bytes in feeds.iter().flatten() {
        if stdin.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// The program while it runs.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    feed: Option<Sender<Feed>>,
    /// While it is held, nobody reads the results.
    reading: Option<Sender<()>>,
    lines: Receiver<Vec<u8>>,
    stdout: Vec<u8>,
    stderr: Option<JoinHandle<io::Result<()>>>,
    /// What came on standard error so far.
    log: Arc<Mutex<Vec<u8>>>,
}

impl Running {
    /// Writes a request.
    pub(crate) fn send(&self, request: &Value) {
        self.send_text(format!("{request}\n"));
    }

    /// Writes a text as it is.
    pub(crate) fn send_text(&self, text: String) {
        self.send_pieces(iter::once(text.into_bytes()));
    }

    /// Writes these bytes one after the other.
    pub(crate) fn send_pieces(&self, pieces: impl Iterator<Item = Vec<u8>> + Send + 'static) {
        // A program that has ended takes no more; its exit code and its results tell why.
        drop(self.feed.as_ref().unwrap().send(Box::new(pieces)));
    }

    /// The number of the process.
    #[cfg(feature = "simulator")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its memory in KiB, as the kernel counts it: `VmRSS` now, `VmHWM` at its most.
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn memory_kib(&self, figure: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(figure)?.strip_prefix(':'))
            .unwrap();
        line.trim().trim_end_matches("kB").trim().parse().unwrap()
    }

    /// Ends the input.
    pub(crate) fn close_input(&mut self) {
        self.feed = None;
    }

    /// Reads the results from now on.
    #[cfg(feature = "simulator")]
    pub(crate) fn read(&mut self) {
        self.reading = None;
    }

    /// A figure that the kernel keeps of the process, for example `VmHWM` of `status`, in KiB.
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

    /// Waits until it does nothing more: its reading of input has stopped. Only what everybody may read below
    /// `/proc` is read here, since the program is not dumpable.
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

    /// Closes the other end of its standard output: what it writes from now on breaks.
    pub(crate) fn stop_reading(&mut self) {
        let (_tell, nothing) = channel();
        self.lines = nothing;
    }

    /// Sends a signal by name, for example `TERM`.
    #[cfg(feature = "simulator")]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.child.id().to_string())
            .status();
        assert!(
            sent.unwrap().success(),
            "kill -{name} should find the program running"
        );
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.lock().unwrap()).into_owned()
    }

    /// Waits until the log says these words.
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

    /// Waits for its end within `patience` without reading its results, and gives its exit code.
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

    /// Waits for its end, which must come within `patience`.
    #[track_caller]
    pub(crate) fn wait_for(mut self, patience: Duration) -> Ended {
        const STEP: Duration = Duration::from_millis(5);
        let mut waited = Duration::ZERO;
        self.reading = None;
        let status = loop {
            // A full pipe must not hold the program up.
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

/// The program after its end.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ended {
    /// It ended with this exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        let (stdout, stderr) = (self.text(), &self.stderr);
        assert_eq!(
            self.exit,
            Some(code),
            "the exit code; stdout: {stdout}\nstderr: {stderr}"
        );
        self
    }

    /// All results in the order in which they came; standard output must hold nothing else.
    #[track_caller]
    pub(crate) fn answers(&self) -> Vec<Answer> {
        assert!(
            self.stdout.is_empty() || self.stdout.ends_with(b"\n"),
            "the last line has no end: {}",
            self.text()
        );
        self.stdout
            .split_inclusive(|byte| *byte == b'\n')
            .map(Answer::read)
            .collect()
    }

    /// The only result.
    #[track_caller]
    pub(crate) fn only(&self) -> Answer {
        match <[Answer; 1]>::try_from(self.answers()) {
            Ok([answer]) => answer,
            Err(answers) => panic!(
                "one result was expected, {} came: {}\n{}",
                answers.len(),
                self.text(),
                self.stderr
            ),
        }
    }

    /// The result with this id.
    #[track_caller]
    pub(crate) fn answer(&self, id: &str) -> Answer {
        let mut found = self.answers().into_iter().filter(|answer| answer.0["id"] == id);
        let answer = found
            .next()
            .unwrap_or_else(|| panic!("request {id:?} was not answered: {}", self.text()));
        assert!(
            found.next().is_none(),
            "request {id:?} was answered twice: {}",
            self.text()
        );
        answer
    }

    /// Standard output as text.
    pub(crate) fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.stdout);
        text.chars().take(4000).collect()
    }
}

/// One result.
#[derive(Debug, Clone)]
pub(crate) struct Answer(pub(crate) Value);

impl Answer {
    /// Reads a line, which must be the whole envelope and nothing more.
    #[track_caller]
    pub(crate) fn read(line: &[u8]) -> Self {
        let text = String::from_utf8_lossy(line);
        let value: Value = serde_json::from_slice(line).unwrap_or_else(|error| {
            panic!("standard output holds a line that is no JSON ({error}): {text:?}");
        });
        let keys: Vec<&str> = value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(
            keys,
            ["id", "version", "type", "result"],
            "the envelope's keys: {text}"
        );
        assert_eq!(value["version"], "2.0.0", "the envelope's version: {text}");
        Self(value)
    }

    /// It is of this type.
    #[track_caller]
    pub(crate) fn is(self, kind: &str) -> Self {
        assert_eq!(self.0["type"], kind, "the result's type: {}", self.0);
        self
    }

    /// Its result has this value at this JSON pointer.
    #[track_caller]
    pub(crate) fn has(self, pointer: &str, expected: impl Into<Value> + Debug) -> Self {
        let expected = expected.into();
        let got = self.at(pointer);
        assert_eq!(
            *got, expected,
            "result{pointer} should be {expected}, in {}",
            self.0
        );
        self
    }

    /// Its result has something at this JSON pointer.
    #[track_caller]
    pub(crate) fn holds(self, pointer: &str) -> Self {
        assert!(
            !self.at(pointer).is_null(),
            "result{pointer} should be there, in {}",
            self.0
        );
        self
    }

    /// What its result has at this JSON pointer; null where there is nothing.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.0["result"].pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Its message holds these words.
    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        let message = self.at("/message").as_str().unwrap_or_default();
        assert!(
            message.contains(part),
            "the message should say {part:?}, in {}",
            self.0
        );
        self
    }

    /// The action did what was asked.
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn did(self) -> Self {
        self.is("action").has("/cost_usd", Value::Null).holds("/data")
    }

    /// An expected failure with this code.
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn failed(self, code: &str) -> Self {
        self.is("action_error").has("/code", code)
    }

    /// The request was not understood, for this reason.
    #[track_caller]
    pub(crate) fn misunderstood(self, code: &str) -> Self {
        self.is("error").has("/code", code)
    }

    /// An input broke this rule at this place.
    #[track_caller]
    pub(crate) fn invalid(self, path: &str, rule: &str) -> Self {
        let answer = self.is("validation_error").has("/source", "input");
        let errors = answer.at("/errors").as_array().cloned().unwrap_or_default();
        let found = errors
            .iter()
            .any(|error| error["path"] == path && error["rule"] == rule);
        assert!(found, "{path} should break {rule:?}, in {}", answer.0);
        answer
    }
}
