//! Statistics of pixel events, and the events of instant pages.

use serde_json::{Map, Value, json};

use super::{
    account::SimulatedAdvertiser,
    assets::{self, CREATED},
    entity::EntityLevel,
    refusal::{AdsAnswer, AdsRefusal},
    report_cells::{self, CellShare, ReportedAd},
    report_sums::CONVERSION,
    request::{AdsRequest, text},
    utc::{self, DAY},
    world::AdsWorld,
};

/// `GET /pixel/event/stats/` (<https://business-api.tiktok.com/portal/docs?id=1740858904557570>). Pixels that do not exist
/// are left out.
pub(super) fn stats(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = request.account()?;
    let range = request.params.get("date_range").and_then(Value::as_object);
    let days = days(&range.cloned().unwrap_or_default())?;
    let until = request.now.as_secs();
    let pixels = request.texts("pixel_ids").into_iter().filter_map(|id| {
        let events = assets::pixel_events(&id)?;
        let statistics = events.iter().map(|event| {
            let attributed = attributed(world, &account, &id, event, days);
            statistics(event, attributed, elsewhere(&account, &id, event, days, until))
        });
        let statistics: Vec<Value> = statistics.collect();
        Some(json!({"pixel_id": id, "statistics": statistics}))
    });
    Ok(json!({ "list": pixels.collect::<Vec<_>>() }).into())
}

/// First and last day in UTC.
fn days(range: &Map<String, Value>) -> Result<(u64, u64), AdsRefusal> {
    let date = |name: &str| {
        let date = utc::parse_date(text(range, name));
        let place = format!("date_range.{name}");
        date.ok_or_else(|| AdsRefusal::at(&place, "Not a valid date, expected YYYY-MM-DD."))
    };
    let (first, last) = (date("start_date")?, date("end_date")?);
    if first > last {
        let what = "Must not be before start_date.";
        return Err(AdsRefusal::at("date_range.end_date", what));
    }
    if last - first >= MOST_DAYS {
        let what = format!("The time range must not exceed {MOST_DAYS} days.");
        return Err(AdsRefusal::at("date_range.end_date", what));
    }
    Ok((first, last))
}

/// Conversions of the ads that count this event of this pixel.
fn attributed(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    pixel_id: &str,
    event: &str,
    (first, last): (u64, u64),
) -> u64 {
    let ads = world.entities.values().filter(|entity| {
        let adgroup = world.above(entity);
        entity.level == EntityLevel::Ad
            && entity.advertiser_id == account.advertiser_id
            && adgroup.is_some_and(|adgroup| {
                adgroup.text("pixel_id") == pixel_id && adgroup.text("optimization_event") == event
            })
    });
    let conversions = ads.map(|ad| {
        let reported = ReportedAd::new(world, ad, 0);
        let (from, until) = reported.hours();
        let days = first.max(from / 24)..(last + 1).min(until.div_ceil(24));
        let cells = days.map(|day| reported.cell(day * 24, day * 24 + 24, CellShare::WHOLE));
        cells
            .map(|cell| cell.get(CONVERSION).copied().unwrap_or_default())
            .sum::<u64>()
    });
    conversions.sum()
}

/// Events that no ad has caused: the same every time, and none in the future.
fn elsewhere(
    account: &SimulatedAdvertiser,
    pixel_id: &str,
    event: &str,
    (first, last): (u64, u64),
    until: u64,
) -> u64 {
    let names = account.advertiser_id.bytes().chain(event.bytes());
    let key = names.fold(0_u64, |key, byte| key.wrapping_mul(31).wrapping_add(byte.into()));
    let pixel = pixel_id.parse().unwrap_or_default();
    let counts = (first.max(CREATED / DAY)..=last).map(|day| {
        let all = LEAST_EVENTS + report_cells::mixed(pixel, key, day) % MORE_EVENTS;
        let seconds = until.saturating_sub(day * DAY).min(DAY);
        all * seconds / DAY
    });
    counts.sum()
}

fn statistics(event: &str, attributed: u64, elsewhere: u64) -> Value {
    let total = attributed + elsewhere;
    let server = total * 2 / 5;
    json!({
        "pixel_event_type": event,
        "attributed_count": attributed,
        "preview_count": elsewhere / 200,
        "total_count": total,
        "browser_event_total_count": total - server,
        "server_event_total_count": server,
    })
}

/// Objective, goal and events of instant pages.
const INSTANT_PAGE_EVENTS: [(&str, &str, &[&str]); 1] = [("CONVERSIONS", "CONVERT", &["BUTTON"])];

/// `GET /pixel/instant_page/event/`. The objective `WEB_CONVERSIONS` finds what is named `CONVERSIONS`.
pub(super) fn of_instant_pages(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let objective = match request.text("objective_type") {
        "WEB_CONVERSIONS" => "CONVERSIONS",
        other => other,
    };
    let goal = request.text("optimization_goal");
    let is_wanted = |row: &&(&str, &str, &[&str])| {
        (objective.is_empty() || row.0 == objective) && (goal.is_empty() || row.1 == goal)
    };
    let found = INSTANT_PAGE_EVENTS.iter().filter(is_wanted);
    let found = found.map(|(objective, goal, events)| {
        let goals = json!([{"optimization_goal": goal, "optimization_events": events}]);
        json!({"objective_type": objective, "optimization_goals": goals})
    });
    let objectives: Vec<Value> = found.collect();
    let page = json!({"business_type": "TIKTOK_INSTANT_PAGE", "instant_page_events": {"objective_types": objectives}});
    let list = if objectives.is_empty() {
        Vec::new()
    } else {
        vec![page]
    };
    Ok(json!({ "list": list }).into())
}

/// Most days of statistics.
const MOST_DAYS: u64 = 30;
/// Fewest events of a day that no ad has caused.
const LEAST_EVENTS: u64 = 40;
/// Most further events of such a day.
const MORE_EVENTS: u64 = 120;
