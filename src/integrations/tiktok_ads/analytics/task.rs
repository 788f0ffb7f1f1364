//! Asynchronous report in place of many pages: made by TikTok, downloaded as a file, checked, and read like pages
//! (docs/tiktok-marketing-api.md#asynchronous-reports).

use std::{fmt, time::Duration};

use super::{
    caller::ReportCaller,
    plan::ReportShape,
    row::RecordPlace,
    sink::{RecordSink, SeenRecords},
};
use crate::{
    advertising::{AccountDay, DayRange, is_readable},
    catalogue::own,
    clock::Deadline,
    integrations::{Failure, FileDownloads, tiktok_ads::context::AdsContext},
    marketing_api::{
        MarketingError, PageRequest, ReportFile, ReportFileFault, ReportFileUrl, ReportPage, ReportRecord,
        ReportTaskStatus,
    },
    media::{RelayError, RelayedFile, Source, SourceReader},
    model::{ByteCount, Word},
};

/// Reason for which there is no asynchronous report. Pages are read then.
#[derive(Debug)]
pub(super) enum NoTask {
    /// TikTok refused a call, or its answer was lost.
    Api(Box<Failure>),
    /// TikTok could not make the report.
    Failed,
    /// TikTok did not make it in time.
    Slow(Duration),
    /// Its file could not be downloaded.
    Download(RelayError),
    /// Its file could not be read.
    Unreadable(ReportFileFault),
    /// There was not enough time to read its file.
    Unread,
    /// A value is not a number.
    NotANumber(String),
    /// Its rows are not those that the pages have.
    OtherRows,
}

impl From<MarketingError> for NoTask {
    fn from(error: MarketingError) -> Self {
        Self::Api(Box::new(error.into()))
    }
}

/// Texts never hold the URL of a file, which has a signature.
impl fmt::Display for NoTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(failure) => f.write_str(failure.message.trim_end_matches('.')),
            Self::Failed => f.write_str("TikTok could not make it"),
            Self::Slow(time) => write!(f, "TikTok had not made it after {} s", time.as_secs()),
            Self::Download(RelayError::Download(error)) => {
                write!(
                    f,
                    "its file could not be downloaded from {}",
                    error.url_and_reason()
                )
            }
            Self::Download(RelayError::TooLarge(_)) => write!(f, "its file has more than {FILE_MAX}"),
            Self::Download(RelayError::Spool(error)) => write!(f, "its file could not be stored: {error}"),
            Self::Download(RelayError::Empty | RelayError::OtherType { .. }) => {
                f.write_str("its file is empty")
            }
            Self::Unreadable(fault) => write!(f, "{fault}"),
            Self::Unread => f.write_str("there was not enough time to read its file"),
            Self::NotANumber(metric) => write!(f, "its {metric} is not a number"),
            Self::OtherRows => f.write_str("it does not have the same rows as the pages"),
        }
    }
}

/// First waits between the questions whether the report is made.
const WAITS: [Duration; 3] = [
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
];

/// Further waits.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Largest file, of about four million rows.
const FILE_MAX: ByteCount = ByteCount(1024 * 1024 * 1024);

/// Attempts to download the file, each with a new URL.
const DOWNLOADS: u32 = 2;

/// Rows after which other requests have their turn.
const TURN: u64 = 1_000;

/// Days at the end of which an asynchronous report can be older than pages. The account's day can be another one than that in UTC.
const RECENT_DAYS: u32 = 2;

/// Whether a window has days that an asynchronous report can have in an older state.
pub(super) fn is_recent(context: &AdsContext, window: DayRange) -> bool {
    let today = AccountDay::after_epoch(context.clock.since_epoch());
    let first = today.and_then(|today| today.minus(RECENT_DAYS));
    first.is_none_or(|first| window.last() >= first)
}

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

/// Whether TikTok could make the report of this number of windows. The sandbox has no asynchronous reports, and rows of several
/// windows without times could not be told apart.
pub(super) fn fits(context: &AdsContext, shape: &ReportShape, windows: usize) -> bool {
    let has_windows = windows == 1 || shape.granularity.dimension().is_some();
    !context.is_sandbox && has_windows && shape.task_conditions().is_some()
}

/// Asynchronous report that TikTok makes.
#[derive(Debug)]
pub(super) struct PendingTask<'a> {
    context: &'a AdsContext,
    shape: ReportShape,
    task_id: Word,
    began: Duration,
}

impl<'a> PendingTask<'a> {
    /// Lets TikTok make the report of `range`.
    pub(super) async fn begin(
        context: &'a AdsContext,
        shape: &ReportShape,
        range: DayRange,
    ) -> Result<Self, NoTask> {
        let conditions = shape.task_conditions().unwrap_or_default();
        let call = shape.call_with(range, &conditions);
        let created = context.api.create_report_task(call).await;
        Ok(Self {
            context,
            shape: shape.clone(),
            task_id: created?,
            began: context.clock.elapsed(),
        })
    }

    /// Report that TikTok makes.
    pub(super) const fn shape(&self) -> &ReportShape {
        &self.shape
    }

    /// Cancels the report: TikTok asks for few of them at a time. One that has ended cannot be cancelled, which does no harm.
    pub(super) async fn cancel(self) {
        drop(self.context.api.cancel_report_task(&self.task_id).await);
    }

    /// Waits until the report is made, and downloads its file.
    pub(super) async fn finish(self, until: Deadline) -> Result<TaskReport, NoTask> {
        match self.file(until).await {
            Ok(file) => Ok(TaskReport {
                file,
                shape: self.shape,
            }),
            Err(reason) => {
                self.cancel().await;
                Err(reason)
            }
        }
    }

    async fn file(&self, until: Deadline) -> Result<Source, NoTask> {
        let mut waits = WAITS.into_iter().chain(std::iter::repeat(LONGEST_WAIT));
        let mut downloads = 0;
        loop {
            let state = self.context.api.report_task_status(&self.task_id).await?;
            let link = match state {
                ReportTaskStatus::Success => self.context.api.report_task_file(&self.task_id).await?,
                ReportTaskStatus::Failed => return Err(NoTask::Failed),
                ReportTaskStatus::Pending => None,
            };
            if let Some(link) = link {
                downloads += 1;
                match self.download(&link, until).await {
                    Ok(file) => return Ok(file),
                    // The URL may have expired, or its host be out of order for a moment.
                    Err(RelayError::Download(_)) if downloads < DOWNLOADS => {}
                    Err(fault) => return Err(NoTask::Download(fault)),
                }
            }
            let wait = waits.next().unwrap_or(LONGEST_WAIT);
            if wait >= self.context.clock.left_until(until) {
                let waited = self.context.clock.elapsed().saturating_sub(self.began);
                return Err(NoTask::Slow(waited));
            }
            self.context.clock.sleep(wait).await;
        }
    }

    async fn download(&self, link: &ReportFileUrl, until: Deadline) -> Result<Source, RelayError> {
        let file = RelayedFile {
            medium: None,
            most: FILE_MAX,
        };
        let downloads = FileDownloads {
            deadline: until,
            ..self.context.files.clone()
        };
        downloads.relay(link.url().clone(), file).await
    }
}

/// File of an asynchronous report.
#[derive(Debug)]
pub(super) struct TaskReport {
    file: Source,
    shape: ReportShape,
}

/// Report whose rows were compared with the pages.
#[derive(Debug)]
pub(super) struct CheckedReport {
    report: TaskReport,
    windows: Vec<WindowCount>,
    /// For each window, whether the file has as many rows as its pages.
    right: Vec<bool>,
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

impl TaskReport {
    /// Checks all rows before any is taken: their values, and whether each window has as many rows as its pages.
    ///
    /// The file may be older than the pages by hours, and TikTok does not say whether it has deleted objects.
    /// Such windows, and recent ones, are left to the pages.
    pub(super) async fn check(
        self,
        context: &AdsContext,
        windows: &[WindowCount],
        until: Deadline,
    ) -> Result<CheckedReport, NoTask> {
        let mut found = vec![0_u64; windows.len()];
        let mut rows = TaskRows::open(&self)?;
        while let Some(record) = rows.next().await? {
            let place = self.window(windows, &record);
            if let Some(count) = place.and_then(|place| found.get_mut(place)) {
                *count = count.saturating_add(1);
            }
            let mut metrics = record.metrics.iter();
            let is_wrong = |(name, text): &(&String, &Option<Word>)| {
                let text = text.as_ref().map(Word::as_str);
                text.is_some_and(|text| !is_readable(name, text))
            };
            if let Some((name, _)) = metrics.find(is_wrong) {
                return Err(NoTask::NotANumber(name.clone()));
            }
            if rows.is_turn() && context.clock.left_until(until).is_zero() {
                return Err(NoTask::Unread);
            }
        }
        let is_right = |(counted, found): (&WindowCount, u64)| match counted.count {
            // A report that has no more rows than cut pages is cut itself.
            Some(count) if counted.is_cut => found > count,
            Some(count) => found == count && !is_recent(context, counted.window),
            None => false,
        };
        let right: Vec<bool> = windows.iter().zip(found).map(is_right).collect();
        if !right.contains(&true) {
            return Err(NoTask::OtherRows);
        }
        Ok(CheckedReport {
            report: self,
            windows: windows.to_vec(),
            right,
        })
    }

    /// Place of the window that a row belongs to; `None` for a row of another kind, such as a line of sums.
    fn window(&self, windows: &[WindowCount], record: &ReportRecord) -> Option<usize> {
        let place = RecordPlace::of(record, self.shape.level, self.shape.granularity)?;
        let Some((day, _)) = place.time else {
            return Some(0);
        };
        let index = windows.partition_point(|counted| counted.window.last() < day);
        let window = windows.get(index)?.window;
        window.contains(day).then_some(index)
    }
}

impl CheckedReport {
    /// Gives the rows of all windows that are right to `sink`. Returns the number of rows that came twice.
    pub(super) async fn read(&self, sink: &mut dyn RecordSink) -> Result<u64, Failure> {
        let Self {
            report,
            windows,
            right,
        } = self;
        let mut rows = TaskRows::open(report).map_err(|reason| lost(&reason))?;
        let (mut seen, mut repeated) = (SeenRecords::default(), 0_u64);
        while let Some(record) = rows.next().await.map_err(|reason| lost(&reason))? {
            let place = report.window(windows, &record);
            let place = place.filter(|place| right.get(*place) == Some(&true));
            let Some(counted) = place.and_then(|place| windows.get(place)) else {
                continue;
            };
            if seen.is_new(&record) {
                sink.take(counted.window, &record)?;
            } else {
                repeated = repeated.saturating_add(1);
            }
        }
        Ok(repeated)
    }

    /// Whether rows could not be counted against all pages, because TikTok left out objects there.
    pub(super) fn is_uncounted(&self) -> bool {
        let mut windows = self.windows.iter().zip(&self.right);
        windows.any(|(counted, is_right)| counted.is_cut && *is_right)
    }

    /// For each window, whether the file has its rows.
    pub(super) fn into_right(self) -> Vec<bool> {
        self.right
    }
}

/// Error of a file that was read once, and cannot be read again.
fn lost(reason: &NoTask) -> Failure {
    Failure::new(&own::NO_ROOM, &format!("(The report was stored, but {reason}.)"))
}

/// Rows of a file, which give way to other requests.
struct TaskRows<'a> {
    file: ReportFile<SourceReader<'a>>,
    count: u64,
}

impl<'a> TaskRows<'a> {
    fn open(report: &'a TaskReport) -> Result<Self, NoTask> {
        let (dimensions, metrics) = report.shape.columns();
        let file = ReportFile::open(report.file.reader(), dimensions, metrics);
        Ok(Self {
            file: file.map_err(NoTask::Unreadable)?,
            count: 0,
        })
    }

    /// Whether other requests have their turn after this row.
    const fn is_turn(&self) -> bool {
        self.count.is_multiple_of(TURN)
    }

    async fn next(&mut self) -> Result<Option<ReportRecord>, NoTask> {
        self.count = self.count.saturating_add(1);
        if self.is_turn() {
            tokio::task::yield_now().await;
        }
        self.file.next_record().map_err(NoTask::Unreadable)
    }
}
