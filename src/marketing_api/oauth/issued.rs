//! Tokens as TikTok issues them (docs/tiktok-marketing-api.md#authorization).

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{
    marketing_api::{MarketingEndpoint, MarketingError, wire::known},
    model::{AdvertiserId, Whole, Word},
    secret::{AccessToken, AdsToken, RefreshToken},
};

/// Token that TikTok has issued.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// The token.
    pub token: AdsToken,
    /// Time until it expires, from the moment of the answer; `None` if the answer has none.
    pub expires_in: Option<Duration>,
    /// Token that replaces it when it has expired.
    pub refresh_token: Option<RefreshToken>,
    /// Ad accounts that it reaches; `None` if the answer does not list them. [`super::OauthClient::accounts`] does.
    pub advertiser_ids: Option<Vec<AdvertiserId>>,
    /// Permissions that the advertiser granted, as exact digits, because some exceed 2^53; `None` if the answer does not
    /// list them.
    pub scopes: Option<Vec<Word>>,
}

impl IssuedToken {
    /// Returns true if the token does not expire: the answer has neither an expiry nor a refresh token.
    pub const fn is_long_term(&self) -> bool {
        self.expires_in.is_none() && self.refresh_token.is_none()
    }
}

/// The answer. Its lists can be asked for again, so a fault in them does not lose the token.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    access_token: String,
    #[serde(default, deserialize_with = "known")]
    expires_in: Option<Whole>,
    #[serde(default, deserialize_with = "known")]
    refresh_token: Option<Word>,
    #[serde(default, deserialize_with = "list_if_documented")]
    advertiser_ids: Option<Vec<AdvertiserId>>,
    #[serde(default, deserialize_with = "list_if_documented")]
    scope: Option<Vec<Word>>,
}

impl TokenAnswer {
    /// The token. Errors: a token that no header can carry.
    pub(super) fn issued(self, endpoint: &'static MarketingEndpoint) -> Result<IssuedToken, MarketingError> {
        let malformed = |member: &str| MarketingError::Unreadable {
            endpoint,
            http_status: 200,
            what: format!("JSON whose data.{member} is not as documented"),
        };
        let token = AccessToken::parse(self.access_token).map_err(|_fault| malformed("access_token"))?;
        let refresh_token = self
            .refresh_token
            .map(|text| RefreshToken::parse(text.as_str().to_owned()))
            .transpose()
            .map_err(|_fault| malformed("refresh_token"))?;
        Ok(IssuedToken {
            token: AdsToken::new(token),
            expires_in: self.expires_in.map(seconds),
            refresh_token,
            advertiser_ids: self.advertiser_ids,
            scopes: self.scope,
        })
    }
}

/// A time that is over already is 0.
fn seconds(whole: Whole) -> Duration {
    Duration::from_secs(u64::try_from(whole.0).unwrap_or(0))
}

fn list_if_documented<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| serde_json::from_str(raw.get()).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(data: &str) -> Result<IssuedToken, MarketingError> {
        let answer: TokenAnswer = serde_json::from_str(data).unwrap();
        answer.issued(MarketingEndpoint::ACCESS_TOKEN)
    }

    fn texts(scopes: Option<Vec<Word>>) -> Option<Vec<String>> {
        scopes.map(|scopes| scopes.iter().map(|scope| scope.as_str().to_owned()).collect())
    }

    #[test]
    fn permissions_are_exact_digits() {
        let issued = read(
            r#"{"access_token":"0123456789","scope":[1,7533163835474346001,"7043626160646946818"],"advertiser_ids":[11,"7000000000000000001"]}"#,
        )
        .unwrap();
        let scopes = texts(issued.scopes.clone()).unwrap();
        assert_eq!(scopes, ["1", "7533163835474346001", "7043626160646946818"]);
        let ids: Vec<_> = issued
            .advertiser_ids
            .iter()
            .flatten()
            .map(AdvertiserId::as_str)
            .collect();
        assert_eq!(ids, ["11", "7000000000000000001"]);
        assert!(issued.is_long_term());
    }

    #[test]
    fn a_token_is_short_term_if_it_expires_or_has_a_refresh_token() {
        for (data, seconds, refreshes) in [
            (
                r#"{"access_token":"0123456789","expires_in":86400,"refresh_token":"r-0123456789"}"#,
                Some(86_400),
                true,
            ),
            (
                r#"{"access_token":"0123456789","expires_in":"86400"}"#,
                Some(86_400),
                false,
            ),
            (
                r#"{"access_token":"0123456789","refresh_token":"r-0123456789","expires_in":null}"#,
                None,
                true,
            ),
            (r#"{"access_token":"0123456789","expires_in":-1}"#, Some(0), false),
            (
                r#"{"access_token":"0123456789","refresh_token":"","expires_in":""}"#,
                None,
                false,
            ),
        ] {
            let issued = read(data).unwrap();
            let found = (
                issued.expires_in.map(|time| time.as_secs()),
                issued.refresh_token.is_some(),
            );
            assert_eq!(found, (seconds, refreshes), "{data}");
            assert_eq!(issued.is_long_term(), seconds.is_none() && !refreshes, "{data}");
        }
    }

    #[test]
    fn a_fault_in_a_list_does_not_lose_the_token() {
        let issued =
            read(r#"{"access_token":"0123456789","scope":"1,2","advertiser_ids":{"list":[]}}"#).unwrap();
        assert_eq!((texts(issued.scopes), issued.advertiser_ids), (None, None));
    }

    #[test]
    fn a_token_that_is_none_is_refused_without_its_text() {
        for data in [
            r#"{"access_token":""}"#,
            r#"{"access_token":"canary canary"}"#,
            r#"{"access_token":"0123456789","refresh_token":"canary canary"}"#,
        ] {
            let error = read(data).unwrap_err();
            assert!(error.to_string().ends_with("is not as documented"), "{error}");
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
    }
}
