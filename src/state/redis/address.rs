//! The address of a Redis, with a password that cannot be printed.

use std::{fmt, sync::Arc};

use ::redis::{ConnectionInfo, IntoConnectionInfo as _};
use url::Url;

use crate::secret::REDACTED;

/// Default port of a Redis.
const PORT: u16 = 6379;

/// The address of a Redis, with user name and password.
#[derive(Clone)]
pub struct Address(Arc<AddressParts>);

struct AddressParts {
    url: Url,
    info: ConnectionInfo,
}

impl Address {
    /// Reads `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, the same with `rediss`, or
    /// `redis+unix:///SOCKET[?db=DATABASE&user=USER&pass=PASSWORD]`.
    ///
    /// An unescaped `/`, `?` or `#` in a password would end the host early, so any part that an address does not
    /// have is refused. The error is the end of a sentence that begins with the address.
    pub(in crate::state) fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_fault| "it is not a URL")?;
        if url.fragment().is_some() {
            return Err("it contains a #");
        }
        if url.scheme() == "redis+unix" {
            let known = |name: &str| matches!(name, "db" | "user" | "pass");
            if !url.query_pairs().all(|(name, _)| known(&name)) {
                return Err("its query may have only db, user and pass");
            }
        } else {
            if url.host().is_none_or(|host| host.to_string().is_empty()) {
                return Err("it has no host");
            }
            if url.query().is_some() {
                return Err("it contains a ?");
            }
            let database = url.path().trim_start_matches('/');
            if !database.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err("after the host it may have only a slash and the number of a database");
            }
        }
        let info = url
            .clone()
            .into_connection_info()
            .map_err(|_error| "the Redis client cannot read it")?;
        Ok(Self(Arc::new(AddressParts { url, info })))
    }

    /// True for `rediss`.
    pub(super) fn is_over_tls(&self) -> bool {
        self.0.url.scheme() == "rediss"
    }

    /// Connection settings.
    pub(super) fn info(&self) -> &ConnectionInfo {
        &self.0.info
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.0.url == other.0.url
    }
}

impl Eq for Address {}

/// Host, port and database, without user name and password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.0.url.scheme())?;
        if let Some(host) = self.0.url.host() {
            write!(f, "{host}:{}", self.0.url.port().unwrap_or(PORT))?;
        }
        f.write_str(self.0.url.path())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self}, user and password {REDACTED})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_user_and_password() {
        for (text, shown) in [
            ("redis://host", "redis://host:6379"),
            ("redis://user:canary@host:7000/3", "redis://host:7000/3"),
            ("rediss://:canary%2F%3F%23@[::1]/", "rediss://[::1]:6379/"),
            (
                "redis+unix:///run/redis.sock?db=2&user=canary&pass=canary",
                "redis+unix:///run/redis.sock",
            ),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.to_string(), shown);
            assert!(!format!("{address:?}").contains("canary"), "{address:?}");
        }
    }

    #[test]
    fn the_password_is_decoded() {
        let address = Address::parse("redis://me:p%2F%40@host/3").unwrap();
        let settings = address.info().redis_settings();
        assert_eq!(
            (settings.username(), settings.password(), settings.db()),
            (Some("me"), Some("p/@"), 3)
        );
    }

    #[test]
    fn an_address_that_could_be_misread_is_refused_without_being_repeated() {
        for text in [
            "redis:",
            "redis://",
            "redis://:canary/more@host",
            "redis://user:12/canary@host",
            "redis://user:12?canary@host",
            "redis://user:12#canary@host",
            "redis://host/canary",
            "redis://host/1?protocol=canary",
            "rediss://host/#insecure",
            "redis+unix:///run/redis.sock?canary=1",
            "redis://0.0.0.0",
        ] {
            let fault = Address::parse(text).unwrap_err();
            assert!(!fault.contains("canary"), "{fault}");
        }
    }
}
