//! Logs on standard error. Only events of this crate are logged, because libraries may log secrets.

use std::{io, panic};

use anstream::{AutoStream, ColorChoice};
use tracing_subscriber::{
    Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use super::{
    args::{Command, Level, LogFormat, LoggingArgs},
    log_fields::JsonFields,
    stderr::Stderr,
};

/// Starts logging, for the whole process.
pub(super) fn start(command: &Command) {
    quiet_panics();
    begin(command.logging().unwrap_or(UNSET), usual(command));
}

/// Starts logging with these options; `usual` is the level without one.
pub(super) fn begin(logging: LoggingArgs, usual: Level) {
    let level = match logging.log.unwrap_or(usual) {
        Level::Off => return,
        Level::Error => tracing::Level::ERROR,
        Level::Warn => tracing::Level::WARN,
        Level::Info => tracing::Level::INFO,
        Level::Debug => tracing::Level::DEBUG,
        Level::Trace => tracing::Level::TRACE,
    };
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    let lines = fmt::layer().with_writer(|| Stderr).with_target(false);
    let layer = match logging.log_format {
        LogFormat::Human => lines
            .with_ansi(AutoStream::choice(&io::stderr()) != ColorChoice::Never)
            .boxed(),
        LogFormat::Json => lines
            .json()
            .with_current_span(false)
            .fmt_fields(JsonFields)
            .boxed(),
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(ours))
        .init();
}

/// Logging of a command without options for it.
const UNSET: LoggingArgs = LoggingArgs {
    log: None,
    log_format: LogFormat::Human,
};

/// Default log level: off for commands that people watch.
const fn usual(command: &Command) -> Level {
    match command {
        #[cfg(feature = "simulator")]
        Command::Demo(_) | Command::Fixtures(_) => Level::Off,
        #[cfg(feature = "simulator")]
        Command::Simulate(_) => Level::Warn,
        Command::Auth(_)
        | Command::Doctor(_)
        | Command::Call(_)
        | Command::Whoami(_)
        | Command::Completions(_)
        | Command::Man(_) => Level::Off,
        Command::Run(_) | Command::Bundle(_) | Command::Journal(_) | Command::Schemas(_) => Level::Warn,
    }
}

/// Logs the location of a panic and not its message, which may contain a secret.
fn quiet_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}
