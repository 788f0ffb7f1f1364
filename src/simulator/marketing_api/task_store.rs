//! Asynchronous reports as they are stored.

use std::{collections::BTreeMap, time::Duration};

/// Asynchronous reports by id.
#[derive(Debug, Default)]
pub(super) struct ReportTasks(pub(super) BTreeMap<String, ReportTask>);

/// An asynchronous report.
#[derive(Debug)]
pub(super) struct ReportTask {
    /// Token that made it, which alone can use it.
    pub(super) token: String,
    pub(super) advertiser_id: String,
    pub(super) format: TaskFormat,
    pub(super) file_name: String,
    pub(super) created: Duration,
    pub(super) ready: Duration,
    pub(super) is_cancelled: bool,
    pub(super) fails: bool,
    pub(super) csv: String,
}

/// Format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskFormat {
    CsvString,
    CsvDownload,
}

impl ReportTask {
    pub(super) fn status(&self, now: Duration) -> &'static str {
        let half = self
            .created
            .saturating_add(self.ready.saturating_sub(self.created) / 2);
        if self.is_cancelled {
            "CANCELED"
        } else if now < half {
            "QUEUING"
        } else if now < self.ready {
            "PROCESSING"
        } else if self.fails {
            "FAILED"
        } else {
            "SUCCESS"
        }
    }
}
