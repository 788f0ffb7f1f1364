//! Apps, ad accounts, tokens and switches: at the start, and as later changes.

use serde::{Deserialize, Serialize};

use super::{
    account::{self, SimulatedAdsToken, SimulatedAdvertiser, SimulatedApp},
    history::SimulatedHistory,
    switches::AdsSwitches,
};

/// Changes to the Marketing API: what is added, or replaced if its id is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdsSetup {
    /// Developer apps.
    pub apps: Vec<SimulatedApp>,
    /// Ad accounts.
    pub advertisers: Vec<SimulatedAdvertiser>,
    /// Access tokens.
    pub tokens: Vec<SimulatedAdsToken>,
    /// Campaigns, ad groups and ads that have run, to be added to accounts.
    pub history: Vec<SimulatedHistory>,
    /// Switches; an omitted one keeps its value.
    pub switches: AdsSwitches,
    /// Token or name of a token whose accounts and permissions the consent page grants; `ads.sim-main` at first.
    pub consents: Option<String>,
}

/// The Marketing API at the start.
#[derive(Debug, Clone)]
pub struct AdsOptions {
    /// Developer apps.
    pub apps: Vec<SimulatedApp>,
    /// Ad accounts.
    pub advertisers: Vec<SimulatedAdvertiser>,
    /// Access tokens.
    pub tokens: Vec<SimulatedAdsToken>,
    /// Switches.
    pub switches: AdsSwitches,
}

impl Default for AdsOptions {
    /// The preset app, accounts and tokens.
    fn default() -> Self {
        Self {
            apps: vec![SimulatedApp::default()],
            advertisers: account::preset_advertisers(),
            tokens: account::preset_tokens(),
            switches: AdsSwitches::default(),
        }
    }
}

impl AdsOptions {
    /// Tokens with the description of those that are preset.
    pub fn described_tokens(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let tokens = self.tokens.iter().map(|token| token.token.as_str());
        tokens.map(|token| (token, account::description(token)))
    }

    /// Ids of the accounts with the description of those that are preset.
    pub fn described_advertisers(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let ids = self
            .advertisers
            .iter()
            .map(|account| account.advertiser_id.as_str());
        ids.map(|id| (id, account::description(id)))
    }
}

impl AdsSetup {
    /// Checks whether the setup adds a token with this value or name.
    pub(super) fn adds(&self, wanted: &str) -> bool {
        self.tokens.iter().any(|token| {
            let name = token.clone().complete().name;
            token.token == wanted || name == wanted
        })
    }

    /// Sentence on the first member that is wrong.
    pub(super) fn check(
        &self,
        knows_token: impl Fn(&str) -> bool,
        knows_advertiser: impl Fn(&str) -> bool,
    ) -> Result<(), String> {
        let without_id = |kind: &str| Err(format!("{kind} has no id"));
        if self.apps.iter().any(|app| app.app_id.is_empty()) {
            return without_id("an app");
        }
        if self
            .advertisers
            .iter()
            .any(|account| account.advertiser_id.is_empty())
        {
            return without_id("an advertiser");
        }
        if self.tokens.iter().any(|token| token.token.is_empty()) {
            return without_id("a token");
        }
        let is_known = |id: &str| {
            let mut added = self.advertisers.iter();
            knows_advertiser(id) || added.any(|account| account.advertiser_id == id)
        };
        self.history
            .iter()
            .try_for_each(|history| history.check(is_known))?;
        let unknown = |token: &&String| !knows_token(token) && !self.adds(token);
        match self.consents.as_ref().filter(unknown) {
            Some(token) => Err(format!("consents names the token \"{token}\", which is unknown")),
            None => Ok(()),
        }
    }
}
