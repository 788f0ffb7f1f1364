//! Error of one field, for people and for programs.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One invalid field, with its value, the allowed values and the fix.
///
/// `got` never holds a video's content, a caption's text or a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldError {
    /// The input's name, or a path into the inputs such as `photo_urls[3]`.
    pub field: String,
    /// Value that was given or found.
    pub got: String,
    /// Allowed values.
    pub allowed: String,
    /// Fix.
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
