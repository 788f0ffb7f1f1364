//! The question for the audience of a post. TikTok forbids a default, so nothing is chosen.

use std::io::{self, BufRead as _, Write as _};

use serde_json::Value;

use super::field::{is_same, kebab};
use crate::{
    cli::{fault::CommandFault, terminal},
    secret::shown,
};

/// Audiences that an account offers.
#[derive(Debug)]
pub(super) struct AudienceOptions {
    words: Vec<String>,
    /// Name of the account.
    of: Option<String>,
}

impl AudienceOptions {
    /// Audiences of an output of `get_creator_info`. Errors: there are none.
    pub(super) fn of(creator: &Value) -> Result<Self, CommandFault> {
        let words = creator.get("privacy_level_options").and_then(Value::as_array);
        let words: Vec<String> = words
            .into_iter()
            .flatten()
            .filter_map(|word| word.as_str().map(str::to_owned))
            .collect();
        if words.is_empty() {
            return Err(CommandFault::usage(
                "TikTok offers no audience for posts of this account at the moment; see `autohive-tiktok call get-creator-info`",
            ));
        }
        let name = ["creator_username", "creator_nickname"]
            .iter()
            .find_map(|name| creator.get(*name).and_then(Value::as_str));
        Ok(Self {
            words,
            of: name.map(terminal::printable),
        })
    }
}

/// Asks for one of the options. Returns `None` at the end of the input.
pub(super) fn privacy_level(options: &AudienceOptions) -> Option<String> {
    let AudienceOptions { words, of } = options;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let of = of.as_ref().map(|name| format!(" of {name}")).unwrap_or_default();
    let mut text = format!("Who can view the post? Options{of}:\n");
    for (at, option) in words.iter().enumerate() {
        text = format!("{text}  {}) {:<22} {}\n", at + 1, kebab(option), meaning(option));
    }
    terminal::discard_typed_ahead();
    tell(&text);
    let mut input = io::stdin().lock();
    loop {
        tell(&format!("Number or name (1 to {}): ", words.len()));
        let mut line = String::new();
        if input.read_line(&mut line).ok().is_none_or(|length| length == 0) {
            return None;
        }
        if let Some(option) = chosen(&words, line.trim()) {
            return Some(option.to_owned());
        }
        tell(&format!("{}\n", terminal::fitted(&refusal(&words, line.trim()))));
    }
}

/// Option that an answer names, by its number or its name.
fn chosen<'a>(options: &[&'a str], answer: &str) -> Option<&'a str> {
    let by_number = answer
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    by_number
        .and_then(|at| options.get(at))
        .or_else(|| options.iter().find(|option| is_same(option, answer)))
        .copied()
}

/// Reason that an answer is asked for again. No level is a default, so an empty line chooses none.
fn refusal(options: &[&str], answer: &str) -> String {
    let names: Vec<String> = options.iter().map(|option| kebab(option)).collect();
    let got = if answer.is_empty() {
        "an empty line, and TikTok allows no default".to_owned()
    } else {
        shown(answer)
    };
    format!(
        "got {got}; allowed: a number from 1 to {}, or one of {}",
        options.len(),
        names.join(", ")
    )
}

fn meaning(option: &str) -> &'static str {
    match option {
        "PUBLIC_TO_EVERYONE" => "everyone",
        "MUTUAL_FOLLOW_FRIENDS" => "friends: followers whom the account follows back",
        "FOLLOWER_OF_CREATOR" => "followers",
        "SELF_ONLY" => "only the account itself",
        _ => "",
    }
}

/// Writes a part of a question to standard error.
pub(super) fn tell(text: &str) {
    let mut output = anstream::stderr();
    drop(output.write_all(text.as_bytes()));
    drop(output.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_without_audiences_is_not_asked_for_one() {
        let none = AudienceOptions::of(&serde_json::json!({ "privacy_level_options": [] }));
        assert!(none.unwrap_err().message.contains("no audience"));
        let some = serde_json::json!({ "privacy_level_options": ["SELF_ONLY"] });
        assert_eq!(AudienceOptions::of(&some).unwrap().words, ["SELF_ONLY"]);
    }

    #[test]
    fn a_refused_answer_is_named_with_what_is_allowed() {
        let told = refusal(&["PUBLIC_TO_EVERYONE", "SELF_ONLY"], "me\u{1b}[2J");
        assert!(told.contains("me") && !told.contains('\u{1b}'), "{told:?}");
        assert!(
            told.ends_with("from 1 to 2, or one of public-to-everyone, self-only"),
            "{told:?}"
        );
        assert!(refusal(&["SELF_ONLY"], "").contains("no default"));
    }

    #[test]
    fn an_answer_is_a_number_or_a_name_and_nothing_is_chosen_without_one() {
        let options = ["PUBLIC_TO_EVERYONE", "SELF_ONLY"];
        for (answer, expected) in [
            ("1", Some("PUBLIC_TO_EVERYONE")),
            ("2", Some("SELF_ONLY")),
            ("self-only", Some("SELF_ONLY")),
            ("Self_Only", Some("SELF_ONLY")),
            ("", None),
            ("0", None),
            ("3", None),
            ("self", None),
            ("FOLLOWER_OF_CREATOR", None),
        ] {
            assert_eq!(chosen(&options, answer), expected, "{answer:?}");
        }
    }
}
