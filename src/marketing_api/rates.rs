//! Limits of calls: this program's default, TikTok's levels, and the sandbox
//! (docs/tiktok-marketing-api.md#rate-limits).

use std::time::Duration;

use crate::model::{RateBucket, RateWindow};

/// Calls of one developer app that are sent in a second, a minute and a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RateTier {
    /// 10, 100 and 1,000: the default of this program, far below TikTok's limits.
    #[default]
    Guide,
    /// TikTok's level for new apps.
    Basic,
    /// TikTok's second level.
    Advanced,
    /// TikTok's third level.
    Premium,
    /// TikTok's highest level.
    Ultimate,
}

const fn window(limit: u32, length: Duration) -> RateWindow {
    RateWindow { limit, length }
}

/// Windows of a second, a minute and a day.
const fn windows(second: u32, minute: u32, day: u32) -> [RateWindow; 3] {
    [
        window(second, Duration::from_secs(1)),
        window(minute, Duration::from_mins(1)),
        window(day, Duration::from_hours(24)),
    ]
}

/// Windows of each endpoint of the sandbox.
pub(super) const SANDBOX: &[RateWindow] = &windows(1, 30, 1_000);

/// Calls of one app, by tier. One name: they are the same calls, counted against other limits.
const fn calls(windows: &'static [RateWindow]) -> RateBucket {
    RateBucket {
        name: "tiktok_ads.calls",
        windows,
        is_shared: true,
    }
}

static GUIDE: RateBucket = calls(&windows(10, 100, 1_000));
// A day of these levels is a day of full minutes, so it is not counted.
static BASIC: RateBucket = calls(&[
    window(10, Duration::from_secs(1)),
    window(600, Duration::from_mins(1)),
]);
static ADVANCED: RateBucket = calls(&[
    window(20, Duration::from_secs(1)),
    window(1_200, Duration::from_mins(1)),
]);
static PREMIUM: RateBucket = calls(&[
    window(30, Duration::from_secs(1)),
    window(1_800, Duration::from_mins(1)),
]);
static ULTIMATE: RateBucket = calls(&[
    window(50, Duration::from_secs(1)),
    window(3_000, Duration::from_mins(1)),
]);

impl RateTier {
    /// All tiers, with the names under which operators set them.
    pub const ALL: [(&'static str, Self); 5] = [
        ("guide", Self::Guide),
        ("basic", Self::Basic),
        ("advanced", Self::Advanced),
        ("premium", Self::Premium),
        ("ultimate", Self::Ultimate),
    ];

    /// Limits of all calls together.
    pub(super) fn bucket(self) -> &'static RateBucket {
        match self {
            Self::Guide => &GUIDE,
            Self::Basic => &BASIC,
            Self::Advanced => &ADVANCED,
            Self::Premium => &PREMIUM,
            Self::Ultimate => &ULTIMATE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(tier: RateTier) -> Vec<u32> {
        tier.bucket().windows.iter().map(|window| window.limit).collect()
    }

    #[test]
    fn the_default_is_the_lowest() {
        assert_eq!(limits(RateTier::default()), [10, 100, 1_000]);
        assert_eq!(limits(RateTier::Basic), [10, 600]);
        assert_eq!(limits(RateTier::Ultimate), [50, 3_000]);
    }

    /// Counters are stored under these names, so they may never change.
    #[test]
    fn all_tiers_count_the_same_calls() {
        for (_, tier) in RateTier::ALL {
            assert_eq!(tier.bucket().name, "tiktok_ads.calls");
        }
    }

    #[test]
    fn a_day_of_tiktoks_levels_is_a_day_of_full_minutes() {
        for (tier, day) in [
            (RateTier::Basic, 864_000),
            (RateTier::Advanced, 1_728_000),
            (RateTier::Premium, 2_592_000),
            (RateTier::Ultimate, 4_320_000),
        ] {
            assert_eq!(limits(tier)[1] * 60 * 24, day, "{tier:?}");
        }
    }
}
