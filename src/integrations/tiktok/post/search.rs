//! `POST /v2/video/list/` to look for a post that may have been made; scope video.list
//! (docs/tiktok-open-api.md#video-list).

use std::time::Duration;

use crate::{
    integrations::tiktok::context::Context,
    open_api::{Error, OpenApi},
    posting::LostPostSearch,
};

/// By what a post can be known, and how long it may be looked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::integrations::tiktok) struct SearchKey<'a> {
    pub(in crate::integrations::tiktok) caption: Option<&'a str>,
    pub(in crate::integrations::tiktok) wait_seconds: u32,
}

/// The pause between two looks. The list allows 600 a minute, and TikTok needs its time for a post.
const PAUSE: Duration = Duration::from_secs(10);

/// Looks for a post that was begun at `since`, again and again within the action's wait until one with its
/// caption is seen.
pub(in crate::integrations::tiktok) async fn search(
    context: &Context,
    since: Duration,
    wanted: SearchKey<'_>,
) -> LostPostSearch {
    let end = context.clock.deadline_in(context.patience(wanted.wait_seconds));
    loop {
        let seen = match context.api.list_videos(OpenApi::VIDEOS_PER_CALL, None).await {
            Ok(page) => LostPostSearch::among(&page.videos, since, wanted.caption),
            Err(error) => LostPostSearch::blind(&reason(&error)),
        };
        let left = context.clock.left_until(end);
        if left.is_zero() || seen.is_likely() || !seen.looked {
            return seen;
        }
        context.clock.sleep(PAUSE.min(left)).await;
    }
}

fn reason(error: &Error) -> String {
    error.code().map_or_else(|| error.to_string(), str::to_owned)
}
