//! Accounts of people who have signed in on this machine: their tokens in a store, and the pieces of a sign-in that
//! know no API.
//!
//! * [`Accounts`] reads and changes an [`AccountStore`] under its lock. A token is refreshed while the lock is held
//!   ([`Accounts::fresh`]), and the new tokens are stored before anyone uses them, so that two processes never use a
//!   refresh token twice.
//! * [`AccountsFile`] is a file with mode 0600 that is replaced atomically. It refuses a file that others can read, and never
//!   overwrites one that it cannot read.
//! * `AccountsKeyring` is an entry of the system's keyring, in builds with the feature `keyring`.
//! * [`Listener`] waits on loopback for the redirect of the consent page.

mod account;
mod book;
mod callback;
mod checks;
mod credentials;
mod file;
mod fresh;
#[cfg(feature = "keyring")]
mod keyring;
#[cfg(feature = "keyring")]
mod keyring_entry;
mod listener;
mod name;
mod nonce;
mod page;
mod rows;
mod store;
#[cfg(feature = "keyring")]
mod system_keyring;
mod unfinished;

pub use account::{
    AccountKey, KnownAdvertiser, SignInApi, StoredAccount, StoredApp, TokenSet, UnknownMembers,
};
pub use book::{AccountBook, ForeignRows, NoAccount};
pub use credentials::AccountCredentials;
pub use file::AccountsFile;
pub use fresh::{Accounts, FreshAccount, FreshError, Freshness, Renewer};
#[cfg(feature = "keyring")]
pub use keyring::{AccountsKeyring, UnusableKeyring};
pub use listener::{ArrivedRedirect, ListenError, Listener};
pub use name::{AccountName, AccountNameFault};
pub use nonce::nonce;
pub use page::ResultPage;
pub use store::{AccountStore, StoreError, StoreLock};
pub use unfinished::{BegunCall, UnfinishedCalls};
