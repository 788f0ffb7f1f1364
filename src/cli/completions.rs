//! `completions` and `man`: scripts for shells and pages of the manual, with the options of every action.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use clap::{Arg, Command};
use clap_complete::Shell;
use clap_mangen::Man;

use super::{
    Exit,
    args::{self, Completions, command_for},
    call::whole,
    print_line, report_message,
};
use crate::model::shell_word;

/// Every command with its options, those of the actions too.
fn commands() -> Command {
    command_for(&["auth".into()]).mut_subcommand("call", |_short| whole())
}

/// Name of the program in scripts.
const PROGRAM: &str = "autohive-tiktok";

/// Name of the program in the generated script for bash, and what it is where the script looks up a command's options:
/// clap_complete 4.6.12 writes a hyphen of the program's name in two ways.
const IN_BASH: &str = "autohive__tiktok";
const IN_BASH_OPTIONS: &str = "autohive__subcmd__tiktok";

/// Script for a shell.
fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut commands(), PROGRAM, &mut script);
    match String::from_utf8(script) {
        Ok(text) if shell == Shell::Bash => text.replace(IN_BASH_OPTIONS, IN_BASH).into_bytes(),
        Ok(text) => text.into_bytes(),
        Err(not_text) => not_text.into_bytes(),
    }
}

/// Shows all options in the manual: its generator leaves out the text of those that a short help hides.
fn with_all_texts(command: Command) -> Command {
    command
        .mut_args(|arg| arg.hide_short_help(false))
        .mut_subcommands(with_all_texts)
}

/// Prints the script for a shell.
pub(super) fn completions(options: &Completions) -> Exit {
    let script = script(options.shell);
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

/// Commands of the manual.
fn pages() -> Command {
    with_required(with_all_texts(commands().disable_help_subcommand(true)))
}

/// End of the help of an input that its action requires.
const REQUIRED: &str = "[required]";

/// Shows inputs that an action requires as required. On the command line they are not, because `--inputs` can hold them.
fn with_required(command: Command) -> Command {
    let is_required = |arg: &Arg| {
        arg.get_help()
            .is_some_and(|help| help.to_string().ends_with(REQUIRED))
    };
    // Its option is the other way to give the same input.
    let has_positional = command.get_positionals().any(is_required);
    command
        .mut_args(|arg| {
            let is_shown = is_required(&arg) && arg.is_positional() == has_positional;
            if is_shown { arg.required(true) } else { arg }
        })
        .mut_subcommands(with_required)
}

/// Writes the page of a command and those of the commands below it; returns their number.
fn write_pages(command: &Command, folder: &Path) -> io::Result<usize> {
    let below = command.get_subcommands().filter(|below| !below.is_hide_set());
    let below: usize = below
        .map(|below| write_pages(below, folder))
        .sum::<io::Result<_>>()?;
    // `man` prints the title twice in the first line, and the names of some commands take half of it. An empty date would be
    // left out, and the source be taken for it.
    let page = Man::new(command.clone())
        .title(PROGRAM)
        .date(" ")
        .source(SOURCE)
        .manual(MANUAL);
    page.generate_to(folder)?;
    Ok(below + 1)
}

/// Program and version, in the last line of a page.
const SOURCE: &str = concat!("autohive-tiktok ", env!("CARGO_PKG_VERSION"));

/// Name of the manual, in the middle of the first line of a page.
const MANUAL: &str = "Manual of autohive-tiktok";

/// Writes the pages of the manual.
pub(super) fn man(options: &args::Man) -> Exit {
    let folder = options.folder.display();
    let mut pages = pages();
    pages.build();
    let written = fs::create_dir_all(&options.folder).and_then(|()| write_pages(&pages, &options.folder));
    match written {
        Ok(count) => {
            let page = options.folder.join("autohive-tiktok-call-create-video-post.1");
            print_line(&format!(
                "{count} pages are in {folder}; read one with: man -l {}",
                shell_word(&page.display().to_string())
            ));
            Exit::Done
        }
        Err(error) => {
            report_message(&format!("the pages could not be written to {folder}: {error}"));
            Exit::Failed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_know_the_options_of_actions_and_no_variable() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = String::from_utf8(script(shell)).unwrap();
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
