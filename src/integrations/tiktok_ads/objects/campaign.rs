//! New campaign.

use futures_util::{FutureExt as _, future::BoxFuture};
use serde_json::{Map, Value};

use crate::{
    http::WriteObserver,
    integrations::tiktok_ads::creation::NewObject,
    marketing_api::{
        CampaignCreate, CampaignSettings, CreationWay, MarketingApi, MarketingError, NameSearch, ObjectLevel,
        OperationStatus, PlannedCall, RequestId, SmartCampaignCreate, members_of,
    },
};

/// Campaign that breaks no rule.
#[derive(Debug)]
pub(in crate::integrations::tiktok_ads) struct NewCampaign {
    pub(in crate::integrations::tiktok_ads) automation: CreationWay,
    pub(in crate::integrations::tiktok_ads) settings: CampaignSettings,
    pub(in crate::integrations::tiktok_ads) status: OperationStatus,
}

impl NewCampaign {
    fn manual(&self, request_id: RequestId) -> CampaignCreate {
        CampaignCreate {
            settings: self.settings.clone(),
            operation_status: self.status,
            request_id,
        }
    }

    fn smart_plus(&self, request_id: RequestId) -> SmartCampaignCreate {
        SmartCampaignCreate {
            settings: self.settings.clone(),
            operation_status: self.status,
            request_id,
        }
    }
}

impl NewObject for NewCampaign {
    fn search(&self) -> NameSearch<'_> {
        NameSearch {
            level: ObjectLevel::Campaign,
            is_smart_plus: self.automation == CreationWay::SmartPlus,
            parent: "",
            name: self.settings.campaign_name.as_deref().unwrap_or_default(),
        }
    }

    fn comparable(&self) -> Map<String, Value> {
        self.search()
            .comparable(&members_of(&self.settings).unwrap_or_default())
    }

    fn has_request_id(&self) -> bool {
        true
    }

    fn plan(&self, api: &MarketingApi, request_id: RequestId) -> Result<PlannedCall, MarketingError> {
        match self.automation {
            CreationWay::Manual => api.plan(&self.manual(request_id)),
            CreationWay::SmartPlus => api.plan(&self.smart_plus(request_id)),
        }
    }

    fn send<'a>(
        &'a self,
        api: &'a MarketingApi,
        request_id: RequestId,
        observer: &'a dyn WriteObserver,
    ) -> BoxFuture<'a, Result<String, MarketingError>> {
        async move {
            let answer = match self.automation {
                CreationWay::Manual => api.write(&self.manual(request_id), Some(observer)).await,
                CreationWay::SmartPlus => api.write(&self.smart_plus(request_id), Some(observer)).await,
            };
            answer.map(|answer| answer.data.campaign_id.as_str().to_owned())
        }
        .boxed()
    }
}
