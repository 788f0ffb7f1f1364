//! The real program: arguments and requests ([`Program`]), the running process ([`Running`]), results and exit code
//! ([`Ended`], [`Answer`]).

mod answer;
mod process;

pub(crate) use answer::{Answer, Ended};
pub(crate) use process::Running;

use std::{
    env,
    ffi::OsString,
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use serde_json::Value;

/// Address where nothing listens, so that a test that wrongly calls TikTok fails fast and harmlessly.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Another build to test instead of cargo's, for example the release build; `.ci/run` sets it.
#[expect(
    clippy::disallowed_methods,
    reason = "a setting of the tests, not of the program"
)]
fn tested() -> Option<OsString> {
    env::var_os("TESTED_PROGRAM")
}

/// Path of the program.
pub(crate) fn path() -> OsString {
    tested().unwrap_or_else(|| env!("CARGO_BIN_EXE_autohive-tiktok").into())
}

/// Checks whether the program is a debug build.
#[cfg(all(feature = "simulator", target_os = "linux"))]
pub(crate) fn is_debug() -> bool {
    cfg!(debug_assertions) && tested().is_none()
}

/// Program that has not been started.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Program {
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    input: Vec<u8>,
    /// Working directory; `None` for that of the tests.
    folder: Option<PathBuf>,
    /// Limit on open files (`ulimit -n`); `None` for that of the tests.
    open_files_max: Option<u32>,
}

/// `autohive-tiktok run`, with a TikTok that is unreachable.
pub(crate) fn run() -> Program {
    command("run")
        .env("TIKTOK_API_BASE", NOWHERE)
        .env("TIKTOK_ADS_API_BASE", NOWHERE)
}

/// `autohive-tiktok` with this command.
pub(crate) fn command(command: &str) -> Program {
    Program {
        arguments: vec![command.to_owned()],
        environment: Vec::new(),
        input: Vec::new(),
        folder: None,
        open_files_max: None,
    }
}

impl Program {
    /// Adds an argument.
    pub(crate) fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Replaces the words of the command line, keeping the environment.
    #[cfg(feature = "simulator")]
    pub(crate) fn with_command(mut self, command: &str) -> Self {
        self.arguments = vec![command.to_owned()];
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets TikTok's URL.
    #[cfg(feature = "simulator")]
    pub(crate) fn against(self, url: &str) -> Self {
        self.env("TIKTOK_API_BASE", url)
    }

    /// Allows media from the host and port of `url`.
    #[cfg(feature = "simulator")]
    pub(crate) fn allowing(self, url: &str) -> Self {
        let host = url
            .trim_start_matches("http://")
            .split('/')
            .next()
            .unwrap_or_default();
        self.arg("--allow-media-host").arg(host)
    }

    /// Adds a request as a line.
    pub(crate) fn request(self, request: &Value) -> Self {
        self.input(format!("{request}\n"))
    }

    /// Adds bytes to the input unchanged.
    pub(crate) fn input(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.input.extend_from_slice(bytes.as_ref());
        self
    }

    /// Sets its working directory.
    #[cfg(feature = "simulator")]
    pub(crate) fn within(self, folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: Some(folder.into()),
            ..self
        }
    }

    /// Limits its open files (`ulimit -n`).
    #[cfg(all(feature = "simulator", target_os = "linux"))]
    pub(crate) fn with_open_files(self, most: u32) -> Self {
        Self {
            open_files_max: Some(most),
            ..self
        }
    }

    /// Command that starts it, without arguments.
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

    /// Starts it with its input open.
    #[track_caller]
    pub(crate) fn start(self) -> Running {
        self.start_telling(Stdio::piped())
    }

    /// As [`Program::start`]; its results are not read before [`Running::read`].
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn start_unread(self) -> Running {
        let (reading, begin) = channel();
        self.start_with(Stdio::piped(), begin).unread(reading)
    }

    /// As [`Program::start`], with this standard error; unless that is a pipe to the test, the log stays empty.
    #[track_caller]
    pub(crate) fn start_telling(self, stderr: impl Into<Stdio>) -> Running {
        let (_reading, begin) = channel();
        self.start_with(stderr.into(), begin)
    }

    /// Starts it; its results are read once the other end of `begin` is dropped.
    #[track_caller]
    fn start_with(self, stderr: Stdio, begin: Receiver<Duration>) -> Running {
        let mut command = self.command();
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let child = command
            .args(&self.arguments)
            .env_clear()
            .envs(self.environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the program should start");
        Running::new(child, self.input, begin)
    }
}
