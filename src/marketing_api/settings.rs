//! Declaration of the settings of an object: what a create takes, an update changes, and an action asks for.

/// Declares settings, all of them optional. An absent one is not sent; an empty list is.
///
/// The documentation of a member is its description in schemas.
macro_rules! settings {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$member_doc:meta])* $member:ident: $type:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, ::serde::Serialize, ::schemars::JsonSchema)]
        #[schemars(inline)]
        pub struct $name {
            $(
                $(#[$member_doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $member: Option<$type>,
            )*
        }

        const _: () = {
            use ::serde::{Deserialize, Deserializer, de::Error};

            /// The settings as they are read. Members that are no settings are left to others.
            #[derive(Deserialize)]
            struct ReadSettings {
                $($member: Option<$type>,)*
            }

            // By way of their members: settings have up to a hundred members, so that each reader of them takes 60 kB of
            // code, and an input that flattens them has another one than an object of TikTok.
            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let members = crate::marketing_api::write::Members::deserialize(deserializer)?;
                    let read = ReadSettings::deserialize(::serde_json::Value::Object(members));
                    let ReadSettings { $($member,)* } = read.map_err(D::Error::custom)?;
                    Ok(Self { $($member,)* })
                }
            }
        };

        impl $name {
            /// Names of all settings.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($member),)*];

            /// Members that are set.
            pub(in crate::marketing_api) fn members(
                &self,
            ) -> ::serde_json::Result<crate::marketing_api::write::Members> {
                crate::marketing_api::write::members_of(self)
            }

            /// Names of the settings that are set.
            pub fn given(&self) -> Vec<String> {
                let members = self.members().unwrap_or_default();
                members.into_iter().map(|(name, _)| name).collect()
            }
        }
    };
}
pub(super) use settings;
