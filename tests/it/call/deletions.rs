//! Deletions, which TikTok cannot undo: a question at a terminal, `--yes` without one.

use serde_json::json;

use super::{ADVERTISER, Desk, ProgramExt as _, json_line, terminal::at_terminal};
use crate::support::tiktok::{TikTok, tiktok_with};

/// The campaign of the history.
const CAMPAIGN: &str = "7410000000002000007";

const PROMPT: &str = "Delete? [y/N] ";

fn tiktok() -> TikTok {
    let history = json!({ "advertiser_id": ADVERTISER, "campaigns": 1, "adgroups": 1, "ads": 1, "days": 3 });
    tiktok_with(json!({ "ads": { "history": [history] } }))
}

/// Number of campaigns that are not deleted.
fn living(desk: &Desk) -> u64 {
    let list = json_line(&desk.call("get-campaigns").arg("--json").finish().exits(0));
    list["total_count"].as_u64().unwrap()
}

#[test]
fn without_a_terminal_a_deletion_needs_yes() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let delete = || desk.call("delete-campaign").args(&[CAMPAIGN, "--json"]);
    let error = json_line(&delete().finish().exits(2));
    assert_eq!(error["error"]["code"], "confirmation_required", "{error}");
    assert_eq!(living(&desk), 1);
    drop(delete().arg("--dry-run").finish().exits(0));
    assert_eq!(living(&desk), 1);
    drop(delete().arg("--yes").finish().exits(0));
    assert_eq!(living(&desk), 0);
}

#[test]
fn at_a_terminal_a_person_is_asked_with_id_and_name() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let words = format!("call delete-campaign {CAMPAIGN}");
    for (answer, exit, left) in [("\n", 1, 1), ("n\n", 1, 1), ("\x03", 1, 1), ("y\n", 0, 0)] {
        let (screen, ended) = at_terminal(&desk, &words, 80, &ads_variables(), Some((PROMPT, answer)));
        assert_eq!(ended, exit, "{answer:?}: {screen}");
        assert!(
            screen.contains(CAMPAIGN) && screen.contains("History 1"),
            "{screen}"
        );
        assert_eq!(living(&desk), left, "{answer:?}: {screen}");
    }
}

#[test]
fn yes_and_a_dry_run_are_not_asked() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for more in ["--dry-run", "--yes"] {
        let words = format!("call delete-campaign {CAMPAIGN} {more}");
        let (screen, exit) = at_terminal(&desk, &words, 80, &ads_variables(), None);
        assert_eq!(exit, 0, "{screen}");
        assert!(!screen.contains(PROMPT), "{screen}");
    }
}

fn ads_variables() -> [(&'static str, &'static str); 2] {
    [
        ("AUTOHIVE_TIKTOK_ADS_TOKEN", super::ADS_TOKEN),
        ("AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID", ADVERTISER),
    ]
}
