//! Why the state could not be read or written.

/// Why the state could not be read or written. Holds no user name, password, key or entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The state was switched off.
    #[error(
        "the state is off (AUTOHIVE_TIKTOK_STATE=off), and this needs it: unset AUTOHIVE_TIKTOK_STATE or name a place, \
         for example sqlite:PATH"
    )]
    Off,
    /// Nothing says where the state should be.
    #[error(
        "there is no place for the state: neither XDG_STATE_HOME nor HOME is an absolute path; set AUTOHIVE_TIKTOK_STATE \
         to sqlite:PATH or to redis://HOST"
    )]
    Nowhere,
    /// The file cannot be opened, read or written, or the Redis cannot be reached or refuses.
    #[error("the state at {place} cannot be used: {what}")]
    Unavailable {
        /// Where the state is, without user name and password.
        place: String,
        /// What happened and what to do.
        what: String,
    },
    /// Others have been writing to the file for longer than one waits for them.
    #[error(
        "the state at {place} was locked by another process for more than 5 seconds: end what holds it (a backup, an \
         sqlite3 shell), and try again"
    )]
    Busy {
        /// Where the state is.
        place: String,
    },
    /// It did not answer within the request's time.
    #[error(
        "the state did not answer within the request's time; see whether it runs and is not overloaded, and try again"
    )]
    Late,
    /// What is there is damaged, or not ours.
    #[error("the state at {place} cannot be understood: {what}")]
    Corrupt {
        /// Where the state is, without user name and password.
        place: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// A newer version of this program made the file.
    #[error(
        "the state at {place} has the form {found}, and this program knows the forms up to {known}: use the newer program \
         that made it, or name another place"
    )]
    Newer {
        /// Where the state is.
        place: String,
        /// The file's version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Somebody else has taken over the claim; nothing was written.
    #[error(
        "another request has taken over this idempotency key, so nothing more is done here: ask for its outcome with the same key"
    )]
    Lost,
}
