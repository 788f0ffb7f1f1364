//! The same command never posts twice: it resumes what was interrupted, and shows what was done.

use std::time::Duration;

use autohive_tiktok::simulator::StoredStatus;
use serde_json::json;

use super::{Desk, ProgramExt as _, clip_path, json_line};
use crate::support::{
    program::Program,
    tiktok::{TikTok, tiktok, tiktok_faulty},
    video::clip_of,
};

/// A TikTok to which an upload takes half a minute.
fn slow() -> TikTok {
    tiktok_faulty(
        json!({ "endpoint": "upload", "nth": 1, "times": 1000, "kind": { "bytes_per_second": 2_000_000 } }),
    )
}

/// Post of a video in several chunks.
fn long_post(desk: &Desk) -> Program {
    let path = desk.path("long.mp4");
    if !path.exists() {
        std::fs::write(&path, clip_of(64_100_000)).unwrap();
    }
    desk.call("create-video-post").path(&path).args(&[
        "--privacy-level",
        "self-only",
        "--title",
        "Long",
        "--json",
    ])
}

/// Runs the command again at full speed: it posts, and then it only tells.
fn resumed(tiktok: &TikTok, desk: &Desk) {
    tiktok.change(json!({ "clear_faults": true }));
    let again = json_line(&long_post(desk).args(&["--wait-seconds", "20"]).finish().exits(0));
    assert_eq!(
        (&again["outcome"], again.get("repeated")),
        (&json!("published"), None),
        "{again}"
    );
    let told = json_line(&long_post(desk).finish().exits(0));
    assert_eq!(
        (&told["repeated"], &told["publish_id"]),
        (&json!(true), &again["publish_id"]),
        "{told}"
    );
    let posts = tiktok.posts();
    let made = posts
        .iter()
        .filter(|post| post.status == StoredStatus::PublishComplete);
    assert_eq!(made.count(), 1, "exactly one post: {posts:#?}");
}

#[test]
fn a_killed_upload_is_resumed_by_the_same_command() {
    let tiktok = slow();
    let desk = Desk::at(&tiktok);
    let running = long_post(&desk).start();
    running.await_log("Uploading");
    running.signal("KILL");
    assert_eq!(running.wait().exit, None, "it was killed");
    resumed(&tiktok, &desk);
}

#[test]
fn an_upload_ended_by_a_signal_tells_its_outcome_and_is_resumed_by_the_same_command() {
    for signal in ["INT", "TERM"] {
        let tiktok = slow();
        let desk = Desk::at(&tiktok);
        let running = long_post(&desk).start();
        running.await_log("Uploading");
        running.signal(signal);
        let ended = running.wait_for(Duration::from_secs(10)).exits(8);
        let error = &json_line(&ended)["error"];
        assert_eq!(
            (&error["code"], &error["outcome"]),
            (&json!("interrupted"), &json!("unconfirmed")),
            "{error}"
        );
        assert!(error["publish_id"].is_string(), "{error}");
        resumed(&tiktok, &desk);
    }
}

#[test]
fn a_repeated_command_shows_the_post_and_says_how_to_post_again() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let post = || desk.post().args(&["--wait-seconds", "20"]);
    drop(post().finish().exits(0));
    let ended = post().finish().exits(0);
    assert!(ended.text().contains("add --again"), "{}", ended.text());
    assert_eq!(tiktok.posts().len(), 1);
    drop(post().arg("--again").finish().exits(0));
    assert_eq!(tiktok.posts().len(), 2, "--again posts again");
    drop(post().arg("--idempotency-key=mine").finish().exits(0));
    drop(post().arg("--idempotency-key=mine").finish().exits(0));
    assert_eq!(tiktok.posts().len(), 3, "a key of one's own counts too");
    drop(post().args(&["--title", "Other"]).finish().exits(0));
    assert_eq!(tiktok.posts().len(), 4, "another caption is another post");
}

#[test]
fn without_a_state_each_command_posts() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for posts in 1..=2 {
        let ended = desk.post().args(&["--state", "off"]).finish().exits(0);
        assert!(
            ended.stderr.contains("note: the state is off"),
            "{}",
            ended.stderr
        );
        assert_eq!(tiktok.posts().len(), posts);
    }
}

#[test]
fn a_dry_run_posts_nothing_and_leaves_no_record() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let result = json_line(&desk.post().args(&["--dry-run", "--json"]).finish().exits(0));
    assert_eq!(result["dry_run"], true, "{result}");
    assert_eq!(result["warnings"], json!([]), "{result}");
    // For a person: only the answer to a post shows whether an app without an audit is refused.
    let told = desk.post().args(&["--dry-run"]).finish().exits(0).text();
    let words: Vec<&str> = told.split_whitespace().collect();
    assert!(
        words.join(" ").contains("whether TikTok has audited the app"),
        "{told}"
    );
    tiktok.nothing_posted();
    drop(desk.post().finish().exits(0));
    assert_eq!(tiktok.posts().len(), 1);
}

#[test]
fn the_same_command_creates_one_campaign() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let create = || {
        let words = [
            "--automation",
            "smart-plus",
            "--campaign-name",
            "Spring",
            "--objective-type",
            "web-conversions",
        ];
        let more = ["--sales-destination", "website", "--budget", "50", "--json"];
        json_line(
            &desk
                .call("create_campaign")
                .args(&words)
                .args(&more)
                .finish()
                .exits(0),
        )
    };
    let (first, second) = (create(), create());
    assert_eq!(
        (&first["outcome"], &second["outcome"]),
        (&json!("created"), &json!("recorded"))
    );
    assert_eq!(first["campaign_id"], second["campaign_id"]);
}

#[test]
fn two_files_with_the_same_bytes_are_one_post() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let copy = desk.path("copy.mp4");
    std::fs::copy(clip_path(), &copy).unwrap();
    drop(desk.post().finish().exits(0));
    let again = desk
        .call("create-video-post")
        .path(&copy)
        .args(&["--privacy-level", "SELF_ONLY", "--json"]);
    assert_eq!(json_line(&again.finish().exits(0))["repeated"], true);
    assert_eq!(tiktok.posts().len(), 1);
}

/// An upload of one chunk that was stopped: the command says until when the chunk may arrive, and what to do until then.
#[test]
fn a_stopped_upload_of_one_chunk_tells_until_when_the_command_waits() {
    let tiktok = tiktok_faulty(json!({
        "endpoint": "upload", "nth": 1, "kind": { "stall": { "at_byte": 1000 } },
    }));
    let desk = Desk::at(&tiktok);
    let running = desk.post().start();
    tiktok.await_calls("/video/", 1);
    running.signal("INT");
    let stopped = running.wait_for(Duration::from_secs(10)).exits(8).stderr;
    tiktok.change(json!({ "clear_faults": true }));
    let waiting = desk.post().finish().exits(8).stderr;
    let both = [
        (&stopped, "from 20"),
        (&waiting, "Run the same command again in 70 minutes, at 20"),
    ];
    for (told, time) in both {
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(time), "{told}");
        assert!(
            told.contains("`--again` or another `--idempotency-key` would post at once"),
            "{told}"
        );
        assert!(!told.contains("same key"), "{told}");
    }
    assert_eq!(tiktok.inits(), 1);
}

/// The commands of a person share the counters of their state.
#[test]
fn a_dry_run_counts_the_posts_of_earlier_commands() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    drop(desk.post().finish().exits(0));
    let dry = json_line(
        &desk
            .post()
            .args(&["--dry-run", "--json", "--title", "x"])
            .finish()
            .exits(0),
    );
    let quota = &dry["quota"];
    assert_eq!(
        (
            &quota["inits_left_this_minute"],
            &quota["counted_for"],
            &quota["posts_in_24_hours"]
        ),
        (&json!(5), &json!("shared_state"), &json!(1)),
        "{dry}"
    );
}
