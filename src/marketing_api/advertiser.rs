//! `GET /advertiser/info/` (docs/tiktok-marketing-api.md#ad-accounts).

use serde::Deserialize;

use super::{
    MarketingApi, MarketingEndpoint, MarketingError,
    query::Query,
    wire::{entity, list},
};
use crate::model::{AdvertiserId, Amount, Flag, Whole, Word};

entity! {
    /// Ad account.
    AdAccount {
        /// Id of the ad account
        advertiser_id: AdvertiserId,
        ;
        /// Name of the ad account
        name: Word,
        /// Status of the account, such as STATUS_ENABLE; ads are delivered only while the account is enabled
        status: Word,
        /// Reason for which TikTok rejected the account
        rejection_reason: Word,
        /// Role of the account, such as ROLE_ADVERTISER
        role: Word,
        /// Type of the account: AUCTION or RESERVATION
        advertiser_account_type: Word,
        /// Currency of all amounts of the account, as an ISO 4217 code
        currency: Word,
        /// Available balance, in the account's currency
        balance: Amount,
        /// Time zone of the account's days, for reports and daily budgets
        timezone: Word,
        /// Time zone of the account, by its name in the time zone database
        display_timezone: Word,
        /// Company of the advertiser
        company: Word,
        /// Country or region of registration, as a two-letter code
        country: Word,
        /// Industry of the advertiser, as TikTok's code
        industry: Word,
        /// Language of the account, as a code
        language: Word,
        /// Description of the brand
        description: Word,
        /// Business Center that owns the account, if the token's user administers it
        owner_bc_id: Word,
        /// Whether Spark Ads pushed by this account are shown in ads only and not on the TikTok profile
        ads_only_mode: Flag,
        /// Whether new ads may use a custom identity (CUSTOMIZED_USER)
        can_use_custom_identity: Flag,
        /// Time of creation, in Unix seconds
        create_time: Whole,
    }
}

#[derive(Deserialize)]
struct AdAccountList {
    #[serde(deserialize_with = "list")]
    list: Vec<AdAccount>,
}

impl MarketingApi {
    /// Largest number of ad accounts in one call.
    pub const AD_ACCOUNTS_PER_CALL: usize = 100;

    /// Fetches ad accounts by id. Accounts that the token does not reach are an error or left out.
    pub async fn ad_accounts(&self, ids: &[AdvertiserId]) -> Result<Vec<AdAccount>, MarketingError> {
        let query = Query::default().json("advertiser_ids", &ids);
        let answer: AdAccountList = self.get(MarketingEndpoint::ADVERTISER_INFO, query).await?;
        Ok(answer.list)
    }
}
