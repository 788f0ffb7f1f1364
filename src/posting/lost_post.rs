//! Search for a post whose init response was lost, in the account's newest videos: pure.

use std::time::Duration;

use serde::Serialize;

use crate::{model::PostId, open_api::VideoObject};

/// Result of searching for a post that may have been made. It is evidence, not proof: the list has only public
/// videos, with a delay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostPostSearch {
    /// True if the list could be read.
    pub looked: bool,
    /// Videos made since the init; those with the same caption first, then the newest.
    pub candidates: Vec<PossiblePost>,
    /// Interpretation, as text for the caller.
    pub note: String,
}

/// A video that may be the post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PossiblePost {
    /// Id of the post.
    pub post_id: PostId,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// Web address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// True if the caption is that of the post.
    pub same_caption: bool,
}

/// Largest tolerated difference between TikTok's clock and the local one.
const SKEW: Duration = Duration::from_mins(1);

impl LostPostSearch {
    /// Result if the list could not be read.
    pub fn blind(reason: &str) -> Self {
        let note = format!("the account's videos could not be searched ({reason})");
        Self {
            looked: false,
            candidates: Vec::new(),
            note,
        }
    }

    /// Searches `videos` for those made since `since`, a time since the Unix epoch, and compares their captions.
    pub fn among(videos: &[VideoObject], since: Duration, caption: Option<&str>) -> Self {
        let earliest = i64::try_from(since.saturating_sub(SKEW).as_secs()).unwrap_or(i64::MAX);
        let mut candidates: Vec<PossiblePost> = videos
            .iter()
            .filter_map(|video| {
                let created_at = video.create_time.filter(|created_at| *created_at >= earliest)?;
                let url = video.share_url.clone();
                Some(PossiblePost {
                    post_id: video.id.clone(),
                    created_at,
                    url,
                    same_caption: is_same(video, caption),
                })
            })
            .collect();
        candidates.sort_by_key(|candidate| std::cmp::Reverse((candidate.same_caption, candidate.created_at)));
        let note = match candidates.first() {
            Some(PossiblePost {
                same_caption: true, ..
            }) => {
                "a video with this caption was made since then: it is most likely this post, so do not send it again"
            }
            Some(_) => {
                "videos were made since then, none with this caption: look at them before you send it again"
            }
            None => {
                "no public video was made since then; it may still come, or not be public, so look in the TikTok app \
                 before you send it again"
            }
        };
        Self {
            looked: true,
            candidates,
            note: note.to_owned(),
        }
    }

    /// True if a video with the same caption was found.
    pub fn is_likely(&self) -> bool {
        self.candidates.iter().any(|candidate| candidate.same_caption)
    }
}

/// UTF-16 units from which a shown caption may be a truncated one. TikTok shows 150 characters
/// (docs/tiktok-open-api.md#video-object); the margin allows for another unit or cut.
const LONG: usize = 130;

/// True if the video has this caption, possibly trimmed or truncated. An empty caption matches nothing.
fn is_same(video: &VideoObject, caption: Option<&str>) -> bool {
    let Some(wanted) = caption.map(str::trim).filter(|caption| !caption.is_empty()) else {
        return false;
    };
    let shown = [&video.video_description, &video.title].into_iter().flatten();
    shown.map(|text| text.trim()).any(|text| {
        let beginning = text.trim_end_matches('…').trim_end();
        text == wanted || (wanted.starts_with(beginning) && beginning.encode_utf16().count() >= LONG)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn video(id: &str, created: i64, caption: &str) -> VideoObject {
        serde_json::from_value(serde_json::json!({
            "id": id, "create_time": created, "video_description": caption, "share_url": "https://www.tiktok.com/v"
        }))
        .unwrap()
    }

    const SINCE: Duration = Duration::from_secs(1_000_000);

    #[test]
    fn the_one_with_the_caption_comes_first_and_older_ones_do_not_count() {
        let videos = [
            video("3", 1_000_500, "other"),
            video("2", 1_000_010, " mine "),
            video("1", 999_900, "mine"),
        ];
        let seen = LostPostSearch::among(&videos, SINCE, Some("mine"));
        let found: Vec<(String, bool)> = seen
            .candidates
            .iter()
            .map(|seen| (seen.post_id.to_string(), seen.same_caption))
            .collect();
        assert_eq!(found, [("2".to_owned(), true), ("3".to_owned(), false)]);
        assert!(
            seen.is_likely() && seen.note.contains("do not send it again"),
            "{}",
            seen.note
        );
    }

    #[test]
    fn a_long_caption_is_known_by_its_beginning() {
        let wanted = "äb ".repeat(100);
        let is_likely = |caption: &str| {
            LostPostSearch::among(&[video("1", 1_000_001, caption)], SINCE, Some(&wanted)).is_likely()
        };
        let first = |count| wanted.chars().take(count).collect::<String>();
        let short = video("1", 1_000_001, "coming soon…");
        assert!(LostPostSearch::among(&[short], SINCE, Some("coming soon…")).is_likely());
        for shown in [first(150), first(149) + "…", first(140), wanted.clone()] {
            assert!(is_likely(&shown), "{shown}");
        }
        for other in [first(100), first(149) + "x", first(150).replace('b', "c")] {
            assert!(!is_likely(&other), "{other}");
        }
    }

    #[test]
    fn without_a_caption_nothing_is_claimed() {
        for caption in [None, Some(""), Some("  ")] {
            let seen = LostPostSearch::among(&[video("1", 1_000_001, "")], SINCE, caption);
            assert!(!seen.is_likely() && seen.candidates.len() == 1, "{caption:?}");
        }
        assert!(
            LostPostSearch::among(&[], SINCE, Some("mine"))
                .note
                .contains("may still come")
        );
        assert!(!LostPostSearch::blind("no permission").looked);
    }

    #[test]
    fn clocks_may_differ_by_a_minute() {
        let seen = |created| {
            !LostPostSearch::among(&[video("1", created, "x")], SINCE, None)
                .candidates
                .is_empty()
        };
        assert!(seen(999_940) && !seen(999_939));
    }
}
