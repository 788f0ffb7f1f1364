//! Many `get_user_info` in one process: processor time of an action, and latency with 64 at once.

use std::time::{Duration, Instant};

use super::{
    Result,
    conversation::{Conversation, succeeded},
    flood::{flood, number_of},
    measured::Run,
    stage::{Build, Stage, add_accounts_for, user_info},
    table::{Table, Targets, every, print_faults, spread},
    tiktok::{Digest, Tiktok},
    turns::in_turns,
};

const ROUNDS: usize = 9;

/// Requests that wait for an answer at a time when latencies are measured.
const AT_ONCE: usize = 64;

/// Measures sessions of `count` actions.
pub(super) fn measure(stage: &Stage, count: usize) -> Result<()> {
    let mut targets = Targets::default();
    processor_time(stage, count, &mut targets)?;
    latency(stage, count)?;
    targets.print();
    Ok(())
}

/// Processor time of an action: that of the session above that of a process with one action, divided by the
/// number of actions above one.
fn processor_time(stage: &Stage, count: usize, targets: &mut Targets) -> Result<()> {
    let rounds = stage.rounds(ROUNDS);
    let series = in_turns(&stage.with(&[1, count]), rounds, |build, count| {
        session(stage, build, count)
    })?;
    print_faults(&series);
    let per_action = |index: usize| {
        let one = spread(series.get(2 * index)?, |run| run.cpu.as_secs_f64())?.median;
        let all = series.get(2 * index + 1)?;
        spread(all, |run| microseconds(run.cpu.as_secs_f64() - one, count - 1))
    };
    let spreads: Vec<_> = (0..stage.builds.len()).map(per_action).collect();
    let title = format!("{count} `get_user_info`, 8 at once");
    let mut table = Table::new(&title, &stage.builds);
    table.row("processor time of an action, µs", 1, &spreads);
    let all = every(&series, 1, 2);
    table.row_of("wall time of an action, µs", 1, &all, |run| {
        microseconds(run.wall.as_secs_f64(), count)
    });
    table.print();
    let median = |index: usize| Some(spreads.get(index).copied().flatten()?.median);
    targets.add(
        "session: processor time of an action ÷ other build",
        0.4,
        median(0),
        median(1),
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn microseconds(seconds: f64, count: usize) -> f64 {
    seconds * 1e6 / count as f64
}

fn session(stage: &Stage, build: &Build, count: usize) -> Result<Run> {
    let tiktok = Tiktok::start(Digest::Off)?;
    add_accounts_for(&tiktok, count)?;
    flood(stage.run(build, &tiktok.url).args(["--jobs", "8"]), count)
}

/// Latencies of a session, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Latency {
    p50: f64,
    p99: f64,
    max: f64,
}

impl Latency {
    fn of(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        let at = |percent: usize| {
            let rank = (all.len() * percent).div_ceil(100);
            let one = all.get(rank.saturating_sub(1)).copied().unwrap_or_default();
            one.as_secs_f64() * 1e3
        };
        Self {
            p50: at(50),
            p99: at(99),
            max: at(100),
        }
    }
}

fn latency(stage: &Stage, count: usize) -> Result<()> {
    let rounds = stage.rounds(ROUNDS);
    let series = in_turns(&stage.with(&[()]), rounds, |build, ()| {
        latencies(stage, build, count)
    })?;
    print_faults(&series);
    let all = every(&series, 0, 1);
    let title = format!("{count} `get_user_info`, {AT_ONCE} at once: latency, ms");
    let mut table = Table::new(&title, &stage.builds);
    table.row_of("median", 2, &all, |latency| latency.p50);
    table.row_of("99th percentile", 2, &all, |latency| latency.p99);
    table.row_of("longest", 2, &all, |latency| latency.max);
    table.print();
    Ok(())
}

/// Latency of each request, from before it is written to after its answer is read. There are always as many
/// unanswered as can run at once. The first request, which waits for the start of the program, is answered
/// before the others and not counted.
#[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
fn latencies(stage: &Stage, build: &Build, count: usize) -> Result<Latency> {
    let tiktok = Tiktok::start(Digest::Off)?;
    add_accounts_for(&tiktok, count + 1)?;
    let jobs = AT_ONCE.to_string();
    let mut program = Conversation::start(stage.run(build, &tiktok.url).args(["--jobs", &jobs]))?;
    program.send(&user_info(count))?;
    succeeded(&program.answer()?)?;
    let mut sent = Vec::with_capacity(count);
    let mut latencies = Vec::with_capacity(count);
    while latencies.len() < count {
        while sent.len() < count.min(latencies.len() + AT_ONCE) {
            let request = user_info(sent.len());
            sent.push(Instant::now());
            program.send(&request)?;
        }
        let answer = program.answer()?;
        succeeded(&answer)?;
        let begun = sent.get(number_of(&answer)?);
        latencies.push(begun.ok_or("an answer to no request")?.elapsed());
    }
    program.end(None)?;
    Ok(Latency::of(latencies))
}
