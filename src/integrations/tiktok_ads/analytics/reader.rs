//! Reading of reports: all windows of a range, all pages of a window, or an asynchronous report in place of many pages.

use std::{collections::BTreeSet, time::Duration};

use tracing::debug;

use super::{
    plan::ReportShape,
    sink::{RecordSink, SeenRecords},
    task::{self, CheckedReport, NoTask, PendingTask, WindowCount},
};
use crate::{
    advertising::DayRange,
    catalogue::own,
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::{MarketingError, PageRequest, ReportPage},
};

/// Reader of all reports of a request.
#[derive(Debug)]
pub(super) struct ReportReader<'a> {
    context: &'a AdsContext,
    calls: u32,
    pub(super) findings: ReportFindings,
}

/// Findings about the completeness of the reports of a request.
#[derive(Debug, Default)]
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
    /// Use of an asynchronous report.
    pub(super) task: TaskUse,
    /// Reason for which there was no asynchronous report in place of many pages.
    pub(super) no_task: Option<NoTask>,
}

/// Use of an asynchronous report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum TaskUse {
    /// All rows come from pages.
    #[default]
    None,
    /// Rows come from one that has as many of them as the pages.
    Counted,
    /// Rows come from one that has more of them than the pages, in which TikTok left out objects.
    Uncounted,
}

/// Most calls of a request, of the 1,000 a day that the default limit permits.
const CALLS_MAX: u32 = 900;

/// Calls for pages above which TikTok is asked for an asynchronous report: what the default limit permits in two minutes.
const TASK_ABOVE: u32 = 200;

/// Shortest rest of a request's time in which an asynchronous report is worth a try.
const TASK_TIME: Duration = Duration::from_secs(30);

/// Most metrics that are left out because TikTok refuses them. Each takes a call.
const REFUSED_MAX: usize = 8;

/// Page that is read for the number of rows alone.
const COUNT: PageRequest = PageRequest { page: 1, size: 1 };

/// Most waits for a rate limit before one page.
const WAITS_MAX: u32 = 3;

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
        let (mut by_task, mut is_tried) = (vec![false; windows.len()], false);
        for (number, window) in windows.iter().enumerate() {
            if by_task.get(number) == Some(&true) {
                continue;
            }
            let place = |failure| in_the_middle(failure, number, windows.len());
            let page = self
                .first_page(shape, *window, number == 0)
                .await
                .map_err(place)?;
            let rest = windows.get(number..).unwrap_or_default();
            if !is_tried && self.wants_task(shape, &page, rest.len()) {
                is_tried = true;
                let read = self.read_by_task(shape, rest, &page, sink).await.map_err(place)?;
                by_task.splice(number.., read);
                if by_task.get(number) == Some(&true) {
                    continue;
                }
            }
            let read = self.read_pages(shape, *window, page, sink).await;
            read.map_err(place)?;
        }
        Ok(())
    }

    /// Reads a window from its first page on.
    async fn read_pages(
        &mut self,
        shape: &ReportShape,
        window: DayRange,
        mut page: ReportPage,
        sink: &mut dyn RecordSink,
    ) -> Result<(), Failure> {
        let mut request = shape.first_page();
        let mut seen = SeenRecords::default();
        let mut count = 0_u64;
        loop {
            self.check_size(&page, request)?;
            self.findings.is_cut |= page.is_cut;
            self.findings.lacks_users |= page.lacks_users;
            for record in &page.records {
                count = count.saturating_add(1);
                if seen.is_new(record) {
                    sink.take(window, record)?;
                } else {
                    self.findings.repeated = self.findings.repeated.saturating_add(1);
                }
            }
            if page.is_last || page.records.is_empty() {
                let unread = page.total.map_or(0, |total| total.abs_diff(count));
                self.findings.unread = self.findings.unread.saturating_add(unread);
                return Ok(());
            }
            request.page = request.page.saturating_add(1);
            page = self.send(shape, window, request).await??;
        }
    }

    /// Whether an asynchronous report should take the place of the pages of all windows that are left.
    fn wants_task(&self, shape: &ReportShape, page: &ReportPage, windows: usize) -> bool {
        let request = shape.first_page();
        let pages = pages(page, request);
        let windows_left = u64::try_from(windows).unwrap_or(u64::MAX);
        let calls = pages
            .saturating_mul(windows_left)
            .saturating_add(self.calls.into());
        let AdsContext { clock, deadline, .. } = self.context;
        (page.is_cut || calls > TASK_ABOVE.into())
            && self.findings.no_task.is_none()
            && clock.left_until(*deadline) > TASK_TIME
            && task::fits(self.context, shape, windows)
    }

    /// Reads windows from an asynchronous report, as far as it has the same rows as their pages. Returns for each window
    /// whether it was read. `page` is the first one of the first window.
    async fn read_by_task(
        &mut self,
        shape: &ReportShape,
        windows: &[DayRange],
        page: &ReportPage,
        sink: &mut dyn RecordSink,
    ) -> Result<Vec<bool>, Failure> {
        let report = match self.report_by_task(shape, windows, page).await? {
            Ok(report) => report,
            Err(reason) => {
                debug!(%reason, "no asynchronous report");
                self.findings.no_task = Some(reason);
                return Ok(vec![false; windows.len()]);
            }
        };
        let repeated = report.read(sink).await?;
        self.findings.repeated = self.findings.repeated.saturating_add(repeated);
        self.findings.lacks_users |= page.lacks_users;
        let used = if report.is_uncounted() {
            TaskUse::Uncounted
        } else {
            TaskUse::Counted
        };
        self.findings.task = self.findings.task.max(used);
        Ok(report.into_right())
    }

    /// Asynchronous report of windows, checked against the numbers of rows that their first pages announce. The numbers are
    /// read while TikTok makes the report.
    async fn report_by_task<'s>(
        &mut self,
        shape: &'s ReportShape,
        windows: &[DayRange],
        page: &ReportPage,
    ) -> Result<Result<CheckedReport<'s>, NoTask>, Failure>
    where
        'a: 's,
    {
        let Some(range) = DayRange::spanning(windows) else {
            return Ok(Err(NoTask::OtherRows));
        };
        let pending = match PendingTask::begin(self.context, shape, range).await {
            Ok(pending) => pending,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut counts = Vec::with_capacity(windows.len());
        for window in windows {
            let counted = if counts.is_empty() {
                Ok(WindowCount::of(*window, page))
            } else {
                let page = self.send(shape, *window, COUNT).await?;
                page.map(|page| WindowCount::of(*window, &page))
            };
            match counted {
                Ok(counted) => counts.push(counted),
                Err(error) => return Ok(Err(error.into())),
            }
        }
        let AdsContext { clock, deadline, .. } = self.context;
        // Half of the time is left for pages, unless they are too many.
        let rows = counts.iter().filter_map(|counted| counted.count);
        let pages = rows.fold(0, |pages: u64, count| {
            pages.saturating_add(count.div_ceil(shape.page_size().into()))
        });
        let left = clock.left_until(*deadline);
        let patience = if pages > CALLS_MAX.into() { left } else { left / 2 };
        match pending.finish(patience).await {
            Ok(report) => Ok(report.check(counts).await),
            Err(reason) => Ok(Err(reason)),
        }
    }

    /// Reads the first page of a window. In the first window of all, metrics that TikTok refuses are removed from `shape`. It
    /// names one at a time.
    async fn first_page(
        &mut self,
        shape: &mut ReportShape,
        window: DayRange,
        is_first: bool,
    ) -> Result<ReportPage, Failure> {
        loop {
            let error = match self.send(shape, window, shape.first_page()).await? {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            let refused = refused_metric(&error, &shape.metrics).filter(|_| is_first);
            match refused {
                Some(name) if self.findings.refused.len() < REFUSED_MAX && shape.metrics.len() > 1 => {
                    shape.metrics.retain(|metric| *metric != name);
                    self.findings.refused.push(name);
                }
                Some(_) | None => return Err(error.into()),
            }
        }
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
                return Err(self.too_large(self.calls.into()));
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
        let left = pages(page, request).saturating_sub(request.page.into());
        let calls = left.saturating_add(self.calls.into());
        if calls > CALLS_MAX.into() {
            Err(self.too_large(calls))
        } else {
            Ok(())
        }
    }

    fn too_large(&self, calls: u64) -> Failure {
        let mut what = format!("(It would take at least {calls} calls, and {CALLS_MAX} are the most.");
        if let Some(reason) = &self.findings.no_task {
            let more =
                format!(" An asynchronous report, which has no such limit, was not available: {reason}.");
            what.push_str(&more);
        }
        what.push(')');
        Failure::new(&own::REPORT_TOO_LARGE, &what)
    }
}

/// Number of pages of a window.
fn pages(page: &ReportPage, request: PageRequest) -> u64 {
    let pages = page.total.unwrap_or(0).div_ceil(request.size.max(1).into());
    pages.max(1)
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
