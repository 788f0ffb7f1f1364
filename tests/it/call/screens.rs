//! Screens of a person: tables that fit, advice, and help.

use super::{Desk, ProgramExt as _};
use crate::support::tiktok::tiktok;

#[test]
fn lists_are_tables_and_the_next_page_is_told() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let ended = desk
        .call("get-videos")
        .args(&["--max-count", "3"])
        .finish()
        .exits(0);
    let text = ended.text();
    assert!(text.contains("videos (3)") && text.contains("--cursor"), "{text}");
    assert_eq!(
        text.lines().filter(|line| line.contains("Preset video")).count(),
        3,
        "{text}"
    );
}

#[test]
fn the_help_of_an_action_has_its_inputs_with_their_words_limits_and_examples() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let long = desk.call("create-video-post").arg("--help").finish().exits(0);
    for part in [
        "Post a video to the connected TikTok account",
        "[required]",
        "self-only",
        "0 to 840",
        "--disable-comment[=<true|false>]",
        "Examples:",
        "Exit codes:",
        "--api-base",
    ] {
        assert!(
            long.text().contains(part) || long.whole_text().contains(part),
            "{part} is missing: {}",
            long.whole_text()
        );
    }
    let short = desk.call("create-video-post").arg("-h").finish().exits(0);
    assert!(
        !short.whole_text().contains("--api-base"),
        "{}",
        short.whole_text()
    );
    let all = desk.command("call").arg("--help").finish().exits(0);
    for part in [
        "Actions of tiktok:",
        "Actions of tiktok-ads:",
        "get-analytics",
        "Exit codes:",
    ] {
        assert!(
            all.whole_text().contains(part),
            "{part} is missing: {}",
            all.whole_text()
        );
    }
    assert_eq!(
        desk.command("help").arg("call").finish().exits(0).whole_text(),
        all.whole_text()
    );
}

#[test]
fn every_action_has_a_help_that_can_be_shown() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let all = desk.command("call").arg("--help").finish().exits(0).whole_text();
    let names = all
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    assert_eq!(names.len(), 30, "{names:?}");
    for name in ["get-user-info", "create-ad-group", "get-apps", "search-targeting"] {
        assert!(names.contains(&name), "{names:?}");
        let help = desk.call(name).arg("--help").finish().exits(0).whole_text();
        assert!(
            help.contains(&format!("Usage: autohive-tiktok call {name}")),
            "{help}"
        );
    }
}

#[test]
fn an_input_error_names_the_option() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let ended = desk
        .call("get-videos")
        .args(&["--max-count", "0", "--quiet"])
        .finish()
        .exits(3);
    assert!(
        ended.stderr.starts_with("error: --max-count: got 0; allowed: "),
        "{}",
        ended.stderr
    );
}
