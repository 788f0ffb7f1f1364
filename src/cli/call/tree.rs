//! Commands of `call`, one for each action, built when they are needed.

use clap::{
    Arg, ArgAction, Args as _, Command,
    builder::{PossibleValue, PossibleValuesParser, ValueParser},
    value_parser,
};

use super::{
    again::KEY,
    confirm,
    examples::examples,
    field::{FieldKind, FileShape, InputField, Scalar, Splitting, fields, is_same, kebab, positional},
};
use crate::{
    cli::{args::CallArgs, terminal, values},
    integrations::{ActionEntry, INTEGRATIONS, Integration},
};

/// Id of the argument without an option.
pub(super) const POSITIONAL: &str = "positional";

/// Heading of the inputs in the help.
const INPUTS: &str = "Inputs";

/// Most words of a choice that a short help lists.
const CHOICES_SHORT: usize = 8;

/// Common options that only the long help shows.
const FURTHER: [&str; 14] = [
    "account",
    "ads_api_base",
    "ads_limits",
    "allow_media_host",
    "api_base",
    "deadline",
    "env_file",
    "log",
    "log_format",
    "max_daily_budget",
    "no_enable",
    "sandbox",
    "spool_max",
    "state",
];

/// Exit codes, for the help.
const EXIT_CODES: &str = "\
Exit codes: 0 success, 1 the streams or this program failed, or it was stopped before it began, 2 usage error, 3 wrong inputs or media, 4 the token is missing \
or lacks a permission, 5 a limit of calls or posts is reached, 6 forbidden by a rule of TikTok or of the operator, 7 the \
connection or TikTok failed, 8 unconfirmed: it may have taken effect.";

/// Action and its integration.
pub(super) type FoundAction = (&'static Integration, &'static ActionEntry);

/// Every action with its integration.
pub(super) fn actions() -> impl Iterator<Item = FoundAction> {
    let all = INTEGRATIONS.iter();
    all.flat_map(|integration| {
        integration
            .actions
            .iter()
            .map(move |action| (integration, action))
    })
}

/// Finds an action by its name in any case, with `-` or `_`.
pub(super) fn find(name: &str) -> Option<FoundAction> {
    actions().find(|(_, action)| is_same(action.name, name))
}

/// `call` with every action, each with its options: for completions and the manual.
pub(in crate::cli) fn whole() -> Command {
    of_actions(|_action| true)
}

/// `call` in which only `named` has its options.
pub(super) fn with_options_of(named: Option<&ActionEntry>) -> Command {
    of_actions(|action| named.is_some_and(|named| named.name == action.name))
}

fn of_actions(has_options: impl Fn(&ActionEntry) -> bool) -> Command {
    let commands = actions().map(|(integration, action)| {
        let command = Command::new(kebab(action.name))
            .about(action.description)
            .alias(action.name)
            .hide(!has_options(action));
        if has_options(action) {
            with_inputs(command, integration, action)
        } else {
            CallArgs::augment_args(command)
        }
    });
    Command::new("call")
        .about("Run one action of either integration: post a video, read analytics, create a campaign")
        .subcommand_value_name("ACTION")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .override_usage("autohive-tiktok call <ACTION> [FILE] [OPTIONS]")
        .help_template("{about}\n\n{usage-heading} {usage}{after-help}")
        .after_help(short_list())
        .after_long_help(long_list())
        .subcommands(commands)
}

/// Actions by integration with a line each, for the short help.
fn short_list() -> String {
    let list = list(|description, width| vec![terminal::shortened(clause(description), width)]);
    format!("{list}\nMore on each action: autohive-tiktok call --help, or autohive-tiktok call ACTION --help")
}

/// Actions by integration with their descriptions, and the exit codes, for the long help.
fn long_list() -> String {
    let list = list(|description, width| terminal::wrapped(sentence(description), width));
    let exit_codes = terminal::wrapped(EXIT_CODES, help_width()).join("\n");
    format!(
        "{list}\nThe options of an action are in its help: autohive-tiktok call ACTION --help\n\n{exit_codes}"
    )
}

/// Actions by integration with the lines that `about` makes of a description for a width.
fn list(about: impl Fn(&'static str, usize) -> Vec<String>) -> String {
    let names = actions().map(|(_, action)| action.name.len());
    let column = names.max().unwrap_or_default() + 4;
    let width = help_width().saturating_sub(column).max(20);
    let mut sections = Vec::new();
    for integration in INTEGRATIONS {
        let mut text = format!("Actions of {}:\n", integration.name);
        for action in integration.actions {
            let mut name = kebab(action.name);
            for line in about(action.description, width) {
                text = format!("{text}  {name:<rest$}{line}\n", rest = column - 2);
                name.clear();
            }
        }
        sections.push(text);
    }
    sections.join("\n")
}

/// Columns of a line of help.
fn help_width() -> usize {
    terminal::output_width().unwrap_or(100).min(LINE_MAX)
}

/// Most columns of a line of help.
pub(in crate::cli) const LINE_MAX: usize = 120;

/// First sentence of a description.
fn sentence(text: &str) -> &str {
    text.split_once(". ")
        .map_or(text, |(first, _)| first)
        .trim_end_matches('.')
}

/// Beginning of a description, up to its first details.
fn clause(text: &str) -> &str {
    let text = sentence(text);
    text.split([':', ';']).next().unwrap_or(text)
}

/// Command of an action with its options and the common ones.
fn with_inputs(command: Command, integration: &Integration, action: &'static ActionEntry) -> Command {
    let fields = fields(integration, action);
    let bare = positional(&fields);
    let mut command = command.next_help_heading(INPUTS);
    if let Some(field) = bare {
        command = command.arg(without_option(field));
    }
    for field in &fields {
        let is_bare = bare.is_some_and(|bare| bare.name == field.name);
        command = command.arg(with_option(field, is_bare));
    }
    if confirm::is_final(action) {
        command = command.arg(
            Arg::new(confirm::YES)
                .long(confirm::YES)
                .short('y')
                .action(ArgAction::SetTrue)
                .help_heading("Options")
                .help("Delete without a question; required where there is no terminal"),
        );
    }
    // The description of the struct is not that of the action.
    let command = CallArgs::augment_args(command)
        .about(action.description)
        .long_about(action.description)
        .mut_arg("again", |arg| {
            arg.hide(!fields.iter().any(|field| field.name == KEY))
        });
    let command = command.mut_args(|arg| {
        let is_further = FURTHER.contains(&arg.get_id().as_str());
        arg.hide_short_help(is_further)
    });
    command
        .max_term_width(LINE_MAX)
        .after_help(format!("Examples:\n{}\n\n{EXIT_CODES}", examples(action)))
}

/// Argument of a field that needs no option.
fn without_option(field: &InputField) -> Arg {
    let about = match field.kind {
        FieldKind::File(_) => field.about.clone(),
        FieldKind::Switch
        | FieldKind::One(_)
        | FieldKind::Many(..)
        | FieldKind::Object
        | FieldKind::Objects => short(field),
    };
    let arg = Arg::new(POSITIONAL)
        .help(about)
        .help_heading(None::<&str>)
        .value_name(value_name(field))
        .value_parser(parser(&field.kind))
        .allow_hyphen_values(false);
    match field.kind {
        FieldKind::Many(..) => arg.num_args(1..).action(ArgAction::Append),
        FieldKind::Switch
        | FieldKind::One(_)
        | FieldKind::Object
        | FieldKind::Objects
        | FieldKind::File(_) => arg,
    }
}

/// Option of a field.
fn with_option(field: &InputField, has_positional: bool) -> Arg {
    let arg = Arg::new(field.name.clone())
        .long(field.flag.clone())
        .help(short(field))
        .long_help(long(field))
        .value_name(value_name(field))
        .value_parser(parser(&field.kind));
    let arg = if field.flag == field.name {
        arg
    } else {
        arg.alias(field.name.clone())
    };
    let arg = if has_positional {
        arg.conflicts_with(POSITIONAL)
    } else {
        arg
    };
    match &field.kind {
        FieldKind::Switch => arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
        FieldKind::One(scalar) => hyphens(arg, scalar)
            .ignore_case(true)
            .hide_possible_values(hides(scalar)),
        FieldKind::Many(scalar, _) => hyphens(arg, scalar)
            .ignore_case(true)
            .action(ArgAction::Append)
            .hide_possible_values(hides(scalar)),
        FieldKind::Objects | FieldKind::File(FileShape::List) => arg.action(ArgAction::Append),
        FieldKind::Object | FieldKind::File(_) => arg,
    }
}

/// A text may begin with a hyphen, and a number too.
fn hyphens(arg: Arg, scalar: &Scalar) -> Arg {
    match scalar {
        Scalar::Text => arg.allow_hyphen_values(true),
        Scalar::Whole | Scalar::Number => arg.allow_negative_numbers(true),
        Scalar::Choice(_) | Scalar::Url => arg,
    }
}

/// Whether the words of a choice are too many for a list in each help.
fn hides(scalar: &Scalar) -> bool {
    matches!(scalar, Scalar::Choice(words) if words.len() > CHOICES_SHORT)
}

fn value_name(field: &InputField) -> &'static str {
    match &field.kind {
        FieldKind::Switch => "true|false",
        FieldKind::Object | FieldKind::Objects => "JSON|@FILE",
        FieldKind::File(_) => "FILE",
        FieldKind::One(scalar) | FieldKind::Many(scalar, _) => match scalar {
            Scalar::Choice(_) => "WORD",
            Scalar::Whole => "N",
            Scalar::Number => "NUMBER",
            Scalar::Url => "URL",
            Scalar::Text if field.name.ends_with("_id") || field.name.ends_with("_ids") => "ID",
            Scalar::Text if field.name.ends_with("_date") => "DATE",
            Scalar::Text if field.name.ends_with("_time") => "TIME",
            Scalar::Text => "TEXT",
        },
    }
}

fn parser(kind: &FieldKind) -> ValueParser {
    match kind {
        FieldKind::Switch => ValueParser::new(|text: &str| values::switch(text).map(|flag| flag.to_string())),
        FieldKind::File(_) => value_parser!(std::path::PathBuf),
        FieldKind::Many(Scalar::Choice(_), _) => ValueParser::string(),
        FieldKind::One(Scalar::Choice(words)) => choice(words).into(),
        FieldKind::One(Scalar::Whole) => ValueParser::new(whole_number),
        FieldKind::One(Scalar::Number) => ValueParser::new(number),
        FieldKind::One(Scalar::Text | Scalar::Url)
        | FieldKind::Many(..)
        | FieldKind::Object
        | FieldKind::Objects => ValueParser::string(),
    }
}

fn choice(words: &[String]) -> PossibleValuesParser {
    let values = words.iter().map(|word| {
        let name = kebab(word);
        let lower = word.to_ascii_lowercase();
        let value = PossibleValue::new(name.clone());
        if lower == name { value } else { value.alias(lower) }
    });
    PossibleValuesParser::new(values)
}

fn whole_number(text: &str) -> Result<String, String> {
    let read = text.trim().parse::<i64>();
    read.map(|number| number.to_string())
        .map_err(|_fault| "allowed: a whole number".to_owned())
}

fn number(text: &str) -> Result<String, String> {
    let read = serde_json::from_str::<serde_json::Number>(text.trim());
    read.map(|number| number.to_string())
        .map_err(|_fault| "allowed: a number such as 50 or 49.99".to_owned())
}

/// First sentence of the description, and that the field is required.
fn short(field: &InputField) -> String {
    let about = sentence(&field.about).to_owned();
    if field.is_required {
        format!("{about} [required]")
    } else {
        about
    }
}

/// Whole description with limits, and with the words of a long choice.
fn long(field: &InputField) -> String {
    let mut notes = field.limits.clone();
    if field.is_required {
        notes.insert(0, "required".to_owned());
    }
    match &field.kind {
        FieldKind::Many(_, Splitting::Never) | FieldKind::Objects => notes.push("can be repeated".to_owned()),
        FieldKind::Many(..) => notes.push("can be repeated, or separated by commas".to_owned()),
        FieldKind::Switch | FieldKind::One(_) | FieldKind::Object | FieldKind::File(_) => {}
    }
    let notes = if notes.is_empty() {
        String::new()
    } else {
        format!(" [{}]", notes.join("] ["))
    };
    let words = match &field.kind {
        FieldKind::One(scalar @ Scalar::Choice(words)) if hides(scalar) => Some(words),
        FieldKind::Many(Scalar::Choice(words), _) => Some(words),
        FieldKind::Switch
        | FieldKind::One(_)
        | FieldKind::Many(..)
        | FieldKind::Object
        | FieldKind::Objects
        | FieldKind::File(_) => None,
    };
    let words = words.map(|words| {
        let words: Vec<String> = words.iter().map(|word| kebab(word)).collect();
        format!("\n\n[possible values: {}]", words.join(", "))
    });
    format!("{}{notes}{}", field.about, words.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_commands_are_consistent() {
        whole().debug_assert();
    }

    #[test]
    fn the_names_of_actions_are_distinct() {
        let names: BTreeSet<&str> = actions().map(|(_, action)| action.name).collect();
        assert_eq!(
            names.len(),
            actions().count(),
            "`call` finds an action by its name alone"
        );
    }

    #[test]
    fn the_common_options_that_the_short_help_leaves_out_exist() {
        let command = CallArgs::augment_args(Command::new("call"));
        let ids: BTreeSet<&str> = command.get_arguments().map(|arg| arg.get_id().as_str()).collect();
        for further in FURTHER {
            assert!(ids.contains(further), "{further} is no option of CallArgs");
        }
    }

    #[test]
    fn no_help_prints_a_variable() {
        let command = whole();
        for action in command.get_subcommands() {
            for arg in action.get_arguments().filter(|arg| arg.get_env().is_some()) {
                assert!(
                    arg.is_hide_env_values_set(),
                    "{}: set hide_env_values",
                    arg.get_id()
                );
            }
        }
    }
}
