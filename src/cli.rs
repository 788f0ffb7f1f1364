//! Arguments, the environment and exit codes.

mod args;
mod core_dumps;
#[cfg(feature = "simulator")]
mod demo;
mod environment;
#[cfg(feature = "simulator")]
mod fixtures;
mod limits;
mod log_fields;
mod logging;
mod run;
mod schemas;
mod signals;
#[cfg(feature = "simulator")]
mod simulate;
mod stderr;
mod streams;
mod usage;

use std::{
    error::Error,
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
    let command = environment::without_blank_variables(Args::command());
    let parsed = command
        .try_get_matches()
        .and_then(|matches| Args::from_arg_matches(&matches));
    let args = match parsed {
        Ok(args) => args,
        Err(error) => return refused(&error),
    };
    logging::start(&args.logging, args.command.as_ref());
    dispatch(args)
}

fn dispatch(args: Args) -> Exit {
    match args.command {
        Some(Command::Run(options)) => run::run(&args.api, &args.state, options),
        Some(Command::Schemas(options)) => schemas::schemas(&options),
        #[cfg(feature = "simulator")]
        Some(Command::Demo(options)) => demo::demo(&options),
        #[cfg(feature = "simulator")]
        Some(Command::Fixtures(options)) => fixtures::fixtures(&args.api, options),
        #[cfg(feature = "simulator")]
        Some(Command::Simulate(options)) => simulate::simulate(&options),
        None if io::stdin().is_terminal() => {
            drop(Args::command().print_help());
            Exit::Usage
        }
        None => run::run(&args.api, &args.state, args::RunArgs::default()),
    }
}

/// Prints a usage error, or help and version, which are not errors.
fn refused(error: &clap::Error) -> Exit {
    let mut command = Args::command();
    let not_utf8 = environment::not_utf8(&command).filter(|_| error.use_stderr());
    // If the terminal fails, there is no other place for the message.
    match (error.kind(), not_utf8) {
        (_, Some(what)) => report_message(&what),
        (ErrorKind::DisplayHelp | ErrorKind::DisplayVersion, None) => {
            drop(error.print());
            return Exit::Done;
        }
        (ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, None) => drop(error.print()),
        (_, None) => {
            let variable = environment::variable_behind(&command, error);
            let explained = usage::explained(error, &mut command, &environment::words(), variable.as_deref());
            drop(explained.print());
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
    // A thread that is blocked in a read of standard input must not hold up the end.
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
