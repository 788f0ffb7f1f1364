//! Rows of results.

use schemars::JsonSchema;
use serde::Serialize;

use super::plan::AnalyticsLevel;
use crate::{
    advertising::{AccountDay, Granularity, MetricValues, row_time},
    marketing_api::ReportRecord,
};

/// Numbers of an object, in the whole range or in a day or hour of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::integrations::tiktok_ads) struct AnalyticsRow {
    /// Day, in the ad account's time zone, as YYYY-MM-DD; with granularity day or hour
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date: Option<String>,
    /// Hour of the day, from 0 to 23; with granularity hour
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hour: Option<u32>,
    /// Id of the ad account, at level account
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advertiser_id: Option<String>,
    /// Id of the campaign
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) campaign_id: Option<String>,
    /// Name of the campaign
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) campaign_name: Option<String>,
    /// Id of the ad group
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) adgroup_id: Option<String>,
    /// Name of the ad group
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) adgroup_name: Option<String>,
    /// Id of the ad; for a Smart+ ad that of the creative
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ad_id: Option<String>,
    /// Name of the ad
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ad_name: Option<String>,
    /// Values by the names of the metrics in the request: counts, amounts and percentages as numbers, attributes as text,
    /// null where TikTok has no value, and TikTok's text where it is not a number, such as <5
    pub(super) metrics: MetricValues,
}

/// Object and time of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecordPlace {
    /// Id of the object.
    pub(super) id: String,
    /// Day and hour; `None` without a dimension of time.
    pub(super) time: Option<(AccountDay, u32)>,
}

impl RecordPlace {
    /// Place of a record; `None` if a dimension is missing or unreadable, as in a line of sums.
    pub(super) fn of(record: &ReportRecord, level: AnalyticsLevel, granularity: Granularity) -> Option<Self> {
        let time = match granularity.dimension() {
            Some(name) => Some(row_time(record.dimension(name)?)?),
            None => None,
        };
        let id = record.dimension(level.id())?;
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        is_id.then(|| Self {
            id: id.to_owned(),
            time,
        })
    }
}

impl AnalyticsRow {
    /// Row without values. At the level of the object, its id comes from the dimension, those of its parents from metrics.
    pub(super) fn of(
        record: &ReportRecord,
        place: &RecordPlace,
        level: AnalyticsLevel,
        granularity: Granularity,
    ) -> Self {
        let is_hourly = granularity == Granularity::Hour;
        let id = |at: AnalyticsLevel| (at == level).then(|| place.id.clone());
        let name = |name: &str| {
            let is_of_level = level.names().contains(&name);
            let text = record.metric(name).filter(|_| is_of_level);
            text.filter(|text| !matches!(*text, "" | "-")).map(str::to_owned)
        };
        Self {
            date: place.time.map(|(day, _)| day.to_string()),
            hour: place.time.map(|(_, hour)| hour).filter(|_| is_hourly),
            advertiser_id: id(AnalyticsLevel::Account),
            campaign_id: id(AnalyticsLevel::Campaign).or_else(|| name("campaign_id")),
            campaign_name: name("campaign_name"),
            adgroup_id: id(AnalyticsLevel::AdGroup).or_else(|| name("adgroup_id")),
            adgroup_name: name("adgroup_name"),
            ad_id: id(AnalyticsLevel::Ad),
            ad_name: name("ad_name"),
            metrics: MetricValues::default(),
        }
    }
}
