//! One run of the program or of the baseline.

use std::{
    env,
    fs::File,
    io,
    process::{Child, Command, Stdio},
    thread,
};

use serde_json::Value;

use super::{
    Result,
    input::Input,
    measured::{Run, measured_with_any_peak},
    target,
    tiktok::Tiktok,
};

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

/// All runs of one case.
pub(super) type Series = Vec<Run>;

/// Runs `program` once and checks that all bytes have arrived.
pub(super) fn run(program: Program, input: &Input, feed: Feed, tiktok: &Tiktok) -> Result<Run> {
    let mut command = program.command(input, tiktok)?;
    let file = File::open(&input.path)?;
    let (run, line) = match feed {
        Feed::File => measured_with_any_peak(command.stdin(file), |_child| {})?,
        Feed::Pipe => measured_with_any_peak(command.stdin(Stdio::piped()), |child| {
            feed_through_pipe(child, file);
        })?,
    };
    let run = match program {
        Program::Ours => {
            posted(&line)?;
            run.with_own_peak()?
        }
        Program::Bare => Run {
            peak: line.trim().parse()?,
            ..run
        },
    };
    let arrived = tiktok.arrived()?;
    if arrived == input.size.0 {
        Ok(run)
    } else {
        Err(format!("{arrived} bytes of {} arrived", input.size.0).into())
    }
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
