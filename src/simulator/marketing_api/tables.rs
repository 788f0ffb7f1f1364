//! Tables in text files: parameters of endpoints, members of objects in answers.

use std::{collections::BTreeMap, sync::LazyLock};

use super::params::ParamShape;

/// Parameters of an endpoint.
pub(super) fn request(name: &str) -> Option<&'static ParamShape> {
    static REQUESTS: LazyLock<BTreeMap<&'static str, ParamShape>> = LazyLock::new(|| {
        let shapes = paragraphs(include_str!("requests.txt")).into_iter();
        shapes
            .filter_map(|(name, text)| ParamShape::parse(text).map(|shape| (name, shape)))
            .collect()
    });
    REQUESTS.get(name)
}

/// Members of an object in answers.
pub(super) fn answer(name: &str) -> &'static [&'static str] {
    static ANSWERS: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
        let lists = paragraphs(include_str!("answers.txt")).into_iter();
        lists
            .map(|(name, text)| (name, text.split_whitespace().collect()))
            .collect()
    });
    ANSWERS.get(name).map_or(&[], |names| names.as_slice())
}

/// Paragraphs `name =` and what follows.
fn paragraphs(text: &'static str) -> BTreeMap<&'static str, &'static str> {
    let paragraphs = text.split("\n\n").filter(|paragraph| !paragraph.starts_with('#'));
    paragraphs
        .filter_map(|paragraph| paragraph.split_once('='))
        .map(|(name, rest)| (name.trim(), rest))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paragraph_is_a_shape() {
        let names = paragraphs(include_str!("requests.txt"));
        assert!(names.len() > 30, "{}", names.len());
        for (name, text) in names {
            assert!(request(name).is_some(), "{name}: {text}");
        }
    }

    #[test]
    fn members_of_answers_are_listed_once() {
        for name in [
            "campaign",
            "adgroup",
            "ad",
            "smart_plus_campaign",
            "smart_plus_adgroup",
            "smart_plus_ad",
        ] {
            let mut members = answer(name).to_vec();
            let count = members.len();
            members.sort_unstable();
            members.dedup();
            assert!(count > 15 && members.len() == count, "{name}");
        }
    }
}
