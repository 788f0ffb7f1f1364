//! Credentials of an account, for requests.

use serde_json::{Value, json};

use super::account::{AccountKey, SignInApi, StoredAccount};
use crate::{model::AdvertiserId, secret::AccessToken};

/// Credentials of an account whose access token works for the next minutes.
#[derive(Debug, Clone)]
pub struct AccountCredentials {
    /// Identity of the account.
    pub key: AccountKey,
    /// Access token.
    pub access_token: AccessToken,
    /// Ad account; `None` for the Open API, and where none was chosen.
    pub advertiser_id: Option<AdvertiserId>,
    /// Id of the app; `None` if it is not known.
    pub app_id: Option<String>,
    /// Whether the token is one of the Marketing API's sandbox.
    pub is_sandbox: bool,
}

impl AccountCredentials {
    /// `auth` of a request to the host, in its flat form. It holds the token.
    pub fn auth(&self) -> Value {
        let mut auth = json!({ "access_token": self.access_token.expose() });
        let (SignInApi::Marketing, Some(members)) = (self.key.api, auth.as_object_mut()) else {
            return auth;
        };
        if let Some(id) = &self.advertiser_id {
            members.insert("advertiser_id".to_owned(), json!(id.as_str()));
        }
        if let Some(id) = &self.app_id {
            members.insert("app_id".to_owned(), json!(id));
        }
        members.insert("sandbox".to_owned(), json!(self.is_sandbox));
        auth
    }

    /// The token, for scripts: the only text of a stored account that a command prints.
    pub fn printed_token(&self) -> &str {
        self.access_token.expose()
    }
}

impl From<&StoredAccount> for AccountCredentials {
    fn from(account: &StoredAccount) -> Self {
        Self {
            key: account.key.clone(),
            access_token: account.tokens.access.clone(),
            advertiser_id: account.advertiser_id.clone(),
            app_id: account.app.as_ref().map(|app| app.id.clone()),
            is_sandbox: account.is_sandbox,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::rows::tests::account;

    #[test]
    fn auth_has_the_members_of_its_integration() {
        let open = AccountCredentials::from(&account(SignInApi::Open, "work"));
        assert_eq!(open.auth(), json!({ "access_token": "act.canary" }));
        let mut ads = account(SignInApi::Marketing, "work");
        ads.advertiser_id = AdvertiserId::parse("7310000000000000011");
        assert_eq!(
            AccountCredentials::from(&ads).auth(),
            json!({
                "access_token": "act.canary", "advertiser_id": "7310000000000000011", "app_id": "aw1", "sandbox": false
            })
        );
        assert!(!format!("{open:?}").contains("canary"));
    }
}
