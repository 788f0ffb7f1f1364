//! The only list of integrations and their actions. One action, one file.

mod action;
mod action_error;
mod call;
mod contents;
pub mod credentials;
mod download;
mod evidence;
mod failure;
#[cfg(any(debug_assertions, test))]
pub mod generated;
pub mod granted;
mod keyed;
mod manifest;
mod no_effect;
mod object_locks;
mod permissions;
mod policy;
mod record;
mod rows;
pub mod tiktok;
pub mod tiktok_ads;
mod unfilled;
mod write_state;

#[cfg(any(debug_assertions, test))]
pub use action::SchemaGenerators;
pub use action::{
    AccountDetails, AccountLookup, Action, ActionEntry, BoxFuture, ConnectedAccount, Effect, Integration,
    action,
};
pub use action_error::ActionError;
pub use call::Call;
pub use contents::{
    ANY_ITEM, AcceptedContent, Content, ContentKind, ContentPlace, Contents, PathSegment, Selection,
};
pub use credentials::{AdvertiserCredentials, Credentials, CredentialsError};
pub use download::{FileDownloads, NamedFile};
pub use evidence::Evidence;
pub use failure::{DEADLINE_MAX, Failure};
pub use keyed::derived_key;
pub use manifest::{ActionSchemas, SchemaText, all_actions};
pub use no_effect::NoEffect;
pub use object_locks::{ObjectLock, ObjectLocks};
pub use permissions::{Permission, Permissions};
pub use policy::OperatorPolicy;
pub use record::{EntryView, KeyPlace, digests_of_account, entry_view, owned_by, rows_of_key};
pub use rows::{RowSink, Rows};
pub use write_state::WriteState;

/// Every integration that this program serves; the first is the one meant when a request names none.
pub static INTEGRATIONS: &[Integration] = &[tiktok::INTEGRATION, tiktok_ads::INTEGRATION];
