//! Plan of a report: level, range, metrics and conditions, as they are sent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    advertising::{AccountDay, DayRange, Granularity, MetricChoice},
    catalogue::own,
    integrations::Failure,
    marketing_api::{PageRequest, ReportCall, ReportCondition},
    model::FieldError,
};

// No doc comments on the variants: they would split the schema's list of words.
/// Level of the rows of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(in crate::integrations::tiktok_ads) enum AnalyticsLevel {
    Account,
    Campaign,
    AdGroup,
    Ad,
}

/// Division of a range into rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(in crate::integrations::tiktok_ads) enum AnalyticsGranularity {
    Total,
    Day,
    Hour,
}

/// Period with which a report is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(in crate::integrations::tiktok_ads) enum ComparedPeriod {
    PreviousPeriod,
}

impl AnalyticsLevel {
    /// TikTok's `data_level`.
    pub(super) const fn data_level(self) -> &'static str {
        match self {
            Self::Account => "AUCTION_ADVERTISER",
            Self::Campaign => "AUCTION_CAMPAIGN",
            Self::AdGroup => "AUCTION_ADGROUP",
            Self::Ad => "AUCTION_AD",
        }
    }

    /// Dimension with the id of a row's object.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Account => "advertiser_id",
            Self::Campaign => "campaign_id",
            Self::AdGroup => "adgroup_id",
            Self::Ad => "ad_id",
        }
    }

    /// Attributes that name a row's object and its parents. TikTok has them as metrics only
    /// (docs/tiktok-marketing-api.md#reports).
    pub(super) const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Account => &[],
            Self::Campaign => &["campaign_name"],
            Self::AdGroup => &["campaign_id", "campaign_name", "adgroup_name"],
            Self::Ad => &[
                "campaign_id",
                "campaign_name",
                "adgroup_id",
                "adgroup_name",
                "ad_name",
            ],
        }
    }

    /// Filter that decides whether deleted objects of the level are included.
    const fn status(self) -> Option<&'static str> {
        match self {
            Self::Account => None,
            Self::Campaign => Some("campaign_status"),
            Self::AdGroup => Some("adgroup_status"),
            Self::Ad => Some("ad_status"),
        }
    }
}

impl From<AnalyticsGranularity> for Granularity {
    fn from(granularity: AnalyticsGranularity) -> Self {
        match granularity {
            AnalyticsGranularity::Total => Self::Total,
            AnalyticsGranularity::Day => Self::Day,
            AnalyticsGranularity::Hour => Self::Hour,
        }
    }
}

/// Report of a request.
#[derive(Debug, Clone)]
pub(in crate::integrations::tiktok_ads) struct ReportPlan {
    /// Level of the rows.
    pub(in crate::integrations::tiktok_ads) level: AnalyticsLevel,
    /// Division into rows.
    pub(in crate::integrations::tiktok_ads) granularity: Granularity,
    /// Days, in the account's time zone.
    pub(in crate::integrations::tiktok_ads) range: DayRange,
    /// Metrics.
    pub(in crate::integrations::tiktok_ads) metrics: MetricChoice,
    /// Conditions of the request, without that on deleted objects.
    pub(in crate::integrations::tiktok_ads) conditions: Vec<ReportCondition>,
    /// Whether deleted objects are included.
    pub(in crate::integrations::tiktok_ads) includes_deleted: bool,
}

/// Report whose pages are read: a plan, or a part of one.
#[derive(Debug, Clone)]
pub(super) struct ReportShape {
    pub(super) level: AnalyticsLevel,
    pub(super) granularity: Granularity,
    pub(super) metrics: Vec<String>,
    pub(super) conditions: Vec<ReportCondition>,
    dimensions: Vec<&'static str>,
}

impl ReportPlan {
    /// The report's rows, with the names of their objects and all metrics.
    pub(super) fn shape(&self) -> ReportShape {
        let names = self.level.names();
        let mut metrics: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let further = self.metrics.asked().iter();
        metrics.extend(further.filter(|name| !names.contains(&name.as_str())).cloned());
        self.shaped(self.granularity, metrics)
    }

    /// The numbers of all objects in a whole range, without metrics in `refused`.
    pub(super) fn sums(&self, refused: &[String]) -> ReportShape {
        let metrics = self.metrics.asked().iter();
        let metrics = metrics.filter(|name| !refused.contains(name));
        self.shaped(Granularity::Total, metrics.cloned().collect())
    }

    fn shaped(&self, granularity: Granularity, metrics: Vec<String>) -> ReportShape {
        let mut conditions = self.conditions.clone();
        if self.includes_deleted {
            conditions.extend(self.level.status().map(with_deleted));
        }
        ReportShape::new(self.level, granularity, metrics, conditions)
    }

    /// Ids of a condition; empty without it.
    pub(super) fn ids(&self, field: &str) -> &[String] {
        let condition = self.conditions.iter().find(|condition| condition.field == field);
        condition.map_or(&[], |condition| &condition.values)
    }
}

/// Condition that includes deleted objects.
fn with_deleted(field: &'static str) -> ReportCondition {
    ReportCondition {
        field,
        values: vec!["STATUS_ALL".to_owned()],
    }
}

impl ReportShape {
    pub(super) fn new(
        level: AnalyticsLevel,
        granularity: Granularity,
        metrics: Vec<String>,
        conditions: Vec<ReportCondition>,
    ) -> Self {
        Self {
            level,
            granularity,
            metrics,
            conditions,
            dimensions: [level.id()].into_iter().chain(granularity.dimension()).collect(),
        }
    }

    /// The report of one object, or of the whole account, with deleted ones.
    pub(super) fn whole(
        level: AnalyticsLevel,
        metrics: Vec<String>,
        mut conditions: Vec<ReportCondition>,
    ) -> Self {
        conditions.extend(level.status().map(with_deleted));
        Self::new(level, Granularity::Total, metrics, conditions)
    }

    pub(super) fn call(&self, window: DayRange) -> ReportCall<'_> {
        self.call_with(window, &self.conditions)
    }

    /// Call with other conditions.
    pub(super) fn call_with<'a>(
        &'a self,
        window: DayRange,
        conditions: &'a [ReportCondition],
    ) -> ReportCall<'a> {
        ReportCall {
            data_level: self.level.data_level(),
            dimensions: &self.dimensions,
            metrics: &self.metrics,
            start_date: window.first().to_string(),
            end_date: window.last().to_string(),
            conditions,
        }
    }

    /// Conditions of an asynchronous report with the same rows; `None` if it cannot have them. It has no filter by status,
    /// and TikTok does not say whether deleted objects are in it, so its rows are counted.
    pub(super) fn task_conditions(&self) -> Option<Vec<ReportCondition>> {
        let status = self.level.status();
        let wanted = self.conditions.iter();
        let wanted = wanted.filter(|condition| Some(condition.field) != status);
        wanted
            .map(|condition| condition.fits_task().then(|| condition.clone()))
            .collect()
    }

    /// Dimensions and metrics.
    pub(super) fn columns(&self) -> (&[&'static str], &[String]) {
        (&self.dimensions, &self.metrics)
    }

    /// First page of a window.
    pub(super) fn first_page(&self) -> PageRequest {
        PageRequest {
            page: 1,
            size: self.page_size(),
        }
    }

    /// Number of pages of a window with this number of rows, at least one.
    pub(super) fn pages(&self, rows: Option<u64>) -> u64 {
        rows.unwrap_or(0).div_ceil(self.page_size().into()).max(1)
    }

    /// Rows in a page: TikTok's maximum, or fewer if they are long, so that a page takes about a megabyte.
    pub(super) fn page_size(&self) -> u32 {
        let columns = u32::try_from(self.metrics.len()).unwrap_or(u32::MAX);
        let row = columns.saturating_mul(40).saturating_add(160);
        (1_000_000 / row).clamp(20, 1_000)
    }
}

/// Reads the dates of a request. Errors: `report_range_invalid`.
pub(in crate::integrations::tiktok_ads) fn range(
    start_date: &str,
    end_date: &str,
    granularity: Granularity,
) -> Result<DayRange, Failure> {
    let (first, last) = (day("start_date", start_date), day("end_date", end_date));
    let (first, last) = match (first, last) {
        (Ok(first), Ok(last)) => (first, last),
        (first, last) => {
            return Err(invalid(first.err().into_iter().chain(last.err()).collect()));
        }
    };
    let range = DayRange::new(first, last).ok_or_else(|| {
        invalid(vec![FieldError {
            field: "end_date".into(),
            got: format!("{last}, which is before start_date"),
            allowed: format!("{first} or a later day"),
            fix: "swap the dates".into(),
        }])
    })?;
    let longest = granularity.longest();
    if range.days() <= longest {
        return Ok(range);
    }
    Err(invalid(vec![FieldError {
        field: "end_date".into(),
        got: format!("{last}, which makes {} days", range.days()),
        allowed: format!("at most {longest} days with this granularity"),
        fix: "shorten the range, split it into several requests, or choose a coarser granularity".into(),
    }]))
}

fn day(field: &'static str, text: &str) -> Result<AccountDay, FieldError> {
    AccountDay::parse(text).ok_or_else(|| FieldError {
        field: field.into(),
        got: format!("{text:?}"),
        allowed: "a day of the calendar as YYYY-MM-DD".into(),
        fix: "correct the date".into(),
    })
}

fn invalid(details: Vec<FieldError>) -> Failure {
    Failure::of_fields(&own::REPORT_RANGE_INVALID, details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(start: &str, end: &str, granularity: Granularity) -> Option<String> {
        range(start, end, granularity)
            .err()
            .map(|failure| failure.message)
    }

    #[test]
    fn a_range_has_existing_days_in_order_and_a_bound() {
        assert_eq!(code("2026-01-01", "2026-01-01", Granularity::Hour), None);
        assert_eq!(code("2024-01-01", "2026-12-31", Granularity::Day), None);
        for (start, end, granularity, part) in [
            ("2026-02-30", "2026-13-01", Granularity::Day, "start_date"),
            ("2026-01-02", "2026-01-01", Granularity::Day, "before start_date"),
            ("2026-01-01", "2026-04-03", Granularity::Hour, "93 days"),
            ("2023-01-01", "2026-12-31", Granularity::Day, "1461 days"),
        ] {
            let message = code(start, end, granularity).unwrap();
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn pages_of_many_metrics_are_shorter() {
        let size = |metrics: usize| {
            let metrics = vec!["m".to_owned(); metrics];
            ReportShape::new(AnalyticsLevel::Ad, Granularity::Day, metrics, Vec::new()).page_size()
        };
        assert_eq!(size(17), 1_000);
        assert!((200..300).contains(&size(100)), "{}", size(100));
        assert_eq!(size(100_000), 20);
    }
}
