//! Campaigns, ad groups and ads as they are stored.

use std::time::Duration;

use serde_json::{Map, Value};

/// Level of the account structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EntityLevel {
    Campaign,
    Adgroup,
    Ad,
}

/// The switch that the advertiser sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoredOperation {
    Enable,
    Disable,
    Delete,
}

/// Review of an ad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AdReview {
    /// Time at which the outcome is known.
    pub(super) ends: Duration,
    pub(super) rejects: bool,
}

/// Stretch of time in which an ad ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Delivered {
    pub(super) from: Duration,
    pub(super) until: Duration,
    /// Hundredths of the currency unit per day.
    pub(super) cents_per_day: u64,
}

/// A campaign, an ad group or an ad.
#[derive(Debug, Clone)]
pub(super) struct AdsEntity {
    pub(super) id: u64,
    pub(super) level: EntityLevel,
    /// Whether it was made through the endpoints of Upgraded Smart+.
    pub(super) smart: bool,
    pub(super) advertiser_id: String,
    /// Id of the campaign of an ad group, or of the ad group of an ad; 0 for campaigns.
    pub(super) parent: u64,
    /// Settings as sent.
    pub(super) settings: Map<String, Value>,
    pub(super) operation: StoredOperation,
    pub(super) created: Duration,
    pub(super) modified: Duration,
    /// The `request_id` of the creation.
    pub(super) request_id: Option<String>,
    /// Review of an ad.
    pub(super) review: Option<AdReview>,
    /// Budget from a later time on.
    pub(super) scheduled_budget: Option<(f64, Duration)>,
    pub(super) delivered: Vec<Delivered>,
    /// Time until which `delivered` is known.
    pub(super) settled: Duration,
}

impl EntityLevel {
    /// Singular, as in the names of fields.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Adgroup => "adgroup",
            Self::Ad => "ad",
        }
    }
}

impl StoredOperation {
    /// Reads `ENABLE`, `DISABLE` or `DELETE`.
    pub(super) fn read(word: &str) -> Option<Self> {
        [Self::Enable, Self::Disable, Self::Delete]
            .into_iter()
            .find(|operation| operation.word() == word)
    }

    /// The word on the wire.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Enable => "ENABLE",
            Self::Disable => "DISABLE",
            Self::Delete => "DELETE",
        }
    }
}

impl AdsEntity {
    /// A setting that is a string.
    pub(super) fn text(&self, name: &str) -> &str {
        self.settings
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A setting that is a number.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.settings.get(name).and_then(Value::as_f64)
    }

    /// A setting that is a boolean; false if absent.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.settings
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or_default()
    }

    /// The name that the advertiser gave.
    pub(super) fn title(&self) -> &str {
        match self.level {
            EntityLevel::Campaign => self.text("campaign_name"),
            EntityLevel::Adgroup => self.text("adgroup_name"),
            EntityLevel::Ad => self.text("ad_name"),
        }
    }

    /// The id as text.
    pub(super) fn key(&self) -> String {
        self.id.to_string()
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.operation == StoredOperation::Delete
    }
}
