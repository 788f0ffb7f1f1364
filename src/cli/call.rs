//! `call`: one action, for a person at a terminal.

mod again;
mod ask;
mod confirm;
mod examples;
mod exit;
mod failed;
mod field;
mod files;
mod inputs;
mod lost;
mod person;
mod prepared;
mod print;
mod progress;
mod show;
mod table;
mod time;
mod tree;

use std::ffi::OsString;

use clap::{ArgMatches, Command, FromArgMatches as _};

pub(super) use self::{
    exit::exit_of_error,
    failed::error as error_lines,
    print::{error_json, print, print_errors, print_fault, print_json, show_style},
    show::{account, next_step},
    tree::whole,
};
use self::{
    prepared::{CallDone, PreparedCall},
    print::CallOutput,
    tree::FoundAction,
};
use super::{
    Exit,
    args::{CallArgs, Level},
    block_on, environment,
    fault::CommandFault,
    logging, refused,
    words::asks_for_json,
};
use crate::{schema, secret::repeatable};

/// Runs the action that `words` name.
pub(super) fn call(words: Vec<OsString>) -> Exit {
    let words = named_as_known(action_first(words));
    if let Some(fault) = unknown_action(&words) {
        return print_fault(&fault, asks_for_json(&words));
    }
    let found = words.first().and_then(|word| tree::find(&word.to_string_lossy()));
    let command =
        environment::without_blank_variables(root(tree::with_options_of(found.map(|(_, action)| action))));
    let line = [OsString::from("autohive-tiktok"), "call".into()];
    let parsed = command.try_get_matches_from(line.iter().chain(&words));
    let whole_line: Vec<OsString> = std::iter::once("call".into()).chain(words).collect();
    let matches = match parsed {
        Ok(matches) => matches,
        Err(error) => {
            return refused(
                &error,
                root(tree::with_options_of(found.map(|(_, action)| action))),
                &whole_line,
            );
        }
    };
    let below = matches.subcommand().and_then(|(_, matches)| matches.subcommand());
    let (Some(found), Some((_, matches))) = (found, below) else {
        return Exit::Usage;
    };
    match CallArgs::from_arg_matches(matches) {
        Ok(args) => {
            logging::begin(args.logging, Level::Off);
            run(found, matches, &args)
        }
        Err(error) => refused(&error, root(tree::with_options_of(Some(found.1))), &whole_line),
    }
}

/// Writes the name of the action as the options know it.
fn named_as_known(mut words: Vec<OsString>) -> Vec<OsString> {
    if let Some(word) = words.first_mut()
        && let Some((_, action)) = tree::find(&word.to_string_lossy())
    {
        *word = field::kebab(action.name).into();
    }
    words
}

/// Fault of a first word that is no action.
fn unknown_action(words: &[OsString]) -> Option<CommandFault> {
    let word = words.first()?.to_string_lossy();
    if word.starts_with('-') || tree::find(&word).is_some() {
        return None;
    }
    let names: Vec<&str> = tree::actions().map(|(_, action)| action.name).collect();
    let near = match schema::suggest(schema::ACTIONS, &word.replace('-', "_"), &names) {
        Some(schema::Suggestion::Name(name, note)) => {
            format!("did you mean {}? {note}", field::kebab(name))
                .trim_end()
                .to_owned()
                + " "
        }
        Some(schema::Suggestion::None(says)) => format!("{says} "),
        None => String::new(),
    };
    let names: Vec<String> = names.into_iter().map(field::kebab).collect();
    Some(CommandFault::usage(format!(
        "there is no action {}; {near}allowed: {}",
        repeatable(&word),
        names.join(", ")
    )))
}

/// The program with no command but `call`.
fn root(call: Command) -> Command {
    Command::new("autohive-tiktok")
        .bin_name("autohive-tiktok")
        .subcommand(call)
}

/// Puts the action before options that precede it.
fn action_first(mut words: Vec<OsString>) -> Vec<OsString> {
    let is_option = |word: &OsString| word.to_string_lossy().starts_with('-');
    if words.first().is_some_and(is_option)
        && let Some(place) = words
            .iter()
            .position(|word| tree::find(&word.to_string_lossy()).is_some())
    {
        let action = words.remove(place);
        words.insert(0, action);
    }
    words
}

/// Runs an action and prints its result.
fn run(found: FoundAction, matches: &ArgMatches, args: &CallArgs) -> Exit {
    let output = CallOutput {
        action: found.1,
        is_json: args.json,
    };
    let outcome = PreparedCall::new(found, matches, args).and_then(|call| match block_on(call.run()) {
        Ok(done) => done,
        Err(error) => Err(CommandFault::machine(format!(
            "the event loop cannot be started: {error}"
        ))),
    });
    match outcome {
        Ok(CallDone { reply, key, origin }) => output.reply(reply, &key, &origin),
        Err(fault) => print_fault(&fault, args.json),
    }
}
