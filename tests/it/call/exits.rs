//! Exit codes, one line of JSON, and secrets.

use serde_json::json;

use super::{Desk, ProgramExt as _, TOKEN, json_line};
use crate::support::{
    program::Program,
    tiktok::{tiktok, tiktok_faulty},
};

/// Post as another account.
fn post_as(desk: &Desk, token: &str) -> Program {
    desk.post().env("AUTOHIVE_TIKTOK_TOKEN", token)
}

#[test]
fn each_kind_of_failure_has_its_exit_code() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let text = desk.path("notes.mp4");
    std::fs::write(&text, "no video").unwrap();
    let no_video = desk
        .call("create-video-post")
        .path(&text)
        .args(&["--privacy-level", "self-only"]);
    let long = "x".repeat(2201);
    for (program, exit, code) in [
        (desk.post(), 0, ""),
        (desk.post().arg("--nothing"), 2, ""),
        (no_video, 3, "video_format_invalid"),
        (desk.post().args(&["--title", &long]), 3, ""),
        (desk.call("create-video-post"), 3, ""),
        (desk.stranger("call").arg("get-videos"), 4, "missing_token"),
        (post_as(&desk, "act.sim-expired"), 4, "access_token_invalid"),
        (post_as(&desk, "act.sim-no-publish"), 4, "scope_not_authorized"),
        (post_as(&desk, "act.sim-capped"), 5, "spam_risk_too_many_posts"),
        (
            post_as(&desk, "act.sim-banned"),
            6,
            "spam_risk_user_banned_from_posting",
        ),
        (
            desk.post().env("TIKTOK_API_BASE", "http://127.0.0.1:9"),
            7,
            "network_error",
        ),
    ] {
        let ended = program.arg("--json").finish().exits(exit);
        if !code.is_empty() {
            assert_eq!(json_line(&ended)["error"]["code"], code);
        }
    }
}

#[test]
fn a_post_that_may_exist_exits_with_8() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "content_init", "nth": 1, "kind": "cut_after" }));
    let desk = Desk::at(&tiktok);
    let ended = desk
        .call("create-photo-post")
        .args(&[
            "https://example.com/1.jpg",
            "--privacy-level",
            "self-only",
            "--preflight=false",
            "--json",
        ])
        .finish()
        .exits(8);
    assert_eq!(json_line(&ended)["error"]["outcome"], "unconfirmed");
}

#[test]
fn every_result_as_json_is_one_line_without_an_envelope() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for (words, member) in [
        (&["get-user-info"][..], "open_id"),
        (&["get_creator_info"], "privacy_level_options"),
        (&["get-videos", "--max-count", "45"], "videos"),
        (&["get-campaigns"], "campaigns"),
        (&["get-videos", "--max-count", "0"], "error"),
        (&["get-post-status", "v_pub_file~v2.1"], "error"),
    ] {
        let ended = desk.command("call").args(words).arg("--json").finish();
        let line = json_line(&ended);
        assert!(
            line.get(member).is_some() && line.get("version").is_none(),
            "{words:?}: {line}"
        );
    }
}

#[test]
fn options_may_stand_before_the_action_and_names_have_any_form() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for words in [
        &["--json", "get-videos", "--max-count", "3"][..],
        &["GET_VIDEOS", "--max_count=3", "--json"],
    ] {
        let ended = desk.command("call").args(words).finish().exits(0);
        assert_eq!(json_line(&ended)["videos"].as_array().unwrap().len(), 3);
    }
}

#[test]
fn misspelt_actions_and_options_have_suggestions() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for (words, part) in [
        (&["create-video-pst"][..], "did you mean create-video-post?"),
        (&["get-videos", "--max-cont", "3"], "--max-count"),
        (&["get-analytics", "--granularity", "dayy"], "did you mean day?"),
        (
            &["search-targeting", "--kind", "place"],
            "allowed: location, interest",
        ),
    ] {
        let ended = desk.command("call").args(words).finish().exits(2);
        assert!(ended.stderr.contains(part), "{words:?}: {}", ended.stderr);
        assert_eq!(ended.text(), "", "nothing is on standard output");
    }
}

/// Wherever a token stands by mistake, it is not repeated.
#[test]
fn no_token_is_printed() {
    const CANARY: &str = "act.CANARY0123456789abcdefCANARY";
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let signed = |program: Program| program.env("AUTOHIVE_TIKTOK_TOKEN", CANARY);
    for program in [
        signed(desk.post()),
        signed(desk.post().args(&["--log", "trace"])),
        signed(desk.call("get-videos")),
        signed(desk.command("whoami")),
        signed(desk.command("whoami").arg("--json")),
        signed(desk.call("get-videos").args(&["--inputs", "{"])),
        desk.call(CANARY),
        desk.call("get-videos").arg(&format!("--{CANARY}")),
        desk.call("get-videos").arg(CANARY),
        desk.call("get-videos").args(&["--account", CANARY]),
        desk.call("get-videos").args(&["--cursor", CANARY]),
        desk.call("get-videos").args(&["--inputs", CANARY]),
        desk.call("create-video-post")
            .args(&[CANARY, "--privacy-level", CANARY]),
        desk.call("create-video-post")
            .args(&[CANARY, "--privacy-level", "self-only"]),
        desk.call("get-campaigns").args(&["--advertiser-id", CANARY]),
        desk.command("completions").args(&["bash", CANARY]),
    ] {
        let ended = program.clone().finish();
        let shown = format!("{}{}", ended.whole_text(), ended.stderr);
        assert!(!shown.contains("CANARY"), "{program:?}: {shown}");
    }
    assert_ne!(TOKEN, CANARY);
}

#[test]
fn completions_and_the_manual_know_the_options_of_actions_and_no_value_of_a_variable() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let leaky = |program: Program| program.env("AUTOHIVE_TIKTOK_STATE", "redis://user:CANARY@localhost");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = leaky(desk.command("completions").arg(shell)).finish().exits(0);
        let script = ended.whole_text();
        assert!(
            script.contains("privacy-level") && script.contains("whoami"),
            "{shell}"
        );
        assert!(
            !script.contains("CANARY") && !script.contains(&desk.url),
            "{shell}"
        );
    }
    drop(leaky(desk.command("man").arg("pages")).finish().exits(0));
    let pages: Vec<_> = std::fs::read_dir(desk.path("pages"))
        .unwrap()
        .map(|page| page.unwrap().path())
        .collect();
    assert!(pages.len() > 35, "{pages:?}");
    for page in &pages {
        let text = std::fs::read_to_string(page).unwrap();
        assert!(
            !text.contains("CANARY") && !text.contains(&desk.url),
            "{}",
            page.display()
        );
    }
    let post = std::fs::read_to_string(desk.path("pages/autohive-tiktok-call-create-video-post.1")).unwrap();
    assert!(post.contains("privacy") && post.contains("Exit codes"), "{post}");
    assert!(post.contains("stored login"), "--account has no text: {post}");
    for (page, required, optional) in [
        (
            "create-video-post",
            "<\\fB\\-\\-privacy\\-level\\fR>",
            "[\\fIFILE\\fR]",
        ),
        ("get-post-status", "<\\fIID\\fR>", "[\\fB\\-\\-publish\\-id\\fR]"),
    ] {
        let file = desk.path(&format!("pages/autohive-tiktok-call-{page}.1"));
        let text = std::fs::read_to_string(file).unwrap();
        assert!(text.contains(required) && text.contains(optional), "{text}");
    }
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let title = text.lines().find(|line| line.starts_with(".TH")).unwrap();
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            title,
            format!(
                ".TH autohive-tiktok 1 \" \" \"autohive-tiktok {version}\" \"Manual of autohive-tiktok\""
            ),
            "{}",
            page.display()
        );
    }
}

/// Words that bash offers after `words`, of which the last is the beginning of one.
fn offered(script: &str, words: &[&str]) -> String {
    let typed: Vec<&str> = ["autohive-tiktok"].iter().chain(words).copied().collect();
    let (last, before) = (words.last().unwrap(), typed[typed.len() - 2]);
    let quoted: Vec<String> = typed.iter().map(|word| format!("'{word}'")).collect();
    let question = format!(
        "{script}\nCOMP_WORDS=({})\nCOMP_CWORD={}\n_autohive__tiktok autohive-tiktok '{last}' '{before}'\necho \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words.len()
    );
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("completions-{last}.bash"));
    std::fs::write(&file, question).unwrap();
    let output = std::process::Command::new("bash").arg(&file).output().unwrap();
    std::fs::remove_file(file).unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn bash_completes_commands_actions_options_and_values() {
    let tiktok = tiktok();
    let script = Desk::at(&tiktok)
        .command("completions")
        .arg("bash")
        .finish()
        .exits(0)
        .whole_text();
    for (words, expected) in [
        (&["who"][..], "whoami"),
        (&["call", "create-video"], "create-video-post"),
        (&["auth", "lo"], "login"),
        (&["call", "create-video-post", "--priv"], "--privacy-level"),
        (
            &["call", "create-video-post", "--privacy-level", "self"],
            "self-only",
        ),
        (&["run", "--log-format", "js"], "json"),
        (&["run", "--ads-limits", "ba"], "basic"),
        (&["auth", "login", "--integration", ""], "tiktok tiktok-ads"),
        (&["auth", "status", "--account-store", "fi"], "file"),
        (&["doctor", "--integration", ""], "tiktok tiktok-ads"),
        (&["bundle", "--integration", "tiktok-"], "tiktok-ads"),
    ] {
        assert_eq!(offered(&script, words), expected, "{words:?}");
    }
}

#[test]
fn whoami_shows_the_account_of_each_token() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let both = json_line(&desk.command("whoami").arg("--json").finish().exits(0));
    assert_eq!(
        (&both["tiktok"]["username"], both["tiktok-ads"].is_object()),
        (&json!("sim.public"), true),
        "{both}"
    );
    let one = desk
        .stranger("whoami")
        .env("AUTOHIVE_TIKTOK_TOKEN", TOKEN)
        .finish()
        .exits(0);
    assert!(
        one.text().contains("sim.public") && !one.text().contains("tiktok-ads"),
        "{}",
        one.text()
    );
    let none = desk.stranger("whoami").finish().exits(4);
    assert!(
        none.stderr.contains("AUTOHIVE_TIKTOK_TOKEN") && none.stderr.contains("auth login"),
        "{}",
        none.stderr
    );
    let expired = desk
        .stranger("whoami")
        .env("AUTOHIVE_TIKTOK_TOKEN", "act.sim-expired")
        .finish();
    drop(expired.exits(4));
}

/// A program reads only the JSON, which speaks of the command as the lines for a person do.
#[test]
fn the_remedy_of_a_lost_answer_speaks_of_the_command() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "content_init", "kind": "cut_after" }));
    let desk = Desk::at(&tiktok);
    let ended = desk
        .call("create-photo-post")
        .args(&["https://example.com/1.jpg", "--privacy-level", "self-only"])
        .args(&["--preflight=false", "--json"])
        .finish()
        .exits(8);
    let error = &json_line(&ended)["error"];
    let remedy = error["remedy"].as_str().unwrap();
    assert!(remedy.contains("the same command"), "{error}");
    for word in ["request", "idempotency_key", "operator"] {
        assert!(!remedy.contains(word), "{word}: {error}");
    }
}

/// A remedy for the operator of a host is one for the person at the terminal, who is the operator.
#[test]
fn remedies_name_what_the_person_can_set() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let missing = desk
        .call("create-video-post")
        .args(&["--privacy-level", "self-only"])
        .finish();
    let told = |ended: &crate::support::program::Ended| {
        ended.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(
        told(&missing).contains("allowed: the path of a file, or --video-url"),
        "{}",
        missing.stderr
    );
    let broken = desk.path("broken.db");
    std::fs::write(&broken, "a file of another program").unwrap();
    let state = format!("sqlite:{}", broken.display());
    let unusable = desk.post().args(&["--state", &state]).finish();
    let text = told(&unusable);
    assert!(
        text.contains("autohive-tiktok doctor") && text.contains("--state") && !text.contains("host's"),
        "{text}"
    );
    let words = "--campaign-name x --automation manual --objective-type traffic --budget-mode BUDGET_MODE_INFINITE --status enable";
    let enable = desk
        .call("create-campaign")
        .args(&words.split(' ').collect::<Vec<_>>());
    let forbidden = enable.arg("--no-enable").finish();
    let text = told(&forbidden);
    assert!(
        text.contains("AUTOHIVE_TIKTOK_NO_ENABLE") && !text.contains("operator"),
        "{text}"
    );
}
