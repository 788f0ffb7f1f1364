//! Machines on which a command cannot work: no standard output, a full disk, few open files.

use std::process::{Command, Output};

use super::{ADS_TOKEN, Desk, TOKEN, clip_path};
use crate::support::{program::path, tiktok::tiktok};

/// Runs a line of a shell, in which `$0` is the program.
fn shell(desk: &Desk, line: &str) -> Output {
    Command::new("/bin/sh")
        .args(["-c", line])
        .arg(path())
        .current_dir(desk.home.path())
        .env_clear()
        .env("CLIP", clip_path())
        .env("TIKTOK_API_BASE", &desk.url)
        .env("AUTOHIVE_TIKTOK_TOKEN", TOKEN)
        .env("AUTOHIVE_TIKTOK_ADS_TOKEN", ADS_TOKEN)
        .env("XDG_STATE_HOME", desk.home.path())
        .output()
        .unwrap()
}

#[track_caller]
fn failed(output: &Output, words: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(words), "{text}");
}

#[test]
fn without_standard_output_nothing_is_done() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for line in [
        "\"$0\" call create-video-post \"$CLIP\" --privacy-level self-only >&-",
        "\"$0\" call get-user-info --json >&-",
        "\"$0\" journal list >&-",
        "\"$0\" auth status >&-",
    ] {
        failed(&shell(&desk, line), "standard output is closed; nothing was done");
    }
    tiktok.nothing_posted();
}

#[test]
fn a_full_disk_is_no_success() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for command in [
        "auth status",
        "auth status --json",
        "journal list --json",
        "doctor --offline",
        "schemas manifest",
        "--version",
        "--help",
    ] {
        let output = shell(&desk, &format!("\"$0\" {command} >/dev/full"));
        failed(&output, "standard output cannot be written");
    }
}

/// Its port and its tokens would be seen nowhere.
#[test]
fn a_simulator_that_cannot_introduce_itself_ends() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let output = shell(&desk, "timeout 20 \"$0\" simulate --port 0 >/dev/full");
    failed(&output, "standard output cannot be written");
}

#[test]
fn few_open_files_are_reported_and_no_panic() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for most in 4..14 {
        for command in ["call get-user-info", "whoami", "auth status", "journal list"] {
            let output = shell(&desk, &format!("ulimit -n {most} && exec \"$0\" {command}"));
            let text = String::from_utf8_lossy(&output.stderr);
            let told = !text.is_empty() || output.status.success();
            assert!(
                told && output.status.code().is_some_and(|code| code < 9),
                "{command} with {most} files: {:?}: {text}",
                output.status
            );
        }
    }
}
