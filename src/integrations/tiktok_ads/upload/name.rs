//! Names of creatives by default: the name of the file with a part of its digest, so that a repeated request finds the
//! creative of the first one, and another file under the same name is another creative.

use url::{Url, form_urlencoded};

use super::check::FileOrigin;
use crate::{integrations::tiktok_ads::creatives::NAME_MAX, marketing_api::MediaType, model::PublicUrl};

/// Digits of the digest in a name.
const DIGITS: usize = 8;

/// Longest part of a file's name that counts as its extension.
const EXTENSION_MAX: usize = 5;

/// Name by default of a file with this MD5.
pub(super) fn default_name(
    media_type: MediaType,
    origin: Option<&FileOrigin>,
    md5: &str,
    extension: &str,
) -> String {
    let stem = match origin {
        Some(FileOrigin::Name(name)) => stem(name).to_owned(),
        Some(FileOrigin::Url(url)) => stem(&last_segment(url)).to_owned(),
        None => String::new(),
    };
    let digits = md5.get(..DIGITS).unwrap_or(md5);
    let tail = format!("-{digits}.{extension}");
    let room = NAME_MAX.saturating_sub(tail.chars().count());
    let stem: String = stem
        .chars()
        .filter(|letter| !letter.is_control())
        .take(room)
        .collect();
    let stem = match stem.trim() {
        "" => media_type.noun(),
        stem => stem,
    };
    format!("{stem}{tail}")
}

/// Extension of the file at a URL; that of the usual format if it has none.
pub(super) fn extension_at(url: &PublicUrl, media_type: MediaType) -> String {
    let name = last_segment(url);
    let usual = match media_type {
        MediaType::Video => "mp4",
        MediaType::Image => "jpg",
    };
    let found = name.rsplit_once('.').map(|(_, extension)| extension);
    found
        .filter(|extension| is_extension(extension))
        .unwrap_or(usual)
        .to_lowercase()
}

/// Last part of a URL's path, without its query, which may hold a secret.
fn last_segment(url: &PublicUrl) -> String {
    let url = Url::parse(url.as_str()).ok();
    let segment = url.as_ref().and_then(|url| url.path_segments()?.next_back());
    let decoded = form_urlencoded::parse(segment.unwrap_or_default().as_bytes()).next();
    decoded.map(|(name, _)| name.into_owned()).unwrap_or_default()
}

/// Name of a file without folders and extension.
fn stem(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match name.rsplit_once('.') {
        Some((stem, extension)) if is_extension(extension) => stem,
        _ => name,
    }
}

fn is_extension(text: &str) -> bool {
    (1..=EXTENSION_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MD5: &str = "0123456789abcdef0123456789abcdef";

    fn named(name: &str) -> String {
        let origin = FileOrigin::Name(name.to_owned());
        default_name(MediaType::Video, Some(&origin), MD5, "mp4")
    }

    #[test]
    fn a_name_has_a_part_of_the_digest() {
        for (given, name) in [
            ("clip.mov", "clip-01234567.mp4"),
            ("C:\\Films\\Spring 2026.MP4", "Spring 2026-01234567.mp4"),
            ("a/b.c/v1.2 final", "v1.2 final-01234567.mp4"),
            (".mp4", "video-01234567.mp4"),
            ("\n", "video-01234567.mp4"),
            ("日本.mp4", "日本-01234567.mp4"),
        ] {
            assert_eq!(named(given), name, "{given}");
        }
        assert_eq!(
            default_name(MediaType::Image, None, MD5, "png"),
            "image-01234567.png"
        );
        let long = named(&"é".repeat(300));
        assert_eq!(
            (long.chars().count(), long.ends_with("é-01234567.mp4")),
            (100, true)
        );
    }

    #[test]
    fn a_name_has_nothing_of_a_query() {
        let url = |text: &str| PublicUrl::parse(text.to_owned()).unwrap();
        let name = |text: &str| {
            let (origin, extension) = (
                FileOrigin::Url(url(text)),
                extension_at(&url(text), MediaType::Video),
            );
            default_name(MediaType::Video, Some(&origin), MD5, &extension)
        };
        for (address, expected) in [
            (
                "https://cdn.example.com/a/my%20clip.MOV?token=secret",
                "my clip-01234567.mov",
            ),
            ("https://cdn.example.com/?token=secret.mp4", "video-01234567.mp4"),
            ("https://cdn.example.com/watch", "watch-01234567.mp4"),
        ] {
            assert_eq!(name(address), expected);
        }
    }
}
