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
        DemoStep::new("Whose token is it?", fixed(
                json!({ "id": 1, "integration": INTEGRATION, "type": "connected_account", "auth": auth(PUBLIC) }),
            )).expects("/type", "connected_account").shows(&["username", "first_name", "follower_count"]),
        DemoStep::new("What may this account post?", action(2, "get_creator_info", PUBLIC, json!({}))).expects("/type", "action").shows(&["privacy_level_options", "max_video_post_duration_sec"]),
        DemoStep::new("Send the video to the inbox as a draft", action(3, "upload_video_draft", PUBLIC, draft)).expects("/result/data/outcome", "in_inbox").shows(&["publish_id", "status", "outcome", "video"]),
        DemoStep::new("Post the video", action(4, "create_video_post", PUBLIC, post)).expects("/result/data/outcome", "published").shows(&["publish_id", "status", "outcome", "id_state"]),
        DemoStep::new("Ask what became of it, now that moderation is over", Box::new(|progress| {
                let publish_id = progress
                    .results
                    .get(3)
                    .and_then(|result| result.pointer("/result/data/publish_id"));
                request(5, "get_post_status", PUBLIC, &json!({ "publish_id": publish_id }))
            })).expects("/result/data/id_state", "available").shows(&["status", "outcome", "publicly_available_post_id", "post_url"]),
        DemoStep::new("List the newest videos", action(6, "get_videos", PUBLIC, json!({ "max_count": 2 }))).expects("/result/data/has_more", true).expects("/result/data/videos/0/title", "Made on a laptop, without a TikTok app #demo").shows(&["videos", "has_more", "cursor"]),
        DemoStep::new("Post two photos from a verified host", action(7, "create_photo_post", PUBLIC, photos)).expects("/result/data/outcome", "published").shows(&["publish_id", "status", "outcome"]),
        DemoStep::new("Ask for what a private account does not offer: refused before anything is sent", action(8, "create_video_post", PRIVATE, refused)).expects("/type", "action_error").expects("/result/code", "rules_not_met").shows(&["code", "message", "remedy"]),
    ]
}

fn fixed(request: Value) -> RequestMaker {
    Box::new(move |_progress| request.clone())
}

fn action(id: u32, name: &'static str, token: &'static str, inputs: Value) -> RequestMaker {
    Box::new(move |_progress| request(id, name, token, &inputs))
}

fn request(id: u32, name: &str, token: &str, inputs: &Value) -> Value {
    json!({ "id": id, "integration": INTEGRATION, "action": name, "auth": auth(token), "inputs": inputs })
}

fn auth(token: &str) -> Value {
    json!({ "access_token": token })
}
