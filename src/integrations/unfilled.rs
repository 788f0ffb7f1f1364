//! Warnings about inputs that look like placeholders that an earlier step of a workflow did not fill in.

use serde_json::Value;

use super::keyed::KEY;
use crate::model::looks_unfilled;

/// Most inputs that are warned about one by one.
const TOLD_MAX: usize = 20;

/// Warning about the text of an input, if it looks like a placeholder.
pub(in crate::integrations) fn unfilled_text(name: &str, text: &str) -> Option<String> {
    looks_unfilled(text).then(|| {
        format!("{name} looks like a placeholder that an earlier step did not fill in; it is sent to TikTok as it is")
    })
}

/// Warnings about all texts of inputs but the idempotency key, at every depth.
pub(in crate::integrations) fn unfilled_inputs(inputs: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let members = inputs.as_object().into_iter().flatten();
    for (name, value) in members.filter(|(name, _)| *name != KEY) {
        find(name, value, &mut found);
    }
    found
}

fn find(place: &str, value: &Value, found: &mut Vec<String>) {
    if found.len() >= TOLD_MAX {
        return;
    }
    match value {
        Value::String(text) => found.extend(unfilled_text(place, text)),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                find(&format!("{place}[{at}]"), item, found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                find(&format!("{place}.{name}"), member, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Warnings about an idempotency key that other requests may share by mistake. `object` is what a request makes.
pub(in crate::integrations) fn key_warnings(key: Option<&str>, object: &str) -> Vec<String> {
    let shared = key.is_some_and(looks_unfilled).then(|| {
        format!(
            "{KEY} looks like a placeholder that an earlier step did not fill in: all requests with this key count as the same \
             {object}"
        )
    });
    let padded = key.is_some_and(|key| key.trim() != key).then(|| {
        format!(
            "{KEY} begins or ends with white space, which is part of the key: the same text without it is another key"
        )
    });
    shared.into_iter().chain(padded).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_found_at_every_depth_and_the_key_is_not_one_of_them() {
        let found = unfilled_inputs(&json!({
            "ad_name": "undefined", "ad_texts": ["fine", "[object Object]"], "utm_params": [{ "key": "a", "value": "${x}" }],
            "landing_page_url": "https://shop.example.com/{{$json.id}}", "deeplink": "app://a", "budget": 5, "on": true,
            "po_number": null, "idempotency_key": "null",
        }));
        let names: Vec<&str> = found
            .iter()
            .filter_map(|warning| warning.split(' ').next())
            .collect();
        assert_eq!(
            names,
            [
                "ad_name",
                "ad_texts[1]",
                "utm_params[0].value",
                "landing_page_url"
            ]
        );
        assert_eq!(
            unfilled_inputs(&json!({ "ids": vec!["null"; 100] })).len(),
            TOLD_MAX
        );
    }

    #[test]
    fn a_key_that_others_may_share_is_warned_about() {
        for (key, words) in [
            (None, &[][..]),
            (Some("run 7"), &[]),
            (Some("undefined"), &["the same ad"]),
            (Some("run 7\n"), &["white space"]),
            (Some(" null"), &["the same ad", "white space"]),
        ] {
            let found = key_warnings(key, "ad");
            assert_eq!(found.len(), words.len(), "{key:?}: {found:?}");
            assert!(found.iter().zip(words).all(|(told, word)| told.contains(word)));
        }
    }
}
