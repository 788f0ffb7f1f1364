//! A large video over http and over TLS; over TLS, the processor time is compared with that of `curl` and of
//! decoding.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use autohive_tiktok::upload::ChunkPlan;
use clap::ValueEnum;
use tempfile::TempDir;
use wait4::Wait4 as _;

use super::{
    Result, bare,
    conversation::succeeded,
    input::Input,
    measured::{Run, measured},
    stage::{Build, Stage, find_program},
    start::Transport,
    statistics::Spread,
    table::{Table, Targets, every, peak_mib, print_faults, spread},
    terminator::Terminator,
    tiktok::{Digest, Tiktok},
    turns::{Series, in_turns},
};

const ROUNDS: usize = 7;

/// Use of decoded bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Decoded {
    /// None
    Dropped,
    /// They are written to an unlinked file, as the program does
    Stored,
}

/// Role that reads and decodes the video of standard input by the baseline's code.
pub(super) fn decode(decoded: Decoded) -> Result<()> {
    match decoded {
        Decoded::Dropped => bare::decode(io::sink()),
        Decoded::Stored => bare::decode(&tempfile::tempfile()?),
    }?;
    Ok(())
}

/// Processor times of the work that an upload cannot do without, in seconds.
#[derive(Debug, Default)]
struct Parts {
    curl: Vec<f64>,
    decode: Vec<f64>,
    store: Vec<f64>,
}

/// Measures a video of `mib` MiB.
pub(super) fn measure(stage: &Stage, mib: u64) -> Result<()> {
    let Some(curl) = find_program("curl") else {
        println!("\ntls-upload: not measured: curl is not installed");
        return Ok(());
    };
    let input = Input::write(stage.folder(), mib)?;
    let chunks = Chunks::write(stage.folder(), &input)?;
    let rounds = stage.rounds(ROUNDS);
    let mut parts = Parts::default();
    let subjects = stage.with(&Transport::ALL);
    in_turns(&subjects, 1, |build, transport| {
        program(stage, build, transport, &input)
    })?;
    let series = in_turns(&subjects, rounds, |build, transport| {
        if build.slug == "ours" && transport == Transport::Https {
            parts.curl.push(chunks.upload(&curl, &input)?);
            parts.decode.push(decoding(&input, Decoded::Dropped)?);
            parts.store.push(decoding(&input, Decoded::Stored)?);
        }
        program(stage, build, transport, &input)
    })?;
    print_faults(&series);
    let cpu = |run: &Run| run.cpu.as_secs_f64();
    let wall = |run: &Run| run.wall.as_secs_f64();
    for (index, transport) in Transport::ALL.into_iter().enumerate() {
        let all = every(&series, index, Transport::ALL.len());
        let title = format!("{mib} MiB from a file over {}", transport.name());
        let mut table = Table::new(&title, &stage.builds);
        table.row_of("wall time, s", 3, &all, wall);
        table.row_of("processor time, s", 3, &all, cpu);
        table.row_of("peak memory, MiB", 1, &all, peak_mib);
        table.print();
    }
    let [curl, decode, store] = [parts.curl, parts.decode, parts.store].map(Spread::of);
    println!("\n| Processor time, s | |\n|---|---|");
    println!("| `curl -T` of the chunks | {curl} |\n| reading and decoding | {decode} |");
    println!("| reading, decoding and storing | {store} |");
    let mut targets = Targets::default();
    let [http, https, other_http] = [0, 1, 2].map(|index| series.get(index));
    targets.add(
        &format!("{mib} MiB over http: wall time ÷ other build"),
        0.8,
        median(http, wall),
        median(other_http, wall),
    );
    let ours = median(https, cpu);
    for (what, other) in [("decoding", decode), ("decoding and storing", store)] {
        targets.add(
            &format!("{mib} MiB over TLS: processor time ÷ (curl + {what})"),
            1.1,
            ours,
            Some(curl.median + other.median),
        );
    }
    targets.print();
    // At 280 MiB, it and the chunks take as much room as the next case needs.
    fs::remove_file(&input.path)?;
    Ok(())
}

fn median(series: Option<&Series<Run>>, figure: impl Fn(&Run) -> f64) -> Option<f64> {
    Some(spread(series?, figure)?.median)
}

/// One upload by the program, of which every byte arrives.
fn program(stage: &Stage, build: &Build, transport: Transport, input: &Input) -> Result<Run> {
    let tiktok = Tiktok::start(Digest::Off)?;
    let terminator = Terminator::start(&tiktok)?;
    let base = match transport {
        Transport::Http => &tiktok.url,
        Transport::Https => &terminator.url,
    };
    let mut command = stage.run(build, base);
    command
        .env("SSL_CERT_FILE", &terminator.store.file)
        .stdin(File::open(&input.path)?);
    let (run, line) = measured(&mut command, |_child| {})?;
    succeeded(&line)?;
    arrived(&tiktok, input)?;
    Ok(run)
}

fn arrived(tiktok: &Tiktok, input: &Input) -> Result<()> {
    let arrived = tiktok.arrived()?;
    if arrived == input.size.0 {
        Ok(())
    } else {
        Err(format!("{arrived} bytes of {} arrived", input.size.0).into())
    }
}

/// Processor time of decoding by the baseline.
fn decoding(input: &Input, decoded: Decoded) -> Result<f64> {
    let decoded = decoded
        .to_possible_value()
        .map(|value| value.get_name().to_owned());
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("decode")
        .args(decoded)
        .stdin(File::open(&input.path)?);
    processor_time(&mut command)
}

fn processor_time(command: &mut Command) -> Result<f64> {
    let used = command.stdout(Stdio::null()).spawn()?.wait4()?;
    if !used.status.success() {
        return Err(format!("{} ended with {}", command.get_program().display(), used.status).into());
    }
    let time: Duration = used.rusage.utime + used.rusage.stime;
    Ok(time.as_secs_f64())
}

/// The video as files of one chunk each, with their `Content-Range`; dropping it removes them.
#[derive(Debug)]
struct Chunks {
    files: Vec<(PathBuf, String)>,
    _folder: TempDir,
}

impl Chunks {
    /// Writes the chunks in which the program sends the video into a folder of their own below `parent`.
    fn write(parent: &Path, input: &Input) -> Result<Self> {
        let folder = tempfile::tempdir_in(parent)?;
        let mut video = decoded_file(input)?;
        let plan = ChunkPlan::for_line(input.size, None)?;
        let mut files = Vec::new();
        for range in (0..plan.count()).filter_map(|index| plan.range(index)) {
            let path = folder.path().join(format!("chunk-{}", files.len()));
            let mut file = File::create(&path)?;
            video.seek(SeekFrom::Start(range.first))?;
            io::copy(&mut (&video).take(range.length()), &mut file)?;
            // Now, so that no write to the disk falls into a measurement.
            file.sync_all()?;
            let content_range = format!("bytes {}-{}/{}", range.first, range.last, input.size.0);
            files.push((path, content_range));
        }
        Ok(Self {
            files,
            _folder: folder,
        })
    }

    /// Uploads all chunks by one `curl` over one connection, with the program's headers. Returns its
    /// processor time in seconds.
    fn upload(&self, curl: &Path, input: &Input) -> Result<f64> {
        let tiktok = Tiktok::start(Digest::Off)?;
        let terminator = Terminator::start(&tiktok)?;
        let url = tiktok.upload_url(input.size)?;
        let target = url
            .strip_prefix(&tiktok.url)
            .ok_or("the upload goes to another server")?;
        let mut command = Command::new(curl);
        command.env_clear();
        for (index, (path, content_range)) in self.files.iter().enumerate() {
            command.args((index > 0).then_some("--next"));
            command
                .args(["--http1.1", "--silent", "--show-error", "--fail", "--cacert"])
                .arg(&terminator.store.file);
            // The program does not wait for leave to send.
            command.args(["--header", "Expect:", "--header", "Content-Type: video/mp4"]);
            command.args(["--header", &format!("Content-Range: {content_range}")]);
            // Named, since `curl` would add the name of the file to a path that ends with a slash.
            command.args(["--request-target", target]);
            command.arg("--upload-file").arg(path).arg(&terminator.url);
        }
        let time = processor_time(&mut command)?;
        arrived(&tiktok, input)?;
        Ok(time)
    }
}

/// The decoded video.
fn decoded_file(input: &Input) -> Result<File> {
    let mut file = tempfile::tempfile()?;
    let mut text = io::BufReader::new(File::open(&input.path)?);
    skip_to_content(&mut text)?;
    let mut base64 = base64::read::DecoderReader::new(
        text.take((input.size.0.div_ceil(3)) * 4),
        &base64::prelude::BASE64_STANDARD,
    );
    io::copy(&mut base64, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// Reads up to the beginning of the base64.
fn skip_to_content(text: &mut impl io::BufRead) -> Result<()> {
    const BEGIN: &[u8] = b"\"content\":\"";
    let mut read = Vec::new();
    while !read.ends_with(BEGIN) {
        if text.read_until(b'"', &mut read)? == 0 {
            return Err("the request has no video".into());
        }
    }
    Ok(())
}
