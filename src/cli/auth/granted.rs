//! Granted and missing permissions.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ended::EndedLogin, when};
use crate::{
    accounts::{AccountBook, SignInApi, StoredAccount},
    integrations::{Integration, Permission},
    model::UtcTime,
};

/// Permissions of a sign-in: those that were granted, and those that were asked for and were not.
pub(super) struct GrantedPermissions {
    /// `None` if TikTok did not list them.
    pub(super) granted: Option<Vec<String>>,
    pub(super) missing: Vec<&'static Permission>,
}

impl GrantedPermissions {
    /// Compares. The Marketing API has no list of what was asked for, so all that the integration's actions need count.
    pub(super) fn of(
        integration: &'static Integration,
        asked: &[&str],
        granted: Option<Vec<String>>,
    ) -> Self {
        let wanted = |permission: &&Permission| asked.is_empty() || asked.contains(&permission.name);
        let is_missing = |permission: &&Permission| {
            granted
                .as_ref()
                .is_some_and(|granted| !granted.iter().any(|name| name == permission.name))
        };
        let missing = integration
            .permissions
            .all
            .iter()
            .filter(wanted)
            .filter(is_missing);
        Self {
            missing: missing.collect(),
            granted,
        }
    }

    /// Lines for the person.
    pub(super) fn lines(&self, integration: &Integration) -> Vec<String> {
        let Some(granted) = &self.granted else {
            return vec!["  permissions     TikTok did not list them".to_owned()];
        };
        let mut lines = vec![format!("  granted         {}", named(integration, granted))];
        for permission in &self.missing {
            lines.push(format!("  missing         {}", with_product(permission)));
        }
        if !self.missing.is_empty() {
            lines.push(
                "                  Either they were unticked on TikTok's page, or the app does not have them: docs/scopes.md"
                    .to_owned(),
            );
        }
        lines
    }

    pub(super) fn json(&self) -> Value {
        let missing = self.missing.iter();
        let missing: Vec<Value> = missing
            .map(|permission| json!({ "scope": permission.name, "product": permission.product }))
            .collect();
        json!({ "granted": self.granted, "missing": missing })
    }
}

fn with_product(permission: &Permission) -> String {
    let product = permission.product.map(|product| format!(" ({product})"));
    format!("{}{}", permission.name, product.unwrap_or_default())
}

/// Names of permissions; numbers of the Marketing API with the names of the developer portal.
pub(super) fn named(integration: &Integration, granted: &[String]) -> String {
    if granted.is_empty() {
        return "none".to_owned();
    }
    let is_number = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    let names = granted.iter().map(|name| {
        let known = integration
            .permissions
            .all
            .iter()
            .find(|permission| permission.name == name);
        match known {
            Some(permission) if is_number(name) => with_product(permission),
            _ => name.clone(),
        }
    });
    names.collect::<Vec<_>>().join(", ")
}

/// End of the access token in words.
pub(super) fn access_end(account: &StoredAccount, now: Duration) -> String {
    match account.tokens.access_ends {
        Some(end) => when::end(end, now),
        None if account.key.api == SignInApi::Marketing => "does not expire".to_owned(),
        None => "end not known".to_owned(),
    }
}

/// End of the refresh token in words.
pub(super) fn refresh_end(account: &StoredAccount, now: Duration) -> String {
    match (&account.tokens.refresh, account.tokens.refresh_ends) {
        (None, _) => "none".to_owned(),
        (Some(_), _) if account.refused.is_some() => "refused by TikTok".to_owned(),
        (Some(_), Some(end)) => when::end(end, now),
        (Some(_), None) => "end not known".to_owned(),
    }
}

/// An account for programs, without its secrets.
pub(super) fn account_json(account: &StoredAccount, book: &AccountBook, now: Duration) -> Value {
    let time = |time: Option<Duration>| time.map(|time| UtcTime::after_epoch(time).rfc3339());
    let seconds = |end: Option<Duration>| end.map(|end| end.saturating_sub(now).as_secs());
    let tokens = &account.tokens;
    let advertisers = account.advertisers.iter();
    let advertisers: Vec<Value> = advertisers
        .map(|known| json!({ "advertiser_id": known.id.as_str(), "advertiser_name": known.name }))
        .collect();
    let mut object = json!({
        "integration": account.key.api.integration(),
        "account": account.key.name.as_str(),
        "default": book.is_default(&account.key),
        "api_base": account.api_base.as_str().trim_end_matches('/'),
        "app_id": account.app.as_ref().map(|app| app.id.as_str()),
        "app_secret_stored": account.app.as_ref().is_some_and(|app| app.secret.is_some()),
        "open_id": account.open_id,
        "scopes": account.scopes,
        "access_token_ends": time(tokens.access_ends),
        "access_token_seconds_left": seconds(tokens.access_ends),
        "can_refresh": tokens.refresh.is_some(),
        "refresh_token_ends": time(tokens.refresh_ends),
        "refresh_token_seconds_left": seconds(tokens.refresh_ends),
        "signed_in": time(Some(account.signed_in)),
        "refreshed": time(account.refreshed),
        "refresh_interrupted": time(account.refresh_begun),
        "login_ended": EndedLogin::of(account, now).map(EndedLogin::json),
    });
    if let (SignInApi::Marketing, Some(members)) = (account.key.api, object.as_object_mut()) {
        members.insert(
            "advertiser_id".to_owned(),
            json!(account.advertiser_id.as_ref().map(ToString::to_string)),
        );
        members.insert("advertisers".to_owned(), json!(advertisers));
        members.insert("sandbox".to_owned(), json!(account.is_sandbox));
    }
    object
}
