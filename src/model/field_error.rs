//! What is wrong with one field, for a person and for a machine.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that is wrong: where, what was got, what is allowed, how to mend it.
///
/// `got` never holds a video's content, a caption's text or a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldError {
    /// The input's name, or a path into the inputs such as `photo_urls[3]`.
    pub field: String,
    /// What was given or seen.
    pub got: String,
    /// What is allowed.
    pub allowed: String,
    /// What to change.
    pub fix: String,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            got,
            allowed,
            fix,
        } = self;
        write!(f, "{field}: got {got}; allowed: {allowed}; {fix}")
    }
}
