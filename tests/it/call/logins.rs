//! Stored logins: the sandbox, the ad account, and the next step after an error of the token.

use serde_json::json;

use super::{ADS_TOKEN, ADVERTISER, Desk, ProgramExt as _, json_line};
use crate::support::{
    program::Program,
    tiktok::{TikTok, tiktok},
};

const VARIABLE: &str = "AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID";

/// Another ad account.
const OTHER: &str = "7310000000000000023";

/// A desk with a stored login of production for ads.
fn advertiser(tiktok: &TikTok) -> Desk {
    let desk = Desk::at(tiktok);
    let words = [
        "login",
        "--integration",
        "tiktok-ads",
        "--with-token",
        "--advertiser-id",
        ADVERTISER,
    ];
    let login = desk.stranger("auth").args(&words).input(ADS_TOKEN);
    drop(login.finish().exits(0));
    desk
}

fn campaigns(desk: &Desk) -> Program {
    desk.stranger("call").args(&["get-campaigns", "--json"])
}

#[test]
fn a_login_of_production_is_not_used_for_the_sandbox() {
    let tiktok = tiktok();
    let desk = advertiser(&tiktok);
    drop(campaigns(&desk).finish().exits(0));
    for words in [&["--sandbox"][..], &["--sandbox", "--advertiser-id", OTHER]] {
        let error = json_line(&campaigns(&desk).args(words).finish().exits(4));
        let message = error["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains("--with-token --sandbox"), "{words:?}: {error}");
    }
    let whoami = desk.stranger("whoami").arg("--sandbox").finish().exits(4);
    assert!(whoami.stderr.contains("--sandbox"), "{}", whoami.stderr);
}

#[test]
fn a_variable_with_another_ad_account_than_the_login_is_refused() {
    let tiktok = tiktok();
    let desk = advertiser(&tiktok);
    let error = json_line(&campaigns(&desk).env(VARIABLE, OTHER).finish().exits(4));
    let message = error["error"]["message"].as_str().unwrap_or_default();
    assert!(
        message.contains(VARIABLE) && message.contains(ADVERTISER) && message.contains("--advertiser-id"),
        "{error}"
    );
    drop(campaigns(&desk).env(VARIABLE, ADVERTISER).finish().exits(0));
    let chosen = campaigns(&desk)
        .env(VARIABLE, OTHER)
        .args(&["--advertiser-id", ADVERTISER]);
    drop(chosen.finish().exits(0));
}

#[test]
fn a_given_token_without_its_ad_account_does_not_act_for_the_login() {
    let tiktok = tiktok();
    let desk = advertiser(&tiktok);
    let error = json_line(
        &campaigns(&desk)
            .env("AUTOHIVE_TIKTOK_ADS_TOKEN", "ads.nonsense")
            .finish()
            .exits(4),
    );
    let message = error["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains(VARIABLE), "{error}");
}

#[test]
fn the_next_step_after_an_error_of_the_token_fits_its_place() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let by_variable = |name: &str, token: &str| desk.stranger(name).env("AUTOHIVE_TIKTOK_TOKEN", token);
    let post = |program: Program| program.arg("get-user-info");
    // A token that works when it is stored, and not later.
    let late =
        |is_expired: bool| json!({ "accounts": [{ "token": "act.sim-late", "token_expired": is_expired }] });
    tiktok.change(late(false));
    let login = desk
        .stranger("auth")
        .args(&["login", "--with-token"])
        .input("act.sim-late");
    drop(login.finish().exits(0));
    tiktok.change(late(true));
    for (program, part) in [
        (
            post(by_variable("call", "act.sim-expired")),
            "next: Set the variable AUTOHIVE_TIKTOK_TOKEN",
        ),
        (
            by_variable("whoami", "act.sim-expired"),
            "next: Set the variable AUTOHIVE_TIKTOK_TOKEN",
        ),
        (
            post(desk.stranger("call")),
            "next: Run `autohive-tiktok auth refresh`",
        ),
        (
            desk.stranger("whoami"),
            "next: Run `autohive-tiktok auth refresh`",
        ),
    ] {
        let ended = program.clone().finish().exits(4);
        assert!(ended.stderr.contains(part), "{program:?}: {}", ended.stderr);
        assert!(
            !ended.stderr.contains("in the host"),
            "{program:?}: {}",
            ended.stderr
        );
    }
    let missing = desk.post().env("AUTOHIVE_TIKTOK_TOKEN", "act.sim-no-publish");
    let ended = missing.finish().exits(4);
    assert!(
        ended.stderr.contains("to a token that has the permission"),
        "{}",
        ended.stderr
    );
    let host = json_line(
        &post(by_variable("call", "act.sim-expired"))
            .arg("--json")
            .finish()
            .exits(4),
    );
    assert_eq!(host["error"]["code"], json!("access_token_invalid"), "{host}");
}
