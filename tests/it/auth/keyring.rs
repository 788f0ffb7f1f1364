//! The keyring of the system in place of the file. No test needs D-Bus: `docs/login.md` says what was tried with
//! one.
//!
//! Most need the feature: `cargo test --features keyring --test it keyring`.

use super::{Person, object};
use crate::support::tiktok::tiktok;

const STORE: &str = "AUTOHIVE_TIKTOK_ACCOUNT_STORE";

#[test]
fn the_kind_of_the_store_is_one_of_three_words() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let ended = person.auth("status").env(STORE, "wallet").finish().exits(2);
    assert!(
        ended.stderr.contains("allowed: file, keyring or auto"),
        "{}",
        ended.stderr
    );
    let status = object(
        &person
            .auth("status")
            .arg("--json")
            .env(STORE, "file")
            .finish()
            .exits(0),
    );
    assert_eq!(status["store"]["kind"], "file");
}

#[cfg(not(feature = "keyring"))]
#[test]
fn a_build_without_keyring_says_so() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let ended = person.auth("status").env(STORE, "keyring").finish().exits(2);
    assert!(ended.stderr.contains("--features keyring"), "{}", ended.stderr);
    let status = object(
        &person
            .auth("status")
            .arg("--json")
            .env(STORE, "auto")
            .finish()
            .exits(0),
    );
    let place = status["store"]["place"].as_str().unwrap_or_default();
    assert!(place.ends_with("was built without the keyring"), "{status:#}");
}

/// Test with the feature: a bus is a socket, or a path where there is none.
#[cfg(feature = "keyring")]
mod with_feature {
    use std::{os::unix::net::UnixListener, path::Path};

    use super::{Person, STORE, object};
    use crate::support::{program::Program, tiktok::tiktok};

    fn on(bus: &Path, program: Program, store: &str) -> Program {
        let address = format!("unix:path={}", bus.display());
        program
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .env(STORE, store)
    }

    #[test]
    fn without_a_bus_the_keyring_is_an_error_and_auto_is_the_file() {
        let tiktok = tiktok();
        let person = Person::new(&tiktok);
        let nowhere = person.home.path().join("bus");
        let login = || person.auth("login").arg("--with-token").input("act.sim-public");
        for program in [login(), person.auth("status"), person.auth("token")] {
            let ended = on(&nowhere, program, "keyring").finish().exits(4);
            for part in [
                "the keyring, entry autohive-tiktok of",
                "there is no keyring",
                "ACCOUNT_STORE=file",
            ] {
                assert!(ended.stderr.contains(part), "{}", ended.stderr);
            }
        }
        assert!(!person.store().exists());
        let told = on(&nowhere, login(), "auto").finish().exits(0).whole_text();
        assert!(
            told.contains("accounts.json because the keyring cannot be used"),
            "{told}"
        );
        assert_eq!(person.stored()["accounts"][0]["access_token"], "act.sim-public");
        let doctor = person
            .auth("status")
            .with_command("doctor")
            .arg("--offline")
            .arg("--json");
        let report = object(&on(&nowhere, doctor, "keyring").finish().exits(1));
        let fault = report["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|check| check["check"] == "accounts");
        assert_eq!(fault.unwrap()["status"], "fault", "{report:#}");
    }

    #[test]
    fn a_bus_that_never_answers_is_waited_for_once() {
        let tiktok = tiktok();
        let person = Person::new(&tiktok);
        let bus = person.home.path().join("bus");
        let _silent = UnixListener::bind(&bus).unwrap();
        let whoami = on(&bus, person.auth("status").with_command("whoami"), "keyring");
        let ended = whoami.finish().exits(4);
        assert!(
            ended.stderr.contains("no answer within 3 seconds"),
            "{}",
            ended.stderr
        );
        let ended = on(&bus, person.auth("status"), "auto").finish().exits(0);
        assert!(
            ended.stderr.contains("accounts are taken from the file"),
            "{}",
            ended.stderr
        );
    }
}
