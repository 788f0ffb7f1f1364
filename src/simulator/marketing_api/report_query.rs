//! A report as it is asked for: level, dimensions, metrics and range, checked by the documented rules
//! (docs/tiktok-marketing-api.md#reports).

use std::sync::Arc;

use serde_json::Value;

use super::{
    account::SimulatedAdvertiser,
    entity::EntityLevel,
    refusal::{ADVERTISER_UNKNOWN, AdsRefusal, NO_PERMISSION, SANDBOX_UNSUPPORTED},
    report_audiences::AUDIENCES,
    report_filters::{self, ReportFilter},
    report_kinds::{self, MetricKind},
    request::AdsRequest,
    utc,
    world::AdsWorld,
};

/// A checked report.
#[derive(Debug)]
pub(super) struct ReportQuery {
    pub(super) accounts: Vec<Arc<SimulatedAdvertiser>>,
    /// Whether it is over `advertiser_ids`: amounts without decimals.
    pub(super) is_multiple: bool,
    pub(super) zone: DayZone,
    /// Level of the objects; `None` for the account.
    pub(super) level: Option<EntityLevel>,
    /// Dimension of the objects.
    pub(super) id: Option<&'static str>,
    pub(super) time: Option<ReportTime>,
    /// Dimensions that divide the audience.
    pub(super) audiences: Vec<&'static str>,
    /// Dimensions in the order of the request.
    pub(super) dimensions: Vec<String>,
    pub(super) metrics: Vec<(String, MetricKind)>,
    /// First and last day since the epoch; `None` for the whole life.
    pub(super) days: Option<(u64, u64)>,
    pub(super) filters: Vec<ReportFilter>,
    /// Metric that sorts the rows, and whether the largest comes first.
    pub(super) order: Option<(MetricKind, bool)>,
    pub(super) has_totals: bool,
    pub(super) is_task: bool,
}

/// Days of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayZone {
    /// Days of the account's time zone.
    Account,
    Utc,
}

/// Dimension of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReportTime {
    Day,
    Hour,
}

/// Dimensions of objects, with their levels.
const IDS: [(&str, Option<EntityLevel>); 5] = [
    ("advertiser_id", None),
    ("campaign_id", Some(EntityLevel::Campaign)),
    ("adgroup_id", Some(EntityLevel::Adgroup)),
    ("ad_id", Some(EntityLevel::Ad)),
    ("ad_id_v2", Some(EntityLevel::Ad)),
];

impl ReportQuery {
    /// Reads and checks the parameters.
    pub(super) fn read(
        world: &AdsWorld,
        request: &AdsRequest<'_>,
        is_task: bool,
    ) -> Result<Self, AdsRefusal> {
        let level = level(request.text("data_level"));
        let dimensions = request.texts("dimensions");
        let is_audience = request.text("report_type") == "AUDIENCE";
        let id = id_of(&dimensions, level)?;
        let audiences = audiences_of(&dimensions);
        check_dimensions(&dimensions, is_audience)?;
        let items = request.params.get("filtering").and_then(Value::as_array);
        let query = Self {
            accounts: accounts(world, request)?,
            is_multiple: !request.texts("advertiser_ids").is_empty(),
            zone: if request.flag("multi_adv_report_in_utc_time") == Some(true) {
                DayZone::Utc
            } else {
                DayZone::Account
            },
            level,
            id,
            time: time_of(&dimensions)?,
            audiences,
            metrics: metrics(request, id, level, is_audience)?,
            days: None,
            filters: report_filters::read(items.map_or(&[], Vec::as_slice), level, is_task)?,
            order: order(request)?,
            has_totals: request.flag("enable_total_metrics") == Some(true),
            dimensions,
            is_task,
        };
        query.check_combinations(is_audience)?;
        let days = query.days(request, is_audience)?;
        let query = Self { days, ..query };
        query.check_daily()?;
        Ok(query)
    }

    pub(super) fn by_country(&self) -> bool {
        self.dimensions.iter().any(|name| name == "country_code")
    }

    fn is_by_audience(&self) -> bool {
        self.by_country() || !self.audiences.is_empty()
    }

    fn check_combinations(&self, is_audience: bool) -> Result<(), AdsRefusal> {
        let is_sandbox = self.accounts.iter().any(|account| account.sandbox);
        let unsupported = |what: &str| {
            Err(AdsRefusal::new(
                SANDBOX_UNSUPPORTED,
                format!("{what} is not supported in the sandbox."),
            ))
        };
        if is_sandbox && self.level.is_none() {
            return unsupported("data_level AUCTION_ADVERTISER");
        }
        if is_sandbox && self.order.is_some() {
            return unsupported("order_field");
        }
        if is_sandbox && self.has_totals {
            return unsupported("enable_total_metrics");
        }
        let fits_totals = self.id.is_some() && !self.is_by_audience() && self.time != Some(ReportTime::Hour);
        if self.has_totals && (is_audience || !fits_totals) {
            let what = "Only for basic reports with one ID dimension, with or without stat_time_day.";
            return Err(AdsRefusal::at("enable_total_metrics", what));
        }
        let is_mixed = self.id == Some("ad_id")
            && self.filters.iter().any(|filter| filter.is_on(&["ad_ids_v2"]))
            || self.id == Some("ad_id_v2") && self.filters.iter().any(|filter| filter.is_on(&["ad_ids"]));
        if is_mixed {
            let what = "ad_id and ad_ids cannot be used together with ad_id_v2 and ad_ids_v2.";
            return Err(AdsRefusal::at("filtering", what));
        }
        let is_direct = |kind: MetricKind| kind.is_unique() || kind.is_result() || kind.is_event();
        let direct = self.metrics.iter().find(|(_, kind)| is_direct(*kind));
        match direct.filter(|_| self.is_task && self.is_by_audience()) {
            Some((name, _)) => Err(AdsRefusal::at(
                "metrics",
                format!("{name} is not supported with audience dimensions in asynchronous reports."),
            )),
            None => Ok(()),
        }
    }

    /// Refuses metrics without hours and without a lifetime.
    fn check_daily(&self) -> Result<(), AdsRefusal> {
        let daily = self.metrics.iter().find(|(name, _)| report_kinds::is_daily(name));
        match daily.filter(|_| self.days.is_none() || self.time == Some(ReportTime::Hour)) {
            Some((name, _)) => Err(AdsRefusal::at(
                "metrics",
                format!("{name} is not supported by hour or for the lifetime."),
            )),
            None => Ok(()),
        }
    }

    /// First and last day, within the longest range of the dimensions.
    fn days(&self, request: &AdsRequest<'_>, is_audience: bool) -> Result<Option<(u64, u64)>, AdsRefusal> {
        if request.flag("query_lifetime") == Some(true) {
            if is_audience || self.time.is_some() || self.is_by_audience() {
                let what = "Only for basic reports without time and location dimensions.";
                return Err(AdsRefusal::at("query_lifetime", what));
            }
            return Ok(None);
        }
        let date = |name: &str| match request.text(name) {
            "" => Err(AdsRefusal::missing(name)),
            text => utc::parse_date(text)
                .ok_or_else(|| AdsRefusal::at(name, "Not a valid date, expected YYYY-MM-DD.")),
        };
        let (first, last) = (date("start_date")?, date("end_date")?);
        if first > last {
            return Err(AdsRefusal::at("end_date", "Must not be before start_date."));
        }
        let most = match self.time {
            Some(ReportTime::Hour) => 1,
            Some(ReportTime::Day) => 30,
            None => 365,
        };
        if !self.is_task && last - first >= most {
            let what = format!("The time range from start_date to end_date must not exceed {most} days.");
            return Err(AdsRefusal::at("end_date", what));
        }
        Ok(Some((first, last)))
    }
}

fn level(word: &str) -> Option<EntityLevel> {
    match word {
        "AUCTION_CAMPAIGN" => Some(EntityLevel::Campaign),
        "AUCTION_ADGROUP" => Some(EntityLevel::Adgroup),
        "AUCTION_AD" => Some(EntityLevel::Ad),
        _ => None,
    }
}

/// The accounts; with `advertiser_ids`, `advertiser_id` is ignored.
fn accounts(world: &AdsWorld, request: &AdsRequest<'_>) -> Result<Vec<Arc<SimulatedAdvertiser>>, AdsRefusal> {
    let ids = request.texts("advertiser_ids");
    if ids.is_empty() {
        return Ok(vec![request.account()?]);
    }
    let found = ids.iter().map(|id| {
        let token = request.token.as_ref();
        let is_granted = token.is_some_and(|token| token.advertiser_ids.contains(id));
        match world.advertisers.get(id) {
            Some(account) if is_granted => Ok(Arc::clone(account)),
            Some(_) => Err(AdsRefusal::new(
                NO_PERMISSION,
                format!("No permission to operate advertiser {id}."),
            )),
            None => Err(AdsRefusal::new(
                ADVERTISER_UNKNOWN,
                format!("Advertiser {id} does not exist or has been deleted."),
            )),
        }
    });
    found.collect()
}

/// The one dimension of objects, which belongs to the level.
fn id_of(dimensions: &[String], level: Option<EntityLevel>) -> Result<Option<&'static str>, AdsRefusal> {
    let is_named =
        |(name, _): &&(&str, Option<EntityLevel>)| dimensions.iter().any(|dimension| dimension == name);
    let named: Vec<_> = IDS.iter().filter(is_named).collect();
    match named.as_slice() {
        [] => Ok(None),
        [(name, of)] if *of == level => Ok(Some(*name)),
        [(name, _)] => Err(AdsRefusal::at(
            "dimensions",
            format!("{name} is not supported at this data_level."),
        )),
        [_, (name, _), ..] => Err(AdsRefusal::at(
            "dimensions",
            format!("At most one ID dimension is supported, {name} is another one."),
        )),
    }
}

fn time_of(dimensions: &[String]) -> Result<Option<ReportTime>, AdsRefusal> {
    let has = |name: &str| dimensions.iter().any(|dimension| dimension == name);
    match (has("stat_time_day"), has("stat_time_hour")) {
        (true, true) => Err(AdsRefusal::at(
            "dimensions",
            "stat_time_day and stat_time_hour cannot be used together.",
        )),
        (true, false) => Ok(Some(ReportTime::Day)),
        (false, true) => Ok(Some(ReportTime::Hour)),
        (false, false) => Ok(None),
    }
}

fn audiences_of(dimensions: &[String]) -> Vec<&'static str> {
    let is_named = |name: &&&str| dimensions.iter().any(|dimension| dimension == **name);
    AUDIENCES.iter().filter(is_named).copied().collect()
}

fn check_dimensions(dimensions: &[String], is_audience: bool) -> Result<(), AdsRefusal> {
    if dimensions.is_empty() {
        return Err(AdsRefusal::at("dimensions", "Shorter than minimum length 1."));
    }
    let is_known = |name: &str| {
        IDS.iter().any(|(known, _)| *known == name)
            || matches!(name, "stat_time_day" | "stat_time_hour" | "country_code")
            || is_audience && AUDIENCES.contains(&name)
    };
    for (at, name) in dimensions.iter().enumerate() {
        if !is_known(name) {
            return Err(AdsRefusal::at(
                "dimensions",
                format!("{name} is not a valid dimension."),
            ));
        }
        if dimensions.iter().take(at).any(|other| other == name) {
            return Err(AdsRefusal::at("dimensions", format!("{name} is repeated.")));
        }
    }
    let divides = |name: &String| AUDIENCES.contains(&name.as_str()) || name == "country_code";
    if is_audience && !dimensions.iter().any(divides) {
        return Err(AdsRefusal::at(
            "dimensions",
            "An audience report needs an audience dimension.",
        ));
    }
    Ok(())
}

/// The metrics; the first that is refused is named.
fn metrics(
    request: &AdsRequest<'_>,
    id: Option<&str>,
    level: Option<EntityLevel>,
    is_audience: bool,
) -> Result<Vec<(String, MetricKind)>, AdsRefusal> {
    let mut names = request.texts("metrics");
    if names.is_empty() {
        names = vec!["spend".to_owned(), "impressions".to_owned()];
    }
    if !request.texts("advertiser_ids").is_empty() {
        let further = ["currency", "timezone", "advertiser_id"].map(str::to_owned);
        names.extend(further);
        let mut seen = Vec::new();
        names.retain(|name| {
            !seen.contains(name) && {
                seen.push(name.clone());
                true
            }
        });
    }
    let is_multiple = !request.texts("advertiser_ids").is_empty();
    let kinds = names.into_iter().map(|name| {
        let kind = MetricKind::of(&name);
        let kind =
            kind.ok_or_else(|| AdsRefusal::at("metrics", format!("Invalid metric fields: {name}.")))?;
        let is_held = match kind {
            MetricKind::Attribute(row) if row.level.is_none() => id.is_some() || is_multiple,
            MetricKind::Attribute(row) => id.is_some() && row.level <= level,
            MetricKind::Sum(_)
            | MetricKind::Reach
            | MetricKind::Persons(_)
            | MetricKind::Quotient(_)
            | MetricKind::Inapplicable => {
                report_kinds::is_at_level(&name, level)
                    && (!is_audience || report_kinds::is_by_audience(&name, kind))
            }
        };
        if is_held {
            return Ok((name, kind));
        }
        Err(AdsRefusal::at(
            "metrics",
            format!("{name} is not supported with these dimensions."),
        ))
    });
    kinds.collect()
}

fn order(request: &AdsRequest<'_>) -> Result<Option<(MetricKind, bool)>, AdsRefusal> {
    let name = request.text("order_field");
    if name.is_empty() {
        return Ok(None);
    }
    match MetricKind::of(name) {
        Some(
            kind
            @ (MetricKind::Sum(_) | MetricKind::Reach | MetricKind::Persons(_) | MetricKind::Quotient(_)),
        ) => Ok(Some((kind, request.text("order_type") != "ASC"))),
        _ => Err(AdsRefusal::at("order_field", format!("{name} cannot sort."))),
    }
}
