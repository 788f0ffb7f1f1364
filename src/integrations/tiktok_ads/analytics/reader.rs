//! Reading of reports: all windows of a range, all pages of a window.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    time::Duration,
};

use super::plan::ReportShape;
use crate::{
    advertising::DayRange,
    catalogue::own,
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::{MarketingError, PageRequest, ReportPage, ReportRecord},
};

/// Receiver of the records of a report.
pub(super) trait RecordSink: Send {
    /// Takes a record of `window`.
    fn take(&mut self, window: DayRange, record: &ReportRecord) -> Result<(), Failure>;
}

/// Reader of all reports of a request.
#[derive(Debug)]
pub(super) struct ReportReader<'a> {
    context: &'a AdsContext,
    calls: u32,
    pub(super) findings: ReportFindings,
}

/// Findings about the completeness of the reports of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct ReportFindings {
    /// TikTok left out objects because there are too many.
    pub(super) is_cut: bool,
    /// Metrics of unique users are not available for now.
    pub(super) lacks_users: bool,
    /// Records that came twice.
    pub(super) repeated: u64,
    /// Difference between the announced and the read numbers of records.
    pub(super) unread: u64,
    /// Metrics that TikTok refused.
    pub(super) refused: Vec<String>,
}

/// Most calls of a request, of the 1,000 a day that the default limit permits.
const CALLS_MAX: u32 = 900;

/// Most metrics that are left out because TikTok refuses them. Each takes a call.
const REFUSED_MAX: usize = 8;

/// Most waits for a rate limit before one page.
const WAITS_MAX: u32 = 3;

/// Most records of a window that are compared with the others of it.
const COMPARED_MAX: usize = 200_000;

impl<'a> ReportReader<'a> {
    pub(super) fn new(context: &'a AdsContext) -> Self {
        Self {
            context,
            calls: 0,
            findings: ReportFindings::default(),
        }
    }

    /// Reads the records of all windows of `range`, in order. Metrics that TikTok refuses are removed from `shape`.
    ///
    /// An error ends the reading: what was read before is not whole.
    pub(super) async fn read(
        &mut self,
        shape: &mut ReportShape,
        range: DayRange,
        sink: &mut dyn RecordSink,
    ) -> Result<(), Failure> {
        let windows: Vec<DayRange> = range.windows(shape.granularity.window()).collect();
        for (number, window) in windows.iter().enumerate() {
            let read = self.read_window(shape, *window, number == 0, sink).await;
            read.map_err(|failure| in_the_middle(failure, number, windows.len()))?;
        }
        Ok(())
    }

    async fn read_window(
        &mut self,
        shape: &mut ReportShape,
        window: DayRange,
        is_first: bool,
        sink: &mut dyn RecordSink,
    ) -> Result<(), Failure> {
        let mut request = PageRequest {
            page: 1,
            size: shape.page_size(),
        };
        let mut seen = BTreeSet::new();
        let mut count = 0_u64;
        loop {
            let page = if is_first && request.page == 1 {
                self.first_page(shape, window, request).await?
            } else {
                self.page(shape, window, request).await?
            };
            self.check_size(&page, request)?;
            self.note(&page);
            let is_last = page.is_last || page.records.is_empty();
            for record in &page.records {
                count = count.saturating_add(1);
                if seen.len() < COMPARED_MAX && !seen.insert(digest(record)) {
                    self.findings.repeated = self.findings.repeated.saturating_add(1);
                } else {
                    sink.take(window, record)?;
                }
            }
            if is_last {
                let unread = page.total.map_or(0, |total| total.abs_diff(count));
                self.findings.unread = self.findings.unread.saturating_add(unread);
                return Ok(());
            }
            request.page = request.page.saturating_add(1);
        }
    }

    /// Reads the first page of all, without the metrics that TikTok refuses. It names one at a time.
    async fn first_page(
        &mut self,
        shape: &mut ReportShape,
        window: DayRange,
        request: PageRequest,
    ) -> Result<ReportPage, Failure> {
        loop {
            let error = match self.send(shape, window, request).await? {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            let refused = refused_metric(&error, &shape.metrics);
            match refused {
                Some(name) if self.findings.refused.len() < REFUSED_MAX && shape.metrics.len() > 1 => {
                    shape.metrics.retain(|metric| *metric != name);
                    self.findings.refused.push(name);
                }
                Some(_) | None => return Err(error.into()),
            }
        }
    }

    async fn page(
        &mut self,
        shape: &ReportShape,
        window: DayRange,
        request: PageRequest,
    ) -> Result<ReportPage, Failure> {
        Ok(self.send(shape, window, request).await??)
    }

    /// Sends a call, and waits for rate limits if the request's time permits.
    async fn send(
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
            self.calls = self.calls.saturating_add(1);
            if self.calls > CALLS_MAX {
                return Err(too_large(self.calls));
            }
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

    /// Errors: `report_too_large` if the pages that follow would take too many calls.
    fn check_size(&self, page: &ReportPage, request: PageRequest) -> Result<(), Failure> {
        let pages = page.total.unwrap_or(0).div_ceil(request.size.max(1).into());
        let left = u32::try_from(pages)
            .unwrap_or(u32::MAX)
            .saturating_sub(request.page);
        let calls = self.calls.saturating_add(left);
        if calls > CALLS_MAX {
            Err(too_large(calls))
        } else {
            Ok(())
        }
    }

    fn note(&mut self, page: &ReportPage) {
        self.findings.is_cut |= page.is_cut;
        self.findings.lacks_users |= page.lacks_users;
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

/// Codes of refused parameters.
const REFUSED_PARAMETER: [&str; 2] = ["40000", "40002"];

/// Metric that TikTok refuses, if its message names exactly one of those that were asked for.
fn refused_metric(error: &MarketingError, metrics: &[String]) -> Option<String> {
    let MarketingError::Refused(refusal) = error else {
        return None;
    };
    if !REFUSED_PARAMETER.contains(&refusal.code.as_str()) {
        return None;
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words: BTreeSet<&str> = refusal.message.split(|letter| !is_part(letter)).collect();
    let mut named = metrics.iter().filter(|metric| words.contains(metric.as_str()));
    let name = named.next()?;
    named.next().is_none().then(|| name.clone())
}

/// Digest of a record's dimensions.
fn digest(record: &ReportRecord) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (name, value) in &record.dimensions {
        name.hash(&mut hasher);
        value.as_ref().map(crate::model::Word::as_str).hash(&mut hasher);
    }
    hasher.finish()
}

fn too_large(calls: u32) -> Failure {
    Failure::new(
        &own::REPORT_TOO_LARGE,
        &format!("(It would take at least {calls} calls, and {CALLS_MAX} are the most.)"),
    )
}

/// An error after a part of the report was read.
fn in_the_middle(failure: Failure, read: usize, all: usize) -> Failure {
    if read == 0 {
        return failure;
    }
    Failure {
        message: format!(
            "{} ({read} of {all} parts of the report were read before; an incomplete report is not returned.)",
            failure.message
        ),
        ..failure
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketing_api::{ApiRefusal, MarketingEndpoint};

    fn refusal(code: &str, message: &str) -> MarketingError {
        MarketingError::Refused(ApiRefusal {
            endpoint: MarketingEndpoint::REPORT_INTEGRATED_GET,
            code: code.into(),
            message: message.into(),
            log_id: None,
            http_status: 200,
            throttled: None,
            retry_after: None,
            is_tiktoks: true,
        })
    }

    #[test]
    fn a_refused_metric_is_known_if_the_message_names_it_alone() {
        let metrics = ["spend", "cost_per_x", "x", "metrics"].map(str::to_owned);
        let named = |code, message| refused_metric(&refusal(code, message), &metrics);
        assert_eq!(
            named("40002", "Invalid metric fields: ['cost_per_x']").as_deref(),
            Some("cost_per_x")
        );
        assert_eq!(named("40002", "x is not supported.").as_deref(), Some("x"));
        assert_eq!(named("40002", "spend and x"), None);
        assert_eq!(named("40002", "end_date: too late"), None);
        assert_eq!(named("40001", "x"), None);
    }
}
