//! New ad group.

use futures_util::{FutureExt as _, future::BoxFuture};

use crate::{
    http::WriteObserver,
    integrations::tiktok_ads::creation::NewObject,
    marketing_api::{
        AdGroupCreate, AdGroupSettings, CreationWay, MarketingApi, MarketingError, Members, NameSearch,
        ObjectLevel, OperationStatus, PlannedCall, RequestId, SmartAdGroupCreate, members_of,
    },
    model::CampaignId,
};

/// Ad group that breaks no rule.
#[derive(Debug)]
pub(in crate::integrations::tiktok_ads) struct NewAdGroup {
    pub(in crate::integrations::tiktok_ads) automation: CreationWay,
    pub(in crate::integrations::tiktok_ads) campaign_id: CampaignId,
    pub(in crate::integrations::tiktok_ads) settings: AdGroupSettings,
    pub(in crate::integrations::tiktok_ads) status: OperationStatus,
}

impl NewAdGroup {
    fn manual(&self, create_id: RequestId) -> AdGroupCreate {
        AdGroupCreate {
            campaign_id: self.campaign_id.clone(),
            settings: self.settings.clone(),
            operation_status: self.status,
            create_id,
        }
    }

    fn smart_plus(&self, create_id: RequestId) -> SmartAdGroupCreate {
        SmartAdGroupCreate {
            campaign_id: self.campaign_id.clone(),
            settings: self.settings.clone(),
            operation_status: self.status,
            create_id,
        }
    }
}

impl NewObject for NewAdGroup {
    fn search(&self) -> NameSearch<'_> {
        NameSearch {
            level: ObjectLevel::AdGroup,
            is_smart_plus: self.automation == CreationWay::SmartPlus,
            parent: self.campaign_id.as_str(),
            name: self.settings.adgroup_name.as_deref().unwrap_or_default(),
            is_filtered: true,
        }
    }

    fn comparable(&self) -> Members {
        self.search()
            .comparable(&members_of(&self.settings).unwrap_or_default())
    }

    fn has_create_id(&self) -> bool {
        true
    }

    fn plan(&self, api: &MarketingApi, create_id: RequestId) -> Result<PlannedCall, MarketingError> {
        match self.automation {
            CreationWay::Manual => api.plan(&self.manual(create_id)),
            CreationWay::SmartPlus => api.plan(&self.smart_plus(create_id)),
        }
    }

    fn send<'a>(
        &'a self,
        api: &'a MarketingApi,
        create_id: RequestId,
        observer: &'a dyn WriteObserver,
    ) -> BoxFuture<'a, Result<String, MarketingError>> {
        async move {
            let answer = match self.automation {
                CreationWay::Manual => api.write(&self.manual(create_id), Some(observer)).await,
                CreationWay::SmartPlus => api.write(&self.smart_plus(create_id), Some(observer)).await,
            };
            answer.map(|answer| answer.data.object.adgroup_id.as_str().to_owned())
        }
        .boxed()
    }
}
