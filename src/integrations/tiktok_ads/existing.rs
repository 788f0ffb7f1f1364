//! Objects that a request names by their ids: whether they exist, and the way of their campaign.

use std::{borrow::Cow, collections::BTreeMap, time::Duration};

use super::context::AdsContext;
use crate::{
    advertising::ListedSettings,
    catalogue::{FailureCode, marketing_api, own},
    integrations::Failure,
    marketing_api::{
        CreationWay, IdSearch, MarketingApi, MarketingError, Members, ObjectLevel, PrimaryStatus,
        StatusObjects,
    },
    model::{AdGroupId, AdId, CampaignId},
};

/// Object that a request names.
#[derive(Debug, Clone)]
pub(super) enum Existing {
    /// Object that can be changed.
    Living(Box<LivingObject>),
    /// Object that cannot be changed, with the reason.
    Fixed(Box<Failure>),
    /// Deleted object, or object of a deleted parent.
    Deleted,
}

/// Object that can be changed.
#[derive(Debug, Clone)]
pub(super) struct LivingObject {
    /// Way of its campaign.
    pub(super) automation: CreationWay,
    /// The object.
    pub(super) listed: ListedSettings,
    /// Campaign of an ad group; the object itself for a campaign or an ad.
    pub(super) campaign: ListedSettings,
}

/// Members of the objects that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadMembers {
    /// All.
    All,
    /// Those that tell what the object is.
    Few,
}

/// Existing objects by their ids.
pub(super) type ExistingObjects = BTreeMap<String, Existing>;

/// List in which objects are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct ObjectList {
    /// Whether it is the list of Upgraded Smart+.
    is_smart_plus: bool,
    filter: &'static str,
    id: &'static str,
    fields: &'static [&'static str],
}

const CAMPAIGNS: ObjectList = ObjectList {
    is_smart_plus: false,
    filter: "campaign_ids",
    id: "campaign_id",
    fields: &["campaign_id", "campaign_automation_type"],
};
const AD_GROUPS: ObjectList = ObjectList {
    is_smart_plus: false,
    filter: "adgroup_ids",
    id: "adgroup_id",
    fields: &["adgroup_id", "campaign_id"],
};
const SMART_AD_GROUPS: ObjectList = ObjectList {
    is_smart_plus: true,
    ..AD_GROUPS
};
const ADS: ObjectList = ObjectList {
    is_smart_plus: false,
    filter: "ad_ids",
    id: "ad_id",
    fields: &["ad_id", "smart_plus_ad_id", "campaign_automation_type", "is_aco"],
};
const SMART_ADS: ObjectList = ObjectList {
    is_smart_plus: true,
    filter: "smart_plus_ad_ids",
    id: "smart_plus_ad_id",
    fields: &["smart_plus_ad_id"],
};

/// Noun for an object of a level.
pub(super) const fn noun(level: ObjectLevel) -> &'static str {
    match level {
        ObjectLevel::Campaign => "campaign",
        ObjectLevel::AdGroup => "ad group",
        ObjectLevel::Ad => "ad",
    }
}

/// Objects of a level for a change of their status.
pub(super) fn status_objects(level: ObjectLevel, ids: &[&str]) -> StatusObjects {
    // Ids have digits only, by the schemas of the inputs.
    let ids = ids.iter();
    match level {
        ObjectLevel::Campaign => {
            StatusObjects::Campaigns(ids.filter_map(|id| CampaignId::parse(id)).collect())
        }
        ObjectLevel::AdGroup => StatusObjects::AdGroups(ids.filter_map(|id| AdGroupId::parse(id)).collect()),
        ObjectLevel::Ad => StatusObjects::Ads(ids.filter_map(|id| AdId::parse(id)).collect()),
    }
}

/// Lists of a level. Campaigns and ad groups of Smart+ are listed among the others, ads by their creatives only
/// (docs/tiktok-marketing-api.md#smart).
const fn lists(level: ObjectLevel, is_sandbox: bool) -> &'static [ObjectList] {
    match (level, is_sandbox) {
        (ObjectLevel::Campaign, _) => &[CAMPAIGNS],
        (ObjectLevel::AdGroup, _) => &[AD_GROUPS],
        (ObjectLevel::Ad, false) => &[ADS, SMART_ADS],
        (ObjectLevel::Ad, true) => &[ADS],
    }
}

/// List that has all members of an object.
pub(super) const fn own_list(level: ObjectLevel, is_smart_plus: bool) -> ObjectList {
    match (level, is_smart_plus) {
        (ObjectLevel::Campaign, _) => CAMPAIGNS,
        (ObjectLevel::AdGroup, false) => AD_GROUPS,
        (ObjectLevel::AdGroup, true) => SMART_AD_GROUPS,
        (ObjectLevel::Ad, false) => ADS,
        (ObjectLevel::Ad, true) => SMART_ADS,
    }
}

/// Pauses before objects that are not listed are looked for again. Lists show a new object after some seconds
/// (docs/tiktok-marketing-api.md#create-a-campaign).
pub(super) const PAUSES: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(6)];

/// Looks for objects by their ids, for some seconds if lists do not show all of them. Those that do not exist are left out.
pub(super) async fn look_up(
    context: &AdsContext,
    level: ObjectLevel,
    ids: &[String],
    members: ReadMembers,
) -> Result<ExistingObjects, Failure> {
    let mut found = ExistingObjects::new();
    let mut missing = ids.to_vec();
    for pause in PAUSES.map(Some).into_iter().chain([None]) {
        found.extend(listed_now(context, level, &missing, members).await?);
        missing.retain(|id| !found.contains_key(id));
        match pause {
            Some(pause) if !missing.is_empty() && context.clock.left_until(context.deadline) > pause => {
                context.clock.sleep(pause).await;
            }
            Some(_) | None => break,
        }
    }
    Ok(found)
}

/// Objects with these ids that lists show.
async fn listed_now(
    context: &AdsContext,
    level: ObjectLevel,
    ids: &[String],
    members: ReadMembers,
) -> Result<ExistingObjects, Failure> {
    let mut found = ExistingObjects::new();
    for status in [None, Some(PrimaryStatus::Deleted)] {
        for list in lists(level, context.is_sandbox) {
            let missing: Vec<&str> = ids
                .iter()
                .map(String::as_str)
                .filter(|id| !found.contains_key(*id))
                .collect();
            for (id, listed) in list.find(context, level, &missing, status, members).await? {
                let existing = match status {
                    None => list.classify(level, listed),
                    Some(_) => Existing::Deleted,
                };
                found.insert(id, existing);
            }
        }
    }
    if level == ObjectLevel::AdGroup {
        add_campaigns(context, &mut found, members).await?;
    }
    Ok(found)
}

impl ObjectList {
    /// Objects of this list with these ids.
    pub(super) async fn find(
        &self,
        context: &AdsContext,
        level: ObjectLevel,
        ids: &[&str],
        status: Option<PrimaryStatus>,
        members: ReadMembers,
    ) -> Result<Vec<(String, ListedSettings)>, MarketingError> {
        let mut found = Vec::new();
        for ids in ids.chunks(MarketingApi::IDS_PER_FILTER) {
            let search = IdSearch {
                level,
                is_smart_plus: self.is_smart_plus,
                filter: self.filter,
                ids,
                status,
                fields: match members {
                    ReadMembers::All => &[],
                    ReadMembers::Few => self.fields,
                },
                size: PAGE_SIZE,
            };
            let found_now = context.api.find(search).await?.into_iter();
            let objects = found_now.map(|members| self.listed(level, members));
            found.extend(objects.filter_map(|listed| Some((listed.text(self.id)?, listed))));
        }
        Ok(found)
    }

    fn listed(&self, level: ObjectLevel, members: Members) -> ListedSettings {
        if self.is_smart_plus && level == ObjectLevel::Ad {
            ListedSettings::of_smart_ad(members)
        } else {
            ListedSettings::of(members)
        }
    }

    /// A listed object that is not deleted.
    fn classify(&self, level: ObjectLevel, listed: ListedSettings) -> Existing {
        let automation = match level {
            ObjectLevel::Campaign => way(&listed),
            // Its campaign is read later.
            ObjectLevel::AdGroup => Ok(CreationWay::Manual),
            ObjectLevel::Ad if self.is_smart_plus => Ok(CreationWay::SmartPlus),
            ObjectLevel::Ad => way_of_ad(&listed),
        };
        match automation {
            Ok(automation) => Existing::Living(Box::new(LivingObject {
                automation,
                campaign: listed.clone(),
                listed,
            })),
            Err(failure) => Existing::Fixed(Box::new(failure)),
        }
    }
}

/// Objects in a page: as many as ids in a filter. Lists of Smart+ ads have no larger pages.
const PAGE_SIZE: u32 = 100;

/// Adds the campaigns of ad groups, and their ways.
async fn add_campaigns(
    context: &AdsContext,
    found: &mut ExistingObjects,
    members: ReadMembers,
) -> Result<(), Failure> {
    let campaign_id = |existing: &Existing| match existing {
        Existing::Living(object) => object.listed.text("campaign_id"),
        Existing::Fixed(_) | Existing::Deleted => None,
    };
    let mut ids: Vec<String> = found.values().filter_map(campaign_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let campaigns = CAMPAIGNS
        .find(context, ObjectLevel::Campaign, &ids, None, members)
        .await?;
    let campaigns: BTreeMap<_, _> = campaigns.into_iter().collect();
    let missing = ids.iter().filter(|id| !campaigns.contains_key(**id));
    let missing: Vec<&str> = missing.copied().collect();
    let status = Some(PrimaryStatus::Deleted);
    let deleted = CAMPAIGNS
        .find(context, ObjectLevel::Campaign, &missing, status, ReadMembers::Few)
        .await?;
    let deleted: BTreeMap<_, _> = deleted.into_iter().collect();
    found.retain(|_, existing| {
        let Existing::Living(object) = &*existing else {
            return true;
        };
        let id = object.listed.text("campaign_id").unwrap_or_default();
        // An ad group whose campaign is in no list yet is not known either.
        let of_campaign = match campaigns.get(&id) {
            Some(campaign) => Some(object.below(campaign)),
            None => deleted.contains_key(&id).then_some(Existing::Deleted),
        };
        of_campaign.map(|of_campaign| *existing = of_campaign).is_some()
    });
    Ok(())
}

impl LivingObject {
    /// The object with its campaign.
    fn below(&self, campaign: &ListedSettings) -> Existing {
        match way(campaign) {
            Ok(automation) => Existing::Living(Box::new(Self {
                automation,
                listed: self.listed.clone(),
                campaign: campaign.clone(),
            })),
            Err(failure) => Existing::Fixed(Box::new(failure)),
        }
    }
}

/// Way of a campaign. Errors: an older Smart+ campaign, which can no longer be changed
/// (docs/tiktok-marketing-api.md#smart).
fn way(listed: &ListedSettings) -> Result<CreationWay, Failure> {
    way_of_campaign(listed.word("campaign_automation_type"))
}

/// Way of a campaign by its `campaign_automation_type`. Errors: as for [`way`].
pub(super) fn way_of_campaign(campaign_automation_type: Option<&str>) -> Result<CreationWay, Failure> {
    match campaign_automation_type {
        // The sandbox, which has no Smart+, may leave it out.
        Some("MANUAL") | None => Ok(CreationWay::Manual),
        Some("UPGRADED_SMART_PLUS") => Ok(CreationWay::SmartPlus),
        Some(word) => Err(Failure::of_field(
            &own::AD_RULES_NOT_MET,
            ObjectLevel::Campaign.id_member(),
            &format!("a campaign whose campaign_automation_type is {word}"),
            "MANUAL or UPGRADED_SMART_PLUS; older Smart+ campaigns (SMART_PLUS) can no longer be changed since 2026-06-30",
            "change it in TikTok Ads Manager, or create a new campaign",
        )),
    }
}

/// Way of an ad in the list of creatives. Errors: a creative of a Smart+ ad, an ad of an older Smart+ campaign, an ad of
/// automated creative optimization (docs/tiktok-marketing-api.md#ads).
fn way_of_ad(listed: &ListedSettings) -> Result<CreationWay, Failure> {
    match way(listed)? {
        CreationWay::Manual if listed.flag("is_aco") => Err(Failure::of_field(
            &own::AD_RULES_NOT_MET,
            "ad_id",
            "an ad of automated creative optimization (is_aco)",
            "an ad without automated creative optimization; TikTok changes the others with endpoints of their own, and \
             does not delete them",
            "change it in TikTok Ads Manager, or pause or delete its ad group",
        )),
        CreationWay::Manual => Ok(CreationWay::Manual),
        CreationWay::SmartPlus => {
            let ad = listed.text("smart_plus_ad_id").unwrap_or_default();
            Err(Failure::of_field(
                &own::AD_RULES_NOT_MET,
                "ad_id",
                &format!("the id of one creative of the Smart+ ad {ad}"),
                "the id of the whole ad: `smart_plus_ad_id` in `get_ads`, `ad_id` in the result of `create_ad`",
                &format!("use {ad}"),
            ))
        }
    }
}

/// Failure of a request for an object that does not exist.
pub(super) fn absent(level: ObjectLevel, id: &str) -> Failure {
    let noun = noun(level);
    Failure {
        remedy: Some(Cow::Owned(format!(
            "Use the id from the list of the {noun}s of this ad account. If the {noun} was created in the last minute, \
             wait a minute, then send the request again: TikTok does not list a new {noun} at once."
        ))),
        ..not_found(&format!("(The ad account has no {noun} {id}.)"))
    }
}

/// Failure of a request for a deleted object.
pub(super) fn deleted(level: ObjectLevel, id: &str) -> Failure {
    not_found(&format!(
        "(The {} {id} was deleted, or belongs to a deleted object. This is final.)",
        noun(level)
    ))
}

fn not_found(message: &str) -> Failure {
    Failure::with_code(FailureCode::Known(&marketing_api::NOT_FOUND), message)
}
