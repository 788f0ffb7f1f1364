//! Tokens that are refreshed, by many processes at once, and through faults.

use std::{fs, thread, time::Duration};

use autohive_tiktok::{clock::Clock, model::UtcTime, simulator::EndpointName};
use serde_json::json;

use super::{Person, object};
use crate::support::tiktok::{TikTok, tiktok};

/// Time that has passed, as far as the store knows.
const PAST: &str = "2026-01-01T00:00:00Z";

fn refreshes(tiktok: &TikTok) -> usize {
    let entries = tiktok.entries(EndpointName::OAUTH_TOKEN);
    entries.len()
}

/// The simulator's refresh tokens work once, so one process that used an old one would end the session.
#[test]
fn forty_processes_that_refresh_at_once_keep_the_account_signed_in() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let before = refreshes(&tiktok);
    for round in 0..2 {
        person.rewrite("access_token_ends", PAST);
        let tokens: Vec<String> = thread::scope(|scope| {
            let all: Vec<_> = (0..20)
                .map(|number| {
                    let mode = if number % 5 == 4 { "refresh" } else { "token" };
                    let program = person.auth(mode);
                    scope.spawn(move || program.finish().exits(0).whole_text())
                })
                .collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(tokens.iter().all(|text| !text.is_empty()), "{round}");
    }
    let sent = refreshes(&tiktok) - before;
    assert!(
        (2..=10).contains(&sent),
        "{sent} calls for 40 processes, of which 8 refresh in any case"
    );
    let last = person.auth("refresh").arg("--json").finish().exits(0);
    assert_eq!(object(&last)["refresh_interrupted"], json!(null));
}

#[test]
fn many_forced_refreshes_at_once_keep_the_account_signed_in() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    thread::scope(|scope| {
        for _ in 0..20 {
            let program = person.auth("refresh");
            scope.spawn(move || program.finish().exits(0));
        }
    });
    person.auth("refresh").finish().exits(0);
}

#[test]
fn a_token_that_works_for_a_while_is_not_refreshed() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let first = person.auth("token").finish().exits(0).whole_text();
    assert_eq!(person.auth("token").finish().exits(0).whole_text(), first);
    assert_eq!(refreshes(&tiktok), 1);
    person.rewrite("access_token_ends", PAST);
    let second = person.auth("token").finish().exits(0).whole_text();
    assert_ne!(second, first);
    assert_eq!(person.stored()["accounts"][0]["access_token"], second.trim_end());
}

/// Killed while TikTok has not read the call yet: nothing is lost. Killed after TikTok has replaced the tokens: the next
/// refresh says so.
#[test]
fn a_process_that_is_killed_leaves_a_store_that_can_be_read() {
    for (kind, is_lost) in [
        (json!({ "stall": { "at_byte": 1, "ms": 1500 } }), None),
        (json!({ "slow_ms": 60_000 }), Some(())),
    ] {
        let tiktok = tiktok();
        let person = Person::new(&tiktok);
        Person::signed_in(person.login());
        tiktok.change(json!({ "faults": [{ "endpoint": "oauth_token", "times": 1, "kind": kind }] }));
        let before = refreshes(&tiktok);
        let running = person.auth("refresh").start();
        tiktok.await_calls("/v2/oauth/token/", before + 1);
        thread::sleep(Duration::from_millis(200));
        running.signal("KILL");
        running.end_unread(Duration::from_secs(10));
        let status = person.auth("status").finish().exits(0).whole_text();
        assert!(
            status.contains("a refresh that began at") && status.contains("was interrupted"),
            "{status}"
        );
        if is_lost.is_some() {
            let ended = person.auth("refresh").finish().exits(4);
            for part in [
                "invalid_grant",
                "was interrupted",
                "auth login --integration tiktok --account default",
            ] {
                assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
            }
            // The access token still works, so far as anybody knows.
            person.auth("token").finish().exits(0);
        }
        assert!(person.stored()["accounts"][0]["refresh_token"].is_string());
        Person::signed_in(person.login());
        person.auth("refresh").finish().exits(0);
    }
}

#[test]
fn tokens_that_cannot_be_stored_are_rescued() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    tiktok.change(
        json!({ "faults": [{ "endpoint": "oauth_token", "times": 1, "kind": { "slow_ms": 1500 } }] }),
    );
    let before = refreshes(&tiktok);
    let running = person.auth("refresh").start();
    tiktok.await_calls("/v2/oauth/token/", before + 1);
    // A folder in the place of the new file cannot be replaced.
    let new = person.store().with_extension("json.new");
    fs::create_dir_all(new.join("x")).unwrap();
    let ended = running.wait().exits(4);
    for part in [
        "TikTok has replaced the tokens, but they could not be stored",
        "accounts.json.rescued",
    ] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    fs::remove_dir_all(new).unwrap();
    fs::rename(person.store().with_extension("json.rescued"), person.store()).unwrap();
    person.auth("refresh").finish().exits(0);
}

/// A store that cannot be written is found out before the refresh token is used.
#[test]
fn a_store_that_cannot_be_written_loses_no_token() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let before = refreshes(&tiktok);
    let new = person.store().with_extension("json.new");
    fs::create_dir_all(new.join("x")).unwrap();
    let ended = person.auth("refresh").finish().exits(4);
    assert!(ended.stderr.contains("it cannot be written"), "{}", ended.stderr);
    assert_eq!(refreshes(&tiktok), before);
    fs::remove_dir_all(new).unwrap();
    person.auth("refresh").finish().exits(0);
}

#[test]
fn a_refresh_that_fails_for_a_moment_leaves_the_token_in_use() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let soon = Clock::system().since_epoch() + Duration::from_mins(2);
    person.rewrite("access_token_ends", UtcTime::after_epoch(soon).rfc3339());
    tiktok.change(json!({ "faults": [{ "endpoint": "oauth_token", "kind": { "status": 503 } }] }));
    let first = person.auth("token").finish().exits(0);
    assert!(first.whole_text().starts_with("act."), "{}", first.whole_text());
    assert!(
        first
            .stderr
            .contains("warning: the access token ends within minutes"),
        "{}",
        first.stderr
    );
    person.rewrite("access_token_ends", PAST);
    let ended = person.auth("token").finish().exits(7);
    assert!(
        ended.stderr.contains("TikTok did not answer as documented"),
        "{}",
        ended.stderr
    );
    tiktok.change(json!({ "clear_faults": true }));
    person.auth("token").finish().exits(0);
}

/// A limit and a fault of TikTok pass; a script that reads the exit code needs nobody to sign in again.
#[test]
fn a_refusal_that_passes_is_no_login_that_has_ended() {
    for (code, exit, word) in [
        ("rate_limit_exceeded", 5, "login_limited"),
        ("temporarily_unavailable", 7, "login_unavailable"),
    ] {
        let tiktok = tiktok();
        let person = Person::new(&tiktok);
        Person::signed_in(person.login());
        person.rewrite("access_token_ends", PAST);
        tiktok.change(
            json!({ "faults": [{ "endpoint": "oauth_token", "kind": { "error": { "http": 200, "code": code, "message": "Try again." } } }] }),
        );
        let call = person.auth("status").with_command("call").arg("get-user-info");
        for program in [person.auth("refresh"), call] {
            let error = &object(&program.arg("--json").finish().exits(exit))["error"];
            assert_eq!(
                (&error["code"], &error["tiktok_code"]),
                (&json!(word), &json!(code)),
                "{error}"
            );
        }
    }
}

#[test]
fn what_ends_a_session_is_told_with_the_way_out() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let again = "autohive-tiktok auth login --integration tiktok --account default";
    let fails = |program: crate::support::program::Program, parts: &[&str]| {
        let ended = program.finish().exits(4);
        for part in parts {
            assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
        }
    };
    // Another API base: the token is sent nowhere.
    let elsewhere = person
        .auth("refresh")
        .env("TIKTOK_API_BASE", "http://127.0.0.1:9");
    fails(
        elsewhere,
        &[
            "a token is sent only to the API that issued it",
            "TIKTOK_API_BASE=http://127.0.0.1:",
        ],
    );
    person.rewrite("refresh_token_ends", PAST);
    fails(
        person.auth("refresh"),
        &["the login has ended: its refresh token expired at", again],
    );
    person.rewrite("refresh_token_ends", "2099-01-01T00:00:00Z");
    person.rewrite("refresh_token", "rft.nobody");
    fails(person.auth("refresh"), &["invalid_grant", again]);
    person.rewrite("app_id", "nobody");
    fails(person.auth("refresh"), &["invalid_client", "client secret"]);
    person.rewrite("app_secret", json!(null));
    fails(person.auth("refresh"), &["Set TIKTOK_CLIENT_SECRET"]);
    person.rewrite("refresh_token", json!(null));
    fails(person.auth("refresh"), &["it has no refresh token", again]);
}

/// TikTok no longer knows the refresh token: the text, the status and the store say so until the next sign-in.
#[test]
fn a_login_that_has_ended_is_shown() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    person.rewrite("refresh_token", "rft.nobody");
    let ended = person.auth("refresh").finish().exits(4).stderr;
    let again = "Sign in again: autohive-tiktok auth login --integration tiktok --account default";
    assert!(
        ended.contains("TikTok answered invalid_grant") && ended.trim_end().ends_with(again),
        "{ended}"
    );
    for slip in [".:", ".."] {
        assert!(!ended.contains(slip), "{slip}: {ended}");
    }
    let first = person.stored()["accounts"][0]["refresh_refused"].clone();
    person.auth("refresh").finish().exits(4);
    assert_eq!(person.stored()["accounts"][0]["refresh_refused"], first);
    let status = person.auth("status").finish().exits(0).whole_text();
    for part in [
        "refused by TikTok",
        "the login has ended: TikTok refused its refresh token at ",
        "Its access token still works for 2 h, unless TikTok has revoked it.",
        again,
    ] {
        assert!(status.contains(part), "{part}: {status}");
    }
    let shown = object(&person.auth("status").arg("--json").finish().exits(0));
    let end = &shown["accounts"][0]["login_ended"];
    assert_eq!(
        (&end["reason"], &end["at"]),
        (&"refresh_token_refused".into(), &first)
    );
    Person::signed_in(person.login());
    let shown = object(&person.auth("status").arg("--json").finish().exits(0));
    assert_eq!(shown["accounts"][0]["login_ended"], json!(null));
    person.rewrite("refresh_token_ends", PAST);
    let status = person.auth("status").finish().exits(0).whole_text();
    assert!(
        status.contains("its refresh token expired at 2026-01-01"),
        "{status}"
    );
}
