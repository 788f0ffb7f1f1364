//! Asynchronous reports: `POST /report/task/create/`, `GET /report/task/check/`, `GET /report/task/download/` and
//! `POST /report/task/cancel/` (docs/tiktok-marketing-api.md#asynchronous-reports).

use std::fmt;

use serde::{Deserialize, Deserializer, de::Error as _};
use url::Url;

use super::{
    ApiData, MarketingApi, MarketingEndpoint, MarketingError, Members, ReportCall, ReportCondition,
    WriteBody, write::with,
};
use crate::model::Word;

/// Asynchronous report that is to be made, as a CSV file with TikTok's names in its first line.
#[derive(Debug, Clone)]
pub struct ReportTaskCreate<'a>(pub ReportCall<'a>);

/// Asynchronous report that is begun.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StartedReport {
    /// Id of the task.
    pub task_id: Word,
}

/// State of an asynchronous report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportTaskStatus {
    /// It waits or is made. Unknown words count as this one.
    Pending,
    /// Its file can be downloaded.
    Success,
    /// TikTok could not make it, or it was cancelled.
    Failed,
}

/// URL of the file of an asynchronous report. It holds a signature and is valid for an hour.
#[derive(Clone, PartialEq, Eq)]
pub struct ReportFileUrl(Url);

#[derive(Deserialize)]
struct CheckedTask {
    status: Word,
}

#[derive(Deserialize)]
struct FinishedTask {
    download_url: ReportFileUrl,
}

struct ReportTaskCancel<'a>(&'a str);

/// Filters of asynchronous reports. Others are refused.
const FILTERS: [&str; 3] = ["campaign_ids", "adgroup_ids", "ad_ids"];

impl ReportCondition {
    /// Whether asynchronous reports have the filter.
    pub fn fits_task(&self) -> bool {
        FILTERS.contains(&self.field)
    }
}

impl WriteBody for ReportTaskCreate<'_> {
    type Answer = StartedReport;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::REPORT_TASK_CREATE
    }

    fn members(&self) -> serde_json::Result<Members> {
        let report = &self.0;
        let members = with(Members::new(), "report_type", &"BASIC")?;
        let members = with(members, "data_level", &report.data_level)?;
        let members = with(members, "dimensions", &report.dimensions)?;
        let members = with(members, "metrics", &report.metrics)?;
        let members = with(members, "start_date", &report.start_date)?;
        let members = with(members, "end_date", &report.end_date)?;
        let members = with(members, "output_format", &"CSV_DOWNLOAD")?;
        let members = with(members, "enable_report_title_translation", &false)?;
        if report.conditions.is_empty() {
            return Ok(members);
        }
        let sent = report.conditions.iter().map(ReportCondition::sent);
        with(
            members,
            "filtering",
            &sent.collect::<serde_json::Result<Vec<_>>>()?,
        )
    }
}

impl WriteBody for ReportTaskCancel<'_> {
    type Answer = serde::de::IgnoredAny;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::REPORT_TASK_CANCEL
    }

    fn members(&self) -> serde_json::Result<Members> {
        with(Members::new(), "task_id", &self.0)
    }
}

impl ReportFileUrl {
    /// The URL.
    pub const fn url(&self) -> &Url {
        &self.0
    }
}

/// Names the host only.
impl fmt::Debug for ReportFileUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReportFileUrl({})", self.0.host_str().unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for ReportFileUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // The parser's message could quote the URL.
        let url = Url::parse(&text).map_err(|_fault| D::Error::custom("is not a URL"))?;
        Ok(Self(url))
    }
}

/// States without a file.
const ENDED: [&str; 2] = ["FAILED", "CANCELED"];

/// Code of a task that is not ready.
const NOT_READY: &str = "40201";

/// Turns the refusal of a task that is not ready into `None`.
fn unless_pending<T>(answer: Result<T, MarketingError>) -> Result<Option<T>, MarketingError> {
    match answer {
        Err(MarketingError::Refused(refusal)) if refusal.code == NOT_READY => Ok(None),
        answer => answer.map(Some),
    }
}

impl MarketingApi {
    /// Begins an asynchronous report, and returns the id of its task.
    pub async fn create_report_task(&self, report: ReportCall<'_>) -> Result<Word, MarketingError> {
        let answer: ApiData<StartedReport> = self.write(&ReportTaskCreate(report), None).await?;
        Ok(answer.data.task_id)
    }

    /// Reads the state of an asynchronous report.
    pub async fn report_task_status(&self, task_id: &Word) -> Result<ReportTaskStatus, MarketingError> {
        let query = self.query().plain("task_id", task_id.as_str());
        let task: Result<CheckedTask, _> = self.get(MarketingEndpoint::REPORT_TASK_CHECK, Ok(query)).await;
        Ok(match unless_pending(task)? {
            Some(task) if task.status.as_str() == "SUCCESS" => ReportTaskStatus::Success,
            Some(task) if ENDED.contains(&task.status.as_str()) => ReportTaskStatus::Failed,
            Some(_) | None => ReportTaskStatus::Pending,
        })
    }

    /// Asks for a new URL of the file of an asynchronous report; `None` if the file is not ready yet.
    pub async fn report_task_file(&self, task_id: &Word) -> Result<Option<ReportFileUrl>, MarketingError> {
        let query = self.query().plain("task_id", task_id.as_str());
        let endpoint = MarketingEndpoint::REPORT_TASK_DOWNLOAD;
        let task: Result<FinishedTask, _> = self.get(endpoint, Ok(query)).await;
        Ok(unless_pending(task)?.map(|task| task.download_url))
    }

    /// Cancels an asynchronous report.
    pub async fn cancel_report_task(&self, task_id: &Word) -> Result<(), MarketingError> {
        self.write(&ReportTaskCancel(task_id.as_str()), None).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::marketing_api::write::plan_of;

    #[test]
    fn a_task_is_a_csv_file_with_untranslated_names() {
        let metrics = ["spend".to_owned()];
        let conditions = [ReportCondition {
            field: "ad_ids",
            values: vec!["1".into(), "2".into()],
        }];
        let create = ReportTaskCreate(ReportCall {
            data_level: "AUCTION_AD",
            dimensions: &["ad_id", "stat_time_day"],
            metrics: &metrics,
            start_date: "2025-01-01".into(),
            end_date: "2026-10-31".into(),
            conditions: &conditions,
        });
        assert_eq!(
            plan_of(&create),
            json!({ "method": "POST", "path": "/open_api/v1.3/report/task/create/", "body": {
                "advertiser_id": "7", "report_type": "BASIC", "data_level": "AUCTION_AD",
                "dimensions": ["ad_id", "stat_time_day"], "metrics": ["spend"],
                "start_date": "2025-01-01", "end_date": "2026-10-31",
                "output_format": "CSV_DOWNLOAD", "enable_report_title_translation": false,
                "filtering": [{ "field_name": "ad_ids", "filter_type": "IN", "filter_value": "[\"1\",\"2\"]" }],
            } })
        );
    }

    #[test]
    fn the_url_of_a_file_is_not_shown() {
        let url = "https://ads.tiktok.com/object/a?expire=1&sign=secret";
        let task: FinishedTask =
            serde_json::from_value(json!({ "download_url": url, "file_name": "a.csv" })).unwrap();
        assert_eq!(
            format!("{:?}", task.download_url),
            "ReportFileUrl(ads.tiktok.com)"
        );
        let wrong = serde_json::from_value::<FinishedTask>(json!({ "download_url": "secret" }));
        assert!(!wrong.err().unwrap().to_string().contains("secret"));
    }
}
