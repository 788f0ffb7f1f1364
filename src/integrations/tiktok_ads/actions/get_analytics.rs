//! `GET /report/integrated/get/` (docs/tiktok-marketing-api.md#reports); permission Reporting.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    advertising::{Granularity, MetricChoice, NONE_CHOSEN, TopOrder},
    catalogue::own,
    integrations::{
        Action, Failure, Rows,
        tiktok_ads::{
            analytics::{
                AnalyticsGranularity, AnalyticsLevel, AnalyticsRow, AnalyticsSummary, ComparedPeriod,
                ReportPlan, RowLimit, range, run,
            },
            context::AdsContext,
            permissions,
        },
    },
    marketing_api::{AutomationType, MarketingApi, ReportCondition},
    model::{AdGroupId, AdId, CampaignId, FieldError},
};

/// Reads reports.
pub(in crate::integrations::tiktok_ads) struct GetAnalytics;

/// The report.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Objects of the rows: the ad account, campaigns, ad groups or ads
    #[schemars(extend("default" = "campaign"))]
    level: Option<AnalyticsLevel>,
    /// First day, in the ad account's time zone, as YYYY-MM-DD
    #[schemars(regex(pattern = DATE))]
    start_date: String,
    /// Last day, which is included. At most 3,650 days with granularity total, 1,096 with day, 92 with hour
    #[schemars(regex(pattern = DATE))]
    end_date: String,
    /// Rows of an object: one for the whole range, or one for each day or hour with activity
    #[schemars(extend("default" = "total"))]
    granularity: Option<AnalyticsGranularity>,
    /// Metrics, by these names or by any name of TikTok's: video_views (plays that started, without replays),
    /// engagement_rate (all clicks ÷ impressions × 100), click_through_rate (clicks to the destination ÷ impressions × 100),
    /// conversion_rate (conversions ÷ impressions × 100), cost_per_action (spend ÷ conversions), spend, impressions, clicks,
    /// conversion, reach, frequency, likes, comments, shares, and so on
    #[schemars(
        length(min = 1, max = METRICS_MAX),
        inner(regex(pattern = "^[a-z][a-z0-9_]{0,99}$")),
        extend("default" = NONE_CHOSEN)
    )]
    metrics: Option<Vec<String>>,
    /// Ids of campaigns; not at level account
    #[schemars(length(min = 1, max = MarketingApi::IDS_PER_FILTER))]
    campaign_ids: Option<Vec<CampaignId>>,
    /// Ids of ad groups; at level ad_group or ad only
    #[schemars(length(min = 1, max = MarketingApi::IDS_PER_FILTER))]
    adgroup_ids: Option<Vec<AdGroupId>>,
    /// Ids of ads, for a Smart+ ad those of its creatives; at level ad only
    #[schemars(length(min = 1, max = MarketingApi::IDS_PER_FILTER))]
    ad_ids: Option<Vec<AdId>>,
    /// Way in which the campaigns were created; not at level account
    campaign_automation_type: Option<AutomationType>,
    /// True to include deleted campaigns, ad groups or ads, whose spend is otherwise missing. At level account it is always
    /// included
    #[schemars(extend("default" = false))]
    include_deleted: Option<bool>,
    /// Adds the totals of the period of the same length before `start_date`, and the changes against them. Objects that are
    /// deleted now are in neither period without `include_deleted`
    compare_to: Option<ComparedPeriod>,
    /// Maximum number of rows in the result; totals always include all rows. Default 1,000, or 10 with `top_by`
    #[schemars(range(min = 0, max = ROWS_MAX))]
    max_rows: Option<u32>,
    /// Metric by which the rows with the largest values are returned, the largest first, at most 1,000. With granularity
    /// total, these are the top campaigns, ad groups or ads
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,99}$"))]
    top_by: Option<String>,
    /// Order of `top_by`: smallest returns the rows with the smallest values, the smallest first, such as the lowest cost per
    /// action. Rows without a value, and rates and prices whose divisor is 0, come last
    #[schemars(extend("default" = "largest"))]
    top_order: Option<TopOrder>,
}

const DATE: &str = r"^\d{4}-\d{2}-\d{2}$";
/// TikTok advises at most 100 metrics.
const METRICS_MAX: u32 = 90;
const ROWS_MAX: u32 = 1_000_000;
const DEFAULT_ROWS: u32 = 1_000;
const TOP_MAX: u32 = 1_000;
const DEFAULT_TOP: u32 = 10;

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// Totals, and what has to be known to read the rows
    summary: AnalyticsSummary,
    /// The rows
    rows: Rows<AnalyticsRow>,
}

impl Action for GetAnalytics {
    const NAME: &'static str = "get_analytics";
    const DISPLAY_NAME: &'static str = "Get Analytics";
    const DESCRIPTION: &'static str = "Report spend, views, clicks, conversions and any other metric of the ad account, its \
        campaigns, ad groups or ads for a range of days, with true totals and an optional comparison with the previous \
        period.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::REPORTING];
    const ROWS: Option<&'static str> = Some("rows");

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let is_compared = input.compare_to.is_some();
        let (plan, limit) = planned(input)?;
        let result = run(&context, plan, limit, is_compared).await?;
        Ok(Output {
            summary: result.summary,
            rows: result.rows,
        })
    }
}

/// Plan of the report and limit of its rows. Errors: `report_range_invalid`, `inputs_conflict`.
fn planned(input: Input) -> Result<(ReportPlan, RowLimit), Failure> {
    let level = input.level.unwrap_or(AnalyticsLevel::Campaign);
    let granularity = input.granularity.map_or(Granularity::Total, Granularity::from);
    let range = range(&input.start_date, &input.end_date, granularity)?;
    let mut names = input
        .metrics
        .unwrap_or_else(|| NONE_CHOSEN.map(str::to_owned).to_vec());
    if let Some(top_by) = &input.top_by
        && !names.contains(top_by)
    {
        names.push(top_by.clone());
    }
    let metrics = MetricChoice::of(&names);
    let rank = match (&input.top_by, input.top_order) {
        (Some(top_by), order) => Some((rank(&metrics, top_by)?, order.unwrap_or_default())),
        (None, None) => None,
        (None, Some(_)) => return Err(order_without_metric()),
    };
    let conditions = [
        ("campaign_ids", input.campaign_ids.as_deref().map(texts)),
        ("adgroup_ids", input.adgroup_ids.as_deref().map(texts)),
        ("ad_ids", input.ad_ids.as_deref().map(texts)),
        (
            "campaign_automation_type",
            input
                .campaign_automation_type
                .map(|way| vec![way.as_str().to_owned()]),
        ),
    ];
    let conditions: Vec<ReportCondition> = conditions
        .into_iter()
        .filter_map(|(field, values)| {
            Some(ReportCondition {
                field,
                values: values?,
            })
        })
        .collect();
    check_conditions(level, &conditions)?;
    let most = most_rows(input.max_rows, input.top_by.is_some())?;
    let plan = ReportPlan {
        level,
        granularity,
        range,
        metrics,
        conditions,
        includes_deleted: input.include_deleted.unwrap_or(false),
    };
    Ok((plan, RowLimit { most, rank }))
}

/// Ids as texts, each once.
fn texts<T: ToString>(ids: &[T]) -> Vec<String> {
    let distinct: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
    distinct.into_iter().collect()
}

/// Place of the metric by which rows are ranked.
fn rank(metrics: &MetricChoice, top_by: &str) -> Result<usize, Failure> {
    let mut shown = metrics.shown().iter();
    let place = shown.position(|metric| metric.shown == top_by && !metric.nature.is_description());
    place.ok_or_else(|| {
        conflict(
            "top_by",
            format!("{top_by}, which describes an object"),
            "a metric that is a count, an amount or a rate".into(),
            "choose such a metric, for example spend".into(),
        )
    })
}

fn order_without_metric() -> Failure {
    conflict(
        "top_order",
        "an order without top_by".into(),
        "top_order together with top_by only".into(),
        "set top_by to the metric by which rows are chosen, or leave out top_order".into(),
    )
}

/// Refuses filters on objects below the level of the rows.
fn check_conditions(level: AnalyticsLevel, conditions: &[ReportCondition]) -> Result<(), Failure> {
    let misplaced = conditions.iter().find(|condition| match condition.field {
        "ad_ids" => level != AnalyticsLevel::Ad,
        "adgroup_ids" => !matches!(level, AnalyticsLevel::Ad | AnalyticsLevel::AdGroup),
        _ => level == AnalyticsLevel::Account,
    });
    match misplaced {
        None => Ok(()),
        Some(condition) => Err(conflict(
            condition.field,
            "a filter on objects below the level of the rows".into(),
            "filters on objects of the level and above it".into(),
            format!(
                "leave out {} or set a lower level; the summary has the totals of all rows",
                condition.field
            ),
        )),
    }
}

fn most_rows(max_rows: Option<u32>, is_ranked: bool) -> Result<usize, Failure> {
    let default = if is_ranked { DEFAULT_TOP } else { DEFAULT_ROWS };
    let most = max_rows.unwrap_or(default);
    if is_ranked && !(1..=TOP_MAX).contains(&most) {
        return Err(conflict(
            "max_rows",
            format!("{most}, with top_by"),
            format!("1 to {TOP_MAX} with top_by"),
            "choose such a number, or leave out top_by".into(),
        ));
    }
    Ok(usize::try_from(most).unwrap_or(usize::MAX))
}

fn conflict(field: &'static str, got: String, allowed: String, fix: String) -> Failure {
    let finding = FieldError {
        field: field.into(),
        got,
        allowed,
        fix,
    };
    Failure::of_fields(&own::INPUTS_CONFLICT, vec![finding])
}
