//! Logins that have ended: only a new sign-in gives new tokens.

use std::time::Duration;

use serde_json::{Value, json};

use super::when;
use crate::{accounts::StoredAccount, model::UtcTime, sign_in::login_command};

/// Reason that a login has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EndedBy {
    /// TikTok refused the refresh token.
    Refusal,
    /// The refresh token has expired.
    RefreshToken,
    /// The access token has expired, and there is no refresh token.
    AccessToken,
}

impl EndedBy {
    const fn word(self) -> &'static str {
        match self {
            Self::Refusal => "refresh_token_refused",
            Self::RefreshToken => "refresh_token_expired",
            Self::AccessToken => "access_token_expired",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Refusal => "TikTok refused its refresh token at",
            Self::RefreshToken => "its refresh token expired at",
            Self::AccessToken => "it has no refresh token, and its access token expired at",
        }
    }
}

/// End of a login, as far as this machine knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EndedLogin {
    at: Duration,
    by: EndedBy,
}

impl EndedLogin {
    /// The end of the login of an account; `None` as long as it may go on.
    pub(super) fn of(account: &StoredAccount, now: Duration) -> Option<Self> {
        let tokens = &account.tokens;
        let past = |end: Option<Duration>| end.filter(|end| *end <= now);
        let ended = |by| move |at| Self { at, by };
        account
            .refused
            .map(ended(EndedBy::Refusal))
            .or_else(|| past(tokens.refresh_ends).map(ended(EndedBy::RefreshToken)))
            .or_else(|| {
                let end = past(tokens.access_ends).filter(|_| tokens.refresh.is_none());
                end.map(ended(EndedBy::AccessToken))
            })
    }

    /// Whether TikTok refused the refresh token.
    pub(super) fn is_refusal(self) -> bool {
        self.by == EndedBy::Refusal
    }

    /// Sentences for the person: since when, what still works, and the command that signs in again.
    pub(super) fn text(self, account: &StoredAccount, now: Duration) -> String {
        let Self { at, by } = self;
        let rest = account.tokens.access_ends.filter(|end| *end > now).map(|end| {
            let left = when::length(end.saturating_sub(now));
            format!(" Its access token still works for {left}, unless TikTok has revoked it.")
        });
        format!(
            "the login has ended: {} {}.{} Sign in again: {}",
            by.text(),
            UtcTime::after_epoch(at).rfc3339(),
            rest.unwrap_or_default(),
            login_command(&account.key)
        )
    }

    /// The end, for programs.
    pub(super) fn json(self) -> Value {
        json!({ "at": UtcTime::after_epoch(self.at).rfc3339(), "reason": self.by.word() })
    }
}
