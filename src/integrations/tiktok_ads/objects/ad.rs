//! New ad.

use futures_util::{FutureExt as _, future::BoxFuture};

use crate::{
    http::WriteObserver,
    integrations::tiktok_ads::creation::NewObject,
    marketing_api::{
        AdCreate, AdSettings, CreationWay, MarketingApi, MarketingError, Members, NameSearch, ObjectLevel,
        OperationStatus, PlannedCall, RequestId, SmartAdCreate, members_of,
    },
    model::AdGroupId,
};

/// Ad that breaks no rule.
#[derive(Debug)]
pub(in crate::integrations::tiktok_ads) struct NewAd {
    pub(in crate::integrations::tiktok_ads) automation: CreationWay,
    pub(in crate::integrations::tiktok_ads) adgroup_id: AdGroupId,
    pub(in crate::integrations::tiktok_ads) settings: AdSettings,
    pub(in crate::integrations::tiktok_ads) status: OperationStatus,
}

impl NewAd {
    fn manual(&self) -> AdCreate {
        AdCreate {
            adgroup_id: self.adgroup_id.clone(),
            ads: vec![self.settings.clone()],
            operation_status: self.status,
        }
    }

    fn smart_plus(&self) -> SmartAdCreate {
        SmartAdCreate {
            adgroup_id: self.adgroup_id.clone(),
            settings: self.settings.clone(),
            operation_status: self.status,
        }
    }
}

impl NewObject for NewAd {
    fn search(&self) -> NameSearch<'_> {
        NameSearch {
            level: ObjectLevel::Ad,
            is_smart_plus: self.automation == CreationWay::SmartPlus,
            parent: self.adgroup_id.as_str(),
            name: self.settings.ad_name.as_deref().unwrap_or_default(),
            is_filtered: true,
        }
    }

    fn comparable(&self) -> Members {
        self.search()
            .comparable(&members_of(&self.settings).unwrap_or_default())
    }

    // TikTok documents no request id for ads, so a repeat could create a second one.
    fn has_create_id(&self) -> bool {
        false
    }

    fn plan(&self, api: &MarketingApi, _create_id: RequestId) -> Result<PlannedCall, MarketingError> {
        match self.automation {
            CreationWay::Manual => api.plan(&self.manual()),
            CreationWay::SmartPlus => api.plan(&self.smart_plus()),
        }
    }

    fn send<'a>(
        &'a self,
        api: &'a MarketingApi,
        _create_id: RequestId,
        observer: &'a dyn WriteObserver,
    ) -> BoxFuture<'a, Result<String, MarketingError>> {
        async move {
            match self.automation {
                CreationWay::Manual => {
                    let answer = api.write(&self.manual(), Some(observer)).await?;
                    let id = answer.data.ad_ids.first();
                    Ok(id.map(|id| id.as_str().to_owned()).unwrap_or_default())
                }
                CreationWay::SmartPlus => {
                    let answer = api.write(&self.smart_plus(), Some(observer)).await?;
                    Ok(answer.data.object.smart_plus_ad_id.as_str().to_owned())
                }
            }
        }
        .boxed()
    }
}
