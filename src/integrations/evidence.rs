//! Known effect of a running request, for the answer to a request that is stopped before its result.

use std::{any::Any, fmt};

use serde_json::{Map, Value};

use super::Failure;

/// Known effect of a request on the account. It outlives the action, so that a panic or a signal does not
/// lose it.
///
/// Each integration has its own type: only it knows what an interrupted write means.
pub trait Evidence: Any + fmt::Debug + Send + Sync {
    /// The failure of a request that is stopped now: what it may have done, and whether it may be sent again.
    fn interrupted(&self) -> Failure;

    /// Members for the result of a fault of this program, such as `publish_id`. Empty if nothing was done.
    fn members(&self) -> Map<String, Value>;
}
