//! How tests change the simulator while it runs.

use serde::{Deserialize, Serialize};

use super::{
    account::Account,
    fault::{FaultKind, FaultRule},
    wire,
};

/// Changes to the simulator, in this order: accounts, faults, settings, time, drafts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Setup {
    /// Accounts to add, or to replace where the token is known.
    pub accounts: Vec<Account>,
    /// Whether the faults set earlier are forgotten.
    pub clear_faults: bool,
    /// Faults to add.
    pub faults: Vec<FaultRule>,
    /// How the upload edge behaves where the documents leave it open.
    pub upload: Option<UploadEdge>,
    /// Whether requests are held to the letter of the documents, see
    /// [`SimulatorOptions::strict`](super::SimulatorOptions::strict).
    pub strict: Option<bool>,
    /// Whether later media are judged, see [`SimulatorOptions::judge_media`](super::SimulatorOptions::judge_media).
    pub judge_media: Option<bool>,
    /// Time in milliseconds until later posts leave PROCESSING.
    pub processing_ms: Option<u64>,
    /// Further time in milliseconds until later public posts have their id.
    pub moderation_ms: Option<u64>,
    /// Time in seconds by which the simulation moves ahead.
    #[serde(alias = "advance")]
    pub advance_seconds: u64,
    /// Token or name of the account that agrees on the consent page; where nothing was set, `act.sim-public`.
    pub signed_in: Option<String>,
    /// Publish ids of drafts that the user posts from the inbox now.
    pub drafts_posted: Vec<String>,
}

/// The upload edge where documents and field disagree (#upload-answers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UploadEdge {
    /// What the figure in `Content-Range: bytes 0-{figure}/{total}` of an answer is.
    pub figure: Figure,
    /// What `uploaded_bytes` of a status is ("1-indexed", #status); absent, where it is not told.
    pub status_figure: Option<Figure>,
    /// How an unknown upload id is answered.
    pub unknown_id: UnknownId,
}

impl Default for UploadEdge {
    fn default() -> Self {
        let (figure, unknown_id) = (Figure::default(), UnknownId::default());
        Self {
            figure,
            status_figure: Some(Figure::Count),
            unknown_id,
        }
    }
}

/// The two readings of the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// The number of accepted bytes.
    #[default]
    Count,
    /// The index of the last accepted byte; 0 where there is none.
    LastIndex,
}

impl Figure {
    /// The figure for so many accepted bytes.
    pub(super) fn of(self, bytes: u64) -> u64 {
        match self {
            Self::Count => bytes,
            Self::LastIndex => bytes.saturating_sub(1),
        }
    }
}

/// The two answers to an unknown upload id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownId {
    /// 404, as documented.
    #[default]
    NotFound,
    /// 405, as seen in the field.
    MethodNotAllowed,
}

/// Why a setup is refused; nothing of it was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// An account without a token.
    #[error("account {index} has no token")]
    NoToken {
        /// Its place in `accounts`, from 0.
        index: usize,
    },
    /// A fault or `signed_in` names an account that does not exist.
    #[error("a fault or signed_in names the account \"{account}\", which is unknown")]
    UnknownAccount {
        /// The name or token.
        account: String,
    },
    /// A fault strikes call number 0.
    #[error("a fault has \"nth\": 0, but calls are counted from 1")]
    NthIsZero,
    /// A fault answers with a status that is not a final one.
    #[error("a fault has the HTTP status {status}, which is outside 200..=599")]
    BadStatus {
        /// The status.
        status: u16,
    },
    /// A fault answers with a header that HTTP does not allow, or that frames the body.
    #[error(
        "a fault has the header \"{name}\" that cannot be sent; Content-Length and Transfer-Encoding are set by the server"
    )]
    BadHeader {
        /// Its name.
        name: String,
    },
    /// A fault answers before the body is read, and yet takes effect.
    #[error("a fault has \"early\": true with \"effect\": true, but what was not read has no effect")]
    EarlyEffect,
    /// A line without any speed.
    #[error("a fault has \"bytes_per_second\": 0; use \"stall\" for a line where nothing passes")]
    NoSpeed,
    /// `drafts_posted` names something that is not a draft.
    #[error("\"{publish_id}\" is not the publish id of a draft")]
    NotADraft {
        /// The publish id.
        publish_id: String,
    },
}

impl Setup {
    /// Finds what is wrong with it before any of it is done.
    pub(super) fn check(
        &self,
        knows: impl Fn(&str) -> bool,
        is_draft: impl Fn(&str) -> bool,
    ) -> Result<(), SetupError> {
        if let Some(index) = self.accounts.iter().position(|account| account.token.is_empty()) {
            return Err(SetupError::NoToken { index });
        }
        if let Some(draft) = self.drafts_posted.iter().find(|draft| !is_draft(draft)) {
            return Err(SetupError::NotADraft {
                publish_id: draft.clone(),
            });
        }
        let is_new = |wanted: &str| {
            self.accounts.iter().any(|account| {
                let name = account.clone().complete().name;
                account.token == wanted || name == wanted
            })
        };
        let exists = |account: &str| knows(account) || is_new(account);
        if let Some(account) = self.signed_in.as_ref().filter(|account| !exists(account)) {
            return Err(SetupError::UnknownAccount {
                account: account.clone(),
            });
        }
        self.faults
            .iter()
            .try_for_each(|fault| check_fault(fault, exists))
    }
}

fn check_fault(fault: &FaultRule, knows: impl Fn(&str) -> bool) -> Result<(), SetupError> {
    if fault.nth == Some(0) {
        return Err(SetupError::NthIsZero);
    }
    if let Some(account) = fault.account.as_ref().filter(|account| !knows(account)) {
        return Err(SetupError::UnknownAccount {
            account: account.clone(),
        });
    }
    if fault.early && fault.effect == Some(true) {
        return Err(SetupError::EarlyEffect);
    }
    if fault.kind == FaultKind::BytesPerSecond(0) {
        return Err(SetupError::NoSpeed);
    }
    if let Some((name, _)) = fault
        .kind
        .headers()
        .find(|(name, value)| !wire::is_header(name, value))
    {
        return Err(SetupError::BadHeader {
            name: name.to_owned(),
        });
    }
    match fault.kind.status().filter(|status| !(200..=599).contains(status)) {
        Some(status) => Err(SetupError::BadStatus { status }),
        None => Ok(()),
    }
}
