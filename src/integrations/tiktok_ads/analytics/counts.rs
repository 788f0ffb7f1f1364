//! Numbers of rows that TikTok announces for the windows of a report.

use super::{caller::ReportCaller, plan::ReportShape};
use crate::{
    advertising::{AccountDay, DayRange},
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::{MarketingError, PageRequest, ReportPage},
};

/// Rows of a window, as its first page announces them.
#[derive(Debug, Clone, Copy)]
pub(super) struct WindowCount {
    /// Days of the window.
    pub(super) window: DayRange,
    /// Number of rows in all pages; `None` if TikTok does not say.
    pub(super) count: Option<u64>,
    /// Whether TikTok left out objects in the pages.
    pub(super) is_cut: bool,
    /// Whether metrics of unique users are not available for now.
    pub(super) lacks_users: bool,
}

impl WindowCount {
    /// Numbers of a window, from one of its pages.
    pub(super) const fn of(window: DayRange, page: &ReportPage) -> Self {
        Self {
            window,
            count: page.total,
            is_cut: page.is_cut,
            lacks_users: page.lacks_users,
        }
    }
}

/// Page that is read for the number of rows alone.
const COUNT: PageRequest = PageRequest { page: 1, size: 1 };

/// Numbers of the rows of windows. `page` is the first one of the first window.
pub(super) async fn count(
    caller: &mut ReportCaller<'_>,
    shape: &ReportShape,
    windows: &[DayRange],
    page: &ReportPage,
) -> Result<Result<Vec<WindowCount>, MarketingError>, Failure> {
    let mut counts = Vec::with_capacity(windows.len());
    for window in windows {
        if counts.is_empty() {
            counts.push(WindowCount::of(*window, page));
            continue;
        }
        match caller.send(shape, *window, COUNT).await? {
            Ok(page) => counts.push(WindowCount::of(*window, &page)),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(counts))
}

/// Days at the end of which an asynchronous report can be older than pages. The account's day can be another one than that in UTC.
const RECENT_DAYS: u32 = 2;

/// Whether a window has days that an asynchronous report can have in an older state.
pub(super) fn is_recent(context: &AdsContext, window: DayRange) -> bool {
    let today = AccountDay::after_epoch(context.clock.since_epoch());
    let first = today.and_then(|today| today.minus(RECENT_DAYS));
    first.is_none_or(|first| window.last() >= first)
}
