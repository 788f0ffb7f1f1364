//! `POST /v2/video/list/`, to find a post whose init response was lost; scope video.list
//! (docs/tiktok-open-api.md#video-list).

use std::time::Duration;

use crate::{
    integrations::tiktok::context::Context,
    open_api::{Error, OpenApi},
    posting::LostPostSearch,
};

/// Key to find a post in the list of videos.
#[derive(Debug, Clone, Copy)]
pub(in crate::integrations::tiktok) struct SearchKey<'a> {
    pub(in crate::integrations::tiktok) caption: Option<&'a str>,
    /// Longest duration of the search, in seconds.
    pub(in crate::integrations::tiktok) wait_seconds: u32,
}

/// Pause between two looks at the list, which allows 600 calls a minute. A new post takes a while to appear.
const PAUSE: Duration = Duration::from_secs(10);

/// Searches for a post that was begun at `since`, until one with its caption is found, the list cannot be read or
/// the wait is over.
pub(in crate::integrations::tiktok) async fn search(
    context: &Context,
    since: Duration,
    key: SearchKey<'_>,
) -> LostPostSearch {
    let end = context.clock.deadline_in(context.patience(key.wait_seconds));
    loop {
        let found = match context.api.list_videos(OpenApi::VIDEOS_PER_CALL, None).await {
            Ok(page) => LostPostSearch::among(&page.videos, since, key.caption),
            Err(error) => LostPostSearch::blind(&reason(&error)),
        };
        let left = context.clock.left_until(end);
        if left.is_zero() || found.is_likely() || !found.looked {
            return found;
        }
        context.clock.sleep(PAUSE.min(left)).await;
    }
}

fn reason(error: &Error) -> String {
    error.code().map_or_else(|| error.to_string(), str::to_owned)
}
