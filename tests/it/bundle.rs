//! `bundle`: Autohive's rules for an integration folder (docs/autohive.md#checks), which its checks apply to each change,
//! and the archive. `.ci/run` runs the bundles under Autohive's SDK.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use autohive_tiktok::integrations::INTEGRATIONS;
use serde_json::{Value, json};

use crate::support::{
    program::{Ended, command},
    root,
};

/// Content of a stand-in for the program: it does not matter here.
const PROGRAM: &[u8] = b"#!/bin/sh\n# autohive-tiktok\n";

/// Words of a scope that say nothing about its use.
const COMMON_WORDS: [&str; 4] = ["read", "write", "admin", "api"];

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bundle").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn bundle(out: &Path, integration: &str, more: &[&str]) -> Ended {
    let program = out.join("program");
    fs::write(&program, PROGRAM).unwrap();
    let command = command("bundle")
        .arg("--integration")
        .arg(integration)
        .arg("--out")
        .arg(out.to_str().unwrap())
        .arg("--program")
        .arg(program.to_str().unwrap());
    more.iter()
        .fold(command, |command, word| command.arg(word))
        .finish()
}

/// A bundle's folder and its manifest.
struct Written {
    folder: PathBuf,
    manifest: Value,
}

fn written(name: &str, integration: &str, more: &[&str]) -> Written {
    let out = folder(name);
    bundle(&out, integration, more).exits(0);
    let folder = out.join(integration);
    let manifest = serde_json::from_str(&fs::read_to_string(folder.join("config.json")).unwrap()).unwrap();
    Written { folder, manifest }
}

impl Written {
    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).unwrap()
    }

    fn actions(&self) -> &serde_json::Map<String, Value> {
        self.manifest["actions"].as_object().unwrap()
    }

    fn entry_point(&self) -> String {
        self.text(self.manifest["entry_point"].as_str().unwrap())
    }

    /// Errors and warnings of the checks of structure, code and manifest.
    fn faults(&self) -> Vec<String> {
        [
            self.structure(),
            self.icon(),
            self.manifest_faults(),
            self.unused_scopes(),
            self.handlers(),
            self.inputs(),
            self.style(),
        ]
        .concat()
    }

    fn structure(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let name = self.folder.file_name().unwrap().to_str().unwrap();
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if !name.starts_with(|letter: char| letter.is_ascii_lowercase()) || !name.chars().all(is_plain) {
            faults.push(format!("folder name {name}"));
        }
        let test = format!("tests/test_{}_unit.py", name.replace('-', "_"));
        for path in [
            "config.json",
            "requirements.txt",
            "README.md",
            "__init__.py",
            "tests/__init__.py",
            "tests/conftest.py",
            test.as_str(),
        ] {
            if !self.folder.join(path).is_file() {
                faults.push(format!("{path} is missing"));
            }
        }
        if self.folder.join("integration.py").exists() {
            faults.push("a file is named integration.py".to_owned());
        }
        if !self.text("__init__.py").is_empty() {
            faults.push("__init__.py is not minimal".to_owned());
        }
        if self.text("requirements.txt").trim() != "autohive-integrations-sdk~=2.0.1" {
            faults.push("the SDK is not pinned to ~=2.0.1".to_owned());
        }
        faults
    }

    /// 512 × 512 pixels, by the header of the PNG file.
    fn icon(&self) -> Vec<String> {
        let icon = fs::read(self.folder.join("icon.png")).unwrap();
        let side = 512_u32.to_be_bytes();
        let is_right = icon.starts_with(b"\x89PNG\r\n\x1a\n") && icon[12..16] == *b"IHDR";
        if is_right && icon[16..20] == side && icon[20..24] == side {
            Vec::new()
        } else {
            vec!["icon.png is not a PNG of 512 × 512".to_owned()]
        }
    }

    fn manifest_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
        for member in ["name", "display_name", "description", "entry_point", "version"] {
            if !is_text(&self.manifest[member]) {
                faults.push(format!("the manifest has no {member}"));
            }
        }
        if self.manifest["version"] != env!("CARGO_PKG_VERSION") {
            faults.push("the version is not the program's".to_owned());
        }
        let auth = &self.manifest["auth"];
        let is_right = match auth["type"].as_str() {
            Some("platform") => is_text(&auth["provider"]) && auth["scopes"].is_array(),
            Some("custom") => auth["fields"]["properties"].is_object(),
            _ => false,
        };
        if !is_right {
            faults.push(format!("auth is {auth}"));
        }
        if self.actions().is_empty() {
            faults.push("there are no actions".to_owned());
        }
        for (name, action) in self.actions() {
            let has_all = is_text(&action["display_name"])
                && is_text(&action["description"])
                && action["input_schema"].is_object()
                && action["output_schema"].is_object();
            if !has_all || name.to_ascii_lowercase() != *name {
                faults.push(format!("action {name} is incomplete"));
            }
        }
        faults
    }

    /// Scopes none of whose words appears in an action.
    fn unused_scopes(&self) -> Vec<String> {
        let texts: String = self
            .actions()
            .iter()
            .map(|(name, action)| {
                format!("{name} {} {} ", action["description"], action["display_name"]).to_lowercase()
            })
            .collect();
        let scopes = self.manifest["auth"]["scopes"].as_array();
        let scopes = scopes.into_iter().flatten().filter_map(Value::as_str);
        let is_unused = |scope: &&str| {
            let mut words = scope
                .split([':', '.', '_', '-'])
                .filter(|word| word.len() > 3 && !COMMON_WORDS.contains(word));
            !words.any(|word| texts.contains(word))
        };
        scopes
            .filter(is_unused)
            .map(|scope| format!("scope {scope} looks unused"))
            .collect()
    }

    /// One class with a literal decorator for each action, and none besides.
    fn handlers(&self) -> Vec<String> {
        let code = self.entry_point();
        let decorated: Vec<&str> = code
            .lines()
            .filter_map(|line| line.split_once(".action(\"")?.1.strip_suffix("\")"))
            .collect();
        let names: Vec<&String> = self.actions().keys().collect();
        if decorated == names {
            Vec::new()
        } else {
            vec![format!(
                "the actions are {names:?}, the classes are for {decorated:?}"
            )]
        }
    }

    /// Inputs that `execute` reads: required ones by subscript, others by `get`, all of them by name.
    fn inputs(&self) -> Vec<String> {
        let code = self.entry_point();
        let mut faults = Vec::new();
        let classes = code.split(".action(\"").skip(1);
        for ((name, action), class) in self.actions().iter().zip(classes) {
            let class = class.replace(char::is_whitespace, "");
            let read = |opening: &str| -> BTreeSet<String> {
                let parts = class.split(opening).skip(1);
                parts
                    .filter_map(|part| Some(part.split_once('"')?.0.to_owned()))
                    .collect()
            };
            let schema = &action["input_schema"];
            let required: BTreeSet<String> = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|name| name.as_str().unwrap().to_owned())
                .collect();
            let all: BTreeSet<String> = schema["properties"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect();
            if read("inputs[\"") != required || read("inputs.get(\"") != &all - &required {
                faults.push(format!("{name} does not read its inputs as the schema has them"));
            }
        }
        faults
    }

    fn style(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for path in [
            self.manifest["entry_point"].as_str().unwrap(),
            "autohive_tiktok.py",
        ] {
            let code = self.text(path);
            let long = code.lines().filter(|line| line.chars().count() > 120);
            faults.extend(long.map(|line| format!("{path}: line over 120: {line}")));
            for word in ["import subprocess", "print(", "context.fetch"] {
                if code.contains(word) {
                    faults.push(format!("{path} has {word}"));
                }
            }
        }
        if !self.entry_point().contains("Integration.load()") {
            faults.push("the entry point does not name Integration.load()".to_owned());
        }
        faults
    }
}

#[test]
fn bundles_meet_the_rules_of_autohive() {
    for (integration, scopes) in [
        ("tiktok", "all"),
        ("tiktok", "posting"),
        ("tiktok", "video.upload"),
        ("tiktok-ads", "all"),
    ] {
        let bundle = written(
            &format!("rules-{integration}-{scopes}"),
            integration,
            &["--scopes", scopes],
        );
        assert_eq!(
            bundle.faults(),
            Vec::<String>::new(),
            "{integration} for {scopes}"
        );
    }
}

#[test]
fn the_rules_notice_what_is_wrong() {
    let mut bundle = written("wrong", "tiktok", &[]);
    let entry = bundle.folder.join("tiktok.py");
    let code = bundle.entry_point();
    fs::write(&entry, code.replace(".action(\"get_videos\")", ".action(name)")).unwrap();
    assert_eq!(bundle.handlers().len(), 1);
    fs::write(&entry, code.replace("inputs.get(\"cursor\", ABSENT)", "None")).unwrap();
    assert_eq!(
        bundle.inputs(),
        ["get_videos does not read its inputs as the schema has them"]
    );
    bundle.manifest["auth"]["scopes"] = json!(["sound.usage"]);
    bundle.manifest["version"] = "0.0.1".into();
    assert_eq!(bundle.unused_scopes(), ["scope sound.usage looks unused"]);
    assert_eq!(bundle.manifest_faults(), ["the version is not the program's"]);
}

#[test]
fn a_bundle_has_the_actions_that_the_permissions_allow() {
    let out = folder("scopes");
    let ended = bundle(&out, "tiktok", &["--scopes", "posting"]).exits(0);
    let notes = ended.stderr;
    assert!(notes.contains("note: get_videos is left out"), "{notes}");
    let code = fs::read_to_string(out.join("tiktok/tiktok.py")).unwrap();
    assert!(
        code.contains("class CreateVideoPost") && !code.contains("class GetVideos"),
        "{code}"
    );
    let refused = bundle(&out, "tiktok", &["--scopes", "video.publsh"]).exits(2);
    let text = refused.stderr;
    assert!(text.contains("did you mean video.publish?"), "{text}");
}

#[test]
fn the_archive_holds_the_same_files_and_their_modes() {
    let bundle = written("archive", "tiktok", &[]);
    let archive = fs::File::open(bundle.folder.with_extension("zip")).unwrap();
    let mut archive = zip::ZipArchive::new(archive).unwrap();
    let mut names = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        let path = bundle.folder.join(&name);
        assert_eq!(bytes, fs::read(&path).unwrap(), "{name}");
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(file.unix_mode().unwrap() & 0o777, mode, "{name}");
        names.insert(name, mode);
    }
    assert_eq!(names["autohive-tiktok"], 0o755);
    assert_eq!(names["config.json"], 0o644);
    let again = written("archive-again", "tiktok", &[]);
    assert_eq!(
        fs::read(bundle.folder.with_extension("zip")).unwrap(),
        fs::read(again.folder.with_extension("zip")).unwrap(),
        "equal bundles have equal archives"
    );
}

#[test]
fn the_program_of_a_bundle_is_this_one_unless_another_is_named() {
    let out = folder("this-program");
    let words = ["--integration", "tiktok", "--out", out.to_str().unwrap()];
    let command = words
        .iter()
        .fold(command("bundle"), |command, word| command.arg(word));
    command.finish().exits(0);
    let bundled = fs::read(out.join("tiktok/autohive-tiktok")).unwrap();
    assert!(bundled == fs::read(crate::support::program::path()).unwrap());
}

#[test]
fn a_bundle_replaces_an_earlier_one_and_nothing_else() {
    let out = folder("replaced");
    bundle(&out, "tiktok", &[]).exits(0);
    let manifest = out.join("tiktok/config.json");
    fs::write(&manifest, r#"{"name":"tiktok"}"#).unwrap();
    fs::write(out.join("tiktok/notes.txt"), "mine").unwrap();
    bundle(&out, "tiktok", &[]).exits(0);
    assert!(fs::read_to_string(&manifest).unwrap().contains("actions"));
    assert!(out.join("tiktok/notes.txt").exists());

    fs::write(&manifest, r#"{"name":"other"}"#).unwrap();
    let refused = bundle(&out, "tiktok", &[]).exits(1);
    let text = refused.stderr;
    assert!(
        text.contains("is not a bundle of tiktok") && text.contains("--out"),
        "{text}"
    );
    assert_eq!(fs::read_to_string(&manifest).unwrap(), r#"{"name":"other"}"#);
}

#[test]
fn a_program_that_is_none_is_named() {
    let out = folder("no-program");
    let missing = out.join("missing");
    let other = out.join("other");
    fs::write(&other, "#!/bin/sh\n").unwrap();
    for (program, code, part) in [
        (missing.as_path(), 1, "could not be read"),
        (other.as_path(), 2, "is not a build of autohive-tiktok"),
        (Path::new("/dev/zero"), 2, "is not a build of autohive-tiktok"),
        (out.as_path(), 2, "is not a build of autohive-tiktok"),
    ] {
        let words = [
            "--integration",
            "tiktok",
            "--out",
            out.to_str().unwrap(),
            "--program",
        ];
        let command = words
            .iter()
            .fold(command("bundle"), |command, word| command.arg(word));
        let text = command.arg(program.to_str().unwrap()).finish().exits(code).stderr;
        assert!(
            text.contains(part) && text.contains(program.to_str().unwrap()),
            "{text}"
        );
        assert!(!out.join("tiktok").exists());
    }
}

#[test]
fn a_bundle_without_actions_is_refused() {
    let out = folder("no-actions");
    let text = bundle(&out, "tiktok", &["--scopes", "user.info.stats"])
        .exits(2)
        .stderr;
    assert!(text.contains("no action works"), "{text}");
    assert!(!out.join("tiktok").exists());
    bundle(&out, "tiktok", &["--scopes", " posting, video.list"]).exits(0);
    let code = fs::read_to_string(out.join("tiktok/tiktok.py")).unwrap();
    assert!(
        code.contains("class GetVideos") && code.contains("class CreateVideoPost"),
        "{code}"
    );
}

#[test]
fn the_sdk_lets_through_what_the_program_accepts() {
    let mut seen = 0;
    for integration in INTEGRATIONS {
        let bundle = written(&format!("lenient-{}", integration.name), integration.name, &[]);
        for (name, action) in bundle.actions() {
            // The SDK does not check formats.
            let validator = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft7)
                .should_validate_formats(false)
                .build(&action["input_schema"])
                .unwrap();
            for (path, inputs) in accepted(integration.name, name) {
                seen += 1;
                let errors: Vec<String> = validator
                    .iter_errors(&inputs)
                    .map(|error| error.to_string())
                    .collect();
                assert_eq!(errors, Vec::<String>::new(), "{}", path.display());
            }
        }
    }
    assert!(seen > 120, "only {seen} fixtures were found");
}

/// Inputs of the fixtures in which the action succeeds.
fn accepted(integration: &str, action: &str) -> Vec<(PathBuf, Value)> {
    let folder = root().join("tests/fixtures").join(integration);
    let mut found = Vec::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let fixture: Value =
                serde_json::from_str(&fs::read_to_string(&path).unwrap_or_default()).unwrap_or_default();
            let request = &fixture["request"];
            let expected = &fixture["expect"]["at"]["/type"];
            let is_plain = fixture["cases"].is_null() && !request["inputs"].to_string().contains("\"$");
            if request["action"] == action && expected == "action" && is_plain {
                let inputs = request.get("inputs").cloned().unwrap_or_else(|| json!({}));
                found.push((path, inputs));
            }
        }
    }
    found
}
