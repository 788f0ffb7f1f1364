//! The only list of integrations and their actions. One action, one file.

mod action;
mod call;
mod contents;
pub mod credentials;
mod evidence;
mod failure;
pub mod generated;
pub mod granted;
mod permissions;
mod rows;
pub mod tiktok;

pub use action::{
    AccountDetails, AccountLookup, Action, ActionEntry, ActionError, BoxFuture, ConnectedAccount, Effect,
    Integration, action,
};
pub use call::Call;
pub use contents::{Content, Contents, Selection};
pub use credentials::{Credentials, CredentialsError};
pub use evidence::{Evidence, NoEffect};
pub use failure::{DEADLINE_MAX, Failure};
pub use permissions::{Permission, Permissions};
pub use rows::{RowSink, Rows};

/// Every integration that this program serves; the first is the one meant when a request names none.
pub static INTEGRATIONS: &[Integration] = &[tiktok::INTEGRATION];
