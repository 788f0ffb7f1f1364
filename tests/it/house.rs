//! The house: who may import whom, and the rules that no compiler knows.
//!
//! The floors are read from the table that opens `src/lib.rs`, so the map that people read is the one that is
//! enforced.

#[path = "house/words.rs"]
mod words;

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use crate::support::root;

/// Each room's floor.
type Floors = BTreeMap<String, u32>;

/// A file of the source tree, without its tests.
struct Source {
    /// From the top of the tree, for example `src/host/envelope.rs`.
    path: String,
    /// Lines, with comments blanked out.
    lines: Vec<String>,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let own = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
        Self {
            path: path.to_owned(),
            lines: own.lines().map(without_comment).collect(),
        }
    }

    /// The modules from the top to this file: `src/host/envelope.rs` is `host`, `envelope`.
    fn modules(&self) -> Vec<&str> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        if matches!(path, "lib" | "main") {
            Vec::new()
        } else {
            path.split('/').collect()
        }
    }

    fn room(&self) -> Option<&str> {
        self.modules().first().copied()
    }

    /// The rooms that it names, with line numbers from 1: `crate::room`, `crate::{room, …}`,
    /// `super::…::room`.
    fn imports(&self) -> Vec<(usize, String)> {
        let depth = self.modules().len();
        let text = self.lines.join("\n");
        let mut found = Vec::new();
        let ways = ["crate::".to_owned(), "super::".repeat(depth)];
        for way in ways.iter().filter(|way| !way.is_empty()) {
            for (at, _) in text.match_indices(way.as_str()) {
                let before = text[..at].chars().next_back();
                if before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$' | ':'))
                {
                    continue;
                }
                let line = text[..at].matches('\n').count() + 1;
                found.extend(
                    heads(&text[at + way.len()..])
                        .into_iter()
                        .map(|(lower, name)| (line + lower, name)),
                );
            }
        }
        found.retain(|(_, name)| name != "super");
        found
    }
}

/// The first segments of the paths that begin here, with how many lines further down they stand.
fn heads(rest: &str) -> Vec<(usize, String)> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![(0, name_at(rest))];
    };
    let mut found = Vec::new();
    let (mut depth, mut fresh) = (0, true);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            letter if fresh && depth == 0 && letter.is_alphabetic() => {
                found.push((group[..at].matches('\n').count(), name_at(&group[at..])));
                fresh = false;
            }
            _ => {}
        }
    }
    found
}

fn name_at(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

fn without_comment(line: &str) -> String {
    let code = line
        .find("//")
        .filter(|at| !line[..*at].ends_with(':'))
        .map_or(line, |at| &line[..at]);
    code.to_owned()
}

/// Every file under `src`, with its whole text.
fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join("src"), &mut found);
    found.sort();
    assert!(
        found.len() > 20,
        "the source tree should be found below {}",
        root().display()
    );
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// What runs: every file but tests, without the tests within it.
fn sources() -> Vec<Source> {
    let is_test = |path: &str| path.ends_with("/tests.rs") || path.contains("/tests/");
    let files = files();
    files
        .iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| Source::new(path, text))
        .collect()
}

/// Reads the table of `src/lib.rs`.
fn floors(lib: &str) -> Floors {
    let mut floors = Floors::new();
    for row in lib.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let mut cells = row.split(" | ");
        let Some(Ok(floor)) = cells.next().map(str::parse) else {
            continue;
        };
        let rooms = cells.next().unwrap_or_default();
        let names = rooms
            .split('`')
            .enumerate()
            .filter(|(at, _)| at % 2 == 1)
            .map(|(_, name)| name);
        for name in names {
            assert!(
                floors.insert(name.to_owned(), floor).is_none(),
                "{name} stands twice in the table of src/lib.rs"
            );
        }
    }
    floors
}

fn lib() -> String {
    fs::read_to_string(root().join("src/lib.rs")).unwrap()
}

/// Every import that goes up or sideways, as a sentence.
fn broken(sources: &[Source], floors: &Floors) -> Vec<String> {
    let mut told = Vec::new();
    for source in sources {
        let Some(room) = source.room() else { continue };
        let Some(floor) = floors.get(room) else {
            told.push(format!(
                "{}: the room {room} is not in the table of src/lib.rs; add it to a floor",
                source.path
            ));
            continue;
        };
        for (line, import) in source.imports() {
            let place = format!("{}:{line}", source.path);
            match floors.get(&import) {
                _ if import == room => {}
                None => told.push(format!("{place} imports crate::{import}, which is no room of the table")),
                Some(theirs) if theirs < floor => {}
                Some(theirs) => told.push(format!(
                    "{place} imports crate::{import} from floor {theirs}, but {room} is on floor {floor}: a room imports \
                     only from floors below its own; move what both need further down"
                )),
            }
        }
    }
    told
}

/// Lines of `sources` that hold one of `words`, except in files that begin with one of `allowed`.
fn mentions(sources: &[Source], words: &[&str], allowed: &[&str]) -> Vec<String> {
    let elsewhere = sources
        .iter()
        .filter(|source| !allowed.iter().any(|path| source.path.starts_with(path)));
    elsewhere
        .flat_map(|source| {
            let lines = source.lines.iter().enumerate();
            lines
                .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
                .map(|(at, line)| format!("{}:{}: {}", source.path, at + 1, line.trim()))
        })
        .collect()
}

#[track_caller]
fn none(found: &[String], advice: &str) {
    assert!(found.is_empty(), "{advice}:\n{}", found.join("\n"));
}

#[test]
fn rooms_import_only_from_floors_below() {
    none(&broken(&sources(), &floors(&lib())), "the house leans");
}

#[test]
fn an_upward_or_sideways_import_would_be_caught() {
    let floors = floors(&lib());
    let check = |path: &str, text: &str| broken(&[Source::new(path, text)], &floors);
    let told = check("src/http/retry.rs", "use std::fmt;\nuse crate::host::Host;\n");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("src/http/retry.rs:2 imports crate::host from floor 6, but http is on floor 1"),
        "{told:?}"
    );
    for caught in [
        "use crate::{\n    clock::Clock,\n    cli::Exit,\n};",
        "use crate::{model::{ByteCount, X}, posting};",
        "fn f() -> crate::front::stdio::Options {}",
        "use crate::schema;",
        "use super::super::media::Source;",
        "use super::super::{model, upload::Upload};",
        "pub(crate) use crate::host;",
    ] {
        assert_eq!(
            check("src/http/retry.rs", caught).len(),
            1,
            "{caught} should be caught"
        );
    }
    for fine in [
        "use crate::{clock::Clock, model::{ByteCount, host}};",
        "use crate::http::transport::Answer;",
        "use super::transport::Answer;",
        "//! See [`crate::host`].\n/// And crate::cli::main.\n",
        "let crates = \"x\"; // crate::host",
        "#[cfg(test)]\nmod tests {\n    use crate::host;\n}",
        "use xcrate::host;",
    ] {
        assert_eq!(
            check("src/http/retry.rs", &format!("//! Retries.\n{fine}")),
            Vec::<String>::new(),
            "{fine}"
        );
    }
    assert_eq!(
        check("src/attic.rs", "").len(),
        1,
        "a room that is not in the table should be caught"
    );
}

#[test]
fn every_room_is_on_a_floor_and_every_floor_has_its_rooms() {
    let lib = lib();
    let floors = floors(&lib);
    let mut declared = Floors::new();
    let mut floor = None;
    for line in lib.lines() {
        if let Some(number) = line.strip_prefix("// Floor ") {
            floor = number.trim().parse().ok();
        }
        if let Some(name) = line
            .strip_prefix("pub mod ")
            .and_then(|rest| rest.strip_suffix(';'))
        {
            let floor = floor.expect("modules of src/lib.rs stand below a comment such as `// Floor 8`");
            declared.insert(name.to_owned(), floor);
        }
    }
    assert_eq!(
        floors, declared,
        "the table of src/lib.rs and the modules below it should name the same rooms"
    );
}

#[test]
fn modules_have_files_of_their_own_name() {
    let found: Vec<String> = files()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.ends_with("/mod.rs"))
        .collect();
    none(&found, "use foo.rs beside foo/ instead of mod.rs");
}

#[test]
fn files_stay_short() {
    let long = sources()
        .into_iter()
        .filter(|source| source.lines.len() > 400 && !TO_CUT.contains(&source.path.as_str()));
    let found: Vec<String> = long
        .map(|source| format!("{}: {} lines", source.path, source.lines.len()))
        .collect();
    none(
        &found,
        "cut these files in two; 400 lines before their tests are the most",
    );
}

/// Files that grew beyond 400 lines with rustfmt's default heuristics. To be shortened, never to be added to.
const TO_CUT: &[&str] = &[
    "src/host.rs",
    "src/host/envelope.rs",
    "src/host/ingest/document.rs",
    "src/http/download.rs",
    "src/http/transport.rs",
    "src/integrations/failure.rs",
    "src/integrations/tiktok/actions/create_photo_post.rs",
    "src/integrations/tiktok/post/idempotency.rs",
    "src/integrations/tiktok/video/input.rs",
    "src/schema/suggest/inputs.rs",
    "src/simulator/exchange.rs",
    "src/state.rs",
    "src/state/redis.rs",
    "src/upload.rs",
];

#[test]
fn the_version_is_the_same_everywhere() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let ours = env!("CARGO_PKG_VERSION");
    let manifest: Value = serde_json::from_str(&read("config.json")).unwrap();
    assert_eq!(
        manifest["version"], ours,
        "config.json (right) and Cargo.toml (left) should have one version"
    );
    let changelog = read("CHANGELOG.md");
    let headings = changelog.lines().filter_map(|line| line.strip_prefix("## ["));
    let newest = headings
        .filter_map(|rest| rest.split(']').next())
        .find(|name| *name != "Unreleased");
    assert_eq!(
        newest,
        Some(ours),
        "the newest heading of CHANGELOG.md should be the version of Cargo.toml"
    );
}

#[test]
fn only_cli_reads_the_environment_and_picks_the_exit_code() {
    let words = [
        "std::env",
        "env::var",
        "env::args",
        "env = \"",
        "ExitCode",
        "process::exit",
    ];
    none(
        &mentions(&sources(), &words, &["src/cli", "src/main.rs"]),
        "the environment is read in cli alone",
    );
}

#[test]
fn only_the_header_and_the_upload_see_a_secret() {
    let seen = mentions(
        &sources(),
        &["expose_secret", ".header_value", "::header_value"],
        &["src/secret", "src/http/transport.rs"],
    );
    none(
        &seen,
        "the token goes into the header of a request and nowhere else",
    );
    none(
        &mentions(
            &sources(),
            &[".expose()"],
            &["src/secret.rs", "src/upload/sending.rs"],
        ),
        "the upload URL is for the upload alone",
    );
}

#[test]
fn the_simulator_shares_nothing_with_the_clients_but_the_clock() {
    let simulator = sources()
        .into_iter()
        .filter(|source| source.room() == Some("simulator"));
    let found: Vec<String> = simulator
        .flat_map(|source| {
            let imports = source.imports();
            let foreign = imports
                .into_iter()
                .filter(|(_, name)| name != "clock" && name != "simulator");
            foreign
                .map(|(line, name)| format!("{}:{line} imports crate::{name}", source.path))
                .collect::<Vec<_>>()
        })
        .collect();
    none(
        &found,
        "a fake made of the client's own types agrees with the client's mistakes",
    );
}

#[test]
fn only_the_clock_tells_the_time_and_waits() {
    let words = [
        "SystemTime",
        "Instant",
        "time::sleep",
        "time::interval",
        "thread::sleep",
    ];
    // A slow answer of the simulator must be slow by the client's own clock.
    let allowed = ["src/clock.rs", "src/simulator/pace.rs"];
    none(
        &mentions(&sources(), &words, &allowed),
        "take the time from Clock",
    );
}

#[test]
fn pure_rooms_do_no_io_and_take_no_clock() {
    let pure = [
        "upload/plan",
        "upload/progress",
        "http/resume",
        "http/retry",
        "posting/rules",
        "state/row",
        "state/judge",
        "state/sqlite/ownership",
        "host/envelope",
    ]
    .map(|room| format!("src/{room}.rs"));
    let sources: Vec<Source> = sources()
        .into_iter()
        .filter(|source| pure.contains(&source.path))
        .collect();
    assert_eq!(
        sources.len(),
        pure.len(),
        "one of the pure rooms {pure:?} has moved"
    );
    let words = [
        "clock",
        "Clock",
        "tokio",
        "async ",
        ".await",
        "std::fs",
        "std::io",
        "std::net",
        "fs::",
        "Transport",
    ];
    none(
        &mentions(&sources, &words, &[]),
        "pure rooms do no I/O and take no clock",
    );
}

#[test]
fn an_action_knows_nothing_of_json_values_and_streams() {
    let actions = sources()
        .into_iter()
        .filter(|source| source.path.starts_with("src/integrations/tiktok"));
    // What stands between the host and the actions: the reader of `auth`, and digests of raw inputs.
    let adapters = ["credentials", "evidence", "post/fingerprint", "post/journal"];
    let adapters = adapters.map(|name| format!("src/integrations/tiktok/{name}.rs"));
    let found = mentions(
        &actions.collect::<Vec<_>>(),
        &["serde_json", "stdin", "stdout", "println", "request_id"],
        &adapters.each_ref().map(String::as_str),
    );
    none(
        &found,
        "an action has typed input and typed output, and nothing else",
    );
}

#[test]
fn output_has_an_order() {
    let found = mentions(&sources(), &["HashMap", "HashSet"], &[]);
    none(
        &found,
        "use BTreeMap: the order of output is part of the contract",
    );
}

/// The compiler only denies it, because of a macro that brings an `allow` of its own.
#[test]
fn nothing_of_ours_is_unsafe() {
    let found = mentions(
        &sources(),
        &[
            "unsafe {",
            "unsafe{",
            "unsafe fn",
            "unsafe impl",
            "unsafe extern",
            "unsafe_code",
            "[unsafe(",
        ],
        &[],
    );
    none(&found, "find a safe way, or a well-kept crate that offers one");
    let macros = mentions(&sources(), &["ctor(unsafe)"], &["src/cli/streams.rs"]);
    none(&macros, "only the look at the standard streams runs before main");
}
