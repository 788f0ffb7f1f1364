//! Secrets that cannot be printed: the access token, the upload URL and the keys of the state.

mod detect;
mod ids;
mod names;
mod open_kind;
mod secrets;
mod sign_in;
mod state_keys;
mod stranger;

pub use detect::{may_hold_secret, without_secrets};
pub use ids::Ids;
pub use names::{ids_under, is_secret_name};
pub use open_kind::OpenTokenKind;
pub use secrets::Secrets;
pub use sign_in::{AppSecret, AuthCode, CodeVerifier, RefreshToken};
pub use state_keys::{StateKeys, StateKeysFault};
pub use stranger::{is_repeatable, is_showable, repeatable, shown};

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use url::{Host, Url};

/// TikTok's tokens have some seventy characters and begin with `act.` (docs/tiktok-open-api.md#tokens).
const SHORTEST_SECRET: usize = 8;

/// Longest token, in characters. It is copied into each call, and no header of that length passes a web
/// server.
const TOKEN_MAX: usize = 4096;

/// Replacement of a secret in printed text.
pub const REDACTED: &str = "[REDACTED]";

/// The OAuth access token of one TikTok account.
///
/// Its text leaves it only through [`AccessToken::header_value`], for the header of a request, and through
/// [`AccessToken::expose`], for its revocation.
#[derive(Clone)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Takes a token of visible ASCII characters, which is all that fits into a header.
    pub fn parse(token: String) -> Result<Self, TokenFault> {
        match TokenFault::of(&token) {
            Some(fault) => Err(fault),
            None => Ok(Self(SecretString::from(token))),
        }
    }

    /// Value of the header that carries the token, after `prefix`, marked so that no HTTP layer prints it.
    ///
    /// Its type cannot overwrite itself; the binary's allocator does so when it is freed. One copy stays: an
    /// idle connection keeps the head of its last call in its buffer, until the next call or the connection's
    /// end.
    pub fn header_value(&self, prefix: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("{prefix}{}", self.0.expose_secret())).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The text, for the body of the call that revokes the token.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns a digest that identifies the token in rate counters. A token is long and random, so its digest
    /// does not reveal it.
    pub fn digest(&self) -> String {
        STANDARD.encode(Sha256::digest(format!(
            "autohive-tiktok token {}",
            self.0.expose_secret()
        )))
    }

    /// Kind of the token, if it is one of the Open API.
    pub fn open_kind(&self) -> Option<OpenTokenKind> {
        OpenTokenKind::of(self.0.expose_secret())
    }

    /// Whether `text` contains the token. A text shorter than any token of TikTok is not a secret.
    pub fn is_in(&self, text: &str) -> bool {
        let token = self.0.expose_secret();
        token.len() >= SHORTEST_SECRET && text.contains(token)
    }

    /// Returns `text`, which came from elsewhere, without the token.
    ///
    /// A text shorter than any token of TikTok is not a secret and could occur in any message.
    pub fn redact(&self, text: &str) -> String {
        let token = self.0.expose_secret();
        if token.len() < SHORTEST_SECRET {
            text.to_owned()
        } else {
            text.replace(token, REDACTED)
        }
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessToken({REDACTED})")
    }
}

macro_rules! tokens_of_apis {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone)]
            pub struct $name(AccessToken);

            impl $name {
                /// Binds a token to this API.
                pub fn new(token: AccessToken) -> Self {
                    Self(token)
                }

                /// The token, for the header of a request to this API.
                pub fn access_token(&self) -> &AccessToken {
                    &self.0
                }
            }
        )*
    };
}

// A client takes the token of its own API alone, so that no token reaches another one.
tokens_of_apis! {
    /// Access token of a TikTok user, for the Open API.
    UserToken
    /// Access token of a developer's app for its ad accounts, for the Marketing API.
    AdsToken
}

/// Fault of a text that is not an access token. Contains no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// It is empty or blank.
    Empty,
    /// It begins with the word `Bearer`.
    Bearer,
    /// It begins or ends with white space, a line break most often.
    SpaceAround,
    /// It is in quotes.
    Quoted,
    /// White space or a control character within.
    SpaceWithin,
    /// A character outside ASCII.
    NotAscii,
    /// More characters than any token has.
    TooLong,
}

impl TokenFault {
    fn of(token: &str) -> Option<Self> {
        let bare = token.trim();
        let is_bearer = bare
            .get(..7)
            .is_some_and(|start| start.eq_ignore_ascii_case("bearer "));
        match bare {
            "" => Some(Self::Empty),
            _ if token.len() > TOKEN_MAX => Some(Self::TooLong),
            _ if is_bearer => Some(Self::Bearer),
            _ if bare.len() > 2 && bare.starts_with(['"', '\'']) && bare.ends_with(['"', '\'']) => {
                Some(Self::Quoted)
            }
            _ if !bare.is_ascii() => Some(Self::NotAscii),
            _ if bare.bytes().any(|byte| !byte.is_ascii_graphic()) => Some(Self::SpaceWithin),
            _ if bare.len() != token.len() => Some(Self::SpaceAround),
            _ => None,
        }
    }
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an empty text",
            Self::Bearer => "a string that begins with \"Bearer\", which is not part of the token; leave that word out",
            Self::SpaceAround => {
                "a token with a space or line break at its beginning or end; remove it (a token read from a file often \
                 ends in a line break)"
            }
            Self::Quoted => "a token in quotes; remove them",
            Self::SpaceWithin => {
                "a string that contains a space, a line break or a control character, which no token has"
            }
            Self::NotAscii => "a string with a character outside ASCII, which no token has",
            Self::TooLong => "a string of more than 4,096 bytes, which no token has",
        })
    }
}

/// URL to which a video is uploaded. It authorizes the upload, so it is a secret
/// (docs/tiktok-open-api.md#upload-addresses).
#[derive(Clone)]
pub struct UploadUrl(Url);

impl UploadUrl {
    /// Accepts the upload URL in TikTok's response if its host is TikTok's.
    ///
    /// That is https on port 443 of any host under `tiktokapis.com` without userinfo
    /// (docs/tiktok-open-api.md#upload-addresses: the real hosts are regional), or, for a simulator, the API
    /// base's own host where that is a loopback address.
    pub fn parse(text: &str, api_base: &Url) -> Result<Self, UploadUrlFault> {
        let url = Url::parse(text).map_err(|_fault| UploadUrlFault)?;
        let plain = url.username().is_empty() && url.password().is_none();
        if plain && (is_tiktok(&url) || is_same_loopback(&url, api_base)) {
            Ok(Self(url))
        } else {
            Err(UploadUrlFault)
        }
    }

    /// Returns the URL, for the upload request only.
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for UploadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UploadUrl({REDACTED})")
    }
}

/// Error for an upload URL that is not TikTok's. Contains no part of the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadUrlFault;

fn is_tiktok(url: &Url) -> bool {
    let named = matches!(url.host(), Some(Host::Domain(domain)) if domain.ends_with(".tiktokapis.com"));
    named && url.scheme() == "https" && url.port_or_known_default() == Some(443)
}

fn is_same_loopback(url: &Url, api_base: &Url) -> bool {
    is_loopback(api_base) && url.host() == api_base.host() && matches!(url.scheme(), "http" | "https")
}

/// Whether `url` names this machine itself: `localhost`, 127.0.0.0/8 or `[::1]`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(text: &str, base: &str) -> bool {
        UploadUrl::parse(text, &Url::parse(base).unwrap()).is_ok()
    }

    #[test]
    fn uploads_go_to_tiktok_and_nowhere_else() {
        let base = "https://open.tiktokapis.com";
        // docs/tiktok-open-api.md#upload-addresses.
        for real in [
            "https://open-upload.tiktokapis.com/video/?upload_id=1&upload_token=t",
            "https://open-upload-va.tiktokapis.com/upload?upload_id=1&upload_token=t",
            "https://open-upload-i18n.tiktokapis.com:443/upload?upload_id=1",
            "https://upload.us.tiktokapis.com/video/?upload_id=1",
        ] {
            assert!(upload(real, base), "{real}");
        }
        for foreign in [
            "http://open-upload.tiktokapis.com/video/",
            "https://open-upload.tiktokapis.com:8443/video/",
            "https://tiktokapis.com.evil.example/video/",
            "https://eviltiktokapis.com/video/",
            "https://user@open-upload.tiktokapis.com/video/",
            "https://127.0.0.1/video/",
            "http://127.0.0.1:9/video/",
            "not an address",
        ] {
            assert!(!upload(foreign, base), "{foreign}");
        }
    }

    #[test]
    fn a_simulator_may_take_uploads_on_its_own_host_only() {
        assert!(upload(
            "http://127.0.0.1:9000/video/?upload_token=t",
            "http://127.0.0.1:8000"
        ));
        assert!(!upload("http://127.0.0.2:9000/video/", "http://127.0.0.1:8000"));
        assert!(!upload("http://169.254.169.254/video/", "http://127.0.0.1:8000"));
        assert!(!upload("http://proxy.example/video/", "https://proxy.example"));
    }

    #[test]
    fn secrets_do_not_print() {
        let token = AccessToken::parse("act.canary".to_owned()).unwrap();
        let base = Url::parse("https://open.tiktokapis.com").unwrap();
        let url = UploadUrl::parse("https://open-upload.tiktokapis.com/?upload_token=canary", &base).unwrap();
        assert!(!format!("{token:?} {url:?} {:?}", token.header_value("Bearer ")).contains("canary"));
    }
}
