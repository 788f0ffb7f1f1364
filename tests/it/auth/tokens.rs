//! `auth login --with-token` and `auth token`.

use serde_json::json;

use super::{Person, object};
use crate::support::tiktok::tiktok;

#[test]
fn a_token_from_standard_input_is_stored() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let ended = person
        .auth("login")
        .arg("--with-token")
        .input("act.CANARY-given\n")
        .finish()
        .exits(0);
    assert!(!ended.whole_text().contains("CANARY") && !ended.stderr.contains("CANARY"));
    assert_eq!(
        person.auth("token").finish().exits(0).whole_text(),
        "act.CANARY-given\n"
    );
    let status = object(&person.auth("status").arg("--json").finish().exits(0));
    assert_eq!(status["accounts"][0]["can_refresh"], false);
    assert_eq!(status["accounts"][0]["access_token_ends"], json!(null));

    let answer = json!({
        "access_token": "act.sim-public", "expires_in": 10, "refresh_token": "rft.sim-public",
        "refresh_expires_in": 1000, "open_id": "id", "scope": "user.info.basic,video.upload",
    });
    let program = person.login().arg("--with-token").input(format!("{answer:#}"));
    program.finish().exits(0);
    // It ends within minutes, so it is refreshed.
    let token = person.auth("token").finish().exits(0).whole_text();
    assert!(token.starts_with("act.sim-public!"), "{token}");
}

#[test]
fn a_text_that_is_no_token_is_refused_without_repeating_it() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    for (input, part) in [
        ("", "an empty text"),
        ("Bearer CANARY", "\"Bearer\""),
        ("CANARY CANARY", "contains a space"),
        ("{\"refresh_token\":\"CANARY\"}", "an empty text"),
    ] {
        let ended = person
            .auth("login")
            .arg("--with-token")
            .input(input)
            .finish()
            .exits(2);
        assert!(ended.stderr.contains(part), "{input}: {}", ended.stderr);
        assert!(!ended.stderr.contains("CANARY"), "{}", ended.stderr);
    }
    let ads = person
        .auth("login")
        .arg("--integration")
        .arg("tiktok-ads")
        .arg("--with-token");
    let wrong = ads
        .clone()
        .arg("--advertiser-id")
        .arg("7310000000000000011")
        .input("act.x12345678")
        .finish()
        .exits(2);
    assert!(wrong.stderr.contains("Open API"), "{}", wrong.stderr);
    let ended = ads.input("0123456789abcdef").finish().exits(2);
    assert!(ended.stderr.contains("--advertiser-id"), "{}", ended.stderr);
}

#[test]
fn a_token_of_the_sandbox_is_stored_with_its_ad_account() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let program = person
        .auth("login")
        .arg("--integration")
        .arg("tiktok-ads")
        .arg("--with-token")
        .arg("--sandbox");
    program
        .arg("--advertiser-id")
        .arg("7310000000000000011")
        .input("0123456789abcdef")
        .finish()
        .exits(0);
    let token = person
        .auth("token")
        .arg("--integration")
        .arg("tiktok-ads")
        .arg("--json")
        .finish()
        .exits(0);
    assert_eq!(
        object(&token),
        json!({
            "access_token": "0123456789abcdef", "advertiser_id": "7310000000000000011", "sandbox": true,
            "integration": "tiktok-ads", "account": "default",
        })
    );
}
