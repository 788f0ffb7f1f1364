//! The list of simulated APIs, the only place of the server that names them.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{api::ApiRegistration, endpoint::EndpointName};

/// The simulated APIs. A request goes to the first with a prefix of its path.
pub(super) static APIS: &[&ApiRegistration] = &[
    &super::open_api::REGISTRATION,
    &super::marketing_api::REGISTRATION,
];

/// Endpoints that belong to no API.
const SHARED_ENDPOINTS: [(&str, EndpointName); 2] =
    [("media", EndpointName::MEDIA), ("any", EndpointName::ANY)];

fn endpoints() -> impl Iterator<Item = (&'static str, EndpointName)> {
    let of_apis = APIS.iter().flat_map(|api| api.endpoints.iter().copied());
    of_apis.chain(SHARED_ENDPOINTS)
}

impl<'de> Deserialize<'de> for EndpointName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let found = endpoints().find(|(spelling, _)| *spelling == name);
        found.map(|(_, endpoint)| endpoint).ok_or_else(|| {
            let known: Vec<String> = endpoints().map(|(spelling, _)| format!("`{spelling}`")).collect();
            D::Error::custom(format!(
                "unknown variant `{name}`, expected one of {}",
                known.join(", ")
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_spelling_names_one_endpoint_and_an_endpoint_has_its_own_spelling() {
        let spellings: BTreeSet<_> = endpoints().map(|(spelling, _)| spelling).collect();
        assert_eq!(spellings.len(), endpoints().count());
        for (_, endpoint) in endpoints() {
            assert!(spellings.contains(endpoint.as_str()), "{endpoint:?}");
        }
    }

    #[test]
    fn prefixes_of_apis_do_not_overlap() {
        let prefixes: Vec<&str> = APIS.iter().flat_map(|api| api.prefixes).copied().collect();
        for (at, prefix) in prefixes.iter().enumerate() {
            assert!(prefix.starts_with('/') && prefix.ends_with('/'), "{prefix}");
            let others = prefixes.iter().enumerate().filter(|(other, _)| *other != at);
            assert!(
                !others.into_iter().any(|(_, other)| other.starts_with(prefix)),
                "{prefix}"
            );
        }
    }

    #[test]
    fn an_unknown_endpoint_is_refused_with_the_known_ones() {
        let read = serde_json::from_str::<EndpointName>;
        assert_eq!(read("\"media\"").unwrap(), EndpointName::MEDIA);
        let error = read("\"video_inti\"").unwrap_err().to_string();
        assert!(
            error.contains("unknown variant `video_inti`, expected one of `user_info`, "),
            "{error}"
        );
    }
}
