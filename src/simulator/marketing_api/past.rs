//! Objects of accounts with a past.

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value, json};

use super::{
    account::SimulatedAdvertiser,
    adgroup_rules::billing_event,
    creation::{self, NewEntity},
    entity::{AdReview, Delivered, EntityLevel},
    history::SimulatedHistory,
    money,
    utc::{self, DAY},
    world::AdsWorld,
};

/// Stores the objects of a history.
pub(super) fn add(world: &mut AdsWorld, history: &SimulatedHistory) {
    let Some(account) = world.advertisers.get(&history.advertiser_id).map(Arc::clone) else {
        return;
    };
    let length = Duration::from_secs(u64::from(history.days) * DAY);
    let place = HistoryPlace {
        account: &account,
        start: world.now().saturating_sub(length),
        until: world.now(),
    };
    let mut goals = history.goals.iter().cycle();
    for campaign in 1..=history.campaigns {
        let name = format!("History {campaign}");
        let campaign_id = place.store(world, EntityLevel::Campaign, 0, campaign_settings(&name));
        for adgroup in 1..=history.adgroups {
            let name = format!("{name}.{adgroup}");
            let settings = adgroup_settings(&name, &account, history.ads, place.start, goals.next());
            let adgroup_id = place.store(world, EntityLevel::Adgroup, campaign_id, settings);
            for ad in 1..=history.ads {
                let settings = ad_settings(&format!("{name}.{ad}"));
                let id = place.store(world, EntityLevel::Ad, adgroup_id, settings);
                place.deliver(world, id);
            }
        }
    }
}

/// Account and time of a history.
#[derive(Debug)]
struct HistoryPlace<'a> {
    account: &'a SimulatedAdvertiser,
    start: Duration,
    until: Duration,
}

impl HistoryPlace<'_> {
    fn store(
        &self,
        world: &mut AdsWorld,
        level: EntityLevel,
        parent: u64,
        settings: Map<String, Value>,
    ) -> u64 {
        let new = NewEntity {
            level,
            smart: false,
            parent,
            settings,
        };
        let id = creation::insert(world, self.account, new, self.start);
        if let Some(entity) = world.entities.get_mut(&id) {
            entity.settled = self.until;
            entity.review = entity.review.map(|_| AdReview {
                ends: self.start,
                rejects: false,
            });
        }
        id
    }

    /// Lets an ad run week by week, at a daily spend of two to four units of the smallest budget's currency.
    fn deliver(&self, world: &mut AdsWorld, id: u64) {
        let scale = money::scale(&self.account.currency);
        let weeks = self.until.saturating_sub(self.start).as_secs().div_ceil(7 * DAY);
        let stretches = (0..weeks).map(|week| {
            let from = self.start + Duration::from_secs(week * 7 * DAY);
            Delivered {
                from,
                until: (from + Duration::from_secs(7 * DAY)).min(self.until),
                cents_per_day: scale * (200 + (id / 2 + week * 37) % 200),
            }
        });
        let delivered = stretches.collect();
        if let Some(ad) = world.entities.get_mut(&id) {
            ad.delivered = delivered;
        }
    }
}

fn members(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn campaign_settings(name: &str) -> Map<String, Value> {
    members(&json!({
        "campaign_name": name,
        "objective_type": "TRAFFIC",
        "budget_mode": "BUDGET_MODE_INFINITE",
    }))
}

/// An ad group whose daily budget is what its ads spend at most.
fn adgroup_settings(
    name: &str,
    account: &SimulatedAdvertiser,
    ads: u32,
    start: Duration,
    goal: Option<&String>,
) -> Map<String, Value> {
    let goal = goal.map_or("CLICK", String::as_str);
    let budget = money::scale(&account.currency) * u64::from(ads.max(5)) * 4;
    members(&json!({
        "adgroup_name": name,
        "promotion_type": "WEBSITE",
        "placement_type": "PLACEMENT_TYPE_NORMAL",
        "placements": ["PLACEMENT_TIKTOK"],
        "location_ids": ["6252001"],
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": budget,
        "schedule_type": "SCHEDULE_FROM_NOW",
        "schedule_start_time": utc::format(start),
        "optimization_goal": goal,
        "billing_event": billing_event(goal),
        "bid_type": "BID_TYPE_NO_BID",
        "pacing": "PACING_MODE_SMOOTH",
    }))
}

fn ad_settings(name: &str) -> Map<String, Value> {
    members(&json!({
        "ad_name": name,
        "identity_type": "TT_USER",
        "identity_id": "0f1c5c5e-6c1f-5a1e-9d4b-000000000001",
        "ad_format": "SINGLE_VIDEO",
        "video_id": "v10033g50000history",
        "image_ids": ["ad-site-i18n/history"],
        "ad_text": "An ad with a past.",
        "call_to_action": "SHOP_NOW",
        "landing_page_url": "https://shop.example.com/",
    }))
}
