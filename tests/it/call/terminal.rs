//! A person at a terminal, played by util-linux `script`: questions, colours, and the bar.

use std::{
    io::{Read as _, Write as _},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::json;

use super::{Desk, TOKEN, clip_path};
use crate::support::{
    program::path,
    tiktok::{TikTok, tiktok, tiktok_faulty},
};

/// Runs the program in a terminal of this width. `typed` is sent once the screen shows `prompt`. Returns the screen's bytes
/// and the exit code.
pub(super) fn at_terminal(
    desk: &Desk,
    words: &str,
    columns: u16,
    variables: &[(&str, &str)],
    typed: Option<(&str, &str)>,
) -> (String, i32) {
    let program = path();
    let line = format!(
        "stty cols {columns} rows 40; exec '{}' {words}",
        program.to_str().unwrap()
    );
    let mut child = Command::new("script")
        .args([
            "--quiet",
            "--return",
            "--echo",
            "never",
            "--command",
            &line,
            "/dev/null",
        ])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm-256color")
        .env("LANG", "C.UTF-8")
        .env("TIKTOK_API_BASE", &desk.url)
        .env("TIKTOK_ADS_API_BASE", &desk.url)
        .env("AUTOHIVE_TIKTOK_TOKEN", TOKEN)
        .env("XDG_STATE_HOME", desk.home.path())
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script of util-linux should be there");
    let mut keyboard = child.stdin.take().unwrap();
    let mut screen = child.stdout.take().unwrap();
    let mut shown = Vec::new();
    let mut piece = [0; 4096];
    let mut pending = typed;
    loop {
        match screen.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(length) => shown.extend_from_slice(&piece[..length]),
        }
        if let Some((_, keys)) =
            pending.filter(|(prompt, _)| String::from_utf8_lossy(&shown).contains(prompt))
        {
            thread::sleep(Duration::from_millis(100));
            keyboard.write_all(keys.as_bytes()).unwrap();
            keyboard.flush().unwrap();
            pending = None;
        }
    }
    let status = child.wait().unwrap();
    drop(keyboard);
    (
        String::from_utf8_lossy(&shown).into_owned(),
        status.code().unwrap_or(-1),
    )
}

fn clip_words() -> String {
    format!("call create-video-post '{}'", clip_path().display())
}

const PROMPT: &str = "Number or name (1 to 3): ";

#[test]
fn without_a_privacy_level_the_person_is_asked_and_nothing_is_chosen() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let words = format!("{} --wait-seconds 20", clip_words());
    let (screen, exit) = at_terminal(&desk, &words, 80, &[], Some((PROMPT, "\nself-only\n")));
    assert_eq!(exit, 0, "{screen}");
    for part in [
        "public-to-everyone",
        "mutual-follow-friends",
        "sim.public",
        "SELF_ONLY",
    ] {
        assert!(screen.contains(part), "{part} is missing: {screen}");
    }
    assert!(
        !screen.contains("follower-of-creator"),
        "the account does not offer it: {screen}"
    );
    assert_eq!(
        screen.matches(PROMPT).count(),
        2,
        "an empty answer chooses nothing: {screen}"
    );
    assert_eq!(tiktok.posts().len(), 1);
}

#[test]
fn the_question_is_ended_by_ctrl_c_and_nothing_is_posted() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let (screen, exit) = at_terminal(&desk, &clip_words(), 80, &[], Some((PROMPT, "\x03")));
    assert_eq!(exit, 1, "{screen}");
    assert!(screen.contains("cancelled; nothing was sent"), "{screen}");
    tiktok.nothing_posted();
}

/// A TikTok that is slow enough for a bar.
fn slow() -> TikTok {
    tiktok_faulty(
        json!({ "endpoint": "upload", "nth": 1, "times": 100, "kind": { "bytes_per_second": 100_000 } }),
    )
}

#[test]
fn an_upload_moves_a_bar_that_fits_the_terminal_and_leaves_nothing_behind() {
    for columns in [80, 200] {
        let tiktok = slow();
        let desk = Desk::at(&tiktok);
        let words = format!("{} --privacy-level self-only", clip_words());
        let (screen, exit) = at_terminal(&desk, &words, columns, &[], None);
        assert_eq!(exit, 0, "{screen}");
        let bars: Vec<&str> = screen
            .split(['\r', '\n'])
            .filter(|line| line.contains("Uploading ["))
            .collect();
        assert!(bars.len() > 2, "the bar moves: {screen:?}");
        for bar in bars {
            let text = bar.replace("\x1b[2K", "");
            assert!(
                text.trim_end().chars().count() < usize::from(columns),
                "{columns}: {text:?}"
            );
            assert!(text.contains("B/s") && text.contains("left"), "{text:?}");
        }
        assert!(
            !screen.contains("\x1b[?25l") || screen.contains("\x1b[?25h"),
            "the cursor is shown: {screen:?}"
        );
    }
}

#[test]
fn ctrl_c_during_an_upload_tells_the_outcome() {
    let tiktok = slow();
    let desk = Desk::at(&tiktok);
    let words = format!("{} --privacy-level self-only", clip_words());
    let (screen, exit) = at_terminal(&desk, &words, 80, &[], Some(("Uploading [", "\x03")));
    assert_eq!(exit, 8, "{screen}");
    for part in [
        "The command was stopped",
        "unconfirmed",
        "Run the same command again",
    ] {
        assert!(screen.contains(part), "{part} is missing: {screen}");
    }
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let words = "call get-videos --max-count 3 --quiet";
    let coloured = |variables: &[(&str, &str)]| {
        at_terminal(&desk, words, 80, variables, None)
            .0
            .contains("\x1b[1m")
    };
    assert!(coloured(&[]));
    assert!(!coloured(&[("NO_COLOR", "1")]));
    assert!(!coloured(&[("TERM", "dumb")]));
    let piped = desk.call("get-videos").arg("--max-count=3").finish().exits(0);
    assert!(!piped.text().contains('\x1b'), "{}", piped.text());
}

#[test]
fn a_dumb_terminal_has_lines_instead_of_a_bar() {
    let tiktok = slow();
    let desk = Desk::at(&tiktok);
    let words = format!("{} --privacy-level self-only", clip_words());
    let (screen, exit) = at_terminal(&desk, &words, 80, &[("TERM", "dumb")], None);
    assert_eq!(exit, 0, "{screen}");
    assert!(
        screen.contains("Uploading 272,454 bytes") && !screen.contains("\x1b["),
        "{screen:?}"
    );
}
