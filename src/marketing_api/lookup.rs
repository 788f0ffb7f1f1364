//! Search for objects by their name, in the lists of all levels (docs/tiktok-marketing-api.md#get-campaigns).

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{MarketingApi, MarketingEndpoint, MarketingError, PageRequest, page::PageInfo, wire::list};

/// Level of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the levels")]
pub enum ObjectLevel {
    Campaign,
    AdGroup,
    Ad,
}

/// Search for the objects with a name.
#[derive(Debug, Clone, Copy)]
pub struct NameSearch<'a> {
    /// Level of the objects.
    pub level: ObjectLevel,
    /// Whether they belong to an Upgraded Smart+ campaign.
    pub is_smart_plus: bool,
    /// Id of the campaign of ad groups, or of the ad group of ads. Campaigns have none.
    pub parent: &'a str,
    /// Name of the objects. Lists of ads cannot be filtered by it.
    pub name: &'a str,
    /// Whether lists are filtered by the name where that is possible.
    pub is_filtered: bool,
}

/// Listed objects, among them all with the name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedObjects {
    /// Objects, newest first.
    pub objects: Vec<NamedObject>,
    /// Whether the list has no more of them.
    pub is_complete: bool,
    /// TikTok's time, since the Unix epoch, if it gave one.
    pub served_at: Option<Duration>,
}

/// Listed object.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedObject {
    /// Id of the object.
    pub id: String,
    /// Name of the object.
    pub name: String,
    /// Time of creation, in UTC, as YYYY-MM-DD HH:MM:SS; empty if TikTok did not send it.
    pub create_time: String,
    /// Other members.
    pub members: Map<String, Value>,
}

/// List in which the objects of a level are found.
struct SearchedList {
    endpoint: &'static MarketingEndpoint,
    id: &'static str,
    name: &'static str,
    parents: &'static str,
    has_name_filter: bool,
    /// Settings that tell objects with the same name apart.
    settings: &'static [&'static str],
    page_size: u32,
}

/// Objects in a page. With few fields they are small.
const PAGE_SIZE: u32 = 1_000;

const CAMPAIGNS: SearchedList = SearchedList {
    endpoint: MarketingEndpoint::CAMPAIGN_GET,
    id: "campaign_id",
    name: "campaign_name",
    parents: "",
    has_name_filter: true,
    settings: &["objective_type", "budget_mode", "budget"],
    page_size: PAGE_SIZE,
};
const AD_GROUPS: SearchedList = SearchedList {
    endpoint: MarketingEndpoint::AD_GROUP_GET,
    id: "adgroup_id",
    name: "adgroup_name",
    parents: "campaign_ids",
    has_name_filter: true,
    settings: &["promotion_type", "optimization_goal", "billing_event"],
    page_size: PAGE_SIZE,
};
const ADS: SearchedList = SearchedList {
    endpoint: MarketingEndpoint::AD_GET,
    id: "ad_id",
    name: "ad_name",
    parents: "adgroup_ids",
    has_name_filter: false,
    settings: &["video_id", "tiktok_item_id", "identity_id", "ad_text"],
    page_size: PAGE_SIZE,
};
const SMART_AD_GROUPS: SearchedList = SearchedList {
    endpoint: MarketingEndpoint::SMART_AD_GROUP_GET,
    has_name_filter: false,
    ..AD_GROUPS
};
const SMART_ADS: SearchedList = SearchedList {
    endpoint: MarketingEndpoint::SMART_AD_GET,
    id: "smart_plus_ad_id",
    settings: &[],
    page_size: 100,
    ..ADS
};

impl ObjectLevel {
    /// Member of results with the id of an object.
    pub const fn id_member(self) -> &'static str {
        match self {
            Self::Campaign => "campaign_id",
            Self::AdGroup => "adgroup_id",
            Self::Ad => "ad_id",
        }
    }
}

impl NameSearch<'_> {
    /// The same search without the filter by name, if that is another one.
    pub fn unfiltered(self) -> Option<Self> {
        (self.is_filtered && self.searched().has_name_filter).then_some(Self {
            is_filtered: false,
            ..self
        })
    }

    fn searched(self) -> SearchedList {
        match (self.level, self.is_smart_plus) {
            // Upgraded Smart+ campaigns are listed among the others.
            (ObjectLevel::Campaign, _) => CAMPAIGNS,
            (ObjectLevel::AdGroup, false) => AD_GROUPS,
            (ObjectLevel::AdGroup, true) => SMART_AD_GROUPS,
            (ObjectLevel::Ad, false) => ADS,
            (ObjectLevel::Ad, true) => SMART_ADS,
        }
    }

    /// Members of a new object that lists repeat.
    pub fn comparable(self, body: &Map<String, Value>) -> Map<String, Value> {
        let settings = self.searched().settings.iter();
        settings
            .filter_map(|name| Some(((*name).to_owned(), body.get(*name)?.clone())))
            .collect()
    }
}

#[derive(Deserialize)]
struct RawList {
    #[serde(deserialize_with = "list")]
    list: Vec<Map<String, Value>>,
    page_info: PageInfo,
}

impl MarketingApi {
    /// Lists the objects with a name, deleted ones too. Others may be among them.
    pub async fn named(&self, search: NameSearch<'_>) -> Result<NamedObjects, MarketingError> {
        let searched = search.searched();
        // A deleted object was created too.
        let mut filter = Map::new();
        filter.insert("primary_status".into(), "STATUS_ALL".into());
        if !searched.parents.is_empty() {
            filter.insert(searched.parents.into(), json!([search.parent]));
        }
        if searched.has_name_filter && search.is_filtered {
            // TikTok may have trimmed the name.
            filter.insert(searched.name.into(), search.name.trim().into());
        }
        let mut fields = vec![searched.id, searched.name, "create_time"];
        fields.extend(searched.settings);
        let page = PageRequest {
            page: 1,
            size: searched.page_size,
        };
        let query = page.add_to(self.query()).filter(&filter);
        let query = query.and_then(|query| query.json("fields", &fields));
        let answer = self.get_answer::<RawList>(searched.endpoint, query).await?;
        let is_complete = answer.data.page_info.is_last();
        let objects = answer.data.list.into_iter();
        Ok(NamedObjects {
            objects: objects
                .filter_map(|members| NamedObject::of(members, &searched))
                .collect(),
            is_complete,
            served_at: answer.served_at,
        })
    }
}

impl NamedObject {
    fn of(mut members: Map<String, Value>, searched: &SearchedList) -> Option<Self> {
        let mut take = |name: &str| match members.shift_remove(name) {
            Some(Value::String(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let (id, name, create_time) = (take(searched.id), take(searched.name), take("create_time"));
        (!id.is_empty()).then_some(Self {
            id,
            name,
            create_time,
            members,
        })
    }
}
