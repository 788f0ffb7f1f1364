//! Custom keywords of the schemas, with the rules that draft 7 cannot express. Other validators ignore them.

use jsonschema::{Keyword, ValidationError};
use serde_json::Value;

use crate::model::{PublicUrl, PublishId, Reach, check_text, looks_unfilled};

pub(super) const MAX_UTF16_UNITS: &str = "maxUtf16Units";
pub(super) const PUBLIC_HTTPS_URL: &str = "publicHttpsUrl";
pub(super) const PUBLISH_ID: &str = "publishId";

/// All of them.
pub(super) const OURS: [&str; 3] = [MAX_UTF16_UNITS, PUBLIC_HTTPS_URL, PUBLISH_ID];

/// `maxUtf16Units`: maximum length of a string without NUL, in UTF-16 units.
pub(super) struct MaxUtf16Units(usize);

impl MaxUtf16Units {
    /// The keyword with the value `limit`.
    pub(super) fn new(limit: &Value) -> Self {
        let limit = limit.as_u64().and_then(|limit| usize::try_from(limit).ok());
        Self(limit.unwrap_or(usize::MAX))
    }
}

impl<'i> Keyword<'i> for MaxUtf16Units {
    fn validate(&self, value: &'i Value) -> Result<(), ValidationError<'i>> {
        check_text(value.as_str().unwrap_or_default(), self.0)
            .map_err(|fault| ValidationError::custom(fault.to_string()))
    }

    fn is_valid(&self, value: &'i Value) -> bool {
        self.validate(value).is_ok()
    }
}

/// A URL that can be fetched within a reach.
pub(super) struct TakesUrl(pub(super) Reach);

impl<'i> Keyword<'i> for TakesUrl {
    fn validate(&self, value: &'i Value) -> Result<(), ValidationError<'i>> {
        let Some(text) = value.as_str() else { return Ok(()) };
        public_url(text, &self.0).map_err(ValidationError::custom)
    }

    fn is_valid(&self, value: &'i Value) -> bool {
        self.validate(value).is_ok()
    }
}

/// String that a domain type accepts; the function returns the reason if it does not.
pub(super) struct Parses(pub(super) fn(String) -> Result<(), String>);

impl<'i> Keyword<'i> for Parses {
    fn validate(&self, value: &'i Value) -> Result<(), ValidationError<'i>> {
        match value {
            Value::String(text) => (self.0)(text.clone()).map_err(ValidationError::custom),
            // A value other than a string breaks `type`, and is reported once.
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Ok(()),
        }
    }

    fn is_valid(&self, value: &'i Value) -> bool {
        self.validate(value).is_ok()
    }
}

/// Rejects an unfilled placeholder where no valid value has that form.
fn filled_in(text: &str, what: &str) -> Result<(), String> {
    if looks_unfilled(text) {
        Err(what.to_owned())
    } else {
        Ok(())
    }
}

/// Rejects a text that is not a URL within `reach`, with the reason.
pub(super) fn public_url(text: &str, reach: &Reach) -> Result<(), String> {
    filled_in(text, "is not a URL")?;
    PublicUrl::parse_within(text.to_owned(), reach)
        .map(drop)
        .map_err(|fault| fault.to_string())
}

/// Rejects a text that is not a `publish_id`, with the reason.
pub(super) fn publish_id(text: String) -> Result<(), String> {
    filled_in(&text, "is not a publish_id")?;
    PublishId::parse(text)
        .map(drop)
        .map_err(|fault| fault.to_string())
}
