//! `GET /advertiser/info/`; permission Ad Account Management.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Failure,
        tiktok_ads::{context::AdsContext, permissions},
    },
    marketing_api::{AdAccount, MarketingApi},
    model::AdvertiserId,
};

/// Reads ad accounts.
pub(in crate::integrations::tiktok_ads) struct GetAdAccounts;

/// Selection of ad accounts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Ids of ad accounts that the token reaches; the connection's ad account if absent
    #[schemars(length(min = 1, max = MarketingApi::AD_ACCOUNTS_PER_CALL))]
    advertiser_ids: Option<Vec<AdvertiserId>>,
}

/// The ad accounts.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// The ad accounts, with status, currency, time zone and balance
    ad_accounts: Vec<AdAccount>,
    /// The given ids that TikTok left out
    not_found: Vec<AdvertiserId>,
}

impl Action for GetAdAccounts {
    const NAME: &'static str = "get_ad_accounts";
    const DISPLAY_NAME: &'static str = "Get Ad Accounts";
    const DESCRIPTION: &'static str = "Read the connected ad account, or others that the token reaches: status, \
        currency, time zone, balance and company. Amounts of all other actions are in the account's currency.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::AD_ACCOUNTS];

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let own = || vec![context.api.advertiser_id().clone()];
        let asked = input.advertiser_ids.unwrap_or_else(own);
        let ad_accounts = context.api.ad_accounts(&asked).await?;
        let is_missing = |id: &AdvertiserId| !ad_accounts.iter().any(|account| account.advertiser_id == *id);
        let not_found = asked.into_iter().filter(is_missing).collect();
        Ok(Output {
            ad_accounts,
            not_found,
        })
    }
}
