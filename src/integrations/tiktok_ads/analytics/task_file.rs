//! File of an asynchronous report: checked against the pages, and read like them.

use super::{
    counts::{WindowCount, is_recent},
    plan::ReportShape,
    row::RecordPlace,
    sink::{RecordSink, SeenRecords},
    task_fault::NoTask,
};
use crate::{
    advertising::is_readable,
    catalogue::own,
    clock::Deadline,
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::{ReportFile, ReportRecord},
    media::{Source, SourceReader},
    model::Word,
};

/// Rows after which other requests have their turn.
const TURN: u64 = 1_000;

/// File of an asynchronous report.
#[derive(Debug)]
pub(super) struct TaskReport {
    pub(super) file: Source,
    pub(super) shape: ReportShape,
}

/// Report whose rows were compared with the pages.
#[derive(Debug)]
pub(super) struct CheckedReport {
    report: TaskReport,
    windows: Vec<WindowCount>,
    /// For each window, whether the file has as many rows as its pages.
    right: Vec<bool>,
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
