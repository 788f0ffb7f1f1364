//! Rows of reports as answers show them.

use std::cmp::Reverse;

use serde_json::{Map, Value, json};

use super::{
    account::SimulatedAdvertiser,
    money, report_attributes,
    report_audiences::AudiencePart,
    report_cells::{persons, users},
    report_kinds::MetricKind,
    report_query::ReportQuery,
    report_rows::{ReportRow, number, parts},
    report_sums::{self, IMPRESSIONS, ReportCell},
    utc, view,
    world::AdsWorld,
};

/// Rows as answers show them: dimensions and metrics.
pub(super) fn shown(
    world: &AdsWorld,
    query: &ReportQuery,
    rows: &[ReportRow],
) -> Vec<(Map<String, Value>, Map<String, Value>)> {
    let parts = parts(query);
    let row = |row: &ReportRow| {
        let account = query.accounts.get(row.key.account);
        let parts = parts.get(row.key.account).map_or(&[][..], Vec::as_slice);
        let names = query.dimensions.iter();
        let dimensions = names.map(|name| {
            let value = account.map(|account| dimension(world, query, account, row, parts, name));
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
            let at = query.audiences.iter().position(|known| *known == name);
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
) -> Value {
    // Without an object, accounts of different currencies and time zones share no attribute and no amount.
    let is_shared = query.is_multiple && query.id.is_none();
    let Reverse(object) = row.key.object;
    match kind {
        MetricKind::Attribute(_) if is_shared => json!("0"),
        _ if is_shared && kind.is_money() => json!("-"),
        MetricKind::Attribute(attribute) => report_attributes::value(world, account, object, attribute),
        MetricKind::Sum(_)
        | MetricKind::Reach
        | MetricKind::Persons(_)
        | MetricKind::Quotient(_)
        | MetricKind::Inapplicable => json!(figure(kind, &row.cell, decimals(query, account, kind))),
    }
}

/// Decimals of an amount or a rate.
fn decimals(query: &ReportQuery, account: &SimulatedAdvertiser, kind: MetricKind) -> usize {
    let is_sum = matches!(kind, MetricKind::Sum(_)) && kind.is_money();
    if kind.is_money() && query.is_multiple || is_sum && money::is_whole(&account.currency) {
        0
    } else {
        2
    }
}

/// Value of a metric as text: counts are whole, amounts and rates have decimals.
fn figure(kind: MetricKind, cell: &ReportCell, decimals: usize) -> String {
    let read = |at: usize| cell.get(at).copied().unwrap_or_default();
    match kind {
        MetricKind::Sum(at) if report_sums::is_money(at) => {
            let cents = read(at);
            if decimals == 0 {
                format!("{}", (cents + 50) / 100)
            } else {
                format!("{}.{:02}", cents / 100, cents % 100)
            }
        }
        MetricKind::Sum(at) => read(at).to_string(),
        MetricKind::Reach => users(read(IMPRESSIONS)).to_string(),
        MetricKind::Persons(of) => persons(read(of)).to_string(),
        MetricKind::Quotient(_) => format!("{:.decimals$}", number(kind, cell)),
        MetricKind::Attribute(_) | MetricKind::Inapplicable => "-".to_owned(),
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
