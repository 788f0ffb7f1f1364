//! A running program, asked through its pipes.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Instant,
};

use wait4::Wait4 as _;

use super::{
    Result,
    measured::{Run, peak_in},
};

/// Bytes of an answer that are kept from its beginning, and from its end.
const KEPT: usize = 64 * 1024;

/// A running program with its pipes.
#[derive(Debug)]
pub(super) struct Conversation {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    start: Instant,
    first: Option<Instant>,
}

impl Conversation {
    #[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let start = Instant::now();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        Ok(Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().ok_or("no output")?),
            child,
            start,
            first: None,
        })
    }

    /// Standard input, which then belongs to the caller.
    pub(super) fn take_input(&mut self) -> Result<ChildStdin> {
        Ok(self.input.take().ok_or("the input is closed")?)
    }

    /// Sends a request.
    pub(super) fn send(&mut self, line: &str) -> Result<()> {
        let input = self.input.as_mut().ok_or("the input is closed")?;
        Ok(input.write_all(line.as_bytes())?)
    }

    /// Beginning and end of the next answer; the whole of a short one.
    ///
    /// The middle of a long one is not kept.
    #[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
    pub(super) fn answer(&mut self) -> Result<String> {
        let mut line = Vec::new();
        loop {
            let here = self.output.fill_buf()?;
            if here.is_empty() {
                return Err("the program ended without an answer".into());
            }
            let end = memchr::memchr(b'\n', here);
            let length = end.map_or(here.len(), |end| end + 1);
            line.extend_from_slice(here.get(..length).unwrap_or_default());
            self.output.consume(length);
            if line.len() > 4 * KEPT {
                line.drain(KEPT..line.len() - KEPT);
            }
            if end.is_some() {
                break;
            }
        }
        self.first.get_or_insert_with(Instant::now);
        Ok(String::from_utf8_lossy(&line).into_owned())
    }

    /// Closes the input, and waits for the end of the program, which says nothing more.
    ///
    /// The peak memory is that before the input is closed: what the kernel reports at the end is at least the
    /// peak of the process which started the program.
    pub(super) fn end(mut self, input: Option<ChildStdin>) -> Result<Run> {
        let peak = peak_in(&format!("/proc/{}/status", self.child.id()))?;
        drop((input, self.input.take()));
        let mut rest = String::new();
        if self.output.read_line(&mut rest)? > 0 {
            return Err(format!("one answer too many: {rest}").into());
        }
        let used = self.child.wait4()?;
        let wall = self.start.elapsed();
        if !used.status.success() {
            return Err(format!("the program ended with {}", used.status).into());
        }
        Ok(Run {
            to_result: self.first.map_or(wall, |first| first - self.start),
            wall,
            cpu: used.rusage.utime + used.rusage.stime,
            peak,
        })
    }
}

/// Checks that an answer is the result of an action.
pub(super) fn succeeded(answer: &str) -> Result<()> {
    if answer.contains("\"type\":\"action\",") {
        Ok(())
    } else {
        Err(answer.chars().take(1_000).collect::<String>().into())
    }
}

/// The number after `name` in an answer: its last one if there are several.
pub(super) fn number_in(answer: &str, name: &str) -> Result<u64> {
    let name = format!("\"{name}\":");
    let after = answer.rsplit_once(&name).map(|(_before, after)| after);
    let end = after.and_then(|after| after.find(|letter: char| !letter.is_ascii_digit()));
    let digits = after.zip(end).and_then(|(after, end)| after.get(..end));
    Ok(digits.ok_or_else(|| format!("no {name} in an answer"))?.parse()?)
}
