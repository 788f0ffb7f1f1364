//! Secrets of a sign-in are in the store, and printed by `auth token` alone.

use std::fs;

use super::{Person, SECRET, browser};
use crate::support::{program::Ended, tiktok::tiktok};

/// Secrets in the store.
fn secrets(person: &Person<'_>) -> Vec<String> {
    let stored = person.stored();
    let account = &stored["accounts"][0];
    ["access_token", "refresh_token", "app_secret"]
        .iter()
        .filter_map(|name| Some(account[name].as_str()?.to_owned()))
        .collect()
}

#[track_caller]
fn tells_none(secrets: &[String], ended: &Ended) {
    let told = format!("{}{}", ended.whole_text(), ended.stderr);
    for secret in secrets {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}

#[test]
fn no_command_but_token_prints_a_secret() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    for format in ["human", "json"] {
        let log = ["--log=trace".to_owned(), format!("--log-format={format}")];
        let logged = |program: crate::support::program::Program| {
            log.iter().fold(program, |program, word| program.arg(word))
        };
        let waiting = Person::waiting(logged(person.login()));
        let redirect = waiting.redirect();
        let shown = browser::get(&redirect);
        let ended = waiting.running.wait().exits(0);
        let mut all = secrets(&person);
        assert_eq!(all.len(), 3);
        let code = redirect
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
            .into_owned();
        all.push(code.clone());
        tells_none(&all, &ended);
        for secret in all.iter().chain([&redirect
            .query_pairs()
            .find(|(name, _)| name == "state")
            .unwrap()
            .1
            .into_owned()])
        {
            assert!(
                !shown.body.contains(secret.as_str()) && !shown.head.contains(secret.as_str()),
                "{}",
                shown.body
            );
        }
        for (mode, more) in [
            ("status", ""),
            ("status", "--json"),
            ("refresh", ""),
            ("refresh", "--json"),
            ("default", ""),
        ] {
            let program = logged(person.auth(mode));
            let before = secrets(&person);
            let program = if more.is_empty() {
                program
            } else {
                program.arg(more)
            };
            let ended = program.finish().exits(0);
            tells_none(&before, &ended);
            tells_none(&secrets(&person), &ended);
        }
        let token = logged(person.auth("token")).finish().exits(0);
        let known = secrets(&person);
        assert_eq!(token.whole_text().trim_end(), known[0]);
        assert!(
            known.iter().all(|secret| !token.stderr.contains(secret)),
            "{}",
            token.stderr
        );
    }
    let journal = serde_json::to_string(&tiktok.journal()).unwrap();
    assert!(!journal.contains(SECRET), "the simulator's journal");
}

/// Neither the secret nor a code or token is an argument of this program or of the browser, and the browser gets no
/// variable of TikTok.
#[test]
fn process_lists_show_no_secret() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let script = person.home.path().join("browser");
    let (seen, temporary) = (
        person.home.path().join("seen"),
        person.home.path().join("seen.part"),
    );
    let text = format!(
        "#!/bin/sh\n{{ echo \"$@\"; env; }} >'{}'\nmv '{}' '{}'\n",
        temporary.display(),
        temporary.display(),
        seen.display()
    );
    fs::write(&script, text).unwrap();
    let chmod = std::process::Command::new("chmod")
        .arg("+x")
        .arg(&script)
        .status()
        .unwrap();
    assert!(chmod.success());
    let program = person
        .login()
        .arg("--port")
        .arg("0")
        .env("BROWSER", script.to_str().unwrap());
    let running = program.env("PATH", "/usr/bin:/bin").start();
    running.await_log("Waiting for the sign-in in the browser");
    let line = fs::read_to_string(format!("/proc/{}/cmdline", running.id())).unwrap();
    assert!(!line.contains("CANARY"), "{line}");
    for _ in 0..400 {
        if seen.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let seen = fs::read_to_string(seen).unwrap();
    assert!(
        seen.contains("/v2/auth/authorize/") && !seen.contains("CANARY") && !seen.contains("TIKTOK_"),
        "{seen}"
    );
    browser::follow(&super::page(&running));
    running.wait().exits(0);
}

#[test]
fn a_secret_as_an_argument_is_refused_and_not_repeated() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    for option in ["--client-secret", "--app-secret", "--token"] {
        let ended = person
            .auth("login")
            .arg(option)
            .arg("CANARY-0123456789")
            .finish()
            .exits(2);
        assert!(
            !ended.stderr.contains("CANARY") && ended.stderr.contains("unexpected argument"),
            "{}",
            ended.stderr
        );
    }
    let unset = person
        .auth("login")
        .arg("--client-key")
        .arg("sim-app")
        .finish()
        .exits(2);
    assert!(
        unset.stderr.contains("set TIKTOK_CLIENT_SECRET"),
        "{}",
        unset.stderr
    );
    let unset = person.auth("login").finish().exits(2);
    assert!(unset.stderr.contains("TIKTOK_CLIENT_KEY"), "{}", unset.stderr);
}

#[test]
fn a_secret_that_is_not_to_be_stored_is_not_stored() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login().arg("--no-store-secret"));
    assert!(!fs::read_to_string(person.store()).unwrap().contains("CANARY"));
    let ended = person.auth("refresh").finish().exits(4);
    assert!(
        ended.stderr.contains("Set TIKTOK_CLIENT_SECRET"),
        "{}",
        ended.stderr
    );
    person
        .auth("refresh")
        .env("TIKTOK_CLIENT_SECRET", SECRET)
        .finish()
        .exits(0);
    assert!(!fs::read_to_string(person.store()).unwrap().contains("CANARY"));
}
