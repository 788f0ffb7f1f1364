//! The music library. Every account has the same.

use serde_json::{Map, Value, json};

use super::{
    assets::CREATED,
    listing::Page,
    refusal::{AdsAnswer, AdsRefusal},
    request::{AdsRequest, text, texts},
    utc,
    world::AdsWorld,
};

/// A piece of music.
struct MusicRow {
    id: &'static str,
    name: &'static str,
    author: &'static str,
    /// Style, for TikTok's own music; what the advertiser uploaded has none.
    style: Option<&'static str>,
    seconds: f64,
    /// Whether carousel ads can use it.
    in_carousels: bool,
    is_liked: bool,
}

const MUSIC: [MusicRow; 5] = [
    MusicRow {
        id: "6707429901383565318",
        name: "Morning run",
        author: "The Simulators",
        style: Some("Teen"),
        seconds: 127.5,
        in_carousels: false,
        is_liked: false,
    },
    MusicRow {
        id: "6707429901383565330",
        name: "Rain on tiles",
        author: "The Simulators",
        style: Some("Calm"),
        seconds: 93.2,
        in_carousels: true,
        is_liked: true,
    },
    MusicRow {
        id: "6707429901383565346",
        name: "Long way home",
        author: "Ada and the Gears",
        style: Some("Rock"),
        seconds: 181.0,
        in_carousels: true,
        is_liked: false,
    },
    MusicRow {
        id: "7395000000000000011",
        name: "Jingle 2023",
        author: "Sim Shoes",
        style: None,
        seconds: 0.0,
        in_carousels: false,
        is_liked: false,
    },
    MusicRow {
        id: "7395000000000000027",
        name: "Jingle for carousels",
        author: "Sim Shoes",
        style: None,
        seconds: 0.0,
        in_carousels: true,
        is_liked: false,
    },
];

impl MusicRow {
    fn source(&self) -> &'static str {
        if self.style.is_some() { "SYSTEM" } else { "USER" }
    }

    fn is_own(&self) -> bool {
        self.style.is_none()
    }
}

/// Kinds of search, with the filter that each needs and whether it has pages.
const SEARCHES: [(&str, Option<&str>, bool); 6] = [
    ("SEARCH_BY_KEYWORD", Some("keyword"), true),
    ("SEARCH_BY_RECOMMEND", None, false),
    ("SEARCH_BY_LIKED", None, false),
    ("SEARCH_BY_HISTORY", None, true),
    ("SEARCH_BY_MUSIC_ID", Some("music_ids"), false),
    ("SEARCH_BY_SOURCE", Some("sources"), true),
];

/// `GET /file/music/get/` (<https://business-api.tiktok.com/portal/docs?id=1740053909509122>)
pub(super) fn list(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = request.account()?;
    let filtering = request.params.get("filtering").and_then(Value::as_object);
    let filtering = filtering.cloned().unwrap_or_default();
    let search = request.text("search_type");
    let is_carousel = matches!(request.text("music_scene"), "CAROUSEL_ADS" | "CATALOG_CAROUSEL");
    check(request.text("music_scene"), is_carousel, search, &filtering)?;
    let used = || -> Vec<&str> {
        let ads = world.entities.values();
        let own = ads.filter(|ad| ad.advertiser_id == account.advertiser_id);
        own.map(|ad| ad.text("music_id")).collect()
    };
    let found = MUSIC
        .iter()
        .filter(|row| row.in_carousels || !is_carousel)
        .filter(|row| match search {
            "SEARCH_BY_KEYWORD" => !row.is_own() && has_keyword(row, text(&filtering, "keyword")),
            "SEARCH_BY_RECOMMEND" => !row.is_own(),
            "SEARCH_BY_LIKED" => row.is_liked,
            "SEARCH_BY_HISTORY" => used().contains(&row.id),
            "SEARCH_BY_MUSIC_ID" => is_named(&filtering, "music_ids", row.id),
            _ => true,
        })
        .filter(|row| {
            is_named(&filtering, "material_ids", row.id)
                && is_named(&filtering, "styles", row.style.unwrap_or_default())
                && is_named(&filtering, "sources", row.source())
        });
    let found: Vec<Value> = found.map(music).collect();
    let page = page(request, search, found.len())?;
    Ok(json!({"musics": page.cut(&found), "page_info": page.info(found.len())}).into())
}

/// Checks that a search fits the scene and has its filter.
fn check(
    scene: &str,
    is_carousel: bool,
    search: &str,
    filtering: &Map<String, Value>,
) -> Result<(), AdsRefusal> {
    if !is_carousel {
        return if search.is_empty() {
            Ok(())
        } else {
            Err(AdsRefusal::at(
                "search_type",
                "Only for music_scene CAROUSEL_ADS and CATALOG_CAROUSEL.",
            ))
        };
    }
    for name in ["material_ids", "styles"] {
        if filtering.contains_key(name) {
            let what = format!("Not supported for music_scene {scene}.");
            return Err(AdsRefusal::at(&format!("filtering.{name}"), what));
        }
    }
    let needed = SEARCHES.iter().find(|(known, ..)| *known == search);
    let Some((_, needed, _)) = needed else {
        return Err(AdsRefusal::missing("search_type"));
    };
    let needed = match (search, scene) {
        ("SEARCH_BY_RECOMMEND", "CAROUSEL_ADS") => &["image_urls"][..],
        ("SEARCH_BY_RECOMMEND", _) => &["catalog_id", "catalog_authorized_bc_id"],
        _ => needed.as_slice(),
    };
    if let Some(name) = needed.iter().find(|name| !filtering.contains_key(**name)) {
        return Err(AdsRefusal::missing(&format!("filtering.{name}")));
    }
    if search == "SEARCH_BY_SOURCE" && texts(filtering, "sources") != ["USER"] {
        return Err(AdsRefusal::at("filtering.sources", "Must be USER."));
    }
    if search == "SEARCH_BY_RECOMMEND"
        && scene == "CAROUSEL_ADS"
        && texts(filtering, "image_urls").len() < FEWEST_IMAGES
    {
        let what = format!("Shorter than minimum length {FEWEST_IMAGES}.");
        return Err(AdsRefusal::at("filtering.image_urls", what));
    }
    Ok(())
}

fn has_keyword(row: &MusicRow, keyword: &str) -> bool {
    row.name.to_lowercase().contains(&keyword.to_lowercase())
}

/// Whether a filter is absent or names a value.
fn is_named(filtering: &Map<String, Value>, name: &str, value: &str) -> bool {
    !filtering.contains_key(name) || texts(filtering, name).iter().any(|wanted| wanted == value)
}

/// The page; some searches have all on one.
fn page(request: &AdsRequest<'_>, search: &str, count: usize) -> Result<Page, AdsRefusal> {
    if SEARCHES
        .iter()
        .any(|(known, _, has_pages)| *known == search && !has_pages)
    {
        return Ok(Page::whole(count));
    }
    let most = if matches!(search, "SEARCH_BY_KEYWORD" | "SEARCH_BY_HISTORY") {
        200
    } else {
        1_000
    };
    let page = Page::of(request, most, most)?;
    if page.end() > DEEPEST {
        let what = format!("The product of page and page_size must not exceed {DEEPEST}.");
        return Err(AdsRefusal::at("page", what));
    }
    Ok(page)
}

fn music(row: &MusicRow) -> Value {
    let mut shown = json!({
        "music_id": row.id,
        "material_id": row.id,
        "sources": [row.source()],
        "name": row.name,
        "file_name": row.name,
        "url": format!("https://music.example.com/{}", row.id),
        "copyright": "MUSIC_FORBID_VIDEO_ALLOW",
        "signature": format!("{:0>32}", row.id),
    });
    let mut add = |name: &str, value: Value| {
        if let Some(members) = shown.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    if let Some(style) = row.style {
        add("style", json!(style));
        add("duration", json!(row.seconds));
    } else {
        let time = utc::iso(std::time::Duration::from_secs(CREATED));
        add("create_time", json!(time));
        add("modify_time", json!(time));
    }
    if row.in_carousels {
        add("author", json!(row.author));
        add("liked", json!(row.is_liked));
        add(
            "cover_url",
            json!(format!("https://music.example.com/{}/cover", row.id)),
        );
    }
    shown
}

/// Fewest images for which music is recommended.
const FEWEST_IMAGES: usize = 2;
/// Largest product of page and page size.
const DEEPEST: usize = 100_000;
