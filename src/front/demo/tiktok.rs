//! Steps of the demo of the integration `tiktok`, as data.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::step::{DemoStep, RequestMaker};

/// Integration that the requests name.
const INTEGRATION: &str = "tiktok";

const PUBLIC: &str = "act.sim-public";
const PRIVATE: &str = "act.sim-private";

/// All steps, with `video` as the content.
pub(super) fn steps(video: &[u8]) -> Vec<DemoStep> {
    let content = BASE64_STANDARD.encode(video);
    let draft = json!({ "video_content_base64": content, "wait_seconds": 30 });
    let post = json!({
        "file": { "name": "clip.mp4", "contentType": "video/mp4", "content": content },
        "title": "Made on a laptop, without a TikTok app #demo",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "wait_seconds": 30,
    });
    let refused = json!({ "video_content_base64": content, "privacy_level": "PUBLIC_TO_EVERYONE" });
    let photos = json!({
        "photo_urls": ["https://example.com/one.jpg", "https://example.com/two.webp"],
        "title": "Two photos",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "wait_seconds": 30,
    });
    vec![
        DemoStep {
            title: "Whose token is it?",
            request: fixed(
                json!({ "id": 1, "integration": INTEGRATION, "type": "connected_account", "auth": auth(PUBLIC) }),
            ),
            expect: vec![("/type", json!("connected_account"))],
            show_fields: &["username", "first_name", "follower_count"],
        },
        DemoStep {
            title: "What may this account post?",
            request: action(2, "get_creator_info", PUBLIC, json!({})),
            expect: vec![("/type", json!("action"))],
            show_fields: &["privacy_level_options", "max_video_post_duration_sec"],
        },
        DemoStep {
            title: "Send the video to the inbox as a draft",
            request: action(3, "upload_video_draft", PUBLIC, draft),
            expect: vec![("/result/data/outcome", json!("in_inbox"))],
            show_fields: &["publish_id", "status", "outcome", "video"],
        },
        DemoStep {
            title: "Post the video",
            request: action(4, "create_video_post", PUBLIC, post),
            expect: vec![("/result/data/outcome", json!("published"))],
            show_fields: &["publish_id", "status", "outcome", "id_state"],
        },
        DemoStep {
            title: "Ask what became of it, now that moderation is over",
            request: Box::new(|results| {
                let publish_id = results
                    .get(3)
                    .and_then(|result| result.pointer("/result/data/publish_id"));
                request(5, "get_post_status", PUBLIC, &json!({ "publish_id": publish_id }))
            }),
            expect: vec![("/result/data/id_state", json!("available"))],
            show_fields: &["status", "outcome", "publicly_available_post_id", "post_url"],
        },
        DemoStep {
            title: "List the newest videos",
            request: action(6, "get_videos", PUBLIC, json!({ "max_count": 2 })),
            expect: vec![
                ("/result/data/has_more", json!(true)),
                (
                    "/result/data/videos/0/title",
                    json!("Made on a laptop, without a TikTok app #demo"),
                ),
            ],
            show_fields: &["videos", "has_more", "cursor"],
        },
        DemoStep {
            title: "Post two photos from a verified host",
            request: action(7, "create_photo_post", PUBLIC, photos),
            expect: vec![("/result/data/outcome", json!("published"))],
            show_fields: &["publish_id", "status", "outcome"],
        },
        DemoStep {
            title: "Ask for what a private account does not offer: refused before anything is sent",
            request: action(8, "create_video_post", PRIVATE, refused),
            expect: vec![
                ("/type", json!("action_error")),
                ("/result/code", json!("rules_not_met")),
            ],
            show_fields: &["code", "message", "remedy"],
        },
    ]
}

fn fixed(request: Value) -> RequestMaker {
    Box::new(move |_results| request.clone())
}

fn action(id: u32, name: &'static str, token: &'static str, inputs: Value) -> RequestMaker {
    Box::new(move |_results| request(id, name, token, &inputs))
}

fn request(id: u32, name: &str, token: &str, inputs: &Value) -> Value {
    json!({ "id": id, "integration": INTEGRATION, "action": name, "auth": auth(token), "inputs": inputs })
}

fn auth(token: &str) -> Value {
    json!({ "access_token": token })
}
