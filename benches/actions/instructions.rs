//! User instructions of a run, counted by callgrind.

use std::{ffi::OsString, io::Write as _, process::Command, process::Stdio};

use super::{
    Result,
    conversation::succeeded,
    stage::{Build, Stage, find_program},
};

/// Command before a program whose instructions are counted; `None` if valgrind is not installed.
pub(super) fn wrapper(stage: &Stage) -> Option<Vec<OsString>> {
    let valgrind = find_program("valgrind")?;
    let mut profile = OsString::from("--callgrind-out-file=");
    profile.push(stage.folder().join("callgrind.out"));
    Some(vec![valgrind.into(), "--tool=callgrind".into(), profile])
}

/// User instructions of `build` with `request`, in all threads, from the first one of the process to its last
/// one.
///
/// One count is enough: two of them differ by about 0.5 %.
pub(super) fn count(
    stage: &Stage,
    build: &Build,
    base: &str,
    settings: impl FnOnce(&mut Command),
    request: &str,
) -> Result<u64> {
    let wrapper = wrapper(stage).ok_or("valgrind is not installed")?;
    let mut command = stage.run_below(&wrapper, build, base);
    settings(&mut command);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    child
        .stdin
        .take()
        .ok_or("no input")?
        .write_all(request.as_bytes())?;
    let output = child.wait_with_output()?;
    succeeded(&String::from_utf8_lossy(&output.stdout))?;
    collected(&String::from_utf8_lossy(&output.stderr))
}

/// The number in callgrind's line `==1234== Collected : 3912345`.
fn collected(report: &str) -> Result<u64> {
    let line = report
        .lines()
        .find_map(|line| line.split_once("Collected : "))
        .ok_or_else(|| format!("callgrind counted nothing: {report}"))?;
    Ok(line.1.trim().parse()?)
}
