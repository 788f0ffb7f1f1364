//! Peak memory of long lists.

use std::time::{Duration, SystemTime};

use autohive_tiktok::model::UtcTime;
use serde_json::json;

use super::Sizes;
use crate::{
    Result,
    conversation::{Conversation, number_in, succeeded},
    measured::Run,
    stage::{Build, Stage, set_up, token},
    table::{Table, print_faults},
    tiktok::{Digest, Tiktok},
    turns::in_turns,
};

const ROUNDS: usize = 5;

/// Videos that one request lists, the most that an action accepts.
const PAGE: u64 = 1_000;

/// Requests of the two sizes, each of which goes on where the last one ended.
const REQUESTS: [u64; 2] = [1, 10];

/// Days of the two sizes, in which each of 150 ads has a row.
const DAYS: [u64; 2] = [40, 400];

/// An ad account of the simulator, and the token of its app.
const ADVERTISER: &str = "7310000000000000011";
const ADS_TOKEN: &str = "ads.sim-main";

/// Measures `get_videos` and `get_analytics`.
pub(super) fn measure(stage: &Stage) -> Result<()> {
    let rounds = stage.rounds(ROUNDS);
    let videos = in_turns(&stage.with(&REQUESTS), rounds, |build, requests| {
        videos(stage, build, requests)
    })?;
    print_faults(&videos);
    let [small, large] = REQUESTS.map(|requests| format!("{} videos", requests * PAGE));
    print(
        stage,
        "`get_videos`, 1,000 at a time",
        [&small, &large],
        &Sizes::of(&videos),
    );
    let rows = in_turns(&stage.with(&DAYS), rounds, |build, days| {
        analytics(stage, build, days)
    })?;
    print_faults(&rows);
    let [small, large] = DAYS.map(|days| format!("{} rows", days * ADS));
    print(
        stage,
        "`get_analytics`, by ad and day",
        [&small, &large],
        &Sizes::of(&rows),
    );
    Ok(())
}

fn print(stage: &Stage, title: &str, names: [&str; 2], sizes: &Sizes<'_>) {
    let mut table = Table::new(title, &stage.builds);
    sizes.add_to(&mut table, names);
    table.print();
}

/// Lists the newest videos of an account in one process.
fn videos(stage: &Stage, build: &Build, requests: u64) -> Result<Run> {
    let tiktok = Tiktok::start(Digest::Off)?;
    let account = json!({ "token": token(0), "videos": PAGE * REQUESTS[1], "rate_limit": 1_000_000 });
    set_up(&tiktok, &json!({ "accounts": [account] }))?;
    let mut program = Conversation::start(&mut stage.run(build, &tiktok.url))?;
    let mut inputs = json!({ "max_count": PAGE });
    for id in 0..requests {
        let auth = json!({ "access_token": token(0) });
        let request = json!({ "id": id, "action": "get_videos", "inputs": inputs, "auth": auth });
        program.send(&format!("{request}\n"))?;
        let answer = program.answer()?;
        succeeded(&answer)?;
        inputs = json!({ "max_count": PAGE, "cursor": number_in(&answer, "cursor")? });
    }
    program.end(None)
}

/// Campaigns, ad groups in each and ads in each of those.
const HISTORY: [u64; 3] = [5, 6, 5];
const ADS: u64 = HISTORY[0] * HISTORY[1] * HISTORY[2];

/// Reads a report of an ad account with a row for each ad and day.
fn analytics(stage: &Stage, build: &Build, days: u64) -> Result<Run> {
    let tiktok = Tiktok::start(Digest::Off)?;
    let [campaigns, adgroups, ads] = HISTORY;
    let history = json!({
        "advertiser_id": ADVERTISER, "campaigns": campaigns, "adgroups": adgroups, "ads": ads, "days": DAYS[1] + 2,
    });
    // Without the limits per second, whose waits would be all that the wall time shows.
    let switches = json!({ "throttle": false });
    set_up(
        &tiktok,
        &json!({ "ads": { "history": [history], "switches": switches } }),
    )?;
    let inputs = json!({
        "level": "ad", "granularity": "day", "start_date": days_ago(days)?, "end_date": days_ago(1)?, "max_rows": 60_000,
    });
    let request = json!({
        "id": 1, "integration": "tiktok-ads", "action": "get_analytics", "inputs": inputs,
        "auth": { "access_token": ADS_TOKEN, "advertiser_id": ADVERTISER },
    });
    let mut command = stage.run(build, &tiktok.url);
    command.env("AUTOHIVE_TIKTOK_ADS_LIMITS", "ultimate");
    let mut program = Conversation::start(&mut command)?;
    program.send(&format!("{request}\n"))?;
    let answer = program.answer()?;
    succeeded(&answer)?;
    let rows = number_in(&answer, "row_count")?;
    if rows != days * ADS {
        return Err(format!("the report has {rows} rows").into());
    }
    program.end(None)
}

/// The day that was `days` days ago, in UTC, as `YYYY-MM-DD`.
#[expect(clippy::disallowed_methods, reason = "the simulator's clock is the machine's")]
fn days_ago(days: u64) -> Result<String> {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let time = UtcTime::after_epoch(since_epoch.saturating_sub(Duration::from_hours(24 * days))).to_string();
    Ok(time.split(' ').next().unwrap_or_default().to_owned())
}
