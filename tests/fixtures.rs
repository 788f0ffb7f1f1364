//! Every fixture under `tests/fixtures` is a test of its own.

use std::path::Path;

use autohive_tiktok::front::fixtures::{Located, Target, Verdict, play};

fn check(path: &Path) -> datatest_stable::Result<()> {
    let located = Located::load(path)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match runtime.block_on(play(&located, &Target::OwnTikTok)).verdict {
        Verdict::Passed => Ok(()),
        Verdict::Differs(differences) => {
            Err(format!("{}\n{}", located.fixture.name, differences.join("\n")).into())
        }
        Verdict::Broken(why) => Err(format!("{} could not be played: {why}", located.fixture.name).into()),
    }
}

datatest_stable::harness! {
    { test = check, root = "tests/fixtures", pattern = r"^.*\.json$" },
}
