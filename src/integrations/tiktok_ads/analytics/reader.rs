//! Reading of reports: all windows of a range, all pages of a window, or an asynchronous report in place of many pages.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use tracing::debug;

use super::{
    caller::ReportCaller,
    counts::{WindowCount, count, is_recent},
    plan::ReportShape,
    sink::{RecordSink, SeenRecords},
    task::{self, PendingTask},
    task_fault::NoTask,
};
use crate::{
    advertising::{DayRange, Granularity},
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::{MarketingError, ReportPage},
};

/// Reader of all reports of a request.
#[derive(Debug)]
pub(super) struct ReportReader<'a> {
    caller: ReportCaller<'a>,
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

impl ReportFindings {
    /// Whether no row is known to be missing.
    pub(super) fn is_complete(&self) -> bool {
        !self.is_cut && self.repeated == 0 && self.unread == 0
    }
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

/// Calls for pages above which TikTok is asked for an asynchronous report: what the default limit permits in two minutes.
const TASK_ABOVE: u64 = 200;

/// Shortest time in which an asynchronous report is worth a try.
const TASK_TIME: Duration = Duration::from_secs(30);

/// Time of a page, without waits for limits.
const PAGE_TIME: Duration = Duration::from_secs(1);

/// Most metrics that are left out because TikTok refuses them. Each takes a call.
const REFUSED_MAX: usize = 8;

impl<'a> ReportReader<'a> {
    pub(super) fn new(context: &'a AdsContext) -> Self {
        Self {
            caller: ReportCaller::new(context),
            findings: ReportFindings::default(),
        }
    }

    /// Permits the calls for totals and the comparison, after the rows.
    pub(super) const fn extend(&mut self) {
        self.caller.extend();
    }

    /// Reads the records of all windows of `range`. Metrics that TikTok refuses are removed from `shape`.
    ///
    /// An error ends the reading: what was read before is not whole.
    pub(super) async fn read(
        &mut self,
        shape: &mut ReportShape,
        range: DayRange,
        sink: &mut dyn RecordSink,
    ) -> Result<(), Failure> {
        let mut windows: VecDeque<DayRange> = range.windows(shape.granularity.window()).collect();
        let (mut read, mut is_weighed) = (0_usize, false);
        while let Some(window) = windows.front().copied() {
            let all = read.saturating_add(windows.len());
            let place = move |failure| in_the_middle(failure, read, all);
            let page = match self.first_page(shape, window, read == 0).await.map_err(place)? {
                Ok(page) => page,
                Err(error) => {
                    let halves = halves(&error, shape, window).ok_or_else(|| place(error.into()))?;
                    windows.pop_front();
                    halves.into_iter().rev().for_each(|half| windows.push_front(half));
                    continue;
                }
            };
            if !is_weighed {
                is_weighed = true;
                let weighed = windows.make_contiguous();
                let by_task = self
                    .read_large(shape, weighed, &page, sink)
                    .await
                    .map_err(place)?;
                let is_read = by_task.first() == Some(&true);
                let mut left = by_task.into_iter();
                windows.retain(|_| left.next() != Some(true));
                read = all.saturating_sub(windows.len());
                if is_read {
                    continue;
                }
            }
            let pages = self.read_pages(shape, window, page, sink).await;
            pages.map_err(place)?;
            windows.pop_front();
            read = read.saturating_add(1);
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
            let left = shape.pages(page.total).saturating_sub(request.page.into());
            self.check_size(left)?;
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
            page = self.caller.send(shape, window, request).await??;
        }
    }

    /// Reads windows from an asynchronous report if their pages are many or cut, as far as it has the same rows as the pages.
    /// Returns for each window whether it was read. `page` is the first one of the first window.
    ///
    /// Errors: `report_too_large` if the pages of the other windows are too many, before they are read.
    async fn read_large(
        &mut self,
        shape: &ReportShape,
        windows: &[DayRange],
        page: &ReportPage,
        sink: &mut dyn RecordSink,
    ) -> Result<Vec<bool>, Failure> {
        let none = vec![false; windows.len()];
        let estimate = shape.pages(page.total).saturating_mul(count_of(windows));
        if !page.is_cut && estimate <= TASK_ABOVE {
            return Ok(none);
        }
        let pending = self.begin_task(shape, windows, page, estimate).await;
        if pending.is_none() && estimate <= self.caller.left() {
            return Ok(none);
        }
        // Counted while TikTok makes the report.
        let counts = match count(&mut self.caller, shape, windows, page).await {
            Ok(Ok(counts)) => counts,
            Ok(Err(error)) => {
                cancel(pending).await;
                self.no_task(error.into());
                return Ok(none);
            }
            Err(failure) => {
                cancel(pending).await;
                return Err(failure);
            }
        };
        let by_task = match pending {
            Some(pending) => self.take_task(pending, &counts, sink).await?,
            None => none,
        };
        let left = counts.iter().zip(&by_task).filter(|(_, is_read)| !**is_read);
        let pages = left.map(|(counted, _)| shape.pages(counted.count));
        // The first page is there already.
        self.check_size(pages.fold(0, u64::saturating_add).saturating_sub(1))?;
        Ok(by_task)
    }

    /// Lets TikTok make an asynchronous report of windows, if that is possible and there is time for it.
    async fn begin_task(
        &mut self,
        shape: &ReportShape,
        windows: &[DayRange],
        page: &ReportPage,
        pages: u64,
    ) -> Option<PendingTask<'a>> {
        let context = self.caller.context;
        let is_useful = page.is_cut || windows.iter().any(|window| !is_recent(context, *window));
        let has_time = self.time_for_task(pages) >= TASK_TIME;
        let is_possible = self.findings.no_task.is_none() && task::fits(context, shape, windows.len());
        if !(is_useful && has_time && is_possible) {
            return None;
        }
        let begun = PendingTask::begin(context, shape, DayRange::spanning(windows)?).await;
        begun.map_err(|reason| self.no_task(reason)).ok()
    }

    /// Reads the windows that an asynchronous report has like their pages.
    async fn take_task(
        &mut self,
        pending: PendingTask<'a>,
        counts: &[WindowCount],
        sink: &mut dyn RecordSink,
    ) -> Result<Vec<bool>, Failure> {
        let context = self.caller.context;
        let pages = counts.iter().map(|counted| pending.shape().pages(counted.count));
        let time = self.time_for_task(pages.fold(0, u64::saturating_add));
        let until = context.clock.deadline_in(time);
        let checked = match pending.finish(until).await {
            Ok(report) => report.check(context, counts, until).await,
            Err(reason) => Err(reason),
        };
        let report = match checked {
            Ok(report) => report,
            Err(reason) => {
                self.no_task(reason);
                return Ok(vec![false; counts.len()]);
            }
        };
        let repeated = report.read(sink).await?;
        self.findings.repeated = self.findings.repeated.saturating_add(repeated);
        self.findings.lacks_users |= counts.iter().any(|counted| counted.lacks_users);
        let used = if report.is_uncounted() {
            TaskUse::Uncounted
        } else {
            TaskUse::Counted
        };
        self.findings.task = self.findings.task.max(used);
        Ok(report.into_right())
    }

    fn no_task(&mut self, reason: NoTask) {
        debug!(%reason, "no asynchronous report");
        self.findings.no_task = Some(reason);
    }

    /// Time for an asynchronous report: at most half of what is left, and no more than leaves enough for this number of pages; all
    /// of it if they are too many.
    fn time_for_task(&self, pages: u64) -> Duration {
        let AdsContext {
            api, clock, deadline, ..
        } = self.caller.context;
        let left = clock.left_until(*deadline);
        if pages > self.caller.left() {
            return left;
        }
        let reading = PAGE_TIME.saturating_mul(u32::try_from(pages).unwrap_or(u32::MAX));
        let rest = left.saturating_sub(reading.max(api.time_of_calls(pages)));
        rest.min(left / 2)
    }

    /// Reads the first page of a window. In the first window of all, metrics that TikTok refuses are removed from `shape`. It
    /// names one at a time.
    async fn first_page(
        &mut self,
        shape: &mut ReportShape,
        window: DayRange,
        is_first: bool,
    ) -> Result<Result<ReportPage, MarketingError>, Failure> {
        loop {
            let error = match self.caller.send(shape, window, shape.first_page()).await? {
                Ok(page) => return Ok(Ok(page)),
                Err(error) => error,
            };
            let refused = refused_metric(&error, &shape.metrics).filter(|_| is_first);
            match refused {
                Some(name) if self.findings.refused.len() < REFUSED_MAX && shape.metrics.len() > 1 => {
                    shape.metrics.retain(|metric| *metric != name);
                    self.findings.refused.push(name);
                }
                Some(_) | None => return Ok(Err(error)),
            }
        }
    }

    /// Errors: `report_too_large` if this number of calls is not left.
    fn check_size(&self, more: u64) -> Result<(), Failure> {
        if more <= self.caller.left() {
            return Ok(());
        }
        let failure = self.caller.too_large(more);
        Err(match &self.findings.no_task {
            Some(reason) => Failure {
                message: format!(
                    "{} (An asynchronous report, which has no such limit, was not available: {reason}.)",
                    failure.message
                ),
                ..failure
            },
            None => failure,
        })
    }
}

async fn cancel(pending: Option<PendingTask<'_>>) {
    if let Some(pending) = pending {
        pending.cancel().await;
    }
}

fn count_of<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}

/// Halves of a window whose report timed out. TikTok blocks reports that time out again and again, so they are narrowed
/// (docs/tiktok-marketing-api.md#rate-limits).
fn halves(error: &MarketingError, shape: &ReportShape, window: DayRange) -> Option<[DayRange; 2]> {
    let is_timeout = match error {
        MarketingError::Lost(lost) => !lost.kind.is_unsent(),
        MarketingError::Refused(refusal) => refusal.code.starts_with("51"),
        MarketingError::Unreadable { .. } => false,
    };
    let has_days = shape.granularity == Granularity::Day;
    (is_timeout && has_days).then(|| window.halves()).flatten()
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
