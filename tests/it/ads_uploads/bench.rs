//! A simulator and a host on one virtual clock, so that waits take no time.

use std::{sync::Arc, time::Duration};

use autohive_tiktok::{
    clock::Clock, front::stdio::ask, host::Host, integrations::OperatorPolicy, marketing_api::RateTier,
    simulator::EndpointName,
};
use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::{
    tiktok::{TikTok, tiktok_on},
    video::base64,
    with,
};

/// The first preset account.
pub(super) const ADVERTISER: &str = "7310000000000000011";
pub(super) const TOKEN: &str = "ads.sim-main";
/// 2026-11-02 12:00:00 UTC.
const START: Duration = Duration::from_hours(498_228);

/// Calls that make or carry a file.
pub(super) const CALLS: [EndpointName; 5] = [
    EndpointName::FILE_VIDEO_AD_UPLOAD,
    EndpointName::FILE_IMAGE_AD_UPLOAD,
    EndpointName::FILE_START_UPLOAD,
    EndpointName::FILE_TRANSFER_UPLOAD,
    EndpointName::FILE_FINISH_UPLOAD,
];

/// A simulator and a host.
pub(super) struct UploadBench {
    pub(super) tiktok: TikTok,
    host: Arc<Host>,
    runtime: Runtime,
}

/// Lowercase hex MD5.
pub(super) fn md5_of(bytes: &[u8]) -> String {
    let number = u128::from_be_bytes(Md5::digest(bytes).into());
    format!("{number:032x}")
}

/// Inputs of a video in the request.
pub(super) fn video(bytes: &[u8]) -> Value {
    json!({ "media_type": "VIDEO", "video_content_base64": base64(bytes) })
}

/// Inputs of an image in the request.
pub(super) fn image(bytes: &[u8]) -> Value {
    json!({ "media_type": "IMAGE", "image_content_base64": base64(bytes) })
}

/// Inputs with a name.
pub(super) fn named(inputs: Value, name: &str) -> Value {
    with(inputs, "file_name", json!(name))
}

impl UploadBench {
    pub(super) fn new() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let clock = Clock::virtual_at(START);
        let tiktok = tiktok_on(clock.clone());
        tiktok.change(json!({ "ads": { "switches": { "throttle": false } } }));
        let policy = OperatorPolicy {
            ads_calls: RateTier::Ultimate,
            ..OperatorPolicy::default()
        };
        let host = Host::new(clock)
            .with_api_base("tiktok-ads", tiktok.url().parse().unwrap())
            .with_policy(policy);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            tiktok,
            host: Arc::new(host),
            runtime,
        }
    }

    fn answer(&self, inputs: Value) -> Value {
        self.answer_to("upload_creative", inputs)
    }

    /// Answer to a request.
    pub(super) fn answer_to(&self, action: &str, inputs: Value) -> Value {
        let auth = json!({ "access_token": TOKEN, "advertiser_id": ADVERTISER });
        let mut request = json!({ "integration": "tiktok-ads", "action": action, "auth": auth });
        request["inputs"] = inputs;
        let answers = self.runtime.block_on(ask(&self.host, request.to_string()));
        answers.unwrap().remove(0)
    }

    /// Data of an upload that succeeds.
    #[track_caller]
    pub(super) fn does(&self, inputs: Value) -> Value {
        let answer = self.answer(inputs);
        assert_eq!(answer["type"], "action", "{answer}");
        answer["result"]["data"].clone()
    }

    /// Data of an upload with this outcome.
    #[track_caller]
    pub(super) fn ends(&self, inputs: Value, outcome: &str) -> Value {
        let data = self.does(inputs);
        assert_eq!(data["outcome"], outcome, "{data}");
        data
    }

    /// Error of an upload that fails with this code.
    #[track_caller]
    pub(super) fn fails(&self, inputs: Value, code: &str) -> Value {
        let answer = self.answer(inputs);
        let found = (answer["type"].as_str(), answer["result"]["code"].as_str());
        assert_eq!(found, (Some("action_error"), Some(code)), "{answer}");
        answer["result"].clone()
    }

    /// Error of an upload that fails with this code before anything is sent.
    #[track_caller]
    pub(super) fn refuses(&self, inputs: Value, code: &str) -> Value {
        let before = self.sent();
        let error = self.fails(inputs, code);
        assert_eq!(error["outcome"], "failed", "{error}");
        assert_eq!(self.sent(), before, "nothing should be sent");
        error
    }

    /// Number of calls that make or carry a file.
    pub(super) fn sent(&self) -> usize {
        CALLS.iter().map(|call| self.count(*call)).sum()
    }

    /// Number of calls of an endpoint.
    pub(super) fn count(&self, endpoint: EndpointName) -> usize {
        self.tiktok.count(endpoint)
    }

    /// Sets the faults.
    #[track_caller]
    pub(super) fn faults(&self, faults: &Value) {
        self.tiktok
            .change(json!({ "clear_faults": true, "faults": faults }));
    }

    /// Sets switches of the simulator.
    #[track_caller]
    pub(super) fn switch(&self, switches: &Value) {
        self.tiktok.change(json!({ "ads": { "switches": switches } }));
    }

    /// All files in the library.
    pub(super) fn library(&self) -> Vec<Value> {
        let files = self.tiktok.listing("files").unwrap();
        files.as_array().unwrap().clone()
    }

    /// Asserts that the library has exactly this file under the name.
    #[track_caller]
    pub(super) fn holds(&self, name: &str, bytes: &[u8]) {
        let library = self.library();
        let file: Vec<&Value> = library.iter().filter(|file| file["file_name"] == name).collect();
        assert_eq!(file.len(), 1, "{library:?}");
        assert_eq!(
            (&file[0]["signature"], &file[0]["size"]),
            (&json!(md5_of(bytes)), &json!(bytes.len())),
            "the library should have each byte"
        );
    }
}
