//! Idempotency key of a command whose sender chose none.

use serde_json::Value;

use super::inputs::{canonical_work, digests};
use crate::{
    integrations::{ActionEntry, Contents},
    model::{Fingerprint, Hex},
};

/// Key of the action with these inputs and contents, the same for the same command; `None` if a content cannot be read.
///
/// The journal keeps keys by account, so the account is no part of it. Digests are in hexadecimal here and in base64 in the
/// fingerprints of posts: a change of either would let a repeat post twice.
pub async fn derived_key(action: &ActionEntry, inputs: &Value, contents: &Contents) -> Option<String> {
    let mut parts = vec![action.name.to_owned(), canonical_work(inputs)];
    let digests = digests(contents).await?;
    parts.extend(digests.iter().map(|digest| Hex(digest).to_string()));
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(format!("call-{}", Fingerprint::of(&parts)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        integrations::INTEGRATIONS,
        media::{Passed, Source},
    };

    /// The same command before and after an upgrade has one key, or it would post twice.
    #[tokio::test]
    async fn the_key_of_given_inputs_never_changes() {
        let action = INTEGRATIONS.iter().flat_map(|integration| integration.actions);
        let action = action
            .into_iter()
            .find(|action| action.name == "create_video_post")
            .unwrap();
        let inputs =
            json!({ "title": "a", "wait_seconds": 5, "file": { "content": "lifted:0", "name": "x" } });
        let mut contents = Contents::default();
        contents.keep(Ok(Passed::Kept(Source::in_memory(b"video".to_vec()))));
        assert_eq!(
            derived_key(action, &inputs, &contents).await.as_deref(),
            Some("call-9af2502b31ba0995b66ebdbba494e86a122f9877298996a6befcc7e235debbef")
        );
    }
}
