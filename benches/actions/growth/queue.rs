//! Many requests that wait in one pipe.

use super::Sizes;
use crate::{
    Result,
    flood::flood,
    stage::{Stage, add_accounts_for},
    table::{Table, print_faults},
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
        flood(&mut stage.run(build, &tiktok.url), count)
    })?;
    print_faults(&series);
    let sizes = Sizes::of(&series);
    let mut table = Table::new("`get_user_info`, all written at once", &stage.builds);
    let [small, large] = COUNTS.map(|count| format!("{count} requests"));
    sizes.add_to(&mut table, [&small, &large]);
    table.print();
    Ok(())
}
