//! A post with an `idempotency_key`, with few and with many rows in the journal.

use std::{
    cell::Cell,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use rusqlite::Connection;

use super::Sizes;
use crate::{
    Result,
    conversation::succeeded,
    measured::{Run, measured_for},
    program::succeed,
    stage::{Build, Stage, add_accounts, token},
    table::{Table, Targets, cpu_milliseconds, print_faults, wall_milliseconds},
    tiktok::{Digest, Tiktok},
    turns::{in_turns, in_turns_after},
};

const ROUNDS: usize = 25;

/// Rows of the small journal.
const FEW: u32 = 1_000;

/// Days over which the first claims of the rows are spread. The program keeps rows for seven days.
const DAYS: u32 = 6;

/// Measures a post with few rows and with `many`.
pub(super) fn measure(stage: &Stage, many: u32) -> Result<()> {
    let rounds = stage.rounds(ROUNDS);
    let tiktok = Tiktok::start(Digest::Off)?;
    // Each post has an account of its own, since TikTok allows six inits a minute.
    add_accounts(&tiktok, (rounds + 3) * 2 * stage.builds.len())?;
    let posts = Posts {
        stage,
        tiktok,
        made: Cell::new(0),
    };
    let subjects = stage.with(&[FEW, many]);
    let filled = in_turns(&subjects, 1, |build, rows| {
        posts.fill(build, rows)?;
        posts.post(build, rows)
    })?;
    let series = in_turns_after(&filled, &subjects, rounds, |build, rows| posts.post(build, rows))?;
    print_faults(&series);
    print(stage, many, &Sizes::of(&series));
    Ok(())
}

/// Posts with one simulated TikTok.
struct Posts<'a> {
    stage: &'a Stage,
    tiktok: Tiktok,
    /// Number of posts so far, each with its own key and account.
    made: Cell<usize>,
}

impl Posts<'_> {
    fn journal(&self, build: &Build, rows: u32) -> PathBuf {
        // A folder of its own, since the program refuses a state in one that others can write to.
        let folder = self.stage.folder().join(format!("{}-{rows}", build.slug));
        folder.join("state.db")
    }

    /// Lets the build create its journal by a post, and copies that post's row until there are `rows`.
    fn fill(&self, build: &Build, rows: u32) -> Result<()> {
        self.post(build, rows)?;
        let mut command = Command::new(env::current_exe()?);
        command
            .arg("fill")
            .arg(self.journal(build, rows))
            .arg(rows.to_string());
        succeed(command, "the journal could not be filled")
    }

    /// Makes a post with a new key: no row of the journal has it.
    fn post(&self, build: &Build, rows: u32) -> Result<Run> {
        let number = self.made.replace(self.made.get() + 1);
        let auth = format!("{{\"access_token\":\"{}\"}}", token(number));
        let post = "\"photo_urls\":[\"https://example.com/a.jpg\"],\"privacy_level\":\"SELF_ONLY\",\"preflight\":false";
        let inputs = format!("{{{post},\"idempotency_key\":\"bench-{number}\"}}");
        let request =
            format!("{{\"id\":1,\"action\":\"create_photo_post\",\"inputs\":{inputs},\"auth\":{auth}}}\n");
        let journal = self.journal(build, rows);
        let mut command = self.stage.run(build, &self.tiktok.url);
        command.env("AUTOHIVE_TIKTOK_STATE", format!("sqlite:{}", journal.display()));
        let (run, line) = measured_for(&mut command, &request)?;
        succeeded(&line)?;
        Ok(run)
    }
}

/// Role that copies the one finished row of a journal under random keys, with first claims spread over some
/// days. A process of its own, whose memory does not hide that of measured ones.
///
/// The index is built anew at the end, with the same statement, since the program knows its tables by their
/// statements.
pub(super) fn copy_rows(journal: &Path, rows: u32) -> Result<()> {
    let connection = Connection::open(journal)?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    let index: String = connection.query_row(
        "SELECT sql FROM sqlite_schema WHERE name = 'journal_created'",
        [],
        |row| row.get(0),
    )?;
    connection.execute_batch("DROP INDEX journal_created")?;
    let step = DAYS * 86_400_000 / rows.max(1);
    connection.execute(
        "WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < ?1)
         INSERT INTO journal (key, fingerprint, entry, finished, owner, lease_until, created)
         SELECT randomblob(32) AS key, fingerprint, entry, finished, owner, lease_until - i * ?2, created - i * ?2
         FROM number, (SELECT * FROM journal LIMIT 1) ORDER BY 1",
        [rows.saturating_sub(1), step],
    )?;
    connection.execute_batch(&index)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let count: u32 = connection.query_row("SELECT count(*) FROM journal", [], |row| row.get(0))?;
    connection.close().map_err(|(_connection, error)| error)?;
    // Now, so that no write to the disk falls into a measurement.
    fs::File::open(journal)?.sync_all()?;
    if count == rows {
        Ok(())
    } else {
        Err(format!("the journal has {count} rows").into())
    }
}

fn print(stage: &Stage, many: u32, sizes: &Sizes<'_>) {
    let mut table = Table::new("`create_photo_post` with an `idempotency_key`", &stage.builds);
    for (rows, series) in [(FEW, &sizes.small), (many, &sizes.large)] {
        table.row_of(
            &format!("{rows} rows: wall time, ms"),
            1,
            series,
            wall_milliseconds,
        );
        table.row_of(
            &format!("{rows} rows: processor time, ms"),
            1,
            series,
            cpu_milliseconds,
        );
    }
    let mut targets = Targets::default();
    for (what, figure) in [
        ("wall time", wall_milliseconds as fn(&Run) -> f64),
        ("processor time", cpu_milliseconds),
    ] {
        sizes.add_growth(&mut table, &format!("{what}, {many} rows ÷ {FEW}"), figure);
        let ours = sizes.growth(figure).first().copied().flatten();
        targets.add_limit(&format!("journal of {many} rows ÷ {FEW}: {what}"), 1.2, ours);
    }
    table.print();
    targets.print();
}
