//! The file `.env`: for the ads token of commands that a person runs, and for nothing else.

use std::fs;

use autohive_tiktok::simulator::Scripted;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask,
    program::{Ended, Program, command, run},
    root,
    tiktok::{Served, scripted, tiktok},
};

const IN_FILE: &str = "CANARY-file-0123456789abcdef0123456789ab";
const IN_VARIABLE: &str = "CANARY-variable-0123456789abcdef01234567";
const OWN: &str = "CANARY-own-0123456789abcdef0123456789abc";
const POSTING: &str = "act.CANARY-posting-0123456789";

/// A working directory with `.env` and a fixture for each integration.
fn folder(env: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(".env"), env).unwrap();
    let fixture = |name: &str, request: Value| {
        let expect = json!({ "at": { "/type": "action" } });
        let fixture = json!({ "name": name, "live": true, "request": request, "expect": expect });
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("live.json"), fixture.to_string()).unwrap();
    };
    fixture(
        "tiktok",
        json!({ "action": "get_videos", "auth": { "access_token": "x" }, "inputs": {} }),
    );
    fixture(
        "ads",
        json!({ "integration": "tiktok-ads", "action": "get_apps", "auth": { "access_token": "x" }, "inputs": {} }),
    );
    folder
}

/// A Marketing API that is called `calls` times, each time with this token.
fn ads_api(token: &str, calls: usize) -> Served<Scripted> {
    let expect = json!({ "headers": { "access-token": token, "authorization": null } });
    let reply = json!({ "json": { "code": 0, "data": { "apps": [] } } });
    scripted(json!(vec![json!({ "expect": expect, "reply": reply }); calls]))
}

/// An Open API that is called `calls` times, each time with its own token.
fn open_api(calls: usize) -> Served<Scripted> {
    let expect = json!({ "headers": { "authorization": format!("Bearer {POSTING}"), "access-token": null } });
    let reply = json!({ "json": { "data": { "videos": [], "has_more": false }, "error": { "code": "ok" } } });
    scripted(json!(vec![json!({ "expect": expect, "reply": reply }); calls]))
}

/// `fixtures run --live` in a working directory, against the Open API and the Marketing API.
fn live(folder: &TempDir, fixtures: &str, [open_api, ads_api]: [&Served<Scripted>; 2]) -> Program {
    command("fixtures")
        .within(folder.path())
        .arg("run")
        .arg("--live")
        .arg("--log=trace")
        .arg(fixtures)
        .env("TIKTOK_API_BASE", &open_api.url())
        .env("TIKTOK_ADS_API_BASE", &ads_api.url())
        .env("AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID", "7000000000000000001")
}

#[track_caller]
fn tells_nothing(ended: &Ended) {
    let told = format!("{}{}", ended.text(), ended.stderr);
    assert!(!told.contains("CANARY"), "a token was printed: {told}");
}

/// Ends with a usage error that contains `part` and no token.
#[track_caller]
fn refuses(program: Program, part: &str) {
    let ended = program.finish().exits(2);
    assert!(ended.stderr.contains(part), "{}", ended.stderr);
    tells_nothing(&ended);
}

/// The file that the person names, then this program's variable, then `.env`. No other variable counts.
#[test]
fn the_token_is_taken_from_the_closest_place() {
    let folder = folder(&format!("TIKTOK_ACCESS_TOKEN={IN_FILE}\n"));
    let other = format!("\u{feff}export TIKTOK_ACCESS_TOKEN=\"{OWN}\" # other\r\n");
    fs::write(folder.path().join("other.env"), other).unwrap();
    let open_api = open_api(0);
    let (option, variable) = (&["--env-file", "other.env"][..], "AUTOHIVE_TIKTOK_ADS_TOKEN");
    for (arguments, name, value, token) in [
        (&[][..], "TIKTOK_ACCESS_TOKEN", POSTING, IN_FILE),
        (&[], variable, " ", IN_FILE),
        (&[], variable, IN_VARIABLE, IN_VARIABLE),
        (option, variable, IN_VARIABLE, OWN),
    ] {
        let ads_api = ads_api(token, 1);
        let program = live(&folder, "ads", [&open_api, &ads_api]).env(name, value);
        let ended = arguments
            .iter()
            .fold(program, |program, word| program.arg(word))
            .finish();
        ads_api.played();
        tells_nothing(&ended.exits(0));
    }
    open_api.played();
}

/// So that a password manager can provide the file: `--env-file <(pass show tiktok)`.
#[test]
fn the_file_may_be_a_pipe() {
    let folder = folder("");
    let (open_api, ads_api) = (open_api(0), ads_api(IN_FILE, 1));
    let ended = live(&folder, "ads", [&open_api, &ads_api])
        .arg("--env-file=/dev/stdin")
        .input(format!("TIKTOK_ACCESS_TOKEN='{IN_FILE}'\n"))
        .finish();
    ads_api.played();
    tells_nothing(&ended.exits(0));
}

#[test]
fn a_file_that_the_person_names_must_hold_the_token() {
    let folder = folder(&format!("TIKTOK_ACCESS_TOKEN={IN_FILE}\n"));
    fs::write(folder.path().join("empty.env"), "TIKTOK_APP_SECRET=CANARY\n").unwrap();
    let (open_api, ads_api) = (open_api(0), ads_api(IN_FILE, 0));
    let with = |file: &str| {
        live(&folder, "ads", [&open_api, &ads_api])
            .env("AUTOHIVE_TIKTOK_ADS_TOKEN", IN_VARIABLE)
            .arg("--env-file")
            .arg(file)
    };
    refuses(with("absent.env"), "absent.env cannot be read: ");
    refuses(with("ads"), "ads cannot be read: ");
    refuses(with("/dev/zero"), "/dev/zero has more than 64 KiB");
    refuses(
        with("empty.env"),
        "empty.env has no value for TIKTOK_ACCESS_TOKEN",
    );
    // A token in the place of the file.
    refuses(with(IN_FILE), "the file of --env-file cannot be read");
    let without_live = command("fixtures").arg("run").arg("--env-file").arg("x");
    refuses(without_live, "--live");
}

/// Whatever the file holds, the posting API gets the token of its own variable alone.
#[test]
fn the_posting_api_never_gets_an_ads_token() {
    let folder = folder(&format!(
        "TIKTOK_ACCESS_TOKEN={IN_FILE}\nAUTOHIVE_TIKTOK_TOKEN={IN_FILE}\nAUTOHIVE_TIKTOK_ADS_TOKEN={OWN}\n\
         AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID=1\nTIKTOK_API_BASE=http://127.0.0.1:9\n"
    ));
    let (none, ads_api) = (open_api(0), ads_api(IN_FILE, 1));
    for fixtures in ["tiktok", "."] {
        let program = live(&folder, fixtures, [&none, &ads_api]);
        refuses(
            program.env("TIKTOK_ACCESS_TOKEN", IN_VARIABLE),
            "for tiktok: set AUTOHIVE_TIKTOK_TOKEN",
        );
    }
    none.played();

    let open_api = open_api(1);
    let ended = live(&folder, ".", [&open_api, &ads_api])
        .env("AUTOHIVE_TIKTOK_TOKEN", POSTING)
        .finish();
    open_api.played();
    ads_api.played();
    tells_nothing(&ended.exits(0));
}

#[test]
fn the_marketing_api_never_gets_a_token_for_posting() {
    let (open_api, ads_api) = (open_api(0), ads_api(POSTING, 0));
    let without = folder("TIKTOK_ACCESS_TOKEN=\n");
    let program = live(&without, "ads", [&open_api, &ads_api]).env("AUTOHIVE_TIKTOK_TOKEN", POSTING);
    refuses(program, "for tiktok-ads: set AUTOHIVE_TIKTOK_ADS_TOKEN");
    // Its beginning gives it away.
    let mistaken = folder(&format!("TIKTOK_ACCESS_TOKEN={POSTING}\n"));
    refuses(
        live(&mistaken, "ads", [&open_api, &ads_api]),
        "TIKTOK_ACCESS_TOKEN in .env: got a token of TikTok's Open API",
    );
    let program = live(&mistaken, "ads", [&open_api, &ads_api]).env("AUTOHIVE_TIKTOK_ADS_TOKEN", POSTING);
    refuses(
        program,
        "the variable AUTOHIVE_TIKTOK_ADS_TOKEN: got a token of TikTok's Open API",
    );
    ads_api.played();
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    let (open_api, ads_api) = (open_api(0), ads_api(IN_FILE, 0));
    let folder = folder("TIKTOK_ACCES_TOKEN=CANARY\n");
    let ended = live(&folder, ".", [&open_api, &ads_api])
        .env("AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID", "")
        .finish()
        .exits(2);
    for part in [
        "for tiktok: set AUTOHIVE_TIKTOK_TOKEN in the environment\n",
        "set AUTOHIVE_TIKTOK_ADS_TOKEN in the environment, or TIKTOK_ACCESS_TOKEN in .env",
        "for tiktok-ads: set AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID in the environment\n",
    ] {
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
    tells_nothing(&ended);
}

#[test]
fn a_fault_in_the_file_is_named_without_the_value_if_the_file_is_needed() {
    for (env, part) in [
        (
            "A=1\nTIKTOK_ACCESS_TOKEN=CANARY$x\n",
            ".env is wrong in line 2: TIKTOK_ACCESS_TOKEN has a $",
        ),
        (
            "TIKTOK_ACCESS_TOKEN='CANARY\n",
            ".env is wrong in line 1: TIKTOK_ACCESS_TOKEN begins with a quote",
        ),
    ] {
        let folder = folder(env);
        let (open_api, ads_api) = (open_api(1), ads_api(OWN, 1));
        refuses(live(&folder, "ads", [&open_api, &ads_api]), part);
        for (fixtures, variable, token) in [
            ("ads", "AUTOHIVE_TIKTOK_ADS_TOKEN", OWN),
            ("tiktok", "AUTOHIVE_TIKTOK_TOKEN", POSTING),
        ] {
            let program = live(&folder, fixtures, [&open_api, &ads_api]);
            program.env(variable, token).finish().exits(0);
        }
        ads_api.played();
        open_api.played();
    }
}

/// A folder of this name is a Python environment.
#[test]
fn a_working_directory_without_the_file_has_no_token() {
    let (open_api, ads_api) = (open_api(0), ads_api(IN_FILE, 0));
    let missing = "for tiktok-ads: set AUTOHIVE_TIKTOK_ADS_TOKEN";
    let folder = folder("");
    let file = folder.path().join(".env");
    fs::remove_file(&file).unwrap();
    refuses(live(&folder, "ads", [&open_api, &ads_api]), missing);
    fs::create_dir(&file).unwrap();
    refuses(live(&folder, "ads", [&open_api, &ads_api]), missing);
}

/// The fixtures of the tree that are marked live, with a file that holds more than the token.
#[test]
fn the_live_fixtures_of_ads_pass() {
    let folder = folder(
        "TIKTOK_APP_ID=7300000000000000001\nTIKTOK_APP_SECRET='a$b'\nTIKTOK_REDIRECT_URI=https://example.com/callback\n\
         TIKTOK_ACCESS_TOKEN=ads.sim-main\n",
    );
    let (tiktok, fixtures) = (tiktok(), root().join("tests/fixtures/tiktok-ads"));
    command("fixtures")
        .within(folder.path())
        .arg("run")
        .arg("--live")
        .arg(fixtures.to_str().unwrap())
        .env("TIKTOK_ADS_API_BASE", &tiktok.url())
        .env("AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID", "7310000000000000011")
        .finish()
        .exits(0);
}

/// A host starts `run`: the credentials come with its requests, wherever it is started.
#[test]
fn run_does_not_read_the_file() {
    let folder = folder(&format!("TIKTOK_ACCESS_TOKEN={IN_FILE}\n"));
    let ads_api = ads_api(IN_FILE, 0);
    let ads = json!({ "id": "a", "integration": "tiktok-ads", "action": "get_apps", "inputs": {},
        "auth": { "advertiser_id": "7000000000000000001" } });
    let mut posting = ask("p", "get_videos", json!({}));
    posting["auth"] = json!({});
    let ended = run()
        .within(folder.path())
        .env("TIKTOK_ADS_API_BASE", &ads_api.url())
        .env("TIKTOK_ACCESS_TOKEN", IN_VARIABLE)
        .env("AUTOHIVE_TIKTOK_ADS_TOKEN", OWN)
        .env("AUTOHIVE_TIKTOK_TOKEN", POSTING)
        .env("AUTOHIVE_TIKTOK_LOG", "trace")
        .request(&ads)
        .request(&posting)
        .finish()
        .exits(0);
    for id in ["a", "p"] {
        ended.answer(id).is("error").has("/code", "missing_token");
    }
    tells_nothing(&ended);
    ads_api.played();
    refuses(run().arg("--env-file").arg("x"), "--env-file");
}
