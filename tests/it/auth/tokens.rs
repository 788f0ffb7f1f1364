//! `auth login --with-token` and `auth token`.

use serde_json::json;

use super::{Person, object};
use crate::support::tiktok::{tiktok, tiktok_with};

#[test]
fn a_token_from_standard_input_is_stored() {
    let tiktok = tiktok_with(json!({ "accounts": [{ "token": "act.CANARY-given", "name": "given" }] }));
    let person = Person::new(&tiktok);
    let ended = person
        .auth("login")
        .arg("--with-token")
        .input("act.CANARY-given\n")
        .finish()
        .exits(0);
    let text = ended.whole_text();
    assert!(
        text.starts_with("Stored: tiktok account \"default\" (open_id ")
            && text.contains("TikTok accepts it: account given ("),
        "{text}"
    );
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
        (
            "{\"refresh_token\":\"CANARY\"}",
            "JSON on standard input has no access_token",
        ),
        ("{\"foo\":1}", "JSON on standard input has no access_token"),
        (
            "{\"data\":{\"access_token\":7}}",
            "JSON on standard input has no access_token",
        ),
        ("[\"CANARY\"]", "JSON on standard input has no access_token"),
        ("{CANARY", "begins like JSON and is none"),
        ("rft.CANARY-0123", "this is a refresh token (rft.)"),
        ("clt.CANARY-0123", "this is a client token (clt.)"),
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

/// TikTok is asked before a token is stored: an ads token for `tiktok` would be found out only later.
#[test]
fn a_token_that_tiktok_refuses_is_not_stored() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    for (input, part) in [
        ("ads.sim-main", "add --integration tiktok-ads --advertiser-id ID"),
        ("act.sim-expired", "Give one that has not expired"),
    ] {
        let login = person.auth("login").arg("--with-token").input(input);
        let ended = login.finish().exits(4);
        assert!(
            ended.stderr.contains("nothing was stored") && ended.stderr.contains(part),
            "{input}: {}",
            ended.stderr
        );
        assert!(!ended.stderr.contains(input), "{}", ended.stderr);
    }
    let ads = person.auth("login").arg("--integration").arg("tiktok-ads");
    let ads = ads.arg("--advertiser-id").arg("7310000000000000011");
    let wrong = ads
        .arg("--with-token")
        .input("0123456789abcdef0123456789abcdef01234567");
    let ended = wrong.finish().exits(4);
    assert!(
        ended.stderr.contains("add --sandbox for a token of the sandbox"),
        "{}",
        ended.stderr
    );
    assert!(!person.store().exists());
}

/// The access token has expired, and the refresh token replaces it before the first use.
#[test]
fn an_expired_token_with_a_refresh_token_is_stored() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let refresh = person.stored()["accounts"][0]["refresh_token"].clone();
    let answer = json!({ "access_token": "act.sim-expired", "refresh_token": refresh });
    let login = person.login().arg("--with-token").input(answer.to_string());
    let text = login.finish().exits(0).whole_text();
    assert!(text.contains("TikTok refused the access token"), "{text}");
    let token = person.auth("token").finish().exits(0).whole_text();
    assert!(token.starts_with("act.sim-public!"), "{token}");
}

#[test]
fn a_token_is_stored_unchecked_while_tiktok_cannot_be_reached() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let login = person.auth("login").arg("--with-token").arg("--json");
    let login = login.env("TIKTOK_API_BASE", "http://127.0.0.1:9");
    let object = object(&login.input("act.CANARY-given").finish().exits(0));
    assert_eq!(object["token_accepted"], false);
    let check = object["token_check"].as_str().unwrap();
    assert!(check.starts_with("not checked: "), "{check}");
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
        .arg("7310000000000000097")
        .input("ads.sim-sandbox")
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
            "access_token": "ads.sim-sandbox", "advertiser_id": "7310000000000000097", "sandbox": true,
            "integration": "tiktok-ads", "account": "default",
        })
    );
}

/// `call` and `whoami` use the default account, or the one that is named, and refresh its token.
#[test]
fn commands_for_people_use_the_accounts_that_are_signed_in() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    tiktok.change(json!({ "signed_in": "sim-private" }));
    Person::signed_in(person.login().arg("--account").arg("home"));
    person.rewrite("access_token_ends", "2026-01-01T00:00:00Z");
    let before = person.stored();
    let of_person = |command: &str| {
        let template = person.auth("status");
        template.with_command(command)
    };
    let called = of_person("call")
        .arg("get-user-info")
        .arg("--json")
        .finish()
        .exits(0);
    assert_eq!(
        object(&called)["display_name"],
        "sim-public",
        "{}",
        called.whole_text()
    );
    assert_ne!(
        before["accounts"][0]["access_token"],
        person.stored()["accounts"][0]["access_token"]
    );
    let home = of_person("call")
        .arg("get-user-info")
        .arg("--json")
        .arg("--account")
        .arg("home")
        .finish()
        .exits(0);
    assert_eq!(
        object(&home)["display_name"],
        "sim-private",
        "{}",
        home.whole_text()
    );
    let missing = of_person("call")
        .arg("get-user-info")
        .arg("--account")
        .arg("nobody")
        .finish()
        .exits(4);
    assert!(
        missing.stderr.contains("signed in: default, home"),
        "{}",
        missing.stderr
    );
    let who = of_person("whoami").finish().exits(0);
    assert!(who.whole_text().contains("sim-public"), "{}", who.whole_text());
    // A variable comes before the default account.
    let given = of_person("call")
        .arg("get-user-info")
        .arg("--json")
        .env("AUTOHIVE_TIKTOK_TOKEN", "act.sim-private");
    assert_eq!(object(&given.finish().exits(0))["display_name"], "sim-private");
}

/// A token goes only to the API that issued it, also when `doctor` checks it.
#[test]
fn doctor_sends_a_stored_token_to_no_other_base() {
    let (tiktok, other) = (tiktok(), tiktok());
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let doctor = person
        .auth("status")
        .with_command("doctor")
        .arg("--integration")
        .arg("tiktok")
        .arg("--json");
    let own = doctor.clone().finish().exits(0);
    assert_eq!(object(&own)["faults"], 0, "{}", own.whole_text());
    let ended = doctor.env("TIKTOK_API_BASE", &other.url()).finish().exits(1);
    let report = object(&ended);
    let mut checks = report["checks"].as_array().unwrap().iter();
    let fault = checks.find(|finding| finding["status"] == "fault").unwrap();
    let text = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
    assert!(
        text("found").contains("sent only to the API that issued it"),
        "{fault:#}"
    );
    assert!(
        text("remedy").contains("Set TIKTOK_API_BASE=http://127.0.0.1:"),
        "{fault:#}"
    );
    let asked = other
        .journal()
        .entries
        .iter()
        .filter(|entry| entry.account.is_some())
        .count();
    assert_eq!(asked, 0, "the other base got the token");
}

#[test]
fn an_env_file_that_cannot_be_read_is_told() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let login = person
        .auth("login")
        .arg("--with-token")
        .arg("--env-file")
        .arg("missing.env");
    let ended = login.input("act.CANARY-given\n").finish().exits(2);
    assert!(ended.stderr.contains("missing.env"), "{}", ended.stderr);
    assert!(!person.store().exists());
}

#[test]
fn texts_of_tiktok_do_not_control_the_terminal() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    person.rewrite("scopes", json!(["user.info.basic", "\u{1b}[2J\u{9b}1m\u{202e}"]));
    person.rewrite("open_id", "\u{1b}]0;title\u{7}");
    let status = person.auth("status").finish().exits(0);
    let text = status.whole_text();
    assert!(text.contains("[2J"), "{text:?}");
    for letter in ['\u{1b}', '\u{9b}', '\u{202e}', '\u{7}'] {
        assert!(!text.contains(letter), "{text:?}");
    }
}

/// A login without an ID names no records, so a deletion by its name would leave them out without a word.
#[test]
fn records_of_a_login_without_an_id_are_not_left_out_silently() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    person.rewrite("open_id", json!(null));
    let ads = person.auth("login").arg("--integration").arg("tiktok-ads");
    let ads = ads
        .arg("--with-token")
        .arg("--advertiser-id")
        .arg("7310000000000000011");
    ads.input("ads.sim-main").finish().exits(0);
    let forget = person.auth("forget").with_command("journal").arg("forget");
    let ended = forget
        .arg("--account")
        .arg("default")
        .arg("--yes")
        .finish()
        .exits(4);
    assert!(
        ended
            .stderr
            .contains("the tiktok login default was stored without the ID"),
        "{}",
        ended.stderr
    );
}

/// A secret of the environment without the id of its app may be one of another app: it does not replace a stored one.
#[test]
fn a_secret_of_the_environment_does_not_replace_that_of_the_stored_app() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let secret = person.stored()["accounts"][0]["app_secret"].clone();
    let login = |program: crate::support::program::Program| {
        let program = program
            .arg("--with-token")
            .env("TIKTOK_CLIENT_SECRET", "CANARY-of-another-app");
        program.input("act.sim-public").finish().exits(0);
        person.stored()["accounts"][0]["app_secret"].clone()
    };
    assert_eq!(login(person.auth("login")), secret);
    let named = person.auth("login").env("TIKTOK_CLIENT_KEY", "sim-app");
    assert_eq!(login(named), "CANARY-of-another-app");
}
