//! The measured program: the release binary of this tree.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::Result;

/// Builds the measured program, so that its figures are those of this tree.
pub(super) fn build_program() -> Result<()> {
    let mut command = cargo();
    command
        .current_dir(root())
        .args(["build", "--release", "--locked", "--target-dir"])
        .arg(target()?);
    succeed(command, "the program could not be built")
}

/// The running cargo.
#[expect(clippy::disallowed_methods, reason = "cargo names itself in a variable")]
pub(super) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs `command`; the error is `otherwise`.
pub(super) fn succeed(mut command: Command, otherwise: &str) -> Result<()> {
    if command.status()?.success() {
        Ok(())
    } else {
        Err(otherwise.into())
    }
}

/// Root of the repository.
pub(super) fn root() -> &'static Path {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    benches.parent().unwrap_or(benches)
}

/// Target directory, which contains this program.
pub(super) fn target() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let target = program.ancestors().nth(3);
    Ok(target
        .ok_or("the program is not in a target directory")?
        .to_owned())
}
