//! Accounts of a store whose tokens are kept fresh: lock, read again, refresh, store, use.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tracing::{debug, warn};

use super::{
    account::{AccountKey, StoredAccount, TokenSet},
    book::{AccountBook, NoAccount},
    store::{AccountStore, StoreError, StoreLock},
    unfinished::{BegunCall, UnfinishedCalls},
};
use crate::clock::Clock;

/// Longest wait for the lock: longer than the refresh of another process takes.
const LOCK_PATIENCE: Duration = Duration::from_secs(90);

/// Pause between two attempts to take the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Time at the end of an access token's life in which it is replaced.
const MARGIN: Duration = Duration::from_mins(5);

/// Replaces the tokens of an account by a call to its API.
pub trait Renewer: Sync {
    /// Error of the call.
    type Error: Send;

    /// Checks, without sending anything, that the account can be refreshed.
    fn check(&self, account: &StoredAccount) -> Result<(), Self::Error>;

    /// Sends the call and returns the account with its new tokens.
    fn renew(
        &self,
        account: &StoredAccount,
    ) -> impl Future<Output = Result<StoredAccount, Self::Error>> + Send;

    /// Whether the failed call may have replaced the tokens, so that the stored ones no longer work.
    fn may_have_renewed(&self, error: &Self::Error) -> bool;

    /// Whether the API refused the refresh token, so that only a new sign-in helps.
    fn is_refused(&self, error: &Self::Error) -> bool;
}

/// Occasion for a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Refresh a token that ends within five minutes.
    EndingSoon,
    /// Refresh in any case, unless another process does so in the meantime.
    Now,
}

/// Account whose access token can be used.
#[derive(Debug, Clone)]
pub struct FreshAccount {
    /// The account.
    pub account: StoredAccount,
    /// Whether its tokens were replaced by this call, or by another process during it.
    pub is_renewed: bool,
    /// The new tokens are only here: the store could not be written. Text for the person.
    pub unstored: Option<String>,
}

/// Error of [`Accounts::fresh`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FreshError<E> {
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No account fits.
    #[error(transparent)]
    NoAccount(#[from] NoAccount),
    /// The tokens could not be replaced.
    #[error("{error}")]
    Renewal {
        /// Error of the API.
        error: E,
        /// Identity of the account.
        key: AccountKey,
        /// Start of an earlier refresh whose end is not known.
        interrupted: Option<Duration>,
    },
}

/// Accounts of a store.
#[derive(Debug, Clone)]
pub struct Accounts {
    store: Arc<dyn AccountStore>,
    clock: Clock,
    calls: UnfinishedCalls,
}

impl Accounts {
    /// Accounts of this store.
    pub fn new(store: Arc<dyn AccountStore>, clock: Clock) -> Self {
        Self {
            store,
            clock,
            calls: UnfinishedCalls::default(),
        }
    }

    /// Counts calls that replace or revoke tokens in `calls`.
    #[must_use]
    pub fn with_calls(mut self, calls: UnfinishedCalls) -> Self {
        self.calls = calls;
        self
    }

    /// Begins a call that ends with a change.
    pub fn begin_call(&self) -> BegunCall {
        self.calls.begin()
    }

    /// The store.
    pub fn store(&self) -> &dyn AccountStore {
        &*self.store
    }

    /// Reads all accounts, without the lock: a store is replaced at once.
    pub fn read(&self) -> Result<AccountBook, StoreError> {
        self.store.read()
    }

    /// Reads all accounts after a check that the lock can be taken, before something is begun that ends with a change.
    pub async fn usable(&self) -> Result<AccountBook, StoreError> {
        let _lock = self.lock().await?;
        self.store.read()
    }

    /// Changes the accounts under the lock.
    pub async fn change<T>(
        &self,
        change: impl FnOnce(&mut AccountBook) -> T + Send,
    ) -> Result<T, StoreError> {
        let _lock = self.lock().await?;
        let mut book = self.store.read()?;
        let changed = change(&mut book);
        self.store.write(&book)?;
        Ok(changed)
    }

    /// The account `key`, with an access token that works for the next minutes.
    ///
    /// The lock is held during the call to TikTok. The account is read again under it, so a token that another process
    /// has replaced in the meantime is not refreshed again, and the account that is refreshed is the one that was checked.
    pub async fn fresh<R: Renewer>(
        &self,
        key: &AccountKey,
        freshness: Freshness,
        renewer: &R,
    ) -> Result<FreshAccount, FreshError<R::Error>> {
        let before = account_in(&self.store.read()?, key)?;
        if !self.is_due(&before, freshness) {
            return Ok(unchanged(before));
        }
        let _lock = self.lock().await?;
        let mut book = self.store.read()?;
        let account = account_in(&book, key)?;
        let is_changed = account.tokens.access.digest() != before.tokens.access.digest();
        if is_changed && !self.is_due(&account, Freshness::EndingSoon) {
            debug!(account = %key, "another process has refreshed the token");
            return Ok(FreshAccount {
                is_renewed: true,
                ..unchanged(account)
            });
        }
        let renewal = |error| FreshError::Renewal {
            error,
            key: key.clone(),
            interrupted: account.refresh_begun,
        };
        renewer.check(&account).map_err(renewal)?;
        // A store that cannot be written is found out before TikTok replaces the tokens.
        book.put(StoredAccount {
            refresh_begun: account.refresh_begun.or_else(|| Some(self.clock.since_epoch())),
            ..account.clone()
        });
        self.store.write(&book)?;
        let _call = self.begin_call();
        match renewer.renew(&account).await {
            Ok(renewed) => Ok(self.keep(book, renewed)),
            Err(error) => {
                if !renewer.may_have_renewed(&error) {
                    // The mark of an earlier refresh stays: this call has shown nothing about it.
                    book.put(StoredAccount {
                        refused: account.refused.or_else(|| {
                            let is_refused = renewer.is_refused(&error);
                            is_refused.then(|| self.clock.since_epoch())
                        }),
                        ..account.clone()
                    });
                    // TikTok's answer is the reason that the person needs; the mark of the refresh stays as it was.
                    if let Err(unwritten) = self.store.write(&book) {
                        warn!(account = %account.key, %unwritten, "the end of a refresh could not be stored");
                    }
                }
                Err(renewal(error))
            }
        }
    }

    fn is_due(&self, account: &StoredAccount, freshness: Freshness) -> bool {
        let TokenSet { refresh, .. } = &account.tokens;
        match freshness {
            Freshness::Now => true,
            // A token without a refresh token is used up to its end.
            Freshness::EndingSoon if refresh.is_none() => {
                !account.works_for(Duration::ZERO, self.clock.since_epoch())
            }
            Freshness::EndingSoon => !account.works_for(MARGIN, self.clock.since_epoch()),
        }
    }

    /// Stores new tokens, in another place if need be.
    fn keep(&self, mut book: AccountBook, renewed: StoredAccount) -> FreshAccount {
        let account = StoredAccount {
            refreshed: Some(self.clock.since_epoch()),
            refresh_begun: None,
            refused: None,
            ..renewed
        };
        book.put(account.clone());
        let unstored = self.store.write(&book).err().map(|error| {
            warn!(account = %account.key, "TikTok has replaced the tokens, and they could not be stored");
            let rescued = self.store.rescue(&book);
            lost(&error, rescued.map(|path| (self.store.after_rescue(&path), path)))
        });
        FreshAccount {
            account,
            is_renewed: true,
            unstored,
        }
    }

    async fn lock(&self) -> Result<StoreLock, StoreError> {
        let deadline = self.clock.deadline_in(LOCK_PATIENCE);
        loop {
            if let Some(lock) = self.store.try_lock()? {
                return Ok(lock);
            }
            if self.clock.left_until(deadline).is_zero() {
                return Err(StoreError::new(
                    self.store.place(),
                    "another process has locked it for 90 seconds",
                    "end that process (autohive-tiktok auth, call or whoami), then try again",
                ));
            }
            self.clock.sleep(LOCK_PAUSE).await;
        }
    }
}

fn account_in(book: &AccountBook, key: &AccountKey) -> Result<StoredAccount, NoAccount> {
    book.find(key.api, Some(&key.name)).cloned()
}

const fn unchanged(account: StoredAccount) -> FreshAccount {
    FreshAccount {
        account,
        is_renewed: false,
        unstored: None,
    }
}

/// Text about new tokens that could not be stored.
fn lost(error: &StoreError, rescued: Option<(String, PathBuf)>) -> String {
    let StoreError { place, problem, .. } = error;
    let way_out = rescued.map_or_else(
        || "They are lost when this command ends: sign in again with autohive-tiktok auth login.".to_owned(),
        |(next, path)| format!("They are in {} (mode 0600). {next}", path.display()),
    );
    format!("TikTok has replaced the tokens, but they could not be stored: {place}: {problem}. {way_out}")
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tempfile::TempDir;

    use super::*;
    use crate::accounts::{AccountsFile, SignInApi, rows::tests::account};

    /// Store in which another process replaces the account just before the lock is taken.
    #[derive(Debug)]
    struct Replaced {
        file: AccountsFile,
        by: Option<StoredAccount>,
    }

    impl AccountStore for Replaced {
        fn place(&self) -> String {
            self.file.place()
        }

        fn kind(&self) -> &'static str {
            self.file.kind()
        }

        fn read(&self) -> Result<AccountBook, StoreError> {
            self.file.read()
        }

        fn write(&self, book: &AccountBook) -> Result<(), StoreError> {
            self.file.write(book)
        }

        fn try_lock(&self) -> Result<Option<StoreLock>, StoreError> {
            if let Some(account) = &self.by {
                let mut book = self.file.read()?;
                book.put(account.clone());
                self.file.write(&book)?;
            }
            self.file.try_lock()
        }

        fn rescue(&self, book: &AccountBook) -> Option<PathBuf> {
            self.file.rescue(book)
        }
    }

    /// API that never answers.
    #[derive(Default)]
    struct Unreachable {
        may_have_renewed: bool,
        is_refused: bool,
        checked: Mutex<Vec<Option<String>>>,
    }

    impl Renewer for Unreachable {
        type Error = &'static str;

        fn check(&self, account: &StoredAccount) -> Result<(), Self::Error> {
            self.checked.lock().unwrap().push(account.open_id.clone());
            Ok(())
        }

        async fn renew(&self, account: &StoredAccount) -> Result<StoredAccount, Self::Error> {
            assert_eq!(self.checked.lock().unwrap().last(), Some(&account.open_id));
            Err("no answer")
        }

        fn may_have_renewed(&self, _error: &Self::Error) -> bool {
            self.may_have_renewed
        }

        fn is_refused(&self, _error: &Self::Error) -> bool {
            self.is_refused
        }
    }

    /// The account after a refresh that fails.
    async fn failed(
        before: &StoredAccount,
        by: Option<StoredAccount>,
        renewer: &Unreachable,
    ) -> StoredAccount {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("private/accounts.json");
        let store = Replaced {
            file: AccountsFile::new(path, folder.path().to_owned()),
            by,
        };
        let mut book = AccountBook::default();
        book.put(before.clone());
        store.write(&book).unwrap();
        let accounts = Accounts::new(Arc::new(store), Clock::system());
        let refreshed = accounts.fresh(&before.key, Freshness::Now, renewer).await;
        assert!(matches!(
            refreshed,
            Err(FreshError::Renewal {
                error: "no answer",
                ..
            })
        ));
        accounts.read().unwrap().get(&before.key).unwrap().clone()
    }

    #[tokio::test]
    async fn a_call_that_was_not_sent_leaves_the_mark_of_an_earlier_refresh() {
        let mut before = account(SignInApi::Open, "work");
        let after = failed(&before, None, &Unreachable::default()).await;
        assert_eq!(after.refresh_begun, None);
        let lost = Unreachable {
            may_have_renewed: true,
            ..Unreachable::default()
        };
        assert!(failed(&before, None, &lost).await.refresh_begun.is_some());
        before.refresh_begun = Some(Duration::from_hours(480_000));
        for renewer in [Unreachable::default(), lost] {
            let after = failed(&before, None, &renewer).await;
            assert_eq!(after.refresh_begun, before.refresh_begun);
        }
    }

    #[tokio::test]
    async fn the_first_refusal_of_the_refresh_token_is_marked() {
        let mut before = account(SignInApi::Open, "work");
        assert_eq!(failed(&before, None, &Unreachable::default()).await.refused, None);
        let refusing = Unreachable {
            is_refused: true,
            ..Unreachable::default()
        };
        assert!(failed(&before, None, &refusing).await.refused.is_some());
        before.refused = Some(Duration::from_hours(480_000));
        assert_eq!(failed(&before, None, &refusing).await.refused, before.refused);
    }

    #[tokio::test]
    async fn the_account_that_is_refreshed_is_checked() {
        let before = account(SignInApi::Open, "work");
        let by = StoredAccount {
            open_id: Some("another".to_owned()),
            ..before.clone()
        };
        let renewer = Unreachable::default();
        failed(&before, Some(by), &renewer).await;
        assert_eq!(*renewer.checked.lock().unwrap(), [Some("another".to_owned())]);
    }
}
