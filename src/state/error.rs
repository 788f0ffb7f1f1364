//! Errors of the state.

/// Error of the state. Holds no user name, password, key or entry.
///
/// Its text is for results, so it names neither the location of the state nor the system's error;
/// [`StateError::in_full`] does, for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The state was switched off.
    #[error("the state is switched off, and this request needs it")]
    Off,
    /// No location is set, and there is no default.
    #[error("no location is set for the state")]
    Nowhere,
    /// The file cannot be opened, read or written, or the Redis cannot be reached or refuses.
    #[error("the state cannot be used")]
    Unavailable {
        /// Location of the state, without user name and password.
        place: String,
        /// Cause and remedy.
        what: String,
        /// True if it may be temporary.
        passes: bool,
    },
    /// Another process has locked the file for longer than 5 seconds.
    #[error("the state was locked by another process for more than 5 seconds")]
    Busy {
        /// Location of the state.
        place: String,
    },
    /// The state did not answer within the request's time.
    #[error("the state did not answer within the request's time")]
    Late,
    /// The file is damaged, or not a file of this program.
    #[error("the state is damaged, or does not belong to this program")]
    Corrupt {
        /// Location of the state, without user name and password.
        place: String,
        /// Cause and remedy.
        what: String,
    },
    /// Another user owns the file or its folder, or can write to it.
    #[error("the state is open to other users of the machine")]
    Exposed {
        /// Location of the state.
        place: String,
        /// Cause and remedy.
        what: String,
    },
    /// A newer version of this program created the file.
    #[error("a newer version of this program created the state")]
    Newer {
        /// Location of the state.
        place: String,
        /// The file's version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// This program cannot have written the row, or it was changed since.
    #[error("the row of this key cannot be trusted")]
    Untrusted {
        /// Cause, without any content of the row.
        reason: &'static str,
    },
    /// The entry is larger than 64 KiB, the most that is read back; nothing was written.
    #[error("the journal entry is larger than 64 KiB")]
    TooLarge,
    /// Another request holds the row now; nothing was written.
    #[error(
        "another request has taken over this idempotency key, so this one stops: send it again with the same key to get the outcome"
    )]
    Lost,
}

impl StateError {
    /// Remedy for this cause alone.
    pub fn remedy(&self) -> &'static str {
        if matches!(self, Self::Off | Self::Nowhere) {
            "Send the request without `idempotency_key`, or ask the host's operator to set a location in \
             `AUTOHIVE_TIKTOK_STATE` (`sqlite:PATH`, `redis://…`)."
        } else if self.passes() {
            "Send the same request again later."
        } else {
            "The host's operator should repair the journal; the host's log gives the location and the reason. A journal at \
             another location (`AUTOHIVE_TIKTOK_STATE`) does not know what was done before: check whether the post or object \
             exists before you send the request again."
        }
    }

    /// True if it may be temporary.
    pub const fn passes(&self) -> bool {
        match self {
            Self::Unavailable { passes, .. } => *passes,
            Self::Busy { .. } | Self::Late | Self::Lost => true,
            Self::Off
            | Self::Nowhere
            | Self::Corrupt { .. }
            | Self::Exposed { .. }
            | Self::Newer { .. }
            | Self::Untrusted { .. }
            | Self::TooLarge => false,
        }
    }

    /// The error with location, cause and remedy: for the log, never for a result.
    pub fn in_full(&self) -> String {
        match self {
            Self::Off => format!(
                "{self} (AUTOHIVE_TIKTOK_STATE=off): unset AUTOHIVE_TIKTOK_STATE or set it to a location such as sqlite:PATH"
            ),
            Self::Nowhere => format!(
                "{self}: neither XDG_STATE_HOME nor HOME is an absolute path; set AUTOHIVE_TIKTOK_STATE to sqlite:PATH or to \
                 redis://HOST"
            ),
            Self::Unavailable { place, what, .. } => format!("the state at {place} cannot be used: {what}"),
            Self::Busy { place } => format!(
                "the state at {place} was locked by another process for more than 5 seconds: end that process (a backup, an \
                 sqlite3 shell), and try again"
            ),
            Self::Late => format!("{self}; check whether it is running and not overloaded, and try again"),
            Self::Corrupt { place, what } => format!("the state at {place} cannot be understood: {what}"),
            Self::Exposed { place, what } => {
                format!("the state at {place} is open to other users, so it is not used: {what}")
            }
            Self::Newer { place, found, known } => format!(
                "the state at {place} has version {found}, and this program supports versions up to {known}: use the newer \
                 program that created it, or name another location"
            ),
            Self::Untrusted { reason } => format!("{self}: {reason}"),
            Self::TooLarge => format!("{self}, so it was not written; please report this"),
            Self::Lost => self.to_string(),
        }
    }
}
