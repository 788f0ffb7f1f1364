//! Place from which the token of a request came, and what a person does there about an error of it.

use crate::catalogue::Category;

/// Place from which a token came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenOrigin {
    /// A stored login.
    Login {
        /// Name of its integration.
        integration: &'static str,
        /// Name that the person gave; `None` for the default login.
        account: Option<String>,
    },
    /// A variable or file, named for messages.
    Given(String),
}

impl TokenOrigin {
    /// Next step after an error of this category; `None` for one that does not concern the token.
    pub(super) fn advice(&self, category: Category) -> Option<String> {
        match (category, self) {
            (Category::Auth, Self::Login { .. }) => Some(format!(
                "Run `{}`; if that fails, sign in again with `{}`.",
                self.command("refresh"),
                self.command("login")
            )),
            (Category::Scope, Self::Login { integration, .. }) => {
                // Without the option, only the permissions for posting are asked for.
                let scopes = if *integration == "tiktok" {
                    " --scopes all"
                } else {
                    ""
                };
                let login = self.command("login");
                Some(format!(
                    "Sign in again with `{login}{scopes}` and grant the permission."
                ))
            }
            (Category::Auth, Self::Given(place)) => Some(format!("Set {place} to a new token.")),
            (Category::Scope, Self::Given(place)) => {
                Some(format!("Set {place} to a token that has the permission."))
            }
            _ => None,
        }
    }

    /// Command line of `auth` for the login.
    fn command(&self, mode: &str) -> String {
        let mut line = format!("autohive-tiktok auth {mode}");
        if let Self::Login { integration, account } = self {
            if *integration != "tiktok" {
                line.push_str(" --integration ");
                line.push_str(integration);
            }
            if let Some(name) = account {
                line.push_str(" --account ");
                line.push_str(name);
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_fits_the_place_of_the_token() {
        let login = TokenOrigin::Login {
            integration: "tiktok-ads",
            account: Some("work".to_owned()),
        };
        let given = TokenOrigin::Given("the variable V".to_owned());
        for (origin, category, expected) in [
            (
                &login,
                Category::Auth,
                Some("auth refresh --integration tiktok-ads --account work`"),
            ),
            (
                &login,
                Category::Scope,
                Some("auth login --integration tiktok-ads --account work`"),
            ),
            (&given, Category::Auth, Some("Set the variable V to a new token.")),
            (&given, Category::Scope, Some("the permission")),
            (&login, Category::Media, None),
            (&given, Category::RateLimit, None),
        ] {
            let advice = origin.advice(category);
            match expected {
                Some(part) => assert!(
                    advice.as_ref().is_some_and(|text| text.contains(part)),
                    "{advice:?}"
                ),
                None => assert_eq!(advice, None),
            }
        }
    }
}
