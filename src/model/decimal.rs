//! Exact decimal numbers, for comparisons and sums of amounts.

use std::{cmp::Ordering, fmt};

/// Exact decimal number: `digits` × 10^`exponent`.
///
/// Amounts arrive as binary floating-point numbers. Their shortest decimal form is what the caller wrote, and sums and
/// products of it are exact, where 0.1 × 3 as floating-point numbers is not 0.3.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    /// At most 38 decimal digits, and no trailing zero.
    digits: i128,
    exponent: i32,
}

/// Most digits of a number that is read from text. Billions of such numbers can be added up.
const PARSED_DIGITS: usize = 24;

/// Largest exponent of a number that is read from text.
const PARSED_POWER: u32 = 12;

impl Decimal {
    /// The decimal form of a finite number; zero for any other.
    pub(super) fn of(number: f64) -> Self {
        // A scientific form is a digit, perhaps a point and further digits, and an exponent: 4.999e1.
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let places = i32::try_from(fraction.len()).unwrap_or_default();
        Self {
            digits: format!("{whole}{fraction}").parse().unwrap_or_default(),
            exponent: exponent.parse::<i32>().unwrap_or_default() - places,
        }
    }

    /// Reads a number as text, with or without a point and an exponent. `None` for any other text, and for more digits
    /// than sums of such numbers can keep.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, power) = match text.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, power.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (sign, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, mantissa),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let is_number = !whole.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || digits.len() > PARSED_DIGITS || power.unsigned_abs() > PARSED_POWER {
            return None;
        }
        let places = i32::try_from(fraction.len()).ok()?;
        Some(Self::normal(sign * digits.parse::<i128>().ok()?, power - places))
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let lowest = self.exponent.min(other.exponent);
        let sum = self.signed(lowest).saturating_add(other.signed(lowest));
        Self::normal(sum, lowest)
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.plus(Self {
            digits: -other.digits,
            ..other
        })
    }

    /// The quotient, multiplied by 10^`power` and rounded to `places` digits after the point; `None` for a division by
    /// zero.
    pub fn divided_by(self, other: Self, power: u32, places: u32) -> Option<Self> {
        let lowest = self.exponent.min(other.exponent);
        let scale = 10_i128.checked_pow(power.saturating_add(places))?;
        let over = self.signed(lowest).saturating_mul(scale);
        let under = other.signed(lowest);
        let (quotient, rest) = (over.checked_div(under)?, over.checked_rem(under)?);
        let is_up = rest.unsigned_abs() >= under.unsigned_abs().div_ceil(2);
        let away = over.signum() * under.signum();
        let rounded = quotient + if is_up { away } else { 0 };
        Some(Self::normal(rounded, -i32::try_from(places).ok()?))
    }

    /// Digits with the sign as a multiple of 10^`exponent`, which is not above the own one.
    fn signed(self, exponent: i32) -> i128 {
        let size = i128::try_from(self.scaled(exponent)).unwrap_or(i128::MAX);
        size * self.digits.signum()
    }

    /// The product with a whole number.
    #[must_use]
    pub fn times(self, factor: u32) -> Self {
        // 17 digits of a floating-point number and 10 of the factor fit twice over.
        Self::normal(self.digits.saturating_mul(factor.into()), self.exponent)
    }

    /// The hundredth part.
    #[must_use]
    pub const fn hundredth(self) -> Self {
        Self {
            digits: self.digits,
            exponent: self.exponent - 2,
        }
    }

    /// Digits after the decimal point.
    pub fn places(self) -> u32 {
        u32::try_from(-self.exponent).unwrap_or(0)
    }

    fn normal(mut digits: i128, mut exponent: i32) -> Self {
        while digits != 0 && digits % 10 == 0 {
            digits /= 10;
            exponent += 1;
        }
        let exponent = if digits == 0 { 0 } else { exponent };
        Self { digits, exponent }
    }

    /// Power of ten of the first digit, and one more; the least for zero.
    fn magnitude(self) -> i64 {
        match self.digits.unsigned_abs().checked_ilog10() {
            Some(power) => i64::from(power) + i64::from(self.exponent),
            None => i64::MIN,
        }
    }

    /// Compares the sizes without the signs.
    fn cmp_size(self, other: Self) -> Ordering {
        let by_magnitude = self.magnitude().cmp(&other.magnitude());
        by_magnitude.then_with(|| {
            let lowest = self.exponent.min(other.exponent);
            self.scaled(lowest).cmp(&other.scaled(lowest))
        })
    }

    /// Digits without the sign as a multiple of 10^`exponent`, which is not above the own one. Numbers of one magnitude
    /// have at most 38 digits then.
    fn scaled(self, exponent: i32) -> u128 {
        let shift = u32::try_from(self.exponent - exponent).unwrap_or_default();
        let power = 10_u128.checked_pow(shift).unwrap_or(u128::MAX);
        self.digits.unsigned_abs().saturating_mul(power)
    }
}

impl From<u32> for Decimal {
    fn from(number: u32) -> Self {
        Self::normal(number.into(), 0)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.digits.signum(), other.digits.signum()) {
            (1, 1) => self.cmp_size(*other),
            (-1, -1) => other.cmp_size(*self),
            (own, others) => own.cmp(&others),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Decimal {}

/// All digits, without an exponent.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.unsigned_abs();
        if self.exponent >= 0 {
            let zeros = usize::try_from(self.exponent).unwrap_or_default();
            return write!(f, "{sign}{digits}{:0<zeros$}", "");
        }
        let places = usize::try_from(self.places()).unwrap_or_default();
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at_checked(digits.len() - places).unwrap_or_default();
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written() {
        for text in [
            "0",
            "1",
            "-1",
            "50",
            "49.99",
            "0.05",
            "-0.5",
            "0.1",
            "12345678.9",
            "9999999.99",
            "10000000",
            "0.000001",
            "123456789012345680000",
        ] {
            assert_eq!(Decimal::of(text.parse().unwrap()).to_string(), text);
        }
        assert_eq!(Decimal::of(-0.0), Decimal::from(0));
        assert_eq!(Decimal::of(f64::NAN), Decimal::from(0));
        assert_eq!(Decimal::of(1e300).to_string().len(), 301);
    }

    #[test]
    fn products_are_exact() {
        let tenth = Decimal::of(0.1);
        assert_eq!(tenth.times(3), Decimal::of(0.3));
        assert_eq!(tenth.times(10), Decimal::from(1));
        assert_eq!(tenth.times(0), Decimal::from(0));
        assert_eq!(Decimal::of(80.01).times(125).hundredth().to_string(), "100.0125");
        assert_eq!(
            Decimal::from(1_000_000).times(1_000_000).to_string(),
            "1000000000000"
        );
    }

    #[test]
    fn places_are_those_that_count() {
        for (number, places) in [
            (50.0, 0),
            (50.5, 1),
            (50.05, 2),
            (0.001, 3),
            (1e20, 0),
            (1.5e-7, 8),
        ] {
            assert_eq!(Decimal::of(number).places(), places, "{number}");
        }
        assert_eq!(Decimal::of(0.5).times(2).places(), 0);
    }

    #[test]
    fn numbers_of_any_size_can_be_compared() {
        let ascending = [
            f64::MIN,
            -1e20,
            -100.5,
            -100.25,
            -1.0,
            -1e-300,
            0.0,
            1e-300,
            0.05,
            0.5,
            1.0,
            99.0,
            100.25,
            100.5,
            1e20,
            1e300,
            f64::MAX,
        ];
        for pair in ascending.windows(2) {
            assert!(Decimal::of(pair[0]) < Decimal::of(pair[1]), "{pair:?}");
            assert!(Decimal::of(pair[1]) > Decimal::of(pair[0]), "{pair:?}");
        }
    }

    #[test]
    fn a_number_is_read_from_any_of_its_forms() {
        for (text, shown) in [
            ("116", "116"),
            ("116.0", "116"),
            ("0.10", "0.1"),
            ("-12.50", "-12.5"),
            ("1.0505E7", "10505000"),
            ("1.5e-3", "0.0015"),
            ("0", "0"),
            ("7.", "7"),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), shown, "{text}");
        }
        for text in [
            "", "-", "<5", ".5", "1,000", "1e", "NaN", "inf", "+1", "1e99", "1 2",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn quotients_are_rounded_half_away_from_zero() {
        let quotient = |over: &str, under: &str, power, places| {
            let (over, under) = (Decimal::parse(over)?, Decimal::parse(under)?);
            Some(over.divided_by(under, power, places)?.to_string())
        };
        assert_eq!(quotient("116", "10505", 2, 2).as_deref(), Some("1.1"));
        assert_eq!(quotient("76.73", "10505", 3, 4).as_deref(), Some("7.3041"));
        assert_eq!(quotient("1", "8", 0, 2).as_deref(), Some("0.13"));
        assert_eq!(quotient("-1", "8", 0, 2).as_deref(), Some("-0.13"));
        assert_eq!(quotient("1", "3", 0, 2).as_deref(), Some("0.33"));
        assert_eq!(quotient("1", "0", 0, 2), None);
    }

    proptest! {
        #[test]
        fn sums_of_cents_are_those_of_whole_numbers(cents in proptest::collection::vec(-100_000_i64..100_000_000, 0..40)) {
            let text = |cents: i64| format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100);
            let sum = cents.iter().fold(Decimal::from(0), |sum, part| sum.plus(Decimal::parse(&text(*part)).unwrap()));
            let whole: i64 = cents.iter().sum();
            prop_assert_eq!(sum, Decimal::parse(&text(whole)).unwrap());
            prop_assert_eq!(sum.minus(sum), Decimal::from(0));
        }

        #[test]
        fn decimals_are_ordered_like_their_numbers(a in -1e15_f64..1e15, b in -1e15_f64..1e15) {
            prop_assert_eq!(Decimal::of(a).cmp(&Decimal::of(b)), a.partial_cmp(&b).unwrap());
        }

        #[test]
        fn multiples_of_cents_are_those_of_whole_numbers(cents in 0_u32..2_000_000_000, factor in 0_u32..100_000) {
            let amount = Decimal::of(f64::from(cents) / 100.0);
            prop_assert_eq!(amount, Decimal::from(cents).hundredth());
            let product = Decimal::of(f64::from(cents)).times(factor).hundredth();
            prop_assert_eq!(amount.times(factor), product);
            prop_assert!(amount.places() <= 2);
        }
    }
}
