//! Calls for pages of reports: sent, waited for, and counted.

use std::time::Duration;

use super::plan::ReportShape;
use crate::{
    advertising::DayRange,
    catalogue::own,
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::{MarketingError, PageRequest, ReportPage},
};

/// Caller of one request, with a limit on its calls.
#[derive(Debug)]
pub(super) struct ReportCaller<'a> {
    pub(super) context: &'a AdsContext,
    calls: u64,
    most: u64,
}

/// Most calls for the rows of a request, of the 1,000 a day that the default limit permits.
const CALLS_MAX: u64 = 900;

/// Further calls for totals and the comparison.
const FURTHER_CALLS: u64 = 50;

/// Most waits for a rate limit before one page.
const WAITS_MAX: u32 = 3;

impl<'a> ReportCaller<'a> {
    pub(super) const fn new(context: &'a AdsContext) -> Self {
        Self {
            context,
            calls: 0,
            most: CALLS_MAX,
        }
    }

    /// Calls that may still be sent.
    pub(super) const fn left(&self) -> u64 {
        self.most.saturating_sub(self.calls)
    }

    /// Permits the calls for totals and the comparison.
    pub(super) const fn extend(&mut self) {
        self.most = CALLS_MAX + FURTHER_CALLS;
    }

    /// Sends a call, and waits for rate limits if the request's time permits. Errors: `report_too_large` if no call is left.
    pub(super) async fn send(
        &mut self,
        shape: &ReportShape,
        window: DayRange,
        request: PageRequest,
    ) -> Result<Result<ReportPage, MarketingError>, Failure> {
        let AdsContext {
            api, clock, deadline, ..
        } = self.context;
        let call = shape.call(window);
        let mut waits = 0;
        loop {
            if self.left() == 0 {
                return Err(self.too_large(1));
            }
            self.calls = self.calls.saturating_add(1);
            let error = match api.report(&call, request).await {
                Ok(page) => return Ok(Ok(page)),
                Err(error) => error,
            };
            let left = clock.left_until(*deadline);
            match wait_of(&error).filter(|wait| *wait < left && waits < WAITS_MAX) {
                Some(wait) => clock.sleep(wait).await,
                None => return Ok(Err(error)),
            }
            waits += 1;
        }
    }

    /// Error of a report that takes this number of calls more.
    pub(super) fn too_large(&self, more: u64) -> Failure {
        let calls = self.calls.saturating_add(more);
        Failure::new(
            &own::REPORT_TOO_LARGE,
            &format!("(It would take at least {calls} calls, and {CALLS_MAX} are the most.)"),
        )
    }
}

/// Wait for a rate limit, this program's or TikTok's.
fn wait_of(error: &MarketingError) -> Option<Duration> {
    match error {
        MarketingError::Lost(lost) => lost.kind.wait(),
        MarketingError::Refused(refusal) => refusal.throttled.and(refusal.retry_after),
        MarketingError::Unreadable { .. } => None,
    }
}
