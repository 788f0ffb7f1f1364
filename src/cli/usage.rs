//! Wrong usage, explained without a word of what was typed: a value or an unknown word may be a secret in the
//! wrong place.
//!
//! Texts are made of the program's own names only. Where clap repeats what it got, the place of the argument
//! is told.

use std::{collections::BTreeSet, error::Error as _};

use clap::{
    Arg, Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// The least length of a value that may be a secret, in bytes.
const SECRET_LEAST: usize = 6;

/// `error` in words that hold nothing of `words`, the arguments behind the program's name. `variable` gave
/// the value, where it was not typed.
pub(super) fn explained(
    error: &Error,
    command: &mut Command,
    words: &[String],
    variable: Option<&str>,
) -> Error {
    command.build();
    let message = Usage {
        error,
        command,
        words,
        variable,
    }
    .message();
    let path = path(command, words);
    match path
        .iter()
        .try_fold(command, |command, name| command.find_subcommand_mut(name))
    {
        Some(command) => command.error(error.kind(), message),
        None => Error::raw(error.kind(), format!("{message}\n")),
    }
}

/// The names of the commands that were typed, from the outermost.
fn path(command: &Command, words: &[String]) -> Vec<String> {
    let (mut path, mut at) = (Vec::new(), command);
    for word in words {
        if let Some(command) = at.find_subcommand(word) {
            path.push(command.get_name().to_owned());
            at = command;
        }
    }
    path
}

/// An error beside the arguments that it is about.
struct Usage<'a> {
    error: &'a Error,
    command: &'a Command,
    words: &'a [String],
    variable: Option<&'a str>,
}

impl Usage<'_> {
    fn message(&self) -> String {
        match self.error.kind() {
            ErrorKind::UnknownArgument => format!(
                "unexpected {}{}",
                self.word(ContextKind::InvalidArg),
                self.hints()
            ),
            ErrorKind::InvalidSubcommand => {
                format!(
                    "unrecognized subcommand in {}{}",
                    self.word(ContextKind::InvalidSubcommand),
                    self.hints()
                )
            }
            ErrorKind::InvalidValue
                if self
                    .texts(ContextKind::InvalidValue)
                    .iter()
                    .any(|value| !value.is_empty()) =>
            {
                format!("invalid value for {}{}", self.option(), self.hints())
            }
            ErrorKind::InvalidValue
            | ErrorKind::TooFewValues
            | ErrorKind::WrongNumberOfValues
            | ErrorKind::NoEquals => {
                format!(
                    "a value is required for {} but none was supplied{}",
                    self.option(),
                    self.hints()
                )
            }
            ErrorKind::ValueValidation => format!("invalid value for {}{}", self.option(), self.reason()),
            ErrorKind::TooManyValues => format!("{} takes no value", self.option()),
            ErrorKind::ArgumentConflict => self.conflict(),
            ErrorKind::MissingRequiredArgument => {
                format!(
                    "an argument is missing: {}",
                    self.arguments(ContextKind::InvalidArg)
                )
            }
            ErrorKind::MissingSubcommand => format!("a command is missing{}", self.hints()),
            ErrorKind::InvalidUtf8
            | ErrorKind::DisplayHelp
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            | ErrorKind::DisplayVersion
            | ErrorKind::Io
            | ErrorKind::Format
            | _ => "the arguments are wrong".to_owned(),
        }
    }

    /// A word that has no meaning where it stands: `argument 2 (7 characters)`, or its name where it is a
    /// known one.
    fn word(&self, kind: ContextKind) -> String {
        let word = self.texts(kind).first().copied().unwrap_or_default();
        // clap tells `--jbs=3` as `--jbs`, and `-xyz` as `-x`.
        let is_told = |given: &String| given == word || given.split('=').next() == Some(word);
        let place = self.words.iter().position(is_told);
        let place = place.or_else(|| self.words.iter().position(|given| given.starts_with(word)));
        let known = self.names().take(word);
        match place.and_then(|place| Some((place + 1, self.words.get(place)?.chars().count()))) {
            Some((place, length)) => {
                format!(
                    "argument {place} ({})",
                    known.unwrap_or_else(|| format!("{length} characters"))
                )
            }
            None => "argument".to_owned(),
        }
    }

    /// The option or argument whose value is wrong, and the variable behind it.
    fn option(&self) -> String {
        let argument = self.arguments(ContextKind::InvalidArg);
        self.variable.map_or_else(
            || argument.clone(),
            |name| format!("{argument} in the variable {name}"),
        )
    }

    /// Reason for which our parsers refused a value; empty if the reason repeats the value.
    fn reason(&self) -> String {
        let values = self.texts(ContextKind::InvalidValue);
        let reason = self.error.source().map(ToString::to_string);
        // Our own words hold short values by chance: `1` stands in `allowed: 1MiB or more`.
        let repeats = |text: &String| {
            values
                .iter()
                .any(|value| value.len() >= SECRET_LEAST && text.contains(value))
        };
        let reason = reason.filter(|text| !repeats(text));
        reason.map(|text| format!(": {text}")).unwrap_or_default()
    }

    fn conflict(&self) -> String {
        let (one, other) = (
            self.arguments(ContextKind::InvalidArg),
            self.arguments(ContextKind::PriorArg),
        );
        if one == other {
            format!("the argument {one} cannot be used multiple times")
        } else {
            format!("the argument {one} cannot be used with {other}")
        }
    }

    /// Allowed and similar names, in the program's own words.
    fn hints(&self) -> String {
        let known = self.names();
        let mut hints = String::new();
        for (kind, before, after) in [
            (ContextKind::ValidValue, "\n  [possible values: ", "]"),
            (ContextKind::ValidSubcommand, "\n  [subcommands: ", "]"),
            (
                ContextKind::SuggestedArg,
                "\n\n  tip: a similar argument exists: ",
                "",
            ),
            (
                ContextKind::SuggestedSubcommand,
                "\n\n  tip: a similar subcommand exists: ",
                "",
            ),
            (
                ContextKind::SuggestedValue,
                "\n\n  tip: a similar value exists: ",
                "",
            ),
        ] {
            let names: Vec<String> = self
                .texts(kind)
                .iter()
                .filter_map(|text| known.get(*text).cloned())
                .collect();
            if !names.is_empty() {
                hints = format!("{hints}{before}{}{after}", names.join(", "));
            }
        }
        hints
    }

    /// The arguments that the error names, as far as they are known: `'--jobs <N>'`.
    fn arguments(&self, kind: ContextKind) -> String {
        let shown: Vec<String> = every(self.command)
            .iter()
            .flat_map(|at| at.get_arguments())
            .map(Arg::to_string)
            .collect();
        let named = self
            .texts(kind)
            .into_iter()
            .filter(|text| shown.iter().any(|shown| shown == text));
        let named: Vec<String> = named.map(|text| format!("'{text}'")).collect();
        if named.is_empty() {
            "an argument".to_owned()
        } else {
            named.join(", ")
        }
    }

    /// Every name of the program: commands, options with their dashes, allowed values.
    fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for command in every(self.command) {
            names.insert(command.get_name().to_owned());
            for arg in command.get_arguments() {
                names.extend(arg.get_long().map(|long| format!("--{long}")));
                names.extend(
                    arg.get_possible_values()
                        .iter()
                        .map(|value| value.get_name().to_owned()),
                );
            }
        }
        names
    }

    fn texts(&self, kind: ContextKind) -> Vec<&str> {
        match self.error.get(kind) {
            Some(ContextValue::String(text)) => vec![text],
            Some(ContextValue::Strings(texts)) => texts.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// A command and all below it.
fn every(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().flat_map(every);
    std::iter::once(command).chain(below).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use proptest::prelude::*;

    use super::super::args::Args;
    use super::*;

    /// Message for a command line; `None` if it is valid or asks for help.
    fn told(words: &[String]) -> Option<String> {
        let line = std::iter::once("autohive-tiktok".to_owned()).chain(words.iter().cloned());
        let error = Args::command()
            .try_get_matches_from(line)
            .err()
            .filter(Error::use_stderr)?;
        let error = if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            error
        } else {
            explained(&error, &mut Args::command(), words, None)
        };
        Some(error.render().ansi().to_string())
    }

    #[track_caller]
    fn says(line: &str, expected: &str) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let line = std::iter::once("autohive-tiktok".to_owned()).chain(words.iter().cloned());
        let error = Args::command().try_get_matches_from(line).unwrap_err();
        let told = explained(&error, &mut Args::command(), &words, None)
            .render()
            .to_string();
        assert!(
            told.starts_with(&format!("error: {expected}\n\nUsage: autohive-tiktok")),
            "{words:?}: {told}"
        );
    }

    #[test]
    fn wrong_usage_names_the_place_and_what_is_allowed() {
        says(
            "run --jbs=3",
            "unexpected argument 2 (7 characters)\n\n  tip: a similar argument exists: --jobs",
        );
        says("run word", "unexpected argument 2 (4 characters)");
        says("schemas --jobs 3 check", "unexpected argument 2 (--jobs)");
        says(
            "schemas chek",
            "unrecognized subcommand in argument 2 (4 characters)\n\n  tip: a similar subcommand exists: check",
        );
        says(
            "run --spool-max 1",
            "invalid value for '--spool-max <SIZE>': allowed: 1MiB or more, as a number of bytes or with KiB, MiB, GiB, TiB, kB, \
             MB, GB or TB",
        );
        says(
            "run --jobs=",
            "invalid value for '--jobs <N>': allowed: a whole number from 1 to 256",
        );
        says(
            "run --jobs 257",
            "invalid value for '--jobs <N>': allowed: a whole number from 1 to 256",
        );
        says(
            "run --jobs many",
            "invalid value for '--jobs <N>': allowed: a whole number from 1 to 256",
        );
        says(
            "run --jobs 3 --jobs 4",
            "the argument '--jobs <N>' cannot be used multiple times",
        );
        says("run --ordered=yes", "'--ordered' takes no value");
        says(
            "run --state",
            "a value is required for '--state <LOCATION>' but none was supplied",
        );
        says(
            "--log wurn",
            "invalid value for '--log <LEVEL>'\n  [possible values: off, error, warn, info, debug, trace]\n\n  tip: a \
             similar value exists: warn",
        );
        says(
            "--api-base https://u:p@example.com",
            "invalid value for '--api-base <URL>': allowed: an address without user name, password or query",
        );
    }

    #[cfg(feature = "simulator")]
    #[test]
    fn what_does_not_go_together_is_named() {
        says(
            "fixtures run --update --live",
            "the argument '--update' cannot be used with '--live'",
        );
    }

    /// Lines that are right, to be spoilt.
    const LINES: [&str; 8] = [
        "",
        "run --jobs 3 --ordered --grace-ms 5",
        "--api-base https://open.tiktokapis.com --log info run",
        "--log-format json --state off run",
        "schemas --root . check",
        "schemas manifest --scopes posting",
        "help run",
        "run --help",
    ];

    #[cfg(feature = "simulator")]
    const MORE: [&str; 4] = [
        "simulate --port 8080 --processing-ms 5 --strict",
        "fixtures run --filter a --format json --update tests",
        "fixtures run --live",
        "demo",
    ];
    #[cfg(not(feature = "simulator"))]
    const MORE: [&str; 0] = [];

    fn secrets() -> impl Strategy<Value = String> {
        prop_oneof![
            "act\\.[A-Za-z0-9!._-]{12,40}",
            "[0-9a-f]{40}",
            "[1-9][0-9]{11,30}",
            "[A-Za-z0-9_.-]{12,60}",
            "https?://[a-z0-9]{6}:[a-z0-9]{12}@[a-z]{5}\\.example/[a-z0-9]{8}",
            "[a-z]{3,10}://[a-z0-9]{12}",
            "[a-z0-9]{12}:[a-z0-9]{4}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn no_secret_is_repeated(
            secret in secrets(),
            line in 0..LINES.len() + MORE.len(),
            place in any::<prop::sample::Index>(),
            form in 0..8_usize,
        ) {
            let line = LINES.iter().chain(&MORE).nth(line).unwrap();
            let mut words: Vec<String> = line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
            let place = place.index(words.len() + 1);
            let before = words.get(place).cloned().unwrap_or_default();
            let spoilt = match form {
                0 | 1 => secret.clone(),
                2 => format!("--{secret}"),
                3 => format!("--{secret}=1"),
                4 => format!("--token={secret}"),
                5 => format!("-{secret}"),
                6 => format!("{before}={secret}"),
                _ => format!("{before}{secret}"),
            };
            // Beside a word, or in its place.
            words.splice(place..(place + form % 2).min(words.len()), [spoilt]);
            if let Some(told) = told(&words) {
                let parts = secret.split("://").last().unwrap().split(['@', '/']);
                for part in parts.filter(|part| part.len() >= 8) {
                    prop_assert!(!told.contains(part), "{words:?}: {told}");
                }
            }
        }
    }
}
