//! Error about one input.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One invalid field, with its value, the allowed values and the fix.
///
/// `got` never holds a video's content, a caption's text or a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldError {
    /// The input's name, or a path into the inputs such as `photo_urls[3]`.
    pub field: String,
    /// Value that was given or found.
    pub got: String,
    /// Allowed values.
    pub allowed: String,
    /// Fix.
    pub fix: String,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            got,
            allowed,
            fix,
        } = self;
        write!(f, "{field}: got {got}; allowed: {allowed}; {fix}")
    }
}

impl FieldError {
    /// Fixes of all `errors` as sentences, each with its fields unless it is the only one; `None` without errors.
    pub fn fixes(errors: &[Self]) -> Option<String> {
        let mut fixes: Vec<(&str, Vec<String>)> = Vec::new();
        for Self { field, fix, .. } in errors {
            let field = format!("`{field}`");
            match fixes.iter_mut().find(|(known, _)| known == fix) {
                Some((_, fields)) => fields.push(field),
                None => fixes.push((fix, vec![field])),
            }
        }
        match fixes.as_slice() {
            [] => None,
            [(fix, _)] => Some(sentence(fix)),
            many => {
                let each = many
                    .iter()
                    .map(|(fix, fields)| format!("{}: {fix}.", fields.join(", ")));
                Some(each.collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// `text` with a full stop, and with a capital unless it begins with the name of an input.
fn sentence(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    let is_name = word.contains(|character: char| !character.is_alphabetic() && !",:;".contains(character));
    let mut rest = text.chars();
    let first = rest.next().filter(|_| !is_name);
    let capital = first.map(|first| first.to_uppercase().chain(rest).collect());
    let text: String = capital.unwrap_or_else(|| text.to_owned());
    format!("{text}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(field: &str, fix: &str) -> FieldError {
        FieldError {
            field: field.into(),
            fix: fix.into(),
            ..FieldError::default()
        }
    }

    #[test]
    fn fixes_are_sentences() {
        assert_eq!(FieldError::fixes(&[]), None);
        for (fix, sentence) in [
            ("shorten the video", "Shorten the video."),
            ("video_url alone is enough", "video_url alone is enough."),
            ("", "."),
        ] {
            assert_eq!(
                FieldError::fixes(&[error("file", fix)]).as_deref(),
                Some(sentence)
            );
        }
    }

    #[test]
    fn a_fix_names_its_fields_if_there_are_several_fixes() {
        let errors = [
            error("photo_urls[0]", "use JPEG"),
            error("photo_urls[1]", "make it smaller"),
            error("photo_urls[2]", "use JPEG"),
        ];
        assert_eq!(
            FieldError::fixes(&errors).unwrap(),
            "`photo_urls[0]`, `photo_urls[2]`: use JPEG. `photo_urls[1]`: make it smaller."
        );
        let same = [errors[0].clone(), errors[2].clone()];
        assert_eq!(FieldError::fixes(&same).unwrap(), "Use JPEG.");
    }
}
