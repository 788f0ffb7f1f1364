//! Progress of a command, for its interruption.

use std::cell::Cell;

use super::{AuthFailure, tell};
use crate::{
    accounts::UnfinishedCalls,
    cli::{
        args::{ApiArgs, StoreArgs},
        signals::stop_signal,
        signed_in::SignedIn,
    },
};

/// Last change that is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Stage {
    /// None.
    #[default]
    Unchanged,
    /// The tokens were replaced.
    Refreshed,
    /// The account is signed in.
    SignedIn,
}

impl Stage {
    const fn text(self) -> &'static str {
        match self {
            Self::Unchanged => "interrupted; no account was changed",
            Self::Refreshed => {
                "interrupted; the tokens were refreshed and stored, and nothing else was changed"
            }
            Self::SignedIn => {
                "interrupted; the account is signed in and stored. To choose its ad account later, run: autohive-tiktok auth \
                 default --integration tiktok-ads --advertiser-id ID"
            }
        }
    }
}

/// Progress of a command.
#[derive(Debug, Default)]
pub(super) struct Progress {
    stage: Cell<Stage>,
    is_interrupted: Cell<bool>,
    calls: UnfinishedCalls,
}

impl Progress {
    /// The accounts. Their calls are finished before an interruption takes effect.
    pub(super) fn open(&self, store: &StoreArgs, api: &ApiArgs) -> Result<SignedIn, AuthFailure> {
        let mut signed_in = SignedIn::open(store, api).map_err(AuthFailure::usage)?;
        signed_in.accounts = signed_in.accounts.with_calls(self.calls.clone());
        Ok(signed_in)
    }

    /// Notes a change that is stored.
    pub(super) fn reached(&self, stage: Stage) {
        self.stage.set(stage);
    }

    /// Goes on unless a signal has arrived during a call that is now finished.
    pub(super) fn go_on(&self) -> Result<(), AuthFailure> {
        if self.is_interrupted.get() {
            return Err(self.interrupted());
        }
        Ok(())
    }

    fn interrupted(&self) -> AuthFailure {
        AuthFailure::new("interrupted", self.stage.get().text())
    }

    /// Completes with the interruption, after a signal and once all calls that have begun are finished.
    pub(super) async fn stopped(&self) -> AuthFailure {
        stop_signal().await;
        self.is_interrupted.set(true);
        if self.calls.is_any() {
            tell(
                "Stopping once TikTok's answer is stored, so that no token is lost; this takes a minute at most.",
            );
        }
        self.calls.finished().await;
        self.interrupted()
    }
}
