//! Signals that arrive while TikTok replaces or revokes tokens.

use std::{fs, net::TcpStream, thread};

use autohive_tiktok::simulator::EndpointName;
use serde_json::json;

use super::{Person, browser, object};
use crate::support::{
    program::{Ended, Program, Running},
    tiktok::{TikTok, tiktok},
};

/// Makes an endpoint slow once.
fn slow(tiktok: &TikTok, endpoint: &str) {
    tiktok.change(json!({ "faults": [{ "endpoint": endpoint, "times": 1, "kind": { "slow_ms": 1500 } }] }));
}

/// Interrupts a command while TikTok works on its call.
fn interrupt(running: &Running) {
    running.signal("INT");
    running.await_log("Stopping once TikTok's answer is stored");
}

/// Starts a command that refreshes, with a slow TikTok, and interrupts it during the call.
fn interrupted_refresh(person: &Person<'_>, program: Program) -> Running {
    slow(person.tiktok, "oauth_token");
    let calls = person.tiktok.count(EndpointName::OAUTH_TOKEN);
    let running = program.start();
    person.tiktok.await_calls("/v2/oauth/token/", calls + 1);
    interrupt(&running);
    running
}

/// A person whose access token has ended, so that the next use refreshes it.
fn with_ended_token(tiktok: &TikTok) -> Person<'_> {
    let person = Person::new(tiktok);
    Person::signed_in(person.login());
    person.rewrite("access_token_ends", "2026-01-01T00:00:00Z");
    person
}

#[track_caller]
fn tells(ended: &Ended, part: &str) {
    assert!(ended.stderr.contains(part), "{}", ended.stderr);
}

const REFRESHED: &str = "interrupted; the tokens were refreshed and stored";

#[test]
fn a_refresh_that_has_begun_is_stored_before_a_signal_takes_effect() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let before = person.stored();
    let running = interrupted_refresh(&person, person.auth("refresh"));
    let ended = running.wait().exits(0).whole_text();
    assert!(ended.starts_with("Refreshed"), "{ended}");
    let after = person.stored();
    assert_ne!(
        before["accounts"][0]["refresh_token"],
        after["accounts"][0]["refresh_token"]
    );
    person.auth("refresh").finish().exits(0);
}

#[test]
fn a_token_is_refreshed_and_not_printed_after_a_signal() {
    let tiktok = tiktok();
    let person = with_ended_token(&tiktok);
    let ended = interrupted_refresh(&person, person.auth("token")).wait().exits(1);
    assert_eq!(ended.whole_text(), "");
    tells(&ended, REFRESHED);
    person.auth("refresh").finish().exits(0);
}

#[test]
fn a_revocation_that_has_begun_is_finished_before_a_signal_takes_effect() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    slow(&tiktok, "oauth_revoke");
    let running = person.auth("revoke").arg("--yes").arg("--json").start();
    tiktok.await_calls("/v2/oauth/revoke/", 1);
    interrupt(&running);
    let ended = running.wait().exits(0);
    assert_eq!(object(&ended)["revoked"], true);
    assert_eq!(person.stored()["accounts"], json!([]));
}

/// The access token has ended, so it is refreshed first; the signal arrives then.
#[test]
fn a_revocation_that_has_not_begun_does_not_begin_after_a_signal() {
    let tiktok = tiktok();
    let person = with_ended_token(&tiktok);
    let program = person.auth("revoke").arg("--yes");
    let ended = interrupted_refresh(&person, program).wait().exits(1);
    tells(&ended, REFRESHED);
    assert_eq!(tiktok.count(EndpointName::OAUTH_REVOKE), 0);
    person.auth("refresh").finish().exits(0);
}

#[test]
fn a_signal_before_a_call_changes_nothing() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login());
    waiting.running.signal("INT");
    let ended = waiting.running.wait().exits(1);
    tells(&ended, "interrupted; no account was changed");
}

#[test]
fn tokens_that_are_revoked_and_still_stored_are_told() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    slow(&tiktok, "oauth_revoke");
    let running = person.auth("revoke").arg("--yes").start();
    tiktok.await_calls("/v2/oauth/revoke/", 1);
    // A folder in the place of the new file cannot be replaced.
    let new = person.store().with_extension("json.new");
    fs::create_dir_all(new.join("x")).unwrap();
    let ended = running.wait().exits(4);
    tells(&ended, "TikTok has revoked the tokens");
    tells(&ended, "auth revoke --forget");
    fs::remove_dir_all(new).unwrap();
    person.auth("revoke").arg("--forget").finish().exits(0);
}

/// The action itself does not begin after the signal.
#[test]
fn a_call_that_refreshes_stores_the_tokens_and_does_not_begin() {
    let tiktok = tiktok();
    let person = with_ended_token(&tiktok);
    let program = person.auth("status").with_command("call").arg("get-user-info");
    let ended = interrupted_refresh(&person, program).wait().exits(1);
    tells(&ended, "interrupted");
    assert_eq!(tiktok.count(EndpointName::USER_INFO), 0);
    person.auth("refresh").finish().exits(0);
}

/// The code is used up, so the account is stored before anything else, and the text says so.
#[test]
fn a_signal_after_the_sign_in_does_not_deny_it() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login());
    let redirect = waiting.redirect();
    // The listener waits up to two seconds for this connection before the command ends.
    let idle = TcpStream::connect(("127.0.0.1", redirect.port().unwrap())).unwrap();
    let shown = browser::get(&redirect);
    assert_eq!(shown.status, 200, "{}", shown.body);
    waiting.running.signal("INT");
    let ended = waiting.running.wait().exits(1);
    tells(&ended, "interrupted; the account is signed in and stored");
    drop(idle);
    person.auth("refresh").finish().exits(0);
}

/// Once the code is sent, TikTok may have issued tokens: they are stored, and the browser gets its page.
#[test]
fn a_login_whose_code_is_sent_is_stored_before_a_signal_takes_effect() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    for signal in ["INT", "TERM"] {
        let waiting = Person::waiting(person.login());
        let redirect = waiting.redirect();
        slow(&tiktok, "oauth_token");
        let calls = tiktok.count(EndpointName::OAUTH_TOKEN);
        let browser = thread::spawn(move || browser::get(&redirect));
        tiktok.await_calls("/v2/oauth/token/", calls + 1);
        waiting.running.signal(signal);
        waiting
            .running
            .await_log("Stopping once TikTok's answer is stored");
        let ended = waiting.running.wait().exits(1);
        tells(&ended, "interrupted; the account is signed in and stored");
        let shown = browser.join().unwrap();
        assert!(shown.body.contains("<h1>Signed in</h1>"), "{}", shown.body);
        person.auth("refresh").finish().exits(0);
        fs::remove_file(person.store()).unwrap();
    }
}

/// TikTok is asked for the account of a token before it is stored.
#[test]
fn a_token_that_is_looked_up_is_not_stored_after_a_signal() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login());
    let before = person.stored();
    slow(&tiktok, "user_info");
    let calls = tiktok.count(EndpointName::USER_INFO);
    let mut running = person
        .auth("login")
        .arg("--with-token")
        .input("act.sim-private")
        .start();
    running.close_input();
    tiktok.await_calls("/v2/user/info/", calls + 1);
    running.signal("INT");
    let ended = running.wait().exits(1);
    tells(&ended, "interrupted; no account was changed");
    assert_eq!(person.stored(), before);
}
