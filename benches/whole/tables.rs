//! Figures as Markdown.

use super::{
    Case,
    measured::Run,
    parts::Part,
    run::{Feed, Program},
    statistics::Spread,
};

const MIB: f64 = 1_048_576.0;

/// The program and the baseline, case by case.
pub(super) fn whole(cases: &[Case]) -> String {
    let mut rows = vec![
        "| Video | Input | | Wall time, s | Processor time, s | Peak memory, MiB | ÷ baseline: wall · processor |"
            .to_owned(),
        "|---|---|---|---|---|---|---|".to_owned(),
    ];
    for case in cases {
        let (size, feed) = (case.input.mib(), case.feed.name());
        for (program, series) in [(Program::Ours, &case.program), (Program::Bare, &case.bare)] {
            let ratio = match program {
                Program::Ours => format!("**{:.2}** · {:.2}", ratio(case), cpu_ratio(case)),
                Program::Bare => String::new(),
            };
            let (wall, cpu, peak) = (wall(series), cpu(series), peak(series) / MIB);
            rows.push(format!(
                "| {size} MiB | {feed} | {} | {wall} | {cpu} | {peak:.1} | {ratio} |",
                program.name()
            ));
        }
    }
    lines(&rows)
}

/// The small action.
pub(super) fn small(series: &[Run]) -> String {
    let milliseconds = |run: fn(&Run) -> f64| Spread::of(series.iter().map(|one| run(one) * 1000.0));
    format!(
        "| `get_videos`, {} runs | Milliseconds |\n|---|---|\n\
         | start to result | {:.1} |\n| start to end of the program | {:.1} |\n| processor time | {:.1} |\n\
         | peak memory, MiB | {:.1} |\n",
        series.len(),
        milliseconds(|run| run.to_result.as_secs_f64()),
        milliseconds(|run| run.wall.as_secs_f64()),
        milliseconds(|run| run.cpu.as_secs_f64()),
        peak(series) / MIB
    )
}

/// Targets, and whether they were reached.
pub(super) fn budgets(cases: &[Case], small: &[Run]) -> String {
    let mut rows = vec![
        "| Budget | Must be | Is | |".to_owned(),
        "|---|---|---|---|".to_owned(),
    ];
    let mut row = |what: &str, limit: f64, is: f64, unit: &str| {
        let verdict = if is <= limit { "met" } else { "**missed**" };
        rows.push(format!(
            "| {what} | ≤ {limit}{unit} | {is:.2}{unit} | {verdict} |"
        ));
    };
    for feed in Feed::ALL {
        let mine: Vec<&Case> = cases.iter().filter(|case| case.feed == feed).collect();
        let (Some(smallest), Some(largest)) = (mine.first(), mine.last()) else {
            continue;
        };
        let (mib, name) = (largest.input.mib(), feed.name());
        row(
            &format!("{mib} MiB from a {name}: wall time ÷ baseline"),
            1.5,
            ratio(largest),
            "",
        );
        row(
            &format!("{mib} MiB from a {name}: peak memory"),
            24.0,
            peak(&largest.program) / MIB,
            " MiB",
        );
        let grown = (peak(&largest.program) - peak(&smallest.program)).max(0.0) / MIB;
        row(
            &format!(
                "{mib} MiB from a {name}: peak memory above that of {} MiB",
                smallest.input.mib()
            ),
            2.0,
            grown,
            " MiB",
        );
    }
    let to_result = Spread::of(small.iter().map(|run| run.to_result.as_secs_f64() * 1000.0));
    row(
        "`get_videos`: start to result, median",
        10.0,
        to_result.median,
        " ms",
    );
    lines(&rows)
}

/// Functions that `benches/decode.rs` measures, in the order of the table.
const FUNCTIONS: [&str; 7] = [
    "copy",
    "decode",
    "decode, general engine",
    "decode into a file",
    "media::Base64Decoder",
    "media::Base64Decoder, lines of 76",
    "host::Ingest",
];

/// Table of the decoding functions by size, and a list of all other parts.
pub(super) fn parts(parts: &[Part]) -> String {
    let (decoding, rest): (Vec<&Part>, Vec<&Part>) = parts.iter().partition(|part| part.bytes.is_some());
    let mut sizes: Vec<&str> = decoding.iter().map(|part| part.group.as_str()).collect();
    sizes.sort_by_key(|group| {
        decoding
            .iter()
            .find(|part| part.group == *group)
            .and_then(|part| part.bytes)
            .map(f64::to_bits)
    });
    sizes.dedup();
    let heads = sizes
        .iter()
        .map(|group| group.trim_start_matches("decode "))
        .collect::<Vec<_>>()
        .join(" | ");
    let mut rows = vec![
        format!("| Base64 text, GB/s | {heads} |"),
        format!("|---|{}", "---|".repeat(sizes.len())),
    ];
    for name in FUNCTIONS {
        let figures = sizes.iter().map(|group| {
            let part = decoding
                .iter()
                .find(|part| part.group == *group && part.name == name);
            part.and_then(|part| part.gigabytes_per_second())
                .map_or_else(String::new, |speed| format!("{speed:.2}"))
        });
        rows.push(format!(
            "| {name} | {} |",
            figures.collect::<Vec<_>>().join(" | ")
        ));
    }
    rows.extend(["", "| Part | Time |", "|---|---|"].map(str::to_owned));
    rows.extend(rest.iter().map(
        |Part {
             group,
             name,
             nanoseconds,
             ..
         }| format!("| {group}: {name} | {} |", time(*nanoseconds)),
    ));
    lines(&rows)
}

fn lines(rows: &[String]) -> String {
    rows.iter().flat_map(|row| [row, "\n"]).collect()
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        short if short < 1_000.0 => format!("{short:.0} ns"),
        middling if middling < 1_000_000.0 => format!("{:.1} µs", middling / 1_000.0),
        long => format!("{:.1} ms", long / 1_000_000.0),
    }
}

/// Wall times in seconds.
pub(super) fn wall(series: &[Run]) -> Spread {
    Spread::seconds(series.iter().map(|run| run.wall))
}

fn cpu(series: &[Run]) -> Spread {
    Spread::seconds(series.iter().map(|run| run.cpu))
}

/// Highest peak of all runs, in bytes.
#[expect(clippy::cast_precision_loss, reason = "no peak comes near 2^53 bytes")]
pub(super) fn peak(series: &[Run]) -> f64 {
    series.iter().map(|run| run.peak).max().unwrap_or_default() as f64
}

fn cpu_ratio(case: &Case) -> f64 {
    cpu(&case.program).median / cpu(&case.bare).median
}

fn ratio(case: &Case) -> f64 {
    wall(&case.program).median / wall(&case.bare).median
}
