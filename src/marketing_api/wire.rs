//! Reading of the API's objects: members that say nothing are absent, and pages are lists with their place.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
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
        #[derive(Debug, Clone, PartialEq, ::serde::Serialize, ::schemars::JsonSchema)]
        #[schemars(inline, deny_unknown_fields)]
        pub struct $name {
            $($(#[$required_doc])* pub $required: $required_type,)*
            $($(
                $(#[$optional_doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $optional: Option<$optional_type>,
            )*)?
        }

        impl $name {
            fn of(
                mut members: crate::marketing_api::wire::EntityMembers,
            ) -> Result<Self, crate::marketing_api::wire::MemberFault> {
                Ok(Self {
                    $($required: members.required(stringify!($required))?,)*
                    $($($optional: members.optional(stringify!($optional))?,)*)?
                })
            }
        }

        // Not derived: objects have up to a hundred members, and a derived reader of an ad group takes 260 kB of code.
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let members = ::serde::Deserialize::deserialize(deserializer)?;
                Self::of(members).map_err(::serde::de::Error::custom)
            }
        }

        impl crate::marketing_api::wire::WireValue for $name {}
    };
}
pub(super) use entity;

/// Texts of a value that says nothing.
const NOTHING: [&str; 6] = ["null", "\"\"", "[]", "{}", "\"0\"", "0"];

/// Number of [`NOTHING`] that holds for values of any type; 0 says nothing as an id only.
const NOTHING_OF_ANY: usize = 4;

/// Members of an object, as TikTok sent them.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct EntityMembers(BTreeMap<String, Box<RawValue>>);

/// Fault of a member. Holds no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum MemberFault {
    #[error("missing field `{0}`")]
    Missing(&'static str),
    #[error("member `{0}` is not as documented")]
    Undocumented(&'static str),
}

impl EntityMembers {
    /// Takes a member that is always there.
    ///
    /// This and the next function would be inlined into each of the hundred members of an object.
    #[inline(never)]
    pub(super) fn required<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T, MemberFault> {
        let raw = self.0.remove(name).ok_or(MemberFault::Missing(name))?;
        parsed(&raw).ok_or(MemberFault::Undocumented(name))
    }

    /// Takes a member that may say nothing.
    #[inline(never)]
    pub(super) fn optional<T: WireValue>(&mut self, name: &'static str) -> Result<Option<T>, MemberFault> {
        let raw = self.meaningful(name, T::ZERO_IS_NOTHING);
        raw.map(|raw| parsed(&raw).ok_or(MemberFault::Undocumented(name)))
            .transpose()
    }

    /// Takes a member, unless it says nothing.
    fn meaningful(&mut self, name: &str, zero_is_nothing: bool) -> Option<Box<RawValue>> {
        self.0
            .remove(name)
            .filter(|raw| !says_nothing(raw, zero_is_nothing))
    }
}

/// Reads a member of a derived type that may say nothing.
pub(super) fn known<'de, D: Deserializer<'de>, T: WireValue>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    let raw = raw.filter(|raw| !says_nothing(raw, T::ZERO_IS_NOTHING));
    // serde's message could quote a value.
    raw.map(|raw| parsed(&raw).ok_or_else(|| D::Error::custom("is not as documented")))
        .transpose()
}

fn says_nothing(raw: &RawValue, zero_is_nothing: bool) -> bool {
    let nothing = if zero_is_nothing {
        &NOTHING[..]
    } else {
        &NOTHING[..NOTHING_OF_ANY]
    };
    nothing.contains(&raw.get())
}

/// Inlined into each of the hundred members of an object, it would take most of the object's code.
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
