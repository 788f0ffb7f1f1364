//! Numbers of an ad in a stretch of time, drawn from its delivery and its id: the same at every call.
//!
//! Sums are differences of a running total that starts at each day of the account. So the hours of a day add up to the
//! day, the days to the range, and the ads to everything above them, to the hundredth.

use std::time::Duration;

use super::{
    delivery,
    entity::{AdsEntity, Delivered, EntityLevel},
    money,
    report_sums::{
        CLICKS, CONVERSION, ENGAGED_VIEW, EventChannel, IMPRESSIONS, REAL_TIME_CONVERSION, ReportCell, SPEND,
        SUMS, SumSource,
    },
    utc::{self, DAY},
    world::AdsWorld,
};

/// An ad, with what its numbers are drawn from.
#[derive(Debug)]
pub(super) struct ReportedAd<'a> {
    pub(super) ad: &'a AdsEntity,
    delivered: Vec<Delivered>,
    /// Seconds that the days of the account are ahead of UTC.
    offset: i64,
    /// Hundredths of a unit of the currency that spend is a multiple of.
    step: u64,
    /// Units of the currency that have the value of a dollar.
    scale: u64,
    is_app: bool,
    /// Index of the sum that is the result.
    goal: usize,
}

/// A share of everything: from one weight to another, of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CellShare {
    pub(super) from: u64,
    pub(super) until: u64,
    pub(super) all: u64,
}

impl CellShare {
    pub(super) const WHOLE: Self = Self {
        from: 0,
        until: 1,
        all: 1,
    };

    /// Share of this share.
    pub(super) fn of_share(self, inner: Self) -> Self {
        let width = self.until - self.from;
        Self {
            from: self.from * inner.all + inner.from * width,
            until: self.from * inner.all + inner.until * width,
            all: self.all * inner.all,
        }
    }

    fn of(self, value: u64) -> u64 {
        let at = |weight: u64| {
            let part = u128::from(value) * u128::from(weight) / u128::from(self.all.max(1));
            u64::try_from(part).unwrap_or(u64::MAX)
        };
        at(self.until).saturating_sub(at(self.from))
    }
}

impl<'a> ReportedAd<'a> {
    /// An ad of an account whose days are `offset` seconds ahead of UTC.
    pub(super) fn new(world: &AdsWorld, ad: &'a AdsEntity, offset: i64) -> Self {
        let account = world.advertisers.get(&ad.advertiser_id);
        let currency = account.map_or("USD", |account| account.currency.as_str());
        let is_sandbox = account.is_some_and(|account| account.sandbox);
        let above = world.above(ad);
        let campaign = world.campaign_of(ad);
        Self {
            ad,
            delivered: if is_sandbox { mock() } else { ad.delivered.clone() },
            offset,
            step: if money::is_whole(currency) { 100 } else { 1 },
            scale: money::scale(currency),
            is_app: campaign.is_some_and(|campaign| campaign.text("objective_type") == "APP_PROMOTION"),
            goal: match above.map_or("", |adgroup| adgroup.text("optimization_goal")) {
                "CLICK" | "TRAFFIC_LANDING_PAGE_VIEW" => CLICKS,
                "REACH" | "SHOW" => IMPRESSIONS,
                "ENGAGED_VIEW" | "ENGAGED_VIEW_FIFTEEN" => ENGAGED_VIEW,
                _ => CONVERSION,
            },
        }
    }

    /// Hours of the account in which the ad ran, the last one excluded: numbers since the epoch in its time zone.
    pub(super) fn hours(&self) -> (u64, u64) {
        let local = |time: Duration| time.as_secs().saturating_add_signed(self.offset);
        let first = self.delivered.iter().map(|stretch| stretch.from).min();
        let last = self.delivered.iter().map(|stretch| stretch.until).max();
        match (first, last) {
            (Some(first), Some(last)) => (local(first) / 3_600, local(last).div_ceil(3_600)),
            _ => (0, 0),
        }
    }

    /// Sums of a share of the ad in some hours of one day.
    pub(super) fn cell(&self, from_hour: u64, until_hour: u64, share: CellShare) -> ReportCell {
        let day = from_hour / 24;
        let begin = self.spent(day * 24);
        let rates = Rates::of(self.ad.id, day);
        let running = |hour: u64| {
            let spend = self.spent(hour).saturating_sub(begin);
            self.sums(&rates, spend).map(|sum| share.of(sum))
        };
        let (before, after) = (running(from_hour), running(until_hour));
        let mut cell = after;
        for (sum, before) in cell.iter_mut().zip(before) {
            *sum = sum.saturating_sub(before);
        }
        self.complete(&mut cell);
        cell
    }

    /// Hundredths spent before an hour of the account.
    fn spent(&self, hour: u64) -> u64 {
        let until = Duration::from_secs((hour * 3_600).saturating_add_signed(-self.offset));
        let stretches = self.delivered.iter().filter(|stretch| stretch.from < until);
        let spent = stretches.map(|stretch| {
            delivery::cents(&Delivered {
                until: stretch.until.min(until),
                ..*stretch
            })
        });
        let spent: u64 = spent.fold(0, u64::saturating_add);
        spent / self.step * self.step
    }

    /// Drawn sums for an amount spent in a day.
    fn sums(&self, rates: &Rates, spend: u64) -> ReportCell {
        let mut sums: ReportCell = [0; _];
        for (at, row) in SUMS.iter().enumerate() {
            let is_silent = match row.channel {
                EventChannel::Always => false,
                EventChannel::App => !self.is_app,
                EventChannel::Web => self.is_app,
                EventChannel::Shop => true,
            };
            let read = |of: usize| sums.get(of).copied().unwrap_or_default();
            let drawn = match row.source {
                _ if is_silent => 0,
                SumSource::Share { .. } if at == SPEND => spend,
                SumSource::Share { of: SPEND, .. } if at == IMPRESSIONS => {
                    rates.share(at, spend / self.scale)
                }
                SumSource::Share { of: SPEND, .. } => rates.share(at, spend) / self.step * self.step,
                SumSource::Share { of, .. } => rates.share(at, read(of)),
                SumSource::Worth { of, .. } => {
                    rates.share(at, read(of).saturating_mul(self.scale)) / self.step * self.step
                }
                SumSource::Total { .. } | SumSource::Goal | SumSource::RealTimeGoal => 0,
            };
            if let Some(sum) = sums.get_mut(at) {
                *sum = drawn;
            }
        }
        sums
    }

    /// Fills in what follows from the drawn sums.
    fn complete(&self, cell: &mut ReportCell) {
        let drawn = *cell;
        let read = |at: usize| drawn.get(at).copied().unwrap_or_default();
        for (sum, row) in cell.iter_mut().zip(&SUMS) {
            match row.source {
                SumSource::Share { .. } | SumSource::Worth { .. } => {}
                SumSource::Total { plus, minus } => {
                    let all: u64 = plus.iter().map(|at| read(*at)).fold(0, u64::saturating_add);
                    *sum = all.saturating_sub(minus.map_or(0, read));
                }
                SumSource::RealTimeGoal if self.goal == CONVERSION => *sum = read(REAL_TIME_CONVERSION),
                SumSource::Goal | SumSource::RealTimeGoal => *sum = read(self.goal),
            }
        }
    }
}

/// Ratios of an ad on a day, in millionths.
#[derive(Debug)]
struct Rates(Vec<u64>);

impl Rates {
    fn of(id: u64, day: u64) -> Self {
        let drawn = SUMS.iter().enumerate().map(|(at, row)| {
            let (low, high) = row.source.range();
            // Half belongs to the ad, half to the day, so that ads differ for good.
            let width = (high - low) / 2 + 1;
            low + mixed(id, at as u64, 0) % width + mixed(id, at as u64, day + 1) % width
        });
        Self(drawn.collect())
    }

    fn share(&self, at: usize, whole: u64) -> u64 {
        let ratio = self.0.get(at).copied().unwrap_or_default();
        // The widths add up to two more than the range.
        let most = SUMS.get(at).map_or(0, |row| row.source.range().1);
        let share = u128::from(whole) * u128::from(ratio.min(most)) / 1_000_000;
        u64::try_from(share).unwrap_or(u64::MAX)
    }
}

/// A number that depends on every bit of three others (SplitMix64).
pub(super) fn mixed(first: u64, second: u64, third: u64) -> u64 {
    let mut state = first;
    for next in [second, third, 0] {
        state = state.wrapping_add(next).wrapping_add(0x9E37_79B9_7F4A_7C15);
        state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        state ^= state >> 31;
    }
    state
}

/// Unique users behind impressions: a concave function that begins at zero, so that the users of a whole are fewer than
/// those of its parts together and no fewer than those of any part.
pub(super) fn users(impressions: u64) -> u64 {
    let shown = u128::from(impressions);
    let users = (shown * USERS * 4).div_ceil((shown + USERS) * 5);
    u64::try_from(users).unwrap_or(u64::MAX)
}

/// People behind events, of whom each is counted once: a function like [`users`], under which a single event is one person
/// and of many events every second one comes from somebody new.
pub(super) fn persons(events: u64) -> u64 {
    let all = u128::from(events);
    let persons = (all * (all + REGULARS * 4)).div_ceil((all + REGULARS * 2) * 2);
    u64::try_from(persons).unwrap_or(u64::MAX)
}

/// Delivery of the sandbox: mock data of twelve days.
fn mock() -> Vec<Delivered> {
    let day = |text: &str| Duration::from_secs(utc::parse_date(text).unwrap_or_default() * DAY);
    vec![Delivered {
        from: day("2020-12-08"),
        until: day("2020-12-20"),
        cents_per_day: 2_000,
    }]
}

/// The object of a level that an ad belongs to.
pub(super) fn object_of<'a>(
    world: &'a AdsWorld,
    ad: &'a AdsEntity,
    level: EntityLevel,
) -> Option<&'a AdsEntity> {
    match level {
        EntityLevel::Campaign => world.campaign_of(ad),
        EntityLevel::Adgroup => world.above(ad),
        EntityLevel::Ad => Some(ad),
    }
}

/// People who can be reached at all.
const USERS: u128 = 2_000_000;
/// People from whom repeated events come.
const REGULARS: u128 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_of_a_whole_are_fewer_than_of_its_parts_and_at_least_of_each() {
        for count in [users, persons] {
            for parts in [
                [1, 1],
                [1, 5],
                [900, 3_000],
                [250_000, 10],
                [5_000_000, 7_000_000],
            ] {
                let whole = count(parts.iter().sum());
                let apart: u64 = parts.iter().map(|part| count(*part)).sum();
                assert!(
                    whole <= apart && parts.iter().all(|part| count(*part) <= whole),
                    "{parts:?}"
                );
            }
            assert_eq!((count(0), count(1)), (0, 1));
            assert!((1..10_000).all(|one| count(one) <= one && count(one) <= count(one + 1)));
        }
        assert!(users(10_000) < users(5_000) * 2);
        assert_eq!((persons(10), persons(100), persons(1_000)), (9, 59, 510));
    }

    #[test]
    fn shares_add_up_to_the_whole() {
        let all = 7;
        for value in [0, 1, 6, 7, 1_000_003] {
            let parts = (0..all).map(|from| {
                CellShare {
                    from,
                    until: from + 1,
                    all,
                }
                .of(value)
            });
            assert_eq!(parts.sum::<u64>(), value);
        }
        assert_eq!(CellShare::WHOLE.of(5), 5);
    }
}
