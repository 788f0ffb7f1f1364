//! The whole program compared with a baseline: time, processor time and peak memory by size of the video.
//!
//! `cargo bench --bench whole` prints the figures. With `-- --write` it measures the parts too (the other
//! benchmarks) and updates `docs/performance.md` and its plot; that page describes the measurements.
//!
//! This program has three roles, each in a separate process: it measures, it serves the simulator (`simulator`), and it
//! is the baseline (`bare`).

#![expect(clippy::print_stdout, reason = "it prints its figures")]

mod bare;
mod connection;
mod document;
mod input;
mod measured;
mod parts;
mod plot;
mod program;
mod run;
mod server;
mod small;
mod statistics;
mod tables;
mod tiktok;

use std::error::Error;

use clap::{Parser, Subcommand};

use self::{
    input::Input,
    program::{build_program, cargo, root, succeed, target},
    run::{Feed, Program, Series},
    tiktok::{Digest, Tiktok},
};

/// Any error: people read it, no code handles it.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Measures the program and the baseline.
#[derive(Debug, Parser)]
struct Args {
    /// Number of measurements of each case
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Number of measurements of the small action
    #[arg(long, default_value_t = 100)]
    starts: usize,
    /// Sizes of the videos, in MiB
    #[arg(long, value_delimiter = ',', default_value = "4,50,280")]
    sizes: Vec<u64>,
    /// Measure the parts too, and write the figures into docs/performance.md and its plot
    #[arg(long)]
    write: bool,
    /// With --write: use the last measurements of the parts
    #[arg(long, requires = "write")]
    keep_parts: bool,
    /// Passed by cargo
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    part: Option<Part>,
}

/// Roles of this program other than measuring.
#[derive(Debug, Subcommand)]
#[command(hide = true)]
enum Part {
    /// Serve the simulator until standard input ends
    Simulator {
        /// Hash uploads
        #[arg(long)]
        digest: bool,
    },
    /// Read, decode, store and send, and nothing else
    Bare {
        /// Base URL of the simulator
        url: String,
    },
}

fn main() -> Result<()> {
    let args = Args::parse();
    match &args.part {
        Some(Part::Simulator { digest }) => tiktok::simulate(*digest),
        Some(Part::Bare { url }) => bare::send_all(url),
        None => measure(&args),
    }
}

fn measure(args: &Args) -> Result<()> {
    build_program()?;
    if args.write && !args.keep_parts {
        measure_parts()?;
    }
    let folder = tempfile::tempdir()?;
    let mut cases = Vec::new();
    for mib in &args.sizes {
        let input = Input::write(folder.path(), *mib)?;
        println!("{mib} MiB: all bytes must arrive as they were sent");
        for program in Program::ALL {
            arrives_whole(program, &input)?;
        }
        cases.extend(Feed::ALL.map(|feed| Case::new(input.clone(), feed)));
    }
    for round in 0..args.rounds {
        println!("round {} of {}", round + 1, args.rounds);
        for case in &mut cases {
            case.measure(round)?;
        }
    }
    let small = small::measure(args.starts)?;
    let whole = tables::whole(&cases);
    println!(
        "\n{whole}\n{}\n{}",
        tables::small(&small),
        tables::budgets(&cases, &small)
    );
    if args.write {
        let parts = parts::read()?;
        println!("{}", tables::parts(&parts));
        document::write(&cases, &small, &parts)?;
    }
    Ok(())
}

/// Runs the other benchmarks.
fn measure_parts() -> Result<()> {
    let mut command = cargo();
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "bench", "--bench", "decode", "--bench", "plan", "--bench", "probe",
        ])
        .arg("--target-dir")
        .arg(target()?);
    succeed(command, "the parts could not be measured")
}

/// One size and kind of input, with its measurements.
#[derive(Debug)]
struct Case {
    input: Input,
    feed: Feed,
    program: Series,
    bare: Series,
}

impl Case {
    fn new(input: Input, feed: Feed) -> Self {
        Self {
            input,
            feed,
            program: Series::default(),
            bare: Series::default(),
        }
    }

    /// Measures both, one after the other; the order changes with each round.
    fn measure(&mut self, round: usize) -> Result<()> {
        let mut order = Program::ALL;
        if round % 2 == 1 {
            order.reverse();
        }
        for program in order {
            let tiktok = Tiktok::start(Digest::Off)?;
            let run = run::run(program, &self.input, self.feed, &tiktok)?;
            match program {
                Program::Ours => self.program.push(run),
                Program::Bare => self.bare.push(run),
            }
        }
        Ok(())
    }
}

/// An unmeasured run, which warms the caches and in which TikTok hashes the upload.
fn arrives_whole(program: Program, input: &Input) -> Result<()> {
    let tiktok = Tiktok::start(Digest::On)?;
    run::run(program, input, Feed::Pipe, &tiktok)?;
    let arrived = tiktok.sha256()?;
    if arrived == input.sha256 {
        Ok(())
    } else {
        Err(format!("{}: {arrived} arrived, {} was sent", program.name(), input.sha256).into())
    }
}
