//! TikTok's identifiers, kept exactly as TikTok sent them.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, de, de::Error as _};
use serde_json::json;

/// Longest accepted ID. TikTok documents 64 characters (docs/tiktok-open-api.md#publish-ids), and may issue longer
/// ones.
const PUBLISH_ID_MAX: usize = 512;

/// Identifies one upload or post in progress. Opaque: its number is not the ID of the post
/// (docs/tiktok-open-api.md#publish-ids).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct PublishId(String);

impl PublishId {
    /// Takes an id of 1 to 512 visible ASCII characters; no other pattern is promised by TikTok.
    pub fn parse(text: String) -> Result<Self, PublishIdFault> {
        let fits =
            (1..=PUBLISH_ID_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text)) } else { Err(PublishIdFault) }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the id is one of a photo post. Used only to build a link, so a wrong guess does little harm.
    pub const fn is_photo(&self) -> bool {
        matches!(self.0.as_bytes(), [b'p', b'_', ..])
    }

    /// True if it can be read back from a store that others may write: visible ASCII characters, of which
    /// none makes an address or markup.
    pub fn is_storable(&self) -> bool {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b":/\\@<>\"".contains(&byte);
        (1..=PUBLISH_ID_MAX).contains(&self.0.len()) && self.0.bytes().all(is_plain)
    }
}

impl fmt::Display for PublishId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads an ID that TikTok returned, in any form, because it must not be lost. An input's schema has the stricter
/// rule of [`PublishId::parse`], and the journal's ids that of [`PublishId::is_storable`].
impl<'de> Deserialize<'de> for PublishId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fits = (1..=PUBLISH_ID_MAX).contains(&text.len());
        if fits {
            Ok(Self(text))
        } else {
            Err(D::Error::custom("an id of a length that no id has"))
        }
    }
}

impl JsonSchema for PublishId {
    fn schema_name() -> Cow<'static, str> {
        "PublishId".into()
    }

    fn inline_schema() -> bool {
        true
    }

    /// The rule applies to inputs; TikTok's own values are accepted unchanged.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        if generator.contract().is_serialize() {
            return super::string_schema(&json!({}));
        }
        super::string_schema(&json!({ "minLength": 1, "maxLength": PUBLISH_ID_MAX, "publishId": true }))
    }
}

/// The text is not a publish_id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishIdFault;

impl fmt::Display for PublishIdFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "is not a publish_id: a publish_id has 1 to 512 visible ASCII characters and no spaces; \
             copy it from the result of the action that posted",
        )
    }
}

/// ID of a published post, as a string of its exact digits (docs/tiktok-open-api.md#post-ids).
//
// On the wire it is a string, or an int64 that can exceed 2^53.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct PostId(String);

impl PostId {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it has digits only, and no more of them than an ID.
    pub fn is_storable(&self) -> bool {
        (1..=32).contains(&self.0.len()) && self.0.bytes().all(|byte| byte.is_ascii_digit())
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PostId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExactDigits).map(Self)
    }
}

/// Reads an integer or a string, and refuses a float, which would have lost digits already.
pub(super) struct ExactDigits;

impl de::Visitor<'_> for ExactDigits {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id as an integer or a string")
    }

    fn visit_u64<E: de::Error>(self, id: u64) -> Result<String, E> {
        Ok(id.to_string())
    }

    fn visit_i64<E: de::Error>(self, id: i64) -> Result<String, E> {
        Ok(id.to_string())
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<String, E> {
        Ok(id.to_owned())
    }
}

/// The id of a published video: digits, as a string.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct VideoId(String);

impl VideoId {
    /// Takes an id of 1 to 32 digits.
    pub fn parse(text: String) -> Result<Self, VideoIdFault> {
        let fits = (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(text)) } else { Err(VideoIdFault) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for VideoId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for VideoId {
    fn schema_name() -> Cow<'static, str> {
        "VideoId".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        super::string_schema(&json!({ "pattern": "^[0-9]{1,32}$" }))
    }
}

/// The text is not a video id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoIdFault;

impl fmt::Display for VideoIdFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a video ID: a video ID is a string of 1 to 32 digits")
    }
}

/// TikTok's name for one call, to be quoted in a support ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogId(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_id_above_two_to_the_53_keeps_every_digit() {
        for wire in ["7601447475849021453", "\"7601447475849021453\""] {
            let id: PostId = serde_json::from_str(wire).unwrap();
            assert_eq!(serde_json::to_string(&id).unwrap(), "\"7601447475849021453\"");
        }
        assert!(serde_json::from_str::<PostId>("7.6e18").is_err());
    }

    #[test]
    fn an_id_that_tiktok_gives_out_is_kept_whatever_it_is() {
        let long = "ü~".repeat(100);
        let kept: PublishId = serde_json::from_value(json!(long)).unwrap();
        assert_eq!(kept.as_str(), long);
        assert_eq!(serde_json::to_value(&kept).unwrap(), json!(long));
        assert!(serde_json::from_value::<PublishId>(json!("")).is_err());
    }

    #[test]
    fn what_a_store_gives_is_an_id_and_no_address() {
        let read = |id: &str| {
            serde_json::from_value::<PublishId>(json!(id))
                .unwrap()
                .is_storable()
        };
        assert!(read("v_pub_file~v2-1.7601447475849021452") && read("p_inbox_url~v2.7655677565578774550"));
        assert!(
            ["a!b", "a#b", "a$b", "a%2fb", "a|b", "a,b", "a*b", "(a)"]
                .into_iter()
                .all(read)
        );
        assert!(
            ![
                "https://evil.example",
                "//evil.example",
                "\\\\evil",
                "a b",
                "a@b",
                "ü",
                "<b>",
                "a\"b"
            ]
            .into_iter()
            .any(read)
        );
        let read = |id: &str| serde_json::from_value::<PostId>(json!(id)).unwrap().is_storable();
        assert!(
            read("7601447475849021453")
                && !read("-7")
                && !read("")
                && !read("7/../8")
                && !read(&"7".repeat(33))
        );
    }

    #[test]
    fn a_publish_id_is_opaque_and_bounded() {
        for seen in [
            "v_pub_file~v2-1.7601447475849021452",
            "p_inbox_url~v2.7655677565578774550",
        ] {
            assert!(PublishId::parse(seen.to_owned()).is_ok());
        }
        for wrong in ["", "a b", "ü", &"x".repeat(513)] {
            assert_eq!(PublishId::parse(wrong.to_owned()), Err(PublishIdFault));
        }
    }
}
