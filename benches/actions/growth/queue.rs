//! Many requests that wait in one pipe.

use super::Sizes;
use crate::{
    Result,
    conversation::with_own_peak,
    flood::flood,
    stage::{Stage, add_accounts_for},
    table::{Table, peak_mib, print_faults},
    tiktok::{Digest, Tiktok},
    turns::in_turns,
};

const ROUNDS: usize = 5;

/// Numbers of requests.
const COUNTS: [usize; 2] = [1_000, 10_000];

/// Measures few and many `get_user_info` that are written without waiting for answers; each gets exactly one.
pub(super) fn measure(stage: &Stage) -> Result<()> {
    let rounds = stage.rounds(ROUNDS);
    let series = in_turns(&stage.with(&COUNTS), rounds, |build, count| {
        let tiktok = Tiktok::start(Digest::Off)?;
        add_accounts_for(&tiktok, count)?;
        with_own_peak(flood(&mut stage.run(build, &tiktok.url), count)?)
    })?;
    print_faults(&series);
    let sizes = Sizes::of(&series);
    let mut table = Table::new("`get_user_info`, all written at once", &stage.builds);
    for (count, series) in COUNTS.iter().zip([&sizes.small, &sizes.large]) {
        table.row_of(
            &format!("{count} requests: peak memory, MiB"),
            2,
            series,
            peak_mib,
        );
        table.row_of(&format!("{count} requests: wall time, s"), 2, series, |run| {
            run.wall.as_secs_f64()
        });
    }
    table.print();
    Ok(())
}
