//! Options of every command that runs actions: addresses, limits, state and temporary storage.

use clap::Args as ClapArgs;
use url::Url;

use super::super::values::{
    ads_limits, api_base, media_host, positive_amount, spool_max, state_location, switch,
};
use crate::{
    integrations::OperatorPolicy,
    marketing_api::RateTier,
    model::{Amount, ByteCount, MediaHost},
    open_api::API_BASE,
    state::StateLocation,
};

/// Addresses of TikTok's APIs.
#[derive(Debug, Clone, ClapArgs)]
pub(in crate::cli) struct ApiArgs {
    /// Base URL of TikTok's API: https, or http for a simulator on this machine
    #[arg(long, env = "TIKTOK_API_BASE", hide_env_values = true, default_value = API_BASE, value_parser = api_base, value_name = "URL")]
    pub(in crate::cli) api_base: Url,
    /// Base URL of TikTok's Marketing API, for the integration tiktok-ads: https, or http for a simulator on this
    /// machine [default: `https://business-api.tiktok.com`, or `https://sandbox-ads.tiktok.com` for an ad account of the
    /// sandbox]
    #[arg(long, env = "TIKTOK_ADS_API_BASE", hide_env_values = true, value_parser = api_base, value_name = "URL")]
    pub(in crate::cli) ads_api_base: Option<Url>,
}

impl ApiArgs {
    /// Base URLs by integration; an integration that is not among them has its own.
    pub(in crate::cli) fn bases(&self) -> impl Iterator<Item = (&'static str, Url)> {
        let of_ads = self.ads_api_base.clone().map(|base| ("tiktok-ads", base));
        [("tiktok", self.api_base.clone())].into_iter().chain(of_ads)
    }
}

/// Operator's limits of the integration tiktok-ads.
#[derive(Debug, Clone, Copy, Default, ClapArgs)]
pub(in crate::cli) struct AdsArgs {
    /// Limit of calls to the Marketing API by one developer app, for the integration tiktok-ads: guide (10 a second, 100 a
    /// minute and 1,000 a day), or TikTok's level of the app: basic, advanced, premium or ultimate [default: guide]
    #[arg(long, env = "AUTOHIVE_TIKTOK_ADS_LIMITS", hide_env_values = true, hide_possible_values = true, value_parser = ads_limits(), value_name = "LEVEL")]
    ads_limits: Option<RateTier>,
    /// Highest daily budget that an action of the integration tiktok-ads may set, in the currency of the ad account, such
    /// as 50 or 49.99; a request that exceeds it is refused [default: no limit]
    #[arg(long, env = "AUTOHIVE_TIKTOK_MAX_DAILY_BUDGET", hide_env_values = true, allow_hyphen_values = true, value_parser = positive_amount, value_name = "AMOUNT")]
    max_daily_budget: Option<Amount>,
    /// Refuse to enable campaigns, ad groups and ads, and to create enabled ones, for the integration tiktok-ads
    #[arg(long, env = "AUTOHIVE_TIKTOK_NO_ENABLE", hide_env_values = true, value_parser = switch)]
    no_enable: bool,
}

impl From<AdsArgs> for OperatorPolicy {
    fn from(args: AdsArgs) -> Self {
        Self {
            ads_calls: args.ads_limits.unwrap_or_default(),
            max_daily_budget: args.max_daily_budget,
            allows_enable: !args.no_enable,
        }
    }
}

/// Addresses, limits, state and temporary storage of a host.
#[derive(Debug, Clone, ClapArgs)]
pub(in crate::cli) struct HostArgs {
    #[command(flatten)]
    pub(in crate::cli) api: ApiArgs,
    #[command(flatten)]
    pub(in crate::cli) ads: AdsArgs,
    /// Host from which videos and photos may be downloaded even on a private network and over http; can be
    /// repeated. The name or address must match exactly. Without PORT, the default port of the URL's scheme
    #[arg(
        long,
        env = "AUTOHIVE_TIKTOK_ALLOW_MEDIA_HOST",
        hide_env_values = true,
        value_delimiter = ',',
        value_parser = media_host,
        value_name = "HOST[:PORT]"
    )]
    pub(in crate::cli) allow_media_host: Vec<MediaHost>,
    /// Location of the idempotency journal: sqlite:PATH, redis://HOST or off [default: a file below
    /// `XDG_STATE_HOME`]. Processes that share a location set here also share their rate limits. The variable
    /// `AUTOHIVE_TIKTOK_STATE_KEY` holds a key that authenticates the journal (see docs/state.md)
    #[arg(
        long,
        env = "AUTOHIVE_TIKTOK_STATE",
        hide_env_values = true,
        value_parser = state_location,
        value_name = "LOCATION"
    )]
    pub(in crate::cli) state: Option<StateLocation>,
    /// Maximum size of all videos and rows of long results stored at a time, in memory and in TMPDIR, such as
    /// 2GiB or 500MiB; a request that exceeds it fails with `no_room` [default: 500 MB × (1.5 × jobs + 2)]
    #[arg(long, env = "AUTOHIVE_TIKTOK_SPOOL_MAX", hide_env_values = true, value_name = "SIZE", allow_hyphen_values = true, value_parser = spool_max)]
    pub(in crate::cli) spool_max: Option<ByteCount>,
}
