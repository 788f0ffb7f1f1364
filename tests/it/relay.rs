//! A `video_url` that the program downloads: allowed and forbidden hosts, and the data that its host receives.

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};

use crate::support::{
    ask,
    program::{Answer, run},
    tiktok::{TikTok, scripted, tiktok},
    video::{clip, clip_of, sha256},
    with,
};

/// Text that must not appear in any output.
const MARK: &str = "c4n4ry";

fn post(url: &str) -> Value {
    let inputs = json!({ "privacy_level": "SELF_ONLY", "video_url": url });
    with(
        ask("a", "create_video_post", inputs),
        "request_config",
        json!({ "max_retries": 0, "timeout": 5 }),
    )
}

fn answer(tiktok: &TikTok, request: &Value) -> Answer {
    tiktok.run().request(request).finish().exits(0).only()
}

/// Posts a video from a host that expects a single request and replies with `reply`.
#[track_caller]
fn from_host(reply: Value) -> (Answer, TikTok) {
    let (tiktok, host) = (
        tiktok(),
        scripted(json!([with(
            json!({ "expect": { "method": "GET" } }),
            "reply",
            reply
        )])),
    );
    let program = tiktok.run().allowing(&host.url());
    let answer = program
        .request(&post(&format!("{}/clip.mp4", host.url())))
        .finish()
        .exits(0)
        .only();
    host.played();
    (answer, tiktok)
}

#[test]
fn the_bytes_that_arrive_at_tiktok_are_those_of_the_host() {
    for size in [clip().len() + 8, 3_000_001] {
        let (tiktok, host) = (tiktok(), tiktok());
        let video = clip_of(size);
        host.keep_media("clip.mp4", video.clone());
        let program = tiktok.run().allowing(&host.url());
        program
            .request(&post(&format!("{}/_simulator/media/clip.mp4", host.url())))
            .finish()
            .exits(0)
            .only()
            .did();
        assert_eq!(tiktok.posts()[0].sha256, sha256(&video), "{size}");
        assert_eq!(tiktok.posts()[0].bytes, size as u64);
    }
}

#[test]
fn a_draft_is_relayed_too() {
    let tiktok = tiktok();
    tiktok.keep_media("clip.mp4", clip());
    let url = format!("{}/_simulator/media/clip.mp4", tiktok.url());
    answer(
        &tiktok,
        &ask(
            "a",
            "upload_video_draft",
            json!({ "video_url": url, "source": "FILE_UPLOAD" }),
        ),
    )
    .did();
    assert_eq!(tiktok.count(EndpointName::UPLOAD), 1);
}

/// The token, the host's signature in the URL, and other private data.
#[test]
fn the_host_gets_no_secret_and_the_url_is_not_repeated() {
    for [level, form] in [
        ["--log=trace", "--log-format=human"],
        ["--log=trace", "--log-format=json"],
    ] {
        for reply in [
            json!({ "status": 403, "text": MARK }),
            json!({ "status": 404, "text": MARK }),
            json!({ "status": 500, "text": MARK }),
            json!({ "text": format!("<!DOCTYPE html>{MARK}") }),
            json!({ "text": MARK }),
            json!({ "close": "before" }),
            json!({ "text": MARK, "close": "mid_body" }),
            json!({ "status": 302, "headers": { "location": format!("https://10.0.0.1/{MARK}?{MARK}={MARK}") } }),
            json!({ "status": 302, "headers": { "location": format!("https://{MARK}:{MARK}@10.0.0.1/") } }),
            json!({ "status": 302, "headers": { "location": format!("https://[{MARK}") } }),
        ] {
            let absent = json!({ "authorization": null, "cookie": null, "referer": null, "range": null });
            let host = scripted(json!([{ "expect": { "headers": absent }, "reply": reply }]));
            let url = format!("{}/{MARK}/clip.mp4?X-Signature={MARK}#{MARK}", host.url());
            let program = tiktok().run().allowing(&host.url()).arg(level).arg(form);
            let ended = program.request(&post(&url)).finish().exits(0);
            ended.only().is("action_error").has("/outcome", "failed");
            host.played();
            assert!(
                ended.stderr.contains("download"),
                "something should be logged: {}",
                ended.stderr
            );
            let written = format!("{}{}", ended.text(), ended.stderr);
            assert!(!written.contains(MARK), "after {reply}: {written}");
        }
    }
}

#[test]
fn redirects_to_forbidden_addresses_are_refused() {
    for (target, words) in [
        (
            "http://169.254.169.254/latest/meta-data/",
            "an address of a cloud's metadata service (after a redirect)",
        ),
        (
            "https://169.254.169.254/",
            "is an address of a cloud's metadata service",
        ),
        ("https://[::ffff:7f00:1]/", "is an IPv4 address embedded in IPv6"),
        ("https://192.168.0.1/", "is a private address"),
        ("https://user@localhost/", "contains a user name or password"),
        ("file:///etc/passwd", "names no host"),
        (
            "https://example.com/",
            "example.com:443, which is neither the simulator nor an allowed media host",
        ),
        (
            "http://127.0.0.1:9/",
            "127.0.0.1:9, which is neither the simulator nor an allowed media host",
        ),
    ] {
        let (answer, tiktok) = from_host(json!({ "status": 301, "headers": { "location": target } }));
        answer
            .failed("url_not_allowed")
            .has("/retryable", false)
            .says(words)
            .has("/details/0/field", "video_url");
        tiktok.nothing_posted();
    }
}

#[test]
fn responses_of_a_file_host_are_reported() {
    for (reply, code, status, again, words) in [
        (
            json!({ "status": 404 }),
            "url_unreachable",
            json!(404),
            false,
            "a URL on 127.0.0.1, which answered HTTP 404",
        ),
        (
            json!({ "status": 403 }),
            "url_unreachable",
            json!(403),
            false,
            "signing in",
        ),
        (
            json!({ "status": 500 }),
            "url_unreachable",
            json!(500),
            true,
            "answered HTTP 500",
        ),
        (
            json!({ "close": "before" }),
            "url_unreachable",
            Value::Null,
            true,
            "broke the connection off",
        ),
        (
            json!({ "text": "" }),
            "video_empty",
            Value::Null,
            false,
            "0 bytes from 127.0.0.1",
        ),
        (
            json!({ "text": "{\"error\":\"no\"}" }),
            "video_format_invalid",
            Value::Null,
            false,
            "text from 127.0.0.1",
        ),
        (
            json!({ "text": "  <!doctype html><p>hello" }),
            "video_format_invalid",
            Value::Null,
            false,
            "a web page",
        ),
        (
            json!({ "text": "please log in", "headers": { "content-type": "text/html" } }),
            "video_format_invalid",
            Value::Null,
            false,
            "a web page",
        ),
    ] {
        let (answer, tiktok) = from_host(reply);
        answer
            .failed(code)
            .has("/http_status", status)
            .has("/retryable", again)
            .says(words)
            .says("Nothing was posted");
        tiktok.nothing_posted();
        assert_eq!(
            tiktok.journal().entries.len(),
            0,
            "TikTok is not asked before there is a video"
        );
    }
}

#[test]
fn an_unreachable_host_is_url_unreachable() {
    // Host and port of the API base, where nothing listens.
    let answer = run()
        .request(&post("http://127.0.0.1:9/clip.mp4"))
        .finish()
        .exits(0)
        .only();
    answer
        .failed("url_unreachable")
        .has("/retryable", true)
        .says("127.0.0.1, which takes no connection");
}

/// With a simulator, other ports of this machine belong to other programs.
#[test]
fn another_port_than_the_simulators_is_not_fetched() {
    let (tiktok, other) = (tiktok(), tiktok());
    other.keep_media("clip.mp4", clip());
    let port = other.url().rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{port}/_simulator/media/clip.mp4");
        let answer = answer(&tiktok, &post(&url))
            .failed("url_not_allowed")
            .has("/outcome", "failed");
        let answer = answer.says(&format!(
            "got a URL on {host}:{port}, which is neither the simulator nor an allowed media host"
        ));
        let answer = answer
            .says(&format!("--allow-media-host {host}:{port}"))
            .says(&format!("PUT {}/_simulator/media/NAME", tiktok.url()));
        let remedy = answer.at("/remedy").as_str().unwrap();
        assert!(
            remedy.contains(&format!("--allow-media-host {host}:{port}")),
            "{remedy}"
        );
    }
    assert_eq!(other.journal().entries.len(), 0, "nothing is asked for there");
    tiktok.nothing_posted();
}

/// An internal file store is allowed by name or address and port, with and without a simulator.
#[test]
fn a_host_that_the_operator_allows_is_fetched() {
    let (tiktok, store) = (tiktok(), tiktok());
    store.keep_media("clip.mp4", clip());
    let at = |base: &str| post(&format!("{base}/_simulator/media/clip.mp4"));
    let program = tiktok.run().env(
        "AUTOHIVE_TIKTOK_ALLOW_MEDIA_HOST",
        &format!("minio.internal:9000,{}", &store.url()[7..]),
    );
    program.request(&at(&store.url())).finish().exits(0).only().did();
    let by_name = store.url().replace("127.0.0.1", "localhost");
    tiktok
        .run()
        .allowing(&store.url())
        .allowing(&by_name)
        .request(&at(&by_name))
        .finish()
        .exits(0)
        .only()
        .did();
    assert_eq!(tiktok.posts().len(), 2);
    // The download comes before the calls to TikTok, which is unreachable here.
    let real = || run().env("TIKTOK_API_BASE", "https://tiktok.invalid");
    let answer = real()
        .allowing(&store.url())
        .request(&at(&store.url()))
        .finish()
        .exits(0)
        .only();
    answer.failed("network_error").says("name could not be resolved");
    let answer = real().request(&at(&store.url())).finish().exits(0).only();
    answer.invalid("/video_url", "publicHttpsUrl");
    // Other ports of that host stay blocked.
    let answer = real()
        .allowing("127.0.0.1:9")
        .request(&at(&store.url()))
        .finish()
        .exits(0)
        .only();
    answer.invalid("/video_url", "publicHttpsUrl");
    assert_eq!(store.count(EndpointName::MEDIA), 3);
}

/// TikTok's servers cannot reach hosts that only this machine can.
#[test]
fn an_allowed_host_is_refused_for_pulls() {
    let real = || {
        run()
            .env("TIKTOK_API_BASE", "https://tiktok.invalid")
            .allowing("10.0.0.5:9000")
    };
    let mut request = post("http://10.0.0.5:9000/clip.mp4");
    request["inputs"]["source"] = json!("PULL_FROM_URL");
    let answer = real().request(&request).finish().exits(0).only();
    answer
        .failed("url_not_allowed")
        .says("only this machine may download from")
        .says("omit source");
    let photos = json!({ "photo_urls": ["https://cdn.example.com/a.jpg", "http://10.0.0.5:9000/b.jpg"], "preflight": false });
    let answer = real()
        .request(&ask("a", "create_photo_post", photos))
        .finish()
        .exits(0)
        .only();
    answer
        .failed("photo_invalid")
        .has("/details/0/field", "photo_urls[1]")
        .says("TikTok downloads photos itself");
}

#[test]
fn a_metadata_service_is_no_media_host() {
    for host in [
        "169.254.169.254",
        "[fd00:ec2::254]:80",
        "https://minio.internal",
        "*.internal",
    ] {
        let ended = run().arg("--allow-media-host").arg(host).finish().exits(2);
        assert!(ended.stderr.contains("minio.internal:9000"), "{}", ended.stderr);
    }
}

/// With the real TikTok, local and private addresses are refused under any name.
#[test]
fn with_the_real_tiktok_only_public_addresses_are_taken() {
    for url in [
        "http://127.0.0.1:9/clip.mp4",
        "http://localhost:9/clip.mp4",
        "https://127.0.0.1/clip.mp4",
        "https://localhost/clip.mp4",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
        "https://metadata.google.internal/",
    ] {
        for source in ["FILE_UPLOAD", "PULL_FROM_URL"] {
            let mut request = post(url);
            request["inputs"]["source"] = json!(source);
            let program = run()
                .env("TIKTOK_API_BASE", "https://tiktok.invalid")
                .request(&request);
            program
                .finish()
                .exits(0)
                .only()
                .invalid("/video_url", "publicHttpsUrl");
        }
    }
}

#[test]
fn a_pull_is_left_to_tiktok() {
    let tiktok = tiktok();
    let mut request = post("https://example.com/clip.mp4");
    request["inputs"]["source"] = json!("PULL_FROM_URL");
    answer(&tiktok, &request).did();
    assert_eq!(
        tiktok.entries(EndpointName::VIDEO_INIT)[0].body.as_ref().unwrap()["source_info"]["source"],
        "PULL_FROM_URL"
    );
    assert_eq!(tiktok.count(EndpointName::UPLOAD), 0);
}

/// A file with `source: FILE_UPLOAD` is uploaded as without `source`.
#[test]
fn a_file_may_be_called_a_file_upload() {
    let tiktok = tiktok();
    let content = crate::support::video::base64(&clip());
    let inputs =
        json!({ "privacy_level": "SELF_ONLY", "video_content_base64": content, "source": "FILE_UPLOAD" });
    answer(&tiktok, &ask("a", "create_video_post", inputs)).did();
}
