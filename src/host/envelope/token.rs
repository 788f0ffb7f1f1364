//! The access token among the inputs, where a wrong mapping of a workflow put it.

use serde_json::Value;

use super::error::EnvelopeError;
use crate::secret::{AccessToken, is_repeatable};

/// Rejects inputs that contain the access token, which would be published or stored as a text.
pub(super) fn without_token(place: &str, value: &Value, token: &AccessToken) -> Result<(), EnvelopeError> {
    let is_in = |text: &str| {
        let wrong = EnvelopeError::new(
            place,
            "the access token of the connection",
            "a text without the token",
        );
        if token.is_in(text) {
            Err(wrong.fixed("map this input to the value that is meant"))
        } else {
            Ok(())
        }
    };
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) => is_in(text),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(at, item)| without_token(&format!("{place}[{at}]"), item, token)),
        Value::Object(members) => members.iter().try_for_each(|(name, member)| {
            is_in(name)?;
            let name = if is_repeatable(name) { name } else { "?" };
            without_token(&format!("{place}.{name}"), member, token)
        }),
    }
}
