//! Rows of reports as answers show them.

use std::cmp::Reverse;

use serde_json::{Map, Value, json};

use super::{
    account::SimulatedAdvertiser,
    entity::EntityLevel,
    money,
    report_cells::{object_of, users},
    report_kinds::{IMPRESSIONS, MetricKind, ReportCell, SPEND},
    report_query::ReportQuery,
    report_rows::{AudiencePart, ReportRow, number, parts},
    utc, view,
    world::AdsWorld,
};

/// Rows as answers show them: dimensions and metrics.
pub(super) fn shown(
    world: &AdsWorld,
    query: &ReportQuery,
    rows: &[ReportRow],
) -> Vec<(Map<String, Value>, Map<String, Value>)> {
    let parts = parts(&query.audiences);
    let row = |row: &ReportRow| {
        let account = query.accounts.get(row.key.account);
        let names = query.dimensions.iter();
        let dimensions = names.map(|name| {
            let value = account.map(|account| dimension(world, query, account, row, &parts, name));
            (name.clone(), json!(value))
        });
        let metrics = query.metrics.iter().filter(|(_, kind)| !is_missing(world, *kind));
        let metrics = metrics.map(|(name, kind)| {
            let value = account.map(|account| value(world, query, account, row, *kind));
            (name.clone(), json!(value))
        });
        (dimensions.collect(), metrics.collect())
    };
    rows.iter().map(row).collect()
}

/// Whether a metric is absent, because unique users are not counted for now.
fn is_missing(world: &AdsWorld, kind: MetricKind) -> bool {
    world.switches.report_without_reach() && kind.is_unique()
}

fn dimension(
    world: &AdsWorld,
    query: &ReportQuery,
    account: &SimulatedAdvertiser,
    row: &ReportRow,
    parts: &[AudiencePart],
    name: &str,
) -> String {
    let Reverse((id, creative)) = row.key.object;
    match name {
        "advertiser_id" => account.advertiser_id.clone(),
        "stat_time_day" | "stat_time_hour" => {
            let date = utc::format_date(row.key.hour / 24);
            format!("{date} {:02}:00:00", row.key.hour % 24)
        }
        "country_code" => account.country.clone(),
        "ad_id" => world
            .entities
            .get(&id)
            .map_or_else(String::new, |ad| view::ad_id(ad, creative)),
        "campaign_id" | "adgroup_id" | "ad_id_v2" => id.to_string(),
        _ => {
            let at = query.audiences.iter().position(|(known, _)| *known == name);
            let names = parts.get(row.key.part).map(|(names, _)| names);
            let value = names.and_then(|names| names.get(at?));
            value.map_or_else(String::new, |value| (*value).to_owned())
        }
    }
}

fn value(
    world: &AdsWorld,
    query: &ReportQuery,
    account: &SimulatedAdvertiser,
    row: &ReportRow,
    kind: MetricKind,
) -> String {
    // Without an object, accounts of different currencies and time zones share no attribute and no amount.
    let is_shared = query.is_multiple && query.id.is_none();
    match kind {
        MetricKind::Attribute(..) if is_shared => "0".to_owned(),
        _ if is_shared && kind.is_money() => "-".to_owned(),
        MetricKind::Attribute(name, level) => attribute(world, account, row, name, level),
        MetricKind::Sum(_) | MetricKind::Reach | MetricKind::Quotient(_) | MetricKind::Inapplicable => {
            figure(kind, &row.cell, decimals(query, account, kind))
        }
    }
}

/// Decimals of an amount or a rate.
fn decimals(query: &ReportQuery, account: &SimulatedAdvertiser, kind: MetricKind) -> usize {
    let is_spend = matches!(kind, MetricKind::Sum(SPEND));
    if kind.is_money() && query.is_multiple || is_spend && money::is_whole(&account.currency) {
        0
    } else {
        2
    }
}

fn attribute(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    row: &ReportRow,
    name: &str,
    level: Option<EntityLevel>,
) -> String {
    let Reverse((id, creative)) = row.key.object;
    let Some(level) = level else {
        return match name {
            "advertiser_name" => account.name.clone(),
            "currency" => account.currency.clone(),
            "timezone" => account.timezone.clone(),
            _ => account.advertiser_id.clone(),
        };
    };
    let own = world.entities.get(&id);
    let object = own.and_then(|own| match own.level {
        EntityLevel::Ad => object_of(world, own, level),
        EntityLevel::Adgroup if level == EntityLevel::Campaign => world.campaign_of(own),
        EntityLevel::Campaign | EntityLevel::Adgroup => Some(own),
    });
    let Some(object) = object else {
        return "-".to_owned();
    };
    let text = match name {
        "ad_id" => view::ad_id(object, creative),
        "campaign_id" | "adgroup_id" | "ad_id_v2" => object.key(),
        "campaign_name" | "adgroup_name" | "ad_name" => object.title().to_owned(),
        "campaign_automation_type" if creative.is_some() => "UPGRADED_SMART_PLUS_CREATIVE".to_owned(),
        "campaign_automation_type" => view::automation(object).to_owned(),
        "budget" | "campaign_budget" => object
            .number("budget")
            .map_or_else(String::new, |budget| format!("{budget:.2}")),
        _ => object.text(name).to_owned(),
    };
    if text.is_empty() { "-".to_owned() } else { text }
}

/// Value of a metric as text: counts are whole, amounts and rates have decimals.
fn figure(kind: MetricKind, cell: &ReportCell, decimals: usize) -> String {
    match kind {
        MetricKind::Sum(SPEND) => {
            let cents = cell.get(SPEND).copied().unwrap_or_default();
            if decimals == 0 {
                format!("{}", (cents + 50) / 100)
            } else {
                format!("{}.{:02}", cents / 100, cents % 100)
            }
        }
        MetricKind::Sum(at) => cell.get(at).copied().unwrap_or_default().to_string(),
        MetricKind::Reach => users(cell.get(IMPRESSIONS).copied().unwrap_or_default()).to_string(),
        MetricKind::Quotient(_) => format!("{:.decimals$}", number(kind, cell)),
        MetricKind::Attribute(..) | MetricKind::Inapplicable => "-".to_owned(),
    }
}

/// The totals; attributes cannot be added up.
pub(super) fn totals(world: &AdsWorld, query: &ReportQuery, total: &ReportCell) -> Value {
    let metrics = query.metrics.iter().filter(|(_, kind)| !is_missing(world, *kind));
    let values = metrics.map(|(name, kind)| {
        let account = query.accounts.first();
        let value = account.map(|account| figure(*kind, total, decimals(query, account, *kind)));
        (name.clone(), json!(value))
    });
    Value::Object(values.collect())
}
