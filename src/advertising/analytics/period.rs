//! Days of an ad account, and the windows of a range that one report may span.

use std::{fmt, time::Duration};

use crate::model::UtcTime;

/// Day of an ad account's calendar, from 1970 to 9999. Its text is YYYY-MM-DD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountDay(u32);

/// Hours of a day.
pub(super) const HOURS: u32 = 24;

const DAY: u64 = 86_400;

/// Bytes of YYYY-MM-DD.
const DATE_LENGTH: usize = 10;

impl AccountDay {
    /// Reads YYYY-MM-DD; `None` for a date that does not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let time = UtcTime::parse(&format!("{text} 00:00:00"))?;
        Self::after_epoch(time.since_epoch())
    }

    /// Day in UTC of a time since the Unix epoch.
    pub fn after_epoch(time: Duration) -> Option<Self> {
        u32::try_from(time.as_secs() / DAY).ok().map(Self)
    }

    /// The day that is this many days later.
    #[must_use]
    pub const fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The day that is this many days earlier; `None` before 1970.
    pub fn minus(self, days: u32) -> Option<Self> {
        self.0.checked_sub(days).map(Self)
    }

    /// Days from `earlier` to this one.
    pub const fn since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for AccountDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = UtcTime::after_epoch(Duration::from_secs(u64::from(self.0) * DAY));
        f.write_str(time.to_string().get(..DATE_LENGTH).unwrap_or_default())
    }
}

/// Day and hour of a row's dimension of time, such as `2026-10-17 13:00:00`.
pub fn row_time(text: &str) -> Option<(AccountDay, u32)> {
    let day = AccountDay::parse(text.get(..DATE_LENGTH)?)?;
    let hour = if text.len() > DATE_LENGTH {
        text.get(11..13)?.parse().ok()?
    } else {
        0
    };
    (hour < HOURS).then_some((day, hour))
}

/// Division of a range into rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    /// One row for the whole range.
    Total,
    /// One row for each day.
    Day,
    /// One row for each hour.
    Hour,
}

impl Granularity {
    /// TikTok's dimension.
    pub const fn dimension(self) -> Option<&'static str> {
        match self {
            Self::Total => None,
            Self::Day => Some("stat_time_day"),
            Self::Hour => Some("stat_time_hour"),
        }
    }

    /// Most days of one report (docs/tiktok-marketing-api.md#reports). Both ends count.
    pub const fn window(self) -> u32 {
        match self {
            Self::Total => 365,
            Self::Day => 30,
            Self::Hour => 1,
        }
    }

    /// Most days of a request of this program, which bounds the number of its calls.
    pub const fn longest(self) -> u32 {
        match self {
            Self::Total => 3_650,
            Self::Day => 1_096,
            Self::Hour => 92,
        }
    }
}

/// Range of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRange {
    first: AccountDay,
    last: AccountDay,
}

impl DayRange {
    /// Range from `first` to `last`; `None` if it would be empty.
    pub fn new(first: AccountDay, last: AccountDay) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// Range from the first day of the first part to the last day of the last one; `None` without parts.
    pub fn spanning(parts: &[Self]) -> Option<Self> {
        Self::new(parts.first()?.first, parts.last()?.last)
    }

    /// The earlier and the later half; `None` for a single day.
    pub fn halves(self) -> Option<[Self; 2]> {
        let last = self.first.plus((self.days() / 2).checked_sub(1)?);
        Some([Self::new(self.first, last)?, Self::new(last.plus(1), self.last)?])
    }

    /// First day.
    pub const fn first(self) -> AccountDay {
        self.first
    }

    /// Last day.
    pub const fn last(self) -> AccountDay {
        self.last
    }

    /// Number of days.
    pub const fn days(self) -> u32 {
        self.last.since(self.first).saturating_add(1)
    }

    /// Whether the range has this day.
    pub fn contains(self, day: AccountDay) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// Consecutive parts of at most `most` days, in order, that cover the range once.
    pub fn windows(self, most: u32) -> impl Iterator<Item = Self> {
        let most = most.max(1);
        let step = usize::try_from(most).unwrap_or(usize::MAX);
        (0..self.days()).step_by(step).map(move |offset| {
            let first = self.first.plus(offset);
            Self {
                first,
                last: first.plus(most - 1).min(self.last),
            }
        })
    }

    /// Range of the same length that ends on the day before this one; `None` if it would begin before 1970.
    pub fn previous(self) -> Option<Self> {
        Self::new(self.first.minus(self.days())?, self.first.minus(1)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(first: &str, last: &str) -> Option<DayRange> {
        DayRange::new(AccountDay::parse(first)?, AccountDay::parse(last)?)
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for text in ["1970-01-01", "2024-02-29", "2026-12-31", "9999-12-31"] {
            assert_eq!(AccountDay::parse(text).unwrap().to_string(), text);
        }
        for text in ["2026-02-29", "2026-13-01", "26-01-01", "", "2026-01-01 00:00:00"] {
            assert_eq!(AccountDay::parse(text), None, "{text}");
        }
        assert_eq!(range("2024-02-28", "2024-03-01").unwrap().days(), 3);
        assert_eq!(range("2026-01-02", "2026-01-01"), None);
    }

    #[test]
    fn the_previous_period_ends_on_the_day_before() {
        let previous = range("2026-03-01", "2026-03-07").unwrap().previous();
        assert_eq!(previous, range("2026-02-22", "2026-02-28"));
        assert_eq!(range("1970-01-03", "1970-01-07").unwrap().previous(), None);
    }

    #[test]
    fn halves_cover_a_range_of_several_days() {
        let halves = |first, last| range(first, last).unwrap().halves();
        let of = |first, last| range(first, last).unwrap();
        assert_eq!(halves("2026-03-01", "2026-03-01"), None);
        assert_eq!(
            halves("2026-03-01", "2026-03-02"),
            Some([of("2026-03-01", "2026-03-01"), of("2026-03-02", "2026-03-02")])
        );
        assert_eq!(
            halves("2026-03-01", "2026-03-05"),
            Some([of("2026-03-01", "2026-03-02"), of("2026-03-03", "2026-03-05")])
        );
    }

    #[test]
    fn a_row_has_its_day_and_hour() {
        let day = AccountDay::parse("2026-10-17").unwrap();
        assert_eq!(row_time("2026-10-17 00:00:00"), Some((day, 0)));
        assert_eq!(row_time("2026-10-17 23:00:00"), Some((day, 23)));
        assert_eq!(row_time("2026-10-17"), Some((day, 0)));
        for text in ["", "-", "2026-10-17 24:00:00", "17.10.2026", "2026-10-17 x"] {
            assert_eq!(row_time(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn windows_cover_a_range_without_gap_or_overlap(first in 0_u32..20_000, days in 1_u32..3_000, most in 1_u32..400) {
            let first = AccountDay(first);
            let range = DayRange::new(first, first.plus(days - 1)).unwrap();
            let windows: Vec<_> = range.windows(most).collect();
            prop_assert_eq!(windows[0].first(), range.first());
            prop_assert_eq!(windows.last().unwrap().last(), range.last());
            for pair in windows.windows(2) {
                prop_assert_eq!(pair[0].last().plus(1), pair[1].first());
            }
            prop_assert!(windows.iter().all(|window| (1..=most).contains(&window.days())));
            prop_assert_eq!(windows.iter().map(|window| window.days()).sum::<u32>(), days);
            prop_assert_eq!(windows.len(), usize::try_from(days.div_ceil(most)).unwrap());
        }
    }
}
