//! Words of the command line, and the command that they name.

use std::ffi::{OsStr, OsString};

use clap::{ArgAction, Command};

/// Command that runs if none is named.
const DEFAULT: &str = "run";

/// Returns the arguments after the program's name, with the command first.
///
/// Options may precede the command: `--log info run` is `run --log info`. Options alone belong to `run`.
pub(super) fn command_first(command: &Command, mut words: Vec<OsString>) -> Vec<OsString> {
    if words.first().is_some_and(|word| is_help_or_version(word)) {
        return words;
    }
    match first_plain_word(command, &words) {
        Some(place) => {
            let word = words.remove(place);
            words.insert(0, word);
        }
        None => words.insert(0, DEFAULT.into()),
    }
    words
}

/// Returns `help call ACTION` as `call ACTION --help`: only `call` knows the options of its actions.
pub(super) fn help_of_call(words: Vec<OsString>) -> Vec<OsString> {
    let is_of_call = words.iter().take(2).eq(["help", "call"]);
    if is_of_call {
        words.into_iter().skip(1).chain(["--help".into()]).collect()
    } else {
        words
    }
}

/// Whether a command line has the option `--json`.
pub(super) fn asks_for_json<T: AsRef<OsStr>>(words: &[T]) -> bool {
    let options = words.iter().map(AsRef::as_ref).take_while(|word| *word != "--");
    options.into_iter().any(|word| word == "--json")
}

fn is_help_or_version(word: &OsStr) -> bool {
    ["-h", "--help", "-V", "--version"]
        .into_iter()
        .any(|name| word == name)
}

/// Index of the first word that is neither an option nor the value of one.
fn first_plain_word(command: &Command, words: &[OsString]) -> Option<usize> {
    let mut is_value = false;
    for (place, word) in words.iter().enumerate() {
        let text = word.to_string_lossy();
        if !is_value && !text.starts_with('-') {
            return Some(place);
        }
        is_value = !is_value && takes_value(command, &text);
    }
    None
}

/// Whether `word` is an option of any command whose value is the next word.
fn takes_value(command: &Command, word: &str) -> bool {
    let mut arguments = every(command).into_iter().flat_map(Command::get_arguments);
    arguments.any(|arg| {
        let is_named = word
            .strip_prefix("--")
            .is_some_and(|name| arg.get_long() == Some(name));
        is_named && matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
    })
}

/// Names of the commands that were typed, from the outermost.
pub(super) fn path(command: &Command, words: &[String]) -> Vec<String> {
    let (mut path, mut at) = (Vec::new(), command);
    for word in words {
        if let Some(command) = at.find_subcommand(word) {
            path.push(command.get_name().to_owned());
            at = command;
        }
    }
    path
}

/// The command that was typed.
pub(super) fn typed<'a>(command: &'a Command, words: &[String]) -> &'a Command {
    let path = path(command, words);
    let below = path.iter().try_fold(command, |at, name| at.find_subcommand(name));
    below.unwrap_or(command)
}

/// A command and all below it.
pub(super) fn every(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().flat_map(every);
    std::iter::once(command).chain(below).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{super::args::Args, *};

    fn arranged(line: &str) -> String {
        let words = line.split_whitespace().map(OsString::from).collect();
        let words = command_first(&Args::command(), words);
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn the_help_of_call_is_that_of_its_action() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect();
        assert_eq!(
            help_of_call(words("help call get-videos")),
            words("call get-videos --help")
        );
        assert_eq!(help_of_call(words("help run")), words("help run"));
        assert_eq!(help_of_call(words("help")), words("help"));
    }

    #[test]
    fn options_may_stand_before_the_command() {
        for (line, expected) in [
            ("", "run"),
            ("--help", "--help"),
            ("-V", "-V"),
            ("run --jobs 3", "run --jobs 3"),
            ("--jobs 3", "run --jobs 3"),
            ("--ordered", "run --ordered"),
            ("--log info run --jobs 3", "run --log info --jobs 3"),
            ("--log=info run", "run --log=info"),
            // The value of an option is no command.
            ("--state run", "run --state run"),
            ("--root . schemas check", "schemas --root . check"),
            ("--log info --help", "run --log info --help"),
            ("--log info rum", "rum --log info"),
            ("help run", "help run"),
        ] {
            assert_eq!(arranged(line), expected, "{line}");
        }
    }
}
