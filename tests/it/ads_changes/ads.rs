//! Updates and deletions of ads, where they differ from those of campaigns and ad groups.

use serde_json::{Value, json};

use super::{
    ad_groups::is_as_before,
    bench::{ChangeBench, named, outcomes},
};
use crate::support::with;

fn ad_group(bench: &ChangeBench, name: &str) -> String {
    bench.ad_group(&bench.campaign(named(name)), json!({}))
}

fn smart_ad_group(bench: &ChangeBench, name: &str) -> String {
    bench.smart_ad_group(&bench.smart_campaign(named(name)), json!({}))
}

#[test]
fn disabling_goes_before_the_settings_and_enabling_after_them() {
    let bench = ChangeBench::new();
    let enabled = json!({ "operation_status": "ENABLE" });
    for (prefix, id) in [
        ("", bench.ad(&ad_group(&bench, "A"), enabled.clone())),
        (
            "/smart_plus",
            bench.smart_ad(&smart_ad_group(&bench, "B"), &["v1"], enabled),
        ),
    ] {
        let (settings, status) = (
            format!("{prefix}/ad/update/"),
            format!("{prefix}/ad/status/update/"),
        );
        for (switch, expected) in [
            ("DISABLE", [&status, &settings]),
            ("ENABLE", [&settings, &status]),
        ] {
            let inputs = json!({ "ad_id": id, "ad_text": format!("Text for {switch}"), "status": switch });
            let (_, calls) = bench.writes_of(|| bench.does("update_ad", inputs));
            let paths: Vec<_> = calls.iter().map(|(path, _)| path).collect();
            assert_eq!(paths, expected);
        }
    }
}

/// Settings that TikTok patches, and those for which it replaces the ad.
#[test]
fn an_update_of_one_setting_leaves_all_others_as_they_are() {
    let bench = ChangeBench::new();
    let rich = json!({
        "deeplink": "app://shoes", "deeplink_type": "NORMAL", "impression_tracking_url": "https://track.example/i",
        "click_tracking_url": "https://track.example/c", "tracking_app_id": "7335000000000000001",
        "dark_post_status": "ON", "promotional_music_disabled": true,
    });
    let id = bench.ad(&ad_group(&bench, "A"), rich);
    for (name, value) in [
        ("ad_name", json!("Short film")),
        ("ad_text", json!("Run further")),
        ("video_id", json!("v10033g50001")),
        ("landing_page_url", json!("https://example.com/boots")),
        ("call_to_action", json!("LEARN_MORE")),
        ("deeplink", json!("app://boots")),
        ("click_tracking_url", json!("https://track.example/click")),
        ("dark_post_status", json!("OFF")),
        ("promotional_music_disabled", json!(false)),
    ] {
        let before = bench.listed("ad", &id);
        let inputs = with(json!({ "ad_id": id }), name, value);
        let (data, calls) = bench.writes_of(|| bench.does("update_ad", inputs.clone()));
        assert_eq!(
            (&data["changes"][0]["field"], calls.len()),
            (&json!(name), 1),
            "{data}"
        );
        is_as_before(&before, &bench.listed("ad", &id), &[name], name);
        let again = bench.writes_nothing(|| bench.does("update_ad", inputs));
        assert_eq!(again["outcome"], "unchanged", "{name}: {again}");
    }
}

#[test]
fn an_update_of_a_smart_ad_leaves_other_creatives_and_its_configuration_as_they_are() {
    let bench = ChangeBench::new();
    let id = bench.smart_ad(&smart_ad_group(&bench, "A"), &["v1", "v2"], json!({}));
    let change = |name: &str, value: Value, changed: &[&str]| {
        let before = bench.listed("smart_plus/ad", &id);
        let inputs = with(json!({ "ad_id": id }), name, value);
        let (_, calls) = bench.writes_of(|| bench.does("update_ad", inputs.clone()));
        assert_eq!(calls.len(), 1, "{name}");
        let after = bench.listed("smart_plus/ad", &id);
        is_as_before(&before, &after, changed, name);
        let again = bench.writes_nothing(|| bench.does("update_ad", inputs));
        assert_eq!(again["outcome"], "unchanged", "{name}: {again}");
        after
    };
    change("ad_name", json!("Short film"), &["ad_name"]);
    change("ad_text", json!("Run further"), &["ad_text_list"]);
    change(
        "ad_texts",
        json!(["Run further", "Run faster"]),
        &["ad_text_list"],
    );
    change(
        "landing_page_url",
        json!("https://example.com/boots"),
        &["landing_page_url_list"],
    );
    let after = change("dark_post_status", json!("ON"), &["ad_configuration"]);
    assert_eq!(
        after["ad_configuration"]["call_to_action_id"],
        "7350000000000000001"
    );
    let creatives = json!([
        { "ad_format": "SINGLE_VIDEO", "video_id": "v1", "image_ids": ["ad-site/cover"] },
        { "ad_format": "SINGLE_VIDEO", "video_id": "v3", "image_ids": ["ad-site/cover"] },
    ]);
    let after = change("creatives", creatives, &["creative_list"]);
    let info = |at: usize| &after["creative_list"][at]["creative_info"];
    assert_eq!(
        (
            &info(0)["video_info"]["video_id"],
            &info(1)["video_info"]["video_id"]
        ),
        (&json!("v1"), &json!("v3"))
    );
    assert_eq!(info(1)["identity_id"], info(0)["identity_id"]);
}

/// TikTok refuses a write while it handles another one of the same ad group.
#[test]
fn an_update_of_an_ad_group_that_is_being_written_is_sent_again() {
    let bench = ChangeBench::new();
    let id = bench.ad(&ad_group(&bench, "A"), json!({}));
    bench
        .tiktok
        .change(json!({ "ads": { "switches": { "write_window_ms": 1500 } } }));
    for text in ["One", "Two"] {
        let data = bench.does("update_ad", json!({ "ad_id": id, "ad_text": text }));
        assert_eq!(data["outcome"], "changed");
    }
    assert_eq!(bench.listed("ad", &id)["ad_text"], "Two");
}

#[test]
fn more_than_twenty_ads_take_several_calls_in_each_way() {
    let bench = ChangeBench::new();
    let (manual, smart) = (ad_group(&bench, "A"), smart_ad_group(&bench, "B"));
    let manual: Vec<String> = (0..22).map(|_| bench.ad(&manual, json!({}))).collect();
    let smart: Vec<String> = (0..22)
        .map(|_| bench.smart_ad(&smart, &["v1"], json!({})))
        .collect();
    let ids: Vec<&String> = manual.iter().chain(&smart).collect();
    let (data, calls) = bench.writes_of(|| bench.does("delete_ad", json!({ "ad_ids": ids })));
    assert_eq!(
        (&data["deleted_count"], &data["complete"]),
        (&json!(44), &json!(true))
    );
    let sizes: Vec<_> = calls
        .iter()
        .map(|(_, body)| {
            ["ad_ids", "smart_plus_ad_ids"].map(|name| body[name].as_array().map_or(0, Vec::len))
        })
        .collect();
    assert_eq!(sizes, [[20, 0], [2, 0], [0, 20], [0, 2]]);
}

/// Another program deletes an ad between the reading and the call: TikTok's success is a partial one (20001).
#[test]
fn ads_that_a_partial_success_does_not_name_are_deleted_one_by_one() {
    let bench = ChangeBench::new();
    let ad_group = ad_group(&bench, "A");
    let ids: Vec<String> = (0..3).map(|_| bench.ad(&ad_group, json!({}))).collect();
    let partial = json!({ "code": 20001, "message": "Partial success", "request_id": "2026",
        "data": { "ad_ids": [ids[1]], "status": "DELETE" } });
    let kind = json!({ "answer": { "status": 200, "headers": { "content-type": "application/json" },
        "body": partial.to_string() } });
    bench.fault(&json!({ "endpoint": "ad_status_update", "nth": 1, "kind": kind }));
    let (data, calls) = bench.writes_of(|| bench.does("delete_ad", json!({ "ad_ids": ids })));
    let words: Vec<_> = outcomes(&data).into_iter().map(|(_, word)| word).collect();
    assert_eq!(words, ["deleted"; 3], "{data}");
    let sent: Vec<&Value> = calls.iter().map(|(_, body)| &body["ad_ids"]).collect();
    assert_eq!(sent, [&json!(ids), &json!([ids[0]]), &json!([ids[2]])]);
}
