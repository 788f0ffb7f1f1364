//! The sample requests of TikTok's pages, sent to the simulator with the defaults of `simulate`.
//!
//! `samples.json` holds their members and figures; the texts are ours. Only the values that a page leaves open are
//! filled in: a code, a URL or an ID from an earlier response.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use autohive_tiktok::simulator::{Simulator, SimulatorOptions, StoredStatus};
use reqwest::Client;
use serde_json::Value;

use crate::support::video::clip_of;

/// Samples during the test.
struct Player {
    simulator: Simulator,
    http: Client,
    /// Values from earlier responses, by name.
    known: BTreeMap<String, String>,
    video: Vec<u8>,
}

impl Player {
    async fn play(&mut self, sample: &Value) {
        let text = |name: &str| {
            sample[name]
                .as_str()
                .unwrap_or_else(|| panic!("{sample} should have {name}"))
        };
        let page = text("page");
        let url = self.filled(text("url"));
        let here = self.simulator.url();
        let url = ["https://open.tiktokapis.com", "https://www.tiktok.com"]
            .iter()
            .fold(url, |url, host| url.replace(host, &here));
        let mut request = self.http.request(text("method").parse().unwrap(), url);
        for (name, value) in sample["headers"].as_object().into_iter().flatten() {
            request = request.header(name, value.as_str().unwrap());
        }
        let answer = request.body(self.body(sample)).send().await.unwrap();
        let status = answer.status().as_u16();
        let location = answer
            .headers()
            .get("location")
            .map(|to| to.to_str().unwrap().to_owned());
        let text = answer.text().await.unwrap();
        let json: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        assert_eq!(
            u64::from(status),
            sample["status"].as_u64().unwrap_or(200),
            "{page}: {text}"
        );
        if let Some(pointer) = sample["has"].as_str() {
            assert!(
                json.pointer(pointer).is_some(),
                "{page} should answer with {pointer}: {text}"
            );
        }
        self.compare_notes(sample);
        for (name, pointer) in sample["keep"].as_object().into_iter().flatten() {
            let kept = match pointer.as_str().unwrap() {
                "code in Location" => code_in(location.as_deref().unwrap_or_default()),
                pointer => json.pointer(pointer).and_then(Value::as_str).map(str::to_owned),
            };
            let kept = kept.unwrap_or_else(|| panic!("{page} should answer with {pointer}: {text}"));
            self.known.insert(name.clone(), kept);
        }
        if let Some(publish_id) = sample["published"].as_str() {
            self.has_arrived(&self.filled(publish_id));
        }
    }

    /// Checks that the journal has exactly the expected notes, and none for a sample that follows the documents.
    fn compare_notes(&self, sample: &Value) {
        let expected: Vec<&str> = sample["notes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(
            self.simulator.journal().entries.last().unwrap().notes,
            expected,
            "{}",
            sample["page"]
        );
    }

    /// Checks that the stored bytes are those of the video, and that it was not judged unsuitable.
    fn has_arrived(&self, publish_id: &str) {
        let posts = self.simulator.posts();
        let post = posts.iter().find(|post| post.publish_id == publish_id).unwrap();
        assert_eq!(post.sha256, crate::support::video::sha256(&self.video));
        assert!(
            matches!(
                post.status,
                StoredStatus::PublishComplete | StoredStatus::SendToUserInbox
            ),
            "{post:?}"
        );
    }

    fn filled(&self, text: &str) -> String {
        self.known.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }

    /// JSON, a form, or a part of a video.
    fn body(&mut self, sample: &Value) -> Vec<u8> {
        if let Some(form) = sample["form"].as_object() {
            let pair = |(name, value): (&String, &Value)| {
                format!("{name}={}", encoded(&self.filled(value.as_str().unwrap())))
            };
            return form.iter().map(pair).collect::<Vec<_>>().join("&").into_bytes();
        }
        if let Some(range) = sample["headers"]["Content-Range"].as_str() {
            let numbers: Vec<usize> = range
                .split(|sign: char| !sign.is_ascii_digit())
                .filter_map(|n| n.parse().ok())
                .collect();
            let [first, last, total] = numbers[..] else {
                panic!("{range} should have three numbers")
            };
            if self.video.len() != total {
                self.video = clip_of(total);
            }
            return self.video[first..=last].to_vec();
        }
        sample
            .get("body")
            .map(|body| self.filled(&body.to_string()).into_bytes())
            .unwrap_or_default()
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect::<Vec<_>>()
        .concat()
}

fn code_in(location: &str) -> Option<String> {
    let url: url::Url = location.parse().ok()?;
    url.query_pairs()
        .find(|(name, _)| name == "code")
        .map(|(_, code)| code.into_owned())
}

/// URL and process of `simulate` with these arguments.
fn simulate(arguments: &[&str]) -> (String, Child) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autohive-tiktok"));
    let mut child = command
        .arg("simulate")
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let url = lines.flat_map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>());
    let url = url
        .into_iter()
        .find(|word| word.starts_with("http://127.0.0.1:"))
        .unwrap();
    (url, child)
}

/// The sample that contradicts the table of fields is accepted with the default options, and refused with `--strict`.
#[tokio::test]
async fn simulate_is_lenient_and_strict_on_demand() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let samples: Vec<Value> = serde_json::from_str(include_str!("samples.json")).unwrap();
    let sample = samples.iter().find(|sample| sample["notes"].is_array()).unwrap();
    for (arguments, status) in [(&[][..], 200), (&["--strict"], 400)] {
        let (url, mut child) = simulate(arguments);
        let http = Client::builder().no_proxy().build().unwrap();
        let request = http
            .post(format!("{url}/v2/post/publish/video/init/"))
            .json(&sample["body"]);
        let answer = request
            .bearer_auth("act.example12345Example12345Example")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), status, "{arguments:?}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[tokio::test]
async fn tiktoks_own_sample_requests_are_taken() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let options = SimulatorOptions {
        processing: std::time::Duration::ZERO,
        ..SimulatorOptions::default()
    };
    let mut player = Player {
        simulator: Simulator::start(options).await.unwrap(),
        http: Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap(),
        known: BTreeMap::new(),
        video: Vec::new(),
    };
    let samples: Vec<Value> = serde_json::from_str(include_str!("samples.json")).unwrap();
    for (number, sample) in samples.iter().enumerate() {
        // Pulls take a while, so that one can be cancelled; meanwhile, the minute of the six inits passes.
        let setup = serde_json::json!({"processing_ms": if sample["keep"]["pulled"].is_string() { 60_000 } else { 0 },
            "advance_seconds": if number % 5 == 0 { 60 } else { 0 }});
        if !sample["url"].as_str().unwrap().ends_with("/cancel/") {
            player
                .simulator
                .apply(serde_json::from_value(setup).unwrap())
                .unwrap();
        }
        player.play(sample).await;
    }
}
