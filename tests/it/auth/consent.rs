//! Answers of TikTok that are no tokens, and permissions that are missing.

use std::time::Duration;

use serde_json::json;

use super::{Person, browser, object};
use crate::support::tiktok::{tiktok, tiktok_faulty, tiktok_with};

#[test]
fn a_person_who_declines_is_told_what_to_do() {
    let tiktok = tiktok_with(json!({ "consent": { "denied": true } }));
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login());
    let shown = browser::follow(&waiting.page);
    assert_eq!(shown.status, 400);
    assert!(
        shown.body.contains("Not signed in") && shown.body.contains("access_denied"),
        "{}",
        shown.body
    );
    let ended = waiting.running.wait().exits(4);
    for part in [
        "access_denied",
        "User denied authorization",
        "agree on TikTok's page",
    ] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    assert!(!person.store().exists());
}

#[test]
fn missing_permissions_are_named_with_their_products() {
    let tiktok = tiktok_with(json!({ "consent": { "declined_scopes": ["video.upload", "video.list"] } }));
    let person = Person::new(&tiktok);
    let text = Person::signed_in(person.login().arg("--scopes").arg("all")).whole_text();
    assert!(
        text.contains("  missing         video.list (Display API)\n"),
        "{text}"
    );
    assert!(
        text.contains("  missing         video.upload (Content Posting API)\n"),
        "{text}"
    );
    assert!(
        text.contains("granted         user.info.basic, user.info.profile, user.info.stats, video.publish")
    );
    let object = object(&Person::signed_in(person.login().arg("--json")));
    assert_eq!(
        object["scopes"]["missing"],
        json!([{ "scope": "video.upload", "product": "Content Posting API" }])
    );
    assert_eq!(
        object["scopes"]["granted"],
        json!(["user.info.basic", "video.publish"])
    );
}

#[test]
fn a_real_page_lets_the_person_choose() {
    let tiktok = tiktok_with(json!({ "consent": { "page": true } }));
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login());
    let shown = browser::get(&waiting.page);
    assert!(
        shown.status == 200 && shown.body.contains("id=agree"),
        "{}",
        shown.body
    );
    let agreed = format!(
        "{}&simulated_answer=agree&simulated_declined=video.upload",
        waiting.page
    );
    browser::follow(&agreed.parse().unwrap());
    let text = waiting.running.wait().exits(0).whole_text();
    assert!(text.contains("missing         video.upload"), "{text}");
}

/// The simulator reports OAuth errors with HTTP 200, as TikTok does in the field.
#[test]
fn an_error_with_http_200_is_an_error() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login());
    let redirect = waiting.redirect();
    tiktok.advance(Duration::from_secs(121));
    let shown = browser::get(&redirect);
    assert!(
        shown.status == 400 && shown.body.contains("Not signed in"),
        "{}",
        shown.body
    );
    let ended = waiting.running.wait().exits(4);
    for part in ["invalid_grant", "Authorization code is expired.", "log_id"] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    assert!(!person.store().exists());
}

#[test]
fn a_lost_answer_is_not_repeated() {
    for kind in [
        json!("cut_after"),
        json!({ "status": 503 }),
        json!("html_502"),
        json!("not_json"),
    ] {
        let tiktok = tiktok_faulty(json!({ "endpoint": "oauth_token", "kind": kind }));
        let person = Person::new(&tiktok);
        let waiting = Person::waiting(person.login().arg("--json"));
        browser::follow(&waiting.page);
        let ended = waiting.running.wait().exits(7);
        assert_eq!(
            object(&ended)["error"]["code"],
            "network_error",
            "{}",
            ended.whole_text()
        );
        assert_eq!(
            tiktok.count(autohive_tiktok::simulator::EndpointName::OAUTH_TOKEN),
            1
        );
    }
}

#[test]
fn scopes_that_do_not_exist_are_refused_before_anything_opens() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let ended = person
        .login()
        .arg("--scopes")
        .arg("video.publsh")
        .finish()
        .exits(2);
    assert!(ended.stderr.contains("video.publish"), "{}", ended.stderr);
    for (option, part) in [
        ("--app-id=7300000000000000007", "cannot be used with"),
        ("--short-term", "--short-term is for the integration tiktok-ads"),
        ("--no-pkce", "TikTok requires PKCE"),
        (
            "--redirect-uri=http://app.example/",
            "http is for this machine only",
        ),
        ("--sandbox", "--with-token"),
    ] {
        let ended = person.login().arg(option).finish().exits(2);
        assert!(ended.stderr.contains(part), "{option}: {}", ended.stderr);
    }
}
