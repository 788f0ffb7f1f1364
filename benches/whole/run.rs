//! One run of the program or of the baseline, and its resource usage.

use std::{
    env,
    fs::{self, File},
    io::{self, BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use wait4::Wait4 as _;

use super::{Result, input::Input, target, tiktok::Tiktok};

/// Measured program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    Ours,
    Bare,
}

impl Program {
    pub(super) const ALL: [Self; 2] = [Self::Ours, Self::Bare];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ours => "autohive-tiktok",
            Self::Bare => "baseline",
        }
    }

    fn command(self, input: &Input, tiktok: &Tiktok) -> Result<Command> {
        match self {
            Self::Ours => ours(tiktok),
            Self::Bare => {
                let mut command = Command::new(env::current_exe()?);
                command.arg("bare").arg(tiktok.upload_url(input.size)?);
                Ok(command)
            }
        }
    }
}

/// The release binary, as a host starts it.
pub(super) fn ours(tiktok: &Tiktok) -> Result<Command> {
    let mut command = Command::new(target()?.join("release").join("autohive-tiktok"));
    command.args(["run", "--api-base", &tiktok.url]);
    Ok(command)
}

/// Kind of standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feed {
    File,
    Pipe,
}

impl Feed {
    pub(super) const ALL: [Self; 2] = [Self::File, Self::Pipe];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Pipe => "pipe",
        }
    }
}

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

/// All runs of one case.
pub(super) type Series = Vec<Run>;

/// Runs `program` once and checks that all bytes have arrived.
pub(super) fn run(program: Program, input: &Input, feed: Feed, tiktok: &Tiktok) -> Result<Run> {
    let mut command = program.command(input, tiktok)?;
    let file = File::open(&input.path)?;
    let (mut run, line) = match feed {
        Feed::File => measured(command.stdin(file), |_child| {})?,
        Feed::Pipe => measured(command.stdin(Stdio::piped()), |child| {
            feed_through_pipe(child, file);
        })?,
    };
    match program {
        Program::Ours => posted(&line)?,
        Program::Bare => run.peak = line.trim().parse()?,
    }
    let arrived = tiktok.arrived()?;
    if arrived == input.size.0 {
        Ok(run)
    } else {
        Err(format!("{arrived} bytes of {} arrived", input.size.0).into())
    }
}

/// Starts `command`, feeds its input with `feed` and waits for its end. Also returns its first line of output.
#[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
pub(super) fn measured(command: &mut Command, feed: impl FnOnce(&mut Child)) -> Result<(Run, String)> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    feed(&mut child);
    let mut line = String::new();
    BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    let to_result = start.elapsed();
    let used = child.wait4()?;
    let wall = start.elapsed();
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

/// Writes the file to the child's input, as a host does from memory.
fn feed_through_pipe(child: &mut Child, mut file: File) {
    let Some(mut pipe) = child.stdin.take() else {
        return;
    };
    drop(thread::spawn(move || -> io::Result<()> {
        let mut block = vec![0; 64 * 1024];
        loop {
            let read = io::Read::read(&mut file, &mut block)?;
            if read == 0 {
                return Ok(());
            }
            io::Write::write_all(&mut pipe, block.get(..read).unwrap_or_default())?;
        }
    }));
}

fn posted(line: &str) -> Result<()> {
    let result: Value = serde_json::from_str(line)?;
    if result.get("type").is_some_and(|kind| kind == "action") {
        Ok(())
    } else {
        Err(line.to_owned().into())
    }
}

/// Peak memory of this process in bytes, by the kernel's count.
pub(super) fn own_peak() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("the kernel does not report VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1024)
}
