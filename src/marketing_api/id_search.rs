//! Objects by their ids or by those of their parents, in the lists of all levels, with the members as TikTok sends them
//! (docs/tiktok-marketing-api.md#get-campaigns).

use serde::Deserialize;
use serde_json::json;

use super::{
    MarketingApi, MarketingEndpoint, MarketingError, Members, ObjectLevel, PageRequest, wire::list,
    words::PrimaryStatus,
};

/// Search for objects.
#[derive(Debug, Clone, Copy)]
pub struct IdSearch<'a> {
    /// Level of the objects.
    pub level: ObjectLevel,
    /// Whether the list of Upgraded Smart+ is searched. Campaigns and ad groups of Smart+ are in the other list too.
    pub is_smart_plus: bool,
    /// Filter that takes the ids, such as `campaign_ids`.
    pub filter: &'static str,
    /// Ids, at most [`MarketingApi::IDS_PER_FILTER`]; all objects if it is empty.
    pub ids: &'a [&'a str],
    /// State of the objects; TikTok leaves deleted ones out if it is absent.
    pub status: Option<PrimaryStatus>,
    /// Members that are read; all if it is empty.
    pub fields: &'static [&'static str],
    /// Largest number of objects.
    pub size: u32,
}

#[derive(Deserialize)]
struct FoundList {
    #[serde(deserialize_with = "list")]
    list: Vec<Members>,
}

impl IdSearch<'_> {
    const fn endpoint(&self) -> &'static MarketingEndpoint {
        match (self.level, self.is_smart_plus) {
            (ObjectLevel::Campaign, false) => MarketingEndpoint::CAMPAIGN_GET,
            (ObjectLevel::Campaign, true) => MarketingEndpoint::SMART_CAMPAIGN_GET,
            (ObjectLevel::AdGroup, false) => MarketingEndpoint::AD_GROUP_GET,
            (ObjectLevel::AdGroup, true) => MarketingEndpoint::SMART_AD_GROUP_GET,
            (ObjectLevel::Ad, false) => MarketingEndpoint::AD_GET,
            (ObjectLevel::Ad, true) => MarketingEndpoint::SMART_AD_GET,
        }
    }
}

impl MarketingApi {
    /// Reads the objects that a search finds, newest first.
    pub async fn find(&self, search: IdSearch<'_>) -> Result<Vec<Members>, MarketingError> {
        let mut filter = Members::new();
        if !search.ids.is_empty() {
            filter.insert(search.filter.into(), json!(search.ids));
        }
        if let Some(status) = search.status {
            filter.insert("primary_status".into(), status.as_str().into());
        }
        let page = PageRequest {
            page: 1,
            size: search.size,
        };
        let query = page.add_to(self.query()).filter(&filter);
        let query = query.and_then(|query| match search.fields {
            [] => Ok(query),
            fields => query.json("fields", &fields),
        });
        let found: FoundList = self.get(search.endpoint(), query).await?;
        Ok(found.list)
    }
}
