//! Days and hours of a range that have rows.

use super::{
    period::{AccountDay, DayRange, Granularity, HOURS},
    zone::AccountHour,
};

/// Days or hours of a range that have at least one row.
#[derive(Debug, Clone)]
pub struct CoveredTimes {
    range: DayRange,
    granularity: Granularity,
    /// Hours with rows, as bits; the first bit alone for rows of days.
    days: Vec<u32>,
}

/// Days or hours without a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingTimes {
    /// Number of days or hours.
    pub count: u32,
    /// The first of them, as YYYY-MM-DD or YYYY-MM-DD HH:00.
    pub first: Vec<String>,
}

/// Longest list of days or hours.
const LISTED: usize = 100;

impl CoveredTimes {
    /// No rows yet. Rows without a time need no record.
    pub fn new(range: DayRange, granularity: Granularity) -> Option<Self> {
        granularity.dimension()?;
        let days = usize::try_from(range.days()).ok()?;
        Some(Self {
            range,
            granularity,
            days: vec![0; days],
        })
    }

    /// Records a row of this time.
    pub fn cover(&mut self, day: AccountDay, hour: u32) {
        let hour = if self.granularity == Granularity::Hour {
            hour
        } else {
            0
        };
        let place = usize::try_from(day.since(self.range.first())).ok();
        if let Some(hours) = place.and_then(|place| self.days.get_mut(place)) {
            *hours |= 1_u32.checked_shl(hour).unwrap_or_default();
        }
    }

    /// Times up to `now` without a row; `None` if every time has one.
    pub fn missing(&self, now: AccountHour) -> Option<MissingTimes> {
        let hours = if self.granularity == Granularity::Hour {
            HOURS
        } else {
            1
        };
        let mut missing = MissingTimes {
            count: 0,
            first: Vec::new(),
        };
        for (offset, covered) in (0..).zip(&self.days) {
            let day = self.range.first().plus(offset);
            let is_missing =
                |hour: &u32| covered & (1 << hour) == 0 && AccountHour { day, hour: *hour } <= now;
            for hour in (0..hours).filter(is_missing) {
                missing.count = missing.count.saturating_add(1);
                if missing.first.len() < LISTED {
                    missing.first.push(self.named(day, hour));
                }
            }
        }
        (missing.count > 0).then_some(missing)
    }

    fn named(&self, day: AccountDay, hour: u32) -> String {
        match self.granularity {
            Granularity::Hour => format!("{day} {hour:02}:00"),
            Granularity::Day | Granularity::Total => day.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn october(last: &str, granularity: Granularity) -> Option<CoveredTimes> {
        let [first, last] = ["2026-10-01", last].map(|day| AccountDay::parse(day).unwrap());
        CoveredTimes::new(DayRange::new(first, last).unwrap(), granularity)
    }

    fn at(day: &str, hour: u32) -> AccountHour {
        let day = AccountDay::parse(day).unwrap();
        AccountHour { day, hour }
    }

    /// The future is not listed; the day or hour that has begun is.
    #[test]
    fn times_that_have_not_begun_are_not_missing() {
        let days = october("2026-10-04", Granularity::Day).unwrap();
        let hours = october("2026-10-02", Granularity::Hour).unwrap();
        let count = |times: &CoveredTimes, now| times.missing(now).map(|missing| missing.count);
        let before = at("2026-09-30", 23);
        assert_eq!((count(&days, before), count(&hours, before)), (None, None));
        let now = at("2026-10-02", 5);
        assert_eq!((count(&days, now), count(&hours, now)), (Some(2), Some(30)));
    }

    fn cover(times: &mut CoveredTimes, text: &str) {
        let (day, hour) = super::super::period::row_time(text).unwrap();
        times.cover(day, hour);
    }

    #[test]
    fn days_without_a_row_are_listed() {
        let mut times = october("2026-10-04", Granularity::Day).unwrap();
        cover(&mut times, "2026-10-01 00:00:00");
        cover(&mut times, "2026-10-03 00:00:00");
        cover(&mut times, "2026-10-03 00:00:00");
        let missing = times.missing(at("2026-10-31", 0)).unwrap();
        assert_eq!(
            (missing.count, missing.first),
            (2, vec!["2026-10-02".to_owned(), "2026-10-04".to_owned()])
        );
        cover(&mut times, "2026-10-02 00:00:00");
        cover(&mut times, "2026-10-04 00:00:00");
        assert_eq!(times.missing(at("2026-10-31", 0)), None);
    }

    #[test]
    fn hours_without_a_row_are_listed_up_to_a_bound() {
        let mut times = october("2026-10-10", Granularity::Hour).unwrap();
        cover(&mut times, "2026-10-01 00:00:00");
        let missing = times.missing(at("2026-10-31", 0)).unwrap();
        assert_eq!((missing.count, missing.first.len()), (239, 100));
        assert_eq!(missing.first[0], "2026-10-01 01:00");
        assert!(october("2026-10-02", Granularity::Total).is_none());
    }
}
