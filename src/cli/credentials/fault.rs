//! Reasons that there are no credentials.

use std::fmt;

use crate::cli::{codes, env_file::DEFAULT_PATH, fault::CommandFault};

/// Reason that there are no credentials: each text is for a person, has its remedy at its end, and holds no secret.
pub(in crate::cli) enum CredentialsFault {
    /// None were given, or not all.
    Missing(Vec<MissingMember>),
    /// Some were given that cannot be used.
    Wrong(Vec<String>),
    /// A stored login cannot be used.
    Login(CommandFault),
}

impl CredentialsFault {
    /// Its texts.
    pub(in crate::cli) fn texts(&self) -> Vec<String> {
        match self {
            Self::Missing(missing) => missing.iter().map(ToString::to_string).collect(),
            Self::Wrong(texts) => texts.clone(),
            Self::Login(fault) => vec![fault.message.clone()],
        }
    }
}

impl From<CommandFault> for CredentialsFault {
    fn from(fault: CommandFault) -> Self {
        Self::Login(fault)
    }
}

impl From<CredentialsFault> for CommandFault {
    fn from(fault: CredentialsFault) -> Self {
        let message = fault.to_string();
        match fault {
            CredentialsFault::Missing(_) => Self::new(
                &codes::MISSING_TOKEN,
                format!("{message}, or run `autohive-tiktok auth login`"),
            ),
            CredentialsFault::Wrong(_) => Self::new(&codes::MALFORMED_TOKEN, message),
            CredentialsFault::Login(fault) => fault,
        }
    }
}

impl fmt::Display for CredentialsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.texts().join("; "))
    }
}

/// Member of `auth` that was not given.
pub(in crate::cli) struct MissingMember {
    /// Command or option that needs it.
    pub(super) purpose: String,
    pub(super) integration: &'static str,
    pub(super) variable: &'static str,
    /// Name in a `.env`.
    pub(super) in_file: Option<&'static str>,
    /// Option of the command.
    pub(super) option: Option<&'static str>,
}

impl MissingMember {
    /// The finding.
    pub(in crate::cli) fn found(&self) -> String {
        format!("{} is not set", self.variable)
    }

    /// All ways to give it.
    pub(in crate::cli) fn fix(&self) -> String {
        let or_file = self.in_file.map(|name| {
            format!(", or {name} in {DEFAULT_PATH} in the working directory or in the file of --env-file")
        });
        let or_option = self.option.map(|option| format!(", or give {option}"));
        format!(
            "set {} in the environment{}{}",
            self.variable,
            or_file.unwrap_or_default(),
            or_option.unwrap_or_default()
        )
    }
}

impl fmt::Display for MissingMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} needs credentials for {}: {}",
            self.purpose,
            self.integration,
            self.fix()
        )
    }
}
