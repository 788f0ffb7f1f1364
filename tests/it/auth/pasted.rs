//! `auth login` where the browser is on another machine, or the redirect goes to a web server.

use url::Url;

use super::{Person, browser, page, with_parameter};
use crate::support::{
    program::{Program, Running},
    tiktok::tiktok,
};

const WEB: &str = "https://app.example/callback/";

fn web(person: &Person<'_>) -> Program {
    person.login().arg("--redirect-uri").arg(WEB)
}

/// Starts a login and returns it with the address to which TikTok redirects.
fn started(program: Program) -> (Running, Url) {
    let running = program.start();
    running.await_log("Enter");
    let page = page(&running);
    let answer = browser::get(&page);
    assert_eq!(answer.status, 302, "{}", answer.body);
    (running, Url::parse(&answer.location()).unwrap())
}

#[test]
fn a_pasted_address_signs_in() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let (running, redirect) = started(web(&person));
    assert!(redirect.as_str().starts_with(WEB), "{redirect}");
    running.send_text(format!("  {redirect}\n"));
    running.wait().exits(0);

    let code = redirect
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap()
        .1
        .into_owned();
    let (running, redirect) = started(web(&person).arg("--no-pkce"));
    let other = redirect
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap()
        .1
        .into_owned();
    assert_ne!(code, other);
    running.send_text(format!("{other}\n"));
    running.wait().exits(0);
}

/// Over SSH the browser cannot load the page of this machine, and shows its address.
#[test]
fn the_address_of_a_page_that_cannot_be_loaded_can_be_pasted() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let waiting = Person::waiting(person.login().arg("--no-browser"));
    let redirect = waiting.redirect();
    waiting.running.send_text(format!("{redirect}\n"));
    waiting.running.wait().exits(0);
}

/// Each wrong line is answered, and the wait goes on until a good one.
#[test]
fn a_wrong_line_is_answered_and_the_next_one_is_read() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let (running, redirect) = started(web(&person));
    let stranger = with_parameter(&redirect, "state", "0123456789").to_string();
    let mut without_code = redirect.clone();
    let state = redirect.query_pairs().find(|(name, _)| name == "state").unwrap();
    without_code
        .query_pairs_mut()
        .clear()
        .append_pair("state", &state.1);
    for (line, part) in [
        (stranger.as_str(), "is not the one of this sign-in"),
        ("two words", "neither an address nor a code"),
        ("", "nothing was pasted"),
        (without_code.as_str(), "has no `code`"),
    ] {
        running.send_text(format!("{line}\n"));
        running.await_log(part);
    }
    running.send_text(format!("{redirect}\n"));
    let ended = running.wait().exits(0);
    assert_eq!(
        ended.stderr.matches("Waiting for another line").count(),
        4,
        "{}",
        ended.stderr
    );
}

#[test]
fn wrong_lines_alone_do_not_sign_in() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let ended = web(&person).input("two words\nhttps://app.example/callback/?state=x\n");
    let ended = ended.finish().exits(3);
    for part in [
        "neither an address nor a code",
        "is not the one of this sign-in",
        "standard input ended before",
    ] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    assert!(!person.store().exists());
}

#[test]
fn without_input_the_listener_still_waits_and_a_web_address_does_not() {
    let tiktok = tiktok();
    let person = Person::new(&tiktok);
    let mut waiting = Person::waiting(person.login().arg("--no-browser"));
    waiting.running.close_input();
    browser::follow(&waiting.page);
    waiting.running.wait().exits(0);
    let ended = web(&person).finish().exits(3);
    assert!(ended.stderr.contains("standard input ended"), "{}", ended.stderr);
}
