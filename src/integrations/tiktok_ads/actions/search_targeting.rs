//! Values for the targeting of ad groups: `POST /tool/targeting/search/` for locations, and the lists of interests,
//! languages, device models and carriers, in which this program searches; permission Ads Management.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::own,
    integrations::{
        Action, Failure, Rows,
        tiktok_ads::{context::AdsContext, permissions},
    },
    marketing_api::{
        CarrierGroup, DeviceModel, GeoType, InterestCategory, LocationSearch, LocationTag, MarketingApi,
        MarketingError, Objective, Placement, PromotionType, TargetLanguage,
    },
    model::{Flag, Whole, Word},
};

/// Searches for values for targeting.
pub(in crate::integrations::tiktok_ads) struct SearchTargeting;

// No doc comments on the variants: they would split the schema's list of words.
/// Kind of a value for targeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
enum TargetingKind {
    Location,
    Interest,
    Language,
    DeviceModel,
    Carrier,
}

/// The search.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Kind of the values
    kind: TargetingKind,
    /// Part of the name; for locations also a postal code. Required for LOCATION; other kinds are listed whole without it
    #[schemars(length(min = 1, max = 100))]
    keyword: Option<String>,
    /// Kinds of locations; for LOCATION only
    #[schemars(length(min = 1, max = 6))]
    geo_types: Option<Vec<GeoType>>,
    /// Countries or regions of the values, as two-letter codes; for LOCATION and CARRIER only
    #[schemars(length(min = 1, max = 100))]
    region_codes: Option<Vec<String>>,
    /// Objective of the campaign, which decides about the locations; for LOCATION only
    #[schemars(extend("default" = "REACH"))]
    objective_type: Option<Objective>,
    /// Promoted object, which some objectives require; for LOCATION only
    promotion_type: Option<PromotionType>,
    /// Placements of the ad group, which decide about the locations; for LOCATION only
    #[schemars(length(min = 1, max = 3), extend("default" = ["PLACEMENT_TIKTOK"]))]
    placements: Option<Vec<Placement>>,
    /// Maximum number of values
    #[schemars(range(min = 1, max = MAX_MATCHES), extend("default" = DEFAULT_MATCHES))]
    max_count: Option<u32>,
}

const DEFAULT_MATCHES: u32 = 50;
const MAX_MATCHES: u32 = 10_000;

/// The values.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// The values that were found
    matches: Rows<TargetingMatch>,
    /// Number of values that were found, also beyond `max_count`
    total_count: usize,
}

/// Value for targeting.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct TargetingMatch {
    /// Id or code of the value
    id: Word,
    /// Field of an ad group that takes the id: location_ids, zipcode_ids, interest_category_ids, languages,
    /// device_model_ids or carrier_ids
    field: &'static str,
    /// Name of the value
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Word>,
    /// Kind of location, level of a device, or operating system
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Level in a hierarchy, from 1
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Whole>,
    /// Country or region, as a code
    #[serde(skip_serializing_if = "Option::is_none")]
    region_code: Option<Word>,
    /// Value that includes this one
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<Word>,
    /// Narrower values
    #[serde(skip_serializing_if = "Option::is_none")]
    child_ids: Option<Vec<Word>>,
    /// Whether the value can be targeted now
    is_available: bool,
    /// Reason for which it cannot
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Word>,
}

impl Action for SearchTargeting {
    const NAME: &'static str = "search_targeting";
    const DISPLAY_NAME: &'static str = "Search Targeting";
    const DESCRIPTION: &'static str = "Find the ids that an ad group's targeting takes: locations and postal codes by name, \
        interests, languages, device models and carriers.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const ROWS: Option<&'static str> = Some("matches");

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        check(&input)?;
        let most = usize::try_from(input.max_count.unwrap_or(DEFAULT_MATCHES)).unwrap_or(usize::MAX);
        let found = search(&context.api, input).await?;
        let mut matches = context.rows.rows();
        let total_count = found.len();
        matches.extend(found.into_iter().take(most))?;
        Ok(Output { matches, total_count })
    }
}

/// Refuses inputs without effect, and a search for locations without a name.
fn check(input: &Input) -> Result<(), Failure> {
    if input.kind == TargetingKind::Location && input.keyword.is_none() {
        return Err(Failure::of_field(
            &own::INPUTS_CONFLICT,
            "keyword",
            "nothing, with the kind LOCATION",
            "part of the location's name, or a postal code",
            "add it: TikTok has too many locations to list",
        ));
    }
    let is_location = input.kind == TargetingKind::Location;
    let has_regions = is_location || input.kind == TargetingKind::Carrier;
    let idle = [
        ("geo_types", input.geo_types.is_some() && !is_location),
        ("objective_type", input.objective_type.is_some() && !is_location),
        ("promotion_type", input.promotion_type.is_some() && !is_location),
        ("placements", input.placements.is_some() && !is_location),
        ("region_codes", input.region_codes.is_some() && !has_regions),
    ];
    let idle = idle.into_iter().find(|(_, is_idle)| *is_idle);
    match idle {
        None => Ok(()),
        Some((field, _)) => Err(Failure::of_field(
            &own::INPUTS_CONFLICT,
            field,
            "a value that has no effect for this kind",
            "nothing",
            "leave it out, or search for locations",
        )),
    }
}

async fn search(api: &MarketingApi, input: Input) -> Result<Vec<TargetingMatch>, MarketingError> {
    let keyword = input.keyword.clone().unwrap_or_default();
    let mut found: Vec<TargetingMatch> = match input.kind {
        TargetingKind::Location => {
            let tags = api.search_locations(&location_search(input, keyword)).await?;
            return Ok(tags.into_iter().filter_map(of_location).collect());
        }
        TargetingKind::Interest => {
            let interests = api.interest_categories(None).await?;
            interests.into_iter().map(of_interest).collect()
        }
        TargetingKind::Language => api.languages().await?.into_iter().map(of_language).collect(),
        TargetingKind::DeviceModel => api.device_models().await?.into_iter().map(of_device).collect(),
        TargetingKind::Carrier => {
            let regions = input.region_codes.unwrap_or_default();
            let groups = api.carriers().await?.into_iter();
            let is_wanted = |group: &CarrierGroup| {
                regions.is_empty() || regions.iter().any(|code| code == group.country_code.as_str())
            };
            groups.filter(is_wanted).flat_map(of_carriers).collect()
        }
    };
    let keyword = keyword.to_lowercase();
    found.retain(|found| found.mentions(&keyword));
    Ok(found)
}

fn location_search(input: Input, keyword: String) -> LocationSearch {
    LocationSearch {
        objective_type: input.objective_type.unwrap_or(Objective::Reach),
        promotion_type: input.promotion_type,
        placements: input.placements.unwrap_or_else(|| vec![Placement::TikTok]),
        keywords: [keyword],
        geo_types: input.geo_types.unwrap_or_default(),
        region_codes: input.region_codes.unwrap_or_default(),
    }
}

impl TargetingMatch {
    fn new(id: Word, field: &'static str, name: Option<Word>, is_available: bool) -> Self {
        Self {
            id,
            field,
            name,
            detail: None,
            level: None,
            region_code: None,
            parent_id: None,
            child_ids: None,
            is_available,
            reason: None,
        }
    }

    /// True if `keyword`, in lower case, is a part of the name or is the id.
    fn mentions(&self, keyword: &str) -> bool {
        let name = self.name.as_ref().map(|name| name.as_str().to_lowercase());
        name.is_some_and(|name| name.contains(keyword)) || self.id.as_str().to_lowercase() == keyword
    }
}

/// A tag without a location is one of another kind of targeting.
fn of_location(tag: LocationTag) -> Option<TargetingMatch> {
    let geo = tag.geo?;
    let is_zip = geo
        .geo_type
        .as_ref()
        .is_some_and(|kind| kind.as_str() == GeoType::ZipCode.as_str());
    let field = if is_zip { "zipcode_ids" } else { "location_ids" };
    let status = tag.status_info;
    let is_disabled = |word: &Word| word.as_str() == "DISABLED";
    let is_available = !status
        .as_ref()
        .is_some_and(|status| status.status.as_ref().is_some_and(is_disabled));
    Some(TargetingMatch {
        detail: geo.geo_type.map(|kind| kind.as_str().to_owned()),
        region_code: geo.region_code,
        parent_id: geo.parent_id.filter(|id| id.as_str() != "0"),
        reason: status.and_then(|status| status.reason),
        ..TargetingMatch::new(geo.geo_id, field, tag.name, is_available)
    })
}

fn of_interest(interest: InterestCategory) -> TargetingMatch {
    let name = interest.interest_category_name;
    TargetingMatch {
        level: interest.level,
        child_ids: interest.sub_category_ids,
        ..TargetingMatch::new(interest.interest_category_id, "interest_category_ids", name, true)
    }
}

fn of_language(language: TargetLanguage) -> TargetingMatch {
    TargetingMatch::new(language.code, "languages", language.name, true)
}

fn of_device(device: DeviceModel) -> TargetingMatch {
    let words = [device.level, device.os_type];
    let detail = words
        .iter()
        .flatten()
        .map(Word::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    let is_active = device.is_active.is_none_or(|Flag(is_active)| is_active);
    TargetingMatch {
        detail: Some(detail).filter(|detail| !detail.is_empty()),
        ..TargetingMatch::new(
            device.device_model_id,
            "device_model_ids",
            device.device_model_name,
            is_active,
        )
    }
}

fn of_carriers(group: CarrierGroup) -> Vec<TargetingMatch> {
    let carriers = group.carriers.into_iter().map(|carrier| {
        let in_use = carrier.in_use.is_none_or(|Flag(in_use)| in_use);
        TargetingMatch {
            region_code: Some(group.country_code.clone()),
            ..TargetingMatch::new(carrier.carrier_id, "carrier_ids", carrier.name, in_use)
        }
    });
    carriers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_a_part_of_it_in_any_case() {
        let found = TargetingMatch::new("en".into(), "languages", Some("English".into()), true);
        for keyword in ["", "engl", "en"] {
            assert!(found.mentions(keyword), "{keyword}");
        }
        assert!(!found.mentions("german"));
    }
}
