//! Rows of reports: cells of ads, added up by the dimensions.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BTreeSet},
};

use super::{
    entity::{AdsEntity, EntityLevel},
    report_audiences::{self, AudiencePart},
    report_cells::{CellShare, ReportedAd, object_of, persons, users},
    report_kinds::{MetricKind, QuotientPart},
    report_query::{DayZone, ReportQuery, ReportTime},
    report_sums::{self, IMPRESSIONS, ReportCell},
    statuses, view,
    world::AdsWorld,
};

/// A report that has been run.
#[derive(Debug)]
pub(super) struct ReportResult {
    pub(super) rows: Vec<ReportRow>,
    pub(super) total: ReportCell,
    /// Whether objects are missing beyond the most that a report has.
    pub(super) is_cut: bool,
}

/// Object, time and part of a row. Newer objects come first, then times and parts in their order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowKey {
    pub(super) account: usize,
    /// Object and creative; 0 for the account.
    pub(super) object: Reverse<(u64, Option<usize>)>,
    /// Hour of the account's time zone; 0 without a time.
    pub(super) hour: u64,
    pub(super) part: usize,
}

/// A row: what it stands for, and its sums.
#[derive(Debug)]
pub(super) struct ReportRow {
    pub(super) key: RowKey,
    pub(super) cell: ReportCell,
}

/// Runs a report.
pub(super) fn run(world: &AdsWorld, query: &ReportQuery) -> ReportResult {
    let parts = parts(query);
    let (kept, is_cut) = kept(world, query);
    let mut cells = BTreeMap::<RowKey, ReportCell>::new();
    let shows_idle =
        query.id.is_some() && query.time.is_none() && query.audiences.is_empty() && !query.by_country();
    for (account, ad) in ads(world, query) {
        let offset = offset(query, account);
        let reported = ReportedAd::new(world, ad, offset);
        for (creative, share) in creatives(query, ad) {
            let object = object(world, query, ad, creative);
            let is_wanted = kept.contains(&(account, object)) && passes(world, query, ad, creative);
            if !is_wanted {
                continue;
            }
            let key = |hour: u64, part: usize| RowKey {
                account,
                object: Reverse(object),
                hour,
                part,
            };
            if shows_idle {
                cells.entry(key(0, 0)).or_insert([0; _]);
            }
            for (from, until) in windows(query, &reported) {
                let hour = if query.time.is_some() { from } else { 0 };
                let parts = parts.get(account).into_iter().flatten();
                for (part, (_, divided)) in parts.enumerate() {
                    let cell = reported.cell(from, until, share.of_share(*divided));
                    add(cells.entry(key(hour, part)).or_insert([0; _]), &cell);
                }
            }
        }
    }
    if shows_idle {
        for (account, object) in kept {
            let key = RowKey {
                account,
                object: Reverse(object),
                hour: 0,
                part: 0,
            };
            cells.entry(key).or_insert([0; _]);
        }
    }
    let is_gap =
        |hour: u64| world.switches.report_gaps() && query.time == Some(ReportTime::Hour) && hour % 3 == 2;
    let is_active = |cell: &ReportCell| cell.iter().any(|sum| *sum > 0);
    let rows = cells
        .into_iter()
        .filter(|(key, cell)| (shows_idle || is_active(cell)) && !is_gap(key.hour));
    let mut rows: Vec<ReportRow> = rows.map(|(key, cell)| ReportRow { key, cell }).collect();
    let mut total = [0; _];
    for row in &rows {
        add(&mut total, &row.cell);
    }
    if let Some((kind, is_descending)) = query.order {
        rows.sort_by(|one, other| {
            let by_value = number(kind, &one.cell).partial_cmp(&number(kind, &other.cell));
            let by_value = by_value.unwrap_or(Ordering::Equal);
            if is_descending {
                by_value.reverse()
            } else {
                by_value
            }
        });
    }
    ReportResult { rows, total, is_cut }
}

fn add(sums: &mut ReportCell, cell: &ReportCell) {
    for (sum, value) in sums.iter_mut().zip(cell) {
        *sum = sum.saturating_add(*value);
    }
}

/// Seconds that the days of an account are ahead of UTC.
fn offset(query: &ReportQuery, account: usize) -> i64 {
    let account = query
        .accounts
        .get(account)
        .filter(|_| query.zone == DayZone::Account);
    account.map_or(0, |account| i64::from(account.utc_offset_hours) * 3_600)
}

/// Ads of the accounts, the deleted ones too.
fn ads<'w>(world: &'w AdsWorld, query: &'w ReportQuery) -> impl Iterator<Item = (usize, &'w AdsEntity)> {
    let ads = world
        .entities
        .values()
        .filter(|entity| entity.level == EntityLevel::Ad);
    ads.filter_map(|ad| {
        let mut accounts = query.accounts.iter();
        let account = accounts.position(|account| account.advertiser_id == ad.advertiser_id)?;
        Some((account, ad))
    })
}

/// Object that an ad adds to.
fn object(
    world: &AdsWorld,
    query: &ReportQuery,
    ad: &AdsEntity,
    creative: Option<usize>,
) -> (u64, Option<usize>) {
    let level = query.level.filter(|_| query.id.is_some());
    match level.and_then(|level| object_of(world, ad, level)) {
        Some(object) => (object.id, creative),
        None => (0, None),
    }
}

/// Creatives of a Smart+ ad, where they are rows of their own, with their shares.
fn creatives(query: &ReportQuery, ad: &AdsEntity) -> Vec<(Option<usize>, CellShare)> {
    let count = view::creatives(ad);
    if query.id != Some("ad_id") || !ad.smart || count == 0 {
        return vec![(None, CellShare::WHOLE)];
    }
    let shares = (0..count).map(|at| {
        let share = CellShare {
            from: at as u64,
            until: at as u64 + 1,
            all: count as u64,
        };
        (Some(at), share)
    });
    shares.collect()
}

/// Filters, and what is deleted at the level of the report, unless a filter asks for a status there.
fn passes(world: &AdsWorld, query: &ReportQuery, ad: &AdsEntity, creative: Option<usize>) -> bool {
    let mut filters = query.filters.iter();
    filters.all(|filter| filter.passes(world, ad, creative))
        && (query.level.is_none() || wants_deleted(query) || !is_deleted(world, query, ad))
}

fn wants_deleted(query: &ReportQuery) -> bool {
    let name = match query.level {
        Some(EntityLevel::Campaign) => "campaign_status",
        Some(EntityLevel::Adgroup) => "adgroup_status",
        Some(EntityLevel::Ad) | None => "ad_status",
    };
    // How the filter of a level treats deleted objects is not said for asynchronous reports; they have them.
    query.is_task || query.filters.iter().any(|filter| filter.is_on(&[name]))
}

fn is_deleted(world: &AdsWorld, query: &ReportQuery, ad: &AdsEntity) -> bool {
    let object = query.level.and_then(|level| object_of(world, ad, level));
    object.is_some_and(|object| statuses::primary(statuses::secondary(world, object)) == "STATUS_DELETE")
}

/// An object or creative of an account.
type AccountObject = (usize, (u64, Option<usize>));

/// Objects of the report, the newest first, and whether some are beyond the most.
fn kept(world: &AdsWorld, query: &ReportQuery) -> (BTreeSet<AccountObject>, bool) {
    let all = ads(world, query).flat_map(|(account, ad)| {
        let creatives = creatives(query, ad).into_iter().map(|(creative, _)| creative);
        let passing = creatives.filter(|creative| passes(world, query, ad, *creative));
        let objects = passing.map(|creative| (account, object(world, query, ad, creative)));
        objects.collect::<Vec<_>>()
    });
    let mut objects: Vec<_> = all.collect::<BTreeSet<_>>().into_iter().collect();
    if query.level.is_none() && query.id.is_some() {
        objects = (0..query.accounts.len())
            .map(|account| (account, (0, None)))
            .collect();
    }
    objects.sort_by_key(|(_, object)| Reverse(*object));
    let most = usize::try_from(world.switches.report_objects()).unwrap_or(usize::MAX);
    let is_cut = objects.len() > most && !query.is_task;
    if is_cut {
        objects.truncate(most);
    }
    (objects.into_iter().collect(), is_cut)
}

/// Stretches of hours that are added up one by one: hours or days, within range and delivery.
fn windows(query: &ReportQuery, ad: &ReportedAd<'_>) -> Vec<(u64, u64)> {
    let (first, last) = ad.hours();
    let (from, until) = match query.days {
        Some((from, until)) => (first.max(from * 24), last.min((until + 1) * 24)),
        None => (first, last),
    };
    if from >= until {
        return Vec::new();
    }
    match query.time {
        Some(ReportTime::Hour) => (from..until).map(|hour| (hour, hour + 1)).collect(),
        Some(ReportTime::Day) | None => (from / 24..until.div_ceil(24))
            .map(|day| (day * 24, day * 24 + 24))
            .collect(),
    }
}

/// Parts of the audience of each account.
pub(super) fn parts(query: &ReportQuery) -> Vec<Vec<AudiencePart>> {
    let accounts = query.accounts.iter();
    accounts
        .map(|account| report_audiences::parts(&query.audiences, &account.country))
        .collect()
}

/// Value of a metric as a number; 0 for a quotient by zero.
#[expect(clippy::cast_precision_loss, reason = "sums are below 2^53")]
pub(super) fn number(kind: MetricKind, cell: &ReportCell) -> f64 {
    let read = |at: usize| cell.get(at).copied().unwrap_or_default();
    let sum = |at: usize| read(at) as f64 / if report_sums::is_money(at) { 100.0 } else { 1.0 };
    let part = |part: QuotientPart| match part {
        QuotientPart::Sum(at) => sum(at),
        QuotientPart::Users => users(read(IMPRESSIONS)) as f64,
        QuotientPart::Persons(of) => persons(read(of)) as f64,
    };
    match kind {
        MetricKind::Sum(at) => sum(at),
        MetricKind::Reach => part(QuotientPart::Users),
        MetricKind::Persons(of) => part(QuotientPart::Persons(of)),
        MetricKind::Quotient(row) if part(row.under) > 0.0 => part(row.over) / part(row.under) * row.scale,
        MetricKind::Quotient(_) | MetricKind::Attribute(_) | MetricKind::Inapplicable => 0.0,
    }
}
