//! File names and MIME types, compared with the content of the file.

use crate::{
    integrations::tiktok::video::input::VideoFile,
    media::{Container, VideoFacts},
};

/// Extensions of media files, with the container that they imply if TikTok accepts it.
const EXTENSIONS: [(&str, Option<Container>); 19] = [
    ("mp4", Some(Container::Mp4)),
    ("m4v", Some(Container::Mp4)),
    ("3gp", Some(Container::Mp4)),
    ("mov", Some(Container::Mov)),
    ("qt", Some(Container::Mov)),
    ("webm", Some(Container::Webm)),
    ("mkv", None),
    ("avi", None),
    ("wmv", None),
    ("flv", None),
    ("mpg", None),
    ("mpeg", None),
    ("gif", None),
    ("jpg", None),
    ("jpeg", None),
    ("png", None),
    ("mp3", None),
    ("m4a", None),
    ("wav", None),
];

/// Warnings about a file name or MIME type that contradicts the content. The content decides.
pub(super) fn warnings(field: &str, file: &VideoFile, facts: &VideoFacts) -> Vec<String> {
    let (name, mime) = (facts.container.name(), facts.container.mime());
    let by_name = other_extension(file, facts).map(|extension| {
        format!("{field}.name ends in .{extension}, but the content is {name}; it is sent as {mime}")
    });
    let by_type = is_other_type(file, mime).then(|| {
        format!("{field}.contentType does not match the content, which is {name}; it is sent as {mime}")
    });
    by_name.into_iter().chain(by_type).collect()
}

/// Extension of the name, if it contradicts the content.
fn other_extension(file: &VideoFile, facts: &VideoFacts) -> Option<&'static str> {
    let (_, extension) = file.name.as_deref()?.rsplit_once('.')?;
    let (extension, implied) = EXTENSIONS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))?;
    (*implied != Some(facts.container)).then_some(extension)
}

/// MIME types that any content may have.
const ANY_TYPE: [&str; 5] = [
    "application/octet-stream",
    "binary/octet-stream",
    "application/binary",
    "video/*",
    "*/*",
];

fn is_other_type(file: &VideoFile, mime: &str) -> bool {
    let Some(given) = file.content_type.as_deref() else {
        return false;
    };
    let given = given
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let is_mp4 =
        matches!(given.as_str(), "video/x-m4v" | "video/m4v" | "application/mp4") && mime == "video/mp4";
    given != mime && !is_mp4 && !ANY_TYPE.contains(&given.as_str())
}
