//! Error of an action.

use std::convert::Infallible;

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
    /// The call carries evidence of another type than the integration's own. Nothing was sent.
    ForeignEvidence,
    /// The call carries credentials for another API. Nothing was sent.
    ForeignCredentials,
    /// A row of its output breaks the schema of the list's items.
    InvalidRow(Vec<Violation>),
}

impl From<Infallible> for ActionError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
