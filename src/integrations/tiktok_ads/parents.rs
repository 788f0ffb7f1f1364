//! Parents of new objects, read before anything is sent below them.

use futures_util::{FutureExt as _, TryFutureExt as _, future::BoxFuture};

use super::{
    context::AdsContext,
    existing::{PAUSES, absent, deleted, way_of_campaign},
};
use crate::{
    advertising::{BudgetHolder, PayingBudget, is_distributed},
    catalogue::own,
    integrations::Failure,
    marketing_api::{
        AdGroup, AdGroupFilter, Campaign, CampaignFilter, CreationWay, ListPage, MarketingError, ObjectLevel,
        PageRequest, PrimaryStatus,
    },
    model::{AdGroupId, CampaignId, Flag, Word},
};

/// Campaign in which an ad group or an ad is created.
#[derive(Debug, Clone)]
pub(super) struct ParentCampaign {
    /// The campaign.
    pub(super) campaign: Campaign,
    /// Its way.
    pub(super) automation: CreationWay,
}

/// Ad group in which an ad is created, with its campaign.
#[derive(Debug, Clone)]
pub(super) struct ParentAdGroup {
    /// The ad group.
    pub(super) ad_group: AdGroup,
    /// Its campaign.
    pub(super) campaign: ParentCampaign,
}

/// Page with one object.
const ONE: PageRequest = PageRequest { page: 1, size: 1 };

impl ParentCampaign {
    /// Reads a campaign. Errors: it does not exist, is deleted, or is an older Smart+ campaign.
    pub(super) async fn read(context: &AdsContext, id: &CampaignId) -> Result<Self, Failure> {
        let filter = CampaignFilter {
            campaign_ids: vec![id.clone()],
            primary_status: Some(PrimaryStatus::All),
            ..CampaignFilter::default()
        };
        let this = |page| of_id(page, |campaign: &Campaign| campaign.campaign_id == *id);
        let read = || context.api.campaigns(&filter, ONE).map_ok(this).boxed();
        let level = ObjectLevel::Campaign;
        let campaign = listed(context, read).await?;
        let campaign = campaign.ok_or_else(|| absent(level, id.as_str()))?;
        if is_deleted([&campaign.operation_status, &campaign.secondary_status]) {
            return Err(deleted(level, id.as_str()));
        }
        let automation = way_of_campaign(campaign.campaign_automation_type.as_ref().map(Word::as_str))?;
        Ok(Self { campaign, automation })
    }

    /// Whether TikTok distributes the campaign's budget over its ad groups.
    pub(super) fn is_distributed(&self) -> bool {
        let mode = self.campaign.budget_mode.as_ref().map(Word::as_str);
        is_distributed(self.campaign.budget_optimize_on == Some(Flag(true)), mode)
    }

    /// The campaign's objective.
    pub(super) fn objective(&self) -> Option<&str> {
        self.campaign.objective_type.as_ref().map(Word::as_str)
    }

    /// Budget of the campaign.
    pub(super) fn budget(&self) -> PayingBudget<'_> {
        PayingBudget {
            holder: BudgetHolder::Campaign,
            mode: self.campaign.budget_mode.as_ref().map(Word::as_str),
            present: self.campaign.budget,
            scheduled: None,
        }
    }
}

impl ParentAdGroup {
    /// Reads an ad group and its campaign. Errors: it does not exist, is deleted, or belongs to an older Smart+ campaign.
    pub(super) async fn read(context: &AdsContext, id: &AdGroupId) -> Result<Self, Failure> {
        let filter = AdGroupFilter {
            adgroup_ids: vec![id.clone()],
            primary_status: Some(PrimaryStatus::All),
            ..AdGroupFilter::default()
        };
        let this = |page| of_id(page, |ad_group: &AdGroup| ad_group.adgroup_id == *id);
        let read = || context.api.ad_groups(&filter, ONE).map_ok(this).boxed();
        let level = ObjectLevel::AdGroup;
        let ad_group = listed(context, read).await?;
        let ad_group = ad_group.ok_or_else(|| absent(level, id.as_str()))?;
        if is_deleted([&ad_group.operation_status, &ad_group.secondary_status]) {
            return Err(deleted(level, id.as_str()));
        }
        let Some(campaign_id) = &ad_group.campaign_id else {
            return Err(Failure::new(
                &own::UNREADABLE_ANSWER,
                "(The ad group has no campaign_id.)",
            ));
        };
        let campaign = ParentCampaign::read(context, campaign_id).await?;
        let ad_group = match campaign.automation {
            CreationWay::Manual => ad_group,
            // Its own list has more members.
            CreationWay::SmartPlus => {
                this(context.api.smart_ad_groups(&filter, ONE).await?).unwrap_or(ad_group)
            }
        };
        Ok(Self { ad_group, campaign })
    }

    /// Budget that pays for the ads.
    pub(super) fn payer(&self) -> PayingBudget<'_> {
        if self.campaign.is_distributed() {
            return self.campaign.budget();
        }
        PayingBudget {
            holder: BudgetHolder::AdGroup,
            mode: self.ad_group.budget_mode.as_ref().map(Word::as_str),
            present: self.ad_group.budget,
            scheduled: self.ad_group.scheduled_budget,
        }
    }
}

/// The object with the sought id.
fn of_id<T>(page: ListPage<T>, is_sought: impl FnMut(&T) -> bool) -> Option<T> {
    page.items.into_iter().find(is_sought)
}

/// Reads an object until it is listed, for some seconds.
async fn listed<'a, T>(
    context: &AdsContext,
    read: impl Fn() -> BoxFuture<'a, Result<Option<T>, MarketingError>> + Send,
) -> Result<Option<T>, Failure> {
    for pause in PAUSES {
        let found = read().await?;
        if found.is_some() || context.clock.left_until(context.deadline) <= pause {
            return Ok(found);
        }
        context.clock.sleep(pause).await;
    }
    Ok(read().await?)
}

/// Whether one of an object's statuses says that it, or an object above it, is deleted.
fn is_deleted(statuses: [&Option<Word>; 2]) -> bool {
    let mut statuses = statuses.into_iter().flatten().map(Word::as_str);
    statuses.any(|status| status == "DELETE" || status.ends_with("_DELETE"))
}
