//! Files generated from the actions' types: committed, valid draft 7, and checked.

use std::{
    fs,
    path::{Path, PathBuf},
};

use autohive_tiktok::integrations::INTEGRATIONS;
use serde_json::{Value, json};

use crate::support::{
    program::{Ended, command},
    root,
};

const ACTIONS: [&str; 7] = [
    "get_user_info",
    "get_creator_info",
    "create_video_post",
    "upload_video_draft",
    "get_post_status",
    "get_videos",
    "create_photo_post",
];

fn schemas(mode: &str, root: &Path) -> Ended {
    command("schemas")
        .arg(mode)
        .arg("--root")
        .arg(root.to_str().unwrap())
        .finish()
}

/// A copy of the files that are generated or have generated parts.
fn copied_tree(name: &str) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if copy.exists() {
        fs::remove_dir_all(&copy).unwrap();
    }
    for folder in ["schemas/tiktok", "schemas/tiktok-ads", "docs", "ads"] {
        fs::create_dir_all(copy.join(folder)).unwrap();
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, copy.join(folder).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    fs::copy(root().join("config.json"), copy.join("config.json")).unwrap();
    copy
}

fn printed() -> Value {
    let ended = command("schemas").arg("print").finish().exits(0);
    serde_json::from_slice(&ended.stdout).expect("schemas print should print JSON")
}

fn manifest() -> Value {
    serde_json::from_str(&fs::read_to_string(root().join("config.json")).unwrap()).unwrap()
}

#[test]
fn the_tree_is_up_to_date() {
    schemas("check", &root()).exits(0);
    schemas("check", &copied_tree("untouched")).exits(0);
}

#[test]
fn an_edited_file_is_found_and_written_anew() {
    for (name, file, was, is) in [
        (
            "edited_schema",
            "schemas/tiktok/get_videos.input.json",
            "\"max_count\"",
            "\"count\"",
        ),
        (
            "edited_output",
            "schemas/tiktok/get_post_status.output.json",
            "\"string\"",
            "\"number\"",
        ),
        (
            "edited_manifest",
            "config.json",
            "\"minItems\": 1",
            "\"minItems\": 2",
        ),
        (
            "edited_version",
            "config.json",
            "\"version\": \"",
            "\"version\": \"9",
        ),
        (
            "edited_action_table",
            "docs/actions.md",
            "| `get_videos` |",
            "| `get_movies` |",
        ),
        (
            "edited_error_table",
            "docs/errors.md",
            "| [`invalid_json`](#invalid_json) |",
            "| [`wrong_json`](#wrong_json) |",
        ),
        (
            "edited_error_page",
            "docs/errors.md",
            "## `invalid_json`",
            "## `wrong_json`",
        ),
    ] {
        let copy = copied_tree(name);
        let text = fs::read_to_string(copy.join(file)).unwrap();
        assert!(
            text.contains(was),
            "{file} should hold {was}, or this test shows nothing"
        );
        fs::write(copy.join(file), text.replacen(was, is, 1)).unwrap();
        let ended = schemas("check", &copy).exits(1);
        assert!(
            ended.text().contains(file),
            "{file} was edited, and should be named: {}",
            ended.text()
        );
        assert!(
            ended.text().contains("schemas write"),
            "the next step should be printed: {}",
            ended.text()
        );
        assert_eq!(
            ended.text().matches("out of date").count(),
            1,
            "the other files are fine: {}",
            ended.text()
        );
        schemas("write", &copy).exits(0);
        assert_eq!(
            fs::read_to_string(copy.join(file)).unwrap(),
            text,
            "schemas write should restore {file}"
        );
        schemas("check", &copy).exits(0);
    }
}

#[test]
fn a_missing_file_is_found() {
    let copy = copied_tree("missing_schema");
    fs::remove_file(copy.join("schemas/tiktok/get_videos.input.json")).unwrap();
    let ended = schemas("check", &copy).exits(1);
    assert!(
        ended.text().contains("schemas/tiktok/get_videos.input.json"),
        "{}",
        ended.text()
    );
    schemas("write", &copy).exits(0);
    schemas("check", &copy).exits(0);
    for (name, file) in [
        ("missing_manifest", "config.json"),
        ("missing_page", "docs/actions.md"),
    ] {
        let copy = copied_tree(name);
        fs::remove_file(copy.join(file)).unwrap();
        let ended = schemas("check", &copy).exits(1);
        assert!(
            ended.stderr.contains(file),
            "{file} holds hand-written parts: {}",
            ended.stderr
        );
    }
    schemas("check", Path::new("/nowhere/at/all")).exits(1);
}

#[test]
fn a_page_without_its_marks_is_an_error() {
    let copy = copied_tree("no_marks");
    let page = fs::read_to_string(copy.join("docs/actions.md"))
        .unwrap()
        .replace("<!-- /actions -->", "");
    fs::write(copy.join("docs/actions.md"), page).unwrap();
    let ended = schemas("check", &copy).exits(1);
    assert!(
        ended.stderr.contains("<!-- /actions -->"),
        "the mark to put back should be named: {}",
        ended.stderr
    );
}

#[test]
fn printed_schemas_equal_the_committed_ones() {
    let (printed, manifest) = (printed(), manifest());
    let names: Vec<&String> = printed["tiktok"].as_object().unwrap().keys().collect();
    assert_eq!(names, ACTIONS, "the seven actions in their order");
    for action in ACTIONS {
        assert_eq!(
            printed["tiktok"][action], manifest["actions"][action],
            "{action} in config.json"
        );
        for side in ["input", "output"] {
            let path = root().join(format!("schemas/tiktok/{action}.{side}.json"));
            let committed: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            assert_eq!(
                printed["tiktok"][action][format!("{side}_schema")],
                committed,
                "schemas/tiktok/{action}.{side}.json"
            );
        }
    }
}

#[test]
fn every_schema_is_valid_draft_7_and_stands_alone() {
    for action in ACTIONS {
        for side in ["input_schema", "output_schema"] {
            let schema = &manifest()["actions"][action][side];
            let fault = jsonschema::draft7::meta::validate(schema).err();
            assert!(fault.is_none(), "{action} {side} is no draft-7 schema: {fault:?}");
            assert_eq!(schema["type"], "object", "{action} {side}");
            let text = schema.to_string();
            for word in ["$ref", "$defs", "definitions", "\"null\"", "$schema"] {
                assert!(!text.contains(word), "{action} {side} should not have {word}");
            }
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                let described = property["description"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty());
                assert!(
                    described || property == true,
                    "{action} {side}: {name} should be described for people"
                );
            }
        }
        let manifest = manifest();
        let action_entry = &manifest["actions"][action];
        assert!(
            action_entry["display_name"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{action}"
        );
        assert!(
            action_entry["description"]
                .as_str()
                .is_some_and(|text| text.len() > 20),
            "{action}"
        );
        assert_eq!(
            action_entry["input_schema"]["additionalProperties"], false,
            "{action}: misspelt inputs are refused"
        );
    }
}

#[test]
fn a_manifest_is_printed_for_the_integration_that_is_named() {
    let manifest = |arguments: &[&str]| {
        let program = command("schemas").arg("manifest");
        arguments
            .iter()
            .fold(program, |program, word| program.arg(word))
            .finish()
    };
    let plain = manifest(&[]).exits(0).whole_text();
    assert!(plain.contains("video.upload"), "{plain}");
    let named = manifest(&["--integration", "tiktok", "--scopes", "posting"]).exits(0);
    assert_eq!(plain, named.whole_text());
    let ads = manifest(&["--integration", "tiktok-ads"]).exits(0).whole_text();
    assert!(
        ads.contains("get_campaigns") && !ads.contains("video.upload"),
        "{ads}"
    );
    for (arguments, words) in [
        (
            &["--integration", "tiktk"][..],
            "got \"tiktk\"; did you mean \"tiktok\"? allowed: tiktok",
        ),
        (
            &["--scopes", "video.pubish"],
            "did you mean video.publish? allowed: posting, all, or names among user.info.basic",
        ),
        (&["--scopes", ","], "no permission is named; allowed: posting"),
    ] {
        let ended = manifest(arguments).exits(2);
        assert!(ended.stderr.contains(words), "{arguments:?}: {}", ended.stderr);
        assert!(ended.stdout.is_empty(), "{arguments:?}");
    }
}

/// Requirements of Autohive's validators for a manifest and its folder
/// (<https://github.com/autohive-ai/integrations-sdk>).
#[test]
fn the_manifest_is_one_that_autohive_takes() {
    let manifest = manifest();
    for key in [
        "name",
        "version",
        "description",
        "entry_point",
        "actions",
        "display_name",
    ] {
        assert!(!manifest[key].is_null(), "config.json should have {key}");
    }
    assert!(
        manifest["auth"]["scopes"].is_array(),
        "auth of type platform has a list of scopes: {}",
        manifest["auth"]
    );
    let icon = fs::read(root().join("icon.png")).unwrap();
    assert!(icon.starts_with(b"\x89PNG\r\n\x1a\n"), "icon.png is a PNG");
    let size = |at: usize| u32::from_be_bytes(icon[at..at + 4].try_into().unwrap());
    assert_eq!((size(16), size(20)), (512, 512), "icon.png is 512 by 512");
}

/// Inputs as workflows for Autohive's previous integration send them: every old name, and its file objects. The one
/// exception is `privacy_level`, which TikTok requires the user to choose.
#[test]
fn inputs_of_the_old_integration_still_validate() {
    let file = json!({ "name": "clip.mp4", "contentType": "video/mp4", "content": "AAAA" });
    let manifest = manifest();
    for (action, inputs) in [
        ("get_user_info", json!({})),
        ("get_creator_info", json!({})),
        (
            "create_video_post",
            json!({ "file": file, "title": "t", "privacy_level": "SELF_ONLY" }),
        ),
        (
            "create_video_post",
            json!({
                "files": [file, file], "title": "t #x", "privacy_level": "PUBLIC_TO_EVERYONE", "disable_comment": false,
                "disable_duet": true, "disable_stitch": false, "video_cover_timestamp_ms": 1000,
            }),
        ),
        (
            "create_video_post",
            json!({ "video_content_base64": "AAAA", "privacy_level": "MUTUAL_FOLLOW_FRIENDS" }),
        ),
        (
            "create_video_post",
            json!({ "source": "PULL_FROM_URL", "video_url": "https://example.com/a.mp4", "privacy_level": "FOLLOWER_OF_CREATOR" }),
        ),
        ("upload_video_draft", json!({ "file": file })),
        ("upload_video_draft", json!({ "files": [file] })),
        (
            "get_post_status",
            json!({ "publish_id": "v_pub_file~v2-1.7601447475849021453" }),
        ),
        ("get_videos", json!({})),
        (
            "get_videos",
            json!({ "max_count": 20, "cursor": 1_700_000_000_000_i64 }),
        ),
        (
            "create_photo_post",
            json!({
                "photo_urls": ["https://example.com/a.jpg"], "title": "t", "description": "d", "privacy_level": "SELF_ONLY",
                "disable_comment": true, "auto_add_music": true, "photo_cover_index": 0, "post_mode": "DIRECT_POST",
            }),
        ),
    ] {
        let schema = &manifest["actions"][action]["input_schema"];
        let validator = jsonschema::draft7::options()
            .should_validate_formats(false)
            .build(schema)
            .unwrap();
        let faults: Vec<String> = validator
            .iter_errors(&inputs)
            .map(|fault| fault.to_string())
            .collect();
        assert!(faults.is_empty(), "{action} should take {inputs}: {faults:?}");
    }
}

/// Inputs that are extracted as base64 while a request is read, before its integration is known.
const EXTRACTED: [&str; 3] = ["content", "video_content_base64", "image_content_base64"];

/// Every property within a schema, with its own schema.
fn properties(schema: &Value) -> Vec<(&str, &Value)> {
    let named = schema["properties"].as_object().into_iter().flatten();
    let own = named.map(|(name, property)| (name.as_str(), property));
    let inner = match schema {
        Value::Object(members) => members.values().flat_map(properties).collect(),
        Value::Array(items) => items.iter().flat_map(properties).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    own.chain(inner).collect()
}

#[test]
fn only_base64_contents_have_the_names_that_are_extracted() {
    for integration in INTEGRATIONS {
        let manifest: Value = serde_json::from_str(integration.manifest).unwrap();
        for (action, entry) in manifest["actions"].as_object().unwrap() {
            for (name, property) in properties(&entry["input_schema"]) {
                assert_eq!(
                    EXTRACTED.contains(&name),
                    property["contentEncoding"] == "base64",
                    "{} {action}: input {name} should have another name, or contentEncoding base64",
                    integration.name
                );
            }
        }
    }
    let schema = json!({ "properties": { "a": { "items": [{ "properties": { "content": {} } }] } } });
    let names: Vec<&str> = properties(&schema).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "content"], "inner properties should be found");
}
