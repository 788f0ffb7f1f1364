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

use std::{
    error::Error,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use clap::{
    CommandFactory as _, FromArgMatches as _,
    error::{ContextKind, ContextValue},
};

use self::args::{Args, Command};
use crate::secret::may_hold_secret;

/// What the program ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything was done; for `run`: every request was answered.
    Done,
    /// The streams failed, or what was checked is not as it should be.
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

/// Reads the arguments and does what they say.
pub fn main() -> Exit {
    // Before anything is read: variables of the environment may hold secrets too.
    core_dumps::disable();
    let _written = stderr::Written;
    let command = environment::without_blank_variables(Args::command());
    let parsed = command.try_get_matches().and_then(|matches| Args::from_arg_matches(&matches));
    let args = match parsed {
        Ok(args) => args,
        Err(mut error) => {
            let command = Args::command();
            if let Some(what) = environment::not_utf8(&command).filter(|_| error.use_stderr()) {
                complain_of(&what);
                return Exit::Usage;
            }
            hide_secrets(&mut error);
            // Help and version are no errors; a failing terminal cannot be told.
            drop(error.print());
            if let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg)
                && let Some(name) = environment::variable_behind(&command, option)
            {
                complain_of(&format!("the value comes from the variable {name}"));
            }
            return if error.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    logging::start(&args.logging, args.command.as_ref());
    obey(args)
}

fn obey(args: Args) -> Exit {
    match args.command {
        Some(Command::Run(options)) => run::run(&args.api, &args.keeping, options),
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
        None => run::run(&args.api, &args.keeping, args::Run::default()),
    }
}

/// Parts of a usage error that repeat typed text.
const REPEATED: [ContextKind; 4] =
    [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand, ContextKind::TrailingArg];

/// Hides typed text that may hold a password or a token, which clap would repeat.
fn hide_secrets(error: &mut clap::Error) {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let is_address = text(ContextKind::InvalidArg).starts_with("--api-base");
    let is_secret = |kind: &ContextKind| {
        let of_address = is_address && *kind == ContextKind::InvalidValue && text(*kind).contains(['@', '?', '#']);
        of_address || may_hold_secret(text(*kind))
    };
    let secret: Vec<ContextKind> = REPEATED.into_iter().filter(is_secret).collect();
    for kind in secret {
        error.insert(kind, ContextValue::String("(not shown)".to_owned()));
    }
}

/// A runtime on this one thread: requests wait for the network, not for the processor.
fn block_on<T>(future: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        signals::survive_file_size_limit();
        future.await
    });
    // A thread that is blocked in a read of standard input must not hold up the end.
    runtime.shutdown_background();
    Ok(result)
}

/// Prints a line for people to standard output; a reader that has gone away is not an error.
fn say(line: &str) {
    drop(writeln!(anstream::stdout(), "{line}"));
}

/// What came of `future`; where that is an error, it is told.
fn succeeded<T, E: Error + 'static>(future: impl Future<Output = Result<T, E>>) -> Option<T> {
    match block_on(future) {
        Ok(Ok(value)) => return Some(value),
        Ok(Err(error)) => complain(&error),
        Err(error) => complain(&error),
    }
    None
}

/// Prints a line for people to standard error.
fn complain_of(text: &str) {
    stderr::write(format!("error: {text}\n").as_bytes());
}

/// Prints to standard error what went wrong and what caused it, as one line.
fn complain(error: &dyn Error) {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    complain_of(&text);
}
