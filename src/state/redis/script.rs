//! Lua scripts, each an atomic step on one key.

use std::time::Duration;

use ::redis::{FromRedisValue, RedisResult, cmd};

use super::connection::Connection;
use crate::{
    clock::Clock,
    model::{AccountHash, JournalKey, from_hex},
    state::times::millis,
};

/// Code of the error with which a script refuses a state of a newer version; the version follows.
pub(super) const NEWER: &str = "NEWER";

/// Version of the rows and counters. A state of version 1 has no mark.
pub(super) const VERSION: i64 = 1;

/// Mark of a newer version: a hash with the field `version`. Each script reads it, so a running process notices it too.
const MARK: &str = "autohive-tiktok:state";

/// Script with the check of the version before it.
macro_rules! script {
    ($file:literal) => {
        concat!(include_str!("version.lua"), include_str!($file))
    };
}

pub(super) const CLAIM: &str = script!("claim.lua");
pub(super) const TAKE_OVER: &str = script!("take_over.lua");
pub(super) const CHANGE: &str = script!("change.lua");
pub(super) const DELETE: &str = script!("delete.lua");
pub(super) const TAKE: &str = script!("take.lua");
pub(super) const COUNT: &str = script!("count.lua");
pub(super) const GIVE_BACK: &str = script!("give_back.lua");

/// Script with its key and arguments.
#[derive(Debug)]
pub(super) struct ScriptCall {
    script: &'static str,
    key: String,
    pub(super) arguments: Vec<Vec<u8>>,
}

impl ScriptCall {
    /// Call on a row of the journal.
    pub(super) fn journal(script: &'static str, key: JournalKey, arguments: Vec<String>) -> Self {
        Self::new(script, format!("{JOURNAL}{key}"), arguments)
    }

    /// Call on a rate counter.
    pub(super) fn counter(
        script: &'static str,
        account: AccountHash,
        kind: &str,
        arguments: Vec<String>,
    ) -> Self {
        Self::new(
            script,
            format!("autohive-tiktok:ledger:{account}:{kind}"),
            arguments,
        )
    }

    fn new(script: &'static str, key: String, arguments: Vec<String>) -> Self {
        Self {
            script,
            key,
            arguments: arguments.into_iter().map(String::into_bytes).collect(),
        }
    }

    /// Runs the script. Its last argument is the time by which a test has moved `clock`.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        connection: &Connection,
        clock: &Clock,
    ) -> RedisResult<T> {
        let moved = millis(clock.moved());
        let mut commands = connection.commands.clone();
        cmd("EVAL")
            .arg(self.script)
            .arg(2)
            .arg(&self.key)
            .arg(MARK)
            .arg(&self.arguments)
            .arg(moved)
            .query_async(&mut commands)
            .await
    }
}

/// Beginning of the names of journal rows.
const JOURNAL: &str = "autohive-tiktok:journal:";

/// Most names of one answer, roughly: an answer has at most 512 lines, two for each name.
const SCANNED: usize = 100;

/// Next names of journal rows after `cursor`, and the cursor after them; 0 at the end.
pub(super) async fn scan(connection: &Connection, cursor: u64) -> RedisResult<(u64, Vec<Vec<u8>>)> {
    let mut commands = connection.commands.clone();
    cmd("SCAN")
        .arg(cursor)
        .arg("MATCH")
        .arg(format!("{JOURNAL}*"))
        .arg("COUNT")
        .arg(SCANNED)
        .query_async(&mut commands)
        .await
}

/// Key of the row with this name; `None` for a name of another form.
pub(super) fn journal_key(name: &[u8]) -> Option<JournalKey> {
    let digits = str::from_utf8(name).ok()?.strip_prefix(JOURNAL)?;
    from_hex(digits).map(JournalKey::stored)
}

/// Duration as an argument, in milliseconds.
pub(super) fn text(duration: Duration) -> String {
    millis(duration).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Old and new programs share one Redis during an upgrade, so the keys may never change.
    #[test]
    fn keys_keep_their_form() {
        let account = AccountHash::of(&["a"]);
        let call = ScriptCall::counter(TAKE, account, "init", Vec::new());
        assert_eq!(
            call.key,
            "autohive-tiktok:ledger:bc2c25f0bcdf7e59019b1f7667d9075b531254a709806a414cd428d7758fa5ea:init"
        );
        let call = ScriptCall::journal(CLAIM, JournalKey::of(&["a"]), Vec::new());
        assert_eq!(
            call.key,
            "autohive-tiktok:journal:96520054c04c9c975d93b6adb9377b8560acaefb763c48a2945771b6387e69ba"
        );
    }
}
