//! Schedules of ad groups. Facts: docs/tiktok-marketing-api.md#create-an-ad-group.
//!
//! TikTok also locks budgets from 23:55 to 00:00 in the time zone of the ad account. That is not checked: it would need
//! a database of time zones and a clock as exact as TikTok's, and TikTok refuses such a call without an effect.

use std::time::Duration;

use super::violation::AdViolation;
use crate::model::UtcTime;

/// Longest time by which a start may lie in the past.
const PAST: Duration = Duration::from_hours(12);

/// Latest start: 2028-01-01 00:00:00 UTC.
const START_MAX: Duration = Duration::from_hours(21_184 * 24);

/// Latest end: 2038-01-01 00:00:00 UTC.
const END_MAX: Duration = Duration::from_hours(24_837 * 24);

/// Half hours of a week.
const HALF_HOURS: usize = 336;

/// Schedule with a start and an end.
pub const START_END: &str = "SCHEDULE_START_END";

/// Schedule without an end.
pub const FROM_NOW: &str = "SCHEDULE_FROM_NOW";

/// Schedule of an ad group as the caller gives it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Schedule<'a> {
    /// TikTok's word for the type; by default it follows from `end`.
    pub kind: Option<&'a str>,
    /// Start.
    pub start: Option<&'a str>,
    /// End.
    pub end: Option<&'a str>,
    /// Half hours of a week in which ads are shown.
    pub dayparting: Option<&'a str>,
}

impl Schedule<'_> {
    /// TikTok's word for the type: the given one, else by the presence of an end.
    pub fn kind(&self) -> &str {
        self.kind.unwrap_or(match self.end {
            Some(_) => START_END,
            None => FROM_NOW,
        })
    }

    /// Days of the schedule, rounded up; `None` without an end, or if a time cannot be read. The start is `now` by
    /// default.
    pub fn days(&self, now: Duration) -> Option<u32> {
        let start = self
            .start
            .map_or_else(|| Some(UtcTime::after_epoch(now)), UtcTime::parse)?;
        let length = UtcTime::parse(self.end?)?
            .since_epoch()
            .checked_sub(start.since_epoch())?;
        u32::try_from(length.as_secs().div_ceil(86_400)).ok()
    }

    /// Checks the schedule of an ad group that is created `now`, a time since the Unix epoch.
    pub fn check(&self, now: Duration) -> Vec<AdViolation> {
        let found = [
            self.start_violation(now),
            self.end_violation(),
            self.order_violation(now),
            self.kind_violation(),
            self.dayparting.and_then(dayparting_violation),
        ];
        found.into_iter().flatten().collect()
    }

    /// Checks changes of a schedule at `now`, a time since the Unix epoch. A value that is not given stays as in `present`.
    pub fn check_changes(&self, present: &Self, now: Duration) -> Vec<AdViolation> {
        let after = Self {
            end: self.end,
            dayparting: None,
            ..self.after(present)
        };
        let found = [
            self.start_violation(now),
            self.end_violation(),
            after.order_violation(now).or_else(|| self.past_violation(now)),
            after.kind_violation().filter(|_| self.end.is_some()),
            self.dayparting.and_then(dayparting_violation),
        ];
        found.into_iter().flatten().collect()
    }

    /// The `present` schedule after changes.
    #[must_use]
    pub fn after(&self, present: &Self) -> Self {
        Self {
            kind: self.kind.or(present.kind),
            start: self.start.or(present.start),
            end: self.end.or(present.end),
            dayparting: self.dayparting.or(present.dayparting),
        }
    }

    /// Checks that a new end is not past.
    fn past_violation(&self, now: Duration) -> Option<AdViolation> {
        let end = UtcTime::parse(self.end?)?;
        let now = UtcTime::after_epoch(now);
        (end <= now).then(|| {
            AdViolation::of(
                END,
                end.to_string(),
                format!("a time after now, {now} in UTC"),
                "set a later end, or set status to DISABLE to stop the ad group",
            )
        })
    }

    fn start_violation(&self, now: Duration) -> Option<AdViolation> {
        let (field, given) = (START, self.start?);
        let Some(start) = UtcTime::parse(given) else {
            return Some(unreadable(field, given));
        };
        let earliest = UtcTime::after_epoch(now.saturating_sub(PAST));
        let latest = UtcTime::after_epoch(START_MAX);
        (!(earliest..=latest).contains(&start)).then(|| {
            AdViolation::of(
                field,
                start.to_string(),
                format!("{earliest} to {latest} in UTC: at most 12 hours in the past"),
                "set a start within this time, or omit it to start now",
            )
        })
    }

    fn end_violation(&self) -> Option<AdViolation> {
        let (field, given) = (END, self.end?);
        let Some(end) = UtcTime::parse(given) else {
            return Some(unreadable(field, given));
        };
        let latest = UtcTime::after_epoch(END_MAX);
        (end > latest).then(|| {
            AdViolation::of(
                field,
                end.to_string(),
                format!("at the latest {latest} in UTC"),
                "set an earlier end, or omit it",
            )
        })
    }

    fn order_violation(&self, now: Duration) -> Option<AdViolation> {
        let end = UtcTime::parse(self.end?)?;
        let start = self
            .start
            .map_or_else(|| Some(UtcTime::after_epoch(now)), UtcTime::parse)?;
        (end <= start).then(|| {
            AdViolation::of(
                END,
                end.to_string(),
                format!("a time after the start, {start} in UTC"),
                "set a later end, or an earlier start",
            )
        })
    }

    /// Checks the end against the type: TikTok sets an end of its own for [`FROM_NOW`].
    fn kind_violation(&self) -> Option<AdViolation> {
        match (self.kind(), self.end) {
            (FROM_NOW, Some(end)) => Some(AdViolation::of(
                END,
                format!("{end} with schedule_type {FROM_NOW}"),
                format!("an end with {START_END} only"),
                format!("set schedule_type to {START_END}, or omit schedule_end_time"),
            )),
            (START_END, None) => Some(AdViolation::of(
                END,
                "nothing",
                format!("an end, which {START_END} requires"),
                format!("set schedule_end_time, or set schedule_type to {FROM_NOW}"),
            )),
            (_, _) => None,
        }
    }
}

const START: &str = "schedule_start_time";
const END: &str = "schedule_end_time";

fn unreadable(field: &str, given: &str) -> AdViolation {
    AdViolation::of(
        field,
        format!("{given:?}"),
        "an existing time as YYYY-MM-DD HH:MM:SS in UTC, or as RFC 3339 with an offset",
        "write it like 2026-12-24 18:00:00 or 2026-12-24T19:00:00+01:00",
    )
}

fn dayparting_violation(halves: &str) -> Option<AdViolation> {
    let length = halves.chars().count();
    let (ones, zeros) = (halves.matches('1').count(), halves.matches('0').count());
    let (got, fix) = if length != HALF_HOURS || ones + zeros != length {
        (
            format!(
                "{length} characters, of which {} are not 0 or 1",
                length - ones - zeros
            ),
            "write one character for each half hour of the week",
        )
    } else if ones == 0 {
        // TikTok takes this as "always".
        (
            "0 for every half hour, which TikTok reads as all the time".to_owned(),
            "omit dayparting to show ads all the time, or disable the ad group to show none",
        )
    } else {
        return None;
    };
    let allowed =
        format!("{HALF_HOURS} characters for the half hours from Monday 00:00: 1 with ads, 0 without");
    Some(AdViolation::of("dayparting", got, allowed, fix))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-12-01 00:00:00 UTC.
    const NOW: Duration = Duration::from_hours(20_788 * 24);

    fn fields(schedule: &Schedule<'_>) -> Vec<String> {
        schedule
            .check(NOW)
            .into_iter()
            .map(|violation| violation.error.field)
            .collect()
    }

    fn times<'a>(start: &'a str, end: &'a str) -> Schedule<'a> {
        Schedule {
            start: Some(start),
            end: Some(end),
            ..Schedule::default()
        }
    }

    #[test]
    fn the_bounds_are_the_documented_times() {
        assert_eq!(UtcTime::after_epoch(NOW).to_string(), "2026-12-01 00:00:00");
        assert_eq!(UtcTime::after_epoch(START_MAX).to_string(), "2028-01-01 00:00:00");
        assert_eq!(UtcTime::after_epoch(END_MAX).to_string(), "2038-01-01 00:00:00");
    }

    #[test]
    fn times_lie_within_tiktoks_bounds() {
        for (start, end, wrong) in [
            ("2026-12-02 00:00:00", "2026-12-03 00:00:00", &[][..]),
            ("2026-11-30 12:00:00", "2026-12-03 00:00:00", &[]),
            ("2026-11-30 11:59:59", "2026-12-03 00:00:00", &[START]),
            ("2026-11-30T14:00:00+02:00", "2026-12-03 00:00:00", &[]),
            ("2028-01-01 00:00:00", "2038-01-01 00:00:00", &[]),
            ("2028-01-01 00:00:01", "2038-01-01 00:00:01", &[START, END]),
            ("2026-12-02 00:00:00", "2026-12-02 00:00:00", &[END]),
            ("2026-12-02 00:00:00", "2026-12-01 00:00:00", &[END]),
            ("tomorrow", "2026-12-03", &[START, END]),
        ] {
            assert_eq!(fields(&times(start, end)), wrong, "{start} to {end}");
        }
        let from_now = Schedule {
            end: Some("2026-11-30 23:59:59"),
            ..Schedule::default()
        };
        assert_eq!(fields(&from_now), [END], "the start is now by default");
    }

    #[test]
    fn the_type_follows_from_the_end_and_fits_it() {
        let (bounded, open) = (
            times("2026-12-02 00:00:00", "2026-12-03 00:00:00"),
            Schedule::default(),
        );
        assert_eq!((bounded.kind(), open.kind()), (START_END, FROM_NOW));
        for (schedule, kind, wrong) in [
            (bounded, START_END, &[][..]),
            (bounded, FROM_NOW, &[END]),
            (open, FROM_NOW, &[]),
            (open, START_END, &[END]),
        ] {
            let schedule = Schedule {
                kind: Some(kind),
                ..schedule
            };
            assert_eq!(fields(&schedule), wrong, "{schedule:?}");
        }
    }

    #[test]
    fn days_are_rounded_up() {
        for (end, days) in [
            ("2026-12-02 00:00:01", Some(1)),
            ("2026-12-03 00:00:00", Some(1)),
            ("2026-12-03 00:00:01", Some(2)),
            ("2027-12-02 00:00:00", Some(365)),
            ("2026-12-01 00:00:00", None),
            ("soon", None),
        ] {
            assert_eq!(times("2026-12-02 00:00:00", end).days(NOW), days, "{end}");
        }
        assert_eq!(Schedule::default().days(NOW), None);
        let from_now = Schedule {
            end: Some("2026-12-03 12:00:00"),
            ..Schedule::default()
        };
        assert_eq!(from_now.days(NOW), Some(3));
    }

    #[test]
    fn dayparting_has_a_digit_for_each_half_hour() {
        let week = |text: &str| text.repeat(HALF_HOURS / text.len());
        for (halves, is_wrong) in [
            (week("01"), false),
            (week("1"), false),
            (week("0"), true),
            (week("1") + "1", true),
            (week("12"), true),
            (week("1").replacen('1', "ä", 1), true),
            (String::new(), true),
        ] {
            let schedule = Schedule {
                dayparting: Some(&halves),
                ..Schedule::default()
            };
            assert_eq!(!fields(&schedule).is_empty(), is_wrong, "{halves}");
        }
    }
}
