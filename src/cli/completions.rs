//! `completions` and `man`: scripts for shells and pages of the manual, with the options of every action.

use std::{
    fs,
    io::{self, Write as _},
};

use clap::Command;

use super::{
    Exit,
    args::{Completions, Man, command_for},
    call::whole,
    print_line, report_message,
};

/// Every command with its options, those of the actions too.
fn commands() -> Command {
    command_for(&["auth".into()]).mut_subcommand("call", |_short| whole())
}

/// Prints the script for a shell.
pub(super) fn completions(options: &Completions) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut commands(), "autohive-tiktok", &mut script);
    let mut output = io::stdout().lock();
    match output.write_all(&script).and_then(|()| output.flush()) {
        Ok(()) => Exit::Done,
        // A reader that has seen enough is no fault.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            report_message(&format!("the script could not be written: {error}"));
            Exit::Failed
        }
    }
}

/// Writes the pages of the manual.
pub(super) fn man(options: &Man) -> Exit {
    let written = fs::create_dir_all(&options.folder)
        .and_then(|()| clap_mangen::generate_to(commands().disable_help_subcommand(true), &options.folder))
        .and_then(|()| fs::read_dir(&options.folder))
        .map(Iterator::count);
    match written {
        Ok(pages) => {
            print_line(&format!(
                "{pages} pages; read one with: man -l DIR/autohive-tiktok-call-create-video-post.1"
            ));
            Exit::Done
        }
        Err(error) => {
            report_message(&format!("the pages could not be written: {error}"));
            Exit::Failed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_know_the_options_of_actions_and_no_variable() {
        for shell in [
            clap_complete::Shell::Bash,
            clap_complete::Shell::Zsh,
            clap_complete::Shell::Fish,
        ] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut commands(), "autohive-tiktok", &mut script);
            let script = String::from_utf8(script).unwrap();
            for word in [
                "create-video-post",
                "privacy-level",
                "self-only",
                "get-analytics",
                "whoami",
            ] {
                assert!(script.contains(word), "{shell}: {word} is missing");
            }
        }
    }
}
