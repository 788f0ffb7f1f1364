//! Secrets of the sign-in to both APIs.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::{REDACTED, TokenFault};

macro_rules! sign_in_secrets {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone)]
            pub struct $name(SecretString);

            impl $name {
                /// Takes a text of visible ASCII characters.
                pub fn parse(text: String) -> Result<Self, TokenFault> {
                    match TokenFault::of(&text) {
                        Some(fault) => Err(fault),
                        None => Ok(Self(SecretString::from(text))),
                    }
                }

                /// The text, for the parameters of a sign-in call only.
                pub fn expose(&self) -> &str {
                    self.0.expose_secret()
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "{}({REDACTED})", stringify!($name))
                }
            }
        )*
    };
}

sign_in_secrets! {
    /// Secret of a developer app.
    AppSecret
    /// Authorization code. It works once, for minutes (docs/tiktok-open-api.md#sign-in) or an hour
    /// (docs/tiktok-marketing-api.md#authorization).
    AuthCode
    /// Refresh token of an access token that expires.
    RefreshToken
    /// PKCE's proof that the program that exchanges a code has also asked for it (docs/tiktok-open-api.md#pkce).
    CodeVerifier
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_do_not_print() {
        let text = || "canary-0123456789".to_owned();
        let printed = format!(
            "{:?} {:?} {:?}",
            AppSecret::parse(text()).unwrap(),
            AuthCode::parse(text()).unwrap(),
            RefreshToken::parse(text()).unwrap()
        );
        assert!(!printed.contains("canary"), "{printed}");
        assert_eq!(AuthCode::parse(text()).unwrap().expose(), text());
    }

    #[test]
    fn a_text_that_was_copied_badly_is_refused() {
        for (text, fault) in [
            ("", TokenFault::Empty),
            ("0123456789\n", TokenFault::SpaceAround),
            ("\"0123456789\"", TokenFault::Quoted),
            ("01234 56789", TokenFault::SpaceWithin),
        ] {
            assert_eq!(AppSecret::parse(text.to_owned()).unwrap_err(), fault, "{text:?}");
        }
    }
}
