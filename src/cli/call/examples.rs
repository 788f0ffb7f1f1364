//! Examples of each action's command line.

use super::field::{FieldKind, FileShape, InputField, Scalar, kebab, positional};
use crate::integrations::{ActionEntry, Integration};

/// Command lines after `call`, by action, for actions that people use most.
const EXAMPLES: [(&str, &[&str]); 9] = [
    (
        "create_video_post",
        &[
            "create-video-post clip.mp4 --title \"Behind the scenes\" --privacy-level self-only --wait-seconds 120",
            "create-video-post clip.mp4 --privacy-level public-to-everyone --disable-duet --dry-run",
        ],
    ),
    (
        "upload_video_draft",
        &["upload-video-draft clip.mp4 --wait-seconds 60"],
    ),
    (
        "create_photo_post",
        &[
            "create-photo-post https://media.example.org/1.jpg https://media.example.org/2.jpg --privacy-level self-only",
        ],
    ),
    (
        "get_post_status",
        &["get-post-status v_pub_file~v2.123 --wait-seconds 120"],
    ),
    (
        "get_videos",
        &[
            "get-videos --max-count 50",
            "get-videos --video-ids 7000000000000000001,7000000000000000002",
        ],
    ),
    (
        "upload_creative",
        &[
            "upload-creative clip.mp4 --suggest-covers 3",
            "upload-creative banner.jpg --media-type image",
        ],
    ),
    (
        "get_analytics",
        &[
            "get-analytics --start-date 2026-11-01 --end-date 2026-11-28 --granularity day --metrics spend,clicks",
        ],
    ),
    (
        "create_campaign",
        &[
            "create-campaign --automation smart-plus --campaign-name Spring --objective-type web-conversions --sales-destination website --budget 50 --dry-run",
        ],
    ),
    (
        "search_targeting",
        &["search-targeting --kind location --geo-types country --max-count 20"],
    ),
];

/// Examples of an action, a line each.
pub(super) fn examples(integration: &Integration, action: &ActionEntry, fields: &[InputField]) -> String {
    let known = EXAMPLES.iter().find(|(name, _)| *name == action.name);
    let lines = match known {
        Some((_, lines)) => lines.iter().map(|line| (*line).to_owned()).collect(),
        None => vec![made_up(action, fields)],
    };
    let mut lines: Vec<String> = lines
        .into_iter()
        .map(|line| format!("  autohive-tiktok call {line}"))
        .collect();
    let is_of_ads = integration.name == "tiktok-ads";
    if known.is_none() && is_of_ads {
        lines.push(format!(
            "  autohive-tiktok call {} --inputs @inputs.json --json",
            kebab(action.name)
        ));
    }
    lines.join("\n")
}

/// Example with the required inputs.
fn made_up(action: &ActionEntry, fields: &[InputField]) -> String {
    let bare = positional(fields);
    let required = fields.iter().filter(|field| field.is_required);
    let words = required.map(|field| match bare {
        Some(bare) if bare.name == field.name => value(field),
        _ => format!("--{} {}", field.flag, value(field)),
    });
    std::iter::once(kebab(action.name))
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

fn value(field: &InputField) -> String {
    match &field.kind {
        FieldKind::Switch => "true".to_owned(),
        FieldKind::Object | FieldKind::Objects => "@value.json".to_owned(),
        FieldKind::File(FileShape::Bare | FileShape::Named | FileShape::List) => "clip.mp4".to_owned(),
        FieldKind::One(scalar) | FieldKind::Many(scalar, _) => match scalar {
            Scalar::Choice(words) => words.first().map(|word| kebab(word)).unwrap_or_default(),
            Scalar::Whole => "10".to_owned(),
            Scalar::Number => "50".to_owned(),
            Scalar::Url => "https://media.example.org/clip.mp4".to_owned(),
            Scalar::Text if field.name.ends_with("_id") || field.name.ends_with("_ids") => {
                "7000000000000000001".to_owned()
            }
            Scalar::Text if field.name.ends_with("_date") => "2026-11-01".to_owned(),
            Scalar::Text => "\"Spring\"".to_owned(),
        },
    }
}
