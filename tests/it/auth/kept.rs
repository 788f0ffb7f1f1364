//! The file with the tokens: who may read it, and what is never overwritten.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};

use super::{Person, object};
use crate::support::tiktok::tiktok;

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[track_caller]
fn refused(person: &Person<'_>, parts: &[&str]) {
    for command in ["status", "token", "refresh", "login"] {
        let program = if command == "login" {
            person.login().arg("--no-browser")
        } else {
            person.auth(command)
        };
        let ended = program.finish().exits(4);
        for part in parts {
            assert!(ended.stderr.contains(part), "{command}: {part}: {}", ended.stderr);
        }
    }
}

#[test]
fn a_file_that_others_can_read_is_refused() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    for open in [0o640, 0o604, 0o660, 0o602] {
        mode(&person.store(), open);
        let fix = format!("run: chmod 600 {}", person.store().display());
        refused(&person, &["other users may use it", &fix]);
    }
    mode(&person.store(), 0o600);
    mode(person.store().parent().unwrap(), 0o777);
    let fix = format!("(chmod go-w {})", person.store().parent().unwrap().display());
    refused(&person, &["other users can write to the folder", &fix]);
    mode(person.store().parent().unwrap(), 0o1777);
    refused(
        &person,
        &[
            "other users can write to the folder",
            "name a file in a folder of your own",
        ],
    );
    mode(person.store().parent().unwrap(), 0o700);
    person.auth("status").finish().exits(0);
}

#[test]
fn links_are_not_followed() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let target = person.home.path().join("elsewhere.json");
    fs::rename(person.store(), &target).unwrap();
    symlink(&target, person.store()).unwrap();
    refused(&person, &["it is a symbolic link"]);
    fs::remove_file(person.store()).unwrap();
    fs::rename(&target, person.store()).unwrap();

    // A link in the place of the lock or of the new file is not followed either.
    let (victim, lock) = (
        person.home.path().join("victim"),
        person.store().with_extension("json.lock"),
    );
    fs::write(&victim, "precious").unwrap();
    fs::remove_file(&lock).unwrap();
    symlink(&victim, &lock).unwrap();
    let ended = person.auth("refresh").finish().exits(4);
    assert!(ended.stderr.contains("it is a symbolic link"), "{}", ended.stderr);
    fs::remove_file(&lock).unwrap();
    symlink(&victim, person.store().with_extension("json.new")).unwrap();
    person.auth("refresh").finish().exits(0);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
}

#[test]
fn a_damaged_file_is_never_overwritten() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let whole = fs::read_to_string(person.store()).unwrap();
    for (damaged, part) in [
        (String::new(), "is damaged (line"),
        (whole[..whole.len() / 2].to_owned(), "is damaged (line"),
        (whole.replace("act.sim", "act sim"), "`access_token` of account 1"),
        (whole.replace("\"version\": 1", "\"version\": 9"), "newer version"),
        ("\0".repeat(100), "is damaged (line"),
    ] {
        fs::write(person.store(), &damaged).unwrap();
        refused(&person, &[part]);
        assert_eq!(fs::read_to_string(person.store()).unwrap(), damaged);
    }
    fs::write(person.store(), &whole).unwrap();
    person.auth("refresh").finish().exits(0);
}

#[test]
fn doctor_names_a_damaged_file_and_the_command_that_moves_it_away() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let doctor = || {
        let doctor = person.auth("status").with_command("doctor");
        doctor.arg("--integration=tiktok").arg("--offline").arg("--json")
    };
    let accounts = |report: &Value| {
        let mut checks = report["checks"].as_array().unwrap().iter();
        checks.find(|check| check["check"] == "accounts").unwrap().clone()
    };
    let sound = accounts(&object(&doctor().finish().exits(0)));
    assert!(
        sound["found"]
            .as_str()
            .unwrap_or_default()
            .starts_with("1 account is signed in"),
        "{sound}"
    );
    fs::write(person.store(), "{").unwrap();
    let damaged = accounts(&object(&doctor().finish().exits(1)));
    let path = person.store().display().to_string();
    let text = |name: &str| damaged[name].as_str().unwrap_or_default().to_owned();
    assert!(
        text("found").contains(&path) && text("found").contains("is damaged"),
        "{damaged}"
    );
    let command = format!("mv {path} {path}.damaged && autohive-tiktok auth login");
    assert!(text("remedy").ends_with(&command), "{damaged}");
}

#[test]
fn what_a_newer_version_has_stored_outlasts_a_refresh() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let mut stored = person.stored();
    stored["pinned"] = json!(true);
    stored["defaults"]["tiktok-shop"] = json!("shop");
    stored["accounts"][0]["device"] = json!({ "id": 7 });
    let shop = json!({ "integration": "tiktok-shop", "name": "shop", "keys": ["CANARY"] });
    stored["accounts"].as_array_mut().unwrap().insert(0, shop.clone());
    fs::write(person.store(), stored.to_string()).unwrap();
    let status = object(&person.auth("status").arg("--json").finish().exits(0));
    assert_eq!(status["accounts"].as_array().unwrap().len(), 1);
    person.auth("refresh").finish().exits(0);
    let after = person.stored();
    assert_eq!(
        (&after["pinned"], &after["defaults"]["tiktok-shop"]),
        (&json!(true), &json!("shop"))
    );
    let rows = after["accounts"].as_array().unwrap();
    assert!(rows.contains(&shop), "{after:#}");
    let own = rows.iter().find(|row| row["integration"] == "tiktok").unwrap();
    assert_eq!(own["device"], json!({ "id": 7 }));
    assert_ne!(own["access_token"], stored["accounts"][1]["access_token"]);
}

#[test]
fn another_file_can_be_named() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let other = person.home.path().join("mine/tokens.json");
    let named = |mode: &str| {
        person
            .auth(mode)
            .env("AUTOHIVE_TIKTOK_ACCOUNTS", other.to_str().unwrap())
    };
    Person::signed_in(person.login().arg("--accounts-file").arg(other.to_str().unwrap()));
    assert!(!person.store().exists());
    assert_eq!(
        object(&named("status").arg("--json").finish().exits(0))["accounts"][0]["account"],
        "default"
    );
    let nowhere = person
        .auth("status")
        .env("XDG_STATE_HOME", "")
        .env("HOME", "relative");
    let ended = nowhere.finish().exits(4);
    assert!(
        ended.stderr.contains("AUTOHIVE_TIKTOK_ACCOUNTS"),
        "{}",
        ended.stderr
    );
}

#[test]
fn an_account_is_revoked_or_only_forgotten() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let unconfirmed = person.auth("revoke").finish().exits(2);
    assert!(
        unconfirmed.stderr.contains("Confirm with --yes"),
        "{}",
        unconfirmed.stderr
    );
    let stored = person.stored();
    let ended = person.auth("revoke").arg("--yes").arg("--json").finish().exits(0);
    assert_eq!(
        object(&ended),
        json!({ "integration": "tiktok", "account": "default", "revoked": true, "had_ended": false, "removed": true })
    );
    assert_eq!(person.stored()["accounts"], json!([]));
    let missing = person.auth("token").finish().exits(4);
    assert!(
        missing.stderr.contains("no tiktok account is signed in"),
        "{}",
        missing.stderr
    );

    // Tokens that were revoked before are not accepted any more, which TikTok's answer to a second revocation does not tell.
    fs::write(person.store(), stored.to_string()).unwrap();
    let ended = person.auth("revoke").arg("--yes").arg("--json").finish().exits(0);
    let ended = object(&ended);
    assert_eq!(
        (&ended["revoked"], &ended["had_ended"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(person.stored()["accounts"], json!([]));
    fs::write(person.store(), stored.to_string()).unwrap();
    let forgotten = person
        .auth("revoke")
        .arg("--forget")
        .finish()
        .exits(0)
        .whole_text();
    for part in [
        "Removed from this machine: tiktok account \"default\"",
        "nothing was revoked: copies of its tokens elsewhere still work (access token: ends in 2 h; refresh token: ends in 180 \
         days)",
        "are no longer in the file ",
    ] {
        assert!(forgotten.contains(part), "{part}: {forgotten}");
    }
    assert_eq!(person.stored()["accounts"], json!([]));
}

/// TikTok refuses the call for another reason than the token: the account stays, and nothing is called revoked.
#[test]
fn a_revocation_that_is_refused_keeps_an_account_whose_tokens_work() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    person.rewrite("app_id", "nobody");
    let ended = person.auth("revoke").arg("--yes").finish().exits(4);
    for part in [
        "Nothing was revoked. The account is still stored on this machine",
        "autohive-tiktok auth revoke --forget --integration tiktok --account default",
    ] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    assert_ne!(person.stored()["accounts"], json!([]));
}

/// A token is shown to the API that issued it and to no other, also where a refusal is looked into.
#[test]
fn a_revocation_at_another_base_sends_nothing() {
    let (tiktok, other) = (tiktok(), tiktok());
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let elsewhere = person
        .auth("revoke")
        .arg("--yes")
        .env("TIKTOK_API_BASE", &other.url());
    let ended = elsewhere.finish().exits(4);
    assert!(
        ended
            .stderr
            .contains("a token is sent only to the API that issued it"),
        "{}",
        ended.stderr
    );
    assert!(
        other.entries(EndpointName::OAUTH_REVOKE).is_empty()
            && other.entries(EndpointName::USER_INFO).is_empty()
    );
    assert_ne!(person.stored()["accounts"], json!([]));
}

/// The answer to the revocation is lost: nobody knows whether it took effect, so the account stays.
#[test]
fn a_revocation_whose_answer_is_lost_keeps_the_account() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    tiktok.change(json!({
        "faults": [{ "endpoint": "oauth_revoke", "times": 1, "effect": true, "kind": { "status": 502 } }]
    }));
    let ended = person.auth("revoke").arg("--yes").finish().exits(7);
    let part = "It is not known whether TikTok has revoked the tokens: run the command again";
    assert!(ended.stderr.contains(part), "{}", ended.stderr);
    assert_ne!(person.stored()["accounts"], json!([]));
    let found = person.auth("revoke").arg("--yes").finish().exits(0).whole_text();
    assert!(found.contains("its tokens had ended before"), "{found}");
    assert_eq!(person.stored()["accounts"], json!([]));
    Person::signed_in(person.login());
    let revoked = person.auth("revoke").arg("--yes").finish().exits(0).whole_text();
    for part in [
        "Revoked and removed from this machine: tiktok account \"default\"",
        "the app has no access to the TikTok account",
        "not changed     posts, drafts and ads",
    ] {
        assert!(revoked.contains(part), "{part}: {revoked}");
    }
}
