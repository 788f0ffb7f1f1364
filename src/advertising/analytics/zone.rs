//! Time in an ad account's time zone, as far as TikTok's text of it has an offset from UTC.

use std::time::Duration;

use super::period::{AccountDay, HOURS};

/// Offset of an account's time zone from UTC, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoneOffset(i64);

/// Day and hour of an account's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountHour {
    /// The day.
    pub day: AccountDay,
    /// Hour of the day, from 0 to 23.
    pub hour: u32,
}

const HOUR: u64 = 3_600;

/// Largest offset of a time zone, in either direction.
const WIDEST: u64 = 14 * HOUR;

/// Names of UTC.
const UTC: [&str; 5] = ["UTC", "GMT", "Etc/UTC", "Etc/GMT", "Etc/UCT"];

impl ZoneOffset {
    /// Reads `UTC-05:00` or `Etc/GMT+5`, whose sign is inverted: both are five hours behind UTC. Names of regions are not
    /// known.
    pub fn parse(text: &str) -> Option<Self> {
        if UTC.contains(&text) {
            return Some(Self(0));
        }
        let (ahead, rest) = match text.strip_prefix("Etc/GMT") {
            Some(rest) => ("-", rest),
            None => (
                "+",
                text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT"))?,
            ),
        };
        let (sign, digits) = rest.split_at_checked(1)?;
        let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
        let number = |text: &str| {
            let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u64>().ok().filter(|_| is_number)
        };
        let size = number(hours)? * HOUR + number(minutes).filter(|minutes| *minutes < 60)? * 60;
        let size = i64::try_from(size).ok().filter(|_| size <= WIDEST)?;
        match sign {
            "+" | "-" => Some(Self(if sign == ahead { size } else { -size })),
            _ => None,
        }
    }
}

impl AccountHour {
    /// Hour that has begun in the account at a time since the Unix epoch. Without an offset, it has begun in every time zone.
    pub fn begun(since_epoch: Duration, offset: Option<ZoneOffset>) -> Option<Self> {
        let seconds = since_epoch.as_secs();
        let local = match offset {
            Some(ZoneOffset(offset)) => seconds.checked_add_signed(offset)?,
            None => seconds.checked_sub(WIDEST)?,
        };
        Some(Self {
            day: AccountDay::after_epoch(Duration::from_secs(local))?,
            hour: u32::try_from(local / HOUR % u64::from(HOURS)).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_from_its_text() {
        for (text, hours) in [
            ("UTC", 0),
            ("Etc/GMT", 0),
            ("Etc/GMT+8", -8),
            ("Etc/GMT-14", 14),
            ("UTC-05:00", -5),
            ("UTC+9", 9),
            ("GMT+02:00", 2),
        ] {
            assert_eq!(ZoneOffset::parse(text), Some(ZoneOffset(hours * 3_600)), "{text}");
        }
        assert_eq!(ZoneOffset::parse("UTC+05:30"), Some(ZoneOffset(19_800)));
        for text in [
            "",
            "America/New_York",
            "UTC5",
            "UTC+",
            "UTC+15",
            "UTC+5:60",
            "UTC++5",
            "UTC+005",
            "Etc/GMT+é",
        ] {
            assert_eq!(ZoneOffset::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_hour_has_begun_by_the_accounts_clock_or_everywhere() {
        // 2026-11-02 03:30:00 UTC.
        let now = Duration::from_mins(29_893_170);
        let begun = |text: &str| {
            let AccountHour { day, hour } = AccountHour::begun(now, ZoneOffset::parse(text)).unwrap();
            format!("{day} {hour}")
        };
        assert_eq!(begun("UTC"), "2026-11-02 3");
        assert_eq!(begun("Etc/GMT+8"), "2026-11-01 19");
        assert_eq!(begun("UTC+05:30"), "2026-11-02 9");
        assert_eq!(begun("America/New_York"), "2026-11-01 13");
        assert_eq!(AccountHour::begun(Duration::ZERO, None), None);
    }
}
