//! `fixtures`: plays fixtures and reports their results.

mod credentials;

use std::path::PathBuf;

use super::{
    Exit,
    args::{FixtureFormat, Fixtures, FixturesMode, RunFixtures},
    block_on, print_line, report_error, report_message,
};
use crate::front::fixtures::{
    self, FixtureCase, FixtureError, FixtureOutcome, LiveAccess, Opponent, Played, ReportFormat,
};

/// Folder of the fixtures in the source tree.
const DEFAULT_PATH: &str = "tests/fixtures";

/// Plays fixtures.
pub(super) fn fixtures(options: Fixtures) -> Exit {
    let FixturesMode::Run(options) = options.mode;
    let found = match load(&options) {
        Ok(found) => found,
        Err(error) => {
            report_error(&error);
            return Exit::Failed;
        }
    };
    let opponent = match opponent(&options, &found) {
        Ok(opponent) => opponent,
        Err(faults) => {
            for fault in &faults {
                report_message(fault);
            }
            return Exit::Usage;
        }
    };
    match block_on(play_all(found, &opponent)) {
        Ok(played) => report(&played, &options),
        Err(error) => {
            report_error(&error);
            Exit::Failed
        }
    }
}

/// Errors: all credentials that are missing or wrong.
fn opponent(options: &RunFixtures, found: &[FixtureCase]) -> Result<Opponent, Vec<String>> {
    if !options.live {
        return Ok(Opponent::Simulated);
    }
    let integrations = found.iter().flat_map(|located| located.fixture.integrations());
    Ok(Opponent::Live(LiveAccess {
        api_bases: options.api.bases().collect(),
        auth: credentials::read(&integrations.collect(), options.env_file.as_deref())?,
    }))
}

fn load(options: &RunFixtures) -> Result<Vec<FixtureCase>, FixtureError> {
    let paths = if options.paths.is_empty() {
        vec![PathBuf::from(DEFAULT_PATH)]
    } else {
        options.paths.clone()
    };
    let mut all = Vec::new();
    let mut faults = Vec::new();
    for path in fixtures::find(&paths)? {
        match fixtures::load(&path) {
            Ok(cases) => all.extend(cases),
            Err(fault) => faults.push(fault),
        }
    }
    // Every fault is reported, the last one by the caller.
    if let Some(last) = faults.pop() {
        for fault in &faults {
            report_error(fault);
        }
        return Err(last);
    }
    let wanted = |located: &FixtureCase| {
        let word = options.filter.as_deref().unwrap_or_default();
        let named = located.fixture.name.contains(word) || located.to_string().contains(word);
        named && (!options.live || located.fixture.live)
    };
    Ok(all.into_iter().filter(wanted).collect())
}

async fn play_all(found: Vec<FixtureCase>, opponent: &Opponent) -> Vec<(FixtureCase, Played)> {
    let mut all = Vec::new();
    for located in found {
        let played = fixtures::play(&located, opponent).await;
        all.push((located, played));
    }
    all
}

fn report(played: &[(FixtureCase, Played)], options: &RunFixtures) -> Exit {
    let format = match options.format {
        FixtureFormat::Table => ReportFormat::Table,
        FixtureFormat::Json => ReportFormat::Json,
        FixtureFormat::Junit => ReportFormat::Junit,
    };
    print_line(fixtures::render(played, format).trim_end());
    if played.is_empty() {
        report_message("no fixture matches; check --filter and the paths");
        return Exit::Failed;
    }
    let failed: Vec<_> = played
        .iter()
        .filter(|(_, played)| played.outcome != FixtureOutcome::Passed)
        .collect();
    if failed.is_empty() {
        return Exit::Done;
    }
    if options.update {
        for (located, played) in failed {
            if let Err(error) = renew(located, played) {
                report_error(&error);
                break;
            }
        }
    }
    Exit::Failed
}

/// Replaces the expectation of a fixture that differs by its result. Counts of calls and stored things stay:
/// they are decisions.
fn renew(located: &FixtureCase, played: &Played) -> Result<(), FixtureError> {
    if matches!(played.outcome, FixtureOutcome::Broken(_)) {
        return Ok(());
    }
    let mut renewed = located.clone();
    renewed.fixture.expect = located.fixture.expect.renewed(&played.result);
    if renewed == *located {
        report_message(&format!(
            "{located} differs in its calls or stored things; change those by hand"
        ));
    } else if located.case.is_some() {
        report_message(&format!(
            "{located} is one of several cases; change its values by hand"
        ));
    } else {
        renewed.save_expectation()?;
        print_line(&format!(
            "updated {located}; review the difference before you commit it"
        ));
    }
    Ok(())
}
