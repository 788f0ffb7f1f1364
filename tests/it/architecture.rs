//! Structure of the source tree: the rules that the compiler does not check.
//!
//! The layers and the list of pure modules are read from the first page of `src/lib.rs`, so the map that people read is
//! the map that is enforced.

#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/source.rs"]
mod source;
#[path = "architecture/words.rs"]
mod words;

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use self::{
    circles::{base, owned},
    source::{Source, is_at},
};
use crate::support::root;

/// Layer of each top-level module; 0 is the lowest.
type Layers = BTreeMap<String, u32>;

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

/// Source files without tests, neither test files nor inline tests.
fn sources() -> Vec<Source> {
    let is_test = |path: &str| path.ends_with("/tests.rs") || path.contains("/tests/");
    let files = files();
    files
        .iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| Source::new(path, text))
        .collect()
}

/// Layers by the table of `src/lib.rs`.
fn layers(lib: &str) -> Layers {
    let mut layers = Layers::new();
    for row in lib.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let mut cells = row.split(" | ");
        let Some(Ok(layer)) = cells.next().map(str::parse) else {
            continue;
        };
        for name in quoted(cells.next().unwrap_or_default()) {
            assert!(
                layers.insert(name.to_owned(), layer).is_none(),
                "{name} is listed twice in the table of src/lib.rs"
            );
        }
    }
    layers
}

/// Text between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Places of the modules that the section "Pure modules" of `src/lib.rs` lists. Each stands for its file and the
/// folder of its name.
fn pure_places(lib: &str) -> Vec<String> {
    let section = lib.split("//! # Pure modules").nth(1).unwrap_or_default();
    let section = section.split("//! # ").next().unwrap_or_default();
    quoted(section)
        .filter(|name| name.contains("::"))
        .map(|name| format!("src/{}", name.replace("::", "/")))
        .collect()
}

fn lib() -> String {
    fs::read_to_string(root().join("src/lib.rs")).unwrap()
}

/// One sentence for each import from the same or a higher layer.
fn wrong_imports(sources: &[Source], layers: &Layers) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let Some(module) = source.module() else { continue };
        let Some(layer) = layers.get(module) else {
            found.push(format!(
                "{}: module {module} is missing from the table of src/lib.rs; add it to a layer",
                source.path
            ));
            continue;
        };
        for (line, import) in source.imports() {
            let place = format!("{}:{line}", source.path);
            match layers.get(&import) {
                _ if import == module => {}
                None => found.push(format!(
                    "{place} imports crate::{import}, which the table of src/lib.rs does not list"
                )),
                Some(theirs) if theirs < layer => {}
                Some(theirs) => found.push(format!(
                    "{place} imports crate::{import} from layer {theirs}, but {module} is on layer {layer}: a module \
                     imports only from lower layers; move what both need further down"
                )),
            }
        }
    }
    found
}

/// Lines of `sources` that hold one of `words`, except in files at one of the places `allowed`.
fn mentions(sources: &[Source], words: &[&str], allowed: &[&str]) -> Vec<String> {
    let elsewhere = sources
        .iter()
        .filter(|source| !allowed.iter().any(|place| is_at(&source.path, place)));
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
fn modules_import_only_from_lower_layers() {
    none(
        &wrong_imports(&sources(), &layers(&lib())),
        "imports against the layers",
    );
}

#[test]
fn an_import_from_the_same_or_a_higher_layer_would_be_caught() {
    let layers = layers(&lib());
    let check = |path: &str, text: &str| wrong_imports(&[Source::new(path, text)], &layers);
    let found = check("src/http/retry.rs", "use std::fmt;\nuse crate::host::Host;\n");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("src/http/retry.rs:2 imports crate::host from layer 6, but http is on layer 1"),
        "{found:?}"
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
        let text = format!("//! Retries.\n{fine}");
        assert_eq!(check("src/http/retry.rs", &text), Vec::<String>::new(), "{fine}");
    }
    assert_eq!(
        check("src/attic.rs", "").len(),
        1,
        "a module that the table does not list should be caught"
    );
}

#[test]
fn the_table_of_layers_lists_each_module_where_it_is_declared() {
    let lib = lib();
    let layers = layers(&lib);
    let mut declared = Layers::new();
    let mut layer = None;
    for line in lib.lines() {
        if let Some(number) = line.strip_prefix("// Layer ") {
            layer = number.trim().parse().ok();
        }
        let name = line
            .strip_prefix("pub mod ")
            .and_then(|rest| rest.strip_suffix(';'));
        if let Some(name) = name {
            let layer =
                layer.expect("modules of src/lib.rs are declared below a comment such as `// Layer 8`");
            declared.insert(name.to_owned(), layer);
        }
    }
    assert_eq!(
        layers, declared,
        "the table of src/lib.rs and the modules declared below it should be the same"
    );
}

#[test]
fn modules_are_named_like_their_files() {
    let found: Vec<String> = files()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.ends_with("/mod.rs"))
        .collect();
    none(&found, "use foo.rs beside foo/ instead of mod.rs");
}

#[test]
fn files_stay_short() {
    let long = sources().into_iter().filter(|source| source.lines.len() > 400);
    let found: Vec<String> = long
        .map(|source| format!("{}: {} lines", source.path, source.lines.len()))
        .collect();
    none(
        &found,
        "cut these files in two; 400 lines before their tests are the most",
    );
}

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
    let words = ["env = \"", "ExitCode", "process::exit"];
    none(
        &mentions(&sources(), &words, &["src/cli", "src/main.rs"]),
        "the environment is read in cli alone",
    );
    // `bundle` asks for the path of the program.
    let words = ["std::env", "env::var", "env::args", "env::temp_dir", "env,"];
    none(
        &mentions(&sources(), &words, &["src/cli/environment", "src/cli/bundle"]),
        "the environment is read in cli::environment alone",
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
            &[
                "src/secret",
                "src/upload/sending.rs",
                "src/marketing_api/oauth/parameters.rs",
                "src/open_api/oauth/parameters.rs",
                "src/accounts/rows/row.rs",
                "src/accounts/credentials.rs",
            ],
        ),
        "the upload URL is for the upload alone, and secrets of the sign-in for its parameters and its store",
    );
}

#[test]
fn the_simulator_shares_nothing_with_the_clients_but_the_clock() {
    let simulator = sources()
        .into_iter()
        .filter(|source| source.module() == Some("simulator"));
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
fn only_the_clock_module_reads_the_time_and_waits() {
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

/// Words of input, output, time and tasks.
const IMPURE: [&str; 10] = [
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

#[test]
fn pure_modules_do_no_io_and_take_no_clock() {
    let pure = pure_places(&lib());
    let mut sources = sources();
    for place in &pure {
        let file = format!("{place}.rs");
        assert!(
            sources.iter().any(|source| source.path == file),
            "the section \"Pure modules\" of src/lib.rs lists {place}, which has moved"
        );
    }
    assert!(pure.len() > 9, "{pure:?}");
    sources.retain(|source| pure.iter().any(|place| is_at(&source.path, place)));
    none(
        &mentions(&sources, &IMPURE, &[]),
        "pure modules do no I/O and take no clock",
    );
}

#[test]
fn the_list_of_pure_modules_is_read_and_an_impure_one_would_be_caught() {
    let lib =
        "//! # Pure modules\n//!\n//! `a::b` and\n//! `c::d::e`, not `f`.\n//!\n//! # Next\n//! `x::y`\n";
    assert_eq!(pure_places(lib), ["src/a/b", "src/c/d/e"]);
    for (path, is_pure) in [
        ("src/a/b.rs", true),
        ("src/a/b/c.rs", true),
        ("src/a/bc.rs", false),
        ("src/a/b_c/d.rs", false),
        ("src/a.rs", false),
    ] {
        assert_eq!(is_at(path, "src/a/b"), is_pure, "{path}");
    }
    for caught in [
        "use crate::clock::Deadline;",
        "async fn f() {}",
        "use std::{fmt, fs::File};\nlet a = fs::read(b);",
    ] {
        let source = Source::new("src/a/b.rs", caught);
        assert!(!mentions(&[source], &IMPURE, &[]).is_empty(), "{caught}");
    }
}

/// Places between the host and the actions: readers of `auth`, digests of raw inputs, rows of the journal, members of
/// results, and settings that are read, merged and sent as TikTok gave them, also those that no type knows.
const ADAPTERS: [&str; 16] = [
    "src/integrations/keyed/derived.rs",
    "src/integrations/keyed/inputs.rs",
    "src/integrations/tiktok/credentials.rs",
    "src/integrations/tiktok/evidence.rs",
    "src/integrations/tiktok/post/fingerprint.rs",
    "src/integrations/tiktok/post/journal.rs",
    "src/integrations/tiktok_ads/change.rs",
    "src/integrations/tiktok_ads/change/ad.rs",
    "src/integrations/tiktok_ads/change/ad_group.rs",
    "src/integrations/tiktok_ads/change/campaign.rs",
    "src/integrations/tiktok_ads/change/report.rs",
    "src/integrations/tiktok_ads/creation/journal.rs",
    "src/integrations/tiktok_ads/credentials.rs",
    "src/integrations/tiktok_ads/deletion/report.rs",
    "src/integrations/tiktok_ads/evidence.rs",
    "src/integrations/tiktok_ads/written.rs",
];

#[test]
fn an_action_knows_nothing_of_json_values_and_streams() {
    let actions: Vec<Source> = sources()
        .into_iter()
        .filter(|source| matches!(source.segments()[..], ["integrations", _, _, ..]))
        .collect();
    assert!(actions.len() > 20, "{} files", actions.len());
    let found = mentions(
        &actions,
        &["serde_json", "stdin", "stdout", "println", "request_id"],
        &ADAPTERS,
    );
    none(
        &found,
        "an action has typed input and typed output, and nothing else",
    );
}

/// Modules, and those that they must not know: one API or integration is never built on another.
const STRANGERS: [(&str, &[&str]); 8] = [
    ("open_api", &["marketing_api"]),
    ("marketing_api", &["open_api"]),
    ("posting", &["marketing_api"]),
    ("advertising", &["open_api"]),
    (
        "integrations::tiktok",
        &["integrations::tiktok_ads", "marketing_api", "advertising"],
    ),
    ("integrations::tiktok_ads", &["integrations::tiktok", "open_api"]),
    ("simulator::open_api", &["simulator::marketing_api"]),
    ("simulator::marketing_api", &["simulator::open_api"]),
];

/// One sentence for each path by which a module of [`STRANGERS`] names another that it must not know.
fn strange_imports(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let own = owned(&source.segments());
        let strangers: Vec<&str> = STRANGERS
            .iter()
            .filter(|(module, _)| is_in_module(&own, module))
            .flat_map(|(_, strangers)| strangers.iter().copied())
            .collect();
        if strangers.is_empty() {
            continue;
        }
        for path in source.paths() {
            let (module, rest) = base(&own, &path.segments);
            let target = [&module[..], rest].concat();
            if let Some(stranger) = strangers.iter().find(|stranger| is_in_module(&target, stranger)) {
                found.push(format!("{}:{} imports {stranger}", source.path, path.line));
            }
        }
    }
    found
}

/// True if `path` is the module of this name or lies in it.
fn is_in_module(path: &[String], module: &str) -> bool {
    let mut segments = path.iter();
    module
        .split("::")
        .all(|segment| segments.next().is_some_and(|own| own == segment))
}

#[test]
fn an_api_or_integration_knows_nothing_of_its_siblings() {
    none(
        &strange_imports(&sources()),
        "an API and its integration are not built on another; move what both need further down",
    );
}

#[test]
fn an_import_from_a_sibling_would_be_caught() {
    let check = |path: &str, text: &str| strange_imports(&[Source::new(path, text)]).len();
    for (path, text) in [
        ("src/open_api/answer.rs", "use crate::marketing_api::Error;"),
        ("src/open_api.rs", "use super::marketing_api;"),
        (
            "src/marketing_api/answer.rs",
            "use crate::{model, open_api::Endpoint};",
        ),
        (
            "src/integrations/tiktok_ads/context.rs",
            "use crate::open_api::OpenApi;",
        ),
        (
            "src/integrations/tiktok_ads.rs",
            "use super::tiktok::context::Context;",
        ),
        (
            "src/integrations/tiktok/context.rs",
            "use super::super::tiktok_ads::Context;",
        ),
        (
            "src/simulator/marketing_api/world.rs",
            "use super::super::open_api::Account;",
        ),
    ] {
        assert_eq!(check(path, text), 1, "{path}: {text} should be caught");
    }
    for (path, text) in [
        (
            "src/integrations/tiktok_ads.rs",
            "use crate::marketing_api::API_BASE;",
        ),
        ("src/integrations/tiktok/context.rs", "use super::credentials;"),
        ("src/cli/args.rs", "use crate::{marketing_api, open_api};"),
        ("src/catalogue.rs", "pub mod open_api;\nuse self::open_api::ROWS;"),
    ] {
        assert_eq!(check(path, text), 0, "{path}: {text}");
    }
}

#[test]
fn output_has_an_order() {
    let found = mentions(&sources(), &["HashMap", "HashSet"], &[]);
    none(
        &found,
        "use BTreeMap: the order of output is part of the contract",
    );
}

/// The lint is `deny` instead of `forbid`, because a macro expands to its own `allow`.
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
