//! Suggestions for a value outside an enumeration. A wrong one can make a draft public or start to spend, so where several
//! values can be meant there is none.

use super::{Suggestion, VALUES, explicit, fold};

/// Least likeness of a misspelled value.
const LIKENESS: f64 = 0.7;

/// The same if a word is missing or added.
const LIKENESS_OF_OTHER_WORDS: f64 = 0.75;

/// Least likeness of each word of a value.
const LIKENESS_OF_WORD: f64 = 0.5;

/// Least difference in likeness to the second best value.
const MARGIN: f64 = 0.01;

/// Fewest letters that abbreviate a word.
const ABBREVIATED: usize = 3;

/// Best advice on `word` if only the values `known` are allowed.
pub(in crate::schema) fn suggest_value<'a>(word: &str, known: &[&'a str]) -> Option<Suggestion<'a>> {
    explicit(VALUES, word, known).or_else(|| {
        let value = match *holders(word, known) {
            [only] => Some(only),
            [] => misspelled(word, known),
            _ => None,
        };
        value.map(|value| Suggestion::Name(value, ""))
    })
}

/// Values of which `word` is a beginning, an end or a part, by whole words; the last may be abbreviated.
fn holders<'a>(word: &str, known: &[&'a str]) -> Vec<&'a str> {
    let given = words(word);
    let Some((last, before)) = given.split_last() else {
        return Vec::new();
    };
    let holds = |part: &[String]| {
        let Some((end, start)) = part.split_last() else {
            return false;
        };
        let is_last = end == last || (last.len() >= ABBREVIATED && end.starts_with(last.as_str()));
        is_last && start == before
    };
    let is_holder = |value: &&&str| words(value).windows(given.len()).any(holds);
    known.iter().filter(is_holder).copied().collect()
}

/// The one value that `word` misspells.
fn misspelled<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let mut scored: Vec<(f64, &str)> = known
        .iter()
        .map(|value| (likeness(word, value), *value))
        .collect();
    scored.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    match *scored {
        [(best, value), (second, _), ..] => (best > 0.0 && best - second > MARGIN).then_some(value),
        [(best, value)] => (best > 0.0).then_some(value),
        [] => None,
    }
}

/// Likeness of `word` to a value, from 0 to 1; 0 if it is no misspelling of it.
fn likeness(word: &str, value: &str) -> f64 {
    let alike = strsim::normalized_damerau_levenshtein;
    let (given, wanted) = (words(word), words(value));
    let whole = alike(&fold(word), &fold(value));
    let is_misspelling = if given.len() == wanted.len() {
        let mut pairs = given.iter().zip(&wanted);
        whole >= LIKENESS && pairs.all(|(one, other)| alike(one, other) >= LIKENESS_OF_WORD)
    } else {
        whole >= LIKENESS_OF_OTHER_WORDS
    };
    if is_misspelling { whole } else { 0.0 }
}

/// Words of a value, in lower case.
fn words(value: &str) -> Vec<String> {
    value
        .split(|letter: char| !letter.is_alphanumeric())
        .map(fold)
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    const PRIVACY: [&str; 4] = [
        "PUBLIC_TO_EVERYONE",
        "MUTUAL_FOLLOW_FRIENDS",
        "FOLLOWER_OF_CREATOR",
        "SELF_ONLY",
    ];
    const MODE: [&str; 2] = ["DIRECT_POST", "MEDIA_UPLOAD"];
    const SOURCE: [&str; 2] = ["FILE_UPLOAD", "PULL_FROM_URL"];
    const STATUS: [&str; 2] = ["ENABLE", "DISABLE"];
    const BUDGET: [&str; 4] = [
        "BUDGET_MODE_DAY",
        "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
        "BUDGET_MODE_TOTAL",
        "BUDGET_MODE_INFINITE",
    ];

    #[track_caller]
    fn check(known: &[&str], rows: &[(&str, &str)]) {
        for (word, value) in rows {
            let expected = (!value.is_empty()).then_some(Suggestion::Name(value, ""));
            assert_eq!(suggest_value(word, known), expected, "{word}");
        }
    }

    #[test]
    fn a_part_of_one_value_is_that_value() {
        check(
            &MODE,
            &[
                ("UPLOAD", "MEDIA_UPLOAD"),
                ("media", "MEDIA_UPLOAD"),
                ("draft", "MEDIA_UPLOAD"),
                ("DIRECT", "DIRECT_POST"),
                ("post", "DIRECT_POST"),
            ],
        );
        check(&SOURCE, &[("UPLOAD", "FILE_UPLOAD"), ("pull", "PULL_FROM_URL")]);
        check(
            &["GENDER_UNLIMITED", "GENDER_FEMALE", "GENDER_MALE"],
            &[
                ("male", "GENDER_MALE"),
                ("FEMALE", "GENDER_FEMALE"),
                ("gender", ""),
            ],
        );
        check(
            &BUDGET,
            &[
                ("DAILY", "BUDGET_MODE_DAY"),
                ("BUDGET_MODE_DAILY", "BUDGET_MODE_DAY"),
                ("lifetime", "BUDGET_MODE_TOTAL"),
                ("DYNAMIC", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"),
            ],
        );
        check(&["AUTOMATIC", "MANUAL"], &[("auto", "AUTOMATIC"), ("au", "")]);
        check(
            &["AGE_13_17", "AGE_18_24"],
            &[("18-24", "AGE_18_24"), ("age", "")],
        );
    }

    #[test]
    fn nothing_is_guessed_about_what_is_public_or_spends() {
        check(
            &PRIVACY,
            &[
                ("PUBLIC_TO_FRIENDS", ""),
                ("PUBLIC_TO_FOLLOWERS", ""),
                ("PUBLIC_TO_NONE", ""),
                ("FOLLOW", ""),
                ("PUBLIC_TO_EVERYBODY", "PUBLIC_TO_EVERYONE"),
                ("PUBLIC_EVERYONE", "PUBLIC_TO_EVERYONE"),
                ("SELF_ONYL", "SELF_ONLY"),
            ],
        );
        check(
            &MODE,
            &[
                ("file", ""),
                ("FILE_UPLOAD", ""),
                ("PULL_FROM_URL", ""),
                ("base64", ""),
            ],
        );
        check(
            &STATUS,
            &[("able", ""), ("ENABLED", "ENABLE"), ("DISABLED", "DISABLE")],
        );
        check(&["LAB1", "LAB2", "LAB3", "OFF"], &[("LAB4", ""), ("LAB", "")]);
    }

    /// All enumerations among the inputs of both manifests.
    fn enumerations() -> BTreeSet<Vec<String>> {
        fn find(value: &Value, found: &mut BTreeSet<Vec<String>>) {
            let words = value.get("enum").and_then(Value::as_array);
            found.extend(words.map(|words| {
                words
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect()
            }));
            let members = value.as_object().into_iter().flatten().map(|(_, value)| value);
            members
                .chain(value.as_array().into_iter().flatten())
                .for_each(|value| find(value, found));
        }
        let mut found = BTreeSet::new();
        for manifest in [
            include_str!("../../../config.json"),
            include_str!("../../../ads/config.json"),
        ] {
            let manifest: Value = serde_json::from_str(manifest).unwrap();
            let actions = manifest["actions"].as_object().unwrap().values();
            actions.for_each(|action| find(&action["input_schema"], &mut found));
        }
        found
    }

    /// Parts that mean another value than the one that holds them, and say so in the vocabulary.
    const MEANT_OTHERWISE: [&str; 2] = ["daily", "daily_budget"];

    #[test]
    fn no_part_of_a_value_of_the_manifests_leads_to_another_value() {
        let enumerations = enumerations();
        assert!(enumerations.len() > 50, "{}", enumerations.len());
        for values in &enumerations {
            let known: Vec<&str> = values.iter().map(String::as_str).collect();
            for value in &known {
                let all = words(value);
                for length in 1..=all.len() {
                    for part in all.windows(length) {
                        let part = part.join("_");
                        let holders = holders(&part, &known);
                        match suggest_value(&part, &known) {
                            _ if MEANT_OTHERWISE.contains(&part.as_str()) => {}
                            Some(Suggestion::Name(name, _)) => assert!(
                                holders.contains(&name),
                                "{part} leads to {name}, and is a part of {holders:?}"
                            ),
                            Some(Suggestion::None(_)) => {}
                            None => assert!(
                                holders.len() != 1,
                                "{part} leads nowhere, and is a part of {holders:?}"
                            ),
                        }
                    }
                }
            }
        }
    }
}
