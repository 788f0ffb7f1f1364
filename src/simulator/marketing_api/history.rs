//! Accounts with a past: campaigns, ad groups and ads that have run for some time, for tests of reports.

use serde::{Deserialize, Serialize};

/// Campaigns, ad groups and ads that have run, in an ad account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatedHistory {
    /// Id of the account; required.
    pub advertiser_id: String,
    /// Number of campaigns.
    pub campaigns: u32,
    /// Number of ad groups in each campaign.
    pub adgroups: u32,
    /// Number of ads in each ad group.
    pub ads: u32,
    /// Number of days for which they have run.
    pub days: u32,
    /// Optimization goals of the ad groups, which take them in turn over all campaigns.
    pub goals: Vec<String>,
}

impl Default for SimulatedHistory {
    /// 150 ads with a past of 400 days.
    fn default() -> Self {
        Self {
            advertiser_id: String::new(),
            campaigns: 5,
            adgroups: 6,
            ads: 5,
            days: 400,
            goals: vec![GOALS[0].to_owned()],
        }
    }
}

impl SimulatedHistory {
    /// Sentence on what is wrong, if anything is.
    pub(super) fn check(&self, knows: impl Fn(&str) -> bool) -> Result<(), String> {
        if !knows(&self.advertiser_id) {
            return Err(format!(
                "a history names the advertiser \"{}\", which is unknown",
                self.advertiser_id
            ));
        }
        let count = u64::from(self.campaigns) * u64::from(self.adgroups) * u64::from(self.ads);
        if count > MOST_ADS || self.days > MOST_DAYS {
            let what = format!(
                "a history has {count} ads and {} days; at most {MOST_ADS} and {MOST_DAYS} are allowed",
                self.days
            );
            return Err(what);
        }
        let unknown = self.goals.iter().find(|goal| !GOALS.contains(&goal.as_str()));
        match unknown {
            Some(goal) => Err(format!(
                "a history has the goal \"{goal}\"; {} are allowed",
                GOALS.join(", ")
            )),
            None if self.goals.is_empty() => Err("a history has at least one goal".to_owned()),
            None => Ok(()),
        }
    }
}

/// Optimization goals of a website's ad groups that need no further settings.
const GOALS: [&str; 2] = ["CLICK", "TRAFFIC_LANDING_PAGE_VIEW"];
/// Most ads of a history.
const MOST_ADS: u64 = 25_000;
/// Most days of a history.
const MOST_DAYS: u32 = 2_000;
