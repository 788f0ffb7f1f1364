//! Resource usage of a process, by the kernel's count.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use wait4::Wait4 as _;

use super::Result;

/// Resource usage of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Time from before the start to the first line of output.
    pub(super) to_result: Duration,
    /// Time from before the start to after the end.
    pub(super) wall: Duration,
    /// Processor time of the program, including the kernel's.
    pub(super) cpu: Duration,
    /// Peak memory in bytes.
    pub(super) peak: u64,
}

impl Run {
    /// Checks that the peak is the program's own: the kernel never reports one below that of the process
    /// which started the program.
    pub(super) fn with_own_peak(self) -> Result<Self> {
        let own = own_peak()?;
        if self.peak > own {
            Ok(self)
        } else {
            Err(format!(
                "the peak of {} bytes is hidden by that of the benchmark, {own} bytes",
                self.peak
            )
            .into())
        }
    }
}

/// Starts `command` and sends `request`, its whole input. Otherwise like `measured`.
pub(super) fn measured_for(command: &mut Command, request: &str) -> Result<(Run, String)> {
    let mut sent = Ok(());
    let measured = measured(command.stdin(Stdio::piped()), |child| {
        // Dropped after the request, which closes the input.
        sent = child
            .stdin
            .take()
            .map_or(Ok(()), |mut input| input.write_all(request.as_bytes()));
    })?;
    sent?;
    Ok(measured)
}

/// Starts `command`, feeds its input with `feed` and waits for its end. Also returns its first line of
/// output.
///
/// A peak that is not the program's own is an error.
pub(super) fn measured(command: &mut Command, feed: impl FnOnce(&mut Child)) -> Result<(Run, String)> {
    let (run, line) = measured_with_any_peak(command, feed)?;
    Ok((run.with_own_peak()?, line))
}

/// Like `measured`, except that the peak may be that of this process.
#[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
pub(super) fn measured_with_any_peak(
    command: &mut Command,
    feed: impl FnOnce(&mut Child),
) -> Result<(Run, String)> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    feed(&mut child);
    let mut line = String::new();
    // Open until the end: the program fails if its output is closed before.
    let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
    output.read_line(&mut line)?;
    let to_result = start.elapsed();
    let used = child.wait4()?;
    let wall = start.elapsed();
    drop(output);
    if !used.status.success() {
        return Err(format!("{command:?} ended with {}", used.status).into());
    }
    let cpu = used.rusage.utime + used.rusage.stime;
    Ok((
        Run {
            to_result,
            wall,
            cpu,
            peak: used.rusage.maxrss,
        },
        line,
    ))
}

/// Peak memory of this process in bytes, by the kernel's count.
pub(super) fn own_peak() -> Result<u64> {
    peak_in("/proc/self/status")
}

/// Peak memory in bytes in the status of a process that has not ended.
pub(super) fn peak_in(status: &str) -> Result<u64> {
    let status = fs::read_to_string(status)?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("the kernel does not report VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1024)
}
