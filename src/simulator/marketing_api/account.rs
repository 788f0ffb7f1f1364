//! Developer apps, ad accounts and access tokens.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::utc;

/// A developer app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatedApp {
    /// Id of the app; required.
    pub app_id: String,
    /// Secret of the app.
    pub secret: String,
    /// Level of the request limits (<https://business-api.tiktok.com/portal/docs?id=1740029171730433>).
    pub tier: AppTier,
    /// Registered redirect addresses; if empty, any https address and any http address on loopback.
    pub redirect_uris: Vec<String>,
}

/// Level of request limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppTier {
    /// 10 requests per second.
    #[default]
    Basic,
    /// 20 requests per second.
    Advanced,
    /// 30 requests per second.
    Premium,
    /// 50 requests per second.
    Ultimate,
}

/// An ad account.
///
/// A member that is omitted in JSON has the value of the first preset, so
/// `{"advertiser_id":"7310000000000000101","currency":"PLN"}` is a complete account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatedAdvertiser {
    /// Id of the account; required.
    pub advertiser_id: String,
    /// Name of the account; derived from the id if empty.
    pub name: String,
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// Time zone by its name, such as `Europe/Berlin`.
    pub timezone: String,
    /// Offset of the time zone from UTC in hours, without summer time.
    pub utc_offset_hours: i32,
    /// Country code of the registration.
    pub country: String,
    /// `STATUS_ENABLE`, or a status in which nothing can be created.
    pub status: String,
    /// Message of every refused write, for a state that appears nowhere else, such as a punishment.
    pub blocked_message: Option<String>,
    /// Whether the account belongs to the sandbox.
    pub sandbox: bool,
    /// Whether the account is on the allow-list of Upgraded Smart+.
    pub smart_plus: bool,
    /// Balance in whole units of the currency, from which delivery is paid.
    pub balance: u64,
    /// Whether ads are rejected by the review.
    pub rejects_ads: bool,
    /// Time in milliseconds until ads are reviewed, instead of the simulator's.
    pub review_ms: Option<u64>,
    /// Most campaigns of the account.
    pub max_campaigns: usize,
    /// Most ad groups of a campaign.
    pub max_adgroups: usize,
    /// Most ads of an ad group.
    pub max_ads: usize,
}

/// An access token, with the app and the accounts that it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatedAdsToken {
    /// The token; required.
    pub token: String,
    /// Name in the journal; the token without `ads.` if empty.
    pub name: String,
    /// Id of the app.
    pub app_id: String,
    /// Ids of the accounts.
    pub advertiser_ids: Vec<String>,
    /// First-level permissions by their numbers: 1 account, 2 ads, 3 audiences, 4 reports, 6 creatives, 7 apps,
    /// 8 pixels.
    pub scopes: Vec<u64>,
    /// Whether the token has expired: 40102.
    pub expired: bool,
}

impl SimulatedAdvertiser {
    /// Fills in the members that are derived.
    pub(super) fn complete(mut self) -> Self {
        if self.name.is_empty() {
            self.name = format!("Advertiser {}", self.advertiser_id);
        }
        self
    }

    /// Second of the day in its time zone.
    pub(super) fn second_of_day(&self, now: Duration) -> u64 {
        let hours = u64::from(self.utc_offset_hours.rem_euclid(24).unsigned_abs());
        (now.as_secs() % utc::DAY + hours * 3_600) % utc::DAY
    }

    /// Checks whether anything may be created or changed.
    pub(super) fn is_enabled(&self) -> bool {
        self.status == "STATUS_ENABLE" && self.blocked_message.is_none()
    }
}

impl SimulatedAdsToken {
    /// Fills in the members that are derived.
    pub(super) fn complete(mut self) -> Self {
        if self.name.is_empty() {
            let name = self.token.strip_prefix("ads.").unwrap_or(&self.token);
            self.name = name.to_owned();
        }
        self
    }
}

impl Default for SimulatedApp {
    fn default() -> Self {
        Self {
            app_id: APP_ID.to_owned(),
            secret: APP_SECRET.to_owned(),
            tier: AppTier::Basic,
            redirect_uris: Vec::new(),
        }
    }
}

impl Default for SimulatedAdvertiser {
    fn default() -> Self {
        Self {
            advertiser_id: String::new(),
            name: String::new(),
            currency: "USD".to_owned(),
            timezone: "Etc/GMT".to_owned(),
            utc_offset_hours: 0,
            country: "US".to_owned(),
            status: "STATUS_ENABLE".to_owned(),
            blocked_message: None,
            sandbox: false,
            smart_plus: true,
            balance: 1_000_000,
            rejects_ads: false,
            review_ms: None,
            max_campaigns: 999,
            max_adgroups: 999,
            max_ads: 50,
        }
    }
}

impl Default for SimulatedAdsToken {
    fn default() -> Self {
        Self {
            token: String::new(),
            name: String::new(),
            app_id: APP_ID.to_owned(),
            advertiser_ids: Vec::new(),
            scopes: SCOPES.to_vec(),
            expired: false,
        }
    }
}

/// Id of the preset app.
const APP_ID: &str = "7300000000000000007";
/// Secret of the preset app.
const APP_SECRET: &str = "sim-secret-0123456789abcdef";
/// First-level permissions of the preset tokens. One is above 2^53, as some of TikTok's are.
const SCOPES: [u64; 9] = [1, 2, 3, 4, 6, 7, 8, 12_000_000, 7_043_626_160_646_946_818];

/// Id, description, and changes from the first account.
type AdvertiserPreset = (&'static str, &'static str, fn(&mut SimulatedAdvertiser));

const ADVERTISERS: [AdvertiserPreset; 9] = [
    ("7310000000000000011", "USD, on the allow-list of Smart+", |_| {}),
    ("7310000000000000023", "EUR, Europe/Berlin", |account| {
        local(account, "EUR", "Europe/Berlin", 1);
        "DE".clone_into(&mut account.country);
    }),
    (
        "7310000000000000037",
        "JPY, without decimals, Asia/Tokyo",
        |account| {
            local(account, "JPY", "Asia/Tokyo", 9);
            "JP".clone_into(&mut account.country);
        },
    ),
    (
        "7310000000000000041",
        "not on the allow-list of Smart+",
        |account| {
            account.smart_plus = false;
        },
    ),
    (
        "7310000000000000053",
        "punished: every write is refused",
        |account| {
            account.blocked_message =
                Some("The advertiser is in punish status, the operation is not allowed.".to_owned());
        },
    ),
    ("7310000000000000067", "waiting for its own review", |account| {
        "STATUS_PENDING_CONFIRM".clone_into(&mut account.status);
    }),
    ("7310000000000000071", "without balance", |account| {
        account.balance = 0;
    }),
    (
        "7310000000000000083",
        "ads are rejected by the review",
        |account| {
            account.rejects_ads = true;
        },
    ),
    ("7310000000000000097", "sandbox", |account| account.sandbox = true),
];

fn local(account: &mut SimulatedAdvertiser, currency: &str, timezone: &str, offset: i32) {
    currency.clone_into(&mut account.currency);
    timezone.clone_into(&mut account.timezone);
    account.utc_offset_hours = offset;
}

/// Token, description, and changes from a token for every account but the sandbox.
type TokenPreset = (&'static str, &'static str, fn(&mut SimulatedAdsToken));

const TOKENS: [TokenPreset; 5] = [
    (
        "ads.sim-main",
        "all accounts but the sandbox, all permissions",
        |_| {},
    ),
    ("ads.sim-single", "the first account only", |token| {
        token.advertiser_ids.truncate(1);
    }),
    (
        "ads.sim-read-only",
        "permissions 1 and 4 only: account and reports",
        |token| {
            token.scopes = vec![1, 4];
        },
    ),
    ("ads.sim-expired", "expired: 40102", |token| token.expired = true),
    (
        "ads.sim-sandbox",
        "the sandbox account, with the limits of the sandbox",
        |token| {
            token.advertiser_ids = vec![SANDBOX.to_owned()];
        },
    ),
];

const SANDBOX: &str = "7310000000000000097";

/// The preset accounts.
pub(super) fn preset_advertisers() -> Vec<SimulatedAdvertiser> {
    let preset = |(id, _, change): &AdvertiserPreset| {
        let mut account = SimulatedAdvertiser {
            advertiser_id: (*id).to_owned(),
            ..SimulatedAdvertiser::default()
        };
        change(&mut account);
        account.complete()
    };
    ADVERTISERS.iter().map(preset).collect()
}

/// The preset tokens.
pub(super) fn preset_tokens() -> Vec<SimulatedAdsToken> {
    let ids = ADVERTISERS.iter().map(|(id, ..)| (*id).to_owned());
    let ids: Vec<String> = ids.filter(|id| id != SANDBOX).collect();
    let preset = |(token, _, change): &TokenPreset| {
        let mut token = SimulatedAdsToken {
            token: (*token).to_owned(),
            advertiser_ids: ids.clone(),
            ..SimulatedAdsToken::default()
        };
        change(&mut token);
        token.complete()
    };
    TOKENS.iter().map(preset).collect()
}

/// Description of the preset account or token; empty for others.
pub(super) fn description(id: &str) -> &'static str {
    let accounts = ADVERTISERS.iter().map(|(name, text, _)| (*name, *text));
    let tokens = TOKENS.iter().map(|(name, text, _)| (*name, *text));
    accounts
        .chain(tokens)
        .find(|(name, _)| *name == id)
        .map_or("", |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_in_json_starts_from_the_first_preset() {
        let account: SimulatedAdvertiser =
            serde_json::from_str(r#"{"advertiser_id":"5","currency":"PLN"}"#).unwrap();
        let account = account.complete();
        assert_eq!((account.name.as_str(), account.max_ads), ("Advertiser 5", 50));
        assert!(account.is_enabled());
    }

    #[test]
    fn every_token_is_for_preset_accounts_and_only_the_sandbox_token_for_the_sandbox() {
        let accounts = preset_advertisers();
        for token in preset_tokens() {
            let of_token =
                |account: &&SimulatedAdvertiser| token.advertiser_ids.contains(&account.advertiser_id);
            let found: Vec<_> = accounts.iter().filter(of_token).collect();
            assert_eq!(found.len(), token.advertiser_ids.len(), "{}", token.token);
            let is_sandbox = token.token == "ads.sim-sandbox";
            assert!(
                found.iter().all(|account| account.sandbox == is_sandbox),
                "{}",
                token.token
            );
        }
    }
}
