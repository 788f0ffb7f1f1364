//! Inputs that come with an idempotency key.

use serde_json::{Map, Value};

use crate::{integrations::Contents, media::Passed};

/// Input that makes a request repeatable.
pub(in crate::integrations) const KEY: &str = "idempotency_key";

/// Returns true if the inputs carry an idempotency key and are no dry run.
pub(in crate::integrations) fn is_keyed(inputs: &Value) -> bool {
    let has_key = inputs.get(KEY).is_some_and(|key| !key.is_null());
    has_key && !is_dry_run(inputs)
}

/// Returns true if the idempotency key is `null` and the inputs are no dry run.
pub(in crate::integrations) fn has_null_key(inputs: &Value) -> bool {
    inputs.get(KEY).is_some_and(Value::is_null) && !is_dry_run(inputs)
}

fn is_dry_run(inputs: &Value) -> bool {
    inputs.get("dry_run") == Some(&Value::Bool(true))
}

/// Canonical form of inputs without these members; empty without an idempotency key.
pub(in crate::integrations) fn canonical_without(inputs: &Value, left_out: &[&str]) -> String {
    let members = inputs.as_object().filter(|_| inputs.get(KEY).is_some());
    members.map_or_else(String::new, |members| {
        let kept = members
            .iter()
            .filter(|(name, _)| !left_out.contains(&name.as_str()));
        canonical(&Value::Object(
            kept.map(|(name, value)| (name.clone(), value.clone())).collect(),
        ))
    })
}

/// Inputs that do not change the work. Stored fingerprints and keys depend on this list, on [`canonical`] and on [`digests`].
const NOT_OF_THE_WORK: [&str; 5] = [KEY, "wait_seconds", "dry_run", "preflight", "chunk_size"];

/// Canonical form of the inputs that make up the work.
pub(in crate::integrations) fn canonical_work(inputs: &Value) -> String {
    let members = inputs.as_object().into_iter().flatten();
    let of_the_work: Map<String, Value> = members
        .filter(|(name, _)| !NOT_OF_THE_WORK.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), bare(name, value)))
        .collect();
    canonical(&Value::Object(of_the_work))
}

/// SHA-256 of each content; `None` if one cannot be read back. Handles in the inputs have the order of the contents, so the
/// digests can follow the inputs in that order.
pub(in crate::integrations) async fn digests(contents: &Contents) -> Option<Vec<[u8; 32]>> {
    let mut digests = Vec::new();
    for content in contents.whole() {
        digests.push(match content {
            Passed::Kept(source) => source.sha256().await.ok()?,
            Passed::Dropped(dropped) => dropped.sha256,
        });
    }
    Some(digests)
}

/// Members of a file that are not posted, since only its content is. Hosts invent names.
const NOT_OF_THE_FILE: [&str; 2] = ["name", "contentType"];

/// Returns an input without the members of files that are not posted.
fn bare(name: &str, value: &Value) -> Value {
    let mut value = value.clone();
    let files: &mut [Value] = match (name, &mut value) {
        ("file", file) => std::slice::from_mut(file),
        ("files", Value::Array(files)) => files,
        _ => &mut [],
    };
    for file in files.iter_mut().filter_map(Value::as_object_mut) {
        file.retain(|member, _| !NOT_OF_THE_FILE.contains(&member.as_str()));
    }
    value
}

/// Serializes JSON with sorted members, so that their order makes no difference.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
