//! Dates of reports.

use std::time::SystemTime;

use super::Result;

/// The day that was `days` days ago, in UTC, as `YYYY-MM-DD`.
#[expect(clippy::disallowed_methods, reason = "the simulator's clock is the machine's")]
pub(super) fn days_ago(days: u64) -> Result<String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let (year, month, day) = civil(now.as_secs() / 86_400 - days);
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}

/// Year, month and day of a number of days since 1970-01-01, by the calendar's cycle of 400 years (146,097
/// days).
const fn civil(days: u64) -> (u64, u64, u64) {
    // Years begin in March, so that a leap day is the last one.
    let since_march_0000 = days + 719_468;
    let (era, day_of_era) = (since_march_0000 / 146_097, since_march_0000 % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (year_of_era + era * 400 + next_year, month, day)
}
