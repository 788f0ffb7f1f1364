//! Logs on standard error. Only our own events are logged: what a library would log is not ours to vouch for.

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
pub(super) fn start(logging: &LoggingArgs, command: Option<&Command>) {
    quiet_panics();
    let level = match logging.log.unwrap_or_else(|| usual(command)) {
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

/// Default log level: off for commands that people watch.
fn usual(command: Option<&Command>) -> Level {
    match command {
        #[cfg(feature = "simulator")]
        Some(Command::Demo(_) | Command::Fixtures(_)) => Level::Off,
        _ => Level::Warn,
    }
}

/// A panic is logged by its place only: its message could repeat anything.
fn quiet_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}
