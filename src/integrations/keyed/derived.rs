//! Idempotency key of a command whose sender chose none.

use serde_json::{Map, Value};

use super::inputs::{KEY, bare, canonical};
use crate::{
    integrations::{ActionEntry, Contents},
    media::Passed,
    model::{Fingerprint, Hex},
};

/// Inputs that do not change what an action makes.
const NOT_OF_THE_WORK: [&str; 5] = [KEY, "wait_seconds", "dry_run", "preflight", "chunk_size"];

/// Key of the action with these inputs and contents, the same for the same command; `None` if a content cannot be read.
///
/// The journal keeps keys by account, so the account is no part of it.
pub async fn derived_key(action: &ActionEntry, inputs: &Value, contents: &Contents) -> Option<String> {
    let members = inputs.as_object().into_iter().flatten();
    let of_the_work: Map<String, Value> = members
        .filter(|(name, _)| !NOT_OF_THE_WORK.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), bare(name, value)))
        .collect();
    let mut parts = vec![action.name.to_owned(), canonical(&Value::Object(of_the_work))];
    for content in contents.whole() {
        let digest = match content {
            Passed::Kept(source) => source.sha256().await.ok()?,
            Passed::Dropped(dropped) => dropped.sha256,
        };
        parts.push(Hex(&digest).to_string());
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(format!("call-{}", Fingerprint::of(&parts)))
}
