//! Reading of the API's objects: members that say nothing are absent, and pages are lists with their place.

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned},
};
use serde_json::value::RawValue;

use crate::model::{
    AdGroupId, AdId, AdvertiserId, Amount, AppId, CampaignId, Flag, PageId, PixelId, Whole, Word,
};

/// Declares an object of the API: members that are always there, then optional ones.
///
/// An optional member that is `null`, empty, or 0 as an id, is absent. The documentation of a member is its description
/// in schemas.
macro_rules! entity {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$required_doc:meta])* $required:ident: $required_type:ty,)*
            $(; $($(#[$optional_doc:meta])* $optional:ident: $optional_type:ty,)*)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, ::serde::Deserialize, ::serde::Serialize, ::schemars::JsonSchema)]
        #[schemars(inline, deny_unknown_fields)]
        pub struct $name {
            $($(#[$required_doc])* pub $required: $required_type,)*
            $($(
                $(#[$optional_doc])*
                #[serde(
                    default,
                    deserialize_with = "crate::marketing_api::wire::known",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $optional: Option<$optional_type>,
            )*)?
        }

        impl crate::marketing_api::wire::WireValue for $name {}
    };
}
pub(super) use entity;

/// Texts of a value that says nothing.
const NOTHING: [&str; 6] = ["null", "\"\"", "[]", "{}", "\"0\"", "0"];

/// Number of [`NOTHING`] that holds for values of any type; 0 says nothing as an id only.
const NOTHING_OF_ANY: usize = 4;

/// Reads a member that may say nothing.
pub(super) fn known<'de, D: Deserializer<'de>, T: WireValue>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = meaningful(deserializer, T::ZERO_IS_NOTHING)?;
    // serde's message could quote a value.
    raw.map(|raw| parsed(&raw).ok_or_else(|| de::Error::custom("is not as documented")))
        .transpose()
}

/// Returns a member, unless it says nothing.
///
/// Objects have up to a hundred members. Were this and [`parsed`] inlined into each, one object would take 300 kB.
#[inline(never)]
fn meaningful<'de, D: Deserializer<'de>>(
    deserializer: D,
    zero_is_nothing: bool,
) -> Result<Option<Box<RawValue>>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    let nothing = if zero_is_nothing {
        &NOTHING[..]
    } else {
        &NOTHING[..NOTHING_OF_ANY]
    };
    Ok(raw.filter(|raw| !nothing.contains(&raw.get())))
}

#[inline(never)]
fn parsed<T: DeserializeOwned>(raw: &RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// Value of a member of an object of the API.
pub(super) trait WireValue: DeserializeOwned {
    /// Whether 0 stands for an absent value.
    const ZERO_IS_NOTHING: bool = false;
}

macro_rules! wire_values {
    ($($name:ty: $zero_is_nothing:literal,)*) => {
        $(impl WireValue for $name {
            const ZERO_IS_NOTHING: bool = $zero_is_nothing;
        })*
    };
}

wire_values! {
    AdGroupId: true,
    AdId: true,
    AdvertiserId: true,
    AppId: true,
    CampaignId: true,
    PageId: true,
    PixelId: true,
    Amount: false,
    Flag: false,
    Whole: false,
    Word: false,
}

impl<T: DeserializeOwned> WireValue for Vec<T> {}

/// Reads a list; `null` is an empty one.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    entity! {
        #[expect(unreachable_pub, reason = "the macro is for types that the module exports")]
        /// An object.
        Sample {
            /// Its id
            campaign_id: CampaignId,
            ;
            /// Pixel
            pixel_id: PixelId,
            /// Amount
            budget: Amount,
            /// Name
            name: Word,
            /// Places
            placements: Vec<Word>,
        }
    }

    fn read(text: &str) -> serde_json::Result<Sample> {
        serde_json::from_str(text)
    }

    #[test]
    fn what_says_nothing_is_absent_and_a_zero_amount_is_not() {
        for text in [
            r#"{"campaign_id":1}"#,
            r#"{"campaign_id":"1","pixel_id":0,"budget":null,"name":"","placements":[],"unknown":{"a":1}}"#,
            r#"{"campaign_id":"1","pixel_id":"0","budget":"","name":null,"placements":null}"#,
        ] {
            let sample = serde_json::to_value(read(text).unwrap()).unwrap();
            assert_eq!(sample, json!({ "campaign_id": "1" }), "{text}");
        }
        let sample = read(r#"{"campaign_id":1,"budget":0,"name":"0","placements":["A",2]}"#).unwrap();
        let expected = json!({ "campaign_id": "1", "budget": 0, "name": "0", "placements": ["A", "2"] });
        assert_eq!(serde_json::to_value(sample).unwrap(), expected);
    }

    #[test]
    fn what_is_not_as_documented_is_refused_without_its_value() {
        let error = read(r#"{"campaign_id":1,"budget":"secret"}"#)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("not as documented") && !error.contains("secret"),
            "{error}"
        );
        assert!(read(r#"{"budget":1}"#).is_err(), "an id is required");
    }
}
