//! The file `.env` with the credentials of a developer app, for commands that a person runs.
//!
//! One name is looked up at a time. All other lines are ignored, and nothing is exported. The grammar is what shells, Docker
//! and the dotenv libraries have in common: `NAME=value`, perhaps after `export`, with quotes and comments. A value that they
//! read in different ways is refused with its line. No library does this: dotenvy replaces `$NAME` in a secret by a variable
//! of the environment, repeats the line in its errors, and loses all that follows an apostrophe; dotenvor refuses a file for
//! lines that do not matter here, and cuts a value at `#`.

use std::{
    fmt,
    fs::File,
    io::{self, Read as _},
    path::Path,
    str,
    sync::mpsc::{RecvTimeoutError, sync_channel},
    thread,
    time::Duration,
};

use super::stderr;
use crate::secret::is_showable;

/// File that is read unless another one is given.
pub(super) const DEFAULT_PATH: &str = ".env";

/// Maximum size in bytes. A larger file is no `.env`.
const SIZE_MAX: usize = 64 * 1024;

/// Time after which a person is told that a pipe is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Value of `name` in the file of `--env-file`. Errors name the file and the line, and never a value.
#[cfg(any(feature = "simulator", test))]
pub(super) fn given(path: &Path, name: &str) -> Result<String, String> {
    let value = value(path, name).map_err(|error| format!("{} {error}", shown(path)))?;
    value.ok_or_else(|| format!("{} has no value for {name}; add a line {name}=…", shown(path)))
}

/// Value of `name` in the file of `--env-file`; `None` if it has none. Errors as in [`given`].
pub(super) fn given_if_present(path: &Path, name: &str) -> Result<Option<String>, String> {
    value(path, name).map_err(|error| format!("{} {error}", shown(path)))
}

/// Value of `name` in `.env` in the working directory; `None` if there is no such file, or no value in it. Errors as in
/// [`given`].
pub(super) fn in_working_directory(name: &str) -> Result<Option<String>, String> {
    match value(Path::new(DEFAULT_PATH), name) {
        // A folder of this name is often a Python environment.
        Err(EnvFileError::Unreadable(error)) if is_no_file(&error) => Ok(None),
        found => found.map_err(|error| format!("{DEFAULT_PATH} {error}")),
    }
}

fn value(path: &Path, name: &str) -> Result<Option<String>, EnvFileError> {
    let bytes = read(path).map_err(EnvFileError::Unreadable)?;
    if bytes.len() > SIZE_MAX {
        return Err(EnvFileError::TooLarge);
    }
    let text = str::from_utf8(&bytes).map_err(|error| EnvFileError::NotUtf8 {
        line: line_at(&bytes, error.valid_up_to()),
    })?;
    let found = lookup(text, name).map_err(|(line, fault)| EnvFileError::Line {
        line,
        name: name.to_owned(),
        fault,
    })?;
    Ok(found.map(str::to_owned))
}

/// Error of a file. Reads well after its path, and contains no part of the file.
#[derive(Debug, thiserror::Error)]
enum EnvFileError {
    #[error("cannot be read: {0}")]
    Unreadable(io::Error),
    #[error("has more than 64 KiB; give a file of lines NAME=value with --env-file")]
    TooLarge,
    #[error("is not UTF-8 in line {line}; save it in UTF-8")]
    NotUtf8 { line: usize },
    #[error("is wrong in line {line}: {name} {fault}")]
    Line {
        line: usize,
        name: String,
        fault: LineFault,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineFault {
    NoEquals,
    NotClosed,
    AfterQuote,
    Special,
    Blank,
    /// Line of the first value.
    Repeated(usize),
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoEquals => "is not followed by =; write NAME=value",
            Self::NotClosed => "begins with a quote that is not closed; close it on the same line",
            Self::AfterQuote => {
                "has text after the closing quote; put the whole value in quotes, and a space and a # before a comment"
            }
            Self::Special => {
                "has a $, a backslash, a backquote or a quote, which programs read in different ways; put the value in \
                 single quotes"
            }
            Self::Blank => "has a space or a control character in its value; remove it",
            Self::Repeated(first) => {
                return write!(f, "has a value in line {first} already; remove one of the two");
            }
        })
    }
}

/// Value of `name`, or the line (from 1) that cannot be understood.
fn lookup<'a>(text: &'a str, name: &str) -> Result<Option<&'a str>, (usize, LineFault)> {
    let mut found = None;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, text) in (1..).zip(text.lines()) {
        let Some(rest) = after_name(text, name) else {
            continue;
        };
        let value = assigned(rest).map_err(|fault| (line, fault))?;
        match found {
            _ if value.trim().is_empty() => {}
            Some((first, _)) => return Err((line, LineFault::Repeated(first))),
            None => found = Some((line, value)),
        }
    }
    Ok(found.map(|(_, value)| value))
}

/// Text after `name` in a line that begins with it, perhaps after `export`.
fn after_name<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let line = line.trim_start();
    let exported = line.strip_prefix("export");
    let exported = exported.filter(|rest| rest.starts_with(char::is_whitespace));
    let rest = exported.unwrap_or(line).trim_start().strip_prefix(name)?;
    let is_longer = |next: char| next.is_alphanumeric() || matches!(next, '_' | '-' | '.');
    (!rest.starts_with(is_longer)).then_some(rest)
}

/// Value after a name, without quotes and comment.
fn assigned(rest: &str) -> Result<&str, LineFault> {
    let rest = rest.trim();
    // `export NAME` after its assignment.
    if rest.is_empty() || rest.starts_with('#') {
        return Ok("");
    }
    let text = rest.strip_prefix('=').ok_or(LineFault::NoEquals)?.trim_start();
    if let Some(inside) = text.strip_prefix('\'') {
        return quoted(inside, '\'');
    }
    let value = match text.strip_prefix('"') {
        Some(inside) => quoted(inside, '"')?,
        None => plain(text)?,
    };
    if value.contains(['$', '\\', '`']) {
        return Err(LineFault::Special);
    }
    Ok(value)
}

/// Value that `quote` closes.
fn quoted(inside: &str, quote: char) -> Result<&str, LineFault> {
    let (value, rest) = inside.split_once(quote).ok_or(LineFault::NotClosed)?;
    if !without_comment(rest).is_empty() {
        return Err(LineFault::AfterQuote);
    }
    if value.contains(char::is_control) {
        return Err(LineFault::Blank);
    }
    Ok(value)
}

/// Value without quotes.
fn plain(text: &str) -> Result<&str, LineFault> {
    if text.starts_with('#') {
        return Ok("");
    }
    let value = without_comment(text);
    if value.contains(['"', '\'']) {
        return Err(LineFault::Special);
    }
    if value.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return Err(LineFault::Blank);
    }
    Ok(value)
}

/// `text` before a comment, which begins with a `#` after a space or tab.
fn without_comment(text: &str) -> &str {
    let starts = [" #", "\t#"]
        .into_iter()
        .filter_map(|start| text.split_once(start));
    let before = starts.map(|(before, _)| before).min_by_key(|before| before.len());
    before.unwrap_or(text).trim_end()
}

/// Line, from 1, of the byte at this place.
fn line_at(bytes: &[u8], place: usize) -> usize {
    1 + bytes.iter().take(place).filter(|byte| **byte == b'\n').count()
}

/// Reads a file on a thread of its own, because a pipe blocks until another program writes to it. A pipe is allowed, so that
/// a password manager can provide the file.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let (tell, told) = sync_channel(1);
    let owned = path.to_owned();
    thread::Builder::new().spawn(move || drop(tell.send(bytes_of(&owned))))?;
    match told.recv_timeout(PATIENCE) {
        Ok(read) => read,
        Err(RecvTimeoutError::Timeout) => {
            stderr::write(format!("waiting until {} is written\n", shown(path)).as_bytes());
            told.recv().unwrap_or_else(|error| Err(io::Error::other(error)))
        }
        Err(error @ RecvTimeoutError::Disconnected) => Err(io::Error::other(error)),
    }
}

/// At most one byte more than a file may have.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(SIZE_MAX).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_no_file(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::IsADirectory
    )
}

/// Path in messages, unless it may be a misplaced secret.
pub(super) fn shown(path: &Path) -> String {
    let path = path.to_string_lossy();
    if is_showable(&path) {
        path.into_owned()
    } else {
        "the file of --env-file".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const NAME: &str = "TIKTOK_ACCESS_TOKEN";

    #[track_caller]
    fn token(text: &str) -> Option<&str> {
        lookup(text, NAME).unwrap()
    }

    #[test]
    fn a_value_is_read_in_every_common_form() {
        for text in [
            "TIKTOK_ACCESS_TOKEN=canary",
            "export TIKTOK_ACCESS_TOKEN=canary",
            "  export\tTIKTOK_ACCESS_TOKEN = canary  ",
            "TIKTOK_ACCESS_TOKEN=canary\nexport TIKTOK_ACCESS_TOKEN\n",
            "TIKTOK_ACCESS_TOKEN=\"canary\"",
            "TIKTOK_ACCESS_TOKEN='canary' # of the sandbox",
            "TIKTOK_ACCESS_TOKEN=\"canary\"\t# of the 'sandbox'",
            "TIKTOK_ACCESS_TOKEN=canary # it's \"short\" and costs $5",
            "TIKTOK_ACCESS_TOKEN=canary\t# a tab #",
            "\u{feff}TIKTOK_ACCESS_TOKEN=canary\r\n",
            "# TIKTOK_ACCESS_TOKEN=old\r\n\r\nTIKTOK_ACCESS_TOKEN=canary\r\nB=2\r\n",
            "TIKTOK_ACCESS_TOKEN=\nTIKTOK_ACCESS_TOKEN=canary",
        ] {
            assert_eq!(token(text), Some("canary"), "{text:?}");
        }
        for (text, value) in [
            ("TIKTOK_ACCESS_TOKEN='a$b\\c`d\"e # f'", "a$b\\c`d\"e # f"),
            ("TIKTOK_ACCESS_TOKEN=\"it's # one\"", "it's # one"),
            ("TIKTOK_ACCESS_TOKEN=a#b==", "a#b=="),
        ] {
            assert_eq!(token(text), Some(value), "{text:?}");
        }
    }

    #[test]
    fn a_blank_value_counts_as_unset() {
        for text in [
            "",
            "TIKTOK_ACCESS_TOKEN=",
            "TIKTOK_ACCESS_TOKEN=\"\"",
            "TIKTOK_ACCESS_TOKEN='  '",
            "TIKTOK_ACCESS_TOKEN= # later",
            "export TIKTOK_ACCESS_TOKEN # later",
            "# TIKTOK_ACCESS_TOKEN=canary",
        ] {
            assert_eq!(token(text), None, "{text:?}");
        }
    }

    #[test]
    fn other_lines_are_ignored_whatever_their_form() {
        let text = "tiktok_access_token=canary\nTIKTOK_ACCESS_TOKEN_OLD=canary\nOLD_TIKTOK_ACCESS_TOKEN=canary\n\
                    TIKTOK_ACCESS_TOKEN-2: canary\nexportTIKTOK_ACCESS_TOKEN=canary\nset TIKTOK_ACCESS_TOKEN=canary\n\
                    AUTOHIVE_TIKTOK_ADS_TOKEN=canary\nTIKTOK_APP_SECRET=\"$canary\nA=`date` $B \\\nB: 1\n[section]\nC=it's\n\
                    D='tis\n\u{0}\nE\n=\n";
        assert_eq!(token(text), None);
        assert_eq!(token(&format!("{text}TIKTOK_ACCESS_TOKEN=real")), Some("real"));
    }

    #[test]
    fn a_value_that_programs_read_in_different_ways_is_refused_with_its_line() {
        for (text, fault) in [
            ("TIKTOK_ACCESS_TOKEN: canary", LineFault::NoEquals),
            ("TIKTOK_ACCESS_TOKEN+=canary", LineFault::NoEquals),
            ("TIKTOK_ACCESS_TOKEN=\"canary", LineFault::NotClosed),
            ("TIKTOK_ACCESS_TOKEN='", LineFault::NotClosed),
            ("TIKTOK_ACCESS_TOKEN=\"canary\"canary", LineFault::AfterQuote),
            ("TIKTOK_ACCESS_TOKEN='canary'#canary", LineFault::AfterQuote),
            ("TIKTOK_ACCESS_TOKEN=\"$canary\"", LineFault::Special),
            ("TIKTOK_ACCESS_TOKEN=\"canary\\n\"", LineFault::Special),
            ("TIKTOK_ACCESS_TOKEN=${canary}", LineFault::Special),
            ("TIKTOK_ACCESS_TOKEN=`canary`", LineFault::Special),
            ("TIKTOK_ACCESS_TOKEN=canary\\n", LineFault::Special),
            ("TIKTOK_ACCESS_TOKEN=canary'", LineFault::Special),
            ("TIKTOK_ACCESS_TOKEN=canary canary", LineFault::Blank),
            ("TIKTOK_ACCESS_TOKEN=canary\rA=1", LineFault::Blank),
            ("TIKTOK_ACCESS_TOKEN='canary\u{0}'", LineFault::Blank),
        ] {
            assert_eq!(
                lookup(&format!("A=1\n\n{text}\nB=2"), NAME),
                Err((3, fault)),
                "{text:?}"
            );
        }
        let twice = "TIKTOK_ACCESS_TOKEN=canary\nA=1\nTIKTOK_ACCESS_TOKEN=canary\n";
        assert_eq!(lookup(twice, NAME), Err((3, LineFault::Repeated(1))));
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (absent, file) = (folder.path().join("absent"), folder.path().join("e"));
        let told = |path: &Path| given(path, NAME).unwrap_err();
        assert!(
            told(&absent).contains("cannot be read: No such file"),
            "{}",
            told(&absent)
        );
        assert!(
            told(folder.path()).contains("cannot be read: Is a directory"),
            "{}",
            told(folder.path())
        );
        for (content, part) in [
            (b"A=1\nB=\xFF\n".to_vec(), "not UTF-8 in line 2"),
            (
                b"\nTIKTOK_ACCESS_TOKEN=canary 1\n".to_vec(),
                "line 2: TIKTOK_ACCESS_TOKEN has a space",
            ),
            (
                b"TIKTOK_ACCESS_TOKEN=\nTIKTOK_ACCES_TOKEN=canary".to_vec(),
                "no value for TIKTOK_ACCESS_TOKEN; add a line TIKTOK_ACCESS_TOKEN=",
            ),
            (vec![b'#'; SIZE_MAX + 1], "more than 64 KiB"),
        ] {
            fs::write(&file, content).unwrap();
            let told = told(&file);
            assert!(told.contains(part) && !told.contains("canary"), "{told}");
        }
        let largest = format!("{NAME}=canary\n{}", "#".repeat(SIZE_MAX));
        fs::write(&file, largest.get(..SIZE_MAX).unwrap()).unwrap();
        assert_eq!(given(&file, NAME).unwrap(), "canary");
    }

    #[test]
    fn a_misplaced_secret_is_not_repeated() {
        let told = given(Path::new("act.0123456789abcdef"), NAME).unwrap_err();
        assert!(
            told.starts_with("the file of --env-file cannot be read"),
            "{told}"
        );
    }
}
