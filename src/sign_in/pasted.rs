//! Text that a person pastes after the consent page: the address of the browser, a part of it, or the code alone. Pure.

use std::fmt;

use url::Url;

use crate::secret::{AuthCode, OpenTokenKind};

/// Pasted text.
#[derive(Clone)]
pub enum Pasted {
    /// Address, whose state is checked.
    Address(Url),
    /// Code without state.
    Code(AuthCode),
}

impl fmt::Debug for Pasted {
    /// Without the text: an address holds a code too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address(_) => "Address(…)",
            Self::Code(_) => "Code(…)",
        })
    }
}

/// Reason that a text is neither an address nor a code. Contains no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastedFault {
    /// Nothing.
    Empty,
    /// The address of the consent page itself, before the person has agreed.
    ConsentPage,
    /// Another text.
    Neither,
}

impl fmt::Display for PastedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "nothing was pasted; paste the whole address that the browser shows after you have agreed",
            Self::ConsentPage => {
                "this is the address of TikTok's page itself; agree there first, then paste the address to which the browser \
                 is redirected"
            }
            Self::Neither => {
                "this is neither an address nor a code; paste the whole address that the browser shows after you have agreed, \
                 even if the page cannot be loaded"
            }
        })
    }
}

/// Length from which on a word may be a code that has only letters.
const CODE_LEAST: usize = 32;

/// Whether a text alone is a word, a token or another address, which would end the sign-in if it were sent as the code.
fn is_slip(text: &str) -> bool {
    let is_word = text.len() < CODE_LEAST && text.bytes().all(|letter| letter.is_ascii_alphabetic());
    is_word || text.contains(':') || OpenTokenKind::of(text).is_some()
}

/// Reads pasted text. `redirect_uri` completes a query or a path.
pub fn read_pasted(text: &str, redirect_uri: &str) -> Result<Pasted, PastedFault> {
    let text = text.trim().trim_matches(['"', '\'', '<', '>']).trim();
    if text.is_empty() {
        return Err(PastedFault::Empty);
    }
    let address = match text {
        address if address.contains("://") => Some(address.to_owned()),
        query if query.contains("state=") || query.contains("code=") || query.contains("error=") => {
            let query = query.split_once('?').map_or(query, |(_, query)| query);
            Some(format!("{redirect_uri}?{query}"))
        }
        _ => None,
    };
    let Some(address) = address else {
        // A code from an address may still be encoded.
        let decoded: String =
            url::form_urlencoded::parse(format!("c={}", text.replace('&', "%26")).as_bytes())
                .next()
                .map(|(_, code)| code.into_owned())
                .unwrap_or_default();
        if is_slip(&decoded) {
            return Err(PastedFault::Neither);
        }
        return AuthCode::parse(decoded)
            .map(Pasted::Code)
            .map_err(|_fault| PastedFault::Neither);
    };
    let url = Url::parse(&address).map_err(|_fault| PastedFault::Neither)?;
    if url
        .query_pairs()
        .any(|(name, _)| name == "client_key" || name == "app_id")
    {
        return Err(PastedFault::ConsentPage);
    }
    Ok(Pasted::Address(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REDIRECT: &str = "https://app.example/callback/";

    fn read(text: &str) -> Result<String, PastedFault> {
        read_pasted(text, REDIRECT).map(|pasted| match pasted {
            Pasted::Address(url) => url.into(),
            Pasted::Code(code) => format!("code {}", code.expose()),
        })
    }

    #[test]
    fn a_code_in_an_address_is_not_shown() {
        for text in ["https://app.example/?code=canary", "canary*0"] {
            let pasted = read_pasted(text, REDIRECT).unwrap();
            assert!(!format!("{pasted:?}").contains("canary"), "{pasted:?}");
        }
    }

    #[test]
    fn an_address_a_query_and_a_code_are_told_apart() {
        for (text, expected) in [
            (
                " https://app.example/callback/?code=a*1&state=b\n",
                "https://app.example/callback/?code=a*1&state=b",
            ),
            (
                "<http://127.0.0.1:1/?code=a&state=b>",
                "http://127.0.0.1:1/?code=a&state=b",
            ),
            ("?code=a&state=b", "https://app.example/callback/?code=a&state=b"),
            ("code=a&state=b", "https://app.example/callback/?code=a&state=b"),
            (
                "app.example/callback/?code=a&state=b",
                "https://app.example/callback/?code=a&state=b",
            ),
            ("a*0!6410", "code a*0!6410"),
            ("a%2A0%216410", "code a*0!6410"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text:?}");
        }
        for (text, fault) in [
            ("", PastedFault::Empty),
            (" \n", PastedFault::Empty),
            ("two words", PastedFault::Neither),
            ("garbage", PastedFault::Neither),
            ("act.a1b2", PastedFault::Neither),
            ("javascript:alert(document)", PastedFault::Neither),
            ("http://[", PastedFault::Neither),
            (
                "https://www.tiktok.com/v2/auth/authorize/?client_key=a&state=b",
                PastedFault::ConsentPage,
            ),
        ] {
            assert_eq!(read(text), Err(fault), "{text:?}");
        }
    }
}
