//! Outcome, ids and key of a result that standard output did not take.

use std::io;

use serde_json::{Map, Value};

use super::{
    again::{CommandKey, KEY},
    exit::exit_of_error,
    table::{cell, label, lines},
};
use crate::{
    cli::Exit,
    host::Reply,
    integrations::{ActionEntry, Effect},
};

/// Outcomes of actions that made nothing.
const WITHOUT_EFFECT: [&str; 3] = ["planned", "failed", "unchanged"];

/// Outcome, ids and key of a result, in case standard output fails.
pub(super) struct LostResult {
    facts: Vec<(String, String)>,
    advice: Option<String>,
    /// Exit code of the lost result: that of an error, else [`Exit::Unconfirmed`] after an effect.
    pub(super) exit: Exit,
}

impl LostResult {
    /// Outcome, ids and key of a reply.
    pub(super) fn of(action: &ActionEntry, reply: &Reply, key: &CommandKey) -> Self {
        let error = reply.fault();
        let members = match error {
            Some(error) => Some(error.members),
            None => reply.data().and_then(Value::as_object),
        };
        let exit = match (error, members) {
            (Some(error), _) => exit_of_error(error),
            (None, Some(members)) if has_effect(action, members) => Exit::Unconfirmed,
            (None, _) => Exit::Failed,
        };
        let is_write = matches!(action.effect, Effect::Writes);
        Self {
            facts: members
                .filter(|_| is_write)
                .map_or_else(Vec::new, |members| facts(members, key)),
            advice: (exit == Exit::Unconfirmed).then(|| advice(key)),
            exit,
        }
    }

    /// Lines for standard error. `error` is that of standard output.
    pub(super) fn lines(&self, error: &io::Error) -> Vec<String> {
        let mut shown = vec![format!("error: the result could not be written: {error}")];
        shown.extend(lines(&self.facts, None));
        shown.extend(self.advice.iter().map(|advice| format!("next: {advice}")));
        shown
    }
}

fn has_effect(action: &ActionEntry, members: &Map<String, Value>) -> bool {
    let outcome = members.get("outcome").and_then(Value::as_str).unwrap_or_default();
    let is_dry = members.get("dry_run") == Some(&Value::Bool(true));
    matches!(action.effect, Effect::Writes) && !is_dry && !WITHOUT_EFFECT.contains(&outcome)
}

/// Outcome, ids and counts of a result, and the key that the program made.
fn facts(members: &Map<String, Value>, key: &CommandKey) -> Vec<(String, String)> {
    let is_fact = |name: &str| {
        let parts = ["_id", "_ids", "_count"];
        matches!(name, "outcome" | "code" | "post_url") || parts.iter().any(|part| name.ends_with(part))
    };
    let told = members.iter().filter(|(name, _)| is_fact(name));
    let told = told.filter_map(|(name, value)| Some((label(name), cell(value)?)));
    let key = key.made().map(|key| (label(KEY), key.to_owned()));
    told.chain(key).collect()
}

fn advice(key: &CommandKey) -> String {
    match key {
        CommandKey::Derived(_) | CommandKey::Given => {
            "Run the same command again: it shows what was done, and never takes effect twice.".to_owned()
        }
        CommandKey::Fresh(key) => {
            format!(
                "Run the command with --idempotency-key {key} in place of --again: it shows what was done."
            )
        }
        CommandKey::None => {
            "The command may have taken effect. Look for its effect before you run it again.".to_owned()
        }
    }
}
