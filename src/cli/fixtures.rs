//! `fixtures`: plays fixtures and says how they went.

use std::path::PathBuf;

use super::{
    Exit,
    args::{Api, FixtureFormat, Fixtures, FixturesMode, RunFixtures},
    block_on, complain, complain_of,
    environment::variable,
    say,
};
use crate::front::fixtures::{self, FixtureError, Format, Located, Played, Target, Verdict};

/// Holds the token for `--live`.
const TOKEN: &str = "TIKTOK_ACCESS_TOKEN";

/// Where fixtures stand in the source tree.
const DEFAULT_PATH: &str = "tests/fixtures";

/// Plays fixtures.
pub(super) fn fixtures(api: &Api, options: Fixtures) -> Exit {
    let FixturesMode::Run(options) = options.mode;
    let target = match target(api, &options) {
        Ok(target) => target,
        Err(why) => {
            complain_of(why);
            return Exit::Usage;
        }
    };
    let found = match load(&options) {
        Ok(found) => found,
        Err(error) => {
            complain(&error);
            return Exit::Failed;
        }
    };
    match block_on(play_all(found, &target)) {
        Ok(played) => report(&played, &options),
        Err(error) => {
            complain(&error);
            Exit::Failed
        }
    }
}

fn target(api: &Api, options: &RunFixtures) -> Result<Target, &'static str> {
    if !options.live {
        return Ok(Target::OwnTikTok);
    }
    match variable(TOKEN) {
        Some(token) => Ok(Target::Live {
            api_base: api.api_base.clone(),
            token,
        }),
        None => Err("--live needs an access token in the environment: set TIKTOK_ACCESS_TOKEN"),
    }
}

fn load(options: &RunFixtures) -> Result<Vec<Located>, FixtureError> {
    let paths = if options.paths.is_empty() {
        vec![PathBuf::from(DEFAULT_PATH)]
    } else {
        options.paths.clone()
    };
    let mut all = Vec::new();
    let mut faults = Vec::new();
    for path in fixtures::find(&paths)? {
        match Located::load(&path) {
            Ok(located) => all.push(located),
            Err(fault) => faults.push(fault),
        }
    }
    // All of them are told, the last one by the caller.
    if let Some(last) = faults.pop() {
        for fault in &faults {
            complain(fault);
        }
        return Err(last);
    }
    let wanted = |located: &Located| {
        let word = options.filter.as_deref().unwrap_or_default();
        let named = located.fixture.name.contains(word) || located.path.to_string_lossy().contains(word);
        named && (!options.live || located.fixture.live)
    };
    Ok(all.into_iter().filter(wanted).collect())
}

async fn play_all(found: Vec<Located>, target: &Target) -> Vec<(Located, Played)> {
    let mut played = Vec::new();
    for located in found {
        let outcome = fixtures::play(&located, target).await;
        played.push((located, outcome));
    }
    played
}

fn report(played: &[(Located, Played)], options: &RunFixtures) -> Exit {
    let format = match options.format {
        FixtureFormat::Table => Format::Table,
        FixtureFormat::Json => Format::Json,
        FixtureFormat::Junit => Format::Junit,
    };
    say(fixtures::render(played, format).trim_end());
    if played.is_empty() {
        complain_of("no fixture fits; see --filter and the paths");
        return Exit::Failed;
    }
    let failed: Vec<_> = played
        .iter()
        .filter(|(_, played)| played.verdict != Verdict::Passed)
        .collect();
    if failed.is_empty() {
        return Exit::Done;
    }
    if options.update {
        renew(&failed)
    } else {
        Exit::Failed
    }
}

/// Makes the expectations of fixtures that differ what they got. Calls and posts are left alone: they are
/// decisions.
fn renew(failed: &[&(Located, Played)]) -> Exit {
    for (located, played) in failed {
        if matches!(played.verdict, Verdict::Broken(_)) {
            continue;
        }
        let mut renewed = located.clone();
        renewed.fixture.expect = located.fixture.expect.renewed(&played.result);
        let path = located.path.display();
        if renewed == *located {
            complain_of(&format!(
                "{path} differs in its calls or posts, which are yours to change"
            ));
            continue;
        }
        if let Err(error) = renewed.save_expectation() {
            complain(&error);
            return Exit::Failed;
        }
        say(&format!(
            "renewed {path}; look at the difference before you keep it"
        ));
    }
    Exit::Failed
}
