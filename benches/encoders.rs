//! Processor time of the release binary for a video as base64, by the way in which a host writes it.
//!
//! `cargo bench --bench encoders` prints a table, and with `-- --against PROGRAM` one for another build too, measured in
//! turns. The request has no token and is rejected once it is read, so its video is read, decoded and stored, and not sent.

#![expect(clippy::print_stdout, reason = "it prints its figures")]

mod noise;
#[path = "whole/program.rs"]
mod program;
#[path = "whole/statistics.rs"]
mod statistics;

use std::{
    error::Error,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use clap::Parser;
use wait4::Wait4 as _;

use self::{
    noise::video,
    program::{build_program, target},
    statistics::Spread,
};

/// Any error: people read it, no code handles it.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Measures the program.
#[derive(Debug, Parser)]
struct Args {
    /// Number of measurements of each encoder
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Size of the base64 in MiB, without escapes and line breaks
    #[arg(long, default_value_t = 200)]
    mib: usize,
    /// Another build, measured too
    #[arg(long)]
    against: Option<PathBuf>,
    /// Passed by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// Ways in which hosts write base64 in JSON.
const ENCODERS: [(&str, Encoder); 9] = [
    (
        "plain",
        Encoder {
            plus: "+",
            slash: "/",
            line: None,
        },
    ),
    (
        r"`\/` (PHP)",
        Encoder {
            plus: "+",
            slash: r"\/",
            line: None,
        },
    ),
    (
        r"`\u002B` (.NET)",
        Encoder {
            plus: r"\u002B",
            slash: "/",
            line: None,
        },
    ),
    (
        r"`\u002b`",
        Encoder {
            plus: r"\u002b",
            slash: "/",
            line: None,
        },
    ),
    (
        r"`\/` and `\u002B`",
        Encoder {
            plus: r"\u002B",
            slash: r"\/",
            line: None,
        },
    ),
    (
        r"`\n` after 64",
        Encoder {
            plus: "+",
            slash: "/",
            line: Some((64, r"\n")),
        },
    ),
    (
        r"`\n` after 76",
        Encoder {
            plus: "+",
            slash: "/",
            line: Some((76, r"\n")),
        },
    ),
    (
        r"`\r\n` after 64",
        Encoder {
            plus: "+",
            slash: "/",
            line: Some((64, r"\r\n")),
        },
    ),
    (
        r"`\r\n` after 76",
        Encoder {
            plus: "+",
            slash: "/",
            line: Some((76, r"\r\n")),
        },
    ),
];

/// One way of writing base64.
#[derive(Debug, Clone, Copy)]
struct Encoder {
    plus: &'static str,
    slash: &'static str,
    /// Width of a line, and the break after it.
    line: Option<(usize, &'static str)>,
}

/// One program and encoder, with its processor times.
#[derive(Debug)]
struct Case<'a> {
    program: &'a Path,
    encoder: &'static str,
    request: PathBuf,
    times: Vec<Duration>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    build_program()?;
    let ours = target()?.join("release").join("autohive-tiktok");
    let programs: Vec<&Path> = [Some(ours.as_path()), args.against.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    let folder = tempfile::tempdir()?;
    let requests = requests(folder.path(), args.mib << 20)?;
    let mut cases: Vec<Case<'_>> = requests
        .into_iter()
        .flat_map(|(encoder, request)| {
            programs.iter().map(move |program| Case {
                program,
                encoder,
                request: request.clone(),
                times: Vec::new(),
            })
        })
        .collect();
    for _ in 0..args.rounds {
        for case in &mut cases {
            case.times.push(processor_time(case.program, &case.request)?);
        }
    }
    for program in programs {
        print(program, &cases);
    }
    Ok(())
}

/// Writes a request for each encoder, with base64 of `length` characters.
fn requests(folder: &Path, length: usize) -> Result<Vec<(&'static str, PathBuf)>> {
    let base64 = BASE64_STANDARD.encode(video(length / 4 * 3));
    let mut requests = Vec::new();
    for (index, (name, encoder)) in ENCODERS.into_iter().enumerate() {
        let path = folder.join(format!("{index}.json"));
        let content = encoder.write(&base64);
        fs::write(
            &path,
            format!(
                "{{\"action\":\"create_video_post\",\"inputs\":{{\"video_content_base64\":\"{content}\"}}}}\n"
            ),
        )?;
        // Now, so that no write to the disk falls into a measurement.
        File::open(&path)?.sync_all()?;
        requests.push((name, path));
    }
    Ok(requests)
}

impl Encoder {
    fn write(self, base64: &str) -> String {
        let text = match self.line {
            None => base64.to_owned(),
            Some((width, line_break)) => {
                let lines = base64.as_bytes().chunks(width);
                let lines: Vec<&str> = lines
                    .map(|line| str::from_utf8(line).unwrap_or_default())
                    .collect();
                lines.join(line_break)
            }
        };
        text.replace('/', self.slash).replace('+', self.plus)
    }
}

/// Processor time, including the kernel's, from the start of the program to its end.
fn processor_time(program: &Path, request: &Path) -> Result<Duration> {
    let mut command = Command::new(program);
    command
        .arg("run")
        .stdin(File::open(request)?)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let used = command.spawn()?.wait4()?;
    if !used.status.success() {
        return Err(format!("{command:?} ended with {}", used.status).into());
    }
    Ok(used.rusage.utime + used.rusage.stime)
}

fn print(program: &Path, cases: &[Case<'_>]) {
    let mine: Vec<(&str, Spread)> = cases
        .iter()
        .filter(|case| case.program == program)
        .map(|case| (case.encoder, Spread::seconds(case.times.iter().copied())))
        .collect();
    let plain = mine.first().map_or(f64::NAN, |(_, plain)| plain.median);
    println!(
        "\n{}\n\n| Base64 | Processor time, s | ÷ plain |\n|---|---|---|",
        program.display()
    );
    for (encoder, spread) in mine {
        println!("| {encoder} | {spread} | **{:.2}** |", spread.median / plain);
    }
}
