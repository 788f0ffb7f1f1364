//! Redaction of a URL that a call sent, in the texts of TikTok's answer. Its query can be a signature that lets anyone
//! download the file.

use url::{Url, form_urlencoded};

/// Replacement of a URL, or of a part of it.
const REDACTED: &str = "[redacted URL]";

/// Shortest part that is redacted alone. A shorter one is no signature, and would be found in other words.
const PART_MIN: usize = 6;

/// The text without the URL, its query, and the values of its query, as they were sent or decoded.
pub(super) fn redact(text: &str, url: &str) -> String {
    let mut parts = vec![url.to_owned()];
    if let Ok(parsed) = Url::parse(url) {
        parts.push(parsed.to_string());
        let query = parsed.query().unwrap_or_default();
        parts.push(query.to_owned());
        parts.extend(query.split('&').map(str::to_owned));
        parts.extend(
            query
                .split('&')
                .filter_map(|pair| Some(pair.split_once('=')?.1.to_owned())),
        );
        let decoded: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        parts.extend(decoded.iter().map(|(name, value)| format!("{name}={value}")));
        parts.extend(decoded.into_iter().map(|(_, value)| value));
        parts.extend(parsed.fragment().map(str::to_owned));
        // What is left of the URL, if TikTok has cut it.
        parts.push(format!(
            "{}{}",
            parsed.origin().ascii_serialization(),
            parsed.path()
        ));
    }
    parts.retain(|part| part.len() >= PART_MIN);
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts.iter().fold(text.to_owned(), |text, part| {
        text.replace(part.as_str(), REDACTED)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str =
        "https://cdn.example.com/a/clip.mp4?Expires=1&Policy=a%2Bb%2Fcdef&Signature=canary#canary2";

    #[test]
    fn a_url_is_redacted_in_each_spelling() {
        for quoted in [
            URL,
            "https://cdn.example.com/a/clip.mp4?Expires=1&Policy=a%2Bb%2Fcdef&Signature=canary",
            "https://cdn.example.com/a/clip.mp4?Policy=a+b/cdef&Signature=canary",
            "https://cdn.example.com/a/clip.mp4?Expires=1\\u0026Policy=a%2Bb%2Fcdef\\u0026Signature=canary",
            "Signature=canary",
            "canary2 a+b/cdef",
        ] {
            let text = redact(&format!("video_url: {quoted} failed"), URL);
            for secret in ["canary", "cdef"] {
                assert!(!text.contains(secret), "{quoted}: {text}");
            }
            assert!(
                text.starts_with("video_url: [redacted URL]") && text.ends_with(" failed"),
                "{text}"
            );
        }
    }

    #[test]
    fn other_words_stay() {
        let text = "video_url: Expires too soon, 1 try";
        assert_eq!(redact(text, URL), text);
        assert_eq!(redact(text, "https://cdn.example.com/clip.mp4"), text);
    }
}
