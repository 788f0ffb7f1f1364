//! Runs every fixture under `tests/fixtures` as a separate test.

use std::{path::Path, process::ExitCode};

use autohive_tiktok::front::fixtures::{
    FixtureCase, FixtureError, FixtureOutcome, Opponent, find, load, play,
};
use libtest_mimic::{Arguments, Failed, Trial, run};

const ROOT: &str = "tests/fixtures";

fn main() -> Result<ExitCode, FixtureError> {
    let files = find(&[ROOT.into()])?;
    let trials = files.iter().flat_map(|file| trials(file)).collect();
    Ok(run(&Arguments::from_args(), trials).exit_code())
}

/// A test for each fixture of a file, or a failing one if the file cannot be loaded.
fn trials(file: &Path) -> Vec<Trial> {
    match load(file) {
        Ok(cases) => cases
            .into_iter()
            .map(|located| Trial::test(name(&located.to_string()), move || check(&located)))
            .collect(),
        Err(error) => vec![Trial::test(name(&file.to_string_lossy()), move || {
            Err(error.into())
        })],
    }
}

fn name(place: &str) -> String {
    place.trim_start_matches(ROOT).trim_start_matches('/').to_owned()
}

fn check(located: &FixtureCase) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let sentence = &located.fixture.name;
    match runtime.block_on(play(located, &Opponent::Simulated)).outcome {
        FixtureOutcome::Passed => Ok(()),
        FixtureOutcome::Differs(differences) => Err(format!("{sentence}\n{}", differences.join("\n")).into()),
        FixtureOutcome::Broken(why) => Err(format!("{sentence} could not be played: {why}").into()),
    }
}
