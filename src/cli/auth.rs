//! `auth`: signs accounts in on this machine, and shows, refreshes and revokes their tokens.

mod advertisers;
mod app;
mod browser;
mod checked;
mod default;
mod ended;
mod granted;
mod login;
mod login_end;
mod login_report;
mod progress;
mod prompt;
mod redirect;
mod refresh;
mod revoke;
mod status;
mod token;
mod waiting;
mod when;
mod with_token;

use std::future::ready;

use serde_json::Value;

use self::progress::Progress;
use super::{Exit, args::AuthMode, block_on, fault::CommandFault, signals, stderr, terminal};
use crate::accounts::SignInApi;

/// Runs a subcommand.
pub(super) fn auth(mode: AuthMode) -> Exit {
    let progress = Progress::default();
    match mode {
        AuthMode::Login(options) => ended(&progress, options.account.json, login::login(&options, &progress)),
        AuthMode::Status(options) => ended(&progress, options.json, ready(status::status(&options))),
        AuthMode::Refresh(options) => ended(
            &progress,
            options.account.json,
            refresh::refresh(&options, &progress),
        ),
        AuthMode::Revoke(options) => ended(
            &progress,
            options.account.json,
            revoke::revoke(&options, &progress),
        ),
        AuthMode::Token(options) => ended(&progress, options.account.json, token::token(&options, &progress)),
        AuthMode::Default(options) => ended(&progress, options.account.json, default::default(&options)),
    }
}

/// Runs a command until its end or a signal. Errors go to standard error, with `json` as an object to standard output.
///
/// A call that replaces or revokes tokens is finished before a signal takes effect.
fn ended(progress: &Progress, json: bool, command: impl Future<Output = Result<(), CommandFault>>) -> Exit {
    let stoppable = async {
        signals::keep();
        tokio::select! {
            biased;
            result = command => result,
            interrupted = progress.stopped() => Err(interrupted),
        }
    };
    let result = block_on(stoppable).unwrap_or_else(|error| Err(CommandFault::machine(error)));
    match result {
        Ok(()) => Exit::Done,
        Err(failure) => {
            if json {
                print_object(&failure.to_json());
            } else {
                let text = format!("error: {}", terminal::printable(&failure.message));
                stderr::write(format!("{}\n", terminal::fitted(&text)).as_bytes());
            }
            failure.exit()
        }
    }
}

/// Writes a line for the person to standard error. Texts of TikTok in it cannot control the terminal.
fn tell(line: &str) {
    let line = terminal::fitted(&terminal::printable(line));
    stderr::write(format!("{line}\n").as_bytes());
}

/// Columns before the value of a fact.
const FACT_INDENT: usize = 18;

/// Prints a line for the person to standard output; on a terminal a long value goes on below itself. Texts of TikTok in it
/// cannot control the terminal.
fn print_line(line: &str) {
    let line = terminal::printable(line);
    let is_fact = line.starts_with("  ");
    let fitted = match terminal::output_width() {
        Some(width) if terminal::columns(&line) > width => {
            terminal::hanging(&line, width, if is_fact { FACT_INDENT } else { 0 })
        }
        Some(_) | None => line,
    };
    super::print_line(&fitted);
}

/// Prints an object for a program to standard output. JSON escapes control characters.
fn print_object(object: &Value) {
    super::print_line(&object.to_string());
}

/// API of an integration.
fn api_of(integration: &str) -> Result<SignInApi, CommandFault> {
    SignInApi::of_integration(integration)
        .ok_or_else(|| CommandFault::usage("allowed for --integration: tiktok, tiktok-ads"))
}
