//! Changes to a running simulator.

use serde::{Deserialize, Serialize};

use super::{
    fault::{FaultKind, FaultRule},
    marketing_api::setup::AdsSetup,
    open_api::{account::Account, upload_edge::UploadEdge},
    wire,
};

/// Changes to the simulator, in this order: accounts, faults, settings, time, drafts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Setup {
    /// Accounts to add, or to replace if the token exists.
    pub accounts: Vec<Account>,
    /// Whether the faults set earlier are forgotten.
    pub clear_faults: bool,
    /// Faults to add.
    pub faults: Vec<FaultRule>,
    /// Behaviour of the upload server that the documents leave open.
    pub upload: Option<UploadEdge>,
    /// Whether undocumented requests are refused, see [`SimulatorOptions::strict`](super::SimulatorOptions::strict).
    pub strict: Option<bool>,
    /// Whether later media are judged, see [`SimulatorOptions::judge_media`](super::SimulatorOptions::judge_media).
    pub judge_media: Option<bool>,
    /// Milliseconds until later posts leave PROCESSING.
    pub processing_ms: Option<u64>,
    /// Further milliseconds until later public posts have their id.
    pub moderation_ms: Option<u64>,
    /// Seconds by which the simulated time moves ahead.
    #[serde(alias = "advance")]
    pub advance_seconds: u64,
    /// Token or name of the account that agrees on the consent page; `act.sim-public` at first.
    pub signed_in: Option<String>,
    /// Behaviour of the consent page of the Open API.
    pub consent: Option<ConsentSetup>,
    /// Publish ids of drafts that the user posts from the inbox now.
    pub drafts_posted: Vec<String>,
    /// Changes to the simulated Marketing API.
    pub ads: Option<AdsSetup>,
}

/// Behaviour of the consent page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsentSetup {
    /// Whether a page with links is shown, instead of an answer at once.
    pub page: bool,
    /// Whether the user declines.
    pub denied: bool,
    /// Scopes that the user unticks.
    pub declined_scopes: Vec<String>,
}

/// Reason for refusing a setup, none of which was applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// An account without a token.
    #[error("account {index} has no token")]
    NoToken {
        /// Index in `accounts`.
        index: usize,
    },
    /// More videos than an account can have.
    #[error("the account \"{token}\" has {videos} videos; at most {most} are allowed")]
    TooManyVideos {
        /// Token of the account.
        token: String,
        /// Number in the setup.
        videos: u32,
        /// Largest allowed number.
        most: u32,
    },
    /// A fault or `signed_in` names an account that does not exist.
    #[error("a fault or signed_in names the account \"{account}\", which is unknown")]
    UnknownAccount {
        /// The name or token.
        account: String,
    },
    /// A fault for call number 0.
    #[error("a fault has \"nth\": 0, but calls are counted from 1")]
    NthIsZero,
    /// A fault with a status that is not final.
    #[error("a fault has the HTTP status {status}, which is outside 200..=599")]
    BadStatus {
        /// The status.
        status: u16,
    },
    /// A fault with a header that HTTP does not allow, or that frames the body.
    #[error(
        "a fault has the header \"{name}\" that cannot be sent; Content-Length and Transfer-Encoding are set by the server"
    )]
    BadHeader {
        /// Its name.
        name: String,
    },
    /// A fault that responds before the body is read, and yet takes effect.
    #[error("a fault has \"early\": true with \"effect\": true, but what was not read has no effect")]
    EarlyEffect,
    /// A speed of zero.
    #[error("a fault has \"bytes_per_second\": 0; use \"stall\" for a line where nothing passes")]
    NoSpeed,
    /// `drafts_posted` names something that is not a draft.
    #[error("\"{publish_id}\" is not the publish id of a draft")]
    NotADraft {
        /// The publish id.
        publish_id: String,
    },
    /// A wrong member of `ads`.
    #[error("ads: {0}")]
    Ads(String),
}

impl Setup {
    /// Checks faults and `signed_in`. `exists` finds accounts by token or name, those of this setup included.
    pub(super) fn check(&self, exists: impl Fn(&str) -> bool) -> Result<(), SetupError> {
        if let Some(account) = self.signed_in.as_ref().filter(|account| !exists(account)) {
            return Err(SetupError::UnknownAccount {
                account: account.clone(),
            });
        }
        self.faults
            .iter()
            .try_for_each(|fault| check_fault(fault, &exists))
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
