//! Times of the Marketing API: `YYYY-MM-DD HH:MM:SS` in UTC.
//!
//! The calendar is Howard Hinnant's `days_from_civil` and `civil_from_days`.

use std::time::Duration;

/// Seconds of a day.
pub(super) const DAY: u64 = 86_400;

/// `YYYY-MM-DD HH:MM:SS` of a time since the Unix epoch.
pub(super) fn format(since_epoch: Duration) -> String {
    let seconds = since_epoch.as_secs();
    let (year, month, day) = civil(seconds / DAY);
    let second = seconds % DAY;
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}",
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}

/// `YYYY-MM-DDTHH:MM:SSZ` of a time since the Unix epoch.
pub(super) fn iso(since_epoch: Duration) -> String {
    let text = format(since_epoch);
    format!("{}Z", text.replace(' ', "T"))
}

/// `YYYY-MM-DD` of a day since the Unix epoch.
pub(super) fn format_date(day: u64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Reads `YYYY-MM-DD` as days since the Unix epoch.
pub(super) fn parse_date(text: &str) -> Option<u64> {
    parse(&format!("{text} 00:00:00")).map(|time| time.as_secs() / DAY)
}

/// Reads `YYYY-MM-DD HH:MM:SS`.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let (date, time) = text.split_once(' ')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let seconds = days(year, month, day)? * DAY + hour * 3_600 + minute * 60 + second;
    let exists = hour < 24 && minute < 60 && second < 60;
    // A date such as February 30 comes back as another one.
    let since_epoch = Duration::from_secs(seconds);
    (exists && format(since_epoch) == text).then_some(since_epoch)
}

fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[u64; 3]> {
    let mut parts = text.split(separator).zip(widths).map(|(part, width)| {
        let is_number = part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| is_number)
    });
    let found = [parts.next()??, parts.next()??, parts.next()??];
    (text.split(separator).count() == 3).then_some(found)
}

fn civil(days_since_epoch: u64) -> (u64, u64, u64) {
    let days = days_since_epoch + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// Days since the Unix epoch; `None` for years before 1970 and months that do not exist.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1_970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_written() {
        for (text, seconds) in [
            ("1970-01-01 00:00:00", 0),
            ("2000-02-29 00:00:00", 951_782_400),
            ("2026-09-11 12:00:05", 1_789_128_005),
            ("2038-01-01 00:00:00", 2_145_916_800),
        ] {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
            assert_eq!(format(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn other_forms_and_dates_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-30 00:00:00",
            "2026-13-01 00:00:00",
            "2026-01-01 24:00:00",
            "2026-1-01 00:00:00",
            "2026-01-01T00:00:00",
            "2026-01-01",
            "2026-01-01 00:00:00Z",
            "1969-12-31 00:00:00",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
