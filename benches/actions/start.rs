//! One `get_user_info`, from the start of the program to its result and to its end, over http and over https.

use std::process::{Command, Stdio};

use super::{
    Result,
    conversation::succeeded,
    instructions,
    measured::{Run, measured_for},
    stage::{Build, Stage, add_accounts_for, user_info},
    statistics::Spread,
    table::{
        Table, Targets, cpu_milliseconds, every, milliseconds_to_result, peak_mib, print_faults, spread,
        wall_milliseconds,
    },
    terminator::Terminator,
    tiktok::{Digest, Tiktok},
    turns::{Series, in_turns},
};

const ROUNDS: usize = 101;

/// Way to the simulated TikTok.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Http,
    Https,
}

impl Transport {
    pub(super) const ALL: [Self; 2] = [Self::Http, Self::Https];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// The simulated TikTok, with and without TLS.
#[derive(Debug)]
struct Served {
    tiktok: Tiktok,
    terminator: Terminator,
}

impl Served {
    fn start() -> Result<Self> {
        let tiktok = Tiktok::start(Digest::Off)?;
        add_accounts_for(&tiktok, 1)?;
        Ok(Self {
            terminator: Terminator::start(&tiktok)?,
            tiktok,
        })
    }

    fn base(&self, transport: Transport) -> &str {
        match transport {
            Transport::Http => &self.tiktok.url,
            Transport::Https => &self.terminator.url,
        }
    }

    /// Sets the certificate store, for http too.
    fn trust(&self, command: &mut Command) {
        let store = &self.terminator.store;
        command.env("SSL_CERT_FILE", &store.file);
        command.envs(store.folder.map(|folder| ("SSL_CERT_DIR", folder)));
    }

    fn run(&self, stage: &Stage, build: &Build, transport: Transport) -> Result<Run> {
        let mut command = stage.run(build, self.base(transport));
        self.trust(&mut command);
        let (run, line) = measured_for(&mut command, &user_info(0))?;
        succeeded(&line)?;
        Ok(run)
    }

    /// Checks that a build refuses the terminator if the store does not have its root.
    fn is_refused_without_root(&self, stage: &Stage, build: &Build) -> Result<()> {
        let mut command = stage.run(build, self.base(Transport::Https));
        self.trust(&mut command);
        command.env("SSL_CERT_FILE", &self.terminator.store.untrusted);
        let (_run, line) = measured_for(command.stderr(Stdio::null()), &user_info(0))?;
        if line.contains("certificate") && succeeded(&line).is_err() {
            Ok(())
        } else {
            Err(format!("{} did not verify the certificate: {line}", build.name).into())
        }
    }

    /// Millions of user instructions.
    #[expect(clippy::cast_precision_loss, reason = "no count comes near 2^53")]
    fn instructions(&self, stage: &Stage, build: &Build, transport: Transport) -> Option<f64> {
        let base = self.base(transport);
        let counted = instructions::count(stage, build, base, |command| self.trust(command), &user_info(0));
        match counted {
            Ok(count) => Some(count as f64 / 1e6),
            Err(error) => {
                println!("\nInstructions of {}: not measured: {error}", build.name);
                None
            }
        }
    }
}

/// All figures of one transport, by build.
#[derive(Debug)]
struct Figures<'a> {
    series: Vec<&'a Series<Run>>,
    instructions: Vec<Option<f64>>,
}

impl Figures<'_> {
    fn print(&self, stage: &Stage, transport: Transport) {
        let title = format!("`get_user_info` over {}", transport.name());
        let mut table = Table::new(&title, &stage.builds);
        table.row_of("start to result, ms", 1, &self.series, milliseconds_to_result);
        table.row_of(
            "start to end of the program, ms",
            1,
            &self.series,
            wall_milliseconds,
        );
        table.row_of("processor time, ms", 1, &self.series, cpu_milliseconds);
        table.row_of("peak memory, MiB", 1, &self.series, peak_mib);
        let instructions = self.instructions.iter();
        let instructions: Vec<Option<Spread>> = instructions
            .map(|count| count.map(|count| Spread::of([count])))
            .collect();
        table.row("user instructions, millions", 2, &instructions);
        table.print();
    }

    fn median(&self, build: usize, figure: fn(&Run) -> f64) -> Option<f64> {
        Some(spread(self.series.get(build)?, figure)?.median)
    }

    fn instructions(&self, build: usize) -> Option<f64> {
        self.instructions.get(build).copied().flatten()
    }
}

/// Measures over http.
pub(super) fn over_http(stage: &Stage) -> Result<()> {
    measure(stage, &[Transport::Http])
}

/// Measures over https, and over http in the same rounds.
pub(super) fn over_https(stage: &Stage) -> Result<()> {
    measure(stage, &Transport::ALL)
}

fn measure(stage: &Stage, transports: &[Transport]) -> Result<()> {
    let served = Served::start()?;
    if transports.contains(&Transport::Https) {
        println!("\n{}", served.terminator.store.description()?);
        for build in &stage.builds {
            served.is_refused_without_root(stage, build)?;
        }
    }
    let subjects = stage.with(transports);
    in_turns(&subjects, 1, |build, transport| {
        served.run(stage, build, transport)
    })?;
    let series = in_turns(&subjects, stage.rounds(ROUNDS), |build, transport| {
        served.run(stage, build, transport)
    })?;
    print_faults(&series);
    let all = transports.iter().enumerate().map(|(index, transport)| Figures {
        series: every(&series, index, transports.len()),
        instructions: stage
            .builds
            .iter()
            .map(|build| served.instructions(stage, build, *transport))
            .collect(),
    });
    let all: Vec<Figures<'_>> = all.collect();
    for (figures, transport) in all.iter().zip(transports) {
        figures.print(stage, *transport);
    }
    targets(&all).print();
    Ok(())
}

/// Targets against the other build, which is build 1.
fn targets(all: &[Figures<'_>]) -> Targets {
    let mut targets = Targets::default();
    let Some(http) = all.first() else {
        return targets;
    };
    targets.add(
        "http: user instructions ÷ other build",
        0.5,
        http.instructions(0),
        http.instructions(1),
    );
    let Some(https) = all.get(1) else {
        return targets;
    };
    for (what, figure) in [
        ("start to result", milliseconds_to_result as fn(&Run) -> f64),
        ("start to end", wall_milliseconds),
        ("processor time", cpu_milliseconds),
    ] {
        targets.add(
            &format!("https: {what} ÷ other build over http"),
            1.5,
            https.median(0, figure),
            http.median(1, figure),
        );
    }
    targets.add(
        "https: user instructions ÷ other build",
        0.25,
        https.instructions(0),
        https.instructions(1),
    );
    targets
}
