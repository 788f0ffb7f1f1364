//! Eight large videos in one process.

use std::{
    fs::{self, File},
    io::{self, BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use wait4::Wait4 as _;

use super::{
    Result,
    connection::ask,
    flood::Answered,
    input::Input,
    measured::Run,
    stage::{Build, Stage, add_accounts, token},
    table::{Table, Targets, every, peak_mib, print_faults, spread},
    tiktok::{Digest, TOKEN, Tiktok},
    turns::in_turns,
};

const ROUNDS: usize = 5;

/// Number of videos.
const VIDEOS: usize = 8;

/// Measures eight videos of `mib` MiB each, with one account for each.
pub(super) fn measure(stage: &Stage, mib: u64) -> Result<()> {
    let input = Input::write(stage.folder(), mib)?;
    let requests = write_requests(stage.folder(), &input)?;
    fs::remove_file(&input.path)?;
    let subjects = stage.with(&[()]);
    let series = in_turns(&subjects, stage.rounds(ROUNDS), |build, ()| {
        run(stage, build, &requests, &input)
    })?;
    print_faults(&series);
    let all = every(&series, 0, 1);
    let title = format!("{VIDEOS} videos of {mib} MiB from a file, 8 at once");
    let mut table = Table::new(&title, &stage.builds);
    table.row_of("wall time, s", 2, &all, |run: &Measured| {
        run.program.wall.as_secs_f64()
    });
    table.row_of("processor time, s", 2, &all, |run| run.program.cpu.as_secs_f64());
    table.row_of("processor time ÷ wall time", 2, &all, |run| {
        run.program.cpu.as_secs_f64() / run.program.wall.as_secs_f64()
    });
    table.row_of("with the simulated TikTok's", 2, &all, |run| {
        (run.program.cpu.as_secs_f64() + run.tiktok) / run.program.wall.as_secs_f64()
    });
    table.row_of("peak memory, MiB", 1, &all, |run| peak_mib(&run.program));
    table.print();
    let peak = all
        .first()
        .and_then(|ours| spread(ours, |run| peak_mib(&run.program)));
    let mut targets = Targets::default();
    targets.add_limit("eight at once: peak memory, MiB", 16.0, peak.map(|peak| peak.max));
    targets.print();
    fs::remove_file(requests)?;
    Ok(())
}

/// One run, with the processor time of the simulated TikTok in seconds.
#[derive(Debug, Clone, Copy)]
struct Measured {
    program: Run,
    tiktok: f64,
}

/// Writes the request once for each account.
fn write_requests(folder: &Path, input: &Input) -> Result<PathBuf> {
    let path = folder.join("at-once.json");
    let mut file = File::create(&path)?;
    for number in 0..VIDEOS {
        let mut request = BufReader::new(File::open(&input.path)?);
        let mut head = Vec::new();
        while !head.ends_with(TOKEN.as_bytes()) {
            if request.read_until(TOKEN.as_bytes().last().copied().unwrap_or_default(), &mut head)? == 0 {
                return Err("the request has no token".into());
            }
        }
        let head = String::from_utf8(head)?
            .replace(TOKEN, &token(number))
            .replace("\"id\":1", &format!("\"id\":{number}"));
        file.write_all(head.as_bytes())?;
        io::copy(&mut request, &mut file)?;
    }
    // Now, so that no write to the disk falls into a measurement.
    file.sync_all()?;
    Ok(path)
}

#[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
fn run(stage: &Stage, build: &Build, requests: &Path, input: &Input) -> Result<Measured> {
    let tiktok = Tiktok::start(Digest::Off)?;
    add_accounts(&tiktok, VIDEOS)?;
    let before = processor_time(&tiktok)?;
    let mut command = stage.run(build, &tiktok.url);
    command
        .args(["--jobs", "8"])
        .stdin(File::open(requests)?)
        .stdout(Stdio::piped());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let output = BufReader::new(child.stdout.take().ok_or("no output")?);
    let answers = output.lines().collect::<io::Result<Vec<String>>>()?;
    let used = child.wait4()?;
    let wall = start.elapsed();
    if !used.status.success() {
        return Err(format!("the program ended with {}", used.status).into());
    }
    let mut answered = Answered::none_of(VIDEOS);
    answers.iter().try_for_each(|answer| answered.add(answer))?;
    all_arrived(&tiktok, answers.len(), input)?;
    let program = Run {
        to_result: wall,
        wall,
        cpu: used.rusage.utime + used.rusage.stime,
        peak: used.rusage.maxrss,
    };
    Ok(Measured {
        program: program.with_own_peak()?,
        tiktok: processor_time(&tiktok)? - before,
    })
}

/// Processor time of the simulated TikTok's main thread, which serves, in seconds.
fn processor_time(tiktok: &Tiktok) -> Result<f64> {
    let figures = fs::read_to_string(format!("/proc/{}/schedstat", tiktok.process.id()))?;
    let nanoseconds = figures.split(' ').next().unwrap_or_default();
    Ok(Duration::from_nanos(nanoseconds.parse()?).as_secs_f64())
}

/// Checks that all bytes of all videos arrived.
fn all_arrived(tiktok: &Tiktok, answers: usize, input: &Input) -> Result<()> {
    let posts = ask("GET", &format!("{}/_simulator/posts", tiktok.url), "", "")?;
    let posts = posts.as_array().map(Vec::as_slice).unwrap_or_default();
    let bytes = posts.iter().filter_map(|post| post.pointer("/bytes")?.as_u64());
    let whole = bytes.filter(|bytes| *bytes == input.size.0).count();
    if (answers, whole) == (VIDEOS, VIDEOS) {
        Ok(())
    } else {
        Err(format!("{answers} answers, and {whole} whole videos arrived").into())
    }
}
