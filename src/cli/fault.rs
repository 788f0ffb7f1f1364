//! Fault of a command: no result of an action, but a reason that there is none.

use std::fmt::Display;

use serde_json::{Value, json};

use super::{
    Exit,
    codes::{self, FaultCode},
};
use crate::{
    accounts::{NoAccount, StoreError},
    sign_in::{SignInAgain, SignInError, SignInProblem},
};

/// Reason that a command did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommandFault {
    /// Code for programs, with the exit code and the next step.
    pub(super) code: &'static FaultCode,
    /// Place, problem, allowed values and fix, without secrets.
    pub(super) message: String,
    /// Code of TikTok's refusal.
    pub(super) tiktok_code: Option<String>,
}

impl CommandFault {
    pub(super) fn new(code: &'static FaultCode, message: impl Display) -> Self {
        Self {
            code,
            message: message.to_string(),
            tiktok_code: None,
        }
    }

    /// A wrong command line.
    pub(super) fn usage(message: impl Display) -> Self {
        Self::new(&codes::USAGE_ERROR, message)
    }

    /// A fault of this machine.
    pub(super) fn machine(message: impl Display) -> Self {
        Self::new(&codes::INTERNAL_ERROR, message)
    }

    /// A command that was stopped before it sent anything that takes effect.
    pub(super) fn cancelled() -> Self {
        Self::new(&codes::INTERRUPTED, "cancelled; nothing was sent")
    }

    /// The fault with the code of TikTok's refusal.
    pub(super) fn with_tiktok_code(self, code: &str) -> Self {
        Self {
            tiktok_code: Some(code.to_owned()),
            ..self
        }
    }

    /// Exit code.
    pub(super) const fn exit(&self) -> Exit {
        self.code.exit
    }

    /// The error as JSON, in the form of a result's.
    pub(super) fn to_json(&self) -> Value {
        let FaultCode { word, remedy, .. } = self.code;
        let mut error = json!({ "type": "error", "code": word, "message": self.message, "remedy": remedy });
        if let (Some(members), Some(code)) = (error.as_object_mut(), &self.tiktok_code) {
            members.insert("tiktok_code".to_owned(), code.as_str().into());
        }
        json!({ "error": error })
    }
}

impl From<SignInError> for CommandFault {
    fn from(error: SignInError) -> Self {
        let (code, tiktok_code) = match &error {
            SignInError::Store(_) => (&codes::ACCOUNT_STORE, None),
            SignInError::NoAccount(NoAccount::Several { .. }) => (&codes::ACCOUNT_AMBIGUOUS, None),
            SignInError::NoAccount(_) => (&codes::ACCOUNT_MISSING, None),
            SignInError::Account { problem, .. } => (code_of(problem), tiktok_code(problem)),
        };
        Self {
            code,
            message: error.to_string(),
            tiktok_code,
        }
    }
}

/// Fault of a sign-in that has no account yet.
impl From<SignInProblem> for CommandFault {
    fn from(problem: SignInProblem) -> Self {
        let again = match problem.sign_in_again() {
            SignInAgain::Only => ". Start the sign-in again",
            SignInAgain::Otherwise | SignInAgain::No => "",
        };
        let text = problem.to_string();
        Self {
            code: code_of(&problem),
            message: format!("{}{again}", text.trim_end_matches('.')),
            tiktok_code: tiktok_code(&problem),
        }
    }
}

impl From<StoreError> for CommandFault {
    fn from(error: StoreError) -> Self {
        SignInError::from(error).into()
    }
}

impl From<NoAccount> for CommandFault {
    fn from(error: NoAccount) -> Self {
        SignInError::from(error).into()
    }
}

fn code_of(problem: &SignInProblem) -> &'static FaultCode {
    match problem {
        SignInProblem::OtherBase { .. } => &codes::OTHER_API_BASE,
        SignInProblem::NeverExpires => &codes::TOKEN_NEVER_EXPIRES,
        SignInProblem::NoRefreshToken { .. } => &codes::REFRESH_TOKEN_MISSING,
        SignInProblem::RefreshTokenExpired(_) => &codes::REFRESH_TOKEN_EXPIRED,
        SignInProblem::AppMissing { .. } | SignInProblem::AppMalformed { .. } => &codes::APP_MISSING,
        SignInProblem::SecretMissing { .. } => &codes::APP_SECRET_MISSING,
        SignInProblem::Refused(_) if problem.is_limit() => &codes::LOGIN_LIMITED,
        SignInProblem::Refused(_) if problem.is_fault_of_tiktok() => &codes::LOGIN_UNAVAILABLE,
        SignInProblem::Refused(_) => &codes::LOGIN_REFUSED,
        SignInProblem::Unanswered { .. } => &codes::NETWORK_ERROR,
        SignInProblem::Client(_) => &codes::INTERNAL_ERROR,
    }
}

fn tiktok_code(problem: &SignInProblem) -> Option<String> {
    match problem {
        SignInProblem::Refused(refused) => Some(refused.code.clone()),
        SignInProblem::OtherBase { .. }
        | SignInProblem::NeverExpires
        | SignInProblem::NoRefreshToken { .. }
        | SignInProblem::RefreshTokenExpired(_)
        | SignInProblem::AppMissing { .. }
        | SignInProblem::AppMalformed { .. }
        | SignInProblem::SecretMissing { .. }
        | SignInProblem::Unanswered { .. }
        | SignInProblem::Client(_) => None,
    }
}
