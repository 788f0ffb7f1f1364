//! Protection of the program's memory, which holds the account's token: no core file, and no access for other processes
//! of the same user.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::ExitStatusExt as _,
    },
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::json;
use tempfile::TempDir;

use crate::support::{
    ask,
    program::path,
    tiktok::{TikTok, tiktok},
};

/// User of the processes if the tests run as root, for whom no access is denied.
const NOBODY: &str = "65534";

/// A world-writable folder that contains a copy of the program.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    fs::copy(path(), folder.path().join("program")).unwrap();
    folder
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// A shell command in `folder`, run as a user other than root, with the core file limit at the hard limit, which is
/// raised if possible.
fn shell(folder: &Path, script: &str) -> Command {
    let user = format!("setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups");
    let user = if is_root() { user } else { String::new() };
    let script = format!("ulimit -c unlimited 2>/dev/null || ulimit -S -c hard; exec {user} {script}");
    let mut command = Command::new("bash");
    command
        .args(["-c", &script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    command
}

/// `run` after its first result, with its input open.
fn running(folder: &Path, tiktok: &TikTok) -> Child {
    let mut command = shell(folder, "./program run --state off");
    let mut child = command
        .env("TIKTOK_API_BASE", tiktok.url())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(
        child.stdin.as_mut().unwrap(),
        "{}",
        ask("a", "get_user_info", json!({}))
    )
    .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.contains(r#""type":"action""#), "{line}");
    child
}

fn has_core(folder: &Path) -> bool {
    fs::read_dir(folder)
        .unwrap()
        .any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with("core"))
}

#[test]
fn a_crash_leaves_no_core_file() {
    let (folder, tiktok) = (folder(), tiktok());
    let mut child = running(folder.path(), &tiktok);
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let limit = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max core file size"))
        .unwrap();
    assert_eq!(limit.split_whitespace().collect::<Vec<_>>(), ["0", "0", "bytes"]);
    assert!(
        Command::new("kill")
            .args(["-ABRT", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    let status = child.wait().unwrap();
    assert!(status.signal().is_some() && !status.core_dumped(), "{status:?}");
    assert!(!has_core(folder.path()));
}

/// Checks whether the system writes core files into the working directory of the process, so that only the limit
/// decides. It may also pipe them to a program or write them elsewhere.
fn writes_into_the_folder() -> bool {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap();
    !pattern.starts_with(['|', '/']) && !pattern.trim().is_empty()
}

/// Negative control: without the program's precautions, there is a core file wherever the hard limit permits one.
#[test]
fn a_crash_of_another_program_dumps_core() {
    let folder = folder();
    let mut crashing = shell(folder.path(), "sh -c 'ulimit -c >limit; kill -ABRT $$'");
    let status = crashing.stdout(Stdio::null()).spawn().unwrap().wait().unwrap();
    assert!(status.signal().is_some(), "{status:?}");
    let limit = fs::read_to_string(folder.path().join("limit")).unwrap();
    if writes_into_the_folder() {
        let expected = limit.trim() != "0";
        assert_eq!(
            (status.core_dumped(), has_core(folder.path())),
            (expected, expected),
            "{status:?}, limit {limit}"
        );
    }
}

/// Entries below `/proc` of a process that is not dumpable belong to root.
#[test]
fn its_memory_belongs_to_root() {
    let (folder, tiktok) = (folder(), tiktok());
    let mut child = running(folder.path(), &tiktok);
    let process = format!("/proc/{}", child.id());
    let status = fs::read_to_string(format!("{process}/status")).unwrap();
    let user = status
        .lines()
        .find_map(|line| line.strip_prefix("Uid:"))
        .unwrap()
        .split_whitespace()
        .next();
    assert_ne!(user, Some("0"), "the process should not run as root");
    for file in ["environ", "mem", "maps", "fd"] {
        assert_eq!(
            fs::metadata(format!("{process}/{file}")).unwrap().uid(),
            0,
            "{file}"
        );
    }
    let mut reads = shell(folder.path(), &format!("cat {process}/environ"));
    assert!(
        !reads.stderr(Stdio::null()).status().unwrap().success(),
        "its own user should not read the environment"
    );
    child.kill().unwrap();
    child.wait().unwrap();
}
