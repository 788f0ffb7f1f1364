//! `GET /report/integrated/get/` (docs/tiktok-marketing-api.md#reports).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    ApiData, MarketingApi, MarketingEndpoint, MarketingError, PageRequest, page::PageInfo, query::Query,
    wire::list,
};
use crate::model::Word;

/// Basic report of an ad account.
#[derive(Debug, Clone)]
pub struct ReportCall<'a> {
    /// Level, such as `AUCTION_AD`.
    pub data_level: &'static str,
    /// Dimensions: an id, and perhaps a time.
    pub dimensions: &'a [&'static str],
    /// Names of metrics.
    pub metrics: &'a [String],
    /// First day, in the account's time zone, as YYYY-MM-DD.
    pub start_date: String,
    /// Last day.
    pub end_date: String,
    /// Conditions, which hold together.
    pub conditions: &'a [ReportCondition],
}

/// Condition of a report: a field has one of these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportCondition {
    /// Name of the filter, such as `campaign_ids`.
    pub field: &'static str,
    /// Values.
    pub values: Vec<String>,
}

/// Page of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportPage {
    /// Rows.
    pub records: Vec<ReportRecord>,
    /// Number of rows in all pages; `None` if TikTok does not say.
    pub total: Option<u64>,
    /// Whether no page follows.
    pub is_last: bool,
    /// Whether TikTok left out objects because there are too many.
    pub is_cut: bool,
    /// Whether metrics of unique users are not available for now.
    pub lacks_users: bool,
}

/// Row of a report: texts by the names of dimensions and metrics. A value that TikTok left out is absent or `None`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReportRecord {
    /// Dimensions.
    #[serde(default)]
    pub dimensions: BTreeMap<String, Option<Word>>,
    /// Metrics.
    #[serde(default)]
    pub metrics: BTreeMap<String, Option<Word>>,
}

#[derive(Deserialize)]
struct RawReport {
    #[serde(deserialize_with = "list")]
    list: Vec<ReportRecord>,
    page_info: PageInfo,
    #[serde(default)]
    extra_info: Value,
}

/// Condition as it is sent: the value is JSON within a text.
#[derive(Serialize)]
pub(super) struct SentCondition {
    field_name: &'static str,
    filter_type: &'static str,
    filter_value: String,
}

impl ReportCondition {
    pub(super) fn sent(&self) -> serde_json::Result<SentCondition> {
        Ok(SentCondition {
            field_name: self.field,
            filter_type: "IN",
            filter_value: serde_json::to_string(&self.values)?,
        })
    }
}

impl ReportRecord {
    /// Text of a dimension.
    pub fn dimension(&self, name: &str) -> Option<&str> {
        self.dimensions.get(name)?.as_ref().map(Word::as_str)
    }

    /// Text of a metric.
    pub fn metric(&self, name: &str) -> Option<&str> {
        self.metrics.get(name)?.as_ref().map(Word::as_str)
    }
}

impl ReportPage {
    fn of(answer: ApiData<RawReport>) -> Self {
        let ApiData { data, is_cut, .. } = answer;
        let says = |name: &str| data.extra_info.get(name).is_some_and(is_true);
        Self {
            total: data.page_info.total(),
            is_last: data.page_info.is_last(),
            is_cut: is_cut || says("search_ads_throttle"),
            lacks_users: says("uv_invalid"),
            records: data.list,
        }
    }
}

/// Whether a mark is set. Its form is not documented.
fn is_true(mark: &Value) -> bool {
    match mark {
        Value::Null => false,
        Value::Bool(is_set) => *is_set,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.to_ascii_lowercase().as_str(), "" | "0" | "false"),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !Map::is_empty(members),
    }
}

impl ReportCall<'_> {
    fn query(&self, query: Query, page: PageRequest) -> serde_json::Result<Query> {
        let query = query
            .plain("report_type", "BASIC")
            .plain("data_level", self.data_level)
            .plain("start_date", &self.start_date)
            .plain("end_date", &self.end_date)
            .json("dimensions", &self.dimensions)?
            .json("metrics", &self.metrics)?;
        let query = page.add_to(query);
        if self.conditions.is_empty() {
            return Ok(query);
        }
        let sent = self.conditions.iter().map(ReportCondition::sent);
        query.json("filtering", &sent.collect::<serde_json::Result<Vec<_>>>()?)
    }
}

impl MarketingApi {
    /// Reads a page of a report.
    pub async fn report(
        &self,
        report: &ReportCall<'_>,
        page: PageRequest,
    ) -> Result<ReportPage, MarketingError> {
        let query = report.query(self.query(), page);
        let answer = self
            .get_answer(MarketingEndpoint::REPORT_INTEGRATED_GET, query)
            .await?;
        Ok(ReportPage::of(answer))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use url::Url;

    use super::*;

    /// The example of TikTok's page: ids are encoded twice.
    #[test]
    fn filters_are_json_within_json() {
        let report = ReportCall {
            data_level: "AUCTION_CAMPAIGN",
            dimensions: &["campaign_id", "stat_time_day"],
            metrics: &["spend".to_owned()],
            start_date: "2026-01-01".into(),
            end_date: "2026-01-30".into(),
            conditions: &[ReportCondition {
                field: "campaign_ids",
                values: vec!["1".into(), "2".into()],
            }],
        };
        let query = report.query(Query::default(), PageRequest { page: 1, size: 1_000 });
        let mut url = Url::parse("http://127.0.0.1/").unwrap();
        query.unwrap().write_to(&mut url);
        let pairs: BTreeMap<_, _> = url.query_pairs().collect();
        assert_eq!(
            pairs["filtering"],
            r#"[{"field_name":"campaign_ids","filter_type":"IN","filter_value":"[\"1\",\"2\"]"}]"#
        );
        assert_eq!(pairs["dimensions"], r#"["campaign_id","stat_time_day"]"#);
    }

    #[test]
    fn marks_are_read_in_any_form() {
        for (mark, is_set) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(1), true),
            (json!({ "campaigns": 1 }), true),
            (json!(false), false),
            (json!("0"), false),
            (json!(0), false),
            (json!(null), false),
            (json!({}), false),
        ] {
            assert_eq!(is_true(&mark), is_set, "{mark}");
        }
    }

    #[test]
    fn ids_and_values_are_read_from_numbers_and_texts() {
        let record: ReportRecord = serde_json::from_value(json!({
            "dimensions": { "ad_id": 1_678_604_629_756_978_u64, "stat_time_day": "2026-10-17 00:00:00" },
            "metrics": { "spend": 76.73, "clicks": "116.0", "is_aco": false, "reach": null },
        }))
        .unwrap();
        assert_eq!(record.dimension("ad_id"), Some("1678604629756978"));
        assert_eq!(record.metric("spend"), Some("76.73"));
        assert_eq!(record.metric("is_aco"), Some("false"));
        assert_eq!((record.metric("reach"), record.metric("none")), (None, None));
    }
}
