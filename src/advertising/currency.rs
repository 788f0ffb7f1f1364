//! Currencies of ad accounts. Facts: docs/tiktok-marketing-api.md#budgets-and-currencies.

/// Ratios of limits to those in US dollars, with the currencies that have them.
const RATIOS: [(u32, &str); 8] = [
    (
        1,
        "USD EUR GBP AUD CAD NZD SGD CHF AED SAR QAR MYR BRL ARS ILS PEN RON HUF",
    ),
    (4, "PLN"),
    (
        10,
        "HKD CNY TWD THB MXN TRY ZAR DKK SEK NOK CZK EGP MOP BOB GTQ HNL NIO UAH UYU",
    ),
    (50, "PHP"),
    (100, "JPY INR RUB BDT DZD ISK KES NGN PKR"),
    (1_000, "KRW CLP COP CRC"),
    (10_000, "IDR VND PYG"),
    (100_000, "VEF"),
];

/// Currencies whose amounts have no decimals.
const WITHOUT_DECIMALS: &str = "JPY KRW HUF CLP ISK IDR TWD PYG VND";

/// Decimals of the other currencies.
const DECIMALS: u32 = 2;

/// Currency whose limits TikTok documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    /// Code by ISO 4217.
    pub code: &'static str,
    /// Ratio of limits to those in US dollars.
    pub ratio: u32,
    /// Largest number of digits after the decimal point.
    pub decimals: u32,
}

impl Currency {
    /// Currency of this code; `None` if TikTok does not document its limits.
    pub fn find(code: &str) -> Option<Self> {
        RATIOS.iter().find_map(|(ratio, codes)| {
            let known = codes.split(' ').find(|known| *known == code)?;
            let is_whole = WITHOUT_DECIMALS.split(' ').any(|whole| whole == known);
            Some(Self {
                code: known,
                ratio: *ratio,
                decimals: if is_whole { 0 } else { DECIMALS },
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_has_its_ratio_and_decimals() {
        for (code, ratio, decimals) in [
            ("USD", 1, 2),
            ("HUF", 1, 0),
            ("PLN", 4, 2),
            ("TWD", 10, 0),
            ("CZK", 10, 2),
            ("PHP", 50, 2),
            ("JPY", 100, 0),
            ("INR", 100, 2),
            ("KRW", 1_000, 0),
            ("COP", 1_000, 2),
            ("VND", 10_000, 0),
            ("VEF", 100_000, 2),
        ] {
            let currency = Currency::find(code).unwrap();
            assert_eq!(
                (currency.code, currency.ratio, currency.decimals),
                (code, ratio, decimals)
            );
        }
        for unknown in ["", "usd", "XXX", "USD EUR"] {
            assert_eq!(Currency::find(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn every_currency_is_listed_once() {
        let mut codes: Vec<&str> = RATIOS.iter().flat_map(|(_, codes)| codes.split(' ')).collect();
        let number = codes.len();
        assert!(codes.iter().all(|code| code.len() == 3), "{codes:?}");
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), number, "a currency is listed twice");
        let known = |code| codes.binary_search(&code).is_ok();
        assert!(WITHOUT_DECIMALS.split(' ').all(known));
    }
}
