//! Location of the state, from `AUTOHIVE_TIKTOK_STATE`.

use std::{
    fmt,
    path::{Path, PathBuf},
};

#[cfg(feature = "redis")]
use super::redis::Address;

/// Path of the file below the folder for state.
const FILE: &str = "autohive-tiktok/state.db";

/// Location of the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateLocation {
    /// Switched off: a request that needs the state fails.
    Off,
    /// Unknown, because neither a variable nor a home folder is set: a request that needs the state fails.
    Nowhere,
    /// SQLite file on this machine.
    Sqlite(PathBuf),
    /// Redis that several machines share.
    #[cfg(feature = "redis")]
    Redis(Address),
}

impl StateLocation {
    /// Reads `sqlite:PATH`, `redis://…`, `rediss://…`, `redis+unix:///…` or `off`.
    pub fn parse(text: &str) -> Result<Self, StateLocationError> {
        if text == "off" {
            return Ok(Self::Off);
        }
        match text.split_once(':') {
            Some(("sqlite", path)) => file(path),
            Some(("redis" | "rediss" | "redis+unix", _)) => redis(text),
            _ => Err(StateLocationError::Unknown),
        }
    }

    /// Default location: a file below the folder for state, if there is one.
    pub fn below(state_home: Option<&Path>) -> Self {
        state_home.map_or(Self::Nowhere, |folder| Self::Sqlite(folder.join(FILE)))
    }
}

fn file(path: &str) -> Result<StateLocation, StateLocationError> {
    match path {
        "" => Err(StateLocationError::NoPath),
        // What SQLite takes for a database in memory would be forgotten with the process.
        path if path.starts_with(':') => Err(StateLocationError::InMemory),
        path if path.starts_with('~') => Err(StateLocationError::Tilde),
        path => Ok(StateLocation::Sqlite(PathBuf::from(path))),
    }
}

#[cfg(feature = "redis")]
fn redis(text: &str) -> Result<StateLocation, StateLocationError> {
    Address::parse(text)
        .map(StateLocation::Redis)
        .map_err(StateLocationError::RedisUrl)
}

#[cfg(not(feature = "redis"))]
fn redis(_text: &str) -> Result<StateLocation, StateLocationError> {
    Err(StateLocationError::NoRedis)
}

/// Location without user name and password.
impl fmt::Display for StateLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Nowhere => f.write_str("nowhere"),
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            #[cfg(feature = "redis")]
            Self::Redis(address) => address.fmt(f),
        }
    }
}

/// Reason that a text is not a location. It never repeats the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateLocationError {
    /// Unknown scheme.
    Unknown,
    /// `sqlite:` without a path.
    NoPath,
    /// `sqlite::memory:`.
    InMemory,
    /// `sqlite:~/…`, which no shell has expanded.
    Tilde,
    /// `redis…:` with an invalid address.
    RedisUrl(&'static str),
    /// `redis…:` in a build without Redis.
    NoRedis,
}

impl fmt::Display for StateLocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str(
                "is not a location for the state; allowed: sqlite:PATH, redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], \
                 rediss://… (with TLS), redis+unix:///SOCKET, and off",
            ),
            Self::NoPath => f.write_str("has no path: write sqlite:PATH, for example sqlite:/var/lib/autohive-tiktok/state.db"),
            Self::InMemory => f.write_str("would be lost when the process ends: write sqlite:PATH with the path of a file, or off"),
            Self::Tilde => f.write_str("begins with ~, which is not expanded here: write the whole path"),
            Self::RedisUrl(what) => write!(
                f,
                "is not a Redis address: {what}; write redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE] (or rediss:// \
                 for TLS, or redis+unix:///SOCKET), with %XX for /, ?, #, @, : and % in a password"
            ),
            Self::NoRedis => f.write_str(
                "needs Redis, which this build does not include: use a build with the cargo feature `redis`, or write sqlite:PATH or off",
            ),
        }
    }
}

impl std::error::Error for StateLocationError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_nothing_at_all_can_be_told() {
        assert_eq!(StateLocation::parse("off"), Ok(StateLocation::Off));
        for path in ["/var/lib/x/state.db", "state.db", "C:/x", "a b?c#d"] {
            assert_eq!(
                StateLocation::parse(&format!("sqlite:{path}")),
                Ok(StateLocation::Sqlite(PathBuf::from(path)))
            );
        }
    }

    #[test]
    fn what_is_no_place_says_what_is() {
        for (text, fault) in [
            ("", StateLocationError::Unknown),
            ("OFF", StateLocationError::Unknown),
            ("/var/lib/state.db", StateLocationError::Unknown),
            ("postgres://u:canary@h/", StateLocationError::Unknown),
            ("redis", StateLocationError::Unknown),
            ("sqlite:", StateLocationError::NoPath),
            ("sqlite::memory:", StateLocationError::InMemory),
            ("sqlite:~/state.db", StateLocationError::Tilde),
        ] {
            let got = StateLocation::parse(text).unwrap_err();
            assert_eq!(got, fault, "{text:?}");
            assert!(
                got.to_string().contains("sqlite:PATH") || fault == StateLocationError::Tilde,
                "{got}"
            );
        }
    }

    #[cfg(not(feature = "redis"))]
    #[test]
    fn a_build_without_redis_says_so() {
        for text in ["redis://host", "rediss://host", "redis+unix:///socket"] {
            assert_eq!(StateLocation::parse(text), Err(StateLocationError::NoRedis));
        }
    }

    #[test]
    fn unset_it_is_a_file_in_the_folder_for_state() {
        let unset = StateLocation::below(Some(Path::new("/x")));
        assert_eq!(unset.to_string(), "sqlite:/x/autohive-tiktok/state.db");
        assert_eq!(StateLocation::below(None), StateLocation::Nowhere);
    }
}
