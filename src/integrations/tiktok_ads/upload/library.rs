//! Search for a creative by its name, and its comparison with the file of a request.

use std::time::Duration;

use crate::{
    integrations::tiktok_ads::context::AdsContext,
    marketing_api::{
        Creative, CreativeFilter, ListPage, MarketingApi, MarketingError, MediaType, PageRequest,
    },
    model::Word,
};

/// Creative that is searched for.
#[derive(Debug, Clone, Copy)]
pub(super) struct SoughtCreative<'a> {
    /// Type.
    pub(super) media_type: MediaType,
    /// Name.
    pub(super) name: &'a str,
    /// MD5 and size of the file; `None` if TikTok downloads it.
    pub(super) content: Option<(&'a str, u64)>,
    /// Whether the name has a part of the digest.
    pub(super) is_named_by_content: bool,
}

/// Creative with the name.
#[derive(Debug)]
pub(super) enum LibraryMatch {
    /// TikTok lists none, but perhaps a video with the same content and another name. TikTok lists one video of each content, so
    /// that one can hide the video with the name.
    Absent(Option<Box<Creative>>),
    /// It has the same content.
    Same(Box<Creative>),
    /// It has another content.
    Other(Box<Creative>),
    /// TikTok does not show its content.
    Unclear(Box<Creative>),
}

/// Pages that are read at most: of videos, TikTok lists the 10,000 that were changed last.
const PAGES_MAX: u32 = 100;

/// Searches for the name. TikTok does not search images by name, so all are read.
pub(super) async fn seek(
    context: &AdsContext,
    sought: SoughtCreative<'_>,
) -> Result<LibraryMatch, MarketingError> {
    let video_name = (sought.media_type == MediaType::Video).then(|| sought.name.to_owned());
    let filter = CreativeFilter {
        video_name,
        ..CreativeFilter::default()
    };
    let mut twin = None;
    for page in 1..=PAGES_MAX {
        let asked = PageRequest {
            page,
            size: MarketingApi::CREATIVES_PER_PAGE,
        };
        let listed = read(context, sought.media_type, &filter, asked).await?;
        let is_end = listed.is_last || listed.items.is_empty();
        let named = |creative: &Creative| creative.file_name.as_ref().map(Word::as_str) == Some(sought.name);
        let mut items = listed.items;
        if let Some(place) = items.iter().position(named) {
            return Ok(sought.compared(items.swap_remove(place)));
        }
        let is_twin = |creative: &Creative| sought.is_same(creative) == Some(true);
        twin = twin.or_else(|| items.into_iter().find(is_twin).map(Box::new));
        if is_end {
            break;
        }
    }
    Ok(LibraryMatch::Absent(twin))
}

/// Reads a page, once more if the answer cannot be read.
async fn read(
    context: &AdsContext,
    media_type: MediaType,
    filter: &CreativeFilter,
    page: PageRequest,
) -> Result<ListPage<Creative>, MarketingError> {
    let listed = context.api.creatives(media_type, filter, page).await;
    let is_unreadable = matches!(listed, Err(MarketingError::Unreadable { .. }));
    if !is_unreadable || context.files.retries.max == 0 || context.clock.left_until(context.deadline) < PAUSE
    {
        return listed;
    }
    context.clock.sleep(PAUSE).await;
    context.api.creatives(media_type, filter, page).await
}

/// Pause before a page is read again.
const PAUSE: Duration = Duration::from_secs(1);

impl SoughtCreative<'_> {
    /// Whether a creative has the content; `None` if TikTok does not show enough of it.
    fn is_same(self, creative: &Creative) -> Option<bool> {
        let (md5, size) = self.content?;
        same_content(creative, md5, size)
    }

    /// Compares the content, by what TikTok shows of it.
    fn compared(self, creative: Creative) -> LibraryMatch {
        let is_same = self.is_same(&creative);
        let creative = Box::new(creative);
        // A name with the file's digest tells more than the digest that TikTok shows, which may be that of its own copy.
        match self.is_named_by_content.then_some(true).or(is_same) {
            Some(true) => LibraryMatch::Same(creative),
            Some(false) => LibraryMatch::Other(creative),
            None => LibraryMatch::Unclear(creative),
        }
    }
}

/// Whether a creative has this content; `None` if TikTok does not show enough of it.
pub(super) fn same_content(creative: &Creative, md5: &str, size: u64) -> Option<bool> {
    let listed = creative.size.map(|listed| u64::try_from(listed.0) == Ok(size));
    match &creative.signature {
        Some(signature) => Some(signature.as_str().eq_ignore_ascii_case(md5) && listed != Some(false)),
        None => listed.filter(|is_same| !is_same),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";

    #[test]
    fn a_content_is_the_same_by_its_digest_and_size() {
        for (members, is_same) in [
            (json!({ "signature": MD5, "size": 3 }), Some(true)),
            (json!({ "signature": MD5.to_uppercase() }), Some(true)),
            (json!({ "signature": MD5, "size": 4 }), Some(false)),
            (json!({ "signature": "00", "size": 3 }), Some(false)),
            (json!({ "size": 4 }), Some(false)),
            (json!({ "size": 3 }), None),
            (json!({}), None),
        ] {
            let creative: Creative = serde_json::from_str(&members.to_string()).unwrap();
            assert_eq!(same_content(&creative, MD5, 3), is_same, "{members}");
            for is_named_by_content in [false, true] {
                let sought = SoughtCreative {
                    media_type: MediaType::Video,
                    name: "a",
                    content: Some((MD5, 3)),
                    is_named_by_content,
                };
                let found = match sought.compared(creative.clone()) {
                    LibraryMatch::Same(_) => Some(true),
                    LibraryMatch::Other(_) => Some(false),
                    LibraryMatch::Unclear(_) | LibraryMatch::Absent(_) => None,
                };
                assert_eq!(
                    found,
                    is_named_by_content.then_some(true).or(is_same),
                    "{members}"
                );
            }
        }
    }
}
