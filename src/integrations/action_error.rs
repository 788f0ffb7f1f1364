//! Error of an action.

use super::Failure;
use crate::schema::Violation;

/// Error of an action.
#[derive(Debug)]
pub enum ActionError {
    /// The input is valid under its schema and cannot be deserialized.
    Input {
        /// JSON pointer to the fault.
        path: String,
        /// Description of the fault.
        message: String,
    },
    /// An expected failure, which becomes an `action_error`.
    Failed(Box<Failure>),
    /// The output could not be serialized.
    Output,
    /// A row of its output breaks the schema of the list's items.
    InvalidRow(Vec<Violation>),
}
