//! Measured builds and their environment.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;
use tempfile::TempDir;

use super::{Result, connection::ask, tiktok::Tiktok};

/// A measured build.
#[derive(Debug)]
pub(super) struct Build {
    /// Heading of its column.
    pub(super) name: &'static str,
    /// Name in paths.
    pub(super) slug: &'static str,
    path: PathBuf,
}

/// All measured builds, with a folder for their files.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) builds: Vec<Build>,
    rounds: Option<usize>,
    folder: TempDir,
}

impl Stage {
    pub(super) fn new(ours: PathBuf, against: Option<PathBuf>, rounds: Option<usize>) -> Result<Self> {
        let ours = ("this build", "ours", Some(ours));
        let builds = [ours, ("other build", "other", against)].into_iter();
        let builds = builds.filter_map(|(name, slug, path)| {
            Some(Build {
                name,
                slug,
                path: path?,
            })
        });
        Ok(Self {
            builds: builds.collect(),
            rounds,
            folder: tempfile::tempdir()?,
        })
    }

    /// Number of rounds of a case that by itself has `usual` ones.
    pub(super) fn rounds(&self, usual: usize) -> usize {
        self.rounds.unwrap_or(usual)
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Each build with each of `subjects`.
    pub(super) fn with<S: Copy>(&self, subjects: &[S]) -> Vec<(&Build, S)> {
        let builds = self.builds.iter();
        builds
            .flat_map(|build| subjects.iter().map(move |subject| (build, *subject)))
            .collect()
    }

    /// `build` as a host starts it. Nothing of this process' environment but the folder for temporary files
    /// reaches it.
    pub(super) fn run(&self, build: &Build, base: &str) -> Command {
        self.run_below(&[], build, base)
    }

    /// `build`, started by the program and arguments of `wrapper`.
    #[expect(
        clippy::disallowed_methods,
        reason = "a benchmark may ask where temporary files go"
    )]
    pub(super) fn run_below(&self, wrapper: &[OsString], build: &Build, base: &str) -> Command {
        let words = wrapper
            .iter()
            .cloned()
            .chain([build.path.clone().into(), "run".into()]);
        let mut words = words.collect::<Vec<_>>().into_iter();
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .env_clear()
            .env("TMPDIR", env::temp_dir())
            .env("HOME", self.folder())
            .env("TIKTOK_API_BASE", base)
            .env("TIKTOK_ADS_API_BASE", base);
        command
    }
}

/// Path of a program in `PATH`.
#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark may look for other programs"
)]
pub(super) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// Actions with one token, fewer than the 600 calls a minute that TikTok allows.
const ACTIONS_PER_TOKEN: usize = 500;

/// Token of an account that `add_accounts` adds.
pub(super) fn token(number: usize) -> String {
    format!("act.bench-{number}")
}

/// One `get_user_info`, a line. Consecutive numbers share a token until the limit per minute is near.
pub(super) fn user_info(number: usize) -> String {
    let auth = format!("{{\"access_token\":\"{}\"}}", token(number / ACTIONS_PER_TOKEN));
    format!("{{\"id\":{number},\"action\":\"get_user_info\",\"auth\":{auth}}}\n")
}

/// Adds the accounts for `count` actions.
pub(super) fn add_accounts_for(tiktok: &Tiktok, count: usize) -> Result<()> {
    add_accounts(tiktok, count.div_ceil(ACTIONS_PER_TOKEN))
}

/// Adds `count` accounts, each with an app of its own, without TikTok's limits per minute.
pub(super) fn add_accounts(tiktok: &Tiktok, count: usize) -> Result<()> {
    let accounts = (0..count).map(
        |number| json!({ "token": token(number), "app": format!("app-{number}"), "rate_limit": 1_000_000 }),
    );
    set_up(tiktok, &json!({ "accounts": accounts.collect::<Vec<_>>() }))
}

/// Changes the simulated TikTok.
pub(super) fn set_up(tiktok: &Tiktok, setup: &serde_json::Value) -> Result<()> {
    let url = format!("{}/_simulator/setup", tiktok.url);
    ask(
        "POST",
        &url,
        "Content-Type: application/json\r\n",
        &setup.to_string(),
    )?;
    Ok(())
}
