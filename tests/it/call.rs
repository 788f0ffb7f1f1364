//! `call` and the other commands for people: the real program against the simulator.

#[path = "call/deadline.rs"]
mod deadline;
#[path = "call/deletions.rs"]
mod deletions;
#[path = "call/examples.rs"]
mod examples;
#[path = "call/exits.rs"]
mod exits;
#[path = "call/files.rs"]
mod files;
#[path = "call/logins.rs"]
mod logins;
#[path = "call/lost.rs"]
mod lost;
#[path = "call/machine.rs"]
mod machine;
#[path = "call/once.rs"]
mod once;
#[path = "call/screens.rs"]
mod screens;
#[path = "call/terminal.rs"]
mod terminal;
#[path = "call/usage.rs"]
mod usage;
#[path = "call/whoami.rs"]
mod whoami;

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    program::{Ended, Program, command},
    root,
    tiktok::TikTok,
};

/// Token of the account that posts.
const TOKEN: &str = "act.sim-public";

/// Ad account of the simulator, and a token for it.
const ADVERTISER: &str = "7310000000000000011";
const ADS_TOKEN: &str = "ads.sim-main";

/// A clip that TikTok accepts.
fn clip_path() -> PathBuf {
    root().join("tests/media/clip.mp4")
}

/// A person at a machine: a home for the state, and the simulator as TikTok.
struct Desk {
    home: TempDir,
    url: String,
}

impl Desk {
    fn at(tiktok: &TikTok) -> Self {
        Self {
            home: TempDir::new().unwrap(),
            url: tiktok.url(),
        }
    }

    /// Path of a new file of this name.
    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// `call` with this action, signed in.
    fn call(&self, action: &str) -> Program {
        self.command("call").arg(action)
    }

    /// A command, signed in at both APIs.
    fn command(&self, name: &str) -> Program {
        self.stranger(name)
            .env("AUTOHIVE_TIKTOK_TOKEN", TOKEN)
            .env("AUTOHIVE_TIKTOK_ADS_TOKEN", ADS_TOKEN)
            .env("AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID", ADVERTISER)
    }

    /// A command without any token.
    fn stranger(&self, name: &str) -> Program {
        command(name)
            .within(self.home.path())
            .env("TIKTOK_API_BASE", &self.url)
            .env("TIKTOK_ADS_API_BASE", &self.url)
            .env("XDG_STATE_HOME", self.home.path().to_str().unwrap())
    }

    /// Post of the clip, for the account alone.
    fn post(&self) -> Program {
        self.call("create-video-post")
            .path(&clip_path())
            .arg("--privacy-level")
            .arg("self-only")
    }
}

/// Words of a path, and results as JSON.
trait ProgramExt {
    fn path(self, path: &Path) -> Self;
    fn args(self, words: &[&str]) -> Self;
}

impl ProgramExt for Program {
    fn path(self, path: &Path) -> Self {
        self.arg(path.to_str().unwrap())
    }

    fn args(self, words: &[&str]) -> Self {
        words.iter().fold(self, |program, word| program.arg(word))
    }
}

/// The one line of JSON that a command printed.
#[track_caller]
fn json_line(ended: &Ended) -> Value {
    let text = ended.whole_text();
    assert_eq!(
        text.matches('\n').count(),
        1,
        "one line: {text:?}\n{}",
        ended.stderr
    );
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"))
}
