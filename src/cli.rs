//! Arguments, the environment and exit codes.

mod args;
#[cfg(feature = "simulator")]
mod chart;
mod core_dumps;
#[cfg(feature = "simulator")]
mod demo;
mod doctor;
#[cfg(feature = "simulator")]
mod env_file;
mod environment;
#[cfg(feature = "simulator")]
mod fixtures;
mod journal;
mod limits;
mod log_fields;
mod logging;
mod logins;
#[cfg(feature = "simulator")]
mod report_chart;
mod run;
mod schemas;
mod signals;
#[cfg(feature = "simulator")]
mod simulate;
mod since;
mod stderr;
mod streams;
mod table;
mod usage;
mod values;
mod words;

use std::{
    error::Error,
    ffi::OsString,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use clap::{CommandFactory as _, FromArgMatches as _, error::ErrorKind};

use self::args::{Args, Command};

/// Result of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Success; for `run`: every request was answered.
    Done,
    /// The streams or a check failed.
    Failed,
    /// The arguments or the environment are wrong.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Failed => Self::from(1),
            Exit::Usage => Self::from(2),
        }
    }
}

/// Parses the arguments and runs the command.
pub fn main() -> Exit {
    // Before anything is read: variables of the environment may hold secrets too.
    core_dumps::disable();
    let _written = stderr::Written;
    let typed = environment::words();
    if typed.is_empty() && io::stdin().is_terminal() {
        drop(Args::command().print_help());
        return Exit::Usage;
    }
    let command = environment::without_blank_variables(Args::command());
    let words = words::command_first(&command, typed);
    let line = std::iter::once(command.get_name().to_owned().into()).chain(words.iter().cloned());
    let parsed = command
        .try_get_matches_from(line)
        .and_then(|matches| Args::from_arg_matches(&matches));
    match parsed {
        Ok(args) => {
            logging::start(&args.command);
            dispatch(args.command)
        }
        Err(error) => refused(&error, &words),
    }
}

fn dispatch(command: Command) -> Exit {
    match command {
        Command::Run(options) => run::run(&options),
        Command::Doctor(options) => doctor::doctor(&options),
        Command::Journal(options) => journal::journal(&options.mode),
        Command::Schemas(options) => schemas::schemas(&options),
        #[cfg(feature = "simulator")]
        Command::Demo(options) => demo::demo(&options),
        #[cfg(feature = "simulator")]
        Command::Fixtures(options) => fixtures::fixtures(options),
        #[cfg(feature = "simulator")]
        Command::Simulate(options) => simulate::simulate(&options),
    }
}

/// Prints a usage error, or help and version, which are not errors. `words` begin with the command.
fn refused(error: &clap::Error, words: &[OsString]) -> Exit {
    let mut command = Args::command();
    let words: Vec<String> = words
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let not_utf8 = environment::not_utf8(words::typed(&command, &words)).filter(|_| error.use_stderr());
    // If the terminal fails, there is no other place for the message.
    match (error.kind(), not_utf8) {
        (_, Some(what)) => report_message(&what),
        (ErrorKind::DisplayHelp | ErrorKind::DisplayVersion, None) => {
            drop(error.print());
            return Exit::Done;
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

/// Prints a line for people to standard output; a closed pipe is not an error.
fn print_line(line: &str) {
    drop(writeln!(anstream::stdout(), "{line}"));
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
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    report_message(&text);
}
