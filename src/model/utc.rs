//! Times of TikTok's objects and schedules.

use std::{fmt, time::Duration};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Latest time with a year of four digits: 9999-12-31 23:59:59.
const LATEST: i64 = 253_402_300_799;

/// Time in UTC, to the second, from 1970 to 9999. TikTok's form is `YYYY-MM-DD HH:MM:SS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UtcTime(i64);

impl UtcTime {
    /// Reads TikTok's form, or RFC 3339 with an offset, which is converted. Fractions of a second are dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once([' ', 'T', 't'])?;
        let time_of_day = rest.get(..8)?;
        let offset = offset_seconds(without_fraction(rest.get(8..)?)?, text.contains(' '))?;
        let (day, second) = (
            days(fields(date, '-', [4, 2, 2])?)?,
            seconds(fields(time_of_day, ':', [2; 3])?)?,
        );
        Self::from_seconds(day * DAY + second - offset)
    }

    /// Time that is `since_epoch` after 1970-01-01 00:00:00; the latest one for the years after 9999.
    pub fn after_epoch(since_epoch: Duration) -> Self {
        Self(i64::try_from(since_epoch.as_secs()).map_or(LATEST, |seconds| seconds.min(LATEST)))
    }

    /// Time since the Unix epoch.
    pub fn since_epoch(self) -> Duration {
        Duration::from_secs(self.0.try_into().unwrap_or_default())
    }

    /// RFC 3339, for results: `2026-11-22T08:30:00Z`.
    pub fn rfc3339(self) -> String {
        format!("{self}Z").replace(' ', "T")
    }

    fn from_seconds(seconds: i64) -> Option<Self> {
        (0..=LATEST).contains(&seconds).then_some(Self(seconds))
    }
}

/// TikTok's form.
impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0 / DAY);
        let second = self.0 % DAY;
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        )
    }
}

/// The rest after a fraction such as `.123`.
fn without_fraction(rest: &str) -> Option<&str> {
    let Some(fraction) = rest.strip_prefix('.') else {
        return Some(rest);
    };
    let rest = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
    (rest.len() < fraction.len()).then_some(rest)
}

/// Offset from UTC, in seconds. TikTok's form has none.
fn offset_seconds(text: &str, may_be_absent: bool) -> Option<i64> {
    if let "Z" | "z" = text {
        return Some(0);
    }
    if text.is_empty() {
        return may_be_absent.then_some(0);
    }
    let (sign, amount) = text.strip_prefix('+').map(|amount| (1, amount)).or_else(|| {
        let amount = text.strip_prefix('-')?;
        Some((-1, amount))
    })?;
    let [hour, minute] = fields(amount, ':', [2, 2])?;
    (hour < 24 && minute < 60).then_some(sign * (hour * 3_600 + minute * 60))
}

/// Numbers of exactly these widths between separators.
fn fields<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let is_digits = |part: &&str| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = parts.next().filter(is_digits)?.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// Seconds since midnight; `None` if the time does not exist.
fn seconds([hour, minute, second]: [i64; 3]) -> Option<i64> {
    let exists = hour < 24 && minute < 60 && second < 60;
    exists.then_some(hour * 3_600 + minute * 60 + second)
}

/// Days since the Unix epoch; `None` if the date does not exist. The calendar is Howard Hinnant's `days_from_civil`.
fn days([year, month, day]: [i64; 3]) -> Option<i64> {
    let (shifted_year, shifted_month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let of_years = shifted_year * 365 + shifted_year / 4 - shifted_year / 100 + shifted_year / 400;
    let days = of_years + day_of_year - 719_468;
    // A date such as February 30 comes back as another one.
    (days >= 0 && civil(days) == (year, month, day)).then_some(days)
}

/// Date of a day since the Unix epoch. The calendar is Howard Hinnant's `civil_from_days`.
const fn civil(days_since_epoch: i64) -> (i64, i64, i64) {
    let days = days_since_epoch + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let year = year_of_era + era * 400;
    if shifted < 10 {
        (year, shifted + 3, day)
    } else {
        (year + 1, shifted - 9, day)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds_of(text: &str) -> Option<u64> {
        UtcTime::parse(text).map(|time| time.since_epoch().as_secs())
    }

    #[test]
    fn tiktoks_form_is_read_as_it_is_written() {
        for (text, seconds) in [
            ("1970-01-01 00:00:00", 0),
            ("2000-02-29 00:00:00", 951_782_400),
            ("2026-09-11 12:00:05", 1_789_128_005),
            ("2038-01-01 00:00:00", 2_145_916_800),
            ("9999-12-31 23:59:59", 253_402_300_799),
        ] {
            assert_eq!(seconds_of(text), Some(seconds), "{text}");
            assert_eq!(
                UtcTime::after_epoch(Duration::from_secs(seconds)).to_string(),
                text
            );
        }
        assert_eq!(
            UtcTime::after_epoch(Duration::MAX).to_string(),
            "9999-12-31 23:59:59"
        );
    }

    #[test]
    fn rfc_3339_is_converted_to_utc() {
        for (text, utc) in [
            ("2026-09-11T12:00:05Z", "2026-09-11 12:00:05"),
            ("2026-09-11t12:00:05z", "2026-09-11 12:00:05"),
            ("2026-09-11T12:00:05.999Z", "2026-09-11 12:00:05"),
            ("2026-09-11T01:30:00+02:00", "2026-09-10 23:30:00"),
            ("2026-12-31T20:00:00-08:00", "2027-01-01 04:00:00"),
            ("2026-09-11 12:00:05+05:30", "2026-09-11 06:30:05"),
        ] {
            assert_eq!(UtcTime::parse(text).unwrap().to_string(), utc, "{text}");
        }
    }

    #[test]
    fn other_forms_and_times_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-29 00:00:00",
            "2026-02-30 00:00:00",
            "2026-13-01 00:00:00",
            "2026-00-01 00:00:00",
            "2026-01-00 00:00:00",
            "2026-01-01 24:00:00",
            "2026-01-01 00:60:00",
            "2026-01-01 00:00:60",
            "2026-1-01 00:00:00",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00+2:00",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01",
            "1969-12-31 23:59:59",
            "1970-01-01T00:00:00+01:00",
            "2026-01-01 00:00:00 ",
            "2026-01-01 00:00:0ä",
            "1789128005",
            "",
        ] {
            assert_eq!(UtcTime::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_second_is_read_back(seconds in 0_u64..=253_402_300_799) {
            let time = UtcTime::after_epoch(Duration::from_secs(seconds));
            prop_assert_eq!(UtcTime::parse(&time.to_string()), Some(time));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            if let Some(time) = UtcTime::parse(&text) {
                prop_assert!(UtcTime::parse(&time.to_string()) == Some(time));
            }
        }
    }
}
