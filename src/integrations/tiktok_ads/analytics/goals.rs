//! Optimization goals of the ad groups of a report: conversions and results count each ad group's own event.

use std::collections::BTreeSet;

use super::plan::{AnalyticsLevel, ReportPlan};
use crate::{
    advertising::is_goal_dependent,
    integrations::tiktok_ads::context::AdsContext,
    marketing_api::{IdSearch, MarketingApi, MarketingError, Members, ObjectLevel, PrimaryStatus},
};

/// Most ad groups whose goals are read.
const GROUPS_READ: u32 = 1_000;

const FIELDS: [&str; 3] = ["adgroup_id", "optimization_goal", "optimization_event"];

/// Warning if the report adds up different events. `groups` are the ad groups of the rows, if they are known.
pub(super) async fn mixed_goals(
    context: &AdsContext,
    plan: &ReportPlan,
    groups: Option<&[String]>,
) -> Option<String> {
    let metrics = plan.metrics.shown().iter();
    let affected: Vec<&str> = metrics
        .filter(|metric| is_goal_dependent(&metric.name))
        .map(|metric| metric.shown.as_str())
        .collect();
    if affected.is_empty() {
        return None;
    }
    let affected = affected.join(", ");
    let (filter, ids) = searched(plan, groups);
    let has_deleted = plan.includes_deleted || plan.level == AnalyticsLevel::Account;
    let search = IdSearch {
        level: ObjectLevel::AdGroup,
        is_smart_plus: false,
        filter,
        ids: &ids,
        status: has_deleted.then_some(PrimaryStatus::All),
        fields: &FIELDS,
        size: GROUPS_READ,
    };
    match read(context, search).await {
        Ok(found) if found.goals.len() > 1 => Some(mixed(&affected, &found)),
        Ok(found) if found.is_complete => None,
        Ok(_) => Some(unchecked(&affected, ONLY_SOME)),
        Err(error) => Some(unchecked(&affected, &error.to_string())),
    }
}

/// Goals of the ad groups of a report.
struct FoundGoals {
    goals: BTreeSet<String>,
    /// Whether they are those of all ad groups.
    is_complete: bool,
}

/// Reads the goals, until there are two.
async fn read(context: &AdsContext, search: IdSearch<'_>) -> Result<FoundGoals, MarketingError> {
    let mut found = FoundGoals {
        goals: BTreeSet::new(),
        is_complete: true,
    };
    // Without ids, all ad groups are searched.
    let mut parts: Vec<&[&str]> = search.ids.chunks(MarketingApi::IDS_PER_FILTER).collect();
    if parts.is_empty() {
        parts.push(&[]);
    }
    for ids in parts {
        if found.goals.len() > 1 {
            found.is_complete = false;
            break;
        }
        let groups = context.api.find(IdSearch { ids, ..search }).await?;
        found.is_complete &= u32::try_from(groups.len()).is_ok_and(|count| count < search.size);
        found.goals.extend(groups.iter().filter_map(goal));
    }
    Ok(found)
}

/// Filter and ids of the ad groups of a report.
fn searched<'a>(plan: &'a ReportPlan, groups: Option<&'a [String]>) -> (&'static str, Vec<&'a str>) {
    let texts = |ids: &'a [String]| ids.iter().map(String::as_str).collect();
    let has_groups = matches!(plan.level, AnalyticsLevel::AdGroup | AnalyticsLevel::Ad);
    match groups.filter(|_| has_groups) {
        Some(groups) => ("adgroup_ids", texts(groups)),
        None if !plan.ids("adgroup_ids").is_empty() => ("adgroup_ids", texts(plan.ids("adgroup_ids"))),
        None => ("campaign_ids", texts(plan.ids("campaign_ids"))),
    }
}

fn goal(group: &Members) -> Option<String> {
    let text = |name: &str| {
        group
            .get(name)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
    };
    let goal = text("optimization_goal");
    match (goal, text("optimization_event")) {
        ("", _) => None,
        (goal, "") => Some(goal.to_owned()),
        (goal, event) => Some(format!("{goal} {event}")),
    }
}

fn mixed(affected: &str, found: &FoundGoals) -> String {
    let FoundGoals { goals, is_complete } = found;
    let shown: Vec<&str> = goals.iter().take(6).map(String::as_str).collect();
    let least = if *is_complete { "" } else { "at least " };
    let more = if goals.len() > shown.len() {
        " and others"
    } else {
        ""
    };
    format!(
        "The ad groups of this report have {least}{} different optimization goals ({}{more}). {affected} count each ad group's own event, so totals and \
         comparisons of them mix different events. For one goal, ask for its ad groups alone.",
        goals.len(),
        shown.join(", "),
    )
}

fn unchecked(affected: &str, reason: &str) -> String {
    format!(
        "Whether the ad groups have the same optimization goal could not be checked ({reason}). {affected} count each ad \
         group's own event: if the goals differ, totals and comparisons of them mix different events."
    )
}

const ONLY_SOME: &str = "only those of 1,000 ad groups are read";
