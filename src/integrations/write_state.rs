//! Known state of what a failed request was to write.

use std::{any::Any, borrow::Cow, fmt};

use serde_json::{Map, Value};

use crate::{catalogue::Row, model::Advice, posting::Outcome};

/// Known state of what a failed request was to write, such as a post. Each integration has its own type.
pub trait WriteState: Any + fmt::Debug + Send + Sync {
    /// Members of the error, in the order of the result.
    fn members(&self) -> Map<String, Value>;

    /// Advice for a failure with this row and outcome. `usual` is the advice without the write.
    fn advise(&self, row: Option<&Row>, outcome: Option<Outcome>, usual: Advice) -> Advice;

    /// Returns `message` with the id of what was written, if it does not contain it: some hosts keep only the message.
    fn name_in<'a>(&self, message: &'a str) -> Cow<'a, str>;
}
