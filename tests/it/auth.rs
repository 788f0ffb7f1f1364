//! `auth`: accounts are signed in, shown, refreshed and revoked, by the real program against the simulator.

#[path = "auth/ads.rs"]
mod ads;
#[path = "auth/browser.rs"]
mod browser;
#[path = "auth/consent.rs"]
mod consent;
#[path = "auth/interrupted.rs"]
mod interrupted;
#[path = "auth/kept.rs"]
mod kept;
#[path = "auth/keyring.rs"]
mod keyring;
#[path = "auth/login.rs"]
mod login;
#[path = "auth/pasted.rs"]
mod pasted;
#[path = "auth/refresh.rs"]
mod refresh;
#[path = "auth/secrets.rs"]
mod secrets;
#[path = "auth/tokens.rs"]
mod tokens;

use std::{fs, path::PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use url::Url;

use crate::support::{
    program::{Ended, Program, Running, command},
    tiktok::TikTok,
};

/// Secret of the app. The simulator takes any.
const SECRET: &str = "CANARY-secret-0123456789";

/// Home of a person, and the TikTok that they sign in to.
struct Person<'a> {
    home: TempDir,
    tiktok: &'a TikTok,
}

impl<'a> Person<'a> {
    fn new(tiktok: &'a TikTok) -> Self {
        let home = TempDir::new().unwrap();
        Self { home, tiktok }
    }

    /// File with the tokens.
    fn store(&self) -> PathBuf {
        self.home.path().join("state/autohive-tiktok/accounts.json")
    }

    fn stored(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.store()).unwrap()).unwrap()
    }

    /// Changes a member of the first account in the store.
    fn rewrite(&self, member: &str, value: impl Into<Value>) {
        let mut stored = self.stored();
        stored["accounts"][0][member] = value.into();
        fs::write(self.store(), stored.to_string()).unwrap();
    }

    /// `auth` with a subcommand.
    fn auth(&self, mode: &str) -> Program {
        let state = self.home.path().join("state");
        command("auth")
            .arg(mode)
            .within(self.home.path())
            .against(&self.tiktok.url())
            .env("TIKTOK_ADS_API_BASE", &self.tiktok.url())
            .env("XDG_STATE_HOME", state.to_str().unwrap())
            .env("TMPDIR", self.home.path().to_str().unwrap())
    }

    /// `auth login` for the app of the simulator's accounts, on a free port.
    fn login(&self) -> Program {
        self.auth("login")
            .arg("--client-key")
            .arg("sim-app")
            .env("TIKTOK_CLIENT_SECRET", SECRET)
    }

    /// A login that waits for its browser.
    fn waiting(program: Program) -> Waiting {
        let running = program.arg("--port").arg("0").start();
        running.await_log("not shown) and press Enter");
        let page = page(&running);
        Waiting { running, page }
    }

    /// Signs in, as a test needs it.
    #[track_caller]
    fn signed_in(program: Program) -> Ended {
        let waiting = Self::waiting(program);
        let shown = browser::follow(&waiting.page);
        let ended = waiting.running.wait().exits(0);
        assert_eq!(shown.status, 200, "{}", shown.body);
        ended
    }
}

/// Login whose page is known.
struct Waiting {
    running: Running,
    /// Address of TikTok's page.
    page: Url,
}

impl Waiting {
    /// Address of the redirect, with the answer of TikTok's page.
    #[track_caller]
    fn redirect(&self) -> Url {
        let answer = browser::get(&self.page);
        assert_eq!(answer.status, 302, "{}", answer.body);
        Url::parse(&answer.location()).unwrap()
    }
}

/// The address that a login prints.
#[track_caller]
fn page(running: &Running) -> Url {
    let log = running.log();
    let line = log.lines().find(|line| line.starts_with("http"));
    Url::parse(line.unwrap_or_else(|| panic!("no address in {log}"))).unwrap()
}

/// `url` with another value of a parameter.
fn with_parameter(url: &Url, name: &str, value: &str) -> Url {
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(key, old)| {
            let value = if key == name {
                value.to_owned()
            } else {
                old.into_owned()
            };
            (key.into_owned(), value)
        })
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url
}

#[track_caller]
fn object(ended: &Ended) -> Value {
    serde_json::from_str(&ended.whole_text()).unwrap_or_else(|_| panic!("no JSON: {}", ended.whole_text()))
}
