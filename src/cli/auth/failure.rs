//! Failures of `auth` with their exit codes.

use std::fmt::Display;

use serde_json::{Value, json};

use crate::{
    accounts::{NoAccount, StoreError},
    cli::Exit,
    sign_in::{SignInAgain, SignInError, SignInProblem},
};

/// Failure of a command: its text says what to do.
#[derive(Debug)]
pub(super) struct AuthFailure {
    /// TikTok's code, or a word of this program.
    pub(super) code: String,
    pub(super) message: String,
    pub(super) exit: Exit,
}

impl AuthFailure {
    pub(super) fn new(code: &str, message: impl Display) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_string(),
            exit: Exit::Failed,
        }
    }

    /// Wrong options or variables.
    pub(super) fn usage(message: impl Display) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::new("usage", message)
        }
    }

    pub(super) fn internal(error: &dyn Display) -> Self {
        Self::new("internal_error", error)
    }

    pub(super) fn json(&self) -> Value {
        json!({ "error": { "code": self.code, "message": self.message } })
    }
}

impl From<SignInError> for AuthFailure {
    fn from(error: SignInError) -> Self {
        Self::new(error.code(), &error)
    }
}

impl From<SignInProblem> for AuthFailure {
    fn from(problem: SignInProblem) -> Self {
        let again = match problem.sign_in_again() {
            SignInAgain::Only => ". Start the sign-in again",
            SignInAgain::Otherwise | SignInAgain::No => "",
        };
        let text = problem.to_string();
        Self::new(problem.code(), format!("{}{again}", text.trim_end_matches('.')))
    }
}

impl From<StoreError> for AuthFailure {
    fn from(error: StoreError) -> Self {
        SignInError::from(error).into()
    }
}

impl From<NoAccount> for AuthFailure {
    fn from(error: NoAccount) -> Self {
        SignInError::from(error).into()
    }
}
