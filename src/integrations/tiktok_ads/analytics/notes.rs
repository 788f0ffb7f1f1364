//! Warnings of a report.

use std::collections::BTreeMap;

use super::{
    plan::{AnalyticsLevel, ReportPlan},
    reader::{ReportFindings, TaskUse},
};
use crate::advertising::{AccountDay, EventSource, MetricTotal, event_source};

/// Warnings about the completeness and the meaning of the numbers, among them `totals`. `today` is the day in UTC.
pub(super) fn warnings(
    plan: &ReportPlan,
    findings: &ReportFindings,
    unplaced: u64,
    totals: &[MetricTotal],
    today: Option<AccountDay>,
) -> Vec<String> {
    let notes = [
        findings.is_cut.then(|| cut(findings)),
        (findings.task != TaskUse::None).then(by_task),
        unknown_deleted(plan, findings),
        findings.lacks_users.then(without_users),
        repeated(findings),
        unread(findings),
        (unplaced > 0).then(|| unplaced_rows(unplaced)),
        recent(plan, today),
        sources(plan),
        deleted_in_whole(plan, totals),
    ];
    notes.into_iter().flatten().collect()
}

/// Warnings about a comparison with the previous period. `today` is the account's day, or the earliest that it can be.
pub(super) fn of_comparison(plan: &ReportPlan, today: Option<AccountDay>) -> Vec<String> {
    let is_partial = today.is_some_and(|today| plan.range.last() >= today);
    let has_deleted = plan.includes_deleted || plan.level == AnalyticsLevel::Account;
    let notes = [
        is_partial.then(|| {
            "The range includes a day that is not over in the ad account's time zone, so the comparison sets a part of a day \
             against a whole one. For a fair comparison, end the range on the day before."
                .into()
        }),
        (!has_deleted).then(|| {
            "Objects that are deleted now are missing in both periods of the comparison, so a deletion does not show as a \
             decrease. Set include_deleted to compare all that ran."
                .into()
        }),
    ];
    notes.into_iter().flatten().collect()
}

fn cut(findings: &ReportFindings) -> String {
    let mut note = "TikTok left out objects: a report has at most 20,000, the newest ones. Totals and rows are not complete. Ask \
                    for certain campaigns, ad groups or ads, or for a higher level."
        .to_owned();
    if let Some(reason) = &findings.no_task {
        let more = format!(" An asynchronous report, which has all objects, was not available: {reason}.");
        note.push_str(&more);
    }
    note
}

fn by_task() -> String {
    "Rows come from an asynchronous report, because there are many. TikTok refreshes such reports every few hours, so the numbers \
     of the last day can be older than elsewhere."
        .into()
}

fn unknown_deleted(plan: &ReportPlan, findings: &ReportFindings) -> Option<String> {
    let is_open = findings.task == TaskUse::Uncounted && plan.level != AnalyticsLevel::Account;
    is_open.then(|| {
        "TikTok does not say whether asynchronous reports have deleted objects, and there are too many rows to compare them with \
         pages. Compare the totals with those at level account, which always include deleted objects."
            .into()
    })
}

fn without_users() -> String {
    "TikTok does not have metrics of unique users, such as reach and frequency, for now. Ask for them again later.".into()
}

fn repeated(findings: &ReportFindings) -> Option<String> {
    let repeated = findings.repeated;
    (repeated > 0).then(|| {
        format!(
            "TikTok sent {repeated} rows twice, which are counted once: rows moved between pages while they were read, so as many may \
             be missing. Send the request again for exact numbers."
        )
    })
}

fn unread(findings: &ReportFindings) -> Option<String> {
    let unread = findings.unread;
    (unread > 0).then(|| {
        format!(
            "The number of rows differs by {unread} from the one that TikTok announced, so rows may be missing. Send the request again \
             for exact numbers."
        )
    })
}

fn unplaced_rows(unplaced: u64) -> String {
    format!("{unplaced} rows without a readable id and day of the range were left out.")
}

/// Warning of a report by ids that has no rows.
pub(super) fn without_rows(plan: &ReportPlan) -> Option<String> {
    let filters = ["campaign_ids", "adgroup_ids", "ad_ids"];
    let names: Vec<&str> = filters
        .into_iter()
        .filter(|name| !plan.ids(name).is_empty())
        .collect();
    let deleted = if plan.includes_deleted {
        ""
    } else {
        ", or deleted, which include_deleted would show"
    };
    (!names.is_empty()).then(|| {
        format!(
            "There are no rows for {}: the objects had no activity in the range, or the ids are not of this ad account{deleted}.",
            names.join(", ")
        )
    })
}

/// Days after which TikTok's numbers seldom change.
const SETTLED_DAYS: u32 = 3;

fn recent(plan: &ReportPlan, today: Option<AccountDay>) -> Option<String> {
    let open = today?.minus(SETTLED_DAYS)?;
    (plan.range.last() >= open).then(|| {
        "The last days can still change: TikTok's numbers are about 30 minutes late, those of unique users up to 16 hours, and \
         some are corrected for days."
            .into()
    })
}

fn sources(plan: &ReportPlan) -> Option<String> {
    let mut sources = BTreeMap::<EventSource, Vec<&str>>::new();
    for metric in plan.metrics.shown() {
        let source = event_source(&metric.name).filter(|_| !metric.nature.is_description());
        if let Some(source) = source {
            sources.entry(source).or_default().push(&metric.shown);
        }
    }
    if sources.is_empty() {
        return None;
    }
    let shown: Vec<String> = sources
        .iter()
        .map(|(source, metrics)| format!("{} counts events {source} only", metrics.join(", ")))
        .collect();
    Some(format!(
        "{}. The same event elsewhere is another metric, so 0 does not mean that nothing happened: apps, websites and TikTok \
         (shop, instant pages and forms) are separate sources.",
        shown.join("; ")
    ))
}

fn deleted_in_whole(plan: &ReportPlan, totals: &[MetricTotal]) -> Option<String> {
    let of_whole = totals.iter().filter(|total| total.is_of_whole);
    let names: Vec<&str> = of_whole.map(|total| total.shown.as_str()).collect();
    let has_deleted = plan.includes_deleted || plan.level == AnalyticsLevel::Account;
    (!names.is_empty() && !has_deleted).then(|| {
        format!(
            "Values of several rows cannot be added up for {}: these totals come from a report of the whole, which includes \
             deleted objects; the rows and other totals do not. Set include_deleted for the same in both.",
            names.join(", ")
        )
    })
}
