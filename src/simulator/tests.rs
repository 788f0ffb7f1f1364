//! The running server, driven over HTTP. Every test names the rule and its heading in
//! docs/tiktok-open-api.md.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::clock::Clock;

mod api;
mod faults;
mod lenient;
mod posting;
mod signing_in;
mod uploading;

/// A client that ignores proxies and the environment.
pub(super) fn client() -> reqwest::Client {
    crate::tls::install();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// A simulator on a virtual clock, and a client.
struct TestBench {
    sim: Simulator,
    http: reqwest::Client,
}

/// HTTP status, `error.code` and whole body of a response.
#[derive(Debug)]
struct Answered {
    status: u16,
    code: String,
    body: Value,
}

impl Answered {
    #[track_caller]
    fn is(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.code.as_str()), (status, code), "{}", self.body);
        self
    }

    fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap()
    }

    fn data(&self) -> &Value {
        &self.body["data"]
    }
}

impl TestBench {
    /// A strict simulator that accepts any bytes as a video.
    async fn new() -> Self {
        Self::with(SimulatorOptions {
            strict: true,
            judge_media: false,
            ..SimulatorOptions::default()
        })
        .await
    }

    async fn with(options: SimulatorOptions) -> Self {
        let clock = Clock::virtual_at(START);
        let sim = Simulator::start(SimulatorOptions { clock, ..options })
            .await
            .unwrap();
        Self { sim, http: client() }
    }

    fn apply(&self, setup: Value) {
        self.sim.apply(serde_json::from_value(setup).unwrap()).unwrap();
    }

    fn wait(&self, seconds: u64) {
        self.sim.advance(Duration::from_secs(seconds));
    }

    async fn get(&self, account: &str, path: &str) -> Answered {
        let url = format!("{}{path}", self.sim.url());
        read(self.http.get(url).bearer_auth(format!("act.sim-{account}"))).await
    }

    async fn post(&self, account: &str, path: &str, body: Value) -> Answered {
        let url = format!("{}{path}", self.sim.url());
        read(
            self.http
                .post(url)
                .bearer_auth(format!("act.sim-{account}"))
                .json(&body),
        )
        .await
    }

    async fn init(&self, account: &str, size: u64, chunk: u64, count: u64) -> Answered {
        self.post(account, VIDEO_INIT, direct(upload(size, chunk, count)))
            .await
    }

    async fn status(&self, account: &str, publish_id: &Value) -> Answered {
        self.post(account, STATUS, json!({ "publish_id": publish_id }))
            .await
    }

    /// Sends one chunk. Returns the status and the `Content-Range` of the response.
    async fn put(&self, url: &Value, bytes: Vec<u8>, first: usize, total: usize) -> (u16, Option<String>) {
        let range = format!("bytes {first}-{}/{total}", first + bytes.len() - 1);
        let request = self
            .http
            .put(url.as_str().unwrap())
            .header("content-type", "video/mp4");
        let answer = request
            .header("content-range", range)
            .body(bytes)
            .send()
            .await
            .unwrap();
        let range = answer
            .headers()
            .get("content-range")
            .map(|value| value.to_str().unwrap().to_owned());
        (answer.status().as_u16(), range)
    }
}

async fn read(request: reqwest::RequestBuilder) -> Answered {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    let body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    let code = body["error"]["code"].as_str().unwrap_or_default().to_owned();
    Answered { status, code, body }
}

/// Waits until a condition holds, at most ten seconds.
async fn eventually(is_so: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if is_so() {
            return;
        }
        pace::really_sleep(10).await;
    }
    panic!("it never came to pass");
}

fn upload(size: u64, chunk: u64, count: u64) -> Value {
    json!({"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk, "total_chunk_count": count})
}

/// The body of a direct post for everyone.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the callers make the value on the spot"
)]
fn direct(source_info: Value) -> Value {
    json!({"post_info": post_info(), "source_info": source_info})
}

fn post_info() -> Value {
    json!({"privacy_level": "PUBLIC_TO_EVERYONE", "title": "A day #fun", "brand_content_toggle": false,
           "brand_organic_toggle": false})
}

/// `value` with one member replaced, by JSON pointer of its parent and its name.
fn with(mut value: Value, parent: &str, name: &str, member: Value) -> Value {
    value.pointer_mut(parent).unwrap()[name] = member;
    value
}

/// Bytes without repetition.
fn bytes(length: usize) -> Vec<u8> {
    (0..length)
        .map(|n| u8::try_from((n * 31 + n / 251) % 256).unwrap())
        .collect()
}

/// 2026-09-11 12:00:05 UTC.
const START: Duration = Duration::from_secs(1_789_128_005);

const USER: &str = "/v2/user/info/";
const LIST: &str = "/v2/video/list/?fields=id,create_time";
const QUERY: &str = "/v2/video/query/?fields=id,title";
const CREATOR: &str = "/v2/post/publish/creator_info/query/";
const VIDEO_INIT: &str = "/v2/post/publish/video/init/";
const INBOX_INIT: &str = "/v2/post/publish/inbox/video/init/";
const PHOTO_INIT: &str = "/v2/post/publish/content/init/";
const STATUS: &str = "/v2/post/publish/status/fetch/";
const CANCEL: &str = "/v2/post/publish/cancel/";
