//! Redirect addresses, by TikTok's rules (docs/tiktok-open-api.md#redirect-addresses): pure.

use url::Url;

use crate::accounts::SignInApi;

/// Path of the redirect address unless another one is registered.
const PATH: &str = "/callback/";

/// Longest address of the Open API, in characters.
const LENGTH_MAX: usize = 511;

/// Redirect address and the way in which its answer arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RedirectPlan {
    /// On this machine: the listener takes it.
    Loopback {
        /// Address as it is registered; `None` until the port is known.
        uri: Option<String>,
        port: u16,
        path: String,
    },
    /// On a web server: the person copies the address from the browser.
    Web {
        /// Address as it is registered.
        uri: String,
    },
}

impl RedirectPlan {
    /// The default address on a port.
    pub(super) fn on_port(port: u16) -> Self {
        Self::Loopback {
            uri: None,
            port,
            path: PATH.to_owned(),
        }
    }

    /// A registered address. Errors say what is allowed.
    pub(super) fn of(text: &str, api: SignInApi) -> Result<Self, String> {
        let allowed = |what: &str| {
            format!(
                "{what}; allowed: the address that is registered for the app, https://… for the web, or \
                 http://127.0.0.1:PORT/… or http://localhost:PORT/… for this machine"
            )
        };
        let url = Url::parse(text).map_err(|_fault| allowed("it is not an address"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(allowed("it has a user name or password"));
        }
        if api == SignInApi::Open && (url.query().is_some() || url.fragment().is_some()) {
            return Err(allowed(
                "it has a query (?) or a fragment (#), which TikTok refuses",
            ));
        }
        if api == SignInApi::Open && text.chars().count() > LENGTH_MAX {
            return Err(allowed("it has more than 511 characters, which TikTok refuses"));
        }
        let is_loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
        match (url.scheme(), is_loopback, url.port()) {
            ("http", true, Some(port)) if port > 0 => Ok(Self::Loopback {
                uri: Some(text.to_owned()),
                port,
                path: url.path().to_owned(),
            }),
            ("http", true, _) => Err(allowed("it has no port")),
            // This program has no certificate for this machine, so the browser cannot load the page.
            ("https", ..) => Ok(Self::Web { uri: text.to_owned() }),
            ("http", ..) => Err(allowed("http is for this machine only")),
            _ => Err(allowed("it begins neither with https:// nor with http://")),
        }
    }

    /// Whether PKCE can be left out: TikTok requires it on loopback.
    pub(super) const fn may_omit_pkce(&self) -> bool {
        matches!(self, Self::Web { .. })
    }
}

/// The default address.
pub(super) fn uri_on(port: u16) -> String {
    format!("http://127.0.0.1:{port}{PATH}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_it_is_registered() {
        for (text, port, path) in [
            ("http://127.0.0.1:8765/callback/", 8765, "/callback/"),
            ("http://localhost:3455", 3455, "/"),
            ("http://LOCALHOST:1/a%20b", 1, "/a%20b"),
        ] {
            let plan = RedirectPlan::of(text, SignInApi::Open).unwrap();
            assert_eq!(
                plan,
                RedirectPlan::Loopback {
                    uri: Some(text.to_owned()),
                    port,
                    path: path.to_owned()
                }
            );
            assert!(!plan.may_omit_pkce());
        }
        for text in [
            "https://app.example/callback/",
            "https://app.example",
            "https://localhost:8443/x",
        ] {
            let plan = RedirectPlan::of(text, SignInApi::Open).unwrap();
            assert_eq!(plan, RedirectPlan::Web { uri: text.to_owned() });
        }
        assert!(RedirectPlan::of("https://app.example/?a=b", SignInApi::Marketing).is_ok());
    }

    #[test]
    fn an_address_that_tiktok_refuses_is_refused() {
        let long = format!("https://app.example/{}", "a".repeat(500));
        for (text, part) in [
            ("app.example/callback", "it is not an address"),
            ("http://app.example/", "http is for this machine only"),
            ("http://localhost/callback/", "it has no port"),
            ("http://127.0.0.1:0/", "it has no port"),
            ("https://app.example/?a=b", "it has a query"),
            ("https://app.example/#a", "a fragment"),
            ("https://u:p@app.example/", "user name"),
            ("myapp://callback", "begins neither"),
            (&long, "511"),
        ] {
            let fault = RedirectPlan::of(text, SignInApi::Open).unwrap_err();
            assert!(fault.contains(part), "{text}: {fault}");
        }
    }
}
