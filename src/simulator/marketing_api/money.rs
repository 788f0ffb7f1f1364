//! Budgets and bids: minimum, maximum and precision by currency
//! (<https://business-api.tiktok.com/portal/docs?id=1737585839634433>).
//!
//! Amounts are decimals in the currency of the account.

use super::{account::SimulatedAdvertiser, refusal::AdsRefusal, switches::AdsSwitches};

/// Base of the smallest daily budget of a campaign.
pub(super) const CAMPAIGN_MINIMUM: u32 = 50;
/// Base of the smallest daily budget of an ad group.
pub(super) const ADGROUP_MINIMUM: u32 = 20;
/// Base that every budget stays below.
const MAXIMUM: u32 = 10_000_000;

/// Ratios of the base values, with their currencies.
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

/// Currencies without decimals.
const WHOLE: &str = "JPY KRW HUF CLP ISK IDR TWD PYG VND";

/// Ratio of the base values for a currency.
fn ratio(currency: &str) -> f64 {
    f64::from(base_ratio(currency))
}

fn base_ratio(currency: &str) -> u32 {
    let of_currency = RATIOS
        .iter()
        .find(|(_, currencies)| currencies.split(' ').any(|known| known == currency));
    of_currency.map_or(1, |(ratio, _)| *ratio)
}

/// Units of a currency that have the value of a dollar, roughly.
pub(super) fn scale(currency: &str) -> u64 {
    u64::from(base_ratio(currency))
}

/// Whether a currency has no decimals.
pub(super) fn is_whole(currency: &str) -> bool {
    WHOLE.split(' ').any(|known| known == currency)
}

/// Checks a budget of `days` days; 1 for a daily one.
pub(super) fn check_budget(
    field: &str,
    amount: f64,
    (base, days): (u32, u32),
    account: &SimulatedAdvertiser,
    switches: &AdsSwitches,
) -> Result<(), AdsRefusal> {
    check_precision(field, amount, account)?;
    let ratio = ratio(&account.currency);
    let least = f64::from(base) * f64::from(days) * ratio;
    let is_enough = if switches.minimum_is_enough() {
        amount >= least
    } else {
        amount > least
    };
    if !is_enough {
        let what = format!("The budget must be at least {least} {}.", account.currency);
        return Err(AdsRefusal::at(field, what));
    }
    let most = f64::from(MAXIMUM) * ratio;
    if amount >= most {
        let what = format!("The budget must be less than {most} {}.", account.currency);
        return Err(AdsRefusal::at(field, what));
    }
    Ok(())
}

/// Checks a bid against its largest base value.
pub(super) fn check_bid(
    field: &str,
    amount: f64,
    most: u32,
    account: &SimulatedAdvertiser,
) -> Result<(), AdsRefusal> {
    check_precision(field, amount, account)?;
    let most = f64::from(most) * ratio(&account.currency);
    if amount > 0.0 && amount <= most {
        return Ok(());
    }
    Err(AdsRefusal::at(
        field,
        format!("The bid must be above 0 and at most {most} {}.", account.currency),
    ))
}

fn check_precision(field: &str, amount: f64, account: &SimulatedAdvertiser) -> Result<(), AdsRefusal> {
    let (steps, step) = if is_whole(&account.currency) {
        (1.0, "1")
    } else {
        (100.0, "0.01")
    };
    let scaled = amount * steps;
    if (scaled - scaled.round()).abs() < 1e-6 {
        return Ok(());
    }
    Err(AdsRefusal::at(
        field,
        format!("Must be a multiple of {step} {}.", account.currency),
    ))
}

/// Hundredths of an amount; 0 for negative ones.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and amounts are below 10^12"
)]
pub(super) fn cents(amount: f64) -> u64 {
    (amount * 100.0).round() as u64
}

/// Units of an amount in hundredths.
#[expect(clippy::cast_precision_loss, reason = "amounts are below 2^53 hundredths")]
pub(super) fn units(cents: u64) -> f64 {
    cents as f64 / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(currency: &str, amount: f64, base: u32, days: u32) -> Result<(), String> {
        let account = SimulatedAdvertiser {
            currency: currency.to_owned(),
            ..SimulatedAdvertiser::default()
        };
        check_budget("budget", amount, (base, days), &account, &AdsSwitches::default())
            .map_err(|refusal| refusal.message)
    }

    #[test]
    fn the_minimum_depends_on_currency_and_days() {
        assert_eq!(check("USD", 50.0, 50, 1), Ok(()));
        assert!(
            check("USD", 49.99, 50, 1)
                .unwrap_err()
                .contains("at least 50 USD")
        );
        assert!(
            check("PLN", 199.99, 50, 1)
                .unwrap_err()
                .contains("at least 200 PLN")
        );
        assert!(
            check("JPY", 1_999.0, 20, 1)
                .unwrap_err()
                .contains("at least 2000 JPY")
        );
        assert!(
            check("EUR", 139.0, 20, 7)
                .unwrap_err()
                .contains("at least 140 EUR")
        );
        assert!(
            check("USD", 10_000_000.0, 50, 1)
                .unwrap_err()
                .contains("less than 10000000")
        );
    }

    #[test]
    fn precision_depends_on_the_currency() {
        assert_eq!(check("USD", 50.01, 50, 1), Ok(()));
        assert!(check("USD", 50.001, 50, 1).unwrap_err().contains("0.01 USD"));
        assert!(
            check("JPY", 5_000.5, 50, 1)
                .unwrap_err()
                .contains("multiple of 1 JPY")
        );
    }

    #[test]
    fn the_minimum_itself_can_be_refused() {
        let switches = AdsSwitches {
            minimum_is_enough: Some(false),
            ..AdsSwitches::default()
        };
        let account = SimulatedAdvertiser::default();
        assert!(check_budget("budget", 50.0, (50, 1), &account, &switches).is_err());
        assert!(check_budget("budget", 50.01, (50, 1), &account, &switches).is_ok());
    }
}
