//! Streams, files and limits that fail: nothing is posted whose result cannot be written, and every end has a message.

use std::{
    fs,
    io::{self, Write as _},
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask, merged,
    program::{Ended, Program, path, run},
    tiktok::{TikTok, tiktok, tiktok_faulty, tiktok_with},
    together,
    video::{base64, clip, clip_of},
    with,
};

/// The program below a shell, which can close and limit its streams.
struct Shell<'a> {
    tiktok: &'a TikTok,
    home: TempDir,
}

impl<'a> Shell<'a> {
    /// Stores these requests in `$HOME/requests`.
    fn new(tiktok: &'a TikTok, requests: &[Value]) -> Self {
        let home = TempDir::new().unwrap();
        let lines: String = requests
            .iter()
            .flat_map(|request| [request.to_string(), "\n".to_owned()])
            .collect();
        fs::write(home.path().join("requests"), lines).unwrap();
        Self { tiktok, home }
    }

    /// Runs a script in which `$RUN` is `autohive-tiktok run`.
    #[track_caller]
    fn runs(&self, script: &str) -> Ended {
        let mut bash = Command::new("bash");
        let run = format!("{} run", path().display());
        bash.env("RUN", run)
            .env("TIKTOK_API_BASE", self.tiktok.url())
            .env("HOME", self.home.path());
        bash.env_remove("XDG_STATE_HOME")
            .current_dir(self.home.path())
            .arg("-c")
            .arg(script);
        let output = bash.stdin(Stdio::null()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        Ended {
            exit: output.status.code(),
            stdout: output.stdout,
            stderr,
        }
    }
}

fn post(more: &Value) -> Value {
    let inputs =
        json!({ "file": { "content": base64(&clip()) }, "privacy_level": "SELF_ONLY", "wait_seconds": 10 });
    ask("a", "create_video_post", merged(inputs, more.clone()))
}

/// Checks that it exited with 1, printed the reason in one line, and posted nothing.
#[track_caller]
fn refused(ended: &Ended, words: &str, tiktok: &TikTok) {
    let told = format!("{}\nstdout: {}", ended.stderr, ended.text());
    assert_eq!(ended.exit, Some(1), "{told}");
    assert_eq!(
        ended.stderr.lines().count(),
        1,
        "one line on standard error: {told}"
    );
    assert!(ended.stderr.contains(words), "it should say {words:?}: {told}");
    tiktok.nothing_posted();
}

#[test]
fn an_unusable_stream_is_reported_and_nothing_is_done() {
    for (script, words) in [
        ("$RUN <requests >&-", "standard output is closed"),
        (
            "$RUN <requests 1</dev/null",
            "standard output is open for reading only",
        ),
        (
            "$RUN <requests 1<requests",
            "standard output is open for reading only",
        ),
        (
            "$RUN <requests >/dev/full",
            "standard output takes no results: No space left",
        ),
        (
            "$RUN <requests | true; exit ${PIPESTATUS[0]}",
            "standard output takes no results: broken pipe",
        ),
        ("$RUN <&-", "standard input is closed"),
        ("$RUN 0>written", "standard input is open for writing only"),
        ("$RUN </", "standard input is a folder"),
        (
            "ulimit -f 0; $RUN <requests >results",
            "standard output takes no results: file too large",
        ),
        (
            "head -c 20000 /dev/zero >results; ulimit -f 20; $RUN <requests >>results",
            "file too large",
        ),
    ] {
        let tiktok = tiktok();
        // The reader must exit first.
        let script = script.replace(
            "$RUN <requests | true",
            "{ sleep 0.3; exec $RUN <requests; } | true",
        );
        refused(
            &Shell::new(&tiktok, &[post(&json!({}))]).runs(&script),
            words,
            &tiktok,
        );
    }
}

#[test]
fn dev_null_is_accepted() {
    for script in [
        "$RUN <requests >/dev/null",
        "$RUN <requests >results",
        "$RUN <requests | cat >results",
        "$RUN <requests 1<>/dev/null",
        "$RUN <requests 2>&-",
    ] {
        let tiktok = tiktok();
        let ended = Shell::new(&tiktok, &[post(&json!({}))]).runs(script);
        assert_eq!((ended.exit, ended.stderr.as_str()), (Some(0), ""), "{script}");
        assert_eq!(tiktok.posts().len(), 1, "{script}");
    }
    let tiktok = tiktok();
    for script in ["$RUN </dev/null", "$RUN 0<>/dev/null"] {
        let ended = Shell::new(&tiktok, &[]).runs(script);
        assert_eq!(
            (ended.exit, ended.text(), ended.stderr.as_str()),
            (Some(0), String::new(), ""),
            "{script}"
        );
    }
}

/// The program with a reader of its results that can exit.
struct Heard {
    child: Child,
    reader: Option<OwnedFd>,
}

impl Heard {
    #[track_caller]
    fn start(tiktok: &TikTok, (reader, writer): (OwnedFd, OwnedFd), request: &Value) -> Self {
        let mut run = Command::new(path());
        run.arg("run")
            .env("TIKTOK_API_BASE", tiktok.url())
            .env("XDG_STATE_HOME", "/nowhere")
            .stdout(writer);
        let mut child = run.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.as_mut().unwrap(), "{request}").unwrap();
        Self {
            child,
            reader: Some(reader),
        }
    }

    /// Exit code and standard error of the program after its reader has exited.
    #[track_caller]
    fn unheard(mut self, more: &str) -> (Option<i32>, String) {
        drop(self.reader.take());
        // It may have exited before it could read more.
        drop(self.child.stdin.as_mut().unwrap().write_all(more.as_bytes()));
        // The input stays open: the missing reader alone must end the program.
        let stdin = self.child.stdin.take();
        let output = self.child.wait_with_output().unwrap();
        drop(stdin);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

/// A pipe and a socket, the two kinds of streams that hosts use.
fn streams() -> [(OwnedFd, OwnedFd); 2] {
    let (reader, writer) = io::pipe().unwrap();
    let (ours, theirs) = UnixStream::pair().unwrap();
    [(reader.into(), writer.into()), (ours.into(), theirs.into())]
}

#[test]
fn a_post_is_not_begun_once_nobody_reads() {
    together(streams(), |stream| {
        let tiktok = tiktok_faulty(json!({ "endpoint": "creator_info", "kind": { "slow_ms": 600 } }));
        let heard = Heard::start(&tiktok, stream, &post(&json!({})));
        tiktok.await_calls("/creator_info/query/", 1);
        let (exit, stderr) = heard.unheard("");
        assert_eq!((exit, stderr.lines().count()), (Some(1), 1), "{stderr}");
        assert!(stderr.contains("the results could not be written"), "{stderr}");
        tiktok.nothing_posted();
    });
}

/// The last chunk completes the post.
#[test]
fn an_upload_is_not_completed_once_nobody_reads() {
    together(streams(), |stream| {
        let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "nth": 1, "kind": { "slow_ms": 600 } }));
        let video = base64(&clip_of(15_800_000));
        let inputs =
            json!({ "file": { "content": video }, "privacy_level": "SELF_ONLY", "chunk_size": 5_242_880 });
        let heard = Heard::start(&tiktok, stream, &ask("a", "create_video_post", inputs));
        tiktok.await_calls("/video/", 1);
        let (exit, stderr) = heard.unheard("");
        let post = tiktok.posts()[0].clone();
        assert_eq!((exit, stderr.lines().count()), (Some(1), 1), "{stderr}");
        assert!(
            stderr.contains(&format!("request \"a\" is failed ({})", post.publish_id)),
            "{stderr}"
        );
        assert_eq!(tiktok.count(EndpointName::UPLOAD), 1, "no further chunk is sent");
    });
}

#[test]
fn a_request_after_the_reader_has_exited_is_not_begun() {
    together(streams(), |stream| {
        let tiktok = tiktok();
        let heard = Heard::start(&tiktok, stream, &ask("first", "get_creator_info", json!({})));
        tiktok.await_calls("/creator_info/query/", 1);
        let (exit, stderr) = heard.unheard(&format!("{}\n", post(&json!({}))));
        assert_eq!((exit, stderr.lines().count()), (Some(1), 1), "{stderr}");
        tiktok.nothing_posted();
    });
}

#[test]
fn the_outcome_of_a_post_with_a_lost_result_is_on_standard_error() {
    together(streams(), |stream| {
        let tiktok = tiktok_faulty(json!({ "endpoint": "status_fetch", "kind": { "slow_ms": 600 } }));
        let heard = Heard::start(&tiktok, stream, &post(&json!({})));
        tiktok.await_calls("/status/fetch/", 1);
        let (exit, stderr) = heard.unheard("");
        let publish_id = tiktok.posts()[0].publish_id.clone();
        assert_eq!((exit, stderr.lines().count()), (Some(1), 1), "{stderr}");
        assert!(
            stderr.contains(&format!("request \"a\" is published ({publish_id})")),
            "{stderr}"
        );
    });
}

/// The journal and the spool with a file size limit, at each size that stops a different step.
#[test]
fn no_file_size_limit_loses_a_result() {
    together(
        [0, 4, 8, 16, 24, 28, 32, 36, 40, 48, 64, 80, 96, 128, 1000],
        |limit| {
            let tiktok = tiktok();
            let keyed = post(&json!({ "idempotency_key": "k" }));
            let shell = Shell::new(&tiktok, &[keyed]);
            let script = format!("(ulimit -f {limit}; $RUN --state sqlite:state.db <requests) | cat");
            let first = shell.runs(&script).exits(0).only();
            let posted = tiktok.posts().len();
            let outcome = first
                .0
                .pointer("/result/data/outcome")
                .or_else(|| first.0.pointer("/result/outcome"))
                .cloned()
                .unwrap();
            let is_told = if posted == 0 {
                outcome != "published"
            } else {
                outcome == "published"
            };
            assert!(
                is_told && posted <= 1,
                "{limit} KiB: {posted} posts, and {}",
                first.0
            );
            // Whatever was written: without the limit, the same key posts exactly once.
            shell
                .runs("$RUN --state sqlite:state.db <requests")
                .exits(0)
                .only();
            shell
                .runs("$RUN --state sqlite:state.db <requests")
                .exits(0)
                .only()
                .did()
                .has("/data/outcome", "published");
            assert_eq!(tiktok.posts().len(), 1, "{limit} KiB: {}", first.0);
        },
    );
}

#[test]
fn a_video_beyond_the_file_size_limit_is_refused() {
    let tiktok = tiktok();
    let large = ask(
        "a",
        "upload_video_draft",
        json!({ "file": { "content": base64(&clip_of(4_000_000)) } }),
    );
    let small = ask("b", "get_creator_info", json!({}));
    let shell = Shell::new(&tiktok, &[large, small]);
    let ended = shell.runs("(ulimit -f 1000; $RUN <requests) | cat").exits(0);
    let refused = ended
        .answer("a")
        .failed("no_room")
        .has("/outcome", "failed")
        .has("/retryable", false);
    refused.says("ulimit -f");
    ended.answer("b").did();
    tiktok.nothing_posted();
}

#[test]
fn a_log_beyond_the_file_size_limit_loses_the_log_only() {
    let tiktok = tiktok();
    let shell = Shell::new(&tiktok, &[post(&json!({}))]);
    let ended = shell
        .runs("(ulimit -f 1; $RUN --log trace <requests 2>log) | cat")
        .exits(0);
    ended.only().did().has("/data/outcome", "published");
}

mod as_root {
    use super::*;

    /// A disk that is full from the start: a separate file system, which not every user may mount.
    #[test]
    #[ignore = "needs root"]
    fn a_full_disk_is_reported_before_anything_is_posted() {
        let tiktok = tiktok();
        let shell = Shell::new(&tiktok, &[post(&json!({ "idempotency_key": "k" }))]);
        let mount = "mkdir disk && mount -t tmpfs -o size=64k tmpfs disk && head -c 1M /dev/zero >disk/full 2>/dev/null";
        let script = |then: &str| format!("{mount}; {then}");
        let unshared = |then: &str| {
            shell.runs(&format!(
                "unshare -rm bash -c '{}'; code=$?; rmdir disk; exit $code",
                script(then)
            ))
        };
        unshared("mountpoint -q disk").exits(0);
        refused(
            &unshared("$RUN <requests >disk/results"),
            "no storage space",
            &tiktok,
        );
        let ended = unshared("chmod 700 disk; $RUN --state sqlite:disk/state.db <requests | cat").exits(0);
        ended.only().failed("state_unavailable");
        assert!(
            ended.stderr.contains("free some space on the disk") || ended.stderr.contains("No space"),
            "{}",
            ended.stderr
        );
        tiktok.nothing_posted();
    }
}

/// As many calls as TikTok allows in a minute, and more than the process may have files open for.
#[test]
fn few_file_descriptors_only_cause_waits() {
    let tiktok = tiktok();
    for limit in [16, 20, 32] {
        let requests: Vec<Value> = (0..40)
            .map(|id| ask(&id.to_string(), "get_videos", json!({})))
            .collect();
        let ended =
            Shell::new(&tiktok, &requests).runs(&format!("ulimit -n {limit}; $RUN --jobs 64 <requests"));
        for answer in ended.exits(0).answers() {
            answer.did();
        }
    }
}

/// At each limit there is a result, or one line that names the limit.
#[test]
fn too_few_file_descriptors_are_named_as_the_cause() {
    together(5..40, |limit| {
        let tiktok = tiktok();
        let shell = Shell::new(&tiktok, &[post(&json!({ "idempotency_key": "k" }))]);
        let ended = shell.runs(&format!(
            "(ulimit -n {limit}; exec $RUN <requests) | cat; exit ${{PIPESTATUS[0]}}"
        ));
        let told = format!("{limit}: {} {}", ended.text(), ended.stderr);
        match ended.exit {
            Some(0) => assert_eq!(ended.answers().len(), 1, "{told}"),
            exit => {
                assert_eq!((exit, ended.text().as_str()), (Some(1), ""), "{told}");
                assert!(
                    ended.stderr.contains("open files") || ended.stderr.contains("ulimit -n"),
                    "{told}"
                );
            }
        }
        let posted = tiktok.posts().len();
        let published = ended.text().contains(r#""outcome":"published""#);
        assert_eq!(posted, usize::from(published), "{told}");
    });
}

#[test]
fn a_hangup_stops_the_program() {
    for signal in ["HUP", "QUIT", "XCPU"] {
        let tiktok = tiktok_faulty(json!({ "endpoint": "content_init", "kind": { "slow_ms": 20_000 } }));
        let photos = json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY" });
        let request = ask("a", "create_photo_post", photos);
        let running = tiktok.run().arg("--grace-ms=200").request(&request).start();
        tiktok.await_calls("/content/init/", 1);
        running.signal(signal);
        let answer = running.wait_for(Duration::from_secs(3)).exits(0).only();
        answer.failed("interrupted").has("/outcome", "unconfirmed");
    }
}

#[test]
fn a_hangup_ignored_at_the_start_stays_ignored() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 1_000 } }));
    let shell = Shell::new(&tiktok, &[ask("a", "get_user_info", json!({}))]);
    let ended = shell.runs("trap '' HUP; $RUN <requests & sleep 0.4; kill -HUP $!; wait $!");
    ended.exits(0).only().did();
}

/// Nothing listens at first, so nothing was sent, and the minute's budget is unused.
#[test]
fn calls_that_never_left_the_machine_are_not_counted() {
    let home = TempDir::new().unwrap();
    let state = format!("sqlite:{}", home.path().join("state.db").display());
    let photos = json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY", "preflight": false });
    let quick = json!({ "max_retries": 0, "timeout": 1 });
    let creator = |id: usize| {
        with(
            ask(&id.to_string(), "get_creator_info", json!({})),
            "request_config",
            quick.clone(),
        )
    };
    let init = |id: usize| {
        let draft = json!({ "file": { "content": base64(&clip()) } });
        with(
            ask(&id.to_string(), "upload_video_draft", draft),
            "request_config",
            quick.clone(),
        )
    };
    for jobs in ["1", "64"] {
        let mut program = run().env("AUTOHIVE_TIKTOK_STATE", &state).arg("--jobs").arg(jobs);
        for id in 0..40 {
            program = program.request(&if id % 2 == 0 { creator(id) } else { init(id) });
        }
        for answer in program.finish().exits(0).answers() {
            answer
                .failed("network_error")
                .says("refused the connection")
                .has("/retryable", true);
        }
    }
    let tiktok = tiktok();
    let ended = tiktok
        .run()
        .env("AUTOHIVE_TIKTOK_STATE", &state)
        .request(&creator(0))
        .finish()
        .exits(0);
    ended.only().did().has("/data/quota/inits_left_this_minute", 6);
    let ended = tiktok
        .run()
        .env("AUTOHIVE_TIKTOK_STATE", &state)
        .request(&ask("p", "create_photo_post", photos))
        .finish();
    ended.exits(0).only().did();
    assert_eq!(tiktok.count(EndpointName::CONTENT_INIT), 1);
}

/// A post that is not sent for lack of time to connect is not unconfirmed.
#[test]
fn a_post_that_was_not_sent_for_want_of_an_answer_to_the_connection_has_failed() {
    // Its backlog is full, so further connections wait.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let held: Vec<_> = (0..4096)
        .map_while(|_| std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok())
        .collect();
    let photos = json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY", "preflight": false });
    let request = with(
        ask("a", "create_photo_post", photos),
        "request_config",
        json!({ "timeout": 1, "max_retries": 0 }),
    );
    let answer = run()
        .against(&format!("http://{address}"))
        .request(&request)
        .finish()
        .exits(0)
        .only();
    drop(held);
    answer
        .failed("network_error")
        .has("/outcome", "failed")
        .says("nothing answered in time");
}

#[test]
fn the_log_has_the_facts_for_operators() {
    let tiktok = tiktok_with(json!({}));
    let metadata =
        json!({ "run": "r-77", "password": "hunter2", "deep": { "apiKey": "hunter2", "step": 3 } });
    let request = with(post(&json!({})), "metadata", metadata);
    let program = tiktok
        .run()
        .arg("--log=info")
        .arg("--log-format=json")
        .request(&request);
    let ended = program
        .input("{\n\"id\": \"x\", \"action\": \"nope\", \"auth\": {\"access_token\": \"act.sim-public\"}}\n")
        .finish()
        .exits(0);
    let lines: Vec<Value> = ended
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let line = |message: &str| {
        lines
            .iter()
            .find(|line| line["fields"]["message"] == message)
            .unwrap()
    };
    let (answered, rejected) = (line("request answered"), line("request not understood"));
    let publish_id = ended.answer("a").at("/data/publish_id").clone();
    for (pointer, expected) in [
        ("/fields/outcome", json!("published")),
        ("/fields/subject", publish_id),
        ("/fields/calls", json!(tiktok.journal().entries.len())),
        ("/spans/0/request_id", json!("a")),
        (
            "/spans/0/metadata",
            json!({ "run": "r-77", "password": "[REDACTED]", "deep": { "apiKey": "[REDACTED]", "step": 3 } }),
        ),
    ] {
        assert_eq!(
            answered.pointer(pointer),
            Some(&expected),
            "{pointer} of {answered}"
        );
    }
    for (pointer, expected) in [
        ("/fields/code", json!("unknown_action")),
        ("/fields/request_id", json!("x")),
        ("/fields/line", json!(2)),
    ] {
        assert_eq!(
            rejected.pointer(pointer),
            Some(&expected),
            "{pointer} of {rejected}"
        );
    }
    let human = tiktok
        .run()
        .arg("--log=info")
        .request(&request)
        .finish()
        .exits(0)
        .stderr;
    assert!(
        !human.contains("hunter2") && human.contains(r#""step":3"#),
        "{human}"
    );
}

/// A stopped request is logged like any other, with its aborted calls.
#[test]
fn a_request_that_is_stopped_is_logged_whole() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "creator_info", "kind": { "slow_ms": 20_000 } }));
    let request = with(
        ask("a", "get_creator_info", json!({})),
        "metadata",
        json!({ "run": "r-77" }),
    );
    let running = tiktok
        .run()
        .arg("--log=info")
        .arg("--log-format=json")
        .request(&request)
        .start();
    tiktok.await_calls("/creator_info/query/", 1);
    running.signal("TERM");
    let ended = running.wait();
    let lines = ended
        .stderr
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let answered: Vec<Value> = lines
        .filter(|line| line["fields"]["message"] == "request answered")
        .collect();
    let [answered] = answered.as_slice() else {
        panic!("one line for one request: {}", ended.stderr)
    };
    for (pointer, expected) in [
        ("/fields/code", json!("interrupted")),
        ("/fields/calls", json!(1)),
        ("/spans/0/request_id", json!("a")),
        ("/spans/0/action", json!("get_creator_info")),
        ("/spans/0/metadata", json!({ "run": "r-77" })),
    ] {
        assert_eq!(
            answered.pointer(pointer),
            Some(&expected),
            "{pointer} of {answered}"
        );
    }
    assert!(
        answered.pointer("/fields/duration_ms").is_some_and(Value::is_u64),
        "{answered}"
    );
}

#[test]
fn a_failure_is_logged_with_its_code_and_log_id() {
    let tiktok = tiktok_faulty(
        json!({ "endpoint": "creator_info", "kind": { "error": { "http": 403, "code": "spam_risk_user_banned_from_posting" } } }),
    );
    let ended = tiktok
        .run()
        .arg("--log=info")
        .arg("--log-format=json")
        .request(&post(&json!({})))
        .finish()
        .exits(0);
    let failed = ended.only();
    let line: Value = ended
        .stderr
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|line| line["fields"]["message"] == "request answered")
        .unwrap();
    for name in ["code", "outcome", "log_id"] {
        assert_eq!(
            &line["fields"][name],
            failed.at(&format!("/{name}")),
            "{name} of {line}"
        );
        assert!(!line["fields"][name].is_null(), "{name} of {line}");
    }
}

#[test]
fn an_unusable_state_is_reported_at_start() {
    for place in ["sqlite:/proc/state.db", "redis://127.0.0.1:9"] {
        let told = |program: Program| {
            program
                .finish()
                .exits(0)
                .stderr
                .matches("the state cannot be used")
                .count()
        };
        let tiktok = tiktok();
        let named = || tiktok.run().env("AUTOHIVE_TIKTOK_STATE", place);
        assert_eq!(told(named()), 1, "{place}");
        assert_eq!(told(named().request(&post(&json!({})))), 1, "{place}");
        assert_eq!(
            told(named().request(&ask("a", "get_videos", json!({})))),
            1,
            "{place}"
        );
    }
}

/// A Redis whose packets are lost is not recognised at once.
#[cfg(feature = "redis")]
#[test]
fn a_state_that_does_not_answer_is_reported_in_a_short_session_too() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = format!("redis://{}", silent.local_addr().unwrap());
    let ended = tiktok()
        .run()
        .env("AUTOHIVE_TIKTOK_STATE", &place)
        .finish()
        .exits(0);
    assert_eq!(
        ended.stderr.matches("the state cannot be used").count(),
        1,
        "{}",
        ended.stderr
    );
}
