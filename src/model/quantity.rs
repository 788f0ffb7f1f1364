//! Amounts with their unit.

use std::{fmt, num::ParseIntError, str::FromStr};

use serde::{Deserialize, Serialize};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ByteCount(pub u64);

impl ByteCount {
    /// The size of something in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
    }

    /// A whole number with a unit or without: `500MiB`, `2 GB`, `1048576`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at_checked(digits)?;
        let unit = unit.trim_start();
        let (_, size) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
        number.parse::<u64>().ok()?.checked_mul(*size).map(Self)
    }
}

/// Units of sizes, in bytes.
const UNITS: [(&str, u64); 10] = [
    ("", 1),
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

impl FromStr for ByteCount {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for ByteCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 byte"),
            bytes => write!(f, "{} bytes", Grouped(bytes)),
        }
    }
}

/// Prints a number with its thousands set apart: `5,242,880`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grouped(pub u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_whole_numbers_with_a_unit() {
        for (text, size) in [
            ("0", 0),
            ("1048576", 1 << 20),
            ("500MiB", 500 << 20),
            (" 2 gib ", 2 << 30),
            ("3GB", 3_000_000_000),
            ("1kB", 1_000),
            ("12B", 12),
            ("16777215TiB", 16_777_215 << 40),
        ] {
            assert_eq!(ByteCount::parse(text), Some(ByteCount(size)), "{text}");
        }
        for other in [
            "",
            "MiB",
            "-1",
            "+1",
            "1.5GiB",
            "1 0",
            "1M",
            "2GiBs",
            "16777216TiB",
            "99999999999999999999",
            "２",
        ] {
            assert_eq!(ByteCount::parse(other), None, "{other}");
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (64_000_001, "64,000,001"),
        ] {
            assert_eq!(Grouped(number).to_string(), text);
        }
        assert_eq!(ByteCount(1).to_string(), "1 byte");
        assert_eq!(ByteCount(5_242_880).to_string(), "5,242,880 bytes");
    }
}
