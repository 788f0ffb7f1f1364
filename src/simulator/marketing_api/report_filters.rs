//! Filters of reports: `filter_value` is JSON within a string
//! (docs/tiktok-marketing-api.md#reports).

use serde_json::Value;

use super::{
    entity::{AdsEntity, EntityLevel},
    filters,
    refusal::{AdsRefusal, TOO_MANY_IDS},
    report_cells::object_of,
    request::text,
    statuses, view,
    world::AdsWorld,
};

/// Condition on the ads of a report.
#[derive(Debug)]
pub(super) struct ReportFilter {
    name: &'static str,
    /// Level of the object that the condition is on.
    level: EntityLevel,
    is_excluding: bool,
    values: Vec<String>,
}

/// Names of filters, the level of what they look at, and whether asynchronous reports take them.
const FILTERS: [(&str, EntityLevel, bool); 10] = [
    ("campaign_ids", EntityLevel::Campaign, true),
    ("adgroup_ids", EntityLevel::Adgroup, true),
    ("ad_ids", EntityLevel::Ad, true),
    ("ad_ids_v2", EntityLevel::Ad, true),
    ("campaign_status", EntityLevel::Campaign, false),
    ("adgroup_status", EntityLevel::Adgroup, false),
    ("ad_status", EntityLevel::Ad, false),
    ("campaign_automation_type", EntityLevel::Campaign, false),
    ("buying_type", EntityLevel::Campaign, false),
    ("billing_event", EntityLevel::Adgroup, false),
];

/// Reads the filters of a report at a level; `None` for the account.
pub(super) fn read(
    items: &[Value],
    level: Option<EntityLevel>,
    is_task: bool,
) -> Result<Vec<ReportFilter>, AdsRefusal> {
    let read = items.iter().enumerate().filter_map(|(at, item)| {
        let item = item.as_object()?;
        let place = format!("filtering[{at}]");
        let (name, kind) = (text(item, "field_name"), text(item, "filter_type"));
        Some(one(
            &place,
            (name, kind, text(item, "filter_value")),
            level,
            is_task,
        ))
    });
    read.collect()
}

fn one(
    place: &str,
    (name, kind, value): (&str, &str, &str),
    level: Option<EntityLevel>,
    is_task: bool,
) -> Result<ReportFilter, AdsRefusal> {
    let wrong = |member: &str, what: String| Err(AdsRefusal::at(&format!("{place}.{member}"), what));
    let Some((name, of, _)) = FILTERS
        .iter()
        .find(|(known, _, in_tasks)| *known == name && (*in_tasks || !is_task))
    else {
        return wrong("field_name", format!("{name} is not a supported filter."));
    };
    if level.is_none_or(|level| *of > level) {
        return wrong(
            "field_name",
            format!("{name} is not supported at this data_level."),
        );
    }
    if !matches!(kind, "IN" | "NOT_IN") {
        return wrong("filter_type", format!("{kind} is not supported for {name}."));
    }
    let Ok(Value::Array(items)) = serde_json::from_str::<Value>(value) else {
        return wrong("filter_value", "Must be a JSON array in a string.".to_owned());
    };
    let most = if is_task { MOST_OF_TASK } else { MOST };
    if items.len() > most {
        let what = format!("{place}.filter_value: Longer than maximum length {most}.");
        return Err(AdsRefusal::new(TOO_MANY_IDS, what));
    }
    let values = items.iter().filter_map(|item| match item {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    Ok(ReportFilter {
        name,
        level: *of,
        is_excluding: kind == "NOT_IN",
        values: values.collect(),
    })
}

impl ReportFilter {
    /// Whether it names one of these.
    pub(super) fn is_on(&self, names: &[&str]) -> bool {
        names.contains(&self.name)
    }

    /// Whether a creative of a Smart+ ad passes; of a manual ad, the ad itself.
    pub(super) fn passes(&self, world: &AdsWorld, ad: &AdsEntity, creative: Option<usize>) -> bool {
        let Some(object) = object_of(world, ad, self.level) else {
            return false;
        };
        let has = |value: &str| self.values.iter().any(|wanted| wanted == value);
        let is_in = match self.name {
            "ad_ids" => has(&view::ad_id(ad, creative)),
            name if name.ends_with("_ids") || name == "ad_ids_v2" => has(&object.key()),
            "campaign_automation_type" => has(view::automation(object)),
            "billing_event" => has(object.text("billing_event")),
            "buying_type" => has("AUCTION"),
            _ => self.has_status(statuses::secondary(world, object)),
        };
        is_in != self.is_excluding
    }

    fn has_status(&self, secondary: &str) -> bool {
        self.values.iter().any(|wanted| {
            filters::has_primary(wanted, secondary) || filters::has_secondary(wanted, secondary)
        })
    }
}

/// Most ids of a filter.
const MOST: usize = 100;
/// Most ids of a filter of an asynchronous report.
const MOST_OF_TASK: usize = 20_000;
