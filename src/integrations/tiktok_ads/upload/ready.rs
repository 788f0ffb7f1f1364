//! Wait until ads can use a creative (docs/tiktok-marketing-api.md#videos, docs/tiktok-marketing-api.md#images).

use std::{slice, time::Duration};

use crate::{
    integrations::tiktok_ads::{context::AdsContext, creatives::look_up},
    marketing_api::{Creative, MediaType},
};

/// Wait before the first look, and the longest one between two looks.
const WAITS: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(20));

/// Whether TikTok has processed a creative.
pub(super) const fn is_ready(media_type: MediaType, creative: &Creative) -> bool {
    match media_type {
        MediaType::Video => creative.width.is_some(),
        MediaType::Image => creative.is_carousel_usable.is_some(),
    }
}

/// Looks at the creative until it is ready, for at most `patience`. Returns it as TikTok showed it last.
pub(super) async fn await_ready(
    context: &AdsContext,
    media_type: MediaType,
    mut creative: Creative,
    patience: Duration,
) -> Creative {
    let end = context
        .clock
        .deadline_in(patience.min(context.clock.left_until(context.deadline)));
    let mut wait = WAITS.0;
    while !is_ready(media_type, &creative) {
        let left = context.clock.left_until(end);
        if left.is_zero() {
            break;
        }
        context.clock.sleep(wait.min(left)).await;
        wait = (wait + wait / 2).min(WAITS.1);
        let id = creative.id().to_owned();
        // A video in processing may be missing, and a call that failed may succeed later.
        let found = look_up(context, media_type, slice::from_ref(&id))
            .await
            .unwrap_or_default();
        creative = found
            .into_iter()
            .find(|found| found.id() == id)
            .unwrap_or(creative);
    }
    creative
}
