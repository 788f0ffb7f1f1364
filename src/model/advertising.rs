//! Values of TikTok's Marketing API: identifiers, amounts and other values that arrive in more than one form.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::json;

use super::{decimal::Decimal, identifiers::ExactDigits};

/// Longest identifier: a signed 64-bit number. A list with a longer one in its filter is refused as a whole.
const DIGITS_MAX: usize = 19;

macro_rules! numeric_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            ///
            /// A 64-bit number. TikTok sends it as a string or a number; it is kept as its exact digits and sent
            /// as a string.
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
            #[serde(transparent)]
            pub struct $name(String);

            impl $name {
                /// Takes an id of 1 to 19 digits.
                pub fn parse(text: &str) -> Option<Self> {
                    is_numeric_id(text).then(|| Self(text.to_owned()))
                }

                /// The digits.
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(&self.0)
                }
            }

            /// Reads an id that TikTok gives out: whatever it is, it must not be lost. An input's schema is stricter.
            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_any(ExactDigits).map(Self)
                }
            }

            impl JsonSchema for $name {
                fn schema_name() -> Cow<'static, str> {
                    stringify!($name).into()
                }

                fn inline_schema() -> bool {
                    true
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    if generator.contract().is_serialize() {
                        return super::string_schema(&json!({}));
                    }
                    super::string_schema(&json!({ "pattern": "^[0-9]{1,19}$" }))
                }
            }
        )*
    };
}

numeric_ids! {
    /// Id of an ad account.
    AdvertiserId
    /// Id of a campaign.
    CampaignId
    /// Id of an ad group.
    AdGroupId
    /// Id of an ad; of an Upgraded Smart+ creative in lists of ads.
    AdId
    /// Id of an app that is registered with TikTok Ads Manager, or of a developer's app.
    AppId
    /// Id of a pixel.
    PixelId
    /// Id of an instant page or form.
    PageId
    /// Id of an object without a type of its own: a location, an audience, a catalog.
    NumericId
}

fn is_numeric_id(text: &str) -> bool {
    (1..=DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Text that TikTok may also send as a number or a boolean: names, statuses, ids of other kinds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Word(String);

impl Word {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor).map(Self)
    }
}

struct WordVisitor;

impl de::Visitor<'_> for WordVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<String, E> {
        Ok(flag.to_string())
    }
}

/// Amount of money in the account's currency, or a ratio: a plain decimal, not cents or micros. TikTok sends it as a
/// number or as text.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, JsonSchema)]
#[schemars(inline)]
pub struct Amount(f64);

impl Amount {
    /// Takes a finite number.
    pub fn new(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(value))
    }

    /// The number.
    pub const fn value(self) -> f64 {
        self.0
    }

    /// The number as it is written, for comparisons and calculations.
    pub fn exact(self) -> Decimal {
        Decimal::of(self.0)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A whole amount has no decimal point.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.to_string().parse::<i64>() {
            Ok(whole) => serializer.serialize_i64(whole),
            Err(_fraction) => serializer.serialize_f64(self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Word::deserialize(deserializer)?;
        let value = text.0.trim().parse().ok().and_then(Self::new);
        value.ok_or_else(|| de::Error::custom("is no amount"))
    }
}

/// Boolean that TikTok may also send as text or as 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Word::deserialize(deserializer)?;
        match text.0.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Self(true)),
            "false" | "0" => Ok(Self(false)),
            _ => Err(de::Error::custom("is neither true nor false")),
        }
    }
}

/// Whole number that TikTok may also send as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Whole(pub i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Word::deserialize(deserializer)?;
        let digits = text.0.trim();
        // Some counts have a decimal point and nothing behind it.
        let digits = digits.strip_suffix(".0").unwrap_or(digits);
        digits
            .parse()
            .map(Self)
            .map_err(|_fraction| de::Error::custom("is no whole number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: de::DeserializeOwned>(text: &str) -> Option<T> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn ids_keep_every_digit_as_text_or_number() {
        for digits in ["1678604629756978", "9223372036854775807", "18446744073709551615"] {
            for wire in [digits.to_owned(), format!("\"{digits}\"")] {
                let id: CampaignId = read(&wire).unwrap();
                assert_eq!(serde_json::to_value(&id).unwrap(), json!(digits));
            }
        }
        assert_eq!(read::<AdId>("1.5e18"), None, "a float has lost digits");
        assert!(AdvertiserId::parse("7000000000000000001").is_some());
        for wrong in ["", "act_1", "-1", "123456789012345678901", "1 "] {
            assert_eq!(AdvertiserId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn amounts_are_decimals_in_any_form() {
        for (wire, json) in [
            ("50", json!(50)),
            ("50.0", json!(50)),
            ("\"50.00\"", json!(50)),
            ("49.99", json!(49.99)),
            ("\"1234567.89\"", json!(1_234_567.89)),
            ("-0.5", json!(-0.5)),
        ] {
            let amount: Amount = read(wire).unwrap();
            assert_eq!(serde_json::to_value(amount).unwrap(), json, "{wire}");
        }
        for wrong in ["\"\"", "\"abc\"", "\"NaN\"", "\"inf\"", "[]"] {
            assert_eq!(read::<Amount>(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn flags_and_counts_are_read_in_any_form() {
        for wire in ["true", "\"True\"", "1", "\"1\""] {
            assert_eq!(read(wire), Some(Flag(true)), "{wire}");
        }
        for wire in ["false", "\"False\"", "0"] {
            assert_eq!(read(wire), Some(Flag(false)), "{wire}");
        }
        assert_eq!(read::<Flag>("\"yes\""), None);
        for wire in ["116", "\"116\"", "\"116.0\"", "116.0"] {
            assert_eq!(read(wire), Some(Whole(116)), "{wire}");
        }
        assert_eq!(read::<Whole>("\"1.5\""), None);
    }
}
