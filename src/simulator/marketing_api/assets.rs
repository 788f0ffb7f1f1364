//! Assets of ads: identities, pixels with events, apps and instant pages. Every account has the same.

use serde_json::{Map, Value, json};

use super::{
    listing::Page,
    refusal::{AdsAnswer, AdsRefusal},
    request::{AdsRequest, text},
    utc,
    world::AdsWorld,
};

/// Type, id, display name and Business Center of an identity.
struct IdentityRow(&'static str, &'static str, &'static str, Option<&'static str>);

const IDENTITIES: [IdentityRow; 4] = [
    IdentityRow(
        "TT_USER",
        "0f1c5c5e-6c1f-5a1e-9d4b-000000000001",
        "Sim Shoes",
        None,
    ),
    IdentityRow(
        "BC_AUTH_TT",
        "0f1c5c5e-6c1f-5a1e-9d4b-000000000002",
        "Sim Shoes Outlet",
        Some("7320000000000000009"),
    ),
    IdentityRow(
        "AUTH_CODE",
        "0f1c5c5e-6c1f-5a1e-9d4b-000000000003",
        "Sim Creator",
        None,
    ),
    IdentityRow("CUSTOMIZED_USER", "7340000000000000011", "Sim Brand", None),
];

/// `GET /identity/get/` (<https://business-api.tiktok.com/portal/docs?id=1740218420354049>)
pub(super) fn identities(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let kind = request.text("identity_type");
    let center = request.text("identity_authorized_bc_id");
    if kind == "BC_AUTH_TT" && center.is_empty() {
        return Err(AdsRefusal::missing("identity_authorized_bc_id"));
    }
    let keyword = request
        .params
        .get("filtering")
        .and_then(|filtering| filtering["keyword"].as_str());
    let keyword = keyword.unwrap_or_default().to_lowercase();
    let is_wanted = |row: &&IdentityRow| {
        (kind.is_empty() || row.0 == kind)
            && (center.is_empty() || row.3 == Some(center))
            && row.2.to_lowercase().contains(&keyword)
    };
    let found: Vec<Value> = IDENTITIES.iter().filter(is_wanted).map(shown_identity).collect();
    let page = Page::of(request, 20, 100)?;
    Ok(json!({"identity_list": page.cut(&found), "page_info": page.info(found.len())}).into())
}

fn shown_identity(IdentityRow(kind, id, name, center): &IdentityRow) -> Value {
    let is_account = matches!(*kind, "TT_USER" | "BC_AUTH_TT");
    json!({
        "identity_id": id,
        "identity_type": kind,
        "identity_authorized_bc_id": center,
        "display_name": name,
        "profile_image": "https://p16-sign.example.com/avatar/identity.jpeg",
        "available_status": is_account.then_some("AVAILABLE"),
        "can_push_video": is_account,
        "can_pull_video": is_account,
        "can_use_live_ads": is_account,
        "can_manage_message": is_account,
        "ads_only_mode": (*kind == "BC_AUTH_TT").then_some(false),
    })
}

/// Id and display name of the first identity of a type.
pub(super) fn identity(kind: &str) -> Option<(&'static str, &'static str)> {
    let row = IDENTITIES.iter().find(|row| row.0 == kind)?;
    Some((row.1, row.2))
}

/// Checks that an identity exists and has what its type needs.
pub(super) fn check_identity(settings: &Map<String, Value>, place: &str) -> Result<(), AdsRefusal> {
    let (kind, id) = (text(settings, "identity_type"), text(settings, "identity_id"));
    for (name, value) in [("identity_type", kind), ("identity_id", id)] {
        if value.is_empty() {
            return Err(AdsRefusal::missing(&format!("{place}.{name}")));
        }
    }
    let row = IDENTITIES.iter().find(|row| row.0 == kind && row.1 == id);
    let row = row.ok_or_else(|| {
        AdsRefusal::at(
            &format!("{place}.identity_id"),
            format!("The identity {id} of type {kind} does not exist."),
        )
    })?;
    let center = text(settings, "identity_authorized_bc_id");
    match row.3 {
        Some(_) if center.is_empty() => {
            Err(AdsRefusal::missing(&format!("{place}.identity_authorized_bc_id")))
        }
        Some(expected) if expected != center => Err(AdsRefusal::at(
            &format!("{place}.identity_authorized_bc_id"),
            "The identity belongs to another Business Center.",
        )),
        _ => Ok(()),
    }
}

/// Id, code and name of a pixel, with the events that it has received.
struct PixelRow(&'static str, &'static str, &'static str, &'static [&'static str]);

const PIXELS: [PixelRow; 2] = [
    PixelRow(
        "7350000000000000013",
        "CSIM0PIXELSHOP0000001",
        "Shop pixel",
        &[
            "ON_WEB_ORDER",
            "ON_WEB_CART",
            "INITIATE_ORDER",
            "ON_WEB_DETAIL",
            "SHOPPING",
        ],
    ),
    PixelRow(
        "7350000000000000029",
        "CSIM0PIXELFORM0000001",
        "Form pixel",
        &["FORM", "CONSULT", "ON_WEB_REGISTER"],
    ),
];

/// `GET /pixel/list/` (<https://business-api.tiktok.com/portal/docs?id=1740858697598978>)
pub(super) fn pixels(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let (id, code, name) = (
        request.text("pixel_id"),
        request.text("code"),
        request.text("name"),
    );
    let is_wanted = |row: &&PixelRow| {
        (id.is_empty() || row.0 == id)
            && (code.is_empty() || row.1 == code)
            && (name.is_empty() || row.2 == name)
    };
    let found: Vec<Value> = PIXELS.iter().filter(is_wanted).map(pixel).collect();
    let page = Page::of(request, 10, 20)?;
    Ok(json!({"pixels": page.cut(&found), "page_info": page.info(found.len())}).into())
}

fn pixel(PixelRow(id, code, name, events): &PixelRow) -> Value {
    let events = events.iter().enumerate().map(|(at, event)| {
        json!({
            "event_id": format!("{id}{at}"),
            "event_code": format!("{code}{at}"),
            "event_type": event,
            "optimization_event": event,
            "custom_event_type": null,
            "name": event,
            "statistic_type": "EVERY_TIME",
            "currency": "USD",
            "currency_value": "",
            "deprecated": false,
            "rules": [],
        })
    });
    json!({
        "pixel_id": id,
        "pixel_code": code,
        "pixel_name": name,
        "pixel_category": "ONLINE_STORE",
        "pixel_setup_mode": "DEVELOPER",
        "pixel_script": "",
        "partner_name": "",
        "create_time": CREATED,
        "advanced_matching_fields": {"email": true, "phone_number": true},
        "asset_ownership": {"asset_relation_status": null, "ownership_status": true, "owner_bc_id": null},
        "events": events.collect::<Vec<_>>(),
    })
}

/// Events of the pixel with this id.
pub(super) fn pixel_events(id: &str) -> Option<&'static [&'static str]> {
    PIXELS.iter().find(|row| row.0 == id).map(|row| row.3)
}

/// Checks that a pixel exists and has the event.
pub(super) fn check_pixel(id: &str, event: &str) -> Result<(), AdsRefusal> {
    let pixel = PIXELS.iter().find(|row| row.0 == id);
    let pixel = pixel.ok_or_else(|| AdsRefusal::at("pixel_id", format!("The pixel {id} does not exist.")))?;
    if event.is_empty() {
        return Err(AdsRefusal::missing("optimization_event"));
    }
    if pixel.3.contains(&event) {
        return Ok(());
    }
    Err(AdsRefusal::at(
        "optimization_event",
        format!("The pixel has no event {event}."),
    ))
}

/// Id, platform, package and name of an app.
struct AppRow(&'static str, &'static str, &'static str, &'static str);

const APPS: [AppRow; 2] = [
    AppRow(
        "7360000000000000017",
        "ANDROID",
        "com.example.simshoes",
        "Sim Shoes",
    ),
    AppRow(
        "7360000000000000031",
        "IOS",
        "id1234567890",
        "Sim Shoes for iPhone",
    ),
];

/// `GET /app/list/` (<https://business-api.tiktok.com/portal/docs?id=1740859313270786>)
pub(super) fn apps(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let platform_ids = request.texts("app_platform_ids");
    let is_wanted = |row: &&AppRow| platform_ids.is_empty() || platform_ids.iter().any(|id| id == row.2);
    Ok(json!({ "apps": APPS.iter().filter(is_wanted).map(app).collect::<Vec<_>>() }).into())
}

fn app(AppRow(id, platform, package, name): &AppRow) -> Value {
    json!({
        "app_id": id,
        "app_name": name,
        "platform": platform,
        "package_name": package,
        "app_platform_id": package,
        "download_url": format!("https://apps.example.com/{package}"),
        "partner": "TIKTOK",
        "create_time": CREATED,
    })
}

/// Checks that an app exists.
pub(super) fn check_app(id: &str) -> Result<(), AdsRefusal> {
    if id.is_empty() {
        return Err(AdsRefusal::missing("app_id"));
    }
    if APPS.iter().any(|row| row.0 == id) {
        return Ok(());
    }
    Err(AdsRefusal::at("app_id", format!("The app {id} does not exist.")))
}

/// Fact of an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AppFact {
    Id,
    Name,
    /// Id in the store of the platform.
    StoreId,
}

/// A fact of the app with this id.
pub(super) fn app_fact(id: &str, fact: AppFact) -> Option<&'static str> {
    let app = APPS.iter().find(|row| row.0 == id)?;
    Some(match fact {
        AppFact::Id => app.0,
        AppFact::Name => app.3,
        AppFact::StoreId => app.2,
    })
}

/// Id, business type, status and title of an instant page.
struct PageRow(&'static str, &'static str, &'static str, &'static str);

const PAGES: [PageRow; 4] = [
    PageRow("7370000000000000011", "LEAD_GEN", "PUBLISHED", "Newsletter form"),
    PageRow("7370000000000000023", "LEAD_GEN", "PUBLISHED", "Test drive form"),
    PageRow("7370000000000000037", "LEAD_GEN", "EDITED", "Draft form"),
    PageRow(
        "7370000000000000041",
        "TIKTOK_INSTANT_PAGE",
        "PUBLISHED",
        "Summer page",
    ),
];

/// `GET /page/get/` (<https://business-api.tiktok.com/portal/docs?id=1740573592848386>)
pub(super) fn pages(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    if request.advertiser.is_none() && request.text("library_id").is_empty() {
        return Err(AdsRefusal::missing("advertiser_id"));
    }
    let kinds = request.texts("business_types");
    let (kind, status) = (request.text("business_type"), request.text("status"));
    let title = request.text("title").to_lowercase();
    let is_wanted = |row: &&PageRow| {
        (kind.is_empty() || row.1 == kind)
            && (kinds.is_empty() || kinds.iter().any(|kind| kind == row.1))
            && (status.is_empty() || row.2 == status)
            && row.3.to_lowercase().contains(&title)
    };
    let found: Vec<Value> = PAGES.iter().filter(is_wanted).map(instant_page).collect();
    let page = Page::of(request, 10, 100)?;
    Ok(json!({"list": page.cut(&found), "page_info": page.info(found.len())}).into())
}

fn instant_page(PageRow(id, kind, status, title): &PageRow) -> Value {
    let time = utc::format(std::time::Duration::from_secs(CREATED));
    json!({
        "page_id": id,
        "business_type": kind,
        "status": status,
        "title": title,
        "create_time": time,
        "update_time": time,
        "publish_time": (*status == "PUBLISHED").then_some(&time),
        "preview_url": format!("https://pages.example.com/{id}"),
        "thumbnail": "https://pages.example.com/thumbnail.jpeg",
        "template_id": "7371000000000000003",
        "user_id": "7330000000000000003",
        "transfer_status": "UNSET",
    })
}

/// Time in seconds at which the assets were made.
pub(super) const CREATED: u64 = 1_700_000_000;
