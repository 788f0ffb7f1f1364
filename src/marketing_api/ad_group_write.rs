//! Creating and updating ad groups: `POST /adgroup/create/`
//! (<https://business-api.tiktok.com/portal/docs?id=1739499616346114>), `POST /adgroup/update/`
//! (<https://business-api.tiktok.com/portal/docs?id=1739586761631745>), `POST /adgroup/budget/update/`
//! (<https://business-api.tiktok.com/portal/docs?id=1739591133130817>), and their counterparts below `/smart_plus/`
//! (docs/tiktok-marketing-api.md#smart).

use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::{
    AdGroup, AdGroupSettings, MarketingEndpoint, RawObject, RequestId, WriteBody,
    ad_group::TARGETING_SPEC,
    ad_group_tables::{FIXED_TARGETING, INAPPLICABLE, PHONE, REPLACED, SEARCH_KEYWORDS, TARGETING},
    raw::{kept, split_off},
    words::OperationStatus,
    write::{Members, with},
};
use crate::model::{AdGroupId, Amount, CampaignId};

/// Creation of a manual ad group.
#[derive(Debug, Clone, PartialEq)]
pub struct AdGroupCreate {
    /// Campaign of the ad group.
    pub campaign_id: CampaignId,
    /// Settings of the ad group.
    pub settings: AdGroupSettings,
    /// Switch of the new ad group. TikTok's default is ENABLE, so it is always sent.
    pub operation_status: OperationStatus,
    /// Id of the create.
    pub create_id: RequestId,
}

/// Creation of an ad group in an Upgraded Smart+ campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct SmartAdGroupCreate {
    /// Campaign of the ad group.
    pub campaign_id: CampaignId,
    /// Settings of the ad group.
    pub settings: AdGroupSettings,
    /// Switch of the new ad group. TikTok's default is ENABLE, so it is always sent.
    pub operation_status: OperationStatus,
    /// Id of the create; required by TikTok.
    pub create_id: RequestId,
}

/// Update of a manual ad group, which replaces it: what is left out may be reset. The body has all settings of the
/// ad group that the endpoint takes, and the changes over them.
#[derive(Debug, Clone, PartialEq)]
pub struct AdGroupReplacement<'a> {
    /// Ad group as it is.
    pub current: &'a RawObject<AdGroup>,
    /// Changed settings; see [`Self::is_changeable`]. An empty list removes.
    pub changes: AdGroupSettings,
}

/// Update of an ad group in an Upgraded Smart+ campaign. Only what is set changes.
///
/// If the targeting changes, all of it is sent: whether TikTok merges or replaces it is not documented
/// (docs/tiktok-marketing-api.md#smart).
#[derive(Debug, Clone, PartialEq)]
pub struct SmartAdGroupUpdate<'a> {
    /// Ad group as it is.
    pub current: &'a RawObject<AdGroup>,
    /// Changed settings; see [`Self::is_changeable`]. An empty list removes.
    pub changes: AdGroupSettings,
}

/// New budgets of ad groups.
#[derive(Debug, Clone, PartialEq)]
pub struct AdGroupBudgetUpdate {
    /// Budgets, at most [`Self::BUDGETS_MAX`].
    pub budgets: Vec<(AdGroupId, Amount)>,
    /// Whether the ad groups belong to Upgraded Smart+ campaigns, which have an endpoint of their own.
    pub is_smart_plus: bool,
    /// Time at which the budgets take effect. It depends on the kind of budget for manual ad groups.
    pub start: BudgetStart,
}

/// Time at which a new budget takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetStart {
    /// At once: lifetime budgets, and any budget of Smart+.
    Now,
    /// At the next midnight of the account's time zone: daily budgets, for Smart+ on TikTok's allow-list only.
    NextDay,
}

impl AdGroupSettings {
    /// Settings that are amounts of money.
    pub fn amounts(&self) -> Vec<Amount> {
        let amounts = [
            self.budget,
            self.min_budget,
            self.bid_price,
            self.conversion_bid_price,
        ];
        amounts.into_iter().flatten().collect()
    }
}

impl AdGroupReplacement<'_> {
    /// Returns true for a setting that can be changed.
    pub fn is_changeable(name: &str) -> bool {
        name == SEARCH_KEYWORDS || REPLACED.contains(&name)
    }
}

impl SmartAdGroupUpdate<'_> {
    /// Settings besides targeting that can be changed.
    const CHANGEABLE: &'static [&'static str] = &[
        "adgroup_name",
        "bid_price",
        "budget",
        "comment_disabled",
        "conversion_bid_price",
        "dayparting",
        "is_hfss",
        "is_lhf_compliance",
        "min_budget",
        "roas_bid",
        "schedule_end_time",
        "schedule_start_time",
        "schedule_type",
        "share_disabled",
        "suggestion_audience_enabled",
        "targeting_optimization_mode",
    ];

    /// Returns true for a setting that can be changed.
    pub fn is_changeable(name: &str) -> bool {
        Self::CHANGEABLE.contains(&name) || (TARGETING.contains(&name) && name != FIXED_TARGETING)
    }
}

impl AdGroupBudgetUpdate {
    /// Largest number of budgets in a call.
    pub const BUDGETS_MAX: usize = 20;
}

impl WriteBody for AdGroupCreate {
    type Answer = RawObject<AdGroup>;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::AD_GROUP_CREATE
    }

    fn members(&self) -> serde_json::Result<Members> {
        let mut members = with(Members::new(), "campaign_id", &self.campaign_id)?;
        members.extend(self.settings.members()?);
        let members = with(members, "operation_status", &self.operation_status)?;
        with(members, "request_id", &self.create_id)
    }
}

impl WriteBody for SmartAdGroupCreate {
    type Answer = RawObject<AdGroup>;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::SMART_AD_GROUP_CREATE
    }

    fn members(&self) -> serde_json::Result<Members> {
        let mut settings = self.settings.members()?;
        let targeting = split_off(&mut settings, TARGETING);
        let phone = split_off(&mut settings, PHONE);
        let mut members = with(Members::new(), "campaign_id", &self.campaign_id)?;
        members.extend(settings);
        if !phone.is_empty() {
            members.insert("phone_info".into(), phone.into());
        }
        members.insert(TARGETING_SPEC.into(), targeting.into());
        let members = with(members, "operation_status", &self.operation_status)?;
        with(members, "request_id", &self.create_id)
    }
}

impl WriteBody for AdGroupReplacement<'_> {
    type Answer = RawObject<AdGroup>;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::AD_GROUP_UPDATE
    }

    fn members(&self) -> serde_json::Result<Members> {
        let current = &self.current.members;
        let changes = self.changes.members()?;
        let mut settings = kept(current, REPLACED);
        // 0 is no amount and no frequency.
        settings.retain(|_, value| value.as_f64() != Some(0.0));
        let after = |name: &str| changes.get(name).or_else(|| current.get(name));
        for (name, cause, word) in INAPPLICABLE {
            if after(cause).and_then(Value::as_str) == Some(word) {
                settings.shift_remove(*name);
            }
        }
        let mut members = with(Members::new(), "adgroup_id", &self.current.object.adgroup_id)?;
        members.extend(settings);
        members.extend(changes);
        Ok(members)
    }
}

impl WriteBody for SmartAdGroupUpdate<'_> {
    type Answer = RawObject<AdGroup>;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::SMART_AD_GROUP_UPDATE
    }

    fn members(&self) -> serde_json::Result<Members> {
        let mut changes = self.changes.members()?;
        let targeting = split_off(&mut changes, TARGETING);
        let mut members = with(Members::new(), "adgroup_id", &self.current.object.adgroup_id)?;
        members.extend(changes);
        if !targeting.is_empty() {
            let mut whole = self.current_targeting();
            whole.extend(targeting);
            members.insert(TARGETING_SPEC.into(), whole.into());
        }
        Ok(members)
    }
}

impl SmartAdGroupUpdate<'_> {
    fn current_targeting(&self) -> Members {
        let current = self.current.members.get(TARGETING_SPEC);
        let mut targeting = current
            .and_then(Value::as_object)
            .map_or_else(Members::new, |current| kept(current, TARGETING));
        targeting.shift_remove(FIXED_TARGETING);
        targeting
    }
}

impl WriteBody for AdGroupBudgetUpdate {
    type Answer = IgnoredAny;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        if self.is_smart_plus {
            MarketingEndpoint::SMART_AD_GROUP_BUDGET_UPDATE
        } else {
            MarketingEndpoint::AD_GROUP_BUDGET_UPDATE
        }
    }

    fn members(&self) -> serde_json::Result<Members> {
        let key = match self.start {
            BudgetStart::Now => "budget",
            BudgetStart::NextDay => "scheduled_budget",
        };
        let budgets = self.budgets.iter();
        let budgets = budgets.map(|(adgroup_id, budget)| json!({ "adgroup_id": adgroup_id, key: budget }));
        with(Members::new(), key, &budgets.collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketing_api::write::plan_of;

    fn settings(members: Value) -> AdGroupSettings {
        serde_json::from_value(members).unwrap()
    }

    fn raw(members: Value) -> RawObject<AdGroup> {
        serde_json::from_value(members).unwrap()
    }

    /// Body of a planned call, without the ad account.
    fn body(body: &impl WriteBody, path: &str) -> Value {
        let mut plan = plan_of(body);
        assert_eq!(plan["path"], format!("/open_api/v1.3{path}"));
        let mut body = plan["body"].take();
        assert_eq!(
            body.as_object_mut().unwrap().remove("advertiser_id"),
            Some(json!("7"))
        );
        body
    }

    #[test]
    fn a_manual_ad_group_is_created_as_in_tiktoks_example() {
        let members = json!({
            "adgroup_name": "Women",
            "promotion_type": "WEBSITE",
            "placement_type": "PLACEMENT_TYPE_NORMAL",
            "placements": ["PLACEMENT_TIKTOK"],
            "video_download_disabled": false,
            "location_ids": ["6252001"],
            "gender": "GENDER_UNLIMITED",
            "operating_systems": ["ANDROID"],
            "budget_mode": "BUDGET_MODE_TOTAL",
            "budget": 280,
            "schedule_type": "SCHEDULE_START_END",
            "schedule_end_time": "2026-12-15 00:00:00",
            "schedule_start_time": "2026-12-01 00:00:00",
            "optimization_goal": "CLICK",
            "bid_type": "BID_TYPE_NO_BID",
            "billing_event": "CPC",
            "pacing": "PACING_MODE_SMOOTH",
        });
        let create = AdGroupCreate {
            campaign_id: CampaignId::parse("1").unwrap(),
            settings: settings(members.clone()),
            operation_status: OperationStatus::Enable,
            create_id: RequestId::new(5),
        };
        let mut expected = members;
        expected["campaign_id"] = json!("1");
        expected["operation_status"] = json!("ENABLE");
        expected["request_id"] = json!("5");
        assert_eq!(body(&create, "/adgroup/create/"), expected);
    }

    #[test]
    fn a_smart_ad_group_nests_its_targeting_and_phone_as_in_tiktoks_example() {
        let create = SmartAdGroupCreate {
            campaign_id: CampaignId::parse("1").unwrap(),
            settings: settings(json!({
                "adgroup_name": "Women",
                "app_id": 12,
                "promotion_type": "APP_ANDROID",
                "optimization_goal": "INSTALL",
                "bid_type": "BID_TYPE_NO_BID",
                "billing_event": "OCPM",
                "schedule_type": "SCHEDULE_START_END",
                "schedule_start_time": "2026-12-01 00:00:00",
                "schedule_end_time": "2026-12-15 00:00:00",
                "targeting_optimization_mode": "AUTOMATIC",
                "suggestion_audience_enabled": true,
                "location_ids": ["1562822"],
                "spc_audience_age": "OVER_EIGHTEEN",
                "operating_systems": ["ANDROID"],
                "actions": [{
                    "action_scene": "VIDEO_RELATED",
                    "action_period": 15,
                    "video_user_actions": ["WATCHED_TO_END", "LIKED"],
                    "action_category_ids": ["13", "15"],
                }],
                "phone_region_code": "US",
                "phone_number": "5550100",
            })),
            operation_status: OperationStatus::Disable,
            create_id: RequestId::new(5),
        };
        assert_eq!(
            body(&create, "/smart_plus/adgroup/create/"),
            json!({
                "campaign_id": "1",
                "request_id": "5",
                "operation_status": "DISABLE",
                "adgroup_name": "Women",
                "app_id": "12",
                "promotion_type": "APP_ANDROID",
                "optimization_goal": "INSTALL",
                "bid_type": "BID_TYPE_NO_BID",
                "billing_event": "OCPM",
                "schedule_type": "SCHEDULE_START_END",
                "schedule_start_time": "2026-12-01 00:00:00",
                "schedule_end_time": "2026-12-15 00:00:00",
                "targeting_optimization_mode": "AUTOMATIC",
                "suggestion_audience_enabled": true,
                "phone_info": { "phone_region_code": "US", "phone_number": "5550100" },
                "targeting_spec": {
                    "location_ids": ["1562822"],
                    "spc_audience_age": "OVER_EIGHTEEN",
                    "operating_systems": ["ANDROID"],
                    "actions": [{
                        "action_scene": "VIDEO_RELATED",
                        "action_period": 15,
                        "video_user_actions": ["WATCHED_TO_END", "LIKED"],
                        "action_category_ids": ["13", "15"],
                    }],
                },
            })
        );
    }

    /// Ad group of TikTok's example of a read, and members that the example leaves out.
    fn current() -> RawObject<AdGroup> {
        serde_json::from_str(
            r#"{
            "adgroup_id": 9223372036854775807, "campaign_id": "1", "adgroup_name": "Women",
            "budget_mode": "BUDGET_MODE_DAY", "budget": 50.5, "scheduled_budget": 60, "included_custom_actions": [],
            "delivery_mode": null, "auto_targeting_enabled": false, "placements": ["PLACEMENT_TIKTOK"], "pixel_id": null,
            "schedule_type": "SCHEDULE_FROM_NOW", "schedule_start_time": "2026-11-01 00:00:00",
            "schedule_end_time": "2036-11-01 00:00:00", "brand_safety_type": "NO_BRAND_SAFETY",
            "shopping_ads_retargeting_type": "OFF", "ios14_targeting": "UNSET", "ios14_quota_type": "UNOCCUPIED",
            "bid_type": "BID_TYPE_CUSTOM", "bid_price": 0.8, "conversion_bid_price": 0, "roas_bid": 0, "deep_cpa_bid": 0,
            "optimization_goal": "CLICK", "billing_event": "CPC", "promotion_type": "WEBSITE", "is_hfss": false,
            "frequency": null, "actions": [], "age_groups": ["AGE_18_24"], "location_ids": [6252001], "languages": [],
            "gender": "GENDER_FEMALE", "operation_status": "ENABLE", "secondary_status": "ADGROUP_STATUS_DELIVERY_OK",
            "search_result_enabled": false, "comment_disabled": true, "pacing": "PACING_MODE_SMOOTH",
            "search_keywords": [{ "keyword": "shoes", "match_type": "BROAD_WORD", "audit_status": "AUDIT_PASS" }],
            "audience_rule": { "inclusions": { "a": [1] } }, "deep_funnel_event_source_id": 77,
            "create_time": "2026-11-01 00:00:00", "member_of_tomorrow": "x"
            }"#,
        )
        .unwrap()
    }

    #[test]
    fn a_replacement_keeps_what_the_endpoint_takes_and_overlays_changes() {
        let current = current();
        let replacement = |changes| {
            let replacement = AdGroupReplacement {
                current: &current,
                changes: settings(changes),
            };
            body(&replacement, "/adgroup/update/")
        };
        let expected = json!({
            "adgroup_id": "9223372036854775807", "adgroup_name": "Women", "budget": 50.5,
            "auto_targeting_enabled": false, "schedule_type": "SCHEDULE_FROM_NOW",
            "schedule_start_time": "2026-11-01 00:00:00", "bid_type": "BID_TYPE_CUSTOM", "bid_price": 0.8,
            "is_hfss": false, "age_groups": ["AGE_18_24"], "location_ids": ["6252001"], "gender": "GENDER_FEMALE",
            "search_result_enabled": false, "comment_disabled": true, "pacing": "PACING_MODE_SMOOTH",
            "audience_rule": { "inclusions": { "a": [1] } }, "deep_funnel_event_source_id": "77",
        });
        assert_eq!(replacement(json!({})), expected);

        let changed = replacement(json!({
            "adgroup_name": "Men", "bid_type": "BID_TYPE_NO_BID", "age_groups": [],
            "schedule_type": "SCHEDULE_START_END", "search_keywords": [{ "keyword": "boots", "match_type": "PHRASE_WORD" }],
        }));
        let mut expected = expected;
        for (name, value) in [
            ("adgroup_name", json!("Men")),
            ("bid_type", json!("BID_TYPE_NO_BID")),
            ("age_groups", json!([])),
            ("schedule_type", json!("SCHEDULE_START_END")),
            ("schedule_end_time", json!("2036-11-01 00:00:00")),
            (
                "search_keywords",
                json!([{ "keyword": "boots", "match_type": "PHRASE_WORD" }]),
            ),
        ] {
            expected[name] = value;
        }
        expected.as_object_mut().unwrap().remove("bid_price");
        assert_eq!(changed, expected, "a bid does not outlive its strategy");
    }

    #[test]
    fn the_replaced_ad_group_of_a_campaign_budget_has_no_budget() {
        let current = raw(json!({ "adgroup_id": "5", "budget_mode": "BUDGET_MODE_INFINITE", "budget": 12 }));
        let replacement = AdGroupReplacement {
            current: &current,
            changes: settings(json!({ "gender": "GENDER_MALE" })),
        };
        assert_eq!(
            body(&replacement, "/adgroup/update/"),
            json!({ "adgroup_id": "5", "gender": "GENDER_MALE" })
        );
    }

    #[test]
    fn a_smart_update_sends_changes_and_the_whole_targeting_if_a_part_of_it_changes() {
        let current = raw(json!({
            "adgroup_id": "5", "adgroup_name": "Women", "budget": 100,
            "targeting_spec": {
                "location_ids": [1_562_822], "languages": [], "app_targeting_type": "PROSPECT",
                "spc_audience_age": "OVER_EIGHTEEN", "gender": null,
            },
        }));
        let update = |changes| {
            let update = SmartAdGroupUpdate {
                current: &current,
                changes: settings(changes),
            };
            body(&update, "/smart_plus/adgroup/update/")
        };
        assert_eq!(
            update(json!({ "budget": 120 })),
            json!({ "adgroup_id": "5", "budget": 120 })
        );
        assert_eq!(
            update(
                json!({ "adgroup_name": "Men", "gender": "GENDER_MALE", "spc_audience_age": "OVER_TWENTY_FIVE" })
            ),
            json!({ "adgroup_id": "5", "adgroup_name": "Men", "targeting_spec": {
                "location_ids": ["1562822"], "spc_audience_age": "OVER_TWENTY_FIVE", "gender": "GENDER_MALE",
            } })
        );
    }

    #[test]
    fn budgets_are_sent_by_the_time_at_which_they_take_effect() {
        let update = |is_smart_plus, start| AdGroupBudgetUpdate {
            budgets: vec![(AdGroupId::parse("5").unwrap(), Amount::new(25.5).unwrap())],
            is_smart_plus,
            start,
        };
        assert_eq!(
            body(&update(false, BudgetStart::Now), "/adgroup/budget/update/"),
            json!({ "budget": [{ "adgroup_id": "5", "budget": 25.5 }] })
        );
        assert_eq!(
            body(&update(false, BudgetStart::NextDay), "/adgroup/budget/update/"),
            json!({ "scheduled_budget": [{ "adgroup_id": "5", "scheduled_budget": 25.5 }] })
        );
        assert_eq!(
            body(
                &update(true, BudgetStart::Now),
                "/smart_plus/adgroup/budget/update/"
            ),
            json!({ "budget": [{ "adgroup_id": "5", "budget": 25.5 }] })
        );
    }

    #[test]
    fn changeable_settings_are_those_of_the_endpoints() {
        for (name, manual, smart) in [
            ("adgroup_name", true, true),
            ("search_keywords", true, false),
            ("location_ids", true, true),
            ("app_targeting_type", false, false),
            ("placements", false, false),
            ("optimization_goal", false, false),
            ("budget_mode", false, false),
            ("targeting_optimization_mode", false, true),
        ] {
            assert_eq!(
                (
                    AdGroupReplacement::is_changeable(name),
                    SmartAdGroupUpdate::is_changeable(name)
                ),
                (manual, smart),
                "{name}"
            );
        }
        assert!(
            SmartAdGroupUpdate::CHANGEABLE
                .iter()
                .all(|name| AdGroupSettings::NAMES.contains(name))
        );
    }
}
