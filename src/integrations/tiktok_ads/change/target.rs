//! Object that an update changes, read with its campaign.

use crate::{
    advertising::ListedSettings,
    integrations::{
        Failure,
        tiktok_ads::{
            context::AdsContext,
            existing::{Existing, ReadMembers, absent, deleted, look_up, noun, own_list},
            written::{WriteKind, WrittenObject},
        },
    },
    marketing_api::{CreationWay, MarketingError, ObjectLevel, OperationStatus},
};

/// Object that an update changes.
#[derive(Debug, Clone)]
pub(super) struct ChangeTarget {
    /// Level of the object.
    pub(super) level: ObjectLevel,
    /// Id of the object.
    pub(super) id: String,
    /// Way of its campaign.
    pub(super) automation: CreationWay,
    /// The object.
    pub(super) listed: ListedSettings,
    /// Its campaign; the object itself for a campaign or an ad.
    pub(super) campaign: ListedSettings,
}

impl ChangeTarget {
    /// Reads an object. Errors: none with this id, a deleted one, one that cannot be changed.
    pub(super) async fn read(context: &AdsContext, level: ObjectLevel, id: &str) -> Result<Self, Failure> {
        let ids = [id.to_owned()];
        let found = look_up(context, level, &ids, ReadMembers::All).await?.remove(id);
        match found {
            Some(Existing::Living(object)) => {
                let target = Self {
                    level,
                    id: id.to_owned(),
                    automation: object.automation,
                    listed: object.listed,
                    campaign: object.campaign,
                };
                Ok(target.completed(context).await?)
            }
            Some(Existing::Fixed(failure)) => Err(*failure),
            Some(Existing::Deleted) => Err(deleted(level, id)),
            None => Err(absent(level, id)),
        }
    }

    /// Replaces an ad group of Smart+ by that of its own list, which has more members.
    async fn completed(self, context: &AdsContext) -> Result<Self, MarketingError> {
        if self.level != ObjectLevel::AdGroup || !self.is_smart_plus() {
            return Ok(self);
        }
        let listed = self.again(context).await?;
        Ok(Self {
            listed: listed.unwrap_or(self.listed),
            ..self
        })
    }

    /// Whether the object belongs to an Upgraded Smart+ campaign.
    pub(super) fn is_smart_plus(&self) -> bool {
        self.automation == CreationWay::SmartPlus
    }

    /// Whether the object's switch is in this position.
    pub(super) fn has_status(&self, status: OperationStatus) -> bool {
        self.listed.word("operation_status") == Some(status.as_str())
    }

    /// The object, as it is reported if the request fails.
    pub(super) fn written(&self) -> WrittenObject {
        WrittenObject::at(WriteKind::Change, self.level).with_id(&self.id)
    }

    /// Warning about a request without changes.
    pub(super) fn nothing_to_change(&self) -> String {
        let noun = noun(self.level);
        format!("The {noun} already has these settings, so nothing was sent to TikTok.")
    }

    /// Reads the object again; `None` if it is gone.
    pub(super) async fn again(&self, context: &AdsContext) -> Result<Option<ListedSettings>, MarketingError> {
        let ids = [self.id.as_str()];
        let list = own_list(self.level, self.is_smart_plus());
        let found = list
            .find(context, self.level, &ids, None, ReadMembers::All)
            .await?;
        Ok(found.into_iter().next().map(|(_, listed)| listed))
    }
}
