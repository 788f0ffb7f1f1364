//! Helpers shared by the tests.

pub(crate) mod program;
#[cfg(feature = "simulator")]
pub(crate) mod tiktok;
#[cfg(feature = "simulator")]
pub(crate) mod video;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// A token whose account has every permission.
pub(crate) const PUBLIC: &str = "act.sim-public";

/// A request as one JSON value.
pub(crate) fn ask(id: &str, action: &str, inputs: Value) -> Value {
    ask_as(PUBLIC, id, action, inputs)
}

/// A request for another account.
pub(crate) fn ask_as(token: &str, id: &str, action: &str, inputs: Value) -> Value {
    let mut request =
        json!({ "id": id, "action": action, "inputs": null, "auth": { "access_token": token } });
    request["inputs"] = inputs;
    request
}

/// An object merged with `more`, whose members take precedence.
#[cfg(feature = "simulator")]
pub(crate) fn merged(mut object: Value, more: Value) -> Value {
    let (Some(members), Value::Object(more)) = (object.as_object_mut(), more) else {
        panic!("only objects can be merged")
    };
    members.extend(more);
    object
}

/// A request with one more member.
#[cfg(feature = "simulator")]
pub(crate) fn with(mut request: Value, name: &str, member: Value) -> Value {
    request[name] = member;
    request
}

/// Runs `check` with all items concurrently: most of them wait.
#[cfg(feature = "simulator")]
pub(crate) fn together<T: Send>(items: impl IntoIterator<Item = T>, check: impl Fn(T) + Sync) {
    let check = &check;
    std::thread::scope(|scope| {
        for item in items {
            drop(scope.spawn(move || check(item)));
        }
    });
}

/// The top of the source tree.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
