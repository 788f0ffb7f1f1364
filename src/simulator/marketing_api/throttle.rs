//! Request limits (<https://business-api.tiktok.com/portal/docs?id=1740029171730433>).
//!
//! Windows are those of the clock: a second, a minute, a day in UTC. A minute that overflows closes the counter
//! for five minutes, as the documents advise to pause that long.

use std::{collections::BTreeMap, time::Duration};

use super::{
    account::AppTier,
    refusal::{ADVERTISER_LIMIT, APP_LIMIT, AdsRefusal, ENDPOINT_LIMIT},
    utc::DAY,
};
use crate::simulator::endpoint::EndpointName;

/// Most requests per second, minute and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TierLimits(pub(super) u32, pub(super) u32, pub(super) u32);

/// Limits of an app over all endpoints.
pub(super) fn app_limits(tier: AppTier) -> TierLimits {
    match tier {
        AppTier::Basic => TierLimits(10, 600, 864_000),
        AppTier::Advanced => TierLimits(20, 1_200, 1_728_000),
        AppTier::Premium => TierLimits(30, 1_800, 2_592_000),
        AppTier::Ultimate => TierLimits(50, 3_000, 4_320_000),
    }
}

/// Limits of an endpoint that has its own.
pub(super) fn endpoint_limits(endpoint: EndpointName, tier: AppTier) -> Option<TierLimits> {
    if endpoint == EndpointName::REPORT_TASK_CREATE {
        // The page of limits has 2 in a second, the page of the endpoint 1: the stricter one.
        return Some(TierLimits(1, 60, 4_500));
    }
    let limits = match tier {
        AppTier::Basic => TierLimits(5, 150, 86_400),
        AppTier::Advanced => TierLimits(10, 200, 86_400),
        AppTier::Premium => TierLimits(10, 300, 86_400),
        AppTier::Ultimate => TierLimits(15, 300, 86_400),
    };
    (endpoint == EndpointName::AD_CREATE).then_some(limits)
}

/// Limits of each endpoint in the sandbox.
pub(super) const SANDBOX: TierLimits = TierLimits(1, 30, 1_000);

/// Counters by whom and what they are for.
#[derive(Debug, Default)]
pub(super) struct Throttles(BTreeMap<(u32, String), ClockWindows>);

/// Requests in the current windows.
#[derive(Debug, Default)]
struct ClockWindows {
    second: (u64, u32),
    minute: (u64, u32),
    day: (u64, u32),
    closed_until: Duration,
}

impl Throttles {
    /// Counts a request of an app.
    pub(super) fn app(&mut self, app_id: &str, limits: TierLimits, now: Duration) -> Result<(), AdsRefusal> {
        self.count(APP_LIMIT, app_id.to_owned(), limits, now)
    }

    /// Counts a request of an app to an endpoint.
    pub(super) fn endpoint(
        &mut self,
        app_id: &str,
        endpoint: EndpointName,
        limits: TierLimits,
        now: Duration,
    ) -> Result<(), AdsRefusal> {
        let key = format!("{app_id} {}", endpoint.as_str());
        self.count(ENDPOINT_LIMIT, key, limits, now)
    }

    /// Counts a request to an endpoint for an advertiser.
    pub(super) fn advertiser(
        &mut self,
        advertiser_id: &str,
        endpoint: EndpointName,
        per_second: u32,
        now: Duration,
    ) -> Result<(), AdsRefusal> {
        let key = format!("{advertiser_id} {}", endpoint.as_str());
        let limits = TierLimits(per_second, u32::MAX, u32::MAX);
        let counted = self.count(ADVERTISER_LIMIT, key, limits, now);
        // The one message about a limit that TikTok publishes (<https://business-api.tiktok.com/portal/docs?id=1737172488964097>).
        counted.map_err(|refusal| AdsRefusal {
            message: format!(
                "Advertiser ({advertiser_id})'s QPS ({}) reaches QPS limit {per_second} for current path, request is \
                 temporarily restricted.",
                per_second.saturating_add(1)
            ),
            ..refusal
        })
    }

    fn count(&mut self, code: u32, key: String, limits: TierLimits, now: Duration) -> Result<(), AdsRefusal> {
        let windows = self.0.entry((code, key)).or_default();
        windows.count(limits, now).map_err(|window| {
            AdsRefusal::new(code, "Too many requests. Please retry in some time.")
                .noting(format!("the limit of the {window} is reached"))
        })
    }
}

impl ClockWindows {
    /// Counts a request, or returns the window that is full.
    fn count(&mut self, limits: TierLimits, now: Duration) -> Result<(), &'static str> {
        let seconds = now.as_secs();
        if now < self.closed_until {
            return Err("minute");
        }
        for (window, current) in [
            (&mut self.second, seconds),
            (&mut self.minute, seconds / 60),
            (&mut self.day, seconds / DAY),
        ] {
            if window.0 != current {
                *window = (current, 0);
            }
        }
        if self.day.1 >= limits.2 {
            return Err("day");
        }
        if self.minute.1 >= limits.1 {
            self.closed_until = now.saturating_add(MINUTE_PENALTY);
            return Err("minute");
        }
        if self.second.1 >= limits.0 {
            return Err("second");
        }
        for window in [&mut self.second, &mut self.minute, &mut self.day] {
            window.1 += 1;
        }
        Ok(())
    }
}

const MINUTE_PENALTY: Duration = Duration::from_mins(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(windows: &mut ClockWindows, seconds: u64, limits: TierLimits) -> Result<(), &'static str> {
        windows.count(limits, Duration::from_secs(seconds))
    }

    #[test]
    fn each_window_opens_again_in_its_own_time() {
        let limits = TierLimits(2, 3, 5);
        let mut windows = ClockWindows::default();
        assert_eq!(at(&mut windows, 60, limits), Ok(()));
        assert_eq!(at(&mut windows, 60, limits), Ok(()));
        assert_eq!(at(&mut windows, 60, limits), Err("second"));
        assert_eq!(at(&mut windows, 61, limits), Ok(()));
        assert_eq!(at(&mut windows, 62, limits), Err("minute"));
        assert_eq!(
            at(&mut windows, 121, limits),
            Err("minute"),
            "five minutes, not one"
        );
        assert_eq!(at(&mut windows, 362, limits), Ok(()));
        assert_eq!(at(&mut windows, 363, limits), Ok(()));
        assert_eq!(at(&mut windows, 480, limits), Err("day"));
        assert_eq!(at(&mut windows, DAY, limits), Ok(()));
    }

    #[test]
    fn counters_are_kept_apart() {
        let mut throttles = Throttles::default();
        let now = Duration::from_secs(9);
        let limits = TierLimits(1, 1, 1);
        assert!(throttles.app("a", limits, now).is_ok());
        assert!(throttles.app("b", limits, now).is_ok());
        assert_eq!(throttles.app("a", limits, now).unwrap_err().code, 40_100);
        let endpoint = EndpointName::AD_CREATE;
        assert!(throttles.endpoint("a", endpoint, limits, now).is_ok());
        assert_eq!(
            throttles.endpoint("a", endpoint, limits, now).unwrap_err().code,
            40_016
        );
        assert!(throttles.advertiser("1", endpoint, 1, now).is_ok());
        assert_eq!(
            throttles.advertiser("1", endpoint, 1, now).unwrap_err().code,
            40_133
        );
    }
}
