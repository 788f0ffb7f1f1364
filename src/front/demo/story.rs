//! The requests of the demo, as data.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

/// Makes a request from the results so far.
pub(super) type Making = Box<dyn Fn(&[Value]) -> Value + Send>;

/// One request of the story.
pub(super) struct Step {
    /// What it is about.
    pub(super) title: &'static str,
    /// The request, made from the results so far.
    pub(super) request: Making,
    /// What must stand in the result.
    pub(super) wants: Vec<(&'static str, Value)>,
    /// What is shown of the result.
    pub(super) tells: &'static [&'static str],
}

const PUBLIC: &str = "act.sim-public";
const PRIVATE: &str = "act.sim-private";

/// The whole story with `video`.
pub(super) fn story(video: &[u8]) -> Vec<Step> {
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
        Step {
            title: "Whose token is it?",
            request: fixed(json!({ "id": 1, "type": "connected_account", "auth": auth(PUBLIC) })),
            wants: vec![("/type", json!("connected_account"))],
            tells: &["username", "first_name", "follower_count"],
        },
        Step {
            title: "What may this account post?",
            request: action(2, "get_creator_info", PUBLIC, json!({})),
            wants: vec![("/type", json!("action"))],
            tells: &["privacy_level_options", "max_video_post_duration_sec"],
        },
        Step {
            title: "Send the video to the inbox as a draft",
            request: action(3, "upload_video_draft", PUBLIC, draft),
            wants: vec![("/result/data/outcome", json!("in_inbox"))],
            tells: &["publish_id", "status", "outcome", "video"],
        },
        Step {
            title: "Post the video",
            request: action(4, "create_video_post", PUBLIC, post),
            wants: vec![("/result/data/outcome", json!("published"))],
            tells: &["publish_id", "status", "outcome", "id_state"],
        },
        Step {
            title: "Ask what became of it, now that moderation is over",
            request: Box::new(|results| {
                let publish_id = results
                    .get(3)
                    .and_then(|result| result.pointer("/result/data/publish_id"));
                request(5, "get_post_status", PUBLIC, &json!({ "publish_id": publish_id }))
            }),
            wants: vec![("/result/data/id_state", json!("available"))],
            tells: &["status", "outcome", "publicly_available_post_id", "post_url"],
        },
        Step {
            title: "List the newest videos",
            request: action(6, "get_videos", PUBLIC, json!({ "max_count": 2 })),
            wants: vec![
                ("/result/data/has_more", json!(true)),
                (
                    "/result/data/videos/0/title",
                    json!("Made on a laptop, without a TikTok app #demo"),
                ),
            ],
            tells: &["videos", "has_more", "cursor"],
        },
        Step {
            title: "Post two photos from a verified host",
            request: action(7, "create_photo_post", PUBLIC, photos),
            wants: vec![("/result/data/outcome", json!("published"))],
            tells: &["publish_id", "status", "outcome"],
        },
        Step {
            title: "Ask for what a private account does not offer: refused before anything is sent",
            request: action(8, "create_video_post", PRIVATE, refused),
            wants: vec![
                ("/type", json!("action_error")),
                ("/result/code", json!("rules_not_met")),
            ],
            tells: &["code", "message", "remedy"],
        },
    ]
}

fn fixed(request: Value) -> Making {
    Box::new(move |_results| request.clone())
}

fn action(id: u32, name: &'static str, token: &'static str, inputs: Value) -> Making {
    Box::new(move |_results| request(id, name, token, &inputs))
}

fn request(id: u32, name: &str, token: &str, inputs: &Value) -> Value {
    json!({ "id": id, "action": name, "auth": auth(token), "inputs": inputs })
}

fn auth(token: &str) -> Value {
    json!({ "access_token": token })
}

/// The request without its token, and with content shortened to its length.
pub(super) fn essence(request: &Value) -> String {
    let mut request = request.clone();
    if let Some(members) = request.as_object_mut() {
        members.shift_remove("auth");
    }
    shorten(&mut request);
    request.to_string()
}

/// No text of the story but a video's content is longer.
const SHOWN_MAX: usize = 200;

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > SHOWN_MAX => *text = format!("… {} characters …", text.len()),
        Value::Object(members) => members.values_mut().for_each(shorten),
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What matters of a result, a line each.
pub(super) fn lines(result: &Value, tells: &[&str]) -> Vec<String> {
    let inner = result.pointer("/result/data").or_else(|| result.get("result"));
    let empty = Map::new();
    let members = inner.and_then(Value::as_object).unwrap_or(&empty);
    let shown = |name: &&str| {
        members
            .get(*name)
            .map(|value| format!("{name}: {}", short(value)))
    };
    let lines: Vec<String> = tells.iter().filter_map(shown).collect();
    // Something that the story did not expect is shown whole.
    if lines.is_empty() {
        vec![result.to_string()]
    } else {
        lines
    }
}

/// Code, message and remedy of a failed step, a line each; the whole result if it has none of them.
pub(super) fn reason(result: &Value) -> Vec<String> {
    let said = |name: &&str| {
        let text = result.pointer(&format!("/result/{name}"))?.as_str()?;
        Some(format!("{name}: {text}"))
    };
    let lines: Vec<String> = ["code", "message", "remedy"].iter().filter_map(said).collect();
    if lines.is_empty() {
        vec![result.to_string()]
    } else {
        lines
    }
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items
            .iter()
            .map(|item| item.get("title").map_or_else(|| short(item), short))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| format!("{name} {}", short(member)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
