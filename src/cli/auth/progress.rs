//! Progress of a command, for its interruption.

use std::sync::OnceLock;

use super::tell;
use crate::{
    accounts::SignInApi,
    cli::{
        args::{ApiArgs, StoreArgs},
        codes,
        fault::CommandFault,
        orderly_stop::OrderlyStop,
        signed_in::SignedIn,
    },
    sign_in::Renewal,
};

/// Last change of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum AuthStage {
    /// None.
    #[default]
    Unchanged,
    /// The tokens were replaced.
    Refreshed,
    /// TikTok replaced the tokens, and they are not in the store.
    Unstored,
    /// The account is signed in.
    SignedIn(SignInApi),
}

impl AuthStage {
    const fn text(self) -> &'static str {
        match self {
            Self::Unchanged => "interrupted; no account was changed",
            Self::Refreshed => {
                "interrupted; the tokens were refreshed and stored, and nothing else was changed"
            }
            Self::Unstored => {
                "interrupted; TikTok has replaced the tokens, and they are where the warning says"
            }
            Self::SignedIn(SignInApi::Open) => "interrupted; the account is signed in and stored",
            Self::SignedIn(SignInApi::Marketing) => {
                "interrupted; the account is signed in and stored. `autohive-tiktok auth status` shows how to choose its ad account"
            }
        }
    }
}

/// Progress of a command.
#[derive(Debug, Default)]
pub(super) struct Progress {
    stage: OnceLock<AuthStage>,
    stop: OrderlyStop,
}

impl Progress {
    /// The accounts. Their calls are finished before a signal takes effect.
    pub(super) fn open(&self, store: &StoreArgs, api: &ApiArgs) -> Result<SignedIn, CommandFault> {
        let mut signed_in = SignedIn::open(store, api)?;
        signed_in.accounts = signed_in.accounts.with_calls(self.stop.calls.clone());
        Ok(signed_in)
    }

    /// Notes a change of the tokens, and tells where those are that could not be stored.
    pub(super) fn renewed(&self, renewal: Renewal, warning: Option<&str>) {
        if let Some(warning) = warning {
            tell(&format!("warning: {warning}"));
        }
        match renewal {
            Renewal::None => {}
            Renewal::Stored => self.reached(AuthStage::Refreshed),
            Renewal::Unstored => self.reached(AuthStage::Unstored),
        }
    }

    /// Notes a change that is stored.
    pub(super) fn reached(&self, stage: AuthStage) {
        // A command reaches one stage at most.
        self.stage.set(stage).ok();
    }

    /// Goes on unless a signal has arrived during a call that is now finished.
    pub(super) fn go_on(&self) -> Result<(), CommandFault> {
        if self.stop.is_heard() {
            return Err(self.interrupted());
        }
        Ok(())
    }

    /// Failure of a command that a signal has stopped.
    pub(super) fn interrupted(&self) -> CommandFault {
        CommandFault::new(
            &codes::INTERRUPTED,
            self.stage.get().copied().unwrap_or_default().text(),
        )
    }

    /// Completes with the failure for it, after a signal and once all calls that have begun are finished.
    pub(super) async fn stopped(&self) -> CommandFault {
        self.stop.takes_effect().await;
        self.interrupted()
    }
}
