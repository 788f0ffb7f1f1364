//! Searches and lists for targeting: locations, interests, languages, devices, carriers
//! (<https://business-api.tiktok.com/portal/docs?id=1761236883355649>).

use serde_json::{Value, json};

use super::{
    places::{self, PLACES, PlaceRow},
    refusal::{AdsAnswer, AdsRefusal},
    request::AdsRequest,
    world::AdsWorld,
};

/// `POST /tool/targeting/search/`: by a part of a name, or by whole names of one or more countries.
pub(super) fn search(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let keywords = request.texts("keywords");
    let countries = request.texts("region_codes");
    let kind = request.text("search_type");
    if keywords.is_empty() || (kind == "FUZZY_SEARCH" && keywords.len() > 1) {
        return Err(AdsRefusal::at(
            "keywords",
            "One keyword for FUZZY_SEARCH, one to 1,000 for the others.",
        ));
    }
    if kind != "FUZZY_SEARCH" && countries.is_empty() {
        return Err(AdsRefusal::missing("region_codes"));
    }
    let levels = request.texts("geo_types");
    let is_wanted = |place: &&PlaceRow| {
        (levels.is_empty() || levels.iter().any(|level| level == place.level))
            && (countries.is_empty() || countries.iter().any(|country| country == place.country))
            && (kind != "BATCH_ZIPCODE_SEARCH" || place.level == "ZIP_CODE")
    };
    let fits = |keyword: &str, place: &PlaceRow| {
        let (keyword, name) = (keyword.to_lowercase(), place.name.to_lowercase());
        if kind == "FUZZY_SEARCH" {
            name.contains(&keyword)
        } else {
            name == keyword
        }
    };
    let found = keywords.iter().flat_map(|keyword| {
        let of_keyword = PLACES
            .iter()
            .filter(is_wanted)
            .filter(move |place| fits(keyword, place));
        of_keyword.map(move |place| (Some(keyword.as_str()), place))
    });
    Ok(tags(found.collect()).into())
}

/// `POST /tool/targeting/info/`: locations by their ids.
pub(super) fn info(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let ids = request.texts("targeting_ids");
    let found = ids
        .iter()
        .filter_map(|id| places::find(id))
        .map(|place| (None, place));
    Ok(tags(found.collect()).into())
}

/// Locations with those around them.
fn tags(found: Vec<(Option<&str>, &'static PlaceRow)>) -> Value {
    let mut parents: Vec<&'static PlaceRow> = found
        .iter()
        .flat_map(|(_, place)| places::around(place))
        .collect();
    parents.sort_by_key(|place| place.id);
    parents.dedup();
    let tag_list: Vec<Value> = found
        .into_iter()
        .map(|(keyword, place)| tag(place, keyword))
        .collect();
    let parents: Vec<Value> = parents.into_iter().map(|place| tag(place, None)).collect();
    json!({"targeting_tag_list": tag_list, "parent_tags": parents})
}

fn tag(place: &PlaceRow, keyword: Option<&str>) -> Value {
    json!({
        "name": place.name,
        "targeting_type": "GEO",
        "status_info": {"status": "ENABLED", "reason": null},
        "geo": {
            "geo_id": place.id,
            "geo_type": place.level,
            "parent_id": place.parent,
            "region_code": place.country,
            "description": place.level.to_lowercase(),
        },
        "isp": null,
        "keyword": keyword,
    })
}

/// `GET /tool/region/`
pub(super) fn tool_region(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let levels: &[&str] = match request.text("level_range") {
        "TO_COUNTRY" => &["COUNTRY"],
        "TO_PROVINCE" => &["COUNTRY", "PROVINCE"],
        _ => &["COUNTRY", "PROVINCE", "CITY"],
    };
    let found = || PLACES.iter().filter(|place| levels.contains(&place.level));
    let info = found().map(|place| {
        let inner = found()
            .filter(|inner| inner.parent == place.id)
            .map(|inner| inner.id);
        json!({
            "location_id": place.id,
            "name": place.name,
            "parent_id": place.parent,
            "region_code": place.country,
            "next_level_ids": inner.collect::<Vec<_>>(),
            "area_type": "ADMINISTRATIVE",
            "level": place.level,
            "support_below_18": place.country != "US",
        })
    });
    let ids: Vec<&str> = found().map(|place| place.id).collect();
    Ok(json!({"region_list": ids, "region_info": info.collect::<Vec<_>>()}).into())
}

/// `GET /search/region/`
pub(super) fn search_region(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let found = PLACES.iter().filter(|place| place.level != "ZIP_CODE");
    let list = found.map(|place| {
        json!({
            "region_id": place.id,
            "region_name": place.name,
            "region_level": place.level,
            "country_code": place.country,
            "parent_id": place.parent,
            "area_type": "ADMINISTRATIVE",
            "support_below_18": place.country != "US",
        })
    });
    Ok(json!({ "region_list": list.collect::<Vec<_>>() }).into())
}

/// Id, name and level of an interest, with the ids below it.
struct InterestRow(&'static str, &'static str, u8, &'static [&'static str]);

const INTERESTS: [InterestRow; 8] = [
    InterestRow("10", "Education", 1, &["10100", "10101"]),
    InterestRow("10100", "K12 Education", 2, &[]),
    InterestRow("10101", "Language Training", 2, &[]),
    InterestRow("11", "Vehicles & Transportation", 1, &["11100"]),
    InterestRow("11100", "Car Accessories", 2, &[]),
    InterestRow("14", "Apparel & Accessories", 1, &["14100", "14101"]),
    InterestRow("14100", "Shoes", 2, &[]),
    InterestRow("14101", "Bags", 2, &[]),
];

/// `GET /tool/interest_category/`
pub(super) fn interest_categories(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let categories = INTERESTS.iter().map(|InterestRow(id, name, level, below)| {
        json!({
            "interest_category_id": id,
            "interest_category_name": name,
            "level": level,
            "sub_category_ids": below,
            "placements": [],
            "special_industries": ["HOUSING", "EMPLOYMENT", "CREDIT"],
        })
    });
    Ok(json!({ "interest_categories": categories.collect::<Vec<_>>() }).into())
}

const KEYWORDS: [(&str, &str); 6] = [
    ("1915651459", "Running shoes"),
    ("1916254642", "Trail running"),
    ("2027741302", "Sneakers"),
    ("2027749623", "Test drive"),
    ("2027768725", "Marathon"),
    ("2027768791", "Yoga"),
];

/// `GET /tool/interest_keyword/recommend/`
pub(super) fn interest_keywords(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let mut wanted = request.texts("keywords");
    if wanted.is_empty() && !request.text("keyword").is_empty() {
        wanted.push(request.text("keyword").to_owned());
    }
    if wanted.is_empty() {
        return Err(AdsRefusal::at("keywords", "keywords or keyword is required."));
    }
    let limit = request.params.get("limit").and_then(Value::as_u64).unwrap_or(50);
    if !(1..=50).contains(&limit) {
        return Err(AdsRefusal::at("limit", "Must be between 1 and 50."));
    }
    let found = wanted.iter().flat_map(|input| {
        let fits = |(_, keyword): &&(&str, &str)| keyword.to_lowercase().contains(&input.to_lowercase());
        let of_input = KEYWORDS.iter().filter(fits).map(move |(id, keyword)| {
            json!({"keyword_id": id, "keyword": keyword, "input_keyword": input, "language": "1", "status": "EFFECTIVE"})
        });
        of_input.collect::<Vec<_>>()
    });
    let limit = usize::try_from(limit).unwrap_or(50);
    Ok(json!({ "recommended_keywords": found.take(limit).collect::<Vec<_>>() }).into())
}

const LANGUAGES: [(&str, &str); 12] = [
    ("ar", "Arabic"),
    ("de", "German"),
    ("en", "English"),
    ("es", "Spanish"),
    ("fr", "French"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("pt", "Portuguese"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("vi", "Vietnamese"),
];

/// `GET /tool/language/`
pub(super) fn languages(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let languages = LANGUAGES
        .iter()
        .map(|(code, name)| json!({"code": code, "name": name}));
    Ok(json!({ "languages": languages.collect::<Vec<_>>() }).into())
}

/// Id, name, system and level of a device, with the ids below it.
struct DeviceRow(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const DEVICES: [DeviceRow; 6] = [
    DeviceRow("103", "SAMSUNG", "ANDROID", "BRAND", &["103001", "103002"]),
    DeviceRow("103001", "Galaxy S25", "ANDROID", "SERIES", &[]),
    DeviceRow("103002", "Galaxy A56", "ANDROID", "SERIES", &[]),
    DeviceRow("201", "APPLE", "IOS", "BRAND", &["201001", "201002"]),
    DeviceRow("201001", "iPhone 17", "IOS", "SERIES", &[]),
    DeviceRow("201002", "iPhone 16", "IOS", "SERIES", &[]),
];

/// `GET /tool/device_model/`
pub(super) fn device_models(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let models = DEVICES.iter().map(|DeviceRow(id, name, system, level, below)| {
        json!({
            "device_model_id": id,
            "device_model_name": name,
            "child_device_ids": below,
            "is_active": true,
            "level": level,
            "os_type": system,
        })
    });
    Ok(json!({ "device_models": models.collect::<Vec<_>>() }).into())
}

/// Id, name and network of a carrier.
type CarrierRow = (&'static str, &'static str, &'static str);

/// Carriers by country.
const CARRIERS: [(&str, &[CarrierRow]); 3] = [
    (
        "DE",
        &[
            ("2620000", "DE: Telekom", "26201"),
            ("2620001", "DE: Vodafone", "26202"),
        ],
    ),
    ("GB", &[("2340000", "GB: EE", "23430")]),
    (
        "US",
        &[
            ("3100000", "US: Verizon", "311480"),
            ("3100001", "US: T-Mobile", "310260"),
        ],
    ),
];

/// `GET /tool/carrier/`
pub(super) fn carriers(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let countries = CARRIERS.iter().map(|(country, carriers)| {
        let carriers = carriers.iter().map(|(id, name, network)| {
            let value = [json!({"hni_id": network, "in_use": true})];
            json!({"carrier_id": id, "name": name, "in_use": true, "value": value})
        });
        json!({"country_code": country, "carriers": carriers.collect::<Vec<_>>()})
    });
    Ok(json!({ "countries": countries.collect::<Vec<_>>() }).into())
}
