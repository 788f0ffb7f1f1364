//! Arguments of large commands, which are built only when they are needed.

use std::ffi::OsString;

use clap::{Command, CommandFactory as _};

use super::{Args, auth};

/// The program's arguments. Those of a large command are built now if `words` name it, else only if clap needs them.
pub(in crate::cli) fn command_for(words: &[OsString]) -> Command {
    let command = Args::command();
    if words.iter().any(|word| word == "auth") {
        command.mut_subcommand("auth", auth::subcommands)
    } else {
        command
    }
}
