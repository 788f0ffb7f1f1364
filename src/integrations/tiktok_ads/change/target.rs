//! Object that an update changes, read with its campaign.

use crate::{
    advertising::ListedSettings,
    integrations::{
        Failure,
        tiktok_ads::{
            context::AdsContext,
            existing::{Existing, ReadMembers, absent, deleted, lists, look_up, noun},
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
}

impl ChangeTarget {
    /// Reads an object. Errors: none with this id, a deleted one, one that cannot be changed.
    pub(super) async fn read(context: &AdsContext, level: ObjectLevel, id: &str) -> Result<Self, Failure> {
        let ids = [id.to_owned()];
        let found = look_up(context, level, &ids, ReadMembers::All).await?.remove(id);
        match found {
            Some(Existing::Living(object)) => Ok(Self {
                level,
                id: id.to_owned(),
                automation: object.automation,
                listed: object.listed,
            }),
            Some(Existing::Fixed(failure)) => Err(*failure),
            Some(Existing::Deleted) => Err(deleted(level, id)),
            None => Err(absent(level, id)),
        }
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
        format!(
            "The {} already has these settings, so nothing was sent to TikTok.",
            noun(self.level)
        )
    }

    /// Reads the object again.
    pub(super) async fn again(&self, context: &AdsContext) -> Result<Option<ListedSettings>, MarketingError> {
        let lists = lists(self.level, context.is_sandbox).iter();
        let list = lists
            .rev()
            .find(|list| self.is_smart_plus() || !list.is_smart_plus);
        let Some(list) = list else { return Ok(None) };
        let ids = [self.id.as_str()];
        let found = list
            .find(context, self.level, &ids, None, ReadMembers::All)
            .await?;
        Ok(found.into_iter().next().map(|(_, listed)| listed))
    }
}
