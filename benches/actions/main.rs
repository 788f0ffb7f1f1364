//! Small actions, long sessions, growth and TLS: the release binary, and another build in turns.
//!
//! `cargo bench --bench actions -- [CASE]... [--against PROGRAM]` prints a table for each case;
//! `docs/performance.md` describes the measurements. Both builds get the same input, and the first one
//! changes with each round.
//!
//! This program has more roles, each in a process of its own: the simulated TikTok (`simulator`), TLS in
//! front of it (`terminator`), the writing of large journals (`fill`), and the decoding that uploads are
//! compared with (`decode`).

#![expect(clippy::print_stdout, reason = "it prints its figures")]

mod at_once;
mod certificates;
mod conversation;
mod flood;
mod growth;
mod instructions;
mod session;
mod stage;
mod start;
mod table;
mod terminator;
mod tls_upload;
mod turns;

#[path = "../whole/bare.rs"]
#[expect(
    dead_code,
    reason = "it is the baseline of another benchmark, which decodes here"
)]
mod bare;
#[path = "../whole/connection.rs"]
mod connection;
#[path = "../whole/input.rs"]
#[expect(dead_code, reason = "another benchmark verifies the content")]
mod input;
#[path = "../whole/measured.rs"]
mod measured;
#[path = "../whole/program.rs"]
mod program;
#[path = "../whole/server.rs"]
mod server;
#[path = "../whole/statistics.rs"]
#[expect(dead_code, reason = "other benchmarks measure in seconds only")]
mod statistics;
#[path = "../whole/tiktok.rs"]
#[expect(dead_code, reason = "another benchmark verifies the content")]
mod tiktok;

use std::{error::Error, path::PathBuf};

use clap::{Parser, Subcommand, ValueEnum, builder::RangedU64ValueParser};

use self::{
    program::{root, target},
    stage::Stage,
    tls_upload::Decoded,
};

/// Any error: people read it, no code handles it.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Measures the program.
#[derive(Debug, Parser)]
struct Args {
    /// Cases; all if none is named
    #[arg(value_enum)]
    cases: Vec<Case>,
    /// Another build, measured too
    #[arg(long)]
    against: Option<PathBuf>,
    /// Program to measure, instead of building the one of this tree
    #[arg(long)]
    program: Option<PathBuf>,
    /// Number of measurements, instead of each case's own number
    #[arg(long)]
    rounds: Option<usize>,
    /// Number of actions of a session, at least 2: one is measured beside them
    #[arg(long, default_value_t = 5_000, value_parser = RangedU64ValueParser::<usize>::new().range(2..))]
    actions: usize,
    /// Number of rows in a large journal
    #[arg(long, default_value_t = 1_000_000)]
    rows: u32,
    /// Size of a video in MiB
    #[arg(long, default_value_t = 280)]
    mib: u64,
    /// Passed by cargo
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    role: Option<Role>,
}

/// Measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Case {
    /// One `get_user_info` over http, from the start of the program
    StartHttp,
    /// The same over https, beside http
    StartHttps,
    /// Many actions in one process
    Session,
    /// Large journals, long lists and long queues
    Growth,
    /// A large video over TLS
    TlsUpload,
    /// Eight large videos in one process
    AtOnce,
}

/// Roles of this program other than measuring.
#[derive(Debug, Subcommand)]
#[command(hide = true)]
enum Role {
    /// Serve the simulator until standard input ends
    Simulator {
        /// Hash uploads
        #[arg(long)]
        digest: bool,
    },
    /// Serve TLS in front of a simulator until standard input ends
    Terminator {
        /// Base URL of the simulator
        url: String,
        /// Folder for the certificates
        folder: PathBuf,
    },
    /// Fill a journal with copies of its one row
    Fill {
        /// The SQLite file
        journal: PathBuf,
        /// Number of rows
        rows: u32,
    },
    /// Decode the video of standard input
    Decode {
        /// Use of the bytes
        #[arg(value_enum)]
        decoded: Decoded,
    },
}

fn main() -> Result<()> {
    let args = Args::parse();
    match &args.role {
        Some(Role::Simulator { digest }) => tiktok::simulate(*digest),
        Some(Role::Terminator { url, folder }) => terminator::serve(url, folder),
        Some(Role::Fill { journal, rows }) => growth::fill(journal, *rows),
        Some(Role::Decode { decoded }) => tls_upload::decode(*decoded),
        None => measure(&args),
    }
}

fn measure(args: &Args) -> Result<()> {
    let ours = if let Some(program) = &args.program {
        program.clone()
    } else {
        program::build_program()?;
        target()?.join("release").join("autohive-tiktok")
    };
    let stage = Stage::new(ours, args.against.clone(), args.rounds)?;
    let cases = match args.cases.as_slice() {
        [] => Case::value_variants(),
        named => named,
    };
    let is_measured_elsewhere = |case: Case| case == Case::StartHttp && cases.contains(&Case::StartHttps);
    let mut cases = cases.iter().filter(|case| !is_measured_elsewhere(**case));
    cases.try_for_each(|case| match case {
        Case::StartHttp => start::over_http(&stage),
        Case::StartHttps => start::over_https(&stage),
        Case::Session => session::measure(&stage, args.actions),
        Case::Growth => growth::measure(&stage, args.rows),
        Case::TlsUpload => tls_upload::measure(&stage, args.mib),
        Case::AtOnce => at_once::measure(&stage, args.mib),
    })
}
