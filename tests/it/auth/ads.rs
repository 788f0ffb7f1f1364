//! Sign-in of advertisers.

use std::fs;

use serde_json::json;

use super::{Person, object};
use crate::support::{
    program::Program,
    tiktok::{TikTok, tiktok, tiktok_with},
};

const APP: &str = "7300000000000000007";
const SECRET: &str = "sim-secret-0123456789abcdef";
const FIRST: &str = "7310000000000000011";

fn ads(person: &Person<'_>, mode: &str) -> Program {
    person.auth(mode).arg("--integration").arg("tiktok-ads")
}

fn login(person: &Person<'_>) -> Program {
    ads(person, "login")
        .arg("--app-id")
        .arg(APP)
        .env("TIKTOK_APP_SECRET", SECRET)
}

fn person(tiktok: &TikTok) -> Person<'_> {
    Person::new(tiktok)
}

#[test]
fn an_advertiser_signs_in_and_chooses_an_ad_account() {
    let tiktok = tiktok();
    let person = person(&tiktok);
    let text = Person::signed_in(login(&person)).whole_text();
    assert!(text.contains("access token    does not expire"), "{text}");
    assert_eq!(text.matches("  ad account      73100").count(), 8, "{text}");
    assert!(text.contains("No ad account is chosen"), "{text}");
    let stored = &person.stored()["accounts"][0];
    let names = stored["advertisers"].as_array().unwrap().iter();
    assert!(
        names.clone().count() == 8 && names.clone().all(|known| known["name"].is_string()),
        "{stored:#}"
    );
    ads(&person, "default")
        .arg("--advertiser-id")
        .arg(FIRST)
        .finish()
        .exits(0);
    let token = object(&ads(&person, "token").arg("--json").finish().exits(0));
    assert_eq!(
        (&token["advertiser_id"], &token["app_id"]),
        (&json!(FIRST), &json!(APP))
    );
    let foreign = ads(&person, "default")
        .arg("--advertiser-id")
        .arg("7310000000000000012")
        .finish()
        .exits(4);
    assert!(
        foreign.stderr.contains("does not reach ad account"),
        "{}",
        foreign.stderr
    );
    let refresh = ads(&person, "refresh").finish().exits(4);
    assert!(
        refresh.stderr.contains("its token does not expire"),
        "{}",
        refresh.stderr
    );
    // The choice outlasts another sign-in.
    let again = object(&Person::signed_in(login(&person).arg("--json")));
    assert_eq!(again["advertiser_id"], FIRST);
    let revoked = ads(&person, "revoke").arg("--yes").finish().exits(0).whole_text();
    assert!(revoked.starts_with("Revoked"), "{revoked}");
}

/// The ad account of one login is chosen; commands without `--account` still use the default login.
#[test]
fn the_choice_of_an_ad_account_changes_no_default() {
    let tiktok = tiktok();
    let person = person(&tiktok);
    Person::signed_in(login(&person));
    Person::signed_in(login(&person).arg("--account").arg("second"));
    let chosen = ads(&person, "default").arg("--account").arg("second");
    let chosen = object(
        &chosen
            .arg("--advertiser-id")
            .arg(FIRST)
            .arg("--json")
            .finish()
            .exits(0),
    );
    assert_eq!(
        (&chosen["account"], &chosen["advertiser_id"], &chosen["default"]),
        (&json!("second"), &json!(FIRST), &json!(false))
    );
    let token = object(&ads(&person, "token").arg("--json").finish().exits(0));
    assert_eq!(token["account"], "default");
    let of_posts = person
        .auth("default")
        .arg("--advertiser-id")
        .arg(FIRST)
        .finish()
        .exits(2);
    assert!(
        of_posts
            .stderr
            .contains("--advertiser-id is for the integration tiktok-ads"),
        "{}",
        of_posts.stderr
    );
}

/// A token that works, but not for the ad account that is given with it, is found out before the first use.
#[test]
fn a_token_that_does_not_reach_its_ad_account_is_not_stored() {
    let tiktok = tiktok();
    let person = person(&tiktok);
    let login = ads(&person, "login").arg("--with-token").arg("--advertiser-id");
    let login = login
        .arg("7310000000000000023")
        .arg("--json")
        .input("ads.sim-single");
    let error = &object(&login.finish().exits(4))["error"];
    assert_eq!(error["code"], "login_refused", "{error}");
    assert!(error["tiktok_code"].is_string(), "{error}");
    assert!(!person.store().exists());
}

#[test]
fn a_login_without_an_ad_account_is_a_fault_with_its_remedy() {
    let tiktok = tiktok();
    let person = person(&tiktok);
    Person::signed_in(login(&person));
    let doctor = || ads(&person, "status").with_command("doctor").arg("--json");
    let report = object(&doctor().finish().exits(1));
    let mut checks = report["checks"].as_array().unwrap().iter();
    let fault = checks.find(|check| check["status"] == "fault").unwrap();
    assert_eq!(
        (&fault["check"], &fault["integration"]),
        (&json!("token"), &json!("tiktok-ads"))
    );
    let remedy = fault["remedy"].as_str().unwrap_or_default();
    assert!(
        fault["found"]
            .as_str()
            .unwrap_or_default()
            .contains("no ad account is chosen"),
        "{fault:#}"
    );
    assert!(
        remedy.contains("auth default --integration tiktok-ads") && remedy.contains("--advertiser-id"),
        "{fault:#}"
    );
    // `call` says the same.
    let call = || {
        ads(&person, "status")
            .with_command("call")
            .arg("get-campaigns")
            .arg("--json")
    };
    let error = object(&call().finish().exits(4));
    assert_eq!(error["error"]["code"], "advertiser_id_missing");
    let message = error["error"]["message"].as_str().unwrap_or_default();
    assert!(message.ends_with(remedy), "{error}");
    let chosen = |program: Program| program.arg("--advertiser-id").arg(FIRST);
    drop(chosen(call()).finish().exits(0));
    assert_eq!(object(&chosen(doctor()).finish().exits(0))["faults"], 0);
    chosen(ads(&person, "default")).finish().exits(0);
    doctor().finish().exits(0);
}

#[test]
fn a_short_term_token_is_refreshed() {
    let tiktok = tiktok();
    let person = person(&tiktok);
    let first = Person::signed_in(
        login(&person)
            .arg("--short-term")
            .arg("--advertiser-id")
            .arg(FIRST),
    );
    assert!(
        first.whole_text().contains("access token    ends in 1 day"),
        "{}",
        first.whole_text()
    );
    let before = person.stored();
    ads(&person, "refresh").finish().exits(0);
    ads(&person, "refresh").finish().exits(0);
    let after = person.stored();
    assert_ne!(
        before["accounts"][0]["access_token"],
        after["accounts"][0]["access_token"]
    );
    assert_eq!(after["accounts"][0]["advertiser_id"], FIRST);
}

#[test]
fn an_ad_account_that_the_token_does_not_reach_is_not_chosen() {
    let tiktok = tiktok();
    let person = person(&tiktok);
    let program = login(&person).arg("--advertiser-id").arg("7310000000000000012");
    let waiting = Person::waiting(program);
    super::browser::follow(&waiting.page);
    let ended = waiting.running.wait().exits(4);
    assert!(
        ended.stderr.contains("the account is signed in, but"),
        "{}",
        ended.stderr
    );
    assert_eq!(person.stored()["accounts"][0]["advertiser_id"], json!(null));
}

#[test]
fn a_secret_that_is_wrong_and_a_person_who_declines() {
    let tiktok = tiktok_with(json!({ "ads": { "switches": { "consent_denied": true } } }));
    let person = person(&tiktok);
    let waiting = Person::waiting(login(&person));
    super::browser::follow(&waiting.page);
    let ended = waiting.running.wait().exits(4);
    assert!(ended.stderr.contains("access_denied"), "{}", ended.stderr);
    tiktok.change(json!({ "ads": { "switches": { "consent_denied": false } } }));
    let waiting = Person::waiting(login(&person).env("TIKTOK_APP_SECRET", "CANARY-wrong-0123456789"));
    super::browser::follow(&waiting.page);
    let ended = waiting.running.wait().exits(4);
    assert!(
        ended.stderr.contains("40101") && ended.stderr.contains("app secret"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("CANARY"), "{}", ended.stderr);
}

/// The file of the developer portal's guide has all that a sign-in needs.
#[test]
fn the_app_comes_from_the_file_of_the_guide() {
    let tiktok = tiktok();
    let person = person(&tiktok);
    let env = format!("TIKTOK_APP_ID={APP}\nTIKTOK_APP_SECRET={SECRET}\nTIKTOK_ACCESS_TOKEN=\n");
    fs::write(person.home.path().join(".env"), &env).unwrap();
    Person::signed_in(ads(&person, "login"));
    fs::rename(
        person.home.path().join(".env"),
        person.home.path().join("app.env"),
    )
    .unwrap();
    Person::signed_in(ads(&person, "login").arg("--env-file").arg("app.env"));
    fs::write(person.home.path().join("secret"), format!("{SECRET}\n")).unwrap();
    let program = ads(&person, "login")
        .arg("--app-id")
        .arg(APP)
        .arg("--secret-file")
        .arg("secret");
    Person::signed_in(program);
}
