//! `doctor`: each fault is staged for real, named with its remedy, and the only one that fails the command.

mod certificates;

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    thread,
    time::{Duration, UNIX_EPOCH},
};

use autohive_tiktok::clock::Clock;
use serde_json::Value;
use tempfile::TempDir;

use self::certificates::{Authority, TlsServer};
use crate::support::{
    ask,
    program::{Ended, Program, command, run},
    tiktok::{TikTok, tiktok, tiktok_with},
    with,
};

const TOKEN: &str = "AUTOHIVE_TIKTOK_TOKEN";
const ADS_TOKEN: &str = "AUTOHIVE_TIKTOK_ADS_TOKEN";
const ADVERTISER: &str = "AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID";
const STATE: &str = "AUTOHIVE_TIKTOK_STATE";
const KEY: &str = "AUTOHIVE_TIKTOK_STATE_KEY";

/// `doctor --json` for the integration tiktok at this address, with a state that can be created.
fn doctor(base: &str, folder: &TempDir) -> Program {
    command("doctor")
        .arg("--json")
        .arg("--integration")
        .arg("tiktok")
        .env("TIKTOK_API_BASE", base)
        .env(STATE, &location(folder))
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn location(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("state.db").display())
}

/// Findings of a check.
fn findings(ended: &Ended, check: &str) -> Vec<Value> {
    let report: Value = serde_json::from_str(&ended.whole_text()).expect("the report should be JSON");
    let checks = report["checks"]
        .as_array()
        .expect("the report should have checks");
    let found: Vec<Value> = checks
        .iter()
        .filter(|finding| finding["check"] == check)
        .cloned()
        .collect();
    assert!(!found.is_empty(), "there should be a check {check}: {report:#}");
    found
}

/// Asserts that `check` is the only fault, with these words in its cause and in its remedy.
#[track_caller]
fn only_fault(program: Program, check: &str, found: &str, remedy: &str) -> Ended {
    let ended = program.finish().exits(1);
    let report: Value = serde_json::from_str(&ended.whole_text()).expect("the report should be JSON");
    let faults: Vec<&Value> = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["status"] == "fault")
        .collect();
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(report["faults"], 1);
    let fault = faults[0];
    assert_eq!(fault["check"], check, "{fault:#}");
    let text = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
    assert!(text("found").contains(found), "{fault:#}");
    assert!(text("remedy").contains(remedy), "{fault:#}");
    ended
}

#[track_caller]
fn has_status(ended: &Ended, check: &str, status: &str) {
    for finding in findings(ended, check) {
        assert_eq!(finding["status"], status, "{finding:#}");
    }
}

#[test]
fn a_sound_installation_has_no_fault() {
    let (tiktok, folder) = (tiktok(), folder());
    let ended = doctor(&tiktok.url(), &folder)
        .env(TOKEN, "act.sim-public")
        .finish()
        .exits(0);
    for check in [
        "version",
        "base",
        "connection",
        "clock",
        "state",
        "spool",
        "open_files",
        "proxy",
        "token",
        "scope.user.info.basic",
        "scope.video.list",
        "scope.video.publish",
    ] {
        has_status(&ended, check, "ok");
    }
    for check in ["tls", "dns", "certificates", "scope.video.upload"] {
        has_status(&ended, check, "skipped");
    }
    assert!(
        !folder.path().join("state.db").exists(),
        "a check creates no state"
    );
    tiktok.nothing_posted();
}

#[test]
fn both_integrations_are_checked_with_their_own_tokens() {
    let (tiktok, folder) = (tiktok(), folder());
    let ended = command("doctor")
        .arg("--json")
        .env("TIKTOK_API_BASE", &tiktok.url())
        .env("TIKTOK_ADS_API_BASE", &tiktok.url())
        .env(STATE, &location(&folder))
        .env(TOKEN, "act.sim-public")
        .env(ADS_TOKEN, "ads.sim-main")
        .env(ADVERTISER, "7310000000000000011")
        .finish()
        .exits(0);
    let tokens = findings(&ended, "token");
    assert_eq!(tokens.len(), 2);
    assert!(tokens.iter().all(|token| token["status"] == "ok"), "{tokens:#?}");
    for check in ["scope.1", "scope.2", "scope.4", "scope.6", "scope.7", "scope.8"] {
        has_status(&ended, check, "ok");
    }
    let told = ended.whole_text();
    assert!(
        !told.contains("act.sim") && !told.contains("ads.sim"),
        "a token was printed: {told}"
    );
}

#[test]
fn a_server_that_does_not_listen() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let base = format!("http://127.0.0.1:{port}");
    let program = doctor(&base, &folder()).env(TOKEN, "act.sim-public");
    let ended = only_fault(
        program,
        "connection",
        "refused the connection",
        &format!("start the server at 127.0.0.1:{port}"),
    );
    for check in ["tls", "clock", "token", "scopes"] {
        has_status(&ended, check, "skipped");
    }
}

#[test]
fn a_name_that_does_not_exist() {
    let program = doctor("https://tiktok.invalid", &folder());
    let ended = only_fault(program, "dns", "tiktok.invalid has no address", "typing errors");
    has_status(&ended, "connection", "skipped");
}

#[test]
fn a_certificate_that_nobody_here_has_issued() {
    let (authority, folder) = (Authority::new(), folder());
    let server = TlsServer::start(&authority.certificate("127.0.0.1", Duration::ZERO));
    let program = doctor(&server.url(), &folder);
    let ended = only_fault(
        program,
        "tls",
        "issuer is not in this machine's certificate store",
        "SSL_CERT_FILE",
    );
    has_status(&ended, "connection", "ok");
    let trusting = doctor(&server.url(), &folder)
        .env("SSL_CERT_FILE", &authority.file())
        .finish()
        .exits(0);
    has_status(&trusting, "tls", "ok");
    has_status(&trusting, "certificates", "ok");
}

#[test]
fn a_self_signed_certificate() {
    let server = TlsServer::start(&Authority::new().own());
    only_fault(
        doctor(&server.url(), &folder()),
        "tls",
        "issuer is not in this machine's certificate store",
        "SSL_CERT_FILE",
    );
}

#[test]
fn a_certificate_that_has_expired() {
    let authority = Authority::new();
    let server = TlsServer::start(&authority.certificate("127.0.0.1", Duration::from_hours(24)));
    let program = doctor(&server.url(), &folder()).env("SSL_CERT_FILE", &authority.file());
    only_fault(program, "tls", "has expired", "clock");
}

#[test]
fn a_certificate_for_another_name() {
    let authority = Authority::new();
    let server = TlsServer::start(&authority.certificate("10.0.0.1", Duration::ZERO));
    let program = doctor(&server.url(), &folder()).env("SSL_CERT_FILE", &authority.file());
    only_fault(program, "tls", "is for another name", "address");
}

#[test]
fn a_server_without_tls() {
    let tiktok = tiktok();
    let base = tiktok.url().replace("http:", "https:");
    only_fault(doctor(&base, &folder()), "tls", "does not speak TLS", "address");
}

#[test]
fn a_certificate_store_that_is_empty() {
    let folder = folder();
    let file = folder.path().join("none.pem");
    fs::write(&file, "").unwrap();
    let ended = doctor("https://tiktok.invalid", &folder)
        .env("SSL_CERT_FILE", file.to_str().unwrap())
        .finish()
        .exits(1);
    has_status(&ended, "certificates", "fault");
}

#[test]
fn certificates_need_no_network() {
    let (authority, folder) = (Authority::new(), folder());
    let ended = doctor("https://tiktok.invalid", &folder)
        .arg("--offline")
        .env("SSL_CERT_FILE", &authority.file())
        .finish()
        .exits(0);
    has_status(&ended, "certificates", "ok");
    let program = doctor("https://tiktok.invalid", &folder)
        .arg("--offline")
        .env("SSL_CERT_FILE", "/dev/null");
    only_fault(program, "certificates", "empty", "SSL_CERT_FILE");
}

/// As forms and compose files leave them. Without the variables, the store of the system is read.
#[test]
fn blank_variables_of_certificates_count_as_unset() {
    let (authority, folder) = (Authority::new(), folder());
    let found = |variables: &[(&str, &str)]| {
        let program = doctor("https://tiktok.invalid", &folder).arg("--offline");
        let program = variables
            .iter()
            .fold(program, |program, (name, value)| program.env(name, value));
        findings(&program.finish(), "certificates").remove(0)
    };
    let (file, system) = (authority.file(), found(&[]));
    for blank in ["", " "] {
        assert_eq!(
            found(&[("SSL_CERT_FILE", blank), ("SSL_CERT_DIR", blank)]),
            system
        );
        let one = found(&[("SSL_CERT_FILE", &file), ("SSL_CERT_DIR", blank)]);
        assert_eq!(one["found"], "1 root certificates", "{one:#}");
        let folder_alone = file.trim_end_matches("/ca.pem");
        let one = found(&[("SSL_CERT_FILE", blank), ("SSL_CERT_DIR", folder_alone)]);
        assert!(
            one["found"].as_str().unwrap().starts_with("1 root certificates"),
            "{one:#}"
        );
    }
}

/// Server whose clock differs from this machine's by this number of seconds.
fn server_off_by(seconds: i64) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let off = Duration::from_secs(seconds.unsigned_abs());
            let now = UNIX_EPOCH + Clock::system().since_epoch();
            let date = httpdate::fmt_http_date(if seconds < 0 { now - off } else { now + off });
            let answer = format!(
                "HTTP/1.1 404 Not Found\r\ndate: {date}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            drop(stream.read(&mut [0; 4096]));
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    format!("http://{address}")
}

#[test]
fn a_clock_that_is_off_by_an_hour() {
    for (seconds, words) in [(3_630, "1 h 0 min behind"), (-3_630, "1 h 0 min ahead of")] {
        only_fault(doctor(&server_off_by(seconds), &folder()), "clock", words, "NTP");
    }
}

#[test]
fn a_clock_that_is_off_by_a_minute_is_a_warning() {
    let ended = doctor(&server_off_by(90), &folder()).finish().exits(0);
    has_status(&ended, "clock", "warning");
}

/// A state with one finished post.
fn used_state(tiktok: &TikTok, folder: &TempDir, key: Option<&str>) -> String {
    let request = ask(
        "post",
        "create_photo_post",
        serde_json::json!({
            "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY", "post_mode": "DIRECT_POST",
            "idempotency_key": "key",
        }),
    );
    let location = location(folder);
    let program = tiktok.run().env(STATE, &location).request(&request);
    let program = match key {
        Some(key) => program.env(KEY, key),
        None => program,
    };
    program.finish().exits(0).only().did();
    location
}

const ONE_KEY: &str = "0123456789abcdef0123456789abcdef";
const OTHER_KEY: &str = "canary-89abcdef0123456789abcdef0";

#[test]
fn a_key_that_does_not_fit_the_rows() {
    let (tiktok, folder) = (tiktok(), folder());
    used_state(&tiktok, &folder, Some(ONE_KEY));
    let sound = doctor(&tiktok.url(), &folder).env(KEY, ONE_KEY).finish().exits(0);
    has_status(&sound, "state_key", "ok");
    let other = doctor(&tiktok.url(), &folder).env(KEY, OTHER_KEY);
    let ended = only_fault(other, "state_key", "another key", "NEW,OLD");
    assert!(!ended.whole_text().contains("canary"));
    only_fault(doctor(&tiktok.url(), &folder), "state_key", "none is set", KEY);
    only_fault(
        doctor(&tiktok.url(), &folder).env(KEY, "short"),
        "state_key",
        KEY,
        "",
    );
}

#[test]
fn a_key_that_is_newer_than_the_rows_is_a_warning() {
    let (tiktok, folder) = (tiktok(), folder());
    used_state(&tiktok, &folder, None);
    let ended = doctor(&tiktok.url(), &folder).env(KEY, ONE_KEY).finish().exits(0);
    has_status(&ended, "state_key", "warning");
}

#[test]
fn a_state_that_is_damaged_locked_or_of_another_program() {
    let (tiktok, folder) = (tiktok(), folder());
    let file = folder.path().join("state.db");
    let check = || doctor(&tiktok.url(), &folder);
    used_state(&tiktok, &folder, None);
    let sound = fs::read(&file).unwrap();

    let holder = rusqlite::Connection::open(&file).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    only_fault(check(), "state", "locked by another process", "end that process");
    holder.execute_batch("ROLLBACK").unwrap();
    drop(holder);

    let mut damaged = sound.clone();
    damaged.truncate(5_000);
    fs::write(&file, &damaged).unwrap();
    only_fault(check(), "state", "cannot be understood", "move the file away");
    fs::write(
        &file,
        "no database, but a text that is long enough to be read as one",
    )
    .unwrap();
    only_fault(check(), "state", "cannot be understood", "move the file away");
    fs::write(&file, &sound).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    only_fault(check(), "state", "open to other users", "chmod 600");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    only_fault(check(), "state", "is a folder", "name a file");
}

#[test]
fn a_state_that_others_can_read_is_a_warning() {
    let (tiktok, folder) = (tiktok(), folder());
    used_state(&tiktok, &folder, None);
    let shared = folder.path().join("a b");
    fs::create_dir(&shared).unwrap();
    let file = shared.join("state.db");
    fs::copy(folder.path().join("state.db"), &file).unwrap();
    let status_with = |file_mode, folder_mode| {
        fs::set_permissions(&file, fs::Permissions::from_mode(file_mode)).unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(folder_mode)).unwrap();
        let program = doctor(&tiktok.url(), &folder).env(STATE, &format!("sqlite:{}", file.display()));
        let found = findings(&program.finish().exits(0), "state").remove(0);
        (
            found["status"].as_str().unwrap().to_owned(),
            found["remedy"].clone(),
        )
    };
    for (file_mode, folder_mode) in [(0o600, 0o755), (0o644, 0o700)] {
        assert_eq!(status_with(file_mode, folder_mode).0, "ok", "{file_mode:o}");
    }
    for mode in [0o644, 0o640, 0o604] {
        let (status, remedy) = status_with(mode, 0o755);
        assert_eq!(status, "warning", "{mode:o}");
        let expected = format!("close it: chmod 600 '{}'", file.display());
        assert_eq!(remedy, expected.as_str());
    }
}

/// `/proc` seems to be writable by root.
#[test]
fn a_state_that_cannot_be_created() {
    let tiktok = tiktok();
    for state in ["sqlite:/proc/x/state.db", "sqlite:/proc/state.db"] {
        let program = doctor(&tiktok.url(), &folder()).env(STATE, state);
        only_fault(program, "state", "/proc", "name another file");
    }
    let folder = folder();
    for state in ["new/below/state.db", "state.db"] {
        let state = format!("sqlite:{}", folder.path().join(state).display());
        let ended = doctor(&tiktok.url(), &folder)
            .env(STATE, &state)
            .finish()
            .exits(0);
        assert!(
            findings(&ended, "state")[0]["found"]
                .to_string()
                .contains("can be created")
        );
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 0, "the check leaves nothing behind");
    }
}

#[test]
fn a_proxy_that_the_client_does_not_support() {
    let tiktok = tiktok();
    for (variable, proxy, shown) in [
        (
            "HTTPS_PROXY",
            "nonsense://user:canary@x",
            "HTTPS_PROXY = nonsense://x",
        ),
        ("ALL_PROXY", "ftp://a:1", "ALL_PROXY = ftp://a:1"),
        ("http_proxy", "socks5://a:1", "http_proxy = socks5://a:1"),
    ] {
        let program = doctor(&tiktok.url(), &folder()).env(variable, proxy);
        let ended = only_fault(program, "proxy", shown, "http://HOST:PORT or https://HOST:PORT");
        assert!(
            findings(&ended, "proxy")[0]["found"]
                .to_string()
                .contains("allowed: http, https")
        );
        assert!(!ended.whole_text().contains("canary"));
    }
}

#[test]
fn a_temporary_folder_that_does_not_exist() {
    let (tiktok, folder) = (tiktok(), folder());
    let missing = folder.path().join("missing");
    let program = doctor(&tiktok.url(), &folder).env("TMPDIR", missing.to_str().unwrap());
    only_fault(program, "spool", "does not exist", "TMPDIR");
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let program = doctor(&tiktok.url(), &folder).env("TMPDIR", file.to_str().unwrap());
    only_fault(program, "spool", "is not a folder", "TMPDIR");
    let program = doctor(&tiktok.url(), &folder).env("TMPDIR", "/proc");
    only_fault(program, "spool", "/proc takes no files", "export TMPDIR=/var/tmp");
}

#[test]
fn space_that_is_less_than_the_limit_is_a_warning() {
    let (tiktok, folder) = (tiktok(), folder());
    let ended = doctor(&tiktok.url(), &folder)
        .arg("--spool-max=9000TB")
        .finish()
        .exits(0);
    has_status(&ended, "spool", "warning");
}

#[test]
fn too_few_open_files() {
    let tiktok = tiktok();
    let program = doctor(&tiktok.url(), &folder()).with_open_files(30);
    only_fault(program, "open_files", "at most 30 open files", "ulimit -n");
    let few = doctor(&tiktok.url(), &folder())
        .with_open_files(100)
        .arg("--jobs=16")
        .finish()
        .exits(0);
    has_status(&few, "open_files", "warning");
}

#[test]
fn a_token_that_tiktok_does_not_accept() {
    let (tiktok, folder) = (tiktok(), folder());
    let with_token = |token: &str| doctor(&tiktok.url(), &folder).env(TOKEN, token);
    let ended = only_fault(
        with_token("act.sim-expired"),
        "token",
        "access_token_invalid",
        "Refresh the token",
    );
    has_status(&ended, "scopes", "skipped");
    let ended = only_fault(
        with_token("CANARY-marketing-api"),
        "token",
        "does not begin with act.",
        "Refresh the token",
    );
    assert!(!ended.whole_text().contains("CANARY"));
}

#[test]
fn a_token_of_the_wrong_kind() {
    let (tiktok, folder) = (tiktok(), folder());
    let refresh = doctor(&tiktok.url(), &folder).env(TOKEN, "rft.CANARY-0123456789");
    let ended = only_fault(
        refresh,
        "token",
        "AUTOHIVE_TIKTOK_TOKEN is a refresh token",
        "access_token",
    );
    assert!(!ended.whole_text().contains("CANARY"));
    let of_the_other_api = command("doctor")
        .arg("--json")
        .env("TIKTOK_ADS_API_BASE", &tiktok.url())
        .env(STATE, &location(&folder))
        .env(ADS_TOKEN, "act.CANARY-0123456789")
        .env(ADVERTISER, "7310000000000000011");
    let ended = only_fault(of_the_other_api, "token", "Open API", "TikTok for Business");
    assert!(!ended.whole_text().contains("CANARY"));
}

#[test]
fn a_token_without_its_ad_account() {
    let (tiktok, folder) = (tiktok(), folder());
    let program = command("doctor")
        .arg("--json")
        .env("TIKTOK_ADS_API_BASE", &tiktok.url())
        .env(STATE, &location(&folder))
        .env(ADS_TOKEN, "ads.sim-main");
    only_fault(
        program,
        "token",
        "AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID is not set",
        ADVERTISER,
    );
}

/// The places of `call`, in its order: `--env-file`, the variable, `.env` in the working directory.
#[test]
fn a_token_in_a_file_is_checked_as_call_would_use_it() {
    let (tiktok, folder) = (tiktok(), folder());
    let file = |name: &str, token: &str| {
        fs::write(folder.path().join(name), format!("TIKTOK_ACCESS_TOKEN={token}\n")).unwrap();
    };
    let ads = |command_name: &str| {
        command(command_name)
            .within(folder.path())
            .arg("--json")
            .env("TIKTOK_ADS_API_BASE", &tiktok.url())
            .env(STATE, &location(&folder))
            .env(ADVERTISER, "7310000000000000011")
    };
    file(".env", "ads.sim-main");
    has_status(&ads("doctor").finish().exits(0), "token", "ok");
    file(".env", "act.CANARY-0123456789");
    let in_file = "TIKTOK_ACCESS_TOKEN in .env: got a token of TikTok's Open API";
    let ended = only_fault(ads("doctor"), "token", in_file, "TikTok for Business");
    assert!(!ended.whole_text().contains("CANARY"));
    let call = ads("call").arg("get-campaigns").finish().exits(4).whole_text();
    assert!(call.contains(in_file), "{call}");
    let variable = ads("doctor").env(ADS_TOKEN, "ads.sim-main").finish().exits(0);
    has_status(&variable, "token", "ok");
    file("mine.env", "ads.sim-main");
    let given = ads("doctor")
        .arg("--env-file=mine.env")
        .env(ADS_TOKEN, "act.CANARY");
    has_status(&given.finish().exits(0), "token", "ok");
    fs::write(folder.path().join(".env"), "TIKTOK_ACCESS_TOKEN=\"open\n").unwrap();
    only_fault(
        ads("doctor"),
        "token",
        ".env is wrong in line 1",
        "close it on the same line",
    );
}

#[test]
fn a_token_that_lacks_a_permission() {
    let (tiktok, folder) = (tiktok(), folder());
    let program = doctor(&tiktok.url(), &folder).env(TOKEN, "act.sim-no-publish");
    let ended = only_fault(
        program,
        "scope.video.publish",
        "is missing",
        "Content Posting API",
    );
    has_status(&ended, "scope.video.upload", "ok");
    let program = doctor(&tiktok.url(), &folder).env(TOKEN, "act.sim-no-video-list");
    let ended = program.finish().exits(0);
    has_status(&ended, "scope.video.list", "warning");
    let basic = doctor(&tiktok.url(), &folder)
        .env(TOKEN, "act.sim-basic-only")
        .finish()
        .exits(1);
    for (check, status) in [
        ("scope.user.info.basic", "ok"),
        ("scope.user.info.stats", "warning"),
        ("scope.video.upload", "fault"),
        ("scope.video.publish", "fault"),
    ] {
        has_status(&basic, check, status);
    }
    tiktok.nothing_posted();
}

#[test]
fn a_token_without_the_basic_permission() {
    let account = serde_json::json!({ "token": "act.mine", "scopes": ["video.upload", "video.publish"] });
    let tiktok = tiktok_with(with(
        serde_json::json!({}),
        "accounts",
        Value::Array(vec![account]),
    ));
    let program = doctor(&tiktok.url(), &folder()).env(TOKEN, "act.mine");
    let ended = only_fault(program, "scope.user.info.basic", "is missing", "Login Kit");
    has_status(&ended, "token", "ok");
}

#[test]
fn a_permission_of_an_ads_token() {
    let (tiktok, folder) = (tiktok(), folder());
    let ended = command("doctor")
        .arg("--json")
        .env("TIKTOK_ADS_API_BASE", &tiktok.url())
        .env(STATE, &location(&folder))
        .env(ADS_TOKEN, "ads.sim-read-only")
        .env(ADVERTISER, "7310000000000000011")
        .finish()
        .exits(1);
    for (check, status) in [
        ("scope.1", "ok"),
        ("scope.2", "fault"),
        ("scope.4", "ok"),
        ("scope.6", "fault"),
    ] {
        has_status(&ended, check, status);
    }
}

#[test]
fn offline_nothing_is_sent() {
    let (tiktok, folder) = (tiktok(), folder());
    let ended = doctor(&tiktok.url(), &folder)
        .arg("--offline")
        .env(TOKEN, "act.sim-expired")
        .finish()
        .exits(0);
    has_status(&ended, "token", "skipped");
    assert!(!ended.whole_text().contains("\"connection\""));
}

#[test]
fn a_proxy_is_named_without_its_password() {
    let ended = doctor("https://tiktok.invalid", &folder())
        .env("HTTPS_PROXY", "http://user:CANARY@127.0.0.1:9")
        .finish()
        .exits(1);
    has_status(&ended, "dns", "skipped");
    has_status(&ended, "connection", "fault");
    let told = ended.whole_text();
    assert!(told.contains("HTTPS_PROXY = http://127.0.0.1:9"), "{told}");
    assert!(!told.contains("CANARY"), "{told}");
}

#[test]
fn the_table_names_the_fault_and_its_remedy_without_colours() {
    let (tiktok, folder) = (tiktok(), folder());
    let text = command("doctor")
        .arg("--integration=tiktok")
        .env("TIKTOK_API_BASE", &tiktok.url())
        .env(STATE, &location(&folder))
        .env(TOKEN, "act.sim-expired")
        .finish()
        .exits(1)
        .whole_text();
    let line = text
        .lines()
        .find(|line| line.starts_with("fault "))
        .unwrap_or_default();
    assert!(
        line.contains("access_token_invalid") && line.contains("Refresh the token"),
        "{text}"
    );
    assert!(text.ends_with("Found 1 fault and no warnings.\n"), "{text}");
    assert!(!text.contains('\x1b'), "{text}");
}

/// The default state needs no variable, and a doctor for `run` finds what `run` finds.
#[test]
fn without_a_home_there_is_no_state() {
    let tiktok = tiktok();
    let ended = command("doctor")
        .arg("--json")
        .arg("--integration=tiktok")
        .env("TIKTOK_API_BASE", &tiktok.url())
        .finish()
        .exits(0);
    has_status(&ended, "state", "warning");
    run().arg("--help").finish().exits(0);
}
