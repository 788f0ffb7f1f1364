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

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

const fn window(limit: u32, length: Duration) -> RateWindow {
    RateWindow { limit, length }
}

/// Windows of a second, a minute and a day.
const fn windows(second: u32, minute: u32, day: u32) -> [RateWindow; 3] {
    [window(second, SECOND), window(minute, MINUTE), window(day, DAY)]
}

/// Windows of a second and a minute, for levels whose day is a day of full minutes.
const fn dayless(second: u32, minute: u32) -> [RateWindow; 2] {
    [window(second, SECOND), window(minute, MINUTE)]
}

// Remedies of a full bucket.
const LEVEL_1: &str = "The host's operator can raise the limit with `--ads-limits basic` \
                       (`AUTOHIVE_TIKTOK_ADS_LIMITS=basic`), the level at which TikTok starts every developer app, or with a \
                       higher level if the app has one.";
const LEVEL_2: &str = "This is the limit of TikTok's level Basic. If the developer app has a higher level, the host's \
                       operator can set it, for example with `--ads-limits advanced` \
                       (`AUTOHIVE_TIKTOK_ADS_LIMITS=advanced`).";
const LEVEL_3: &str = "This is the limit of TikTok's level Advanced. If the developer app has a higher level, the host's \
                       operator can set it, for example with `--ads-limits premium` \
                       (`AUTOHIVE_TIKTOK_ADS_LIMITS=premium`).";
const LEVEL_4: &str = "This is the limit of TikTok's level Premium. If the developer app has the level Ultimate, the \
                       host's operator can set it with `--ads-limits ultimate` \
                       (`AUTOHIVE_TIKTOK_ADS_LIMITS=ultimate`).";
const HIGHEST: &str = "This is the limit of TikTok's highest level, so it cannot be raised.";
const AT_ALL_LEVELS: &str = "TikTok has this limit at all levels, so it cannot be raised.";
const OF_SANDBOX: &str = "TikTok has this limit in the sandbox, so it cannot be raised.";

/// Windows of each endpoint of the sandbox.
const SANDBOX: &[RateWindow] = &windows(1, 30, 1_000);

const fn bucket(
    name: &'static str,
    calls: &'static str,
    raise: &'static str,
    windows: &'static [RateWindow],
) -> RateBucket {
    RateBucket {
        name,
        calls,
        raise: Some(raise),
        windows,
        is_shared: true,
    }
}

/// Calls to one endpoint in the sandbox, counted under `name`.
pub(super) const fn sandbox(name: &'static str) -> RateBucket {
    bucket(name, "to one endpoint of the sandbox", OF_SANDBOX, SANDBOX)
}

// Calls of one app, by tier. One name: they are the same calls, counted against other limits.
const CALLS: &str = "tiktok_ads.calls";
static GUIDE: RateBucket = bucket(CALLS, "of the default level", LEVEL_1, &windows(10, 100, 1_000));
static BASIC: RateBucket = bucket(CALLS, "of TikTok's level Basic", LEVEL_2, &dayless(10, 600));
static ADVANCED: RateBucket = bucket(CALLS, "of TikTok's level Advanced", LEVEL_3, &dayless(20, 1_200));
static PREMIUM: RateBucket = bucket(CALLS, "of TikTok's level Premium", LEVEL_4, &dayless(30, 1_800));
static ULTIMATE: RateBucket = bucket(CALLS, "of TikTok's level Ultimate", HIGHEST, &dayless(50, 3_000));

/// Limits of an app's calls to one endpoint, beside those of all its calls.
struct EndpointRates {
    /// Path of the endpoint.
    path: &'static str,
    /// Limits at TikTok's levels, from Basic to Ultimate. At this program's default level, those of Basic hold.
    levels: [RateBucket; 4],
}

impl EndpointRates {
    /// Limits that differ between the levels.
    const fn by_level(
        path: &'static str,
        name: &'static str,
        calls: &'static str,
        levels: [&'static [RateWindow]; 4],
    ) -> Self {
        let [basic, advanced, premium, ultimate] = levels;
        let levels = [
            bucket(name, calls, LEVEL_2, basic),
            bucket(name, calls, LEVEL_3, advanced),
            bucket(name, calls, LEVEL_4, premium),
            bucket(name, calls, HIGHEST, ultimate),
        ];
        Self { path, levels }
    }

    /// The same limits at all levels.
    const fn at_all_levels(
        path: &'static str,
        name: &'static str,
        calls: &'static str,
        windows: &'static [RateWindow],
    ) -> Self {
        let levels = [
            bucket(name, calls, AT_ALL_LEVELS, windows),
            bucket(name, calls, AT_ALL_LEVELS, windows),
            bucket(name, calls, AT_ALL_LEVELS, windows),
            bucket(name, calls, AT_ALL_LEVELS, windows),
        ];
        Self { path, levels }
    }
}

/// A guide of TikTok's gives 1 a second and 500 an hour, its page on limits 2 a second, 60 a minute and 4,500 a day.
const REPORTS: &[RateWindow] = &[
    window(1, SECOND),
    window(60, MINUTE),
    window(500, HOUR),
    window(4_500, DAY),
];

/// Endpoints with limits of their own. Counters are stored under the names, so they may never change.
static ENDPOINTS: [EndpointRates; 2] = [
    EndpointRates::by_level(
        "/ad/create/",
        "tiktok_ads.ad_create",
        "that create ads",
        [
            &windows(5, 150, 86_400),
            &windows(10, 200, 86_400),
            &windows(10, 300, 86_400),
            &windows(15, 300, 86_400),
        ],
    ),
    EndpointRates::at_all_levels(
        "/report/task/create/",
        "tiktok_ads.report_task_create",
        "that create reports",
        REPORTS,
    ),
];

impl RateTier {
    /// All tiers, with the names under which operators set them.
    pub const ALL: [(&'static str, Self); 5] = [
        ("guide", Self::Guide),
        ("basic", Self::Basic),
        ("advanced", Self::Advanced),
        ("premium", Self::Premium),
        ("ultimate", Self::Ultimate),
    ];

    /// Limits of the calls to the endpoint with this path; `None` for one without limits of its own.
    pub(super) fn endpoint_bucket(self, path: &str) -> Option<&'static RateBucket> {
        let [basic, advanced, premium, ultimate] =
            &ENDPOINTS.iter().find(|endpoint| endpoint.path == path)?.levels;
        Some(match self {
            Self::Guide | Self::Basic => basic,
            Self::Advanced => advanced,
            Self::Premium => premium,
            Self::Ultimate => ultimate,
        })
    }

    /// Time that this number of calls takes within the limits of a second and a minute.
    pub(super) fn time_of_calls(self, calls: u64) -> Duration {
        let windows = self
            .bucket()
            .windows
            .iter()
            .filter(|window| window.length <= MINUTE);
        let times = windows.map(|window| {
            let full = calls / u64::from(window.limit.max(1));
            window
                .length
                .saturating_mul(u32::try_from(full).unwrap_or(u32::MAX))
        });
        times.max().unwrap_or_default()
    }

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

    #[test]
    fn many_calls_take_as_long_as_the_limit_of_a_minute_says() {
        let seconds = |tier: RateTier, calls| tier.time_of_calls(calls).as_secs();
        assert_eq!(seconds(RateTier::Guide, 99), 9);
        assert_eq!(seconds(RateTier::Guide, 850), 480);
        assert_eq!(seconds(RateTier::Ultimate, 850), 17);
    }

    /// Counters are stored under these names, so they may never change.
    #[test]
    fn all_tiers_count_the_same_calls() {
        for (_, tier) in RateTier::ALL {
            assert_eq!(tier.bucket().name, "tiktok_ads.calls");
        }
    }

    fn endpoint_limits(tier: RateTier, path: &str) -> Vec<u32> {
        let bucket = tier.endpoint_bucket(path).unwrap();
        bucket.windows.iter().map(|window| window.limit).collect()
    }

    #[test]
    fn single_endpoints_have_limits_of_their_own() {
        for (tier, ads) in [
            (RateTier::Guide, [5, 150, 86_400]),
            (RateTier::Basic, [5, 150, 86_400]),
            (RateTier::Advanced, [10, 200, 86_400]),
            (RateTier::Premium, [10, 300, 86_400]),
            (RateTier::Ultimate, [15, 300, 86_400]),
        ] {
            assert_eq!(endpoint_limits(tier, "/ad/create/"), ads, "{tier:?}");
            assert_eq!(
                endpoint_limits(tier, "/report/task/create/"),
                [1, 60, 500, 4_500],
                "{tier:?}"
            );
            assert_eq!(tier.endpoint_bucket("/ad/get/"), None);
        }
    }

    #[test]
    fn an_endpoint_is_counted_under_a_name_of_its_own_at_all_levels() {
        let names = |index: usize| {
            RateTier::ALL.map(|(_, tier)| tier.endpoint_bucket(ENDPOINTS[index].path).unwrap().name)
        };
        assert_eq!(names(0), ["tiktok_ads.ad_create"; 5]);
        assert_eq!(names(1), ["tiktok_ads.report_task_create"; 5]);
    }

    #[test]
    fn a_full_limit_is_told_in_words() {
        let full = |bucket: &RateBucket| format!("{} {}", bucket.windows[1], bucket.calls);
        assert_eq!(
            full(RateTier::Guide.bucket()),
            "100 calls in a minute of the default level"
        );
        let ads = RateTier::Basic.endpoint_bucket("/ad/create/").unwrap();
        assert_eq!(full(ads), "150 calls in a minute that create ads");
        for (tier, next) in [
            (RateTier::Guide, "basic"),
            (RateTier::Basic, "advanced"),
            (RateTier::Advanced, "premium"),
            (RateTier::Premium, "ultimate"),
        ] {
            let raise = tier.bucket().raise.unwrap();
            assert!(
                raise.contains(&format!("`--ads-limits {next}`")),
                "{tier:?}: {raise}"
            );
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
