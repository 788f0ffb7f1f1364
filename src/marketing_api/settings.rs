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
        #[derive(Debug, Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize, ::schemars::JsonSchema)]
        #[schemars(inline)]
        pub struct $name {
            $(
                $(#[$member_doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $member: Option<$type>,
            )*
        }

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
