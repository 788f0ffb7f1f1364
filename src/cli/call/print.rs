//! Printing of a call's result: for a person, or one line of JSON.

use std::io::{self, Write as _};

use serde_json::{Value, json};

use super::{
    again::{CommandKey, KEY},
    exit::{code_of_schema, exit_of_data, exit_of_error},
    failed,
    field::kebab,
    lost::LostResult,
    person::for_person,
    show::{self, ShowStyle},
};
use crate::{
    cli::{
        Exit, chart::ChartStyle, environment, fault::CommandFault, stderr, terminal,
        token_origin::TokenOrigin,
    },
    host::{Reply, ReplyError},
    integrations::ActionEntry,
};

/// Most bytes of rows that are shown to a person.
const ROWS_MAX: u64 = 1024 * 1024;

/// Advice on a token that cannot name its account.
const WITHOUT_SCOPE: &str =
    "next: Grant user.info.basic, or add --state off: the command then takes effect each time it is run.";

/// Form of a call's output.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallOutput {
    /// Action that ran.
    pub(super) action: &'static ActionEntry,
    /// Whether it is JSON.
    pub(super) is_json: bool,
}

impl CallOutput {
    /// Prints a reply and returns its exit code.
    pub(super) fn reply(self, reply: Reply, key: &CommandKey, origin: &TokenOrigin) -> Exit {
        let lost = LostResult::of(self.action, &reply, key);
        let printed = match reply.fault() {
            None if self.is_json => {
                let exit = reply.data().map_or(Exit::Done, exit_of_data);
                json_line(reply).map(|()| exit)
            }
            None => self.shown(&reply, key),
            Some(error) if self.is_json => {
                print(&error_json(error, key.made(), origin).to_string()).map(|()| exit_of_error(error))
            }
            Some(error) => {
                print_errors(&error_lines(error, key, origin));
                Ok(exit_of_error(error))
            }
        };
        printed.unwrap_or_else(|error| {
            print_errors(&lost.lines(&error));
            lost.exit
        })
    }

    fn shown(self, reply: &Reply, key: &CommandKey) -> io::Result<Exit> {
        let Some((data, is_whole)) = reply.data_with_rows(ROWS_MAX) else {
            return Ok(Exit::Failed);
        };
        let lines = show::output(self.action, &data, key, show_style(), is_whole);
        print(&lines.join("\n"))?;
        Ok(exit_of_data(&data))
    }
}

/// Prints the reason that no request was made, and returns its exit code.
pub(in crate::cli) fn print_fault(fault: &CommandFault, is_json: bool) -> Exit {
    if is_json {
        drop(print_json(&fault.to_json()));
    } else {
        print_errors(&fault_lines(fault));
    }
    fault.exit()
}

/// An error as JSON, with the key that the program made. `origin` is that of the token.
pub(in crate::cli) fn error_json(error: ReplyError<'_>, key: Option<&str>, origin: &TokenOrigin) -> Value {
    let mut members = error.members.clone();
    members.insert("type".to_owned(), error.kind.into());
    if members.contains_key("message") {
        members.insert("message".to_owned(), for_person(error.text("message")).into());
    }
    let remedies = failed::remedies(error, origin);
    if !remedies.is_empty() {
        members.insert("remedy".to_owned(), remedies.join(" ").into());
    }
    if let Some(code) = code_of_schema(error) {
        members.insert("code".to_owned(), code.word.into());
        members.entry("remedy").or_insert_with(|| code.remedy.into());
    }
    if let Some(key) = key {
        members.insert(KEY.to_owned(), key.into());
    }
    json!({ "error": members })
}

/// An error as lines for a person.
fn error_lines(error: ReplyError<'_>, key: &CommandKey, origin: &TokenOrigin) -> Vec<String> {
    let resumes = matches!(exit_of_error(error), Exit::Unconfirmed | Exit::Remote)
        || error.text("code") == "interrupted";
    let can_resume = resumes && is_same_again(key);
    let mut lines = failed::error(error, origin, &flag_of, can_resume, error_style());
    if let (true, CommandKey::Fresh(key)) = (resumes, key) {
        lines.push(format!(
            "next: Run the command with --idempotency-key {key} in place of --again."
        ));
    }
    let is_scope = matches!(error.text("category"), "scope");
    if is_scope && error.text("message").contains("idempotency_key needs") {
        lines.push(WITHOUT_SCOPE.to_owned());
    }
    lines
}

/// Whether the same command goes on where this one was stopped.
fn is_same_again(key: &CommandKey) -> bool {
    matches!(key, CommandKey::Derived(_) | CommandKey::Given)
}

/// A fault as lines for a person.
pub(in crate::cli) fn fault_lines(fault: &CommandFault) -> Vec<String> {
    show::failure(&fault.message, error_style())
}

/// The option of the input at a JSON pointer, as the beginning of a message.
fn flag_of(pointer: &str) -> String {
    let mut parts = pointer.trim_start_matches('/').split('/');
    match parts.next() {
        None | Some("") => String::new(),
        Some(name) => {
            let rest: Vec<&str> = parts.collect();
            let rest = if rest.is_empty() {
                String::new()
            } else {
                format!(" ({})", rest.join("/"))
            };
            format!("--{}{rest}: ", kebab(name))
        }
    }
}

/// Form for standard output.
pub(in crate::cli) fn show_style() -> ShowStyle {
    ShowStyle {
        width: terminal::output_width(),
        charts: if environment::is_utf8() {
            ChartStyle::Blocks
        } else {
            ChartStyle::Ascii
        },
    }
}

/// Form for standard error.
fn error_style() -> ShowStyle {
    ShowStyle {
        width: terminal::error_width(),
        ..show_style()
    }
}

/// The output of an action as one line of JSON on standard output.
fn json_line(reply: Reply) -> io::Result<()> {
    let mut output = io::stdout().lock();
    if let Some(line) = reply.into_data_line() {
        line.write_to(&mut output)?;
    }
    output.flush()
}

/// Prints a text to standard output, with colours where they are wanted.
pub(in crate::cli) fn print(text: &str) -> io::Result<()> {
    let mut output = anstream::stdout();
    writeln!(output, "{text}")?;
    output.flush()
}

/// Prints lines to standard error, with colours where they are wanted.
pub(in crate::cli) fn print_errors(lines: &[String]) {
    let mut text = Vec::new();
    {
        let choice = anstream::AutoStream::choice(&io::stderr());
        let mut output = anstream::AutoStream::new(&mut text, choice);
        for line in lines {
            drop(writeln!(output, "{line}"));
        }
    }
    stderr::write(&text);
}

/// A value as one line of JSON on standard output.
pub(in crate::cli) fn print_json(value: &Value) -> io::Result<()> {
    print(&value.to_string())
}
