//! The only list of integrations and their actions. One action, one file.

mod action;
mod contents;
mod context;
mod failure;
mod fingerprint;
pub mod generated;
pub mod granted;
mod rows;
pub mod tiktok;

pub use action::{
    AccountDetails, Action, ActionEntry, ActionError, BoxFuture, ConnectedAccount, Effect, Integration,
    action,
};
pub use contents::{Content, Contents, Selection};
pub use context::Context;
pub use failure::{DEADLINE_MAX, Failure};
pub use fingerprint::{has_null_key, is_keyed, warned_of_null_key};
pub use rows::{RowSink, Rows};
pub use tiktok::PostJournal;

/// Every integration that this program serves; the first is the one meant when a request names none.
pub static INTEGRATIONS: &[Integration] = &[tiktok::INTEGRATION];
