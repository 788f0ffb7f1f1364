//! Outline of a schema: the paths of its contents.

use std::collections::BTreeMap;

use serde::{Deserialize, de::IgnoredAny};

/// The members and items of a schema, and which of them are base64.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outline {
    #[serde(default)]
    properties: BTreeMap<String, Self>,
    items: Option<Box<Self>>,
    content_encoding: Option<IgnoredAny>,
}

/// One step from a value to a value within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathSegment {
    /// To the member of this name.
    Member(String),
    /// To any item.
    Item,
}

impl Outline {
    /// Whether the schema has content at `path`.
    pub fn has_content_at(&self, path: &[PathSegment]) -> bool {
        let Some((first, rest)) = path.split_first() else {
            return self.content_encoding.is_some();
        };
        let next = match first {
            PathSegment::Member(name) => self.properties.get(name),
            PathSegment::Item => self.items.as_deref(),
        };
        next.is_some_and(|next| next.has_content_at(rest))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn contents_stand_where_the_schema_has_them() {
        let content = json!({ "type": "string", "contentEncoding": "base64" });
        let file =
            json!({ "type": "object", "properties": { "content": content, "name": { "type": "string" } } });
        let outline: Outline = serde_json::from_value(json!({
            "type": "object",
            "properties": { "whole": content, "file": file, "files": { "type": "array", "items": file } },
        }))
        .unwrap();
        let path = |text: &str| -> Vec<PathSegment> {
            let segment = |name: &str| {
                if name == "*" {
                    PathSegment::Item
                } else {
                    PathSegment::Member(name.to_owned())
                }
            };
            text.split('.').map(segment).collect()
        };
        for taken in ["whole", "file.content", "files.*.content"] {
            assert!(outline.has_content_at(&path(taken)), "{taken}");
        }
        for other in [
            "content",
            "whole.content",
            "whole.*",
            "file",
            "file.name",
            "file.*.content",
            "files.content",
            "files.*.*.content",
        ] {
            assert!(!outline.has_content_at(&path(other)), "{other}");
        }
        assert!(!outline.has_content_at(&[]));
    }
}
