//! Asynchronous report in place of many pages: made by TikTok and downloaded as a file
//! (docs/tiktok-marketing-api.md#asynchronous-reports).

use std::time::Duration;

use super::{
    plan::ReportShape,
    task_fault::{FILE_MAX, NoTask},
    task_file::TaskReport,
};
use crate::{
    advertising::DayRange,
    clock::Deadline,
    integrations::{FileDownloads, tiktok_ads::context::AdsContext},
    marketing_api::{ReportFileUrl, ReportTaskStatus},
    media::{RelayError, RelayedFile, Source},
    model::Word,
};

/// First waits between the questions whether the report is made.
const WAITS: [Duration; 3] = [
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
];

/// Further waits.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Attempts to download the file, each with a new URL.
const DOWNLOADS: u32 = 2;

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
