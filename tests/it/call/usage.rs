//! Wrong command lines: one JSON object with `--json`, and hints.

use super::{Desk, ProgramExt as _, json_line};
use crate::support::tiktok::tiktok;

#[test]
fn a_wrong_command_line_is_one_json_object_with_json() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for (name, words, part) in [
        ("call", &["get-videos", "--max-cont", "3"][..], "--max-count"),
        ("call", &["get-vids"], "get-videos"),
        (
            "call",
            &["get-videos", "--max-count", "many"],
            "allowed: a whole number",
        ),
        (
            "call",
            &["get-analytics", "--granularity", "dayy"],
            "did you mean day?",
        ),
        (
            "call",
            &["search-targeting", "--kind", "location", "--geo-types", "citty"],
            "did you mean city?",
        ),
        ("call", &["create-video-post", "-dash.mp4"], "./"),
        ("call", &[], "needs a command"),
        ("auth", &[], "allowed: login, status"),
        ("journal", &[], "list, show, forget"),
        ("whoami", &["--acount", "x"], "--account"),
        ("auth", &["status", "--nothing"], "unexpected argument"),
        ("doctor", &["--nothing"], "unexpected argument"),
        ("journal", &["list", "--nothing"], "unexpected argument"),
    ] {
        let ended = desk.command(name).args(words).arg("--json").finish().exits(2);
        let error = &json_line(&ended)["error"];
        assert_eq!(
            (&error["type"], &error["code"]),
            (&"error".into(), &"usage_error".into()),
            "{words:?}"
        );
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains(part) && !message.contains('\n'),
            "{words:?}: {message}"
        );
        assert!(error["remedy"].is_string(), "{error}");
        assert_eq!(ended.stderr, "", "{words:?}");
    }
}

#[test]
fn every_error_as_json_has_a_code_and_a_remedy() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for (words, exit, code) in [
        (&["get-videos", "--max-count", "0"][..], 3, "inputs_invalid"),
        (&["get-videos", "--inputs", "{"], 3, "invalid_json"),
        (
            &[
                "create-video-post",
                "--inputs",
                r#"{"privacy_level":"SELF_ONLY","privacy_level":"SELF_ONLY"}"#,
            ],
            3,
            "invalid_json",
        ),
        (&["create-video-post", "-", "--inputs", "-"], 3, "inputs_conflict"),
        (&["create-video-post", "nowhere.mp4"], 3, "file_unreadable"),
        (&["create-photo-post", "1.jpg"], 3, "file_for_url"),
        (
            &["create-video-post", "https://example.com/a.mp4"],
            3,
            "url_for_file",
        ),
        (&["get-videos", "--account", "nobody"], 4, "account_missing"),
        (&["get-videos", "--account", "a/b"], 2, "account_name_invalid"),
        (
            &["create-video-post", "--again", "--idempotency-key", "mine"],
            2,
            "usage_error",
        ),
    ] {
        let ended = desk
            .command("call")
            .args(words)
            .arg("--json")
            .finish()
            .exits(exit);
        let error = &json_line(&ended)["error"];
        assert_eq!(error["code"], code, "{words:?}: {error}");
        assert!(
            error["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()),
            "{words:?}: {error}"
        );
        assert!(
            error["message"].is_string() && error["type"].is_string(),
            "{words:?}: {error}"
        );
    }
}

#[test]
fn a_damaged_store_and_several_logins_have_codes_of_their_own() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for name in ["one", "two"] {
        let login = desk
            .stranger("auth")
            .args(&["login", "--with-token", "--account", name]);
        drop(login.input("act.sim-public").finish().exits(0));
    }
    let code = |program: crate::support::program::Program| {
        let error = json_line(&program.args(&["get-videos", "--json"]).finish().exits(4));
        error["error"]["code"].clone()
    };
    drop(
        desk.stranger("auth")
            .args(&["revoke", "--forget", "--account", "one"])
            .finish()
            .exits(0),
    );
    assert_eq!(
        code(desk.stranger("call").args(&["--account", "one"])),
        "account_missing"
    );
    let store = desk.path("autohive-tiktok/accounts.json");
    std::fs::write(&store, "{").unwrap();
    assert_eq!(code(desk.stranger("call")), "account_store");
}

#[test]
fn a_file_whose_name_begins_with_a_hyphen_has_a_hint_and_can_be_given() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    std::fs::copy(super::clip_path(), desk.path("-dash.mp4")).unwrap();
    let post = || {
        desk.call("create-video-post")
            .args(&["--privacy-level", "self-only", "--dry-run"])
    };
    let ended = post().arg("-dash.mp4").finish().exits(2);
    assert!(
        ended.stderr.contains("write ./ before the name"),
        "{}",
        ended.stderr
    );
    drop(post().arg("./-dash.mp4").finish().exits(0));
    drop(post().args(&["--", "-dash.mp4"]).finish().exits(0));
}

#[test]
fn again_with_a_key_is_refused() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let ended = desk
        .post()
        .args(&["--again", "--idempotency-key=mine"])
        .finish()
        .exits(2);
    assert!(
        ended
            .stderr
            .contains("--again cannot be used with --idempotency-key"),
        "{}",
        ended.stderr
    );
    tiktok.nothing_posted();
}
