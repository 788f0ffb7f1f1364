//! `whoami`: which accounts, and what is known of them.

use serde_json::{Value, json};

use super::{Desk, ProgramExt as _, json_line};
use crate::support::tiktok::tiktok;

#[test]
fn an_account_of_one_integration_is_shown_although_the_other_has_none_of_the_name() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let login = desk
        .stranger("auth")
        .args(&["login", "--with-token", "--account", "work"]);
    drop(login.input("act.sim-public").finish().exits(0));
    let whoami = |name: &str| desk.stranger("whoami").args(&["--account", name]);
    let shown = whoami("work").finish().exits(0);
    assert!(
        shown.text().contains("sim.public") && shown.text().contains("no stored login has this name"),
        "{}",
        shown.text()
    );
    let line = json_line(&whoami("work").arg("--json").finish().exits(0));
    assert_eq!(
        (&line["tiktok"]["username"], line.get("tiktok-ads")),
        (&json!("sim.public"), Some(&Value::Null)),
        "{line}"
    );
    let none = json_line(&whoami("home").arg("--json").finish().exits(4));
    assert_eq!(none["error"]["code"], "account_missing", "{none}");
    assert!(whoami("home").finish().exits(4).stderr.contains("auth status"));
}

#[test]
fn a_display_name_is_never_shown_as_a_username() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let whoami = || {
        desk.stranger("whoami")
            .env("AUTOHIVE_TIKTOK_TOKEN", "act.sim-basic-only")
    };
    let account = &json_line(&whoami().arg("--json").finish().exits(0))["tiktok"];
    assert_eq!(
        (
            &account["username"],
            &account["display_name"],
            account.get("first_name")
        ),
        (&Value::Null, &json!("sim-basic-only"), None),
        "{account}"
    );
    assert_eq!(
        account["details"]["missing_scopes"][0], "user.info.profile",
        "{account}"
    );
    let text = whoami().finish().exits(0).text();
    let names: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("sim-basic-only"))
        .collect();
    assert!(
        matches!(names[..], [line] if line.contains("display name")),
        "{text}"
    );
    assert!(
        text.contains("username is missing without the permission user.info.profile"),
        "{text}"
    );
}
