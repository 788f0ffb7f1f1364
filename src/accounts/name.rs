//! Names of accounts.

use std::fmt;

use crate::secret::is_repeatable;

/// Longest name, in characters.
const NAME_MAX: usize = 40;

/// Name that a person gives to an account on this machine. Messages repeat it, so it never looks like a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountName(String);

impl AccountName {
    /// Takes a name of 1 to 40 letters, digits and `._@-` that begins with a letter or digit.
    pub fn parse(text: &str) -> Result<Self, AccountNameFault> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte);
        let is_name = (1..=NAME_MAX).contains(&text.len())
            && text.bytes().all(is_plain)
            && text.starts_with(|first: char| first.is_ascii_alphanumeric());
        match is_name {
            true if is_repeatable(text) => Ok(Self(text.to_owned())),
            true => Err(AccountNameFault::Secret),
            false => Err(AccountNameFault::Form),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `default`.
impl Default for AccountName {
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reason that a text is no name. Contains no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountNameFault {
    /// Length or characters.
    Form,
    /// It looks like a token or another secret.
    Secret,
}

impl fmt::Display for AccountNameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => {
                "allowed: a name of 1 to 40 letters, digits and ._@- that begins with a letter or digit"
            }
            Self::Secret => {
                "it looks like a token, which is no name; allowed: a name such as work or client-a"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_plain_and_no_token() {
        for name in [
            "default",
            "client-a",
            "shop.de",
            "me@work",
            "1",
            "a".repeat(26).as_str(),
        ] {
            assert_eq!(
                AccountName::parse(name).map(|name| name.to_string()).as_deref(),
                Ok(name)
            );
        }
        for wrong in ["", "-x", ".x", "a b", "a/b", "ä", "a".repeat(41).as_str()] {
            assert_eq!(AccountName::parse(wrong), Err(AccountNameFault::Form), "{wrong}");
        }
        for secret in ["act.sim-public", "0123456789abcdef0123456789abcdef01234567"] {
            assert_eq!(
                AccountName::parse(secret),
                Err(AccountNameFault::Secret),
                "{secret}"
            );
        }
    }
}
