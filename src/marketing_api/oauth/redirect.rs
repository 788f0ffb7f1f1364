//! The address to which TikTok redirects after the consent page.

use sha2::{Digest as _, Sha256};
use url::Url;

use crate::secret::{AuthCode, TokenFault, shown};

/// Error for a redirect that gives no authorization code. Contains no code and no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectError {
    /// The address does not belong to the sign-in that was started.
    #[error(
        "`state` in the redirect address is not the one of this sign-in: the address belongs to another or an older \
         sign-in, or was forged. Start the sign-in again, and use the address that it ends with"
    )]
    StateMismatch,
    /// The advertiser did not agree, or TikTok refused.
    #[error(
        "the advertiser or TikTok declined the authorization: the redirect address has {parameter}={reason}"
    )]
    Denied {
        /// Parameter that says so.
        parameter: &'static str,
        /// Its value in quotes; its length instead if it is long or may hold a secret.
        reason: String,
    },
    /// The address has no authorization code.
    #[error(
        "the redirect address has no `auth_code`. Copy the whole address from the browser after the advertiser has \
         agreed, with everything after the question mark"
    )]
    CodeMissing,
    /// A parameter occurs twice.
    #[error("the redirect address has `{0}` twice. Start the sign-in again")]
    Repeated(&'static str),
    /// `code` and `auth_code` differ.
    #[error(
        "`code` and `auth_code` in the redirect address differ; TikTok sends one value under both names. Start the \
         sign-in again"
    )]
    CodesDiffer,
    /// The code is not one.
    #[error("`auth_code` in the redirect address is {0}")]
    CodeMalformed(TokenFault),
}

/// Parameters that stand for a refusal. TikTok documents none; these are OAuth's
/// (docs/tiktok-marketing-api.md#authorization).
const REFUSALS: [&str; 3] = ["error", "error_code", "error_description"];

/// Reads the authorization code from the address `redirected`, to which the consent page led for a sign-in with `state`
/// (docs/tiktok-marketing-api.md#authorization).
///
/// The code is `auth_code`. A `code` beside it must be equal, and does not suffice: the sign-in of TikTok accounts uses
/// that name.
pub fn read_redirect(redirected: &Url, state: &str) -> Result<AuthCode, RedirectError> {
    let only = |name| only(redirected, name);
    let refusal = refusal(redirected);
    match (only("state")?, refusal) {
        // A refusal uses nothing of the address, so it may lack the state.
        (None, Some(refusal)) => return Err(refusal),
        (Some(given), refusal) if is_equal(&given, state) => refusal.map_or(Ok(()), Err)?,
        (Some(_) | None, _) => return Err(RedirectError::StateMismatch),
    }
    let code = only("auth_code")?.filter(|code| !code.is_empty());
    let code = code.ok_or(RedirectError::CodeMissing)?;
    if only("code")?.is_some_and(|twin| twin != code) {
        return Err(RedirectError::CodesDiffer);
    }
    AuthCode::parse(code).map_err(RedirectError::CodeMalformed)
}

/// Value of a parameter that occurs at most once.
fn only(url: &Url, name: &'static str) -> Result<Option<String>, RedirectError> {
    let mut values = url.query_pairs().filter(|(key, _)| key == name);
    let first = values.next().map(|(_, value)| value.into_owned());
    match values.next() {
        Some(_) => Err(RedirectError::Repeated(name)),
        None => Ok(first),
    }
}

fn refusal(url: &Url) -> Option<RedirectError> {
    REFUSALS.into_iter().find_map(|parameter| {
        let (_, value) = url.query_pairs().find(|(key, _)| key == parameter)?;
        Some(RedirectError::Denied {
            parameter,
            reason: shown(&value),
        })
    })
}

/// Compares two states by their digests, so that the time that it takes says nothing about `expected`.
fn is_equal(given: &str, expected: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<String, RedirectError> {
        let url = Url::parse(&format!("https://app.example/callback?{query}")).unwrap();
        read_redirect(&url, "s 1").map(|code| code.expose().to_owned())
    }

    fn denied(parameter: &'static str, reason: &str) -> Result<String, RedirectError> {
        Err(RedirectError::Denied {
            parameter,
            reason: reason.to_owned(),
        })
    }

    #[test]
    fn the_code_is_auth_code_with_or_without_an_equal_twin() {
        for query in [
            "auth_code=abc&state=s%201",
            "auth_code=abc&code=abc&state=s+1",
            "state=s%201&rid=x&auth_code=abc",
        ] {
            assert_eq!(read(query).as_deref(), Ok("abc"), "{query}");
        }
        for (query, error) in [
            ("auth_code=abc&code=abd&state=s+1", RedirectError::CodesDiffer),
            ("code=abc&state=s+1", RedirectError::CodeMissing),
            ("auth_code=&state=s+1", RedirectError::CodeMissing),
            ("state=s+1", RedirectError::CodeMissing),
            (
                "auth_code=a&auth_code=b&state=s+1",
                RedirectError::Repeated("auth_code"),
            ),
            (
                "auth_code=a+b&state=s+1",
                RedirectError::CodeMalformed(TokenFault::SpaceWithin),
            ),
        ] {
            assert_eq!(read(query), Err(error), "{query}");
        }
    }

    #[test]
    fn a_code_without_the_state_of_the_sign_in_is_refused() {
        for query in [
            "auth_code=abc",
            "auth_code=abc&state=",
            "auth_code=abc&state=s",
            "auth_code=abc&state=s+1+",
            "auth_code=abc&state=S+1",
        ] {
            assert_eq!(read(query), Err(RedirectError::StateMismatch), "{query}");
        }
        assert_eq!(
            read("auth_code=abc&state=x&state=s+1"),
            Err(RedirectError::Repeated("state"))
        );
    }

    #[test]
    fn a_refusal_is_named_without_secrets() {
        assert_eq!(
            read("error=access_denied&error_description=No&state=s+1"),
            denied("error", "\"access_denied\"")
        );
        assert_eq!(read("error_code=-4"), denied("error_code", "\"-4\""));
        // Not the sign-in's own redirect.
        assert_eq!(read("error=x&state=other"), Err(RedirectError::StateMismatch));
        let token = "0123456789abcdef0123456789abcdef01234567";
        let error = read(&format!("error={token}&state=s+1")).unwrap_err().to_string();
        assert!(!error.contains(token), "{error}");
    }

    #[test]
    fn errors_hold_neither_code_nor_state() {
        for query in [
            "auth_code=canary&code=other&state=s+1",
            "auth_code=canary&state=canary",
            "auth_code=can%0Aary&state=s+1",
        ] {
            let error = read(query).unwrap_err();
            let told = format!("{error} {error:?}");
            assert!(!told.contains("canary") && !told.contains("s 1"), "{told}");
        }
    }
}
