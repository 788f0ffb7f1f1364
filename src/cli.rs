//! Arguments, the environment and exit codes.

mod account_lookup;
mod account_store;
mod args;
mod auth;
mod bundle;
mod call;
mod chart;
mod codes;
mod completions;
mod core_dumps;
mod credentials;
#[cfg(feature = "simulator")]
mod demo;
mod doctor;
mod env_file;
mod environment;
mod fault;
#[cfg(feature = "simulator")]
mod fixtures;
mod hosting;
mod journal;
mod limits;
mod log_fields;
mod logging;
mod logins;
mod one_request;
mod orderly_stop;
mod report_chart;
mod run;
mod schemas;
mod signals;
mod signed_in;
#[cfg(feature = "simulator")]
mod simulate;
mod since;
mod stderr;
mod streams;
mod table;
mod terminal;
mod token_origin;
mod usage;
mod values;
mod whoami;
mod words;

use std::{
    error::Error,
    ffi::OsString,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    sync::OnceLock,
};

use clap::{Args as _, FromArgMatches as _, error::ErrorKind};

use self::{
    args::{Args, Command, RunArgs},
    fault::CommandFault,
};
use crate::model::with_causes;

/// Result of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Success; for `run`: every request was answered.
    Done,
    /// The streams or a check failed.
    Failed,
    /// The arguments or the environment are wrong.
    Usage,
    /// `call`: the inputs or the media are wrong.
    Input,
    /// `call`: the token is missing or wrong, or lacks a permission.
    Access,
    /// `call`: a limit of calls or posts is reached.
    Limited,
    /// `call`: TikTok's rules or the operator's forbid it.
    Policy,
    /// `call`: the connection or TikTok failed.
    Remote,
    /// `call`: it may have taken effect.
    Unconfirmed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Input => 3,
            Exit::Access => 4,
            Exit::Limited => 5,
            Exit::Policy => 6,
            Exit::Remote => 7,
            Exit::Unconfirmed => 8,
        })
    }
}

/// Parses the arguments and runs the command.
pub fn main() -> Exit {
    // Before anything is read: variables of the environment may hold secrets too.
    core_dumps::disable();
    crate::tls::trust(environment::certificate_paths());
    let _written = stderr::Written;
    let typed = environment::words();
    if typed.is_empty() && io::stdin().is_terminal() {
        drop(args::command_for(&[]).print_help());
        return Exit::Usage;
    }
    if let Some(run) = run_alone(&typed) {
        let command = Command::Run(Box::new(run));
        logging::start(&command);
        return dispatch(command);
    }
    let command = environment::without_blank_variables(args::command_for(&typed));
    let words = words::command_first(&command, words::help_of_call(typed));
    let line = std::iter::once(command.get_name().to_owned().into()).chain(words.iter().cloned());
    let parsed = command
        .try_get_matches_from(line)
        .and_then(|matches| Args::from_arg_matches(&matches));
    match parsed {
        Ok(args) => {
            logging::start(&args.command);
            dispatch(args.command)
        }
        Err(error) => refused(&error, args::command_for(&words), &words),
    }
}

/// Arguments of `run`, if the command is named first or not at all; `None` also for wrong ones. Hosts start the program for
/// each request, so the options of other commands are not built.
fn run_alone(typed: &[OsString]) -> Option<RunArgs> {
    let is_run = typed.first().is_none_or(|word| word == "run");
    let run = is_run.then(|| RunArgs::augment_args(clap::Command::new("run")))?;
    let rest = typed.get(1..).unwrap_or_default().iter().cloned();
    let line = std::iter::once(OsString::from("run")).chain(rest);
    let matches = environment::without_blank_variables(run)
        .try_get_matches_from(line)
        .ok()?;
    RunArgs::from_arg_matches(&matches).ok()
}

/// Runs a command whose result is on standard output. A result that could not be written is no success.
fn dispatch(command: Command) -> Exit {
    if let Command::Run(options) = command {
        return run::run(&options);
    }
    if let Err(fault) = streams::has_output() {
        report_message(&fault.to_string());
        return Exit::Failed;
    }
    if let Err(fault) = limits::enough_files_for_a_person() {
        let is_json = words::asks_for_json(&environment::words());
        return call::print_fault(&CommandFault::machine(fault), is_json);
    }
    written(dispatch_with_output(command))
}

fn dispatch_with_output(command: Command) -> Exit {
    match command {
        Command::Run(_) => Exit::Done,
        Command::Call(options) => call::call(options.words),
        Command::Whoami(options) => whoami::whoami(&options),
        Command::Completions(options) => completions::completions(&options),
        Command::Man(options) => completions::man(&options),
        Command::Bundle(options) => bundle::bundle(&options),
        Command::Doctor(options) => doctor::doctor(&options),
        Command::Journal(options) => journal::journal(&options.mode),
        Command::Schemas(options) => schemas::schemas(&options),
        Command::Auth(options) => auth::auth(options.mode),
        #[cfg(feature = "simulator")]
        Command::Demo(options) => demo::demo(&options),
        #[cfg(feature = "simulator")]
        Command::Fixtures(options) => fixtures::fixtures(options),
        #[cfg(feature = "simulator")]
        Command::Simulate(options) => simulate::simulate(&options),
    }
}

/// Whether the command line ends before its last command, and has nothing else but `--json`.
fn lacks_command(command: &clap::Command, words: &[String]) -> bool {
    let others = words.iter().filter(|word| *word != "--json").count();
    words::typed(command, words).has_subcommands() && others == words::path(command, words).len()
}

/// Message for a command line that ends before its last command.
fn missing_command(typed: &clap::Command) -> String {
    let visible = typed.get_subcommands().filter(|command| !command.is_hide_set());
    let names: Vec<&str> = visible.map(clap::Command::get_name).collect();
    format!(
        "{} needs a command; allowed: {}",
        typed.get_bin_name().unwrap_or_else(|| typed.get_name()),
        names.join(", ")
    )
}

/// Prints a usage error of `command`, or help and version, which are not errors. `words` begin with the command.
fn refused(error: &clap::Error, mut command: clap::Command, words: &[OsString]) -> Exit {
    let words: Vec<String> = words
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let typed = words::typed(&command, &words);
    // Standard output of `run` has results only.
    let is_json = words::asks_for_json(&words) && words.first().is_none_or(|command| command != "run");
    let not_utf8 = environment::not_utf8(typed).filter(|_| error.use_stderr());
    // If the terminal fails, there is no other place for the message.
    match (error.kind(), not_utf8) {
        (_, Some(what)) => return call::print_fault(&CommandFault::usage(what), is_json),
        (ErrorKind::DisplayHelp | ErrorKind::DisplayVersion, None) => {
            keep_failure(error.print());
            return written(Exit::Done);
        }
        (_, None) if is_json && lacks_command(&command, &words) => {
            return call::print_fault(&CommandFault::usage(missing_command(typed)), true);
        }
        (ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, None) => drop(error.print()),
        (_, None) => {
            let variable = environment::variable_behind(words::typed(&command, &words), error);
            let line = usage::Line {
                typed: environment::words()
                    .iter()
                    .map(|word| word.to_string_lossy().into_owned())
                    .collect(),
                words,
                variable,
            };
            if is_json {
                let message = usage::message(error, &mut command, &line);
                return call::print_fault(&CommandFault::usage(message), true);
            }
            drop(usage::explained(error, &mut command, &line).print());
        }
    }
    Exit::Usage
}

/// A runtime on this one thread: requests wait for the network, not for the processor.
fn block_on<T>(future: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(async {
        signals::survive_file_size_limit();
        future.await
    });
    // A thread that is blocked in a read of standard input must not delay the exit.
    runtime.shutdown_background();
    Ok(result)
}

/// First failure of a write to standard output.
static UNWRITTEN: OnceLock<io::Error> = OnceLock::new();

/// Prints a line to standard output; a closed pipe is not an error. Another failure becomes that of the command.
fn print_line(line: &str) {
    keep_failure(writeln!(anstream::stdout(), "{line}"));
}

fn keep_failure(printed: io::Result<()>) {
    if let Err(error) = printed
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        // Later failures are of the same stream.
        drop(UNWRITTEN.set(error));
    }
}

/// Whether all lines could be printed so far.
#[cfg(feature = "simulator")]
fn is_printed() -> bool {
    UNWRITTEN.get().is_none()
}

/// The exit of a command, which is a failure if its output could not be written.
fn written(exit: Exit) -> Exit {
    match UNWRITTEN.get() {
        Some(error) => {
            report_message(&format!("standard output cannot be written: {error}"));
            if exit == Exit::Done { Exit::Failed } else { exit }
        }
        None => exit,
    }
}

/// Runs `future` to its end and reports its error, if any.
fn block_on_reporting<T, E: Error + 'static>(future: impl Future<Output = Result<T, E>>) -> Option<T> {
    match block_on(future) {
        Ok(Ok(value)) => return Some(value),
        Ok(Err(error)) => report_error(&error),
        Err(error) => report_error(&error),
    }
    None
}

/// Prints an error message to standard error.
fn report_message(text: &str) {
    stderr::write(format!("error: {text}\n").as_bytes());
}

/// Prints an error and its causes to standard error, as one line.
fn report_error(error: &dyn Error) {
    report_message(&with_causes(error));
}
