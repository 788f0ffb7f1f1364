//! The address to which TikTok redirects after the consent page (docs/tiktok-open-api.md#sign-in).

use sha2::{Digest as _, Sha256};
use url::Url;

use super::answer::scopes;
use crate::secret::{AuthCode, TokenFault, is_showable, shown};

/// Grant of the account's owner.
#[derive(Debug, Clone)]
pub struct LoginGrant {
    /// Authorization code.
    pub code: AuthCode,
    /// Granted scopes, as the redirect lists them; `None` if it lists none. The answer with the tokens decides.
    pub scopes: Option<Vec<String>>,
}

/// Error for a redirect that gives no authorization code. Contains no code and no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoginRedirectError {
    /// The address does not belong to the sign-in that was started.
    #[error(
        "`state` in the redirect address is not the one of this sign-in: the address belongs to another or an older sign-in, \
         or was forged. Start the sign-in again, and use the address that it ends with"
    )]
    OtherState,
    /// The owner did not agree, or TikTok refused.
    #[error("TikTok's redirect says {code}{description}")]
    Refused {
        /// `error` in quotes; its length instead if it is long or may hold a secret.
        code: String,
        /// `error_description`, after a colon; empty if there is none, or if it may hold a secret.
        description: String,
        /// `error` where it has the form of a code.
        plain: Option<String>,
    },
    /// The address has no authorization code.
    #[error(
        "the redirect address has no `code`. Copy the whole address from the browser after you have agreed, with everything \
         after the question mark"
    )]
    NoCode,
    /// A parameter occurs twice.
    #[error("the redirect address has `{0}` twice. Start the sign-in again")]
    Twice(&'static str),
    /// The code is not one.
    #[error("`code` in the redirect address is {0}")]
    BadCode(TokenFault),
}

/// Reads the grant from the address `redirected`, to which the consent page led for a sign-in with `state`.
pub fn read_login_redirect(redirected: &Url, state: &str) -> Result<LoginGrant, LoginRedirectError> {
    let only = |name| only(redirected, name);
    let refusal = refusal(redirected);
    match (only("state")?, refusal) {
        // A refusal uses nothing of the address, so it may lack the state.
        (None, Some(refusal)) => return Err(refusal),
        (Some(given), refusal) if is_same(&given, state) => refusal.map_or(Ok(()), Err)?,
        (Some(_) | None, _) => return Err(LoginRedirectError::OtherState),
    }
    let code = only("code")?.filter(|code| !code.is_empty());
    let code = AuthCode::parse(code.ok_or(LoginRedirectError::NoCode)?);
    Ok(LoginGrant {
        code: code.map_err(LoginRedirectError::BadCode)?,
        scopes: only("scopes")?.map(|list| scopes(&list)),
    })
}

/// Value of a parameter that occurs at most once.
fn only(url: &Url, name: &'static str) -> Result<Option<String>, LoginRedirectError> {
    let mut values = url.query_pairs().filter(|(key, _)| key == name);
    let first = values.next().map(|(_, value)| value.into_owned());
    match values.next() {
        Some(_) => Err(LoginRedirectError::Twice(name)),
        None => Ok(first),
    }
}

fn refusal(url: &Url) -> Option<LoginRedirectError> {
    let value = |name: &str| {
        let (_, value) = url.query_pairs().find(|(key, _)| key == name)?;
        Some(value.into_owned())
    };
    let code = value("error")
        .or_else(|| value("error_type"))
        .or_else(|| value("errCode"))?;
    let description = value("error_description").filter(|text| !text.is_empty() && is_showable(text));
    Some(LoginRedirectError::Refused {
        code: shown(&code),
        description: description.map(|text| format!(": {text:?}")).unwrap_or_default(),
        plain: is_showable(&code).then_some(code),
    })
}

/// Compares two states by their digests, so that the time that it takes says nothing about `expected`.
fn is_same(given: &str, expected: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<(String, Option<Vec<String>>), LoginRedirectError> {
        let url = Url::parse(&format!("http://127.0.0.1:8765/callback/?{query}")).unwrap();
        read_login_redirect(&url, "s 1").map(|grant| (grant.code.expose().to_owned(), grant.scopes))
    }

    #[test]
    fn a_code_is_decoded_once() {
        for (query, code) in [
            ("code=a*0!6410&state=s+1", "a*0!6410"),
            ("code=a%2A0%216410&scopes=user.info.basic&state=s%201", "a*0!6410"),
            ("code=a%252A&state=s%201", "a%2A"),
        ] {
            assert_eq!(read(query).unwrap().0, code, "{query}");
        }
        let scopes = read("code=a&scopes=user.info.basic,video.upload&state=s+1")
            .unwrap()
            .1;
        assert_eq!(scopes.unwrap(), ["user.info.basic", "video.upload"]);
    }

    #[test]
    fn another_state_and_a_missing_code_are_refused() {
        for query in [
            "code=a",
            "code=a&state=",
            "code=a&state=s",
            "error=x&state=S+1",
            "",
        ] {
            assert_eq!(
                read(query).unwrap_err(),
                LoginRedirectError::OtherState,
                "{query}"
            );
        }
        for (query, error) in [
            ("state=s+1", LoginRedirectError::NoCode),
            ("code=&state=s+1", LoginRedirectError::NoCode),
            ("code=a&code=b&state=s+1", LoginRedirectError::Twice("code")),
            ("code=a&state=s+1&state=s+1", LoginRedirectError::Twice("state")),
            (
                "code=a+b&state=s+1",
                LoginRedirectError::BadCode(TokenFault::SpaceWithin),
            ),
        ] {
            assert_eq!(read(query).unwrap_err(), error, "{query}");
        }
    }

    #[test]
    fn a_refusal_is_named_without_secrets() {
        let error = read("error=access_denied&error_description=User+denied&state=s+1").unwrap_err();
        assert_eq!(
            error.to_string(),
            "TikTok's redirect says \"access_denied\": \"User denied\""
        );
        let token = "0123456789abcdef0123456789abcdef01234567";
        let error = read(&format!("error={token}&error_description={token}&state=s+1")).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(token), "{error:?}");
        let error = read("code=canary&state=canary").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}
