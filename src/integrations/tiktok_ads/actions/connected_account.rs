//! Connected account, in the form of Autohive's SDK; from `GET /advertiser/info/`.

use serde::Serialize;

use crate::{
    catalogue::own,
    integrations::{
        AccountDetails, BoxFuture, Call, ConnectedAccount, Failure, tiktok_ads::context::AdsContext,
    },
    marketing_api::MarketingError,
    model::{AdvertiserId, Word},
};

/// Details of an ad account.
#[derive(Serialize)]
struct AdAccountDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Word>,
}

/// The ad account of the credentials. TikTok masks mail addresses, so none is given.
pub(in crate::integrations::tiktok_ads) fn connected_account(
    call: Call,
) -> BoxFuture<Result<ConnectedAccount, Failure>> {
    Box::pin(async move {
        let context = AdsContext::try_from(call).map_err(|_bug| Failure::new(&own::INTERNAL_ERROR, ""))?;
        let id = context.api.advertiser_id().clone();
        let accounts = match context.api.ad_accounts(std::slice::from_ref(&id)).await {
            Err(error) if is_missing_in_sandbox(&error) => return Ok(without_facts(&id)),
            read => read?,
        };
        let account = accounts.into_iter().find(|account| account.advertiser_id == id);
        let account = account.ok_or_else(|| {
            Failure::new(
                &own::UNREADABLE_ANSWER,
                "(advertiser_info: the answer lacks the ad account)",
            )
        })?;
        let text = |word: Option<Word>| word.map(|word| word.as_str().to_owned());
        Ok(ConnectedAccount {
            username: text(account.name),
            user_id: Some(id.to_string()),
            organization: text(account.company),
            details: AccountDetails::of(&AdAccountDetails {
                status: account.status,
                currency: account.currency,
                timezone: account.display_timezone.or(account.timezone),
                country: account.country,
            }),
            ..ConnectedAccount::default()
        })
    })
}

/// Codes of endpoints that the sandbox lacks (docs/tiktok-marketing-api.md#sandbox).
const NOT_IN_SANDBOX: [&str; 3] = ["40008", "40009", "40014"];

fn is_missing_in_sandbox(error: &MarketingError) -> bool {
    matches!(error, MarketingError::Refused(refusal) if NOT_IN_SANDBOX.contains(&refusal.code.as_str()))
}

/// Account of which only the id is known.
fn without_facts(id: &AdvertiserId) -> ConnectedAccount {
    ConnectedAccount {
        username: Some(id.to_string()),
        user_id: Some(id.to_string()),
        ..ConnectedAccount::default()
    }
}
