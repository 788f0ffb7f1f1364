//! Schedules of ad groups.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{refusal::AdsRefusal, request::text, utc};

/// Checks start and end, and fills in the end of an open schedule. A new start lies at most 12 hours in the past.
pub(super) fn check(
    settings: &mut Map<String, Value>,
    now: Duration,
    is_new: bool,
) -> Result<(), AdsRefusal> {
    let start = text(settings, "schedule_start_time");
    let start = utc::parse(start).ok_or_else(|| AdsRefusal::missing("schedule_start_time"))?;
    if is_new && start.saturating_add(EARLIEST) < now {
        return Err(AdsRefusal::at(
            "schedule_start_time",
            "Must not be more than 12 hours in the past.",
        ));
    }
    if start > LATEST_START {
        return Err(AdsRefusal::at(
            "schedule_start_time",
            "Must not be after 2028-01-01 00:00:00.",
        ));
    }
    if text(settings, "schedule_type") == "SCHEDULE_FROM_NOW" {
        let end = utc::format(start.saturating_add(OPEN_END));
        settings.insert("schedule_end_time".to_owned(), Value::from(end));
        return Ok(());
    }
    let end = utc::parse(text(settings, "schedule_end_time"))
        .ok_or_else(|| AdsRefusal::missing("schedule_end_time"))?;
    if end <= start {
        return Err(AdsRefusal::at(
            "schedule_end_time",
            "Must be after schedule_start_time.",
        ));
    }
    if is_new && end <= now {
        return Err(AdsRefusal::at("schedule_end_time", "Must be in the future."));
    }
    if end > LATEST_END {
        return Err(AdsRefusal::at(
            "schedule_end_time",
            "Must not be after 2038-01-01 00:00:00.",
        ));
    }
    Ok(())
}

/// Days of a schedule, begun ones included; at least one.
pub(super) fn days(settings: &Map<String, Value>) -> u32 {
    let time = |name: &str| utc::parse(text(settings, name)).unwrap_or_default();
    let length = time("schedule_end_time").saturating_sub(time("schedule_start_time"));
    u32::try_from(length.as_secs().div_ceil(utc::DAY))
        .unwrap_or(u32::MAX)
        .max(1)
}

/// 48 half hours of 7 days, each `0` or `1`.
pub(super) fn check_dayparting(settings: &Map<String, Value>) -> Result<(), AdsRefusal> {
    let dayparting = text(settings, "dayparting");
    let is_bits = dayparting.bytes().all(|byte| matches!(byte, b'0' | b'1'));
    if dayparting.is_empty() || (dayparting.len() == 336 && is_bits) {
        return Ok(());
    }
    Err(AdsRefusal::at(
        "dayparting",
        "Must be 336 characters, each 0 or 1.",
    ))
}

const EARLIEST: Duration = Duration::from_hours(12);
/// Length of an open schedule: ten years.
const OPEN_END: Duration = Duration::from_hours(24 * 3_650);
/// 2028-01-01 00:00:00 UTC.
const LATEST_START: Duration = Duration::from_hours(508_416);
/// 2038-01-01 00:00:00 UTC.
const LATEST_END: Duration = Duration::from_hours(596_088);
