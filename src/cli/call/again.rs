//! The idempotency key of a command: the same for the same command, so that it posts once, or a new one.

use getrandom::fill;
use serde_json::{Map, Value};

use super::field::InputField;
use crate::{
    integrations::{ActionEntry, Contents, derived_key},
    model::Hex,
};

/// Input that holds the key.
pub(super) const KEY: &str = "idempotency_key";

/// Key that a command got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CommandKey {
    /// None: the action takes none, or nothing is made.
    None,
    /// That of the person.
    Given,
    /// The one of this command.
    Derived(String),
    /// A new one, because the person wants it done again.
    Fresh(String),
}

impl CommandKey {
    /// The key that the program made.
    pub(super) fn made(&self) -> Option<&str> {
        match self {
            Self::Derived(key) | Self::Fresh(key) => Some(key),
            Self::None | Self::Given => None,
        }
    }
}

/// Whether a command needs a key of its own: the action takes one, makes something, and was given none.
pub(super) fn needs_key(fields: &[InputField], inputs: &Map<String, Value>) -> bool {
    let takes = fields.iter().any(|field| field.name == KEY);
    let is_dry = inputs.get("dry_run") == Some(&Value::Bool(true));
    takes && !is_dry && !inputs.contains_key(KEY)
}

/// Gives the command a key. Errors: a file cannot be read.
pub(super) async fn with_key(
    action: &ActionEntry,
    inputs: &mut Map<String, Value>,
    contents: &Contents,
    is_again: bool,
) -> Option<CommandKey> {
    let derived = derived_key(action, &Value::Object(inputs.clone()), contents).await?;
    let key = if is_again {
        CommandKey::Fresh(format!("{derived}-{}", random()))
    } else {
        CommandKey::Derived(derived)
    };
    if let Some(text) = key.made() {
        inputs.insert(KEY.to_owned(), text.into());
    }
    Some(key)
}

/// Eight random digits.
fn random() -> String {
    let mut bytes = [0; 4];
    // Without random bytes the process id tells two commands apart.
    if fill(&mut bytes).is_err() {
        bytes = std::process::id().to_be_bytes();
    }
    Hex(&bytes).to_string()
}
