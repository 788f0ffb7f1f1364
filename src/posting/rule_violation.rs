//! A rule that a post breaks.

use crate::{catalogue::Row, model::FieldError};

/// A rule that a post breaks, with the input that breaks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleViolation {
    /// Code of the catalogue.
    pub code: &'static Row,
    /// Offending input, its value, the permitted values and the fix.
    pub error: FieldError,
}
