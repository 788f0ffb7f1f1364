//! Suggestions for unknown names: other spellings, synonyms and typing errors.

mod choice;
mod inputs;
mod missing;
mod values;
mod words;

pub(super) use choice::suggest_value;
pub(super) use inputs::INPUTS;
pub(super) use values::FILE;
use values::VALUES;
pub use words::{ACTIONS, AUTH, CONFIG, INTEGRATIONS, KINDS, REQUEST};

/// Words that callers use at one level of a request.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary {
    /// Synonyms of names that exist.
    synonyms: &'static [Synonym],
    /// Words for things that this program does not have.
    absent: &'static [Absent],
}

/// Synonyms of a name.
#[derive(Debug, Clone, Copy)]
struct Synonym {
    /// Compared without case, hyphens and underscores.
    words: &'static [&'static str],
    /// Names that they mean; the first that is known at the place counts.
    names: &'static [&'static str],
    /// Difference in meaning, or nothing.
    note: &'static str,
}

/// Words without a counterpart.
#[derive(Debug, Clone, Copy)]
struct Absent {
    /// Compared without case, hyphens and underscores.
    words: &'static [&'static str],
    /// Reason and fix.
    says: &'static str,
}

/// Advice on an unknown word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suggestion<'a> {
    /// Name that was probably meant, with a difference in meaning (or nothing).
    Name(&'a str, &'static str),
    /// Reason that there is no such name, and fix.
    None(&'static str),
}

impl std::fmt::Display for Suggestion<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name, "") => write!(f, "did you mean {name:?}?"),
            Self::Name(name, note) => write!(f, "did you mean {name:?}? {note}"),
            Self::None(says) => f.write_str(says),
        }
    }
}

/// Best advice on `word` if only `known` names exist.
pub fn suggest<'a>(vocabulary: Vocabulary, word: &str, known: &[&'a str]) -> Option<Suggestion<'a>> {
    let near = || nearest(&fold(word), known).map(|name| Suggestion::Name(name, ""));
    explicit(vocabulary, word, known).or_else(near)
}

/// Advice on `word` that the vocabulary gives, or on another spelling of a name.
fn explicit<'a>(vocabulary: Vocabulary, word: &str, known: &[&'a str]) -> Option<Suggestion<'a>> {
    let folded = fold(word);
    let is_word = |words: &[&str]| words.iter().any(|other| fold(other) == folded);
    let same = known
        .iter()
        .find(|name| fold(name) == folded)
        .map(|name| Suggestion::Name(name, ""));
    let synonym = || {
        let fitting = vocabulary
            .synonyms
            .iter()
            .filter(|synonym| is_word(synonym.words));
        fitting.into_iter().find_map(|synonym| {
            let name = synonym
                .names
                .iter()
                .find_map(|name| known.iter().find(|known| *known == name))?;
            Some(Suggestion::Name(name, synonym.note))
        })
    };
    let absent = || {
        let found = vocabulary.absent.iter().find(|absent| is_word(absent.words));
        found.map(|absent| Suggestion::None(absent.says))
    };
    same.or_else(synonym).or_else(absent)
}

/// Name of `known` that `word` misspells, if any.
pub fn nearest_name<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    nearest(&fold(word), known)
}

/// Name of `known` that `folded` misspells, if any.
fn nearest<'a>(folded: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(folded, &fold(known));
    let scored = known.iter().map(|known| (likeness(known), *known));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    // Two letters of five may be wrong; more, and another word is meant.
    best.filter(|(score, _)| *score >= 0.6).map(|(_, known)| known)
}

fn fold(word: &str) -> String {
    word.chars()
        .take(64)
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIDEO: [&str; 6] = [
        "privacy_level",
        "title",
        "video_url",
        "disable_comment",
        "source",
        "wait_seconds",
    ];
    const PHOTOS: [&str; 4] = ["photo_urls", "title", "description", "post_mode"];

    #[track_caller]
    fn advice(vocabulary: Vocabulary, word: &str, known: &[&str]) -> String {
        suggest(vocabulary, word, known)
            .map(|advice| advice.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn other_words_lead_to_the_name() {
        for (word, name) in [
            ("caption", "title"),
            ("Description", "title"),
            ("content", "title"),
            ("text", "title"),
            ("privacy", "privacy_level"),
            ("visibility", "privacy_level"),
            ("privacyLevel", "privacy_level"),
            ("url", "video_url"),
            ("videoUrl", "video_url"),
            ("comment_disabled", "disable_comment"),
            ("wait", "wait_seconds"),
        ] {
            assert_eq!(
                advice(INPUTS, word, &VIDEO),
                format!("did you mean \"{name}\"?"),
                "{word}"
            );
        }
        assert!(advice(INPUTS, "allow_comments", &VIDEO).contains("disable_comment"));
        assert!(advice(INPUTS, "caption", &PHOTOS).contains("description"));
        assert!(advice(INPUTS, "images", &PHOTOS).contains("photo_urls"));
    }

    #[test]
    fn what_tiktok_does_not_have_is_said() {
        for word in [
            "schedule_time",
            "scheduledAt",
            "publish_at",
            "scheduled_publish_time",
        ] {
            assert!(advice(INPUTS, word, &VIDEO).contains("no scheduling"), "{word}");
        }
        assert!(advice(INPUTS, "photo_urls", &VIDEO).contains("create_photo_post"));
        assert!(advice(INPUTS, "video_url", &PHOTOS).contains("create_video_post"));
    }

    #[test]
    fn names_of_other_programs_and_of_tiktoks_own_requests_lead_to_the_inputs() {
        const VIDEO: [&str; 4] = ["is_aigc", "video_url", "title", "file"];
        assert_eq!(
            advice(INPUTS, "video_made_with_ai", &VIDEO),
            "did you mean \"is_aigc\"?"
        );
        assert_eq!(
            advice(INPUTS, "content_posting_method", &PHOTOS),
            "did you mean \"post_mode\"?"
        );
        for (word, known, says) in [
            ("content_posting_method", &VIDEO, "upload_video_draft"),
            ("source_info", &VIDEO, "video_url"),
            ("source_info", &PHOTOS, "photo_urls"),
            ("post_info", &VIDEO, "inputs are flat"),
            ("video_size", &VIDEO, "video_content_base64"),
            ("video_made_with_ai", &PHOTOS, "create_video_post"),
        ] {
            let told = advice(INPUTS, word, known);
            assert!(told.contains(says), "{word}: {told}");
        }
    }

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        assert_eq!(advice(INPUTS, "titel", &VIDEO), "did you mean \"title\"?");
        assert_eq!(advice(INPUTS, "xyzzy", &VIDEO), "");
    }

    /// A word in two rows would make one of them unreachable, unless their names differ by place.
    #[test]
    fn no_word_is_a_name_that_it_explains() {
        for vocabulary in [
            INPUTS,
            FILE,
            VALUES,
            REQUEST,
            CONFIG,
            AUTH,
            ACTIONS,
            INTEGRATIONS,
            KINDS,
        ] {
            for synonym in vocabulary.synonyms {
                assert!(!synonym.names.is_empty(), "{:?}", synonym.words);
                for word in synonym.words {
                    assert!(
                        !synonym.names.iter().any(|name| fold(name) == fold(word)),
                        "{word} explains itself"
                    );
                }
            }
        }
    }
}
