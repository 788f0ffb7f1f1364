//! Usage errors: the option, its value, the allowed values and an example.
//!
//! A value or an unknown word may be a secret in the wrong place. It is repeated only if it is shorter than any
//! secret; else its length and, for an argument, its place stand for it. All other text consists of the
//! program's own names.

use std::{collections::BTreeSet, error::Error as _};

use clap::{
    Arg, Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{
    values::example,
    words::{every, path, typed},
};
use crate::secret::is_repeatable;

/// Shortest length of a value that is not repeated, in characters.
const SECRET_LEAST: usize = 8;

/// Option whose values are never repeated: they may hold a password, which may be short.
const WITH_PASSWORD: &str = "state";

/// Endings of files that commands take.
const FILE_ENDINGS: [&str; 11] = [
    "mp4", "mov", "webm", "jpg", "jpeg", "png", "webp", "gif", "json", "env", "txt",
];

const FILE_HINT: &str = "\n\n  tip: for a file whose name begins with a hyphen, write ./ before the name, or -- before the argument";

/// Invalid command line.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Arguments after the program's name, unchanged.
    pub(super) typed: Vec<String>,
    /// The same, with the command in the first place.
    pub(super) words: Vec<String>,
    /// Variable that gave the value, if it was not typed.
    pub(super) variable: Option<String>,
}

/// Returns the message for `error`, without secrets from `line`.
pub(super) fn explained(error: &Error, command: &mut Command, line: &Line) -> Error {
    command.build();
    let message = Usage { error, command, line }.message();
    let path = path(command, &line.words);
    match path
        .iter()
        .try_fold(command, |command, name| command.find_subcommand_mut(name))
    {
        Some(command) => command.error(error.kind(), message),
        None => Error::raw(error.kind(), format!("{message}\n")),
    }
}

/// The message alone, on one line, for programs.
pub(super) fn message(error: &Error, command: &mut Command, line: &Line) -> String {
    command.build();
    let message = Usage { error, command, line }.message();
    let sentences = message.replace("\n\n  tip: ", ". Tip: ");
    sentences.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Message for a value of `--option` that its command refused; `reason` has the allowed values.
pub(super) fn refused_value(option: &str, value: &str, reason: &str) -> String {
    let example = example(option)
        .map(|value| format!("; for example --{option} {value}"))
        .unwrap_or_default();
    format!(
        "invalid value for '--{option}': got {}; {reason}{example}",
        got(value)
    )
}

/// `value` in quotes, or its length where it may be a secret.
fn got(value: &str) -> String {
    let length = value.chars().count();
    if length < SECRET_LEAST && is_repeatable(value) {
        format!("{value:?}")
    } else {
        characters(length)
    }
}

fn characters(length: usize) -> String {
    let plural = if length == 1 { "" } else { "s" };
    format!("{length} character{plural}")
}

/// Error with the arguments that it concerns.
struct Usage<'a> {
    error: &'a Error,
    command: &'a Command,
    line: &'a Line,
}

impl Usage<'_> {
    fn message(&self) -> String {
        match self.error.kind() {
            ErrorKind::UnknownArgument => format!(
                "unexpected {}{}{}{}",
                self.word(ContextKind::InvalidArg),
                self.users(),
                self.hints(),
                self.hint_of_file()
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
                self.refused()
            }
            ErrorKind::ValueValidation => self.refused(),
            ErrorKind::InvalidValue
            | ErrorKind::TooFewValues
            | ErrorKind::WrongNumberOfValues
            | ErrorKind::NoEquals => {
                format!(
                    "a value is required for {} but none was supplied{}{}",
                    self.option(),
                    self.allowed(),
                    self.example()
                )
            }
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

    /// A value that is not allowed.
    fn refused(&self) -> String {
        let value = self
            .texts(ContextKind::InvalidValue)
            .first()
            .copied()
            .unwrap_or_default();
        let got = if self.long().as_deref() == Some(WITH_PASSWORD) {
            characters(value.chars().count())
        } else {
            got(value)
        };
        format!(
            "invalid value for {}: got {got}{}{}{}",
            self.option(),
            self.allowed(),
            self.reason(),
            self.example()
        )
    }

    /// Unexpected word: `argument 2 ("word")`, `argument 2 (17 characters)`, or its name where it is a known
    /// one.
    fn word(&self, kind: ContextKind) -> String {
        let word = self.texts(kind).first().copied().unwrap_or_default();
        let known = self.names().take(word);
        match self.given(word) {
            Some((place, given)) => format!("argument {place} ({})", known.unwrap_or_else(|| got(given))),
            None => "argument".to_owned(),
        }
    }

    /// Place, from 1 on, and text of the argument that clap reports as `word`: `--jbs=3` as `--jbs`, `-xyz` as `-x`.
    fn given(&self, word: &str) -> Option<(usize, &str)> {
        let is_reported = |given: &String| given == word || given.split('=').next() == Some(word);
        let typed = &self.line.typed;
        let place = typed.iter().position(is_reported);
        let place = place.or_else(|| typed.iter().position(|given| given.starts_with(word)))?;
        Some((place + 1, typed.get(place)?))
    }

    /// Hint for the name of a file that begins with a hyphen.
    fn hint_of_file(&self) -> &'static str {
        let texts = self.texts(ContextKind::InvalidArg);
        let given = texts.first().and_then(|word| self.given(word));
        let is_file = given.is_some_and(|(_, given)| {
            let name = given.trim_start_matches('-');
            given.starts_with('-')
                && name
                    .rsplit_once('.')
                    .is_some_and(|(_, ending)| FILE_ENDINGS.contains(&ending))
        });
        if is_file { FILE_HINT } else { "" }
    }

    /// Commands that have an option that this one lacks.
    fn users(&self) -> String {
        let texts = self.texts(ContextKind::InvalidArg);
        let Some(name) = texts.first().and_then(|text| text.strip_prefix("--")) else {
            return String::new();
        };
        let has = |command: &&Command| {
            command
                .get_arguments()
                .any(|arg| arg.get_long() == Some(name) && name != "help")
        };
        let users = every(self.command).into_iter().filter(has);
        let users: Vec<String> = users
            .map(|command| command.get_bin_name().unwrap_or_default())
            .filter_map(|full| full.split_once(' '))
            .map(|(_program, command)| format!("`{command}`"))
            .collect();
        if users.is_empty() {
            String::new()
        } else {
            format!(": it is an option of {}", users.join(", "))
        }
    }

    /// The option or argument whose value is wrong, and the variable behind it.
    fn option(&self) -> String {
        let argument = self.arguments(ContextKind::InvalidArg);
        self.line.variable.as_ref().map_or_else(
            || argument.clone(),
            |name| format!("{argument} in the variable {name}"),
        )
    }

    /// The name of the option whose value is wrong, without its dashes.
    fn long(&self) -> Option<String> {
        let texts = self.texts(ContextKind::InvalidArg);
        let name = texts.first()?.strip_prefix("--")?.split([' ', '=']).next()?;
        Some(name.to_owned())
    }

    /// An allowed value, as it would be given.
    fn example(&self) -> String {
        let Some((name, value)) = self.long().and_then(|name| Some((name.clone(), example(&name)?))) else {
            return String::new();
        };
        match &self.line.variable {
            Some(variable) => format!("; for example {variable}={value}"),
            None => format!("; for example --{name} {value}"),
        }
    }

    /// Reason for which our parsers refused a value; empty if the reason repeats the value.
    fn reason(&self) -> String {
        let values = self.texts(ContextKind::InvalidValue);
        let reason = self.error.source().map(ToString::to_string);
        // Our own text may contain a short value by chance: `1` appears in `allowed: 1MiB or more`.
        let repeats = |text: &String| {
            values
                .iter()
                .any(|value| value.chars().count() >= SECRET_LEAST && text.contains(value))
        };
        let reason = reason.filter(|text| !repeats(text));
        reason.map(|text| format!("; {text}")).unwrap_or_default()
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

    /// Similar and allowed names of arguments and commands.
    fn hints(&self) -> String {
        let mut hints = String::new();
        for (kind, what) in [
            (ContextKind::SuggestedArg, "argument"),
            (ContextKind::SuggestedSubcommand, "subcommand"),
        ] {
            let names = self.known(kind);
            if !names.is_empty() {
                hints = format!("{hints}\n\n  tip: a similar {what} exists: {}", names.join(", "));
            }
        }
        if matches!(
            self.error.kind(),
            ErrorKind::InvalidSubcommand | ErrorKind::MissingSubcommand
        ) {
            let commands = typed(self.command, &self.line.words).get_subcommands();
            let commands: Vec<&str> = commands.map(Command::get_name).collect();
            hints = format!("{hints}\n\n  allowed: {}", commands.join(", "));
        }
        hints
    }

    /// The allowed words of an option that takes one of a few, and the one that was probably meant.
    fn allowed(&self) -> String {
        let near = self.known(ContextKind::SuggestedValue);
        let near = near
            .first()
            .map_or_else(String::new, |word| format!("did you mean {word}? "));
        match self.known(ContextKind::ValidValue) {
            words if words.is_empty() => String::new(),
            words => format!("; {near}allowed: {}", words.join(", ")),
        }
    }

    /// Names of the program that the error has of this kind.
    fn known(&self, kind: ContextKind) -> Vec<String> {
        let names = self.names();
        let texts = self.texts(kind).into_iter();
        texts.filter_map(|text| names.get(text).cloned()).collect()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{args::command_for, words::command_first},
        *,
    };

    /// Error for a command line; `None` if it is valid or asks for help.
    fn error(typed: &[String]) -> Option<Error> {
        let words = typed.iter().map(Into::into).collect();
        let command = || command_for(&["auth".into()]);
        let words = command_first(&command(), words);
        let line = std::iter::once("autohive-tiktok".into()).chain(words.iter().cloned());
        let error = command()
            .try_get_matches_from(line)
            .err()
            .filter(Error::use_stderr)?;
        if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            return Some(error);
        }
        let line = Line {
            typed: typed.to_vec(),
            words: words
                .into_iter()
                .map(|word| word.into_string().unwrap())
                .collect(),
            variable: None,
        };
        Some(explained(&error, &mut command(), &line))
    }

    #[track_caller]
    fn says(line: &str, expected: &str) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let shown = error(&words).unwrap().render().to_string();
        assert!(
            shown.starts_with(&format!("error: {expected}\n\nUsage: autohive-tiktok")),
            "{words:?}: {shown}"
        );
    }

    #[test]
    fn wrong_usage_names_the_place_and_the_fix() {
        says(
            "run --jbs=3",
            "unexpected argument 2 (\"--jbs=3\")\n\n  tip: a similar argument exists: --jobs",
        );
        says("run word", "unexpected argument 2 (\"word\")");
        says(
            "run -dash.mp4",
            &format!("unexpected argument 2 (9 characters){FILE_HINT}"),
        );
        says("run long-word", "unexpected argument 2 (9 characters)");
        says(
            "schemas --jobs 3 check",
            "unexpected argument 2 (--jobs): it is an option of `run`, `doctor`",
        );
        says(
            "schemas chek",
            "unrecognized subcommand in argument 2 (\"chek\")\n\n  tip: a similar subcommand exists: check\n\n  \
             allowed: write, check, print, manifest, help",
        );
        says("run --ordered=yes", "'--ordered' takes no value");
        says(
            "run --jobs 3 --jobs 4",
            "the argument '--jobs <N>' cannot be used multiple times",
        );
    }

    #[test]
    fn a_wrong_value_has_its_option_the_allowed_values_and_an_example() {
        says(
            "run --spool-max 1",
            "invalid value for '--spool-max <SIZE>': got \"1\"; allowed: 1MiB or more, as a number of bytes or with KiB, \
             MiB, GiB, TiB, kB, MB, GB or TB; for example --spool-max 2GiB",
        );
        for (value, got) in [
            ("=", "\"\""),
            (" 257", "\"257\""),
            (" -1", "\"-1\""),
            (" many", "\"many\""),
            (" verymany", "8 characters"),
        ] {
            says(
                &format!("run --jobs{value}"),
                &format!(
                    "invalid value for '--jobs <N>': got {got}; allowed: a whole number from 1 to 256; for example --jobs 16"
                ),
            );
        }
        says(
            "--log wurn",
            "invalid value for '--log <LEVEL>': got \"wurn\"; did you mean warn? allowed: off, error, warn, info, debug, \
             trace; for example --log info",
        );
        says(
            "run --log-format x",
            "invalid value for '--log-format <FORMAT>': got \"x\"; allowed: human, json; for example --log-format json",
        );
        says(
            "--log-format",
            "a value is required for '--log-format <FORMAT>' but none was supplied; allowed: human, json; for example \
             --log-format json",
        );
        says(
            "run --state",
            "a value is required for '--state <LOCATION>' but none was supplied; for example --state \
             sqlite:/var/lib/autohive-tiktok/state.db",
        );
        says(
            "--api-base https://u:p@example.com",
            "invalid value for '--api-base <URL>': got 23 characters; allowed: an https URL without user name, password or \
             query, or such an http URL on this machine (127.0.0.1, [::1] or localhost); for example --api-base \
             https://open.tiktokapis.com",
        );
    }

    #[test]
    fn a_location_of_the_state_is_never_repeated() {
        let words = ["run", "--state", "hunter2"].map(str::to_owned);
        let shown = error(&words).unwrap().render().to_string();
        assert!(
            shown.starts_with("error: invalid value for '--state <LOCATION>': got 7 characters; it ")
                && shown.contains("sqlite:PATH"),
            "{shown}"
        );
    }

    #[cfg(feature = "simulator")]
    #[test]
    fn options_that_exclude_each_other_are_named() {
        says(
            "fixtures run --update --live",
            "the argument '--update' cannot be used with '--live'",
        );
    }

    /// Valid command lines, which the test corrupts.
    const LINES: [&str; 11] = [
        "",
        "run --jobs 3 --ordered --grace-ms 5",
        "--api-base https://open.tiktokapis.com --log info run",
        "--log-format json --state off run",
        "schemas check --root .",
        "schemas manifest --integration tiktok --scopes posting",
        "help run",
        "run --help",
        "auth login --account work --client-key aw1 --no-browser --scopes posting",
        "auth token --integration tiktok-ads --json",
        "auth revoke --yes",
    ];

    #[cfg(feature = "simulator")]
    const MORE: [&str; 5] = [
        "simulate --port 8080 --processing-ms 5 --strict",
        "fixtures run --filter a --format json --update tests",
        "fixtures run --live",
        "fixtures run --live --env-file sandbox.env",
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
            if let Some(error) = error(&words) {
                let shown = error.render().ansi().to_string();
                let parts = secret.split("://").last().unwrap().split(['@', '/']);
                for part in parts.filter(|part| part.len() >= 8) {
                    prop_assert!(!shown.contains(part), "{words:?}: {shown}");
                }
            }
        }
    }
}
