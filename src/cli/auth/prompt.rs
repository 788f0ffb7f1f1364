//! Lines from standard input; on a terminal without showing what is typed or pasted.
//!
//! In its usual mode a terminal takes lines of at most 4,096 characters (1,024 on macOS) and shows them. So the mode is
//! changed while a line is read, and set back when it is done, fails or is interrupted.

use std::{
    io::{self, IsTerminal as _},
    thread,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::{Errno, read},
    stdio::stdin,
    termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr},
};
use tokio::sync::mpsc;

/// Longest line, in bytes.
const LINE_MAX: usize = 64 * 1024;

/// Whether standard input is a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Mode of a terminal that shows nothing; the usual mode returns when it is dropped.
#[derive(Debug)]
struct Hidden(Termios);

impl Hidden {
    fn begin() -> io::Result<Self> {
        let usual = tcgetattr(stdin())?;
        let mut hidden = usual.clone();
        hidden
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON);
        set_code(&mut hidden, SpecialCodeIndex::VMIN, 1);
        set_code(&mut hidden, SpecialCodeIndex::VTIME, 0);
        tcsetattr(stdin(), OptionalActions::Now, &hidden)?;
        Ok(Self(usual))
    }
}

/// Sets a special code; the index is always one of the list.
fn set_code(mode: &mut Termios, index: SpecialCodeIndex, value: u8) {
    mode.special_codes[index] = value;
}

impl Drop for Hidden {
    fn drop(&mut self) {
        tcsetattr(stdin(), OptionalActions::Now, &self.0).ok();
    }
}

/// Whether a terminal shows what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Echo {
    /// A choice.
    Shown,
    /// A secret, or an address with a code.
    Hidden,
}

/// Lines of standard input, one for each request.
#[derive(Debug)]
pub(super) struct InputLines {
    /// The next line is wanted.
    ask: std::sync::mpsc::Sender<()>,
    read: mpsc::Receiver<io::Result<Option<String>>>,
    _hidden: Option<Hidden>,
}

impl InputLines {
    /// Begins to read. On a terminal nothing hidden is shown until this is dropped. Later input is left to the next reader.
    pub(super) fn open(echo: Echo) -> io::Result<Self> {
        let is_hidden = echo == Echo::Hidden && is_terminal();
        let hidden = is_hidden.then(Hidden::begin).transpose()?;
        let (ask, asked) = std::sync::mpsc::channel();
        let (tell, read) = mpsc::channel(1);
        let read_all = move || {
            while asked.recv().is_ok() {
                let line = line(is_hidden, &|| tell.is_closed());
                if tell.blocking_send(line).is_err() {
                    return;
                }
            }
        };
        drop(thread::Builder::new().name("input".to_owned()).spawn(read_all)?);
        Ok(Self {
            ask,
            read,
            _hidden: hidden,
        })
    }

    /// Asks for a line.
    pub(super) fn ask(&self) {
        self.ask.send(()).ok();
    }

    /// The line that was asked for; `None` at the end of the input.
    pub(super) async fn line(&mut self) -> io::Result<Option<String>> {
        self.read.recv().await.unwrap_or(Ok(None))
    }
}

/// Reads one line.
pub(super) async fn one_line(echo: Echo) -> io::Result<Option<String>> {
    let mut lines = InputLines::open(echo)?;
    lines.ask();
    lines.line().await
}

/// Time after which a reader that nobody waits for ends, in nanoseconds.
const STEP: i64 = 50_000_000;

/// Waits for input; returns false once nobody wants it.
fn is_readable(is_over: &dyn Fn() -> bool) -> io::Result<bool> {
    let (standard_input, step) = (
        stdin(),
        Timespec {
            tv_sec: 0,
            tv_nsec: STEP,
        },
    );
    while !is_over() {
        let mut watched = [PollFd::new(&standard_input, PollFlags::IN)];
        match poll(&mut watched, Some(&step)) {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => return Ok(true),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(false)
}

/// Reads a line byte by byte, so that the next reader finds all that follows. In the hidden mode of a terminal the usual keys
/// correct it.
fn line(is_hidden: bool, is_over: &dyn Fn() -> bool) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    while is_readable(is_over)? {
        let mut byte = [0];
        let length = match read(stdin(), &mut byte) {
            Err(Errno::INTR) => continue,
            length => length?,
        };
        match byte {
            _ if length == 0 => return Ok(text(&line)),
            [b'\r'] if !is_hidden => {}
            [b'\r' | b'\n'] => return Ok(Some(text(&line).unwrap_or_default())),
            // End of input.
            [0x04] if is_hidden => return Ok(text(&line)),
            // Backspace.
            [0x08 | 0x7F] if is_hidden => drop(line.pop()),
            // Ctrl-U: the whole line.
            [0x15] if is_hidden => line.clear(),
            [byte] if line.len() < LINE_MAX => line.push(byte),
            _ => {}
        }
    }
    Ok(None)
}

/// The line without the marks that terminals set around pasted text.
fn text(line: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(line);
    let text = text.replace("\u{1b}[200~", "").replace("\u{1b}[201~", "");
    Some(text).filter(|text| !text.is_empty())
}
