//! Advice for the caller of a failed request.

use std::borrow::Cow;

/// Advice for the caller of a failed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// True if the same request may be sent again.
    pub retryable: bool,
    /// Next step; `None` for a code that is not in the catalogue.
    pub remedy: Option<Cow<'static, str>>,
}
