//! Enabling, pausing and deleting campaigns, ad groups and ads: the six endpoints `…/status/update/`
//! (docs/tiktok-marketing-api.md#update-pause-and-delete-campaigns, docs/tiktok-marketing-api.md#update-ad-groups,
//! docs/tiktok-marketing-api.md#ads, docs/tiktok-marketing-api.md#smart).

use serde::Deserialize;

use super::{
    MarketingEndpoint, WriteBody,
    wire::list,
    words::StatusChange,
    write::{Members, with},
};
use crate::model::{AdGroupId, AdId, CampaignId, Word};

/// New status of objects of one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusUpdate {
    /// Objects, at most [`Self::IDS_MAX`].
    pub objects: StatusObjects,
    /// Whether they belong to Upgraded Smart+ campaigns, which have endpoints of their own.
    pub is_smart_plus: bool,
    /// New status.
    pub operation_status: StatusChange,
    /// Whether TikTok may change some objects and refuse others. Sent for manual ad groups only: Smart+ campaigns and ad
    /// groups always may, and the other endpoints have no such choice.
    pub allow_partial_success: bool,
}

/// Objects of one level.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the levels")]
pub enum StatusObjects {
    Campaigns(Vec<CampaignId>),
    AdGroups(Vec<AdGroupId>),
    Ads(Vec<AdId>),
}

impl StatusUpdate {
    /// Largest number of objects in a call.
    pub const IDS_MAX: usize = 20;

    /// Endpoint and the member with the ids.
    const fn route(&self) -> (&'static MarketingEndpoint, &'static str) {
        match (&self.objects, self.is_smart_plus) {
            (StatusObjects::Campaigns(_), false) => {
                (MarketingEndpoint::CAMPAIGN_STATUS_UPDATE, "campaign_ids")
            }
            (StatusObjects::Campaigns(_), true) => {
                (MarketingEndpoint::SMART_CAMPAIGN_STATUS_UPDATE, "campaign_ids")
            }
            (StatusObjects::AdGroups(_), false) => (MarketingEndpoint::AD_GROUP_STATUS_UPDATE, "adgroup_ids"),
            (StatusObjects::AdGroups(_), true) => {
                (MarketingEndpoint::SMART_AD_GROUP_STATUS_UPDATE, "adgroup_ids")
            }
            (StatusObjects::Ads(_), false) => (MarketingEndpoint::AD_STATUS_UPDATE, "ad_ids"),
            (StatusObjects::Ads(_), true) => (MarketingEndpoint::SMART_AD_STATUS_UPDATE, "smart_plus_ad_ids"),
        }
    }
}

impl WriteBody for StatusUpdate {
    type Answer = StatusAnswer;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        self.route().0
    }

    fn members(&self) -> serde_json::Result<Members> {
        let (endpoint, key) = self.route();
        let members = match &self.objects {
            StatusObjects::Campaigns(ids) => with(Members::new(), key, ids),
            StatusObjects::AdGroups(ids) => with(Members::new(), key, ids),
            StatusObjects::Ads(ids) => with(Members::new(), key, ids),
        };
        let members = with(members?, "operation_status", &self.operation_status)?;
        if self.allow_partial_success && endpoint == MarketingEndpoint::AD_GROUP_STATUS_UPDATE {
            return with(members, "allow_partial_success", &true);
        }
        Ok(members)
    }
}

/// Objects whose status was changed, and those that TikTok refused.
///
/// Both lists can be empty: an answer without data means that all objects were changed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "StatusLists")]
pub struct StatusAnswer {
    /// Ids of the changed objects.
    pub changed: Vec<Word>,
    /// Refused objects.
    pub refused: Vec<StatusRefusal>,
}

/// Object whose status TikTok did not change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StatusRefusal {
    /// Id of the object.
    #[serde(
        alias = "campaign_id",
        alias = "adgroup_id",
        alias = "smart_plus_ad_id",
        alias = "ad_id"
    )]
    pub id: Word,
    /// TikTok's message.
    #[serde(default = "silent")]
    pub error_message: Word,
}

fn silent() -> Word {
    Word::from("")
}

/// Answer of any of the endpoints.
#[derive(Deserialize)]
struct StatusLists {
    #[serde(
        default,
        deserialize_with = "list",
        alias = "campaign_ids",
        alias = "adgroup_ids",
        alias = "ad_ids",
        alias = "smart_plus_ad_ids"
    )]
    ids: Vec<Word>,
    #[serde(
        default,
        deserialize_with = "list",
        alias = "campaign_list",
        alias = "adgroup_list"
    )]
    objects: Vec<ChangedObject>,
    #[serde(default, deserialize_with = "list")]
    error_list: Vec<StatusRefusal>,
}

#[derive(Deserialize)]
struct ChangedObject {
    #[serde(alias = "campaign_id", alias = "adgroup_id")]
    id: Word,
}

impl From<StatusLists> for StatusAnswer {
    fn from(lists: StatusLists) -> Self {
        let mut changed = lists.ids;
        for object in lists.objects {
            if !changed.contains(&object.id) {
                changed.push(object.id);
            }
        }
        Self {
            changed,
            refused: lists.error_list,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::marketing_api::write::plan_of;

    fn update(objects: StatusObjects, is_smart_plus: bool) -> Value {
        plan_of(&StatusUpdate {
            objects,
            is_smart_plus,
            operation_status: StatusChange::Disable,
            allow_partial_success: true,
        })
    }

    #[test]
    fn each_level_and_way_has_its_endpoint_and_member() {
        let campaigns = || StatusObjects::Campaigns(vec![CampaignId::parse("1").unwrap()]);
        let ad_groups = || StatusObjects::AdGroups(vec![AdGroupId::parse("1").unwrap()]);
        let ads = || StatusObjects::Ads(vec![AdId::parse("1").unwrap()]);
        for (objects, is_smart_plus, path, key, is_partial) in [
            (campaigns(), false, "campaign", "campaign_ids", false),
            (campaigns(), true, "smart_plus/campaign", "campaign_ids", false),
            (ad_groups(), false, "adgroup", "adgroup_ids", true),
            (ad_groups(), true, "smart_plus/adgroup", "adgroup_ids", false),
            (ads(), false, "ad", "ad_ids", false),
            (ads(), true, "smart_plus/ad", "smart_plus_ad_ids", false),
        ] {
            let mut body = json!({ "advertiser_id": "7", key: ["1"], "operation_status": "DISABLE" });
            if is_partial {
                body["allow_partial_success"] = json!(true);
            }
            let path = format!("/open_api/v1.3/{path}/status/update/");
            let expected = json!({ "method": "POST", "path": path, "body": body });
            assert_eq!(update(objects, is_smart_plus), expected);
        }
    }

    #[test]
    fn the_answers_of_all_endpoints_are_one() {
        let refusal = |id: &str| StatusRefusal {
            id: id.into(),
            error_message: "Adgroup does not exist.".into(),
        };
        for (answer, changed, refused) in [
            (
                json!({ "status": "ENABLE", "campaign_ids": [11, "22"] }),
                vec!["11", "22"],
                vec![],
            ),
            (
                json!({ "campaign_ids": [9_223_372_036_854_775_807_u64], "campaign_list": [
                    { "campaign_id": "9223372036854775807", "status": "DISABLE" },
                ] }),
                vec!["9223372036854775807"],
                vec![],
            ),
            (
                json!({ "adgroup_ids": [111], "status": "DISABLE", "error_list": [
                    { "adgroup_id": 112, "error_message": "Adgroup does not exist." },
                ] }),
                vec!["111"],
                vec![refusal("112")],
            ),
            (
                json!({ "adgroup_list": [], "error_list": [
                    { "adgroup_id": "112", "error_message": "Adgroup does not exist." },
                ] }),
                vec![],
                vec![refusal("112")],
            ),
            (
                json!({ "campaign_list": [{ "campaign_id": "3", "status": "DELETE" }], "error_list": null }),
                vec!["3"],
                vec![],
            ),
            (
                json!({ "ad_ids": ["1"], "aco_ad_ids": null, "status": "ENABLE" }),
                vec!["1"],
                vec![],
            ),
            (
                json!({ "smart_plus_ad_ids": ["8"], "status": "DISABLE" }),
                vec!["8"],
                vec![],
            ),
            (json!({}), vec![], vec![]),
        ] {
            let read: StatusAnswer = serde_json::from_value(answer.clone()).unwrap();
            let ids: Vec<_> = read.changed.iter().map(Word::as_str).collect();
            assert_eq!((ids, read.refused), (changed, refused), "{answer}");
        }
    }
}
