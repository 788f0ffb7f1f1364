//! Faults of the state.

/// Fault of the state: it could not be read or written. Holds no user name, password, key or entry.
///
/// Its text is for results, so it names neither the place of the state nor what the system said;
/// [`StateError::in_full`] does, for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The state was switched off.
    #[error("the state is off, and this needs it")]
    Off,
    /// Nothing says where the state should be.
    #[error("there is no place for the state")]
    Nowhere,
    /// The file cannot be opened, read or written, or the Redis cannot be reached or refuses.
    #[error("the state cannot be used")]
    Unavailable {
        /// Place of the state, without user name and password.
        place: String,
        /// Cause and remedy.
        what: String,
        /// True if it may pass by itself.
        passes: bool,
    },
    /// Others have been writing to the file for longer than one waits for them.
    #[error("the state was locked by another process for more than 5 seconds")]
    Busy {
        /// Place of the state.
        place: String,
    },
    /// It did not answer within the request's time.
    #[error("the state did not answer within the request's time")]
    Late,
    /// The file is damaged, or not ours.
    #[error("the state is damaged, or is none of this program's")]
    Corrupt {
        /// Place of the state, without user name and password.
        place: String,
        /// Cause and remedy.
        what: String,
    },
    /// Another user owns the file or its folder, or can write to it.
    #[error("the state is open to other users of the machine")]
    Exposed {
        /// Place of the state.
        place: String,
        /// Cause and remedy.
        what: String,
    },
    /// A newer version of this program made the file.
    #[error("a newer version of this program made the state")]
    Newer {
        /// Place of the state.
        place: String,
        /// The file's version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The row under the key is not of this program's making, or was changed since.
    #[error("the row of this key cannot be trusted")]
    Untrusted {
        /// Cause, without anything that stands in the row.
        reason: &'static str,
    },
    /// The entry to be written is larger than one that could be read back; nothing was written.
    #[error("the entry for the journal has more than 64 KiB")]
    TooLarge,
    /// Somebody else has taken over the claim; nothing was written.
    #[error(
        "another request has taken over this idempotency key, so nothing more is done here: ask for its outcome with the same key"
    )]
    Lost,
}

impl StateError {
    /// True if it may pass by itself.
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

    /// The error with the place, what happened there, and what to do: for the log, never for a result.
    pub fn in_full(&self) -> String {
        match self {
            Self::Off => format!(
                "{self} (AUTOHIVE_TIKTOK_STATE=off): unset AUTOHIVE_TIKTOK_STATE or name a place, for example sqlite:PATH"
            ),
            Self::Nowhere => format!(
                "{self}: neither XDG_STATE_HOME nor HOME is an absolute path; set AUTOHIVE_TIKTOK_STATE to sqlite:PATH or to \
                 redis://HOST"
            ),
            Self::Unavailable { place, what, .. } => format!("the state at {place} cannot be used: {what}"),
            Self::Busy { place } => format!(
                "the state at {place} was locked by another process for more than 5 seconds: end what holds it (a backup, an \
                 sqlite3 shell), and try again"
            ),
            Self::Late => format!("{self}; see whether it runs and is not overloaded, and try again"),
            Self::Corrupt { place, what } => format!("the state at {place} cannot be understood: {what}"),
            Self::Exposed { place, what } => {
                format!("the state at {place} is open to other users, so it is not used: {what}")
            }
            Self::Newer { place, found, known } => format!(
                "the state at {place} has the form {found}, and this program knows the forms up to {known}: use the newer \
                 program that made it, or name another place"
            ),
            Self::Untrusted { reason } => format!("{self}: {reason}"),
            Self::TooLarge => format!("{self}, so it was not written; please report this"),
            Self::Lost => self.to_string(),
        }
    }
}
