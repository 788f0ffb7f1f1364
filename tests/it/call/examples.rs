//! Examples of the help: each runs as it is shown.

use std::{fs, path::Path, process::Command};

use serde_json::json;

use super::{ADS_TOKEN, ADVERTISER, Desk, ProgramExt as _, TOKEN, clip_path, json_line};
use crate::support::{
    program::path,
    root,
    tiktok::{TikTok, tiktok_with},
};

/// Id of the first video in the ad account, which examples name.
const VIDEO: &str = "v10033g50000593dbdbf2640d7df600e";

/// A desk with the files that examples name, at a TikTok that has the objects that they name.
fn desk(tiktok: &TikTok, examples: &str) -> Desk {
    let desk = Desk::at(tiktok);
    fs::copy(clip_path(), desk.path("clip.mp4")).unwrap();
    fs::copy(root().join("tests/media/portrait.jpg"), desk.path("banner.jpg")).unwrap();
    if examples.contains("v_pub_file") {
        drop(desk.post().finish().exits(0));
    }
    if examples.contains("v10033g5") {
        let upload = desk.call("upload-creative").path(&clip_path()).arg("--json");
        let made = json_line(&upload.finish().exits(0));
        assert_eq!(
            made["video_id"], VIDEO,
            "the id of the first video has changed; change the examples"
        );
    }
    desk
}

/// Command lines below `Examples:`, with their line breaks.
fn examples(help: &str) -> Vec<String> {
    let (_, section) = help
        .split_once("Examples:\n")
        .expect("the help should have examples");
    let section = section.split("\n\n").next().unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for line in section.lines() {
        match lines.last_mut() {
            Some(last) if last.ends_with('\\') => *last = format!("{last}\n{line}"),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Runs a line in a shell, as it is shown. Returns its exit code and standard error.
fn pasted(desk: &Desk, line: &str) -> (Option<i32>, String) {
    let program = path();
    let folder = Path::new(&program).parent().unwrap();
    let output = Command::new("sh")
        .arg("-c")
        .arg(line)
        .current_dir(desk.home.path())
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .env("TIKTOK_API_BASE", &desk.url)
        .env("TIKTOK_ADS_API_BASE", &desk.url)
        .env("XDG_STATE_HOME", desk.home.path())
        .env("AUTOHIVE_TIKTOK_TOKEN", TOKEN)
        .env("AUTOHIVE_TIKTOK_ADS_TOKEN", ADS_TOKEN)
        .env("AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID", ADVERTISER)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), errors)
}

/// A TikTok whose ad account has a campaign, an ad group and an ad.
fn tiktok_with_ads() -> TikTok {
    let history = json!({ "advertiser_id": ADVERTISER, "campaigns": 1, "adgroups": 1, "ads": 1, "days": 60 });
    tiktok_with(json!({ "ads": { "history": [history] } }))
}

#[test]
fn every_example_of_every_action_runs_as_it_is_shown() {
    let tiktok = tiktok_with_ads();
    let list = Desk::at(&tiktok).command("call").arg("--help").finish().exits(0);
    let list = list.whole_text();
    let names = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    assert_eq!(names.len(), 30, "{names:?}");
    for name in names {
        let help = Desk::at(&tiktok)
            .call(name)
            .arg("--help")
            .finish()
            .exits(0)
            .whole_text();
        let shown = examples(&help);
        assert!(!shown.is_empty(), "{name}: {help}");
        let tiktok = tiktok_with_ads();
        let desk = desk(&tiktok, &help);
        for line in shown {
            assert!(
                line.lines().all(|line| line.len() < 80),
                "too long for a terminal: {line}"
            );
            let (exit, errors) = pasted(&desk, &line);
            assert_eq!(
                exit,
                Some(0),
                "correct the example in src/cli/call/examples.rs: {line}\n{errors}"
            );
        }
    }
}
