//! Variants: every action, and each form of a post.

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};

use super::bench::{MEDIA, PHOTO};
use crate::support::{
    PUBLIC, ask,
    video::{base64, media},
};

/// Variant of a call of an action.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// Name in the table.
    pub(super) name: &'static str,
    pub(super) action: &'static str,
    pub(super) inputs: Value,
    /// Endpoints that it calls, with their names in the table, except the call that identifies the owner of a key.
    pub(super) calls: &'static [(EndpointName, &'static str)],
    /// Additional fault without which the call would not be made.
    pub(super) besides: Option<Value>,
    pub(super) effect: Effect,
}

/// Kind of effect of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Reads,
    Posts,
}

const CREATOR: (EndpointName, &str) = (EndpointName::CREATOR_INFO, "creator_info");
const VIDEO_INIT: (EndpointName, &str) = (EndpointName::VIDEO_INIT, "video/init");
const INBOX_INIT: (EndpointName, &str) = (EndpointName::INBOX_INIT, "inbox/video/init");
const CONTENT_INIT: (EndpointName, &str) = (EndpointName::CONTENT_INIT, "content/init");
const UPLOAD: (EndpointName, &str) = (EndpointName::UPLOAD, "upload");
const STATUS: (EndpointName, &str) = (EndpointName::STATUS_FETCH, "status/fetch");
const USER: (EndpointName, &str) = (EndpointName::USER_INFO, "user/info");
const LIST: (EndpointName, &str) = (EndpointName::VIDEO_LIST, "video/list");
const FILE: (EndpointName, &str) = (EndpointName::MEDIA, "file's host");
const QUERY: (EndpointName, &str) = (EndpointName::VIDEO_QUERY, "video/query");

/// Call that a key adds.
pub(super) const WHOSE_KEY: (EndpointName, &str) = USER;

/// Placeholder for an existing publish_id.
pub(super) const PUBLISH_ID: &str = "{{publish_id}}";

/// Placeholder for an existing video ID.
pub(super) const VIDEO_ID: &str = "{{video_id}}";

/// Placeholder for the server's URL.
pub(super) const BASE: &str = "{{base}}";

pub(super) fn ways() -> Vec<Way> {
    let way = |name, action, inputs, calls, effect| Way {
        name,
        action,
        inputs,
        calls,
        besides: None,
        effect,
    };
    let reads = |name, action, inputs, calls| way(name, action, inputs, calls, Effect::Reads);
    let posts = |name, action, inputs, calls| way(name, action, inputs, calls, Effect::Posts);
    let video = |mut inputs: Value| {
        inputs["privacy_level"] = json!("SELF_ONLY");
        inputs["title"] = json!("Two boats");
        inputs
    };
    let file = || json!({ "file": { "content": base64(&media(MEDIA)) } });
    let pulled = || json!({ "video_url": "https://media.example.com/1.mp4", "source": "PULL_FROM_URL" });
    let relayed = || json!({ "video_url": format!("{BASE}/_simulator/media/{MEDIA}") });
    let photos = |mode: &str| json!({ "photo_urls": ["https://media.example.com/1.jpg"], "preflight": false, "post_mode": mode });
    let looked_at =
        || json!({ "photo_urls": [format!("{BASE}/_simulator/media/{PHOTO}")], "post_mode": "DIRECT_POST" });
    let lost = |endpoint: &str| Some(json!({ "endpoint": endpoint, "nth": 1, "kind": "cut_after" }));
    vec![
        reads("get_user_info", "get_user_info", json!({}), &[USER]),
        reads("connected_account", "connected_account", json!({}), &[USER]),
        reads("get_creator_info", "get_creator_info", json!({}), &[CREATOR]),
        reads(
            "get_post_status",
            "get_post_status",
            json!({ "publish_id": PUBLISH_ID }),
            &[STATUS],
        ),
        reads("get_videos", "get_videos", json!({}), &[LIST]),
        reads(
            "get_videos by id",
            "get_videos",
            json!({ "video_ids": [VIDEO_ID] }),
            &[QUERY],
        ),
        posts(
            "create_video_post, file in the request",
            "create_video_post",
            video(file()),
            &[CREATOR, VIDEO_INIT, UPLOAD, STATUS],
        ),
        posts(
            "create_video_post, video_url",
            "create_video_post",
            video(relayed()),
            &[FILE, CREATOR, VIDEO_INIT, UPLOAD, STATUS],
        ),
        posts(
            "create_video_post, PULL_FROM_URL",
            "create_video_post",
            video(pulled()),
            &[CREATOR, VIDEO_INIT, STATUS],
        ),
        posts(
            "upload_video_draft, file in the request",
            "upload_video_draft",
            file(),
            &[INBOX_INIT, UPLOAD, STATUS],
        ),
        posts(
            "upload_video_draft, PULL_FROM_URL",
            "upload_video_draft",
            pulled(),
            &[INBOX_INIT, STATUS],
        ),
        posts(
            "create_photo_post, DIRECT_POST",
            "create_photo_post",
            video(photos("DIRECT_POST")),
            &[CREATOR, CONTENT_INIT, STATUS],
        ),
        posts(
            "create_photo_post, with photo checks",
            "create_photo_post",
            video(looked_at()),
            &[FILE, CREATOR, CONTENT_INIT, STATUS],
        ),
        posts(
            "create_photo_post, MEDIA_UPLOAD",
            "create_photo_post",
            photos("MEDIA_UPLOAD"),
            &[CONTENT_INIT, STATUS],
        ),
        Way {
            besides: lost("video_init"),
            ..posts(
                "create_video_post, PULL_FROM_URL, response to the init lost",
                "create_video_post",
                video(pulled()),
                &[LIST],
            )
        },
        Way {
            besides: lost("content_init"),
            ..posts(
                "create_photo_post, DIRECT_POST, response to the init lost",
                "create_photo_post",
                video(photos("DIRECT_POST")),
                &[LIST],
            )
        },
    ]
}

impl Way {
    /// The request, with placeholders replaced by `fill`.
    pub(super) fn request(&self, key: Option<&str>, limits: Value, fill: &[(&str, &str)]) -> String {
        let mut request = if self.action == "connected_account" {
            json!({ "id": "cell", "type": "connected_account", "auth": { "access_token": PUBLIC } })
        } else {
            ask("cell", self.action, self.inputs.clone())
        };
        if let Some(key) = key {
            request["inputs"]["idempotency_key"] = json!(key);
        }
        request["request_config"] = limits;
        fill.iter().fold(request.to_string(), |text, (name, value)| {
            text.replace(name, value)
        })
    }
}
