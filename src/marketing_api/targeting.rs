//! Values for targeting: `POST /tool/targeting/search/` and `GET /tool/interest_category/`, `/tool/language/`,
//! `/tool/device_model/`, `/tool/carrier/` (docs/tiktok-marketing-api.md#targeting).

use serde::{Deserialize, Serialize};

use super::{
    MarketingApi, MarketingEndpoint, MarketingError,
    wire::{entity, list},
    words::{GeoType, Objective, Placement, PromotionType},
};
use crate::model::{AdvertiserId, Flag, Whole, Word};

/// Search for locations by name.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the members are TikTok's")]
pub struct LocationSearch {
    pub objective_type: Objective,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promotion_type: Option<PromotionType>,
    pub placements: Vec<Placement>,
    /// Only one, because the search is a fuzzy one.
    pub keywords: [String; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub geo_types: Vec<GeoType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub region_codes: Vec<String>,
}

#[derive(Serialize)]
struct LocationSearchBody<'a> {
    advertiser_id: &'a AdvertiserId,
    search_type: &'static str,
    #[serde(flatten)]
    search: &'a LocationSearch,
}

entity! {
    /// Location as a search finds it.
    LocationTag {
        ;
        /// Name of the location.
        name: Word,
        /// The location.
        geo: LocationDetails,
        /// Whether the location can be targeted.
        status_info: LocationStatus,
    }
}

entity! {
    /// Location.
    LocationDetails {
        /// Id.
        geo_id: Word,
        ;
        /// Kind, such as COUNTRY or ZIP_CODE.
        geo_type: Word,
        /// Country or region, as a code.
        region_code: Word,
        /// Location that includes this one.
        parent_id: Word,
        /// Description.
        description: Word,
    }
}

entity! {
    /// Whether a location can be targeted.
    LocationStatus {
        ;
        /// ENABLED or DISABLED.
        status: Word,
        /// Reason of DISABLED.
        reason: Word,
    }
}

entity! {
    /// Interest.
    InterestCategory {
        /// Id.
        interest_category_id: Word,
        ;
        /// Name.
        interest_category_name: Word,
        /// Level, from 1.
        level: Whole,
        /// Narrower interests, as ids.
        sub_category_ids: Vec<Word>,
        /// Placements for which it is offered; all if absent.
        placements: Vec<Word>,
    }
}

entity! {
    /// Language.
    TargetLanguage {
        /// Code.
        code: Word,
        ;
        /// Name.
        name: Word,
    }
}

/// Device model. The documentation's table and its example name two members differently.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DeviceModel {
    /// Id.
    #[serde(alias = "device_meta_id")]
    pub device_model_id: Word,
    /// Name.
    #[serde(default, alias = "device_meta_name")]
    pub device_model_name: Option<Word>,
    /// BRAND, SERIES or MODEL.
    #[serde(default)]
    pub level: Option<Word>,
    /// ANDROID or IOS.
    #[serde(default)]
    pub os_type: Option<Word>,
    /// Whether it can be targeted.
    #[serde(default)]
    pub is_active: Option<Flag>,
}

/// Carriers of a country.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CarrierGroup {
    /// Country, as a code.
    pub country_code: Word,
    /// Its carriers.
    #[serde(deserialize_with = "list")]
    pub carriers: Vec<PhoneCarrier>,
}

entity! {
    /// Carrier.
    PhoneCarrier {
        /// Id.
        carrier_id: Word,
        ;
        /// Name.
        name: Word,
        /// Whether it can be targeted.
        in_use: Flag,
    }
}

#[derive(Deserialize)]
struct LocationTags {
    #[serde(deserialize_with = "list")]
    targeting_tag_list: Vec<LocationTag>,
}

#[derive(Deserialize)]
struct InterestCategories {
    #[serde(deserialize_with = "list")]
    interest_categories: Vec<InterestCategory>,
}

#[derive(Deserialize)]
struct TargetLanguages {
    #[serde(deserialize_with = "list")]
    languages: Vec<TargetLanguage>,
}

#[derive(Deserialize)]
struct DeviceModels {
    #[serde(deserialize_with = "list")]
    device_models: Vec<DeviceModel>,
}

#[derive(Deserialize)]
struct CarrierCountries {
    #[serde(deserialize_with = "list")]
    countries: Vec<CarrierGroup>,
}

impl MarketingApi {
    /// Searches for locations by name.
    pub async fn search_locations(
        &self,
        search: &LocationSearch,
    ) -> Result<Vec<LocationTag>, MarketingError> {
        let body = LocationSearchBody {
            advertiser_id: self.advertiser_id(),
            search_type: "FUZZY_SEARCH",
            search,
        };
        let answer = self
            .post(MarketingEndpoint::TARGETING_SEARCH, &body, None, None)
            .await?;
        let LocationTags { targeting_tag_list } = answer.data;
        Ok(targeting_tag_list)
    }

    /// Lists interests, with names in the language `language`.
    pub async fn interest_categories(
        &self,
        language: Option<&str>,
    ) -> Result<Vec<InterestCategory>, MarketingError> {
        let query = self.query().optional("language", language);
        let answer: InterestCategories = self.get(MarketingEndpoint::INTEREST_CATEGORY, Ok(query)).await?;
        Ok(answer.interest_categories)
    }

    /// Lists languages.
    pub async fn languages(&self) -> Result<Vec<TargetLanguage>, MarketingError> {
        let answer: TargetLanguages = self.get(MarketingEndpoint::LANGUAGE, Ok(self.query())).await?;
        Ok(answer.languages)
    }

    /// Lists device models.
    pub async fn device_models(&self) -> Result<Vec<DeviceModel>, MarketingError> {
        let answer: DeviceModels = self
            .get(MarketingEndpoint::DEVICE_MODEL, Ok(self.query()))
            .await?;
        Ok(answer.device_models)
    }

    /// Lists carriers, by country.
    pub async fn carriers(&self) -> Result<Vec<CarrierGroup>, MarketingError> {
        let answer: CarrierCountries = self.get(MarketingEndpoint::CARRIER, Ok(self.query())).await?;
        Ok(answer.countries)
    }
}
