//! Credentials of a person.

use std::fmt;

use serde_json::Value;

/// Credentials of a person for one integration.
pub enum ApiLogin {
    /// None are given. The text says how to give them.
    Missing(String),
    /// Unreadable ones: the fault, and its remedy.
    Wrong(String, String),
    /// `auth` of a request, and the places of its members.
    Given(Value, Vec<LoginPlace>),
}

impl fmt::Debug for ApiLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing(_) => "Missing",
            Self::Wrong(..) => "Wrong",
            Self::Given(..) => "Given",
        })
    }
}

/// Place where a person has set a member of `auth`.
#[derive(Debug, Clone)]
pub struct LoginPlace {
    /// Member, such as `access_token`.
    pub member: &'static str,
    /// Variable, file or account.
    pub place: String,
}
