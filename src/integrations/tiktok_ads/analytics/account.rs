//! Currency and time zone of the ad account.

use crate::{
    advertising::ZoneOffset, integrations::tiktok_ads::context::AdsContext, marketing_api::AdAccount,
    model::Word,
};

/// Currency and time zone, as far as TikTok tells them.
#[derive(Debug, Clone, Default)]
pub(super) struct AccountFacts {
    pub(super) currency: Option<Word>,
    pub(super) time_zone: Option<Word>,
    /// Offset of the time zone from UTC, if TikTok's text has one.
    pub(super) offset: Option<ZoneOffset>,
    /// Reason for which they are unknown.
    pub(super) warning: Option<String>,
}

/// Reads them. The report is right without them, so an error is a warning.
pub(super) async fn account_facts(context: &AdsContext) -> AccountFacts {
    let id = context.api.advertiser_id().clone();
    let is_own = |account: &AdAccount| account.advertiser_id == id;
    match context.api.ad_accounts(std::slice::from_ref(&id)).await {
        Ok(accounts) => match accounts.into_iter().find(is_own) {
            Some(account) => AccountFacts {
                offset: offset(&account),
                currency: account.currency,
                time_zone: account.display_timezone.or(account.timezone),
                warning: None,
            },
            None => unknown("TikTok's answer does not have the ad account."),
        },
        Err(error) => unknown(&format!("({error})")),
    }
}

/// Offset without summer time: TikTok's `timezone` may be `Etc/GMT+8` beside a region.
fn offset(account: &AdAccount) -> Option<ZoneOffset> {
    let texts = [&account.timezone, &account.display_timezone];
    let mut texts = texts.into_iter().flatten();
    texts.find_map(|text| ZoneOffset::parse(text.as_str()))
}

fn unknown(reason: &str) -> AccountFacts {
    AccountFacts {
        warning: Some(format!(
            "The ad account's currency and time zone could not be read, so they are missing in the summary; amounts are in \
             that currency and days in that time zone. {reason}"
        )),
        ..AccountFacts::default()
    }
}
