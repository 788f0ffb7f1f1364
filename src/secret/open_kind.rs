//! Kinds of the Open API's tokens.

use std::fmt;

/// Kind of a token of the Open API, by its beginning (docs/tiktok-open-api.md#tokens). Tokens of the Marketing API have no
/// beginning of their own (docs/tiktok-marketing-api.md#authorization).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenTokenKind {
    /// Access token of a user.
    Access,
    /// Refresh token.
    Refresh,
    /// Token of an app without a user.
    Client,
}

impl OpenTokenKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Access, Self::Refresh, Self::Client];

    /// Kind of the token that is `text`; `None` for a token of another API, and for any other text.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| text.starts_with(kind.start()))
    }

    /// Beginning of the tokens.
    pub const fn start(self) -> &'static str {
        match self {
            Self::Access => "act.",
            Self::Refresh => "rft.",
            Self::Client => "clt.",
        }
    }
}

/// `an access token`.
impl fmt::Display for OpenTokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Access => "an access token",
            Self::Refresh => "a refresh token",
            Self::Client => "a client token",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_its_beginning() {
        for (text, kind) in [
            ("act.x", Some(OpenTokenKind::Access)),
            ("rft.x", Some(OpenTokenKind::Refresh)),
            ("clt.x", Some(OpenTokenKind::Client)),
            ("0123456789abcdef0123456789abcdef01234567", None),
            ("ACT.x", None),
            ("", None),
        ] {
            assert_eq!(OpenTokenKind::of(text), kind, "{text}");
        }
    }
}
