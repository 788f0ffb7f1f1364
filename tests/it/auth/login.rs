//! `auth login` with a browser on this machine.

use std::{
    fs, net::TcpStream, os::unix::fs::PermissionsExt as _, process::Command, sync::mpsc::channel, thread,
    time::Duration,
};

use url::Url;

use super::{Person, browser, object, with_parameter};
use crate::support::tiktok::tiktok;

#[test]
fn an_account_is_signed_in_with_a_browser() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login());
    let parameter = |name: &str| {
        let found = waiting.page.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    assert_eq!(parameter("scope"), "user.info.basic,video.publish,video.upload");
    assert_eq!(parameter("disable_auto_auth"), "1");
    assert_eq!(
        (parameter("state").len(), parameter("code_challenge").len()),
        (64, 64)
    );
    assert!(parameter("redirect_uri").starts_with("http://127.0.0.1:"));
    assert!(parameter("redirect_uri").ends_with("/callback/"));

    let shown = browser::follow(&waiting.page);
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("<h1>Signed in</h1>"), "{}", shown.body);
    assert!(
        shown.head.contains("default-src 'none'") && shown.head.contains("no-store"),
        "{}",
        shown.head
    );
    let ended = waiting.running.wait().exits(0);
    let text = ended.whole_text();
    assert!(
        text.starts_with("Signed in: tiktok account \"default\" (open_id "),
        "{text}"
    );
    assert!(
        text.contains("granted         user.info.basic, video.publish, video.upload"),
        "{text}"
    );
    assert!(
        text.contains("access token    ends in 2 h") && text.contains("ends in 180 days"),
        "{text}"
    );

    let modes = [person.store(), person.store().parent().unwrap().to_owned()]
        .map(|path| fs::metadata(path).unwrap().permissions().mode() & 0o777);
    assert_eq!(modes, [0o600, 0o700]);
    let stored = person.stored();
    assert!(
        stored["accounts"][0]["access_token"]
            .as_str()
            .unwrap()
            .starts_with("act.sim-public!")
    );
    let token = person.auth("token").finish().exits(0);
    assert_eq!(
        token.whole_text().trim_end(),
        stored["accounts"][0]["access_token"]
    );
}

#[test]
fn only_the_redirect_of_this_sign_in_is_taken() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login());
    let redirect = waiting.redirect();
    let host = format!("127.0.0.1:{}", redirect.port().unwrap());
    let target = &redirect[url::Position::BeforePath..];
    let mut without_state = redirect.clone();
    without_state
        .query_pairs_mut()
        .clear()
        .append_pair("error", "access_denied");
    for stranger in [
        with_parameter(&redirect, "state", "0"),
        with_parameter(&redirect, "state", ""),
        without_state,
    ] {
        let shown = browser::get(&stranger);
        assert_eq!(shown.status, 400);
        assert!(shown.body.contains("Nothing to do here"), "{}", shown.body);
        for word in ["TikTok", "state", "sign", "default", "account \""] {
            assert!(!shown.body.contains(word), "{word}: {}", shown.body);
        }
    }
    for (request, status) in [
        (format!("HEAD {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"), 405),
        (format!("POST {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"), 405),
        (
            format!("GET {target} HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
            421,
        ),
        (
            format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nSec-Purpose: prefetch\r\n\r\n"),
            503,
        ),
        (format!("GET /favicon.ico HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        (format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        ("\u{16}\u{3}\u{1}\r\n\r\n".to_owned(), 400),
        (
            format!("GET /{} HTTP/1.1\r\nHost: {host}\r\n\r\n", "a".repeat(20_000)),
            0,
        ),
    ] {
        let first = request.chars().take(60).collect::<String>();
        // A head that is too long is cut off, which closes the connection before its end is read.
        if status == 0 {
            let sent = std::panic::catch_unwind(|| browser::send(&host, &request));
            assert!(sent.is_err() || sent.unwrap().status == 0, "{first}");
        } else {
            assert_eq!(browser::send(&host, &request).status, status, "{first}");
        }
    }
    // Connections that send nothing do not disturb.
    let idle: Vec<TcpStream> = (0..4).map(|_| TcpStream::connect(&host).unwrap()).collect();
    assert_eq!(browser::get(&redirect).status, 200);
    let ended = waiting.running.wait().exits(0);
    drop(idle);
    assert_eq!(
        ended.stderr.matches("note: a redirect without the state").count(),
        1,
        "{}",
        ended.stderr
    );
    assert!(TcpStream::connect(&host).is_err(), "the port should be free");
}

/// 32 connections at a time are served. Another one waits, and is served once one of them ends.
#[test]
fn the_listener_pauses_while_it_has_too_many_connections() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login());
    let redirect = waiting.redirect();
    let host = format!("127.0.0.1:{}", redirect.port().unwrap());
    // Many wrong requests that end use up nothing.
    for _ in 0..100 {
        let wrong = browser::send(&host, &format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        assert_eq!(wrong.status, 404);
    }
    // One more than are served, because the listener on the other address holds a place for its next connection.
    let idle: Vec<TcpStream> = (0..33).map(|_| TcpStream::connect(&host).unwrap()).collect();
    served_after(redirect, || drop(idle));
    waiting.running.wait().exits(0);
}

/// Loads the redirect, which the program answers only after `release`.
fn served_after(redirect: Url, release: impl FnOnce()) {
    let (tell, told) = channel();
    let browser = thread::spawn(move || {
        let shown = browser::get(&redirect);
        tell.send(()).ok();
        shown
    });
    assert!(
        told.recv_timeout(Duration::from_secs(1)).is_err(),
        "the redirect should wait"
    );
    release();
    assert_eq!(browser.join().unwrap().status, 200);
}

/// Lowest number of a file that a process could open, once it opens and closes none.
#[cfg(target_os = "linux")]
fn lowest_free_descriptor(process: u32) -> usize {
    let open = || -> std::collections::BTreeSet<usize> {
        let files = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
        let number = |file: fs::DirEntry| file.file_name().to_str().unwrap().parse().unwrap();
        files.map(|file| number(file.unwrap())).collect()
    };
    let mut before = open();
    loop {
        thread::sleep(Duration::from_millis(200));
        let now = open();
        if now == before {
            return (0..=now.len()).find(|number| !now.contains(number)).unwrap();
        }
        before = now;
    }
}

/// Without a file descriptor for a connection the listener pauses, and accepts it later.
#[cfg(target_os = "linux")]
#[test]
fn the_listener_outlasts_a_lack_of_open_files() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login());
    let redirect = waiting.redirect();
    let limit = |most: usize| {
        let set = Command::new("prlimit")
            .arg(format!("--pid={}", waiting.running.id()))
            .arg(format!("--nofile={most}:4096"))
            .status()
            .unwrap();
        assert!(set.success());
    };
    limit(lowest_free_descriptor(waiting.running.id()));
    served_after(redirect, || limit(1024));
    waiting.running.wait().exits(0);
}

#[test]
fn the_listener_is_on_both_addresses() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login());
    let redirect = waiting.redirect();
    let port = redirect.port().unwrap();
    let target = &redirect[url::Position::BeforePath..];
    let host = format!("[::1]:{port}");
    let shown = browser::send(
        &host,
        &format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
    );
    assert_eq!(shown.status, 200, "{}", shown.body);
    waiting.running.wait().exits(0);
}

#[test]
fn a_port_in_use_is_named() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let taken = std::net::TcpListener::bind("[::1]:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let program = person
        .login()
        .arg("--no-browser")
        .arg("--port")
        .arg(&port.to_string());
    let ended = program.finish().exits(1);
    assert!(
        ended.stderr.contains(&format!("port {port} on [::1] is in use")),
        "{}",
        ended.stderr
    );
}

#[test]
fn an_interrupted_login_leaves_nothing_behind() {
    let tiktok = tiktok();
    for signal in ["INT", "TERM"] {
        let person = Person::new(&tiktok);
        let waiting = Person::waiting(person.login());
        let port = waiting.redirect().port().unwrap();
        waiting.running.signal(signal);
        let ended = waiting.running.wait().exits(1);
        assert!(
            ended.stderr.contains("interrupted; no account was changed"),
            "{}",
            ended.stderr
        );
        assert!(!person.store().exists());
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}

/// TikTok's page shows errors, such as an unknown client key, without a redirect; so the person is told what to do.
#[test]
fn the_time_is_limited() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login().arg("--timeout").arg("10"));
    let ended = waiting.running.wait().exits(7);
    assert!(
        ended.stderr.contains("nobody finished the sign-in within 10 s"),
        "{}",
        ended.stderr
    );
    let hint = "Still waiting: if the page shows an error, press Ctrl-C";
    assert_eq!(ended.stderr.matches(hint).count(), 1, "{}", ended.stderr);
}

#[test]
fn several_accounts_have_names_and_one_is_the_default() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    Person::signed_in(person.login().arg("--account").arg("work"));
    tiktok.change(serde_json::json!({ "signed_in": "sim-private" }));
    let second = Person::signed_in(person.login().arg("--account").arg("home").arg("--json"));
    let second = object(&second);
    assert_eq!(
        (&second["account"], &second["default"]),
        (&"home".into(), &false.into())
    );
    let token = |name: &[&str]| {
        let program = name
            .iter()
            .fold(person.auth("token"), |program, word| program.arg(word));
        program.finish().exits(0).whole_text()
    };
    assert!(token(&[]).starts_with("act.sim-public!"));
    assert!(token(&["--account", "home"]).starts_with("act.sim-private!"));
    person
        .auth("default")
        .arg("--account")
        .arg("home")
        .finish()
        .exits(0);
    assert!(token(&[]).starts_with("act.sim-private!"));
    let unknown = person
        .auth("token")
        .arg("--account")
        .arg("hoome")
        .finish()
        .exits(4);
    assert!(
        unknown.stderr.contains("signed in: work, home"),
        "{}",
        unknown.stderr
    );
    let status = person.auth("status").finish().exits(0).whole_text();
    assert!(
        status.contains("work    ") && status.contains("home *  "),
        "{status}"
    );
    let again = Person::signed_in(person.login().arg("--account").arg("work"));
    assert!(
        again.stderr.contains("was another TikTok account before"),
        "{}",
        again.stderr
    );
}
