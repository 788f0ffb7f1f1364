//! Custom audiences. Every account has the same.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    assets::CREATED,
    listing::Page,
    refusal::AdsAnswer,
    request::AdsRequest,
    utc::{self, DAY},
    world::AdsWorld,
};

/// A custom audience.
struct AudienceRow {
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    /// Encryption of a customer file.
    calculated: Option<&'static str>,
    people: u64,
    /// Days from its creation until it expires.
    days: u64,
}

const AUDIENCES: [AudienceRow; 4] = [
    AudienceRow {
        id: "7380000000000000013",
        name: "Customers 2023",
        kind: "Customer File Audience",
        calculated: Some("EMAIL_SHA256"),
        people: 48_213,
        days: 3_650,
    },
    AudienceRow {
        id: "7380000000000000029",
        name: "Visitors of the shop",
        kind: "Website Audience",
        calculated: None,
        people: 131_940,
        days: 3_650,
    },
    AudienceRow {
        id: "7380000000000000031",
        name: "Like the customers",
        kind: "Lookalike Audience",
        calculated: None,
        people: 2_106_877,
        days: 3_650,
    },
    AudienceRow {
        id: "7380000000000000043",
        name: "Winter sale",
        kind: "Engagement Audience",
        calculated: None,
        people: 9_340,
        days: 365,
    },
];

/// `GET /dmp/custom_audience/list/` (<https://business-api.tiktok.com/portal/docs?id=1739940506015746>)
pub(super) fn list(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let ids = request.texts("custom_audience_ids");
    let is_wanted = |row: &&AudienceRow| ids.is_empty() || ids.iter().any(|id| id == row.id);
    let found = AUDIENCES.iter().filter(is_wanted);
    let found: Vec<Value> = found.map(|row| audience(row, request.now)).collect();
    let page = Page::of(request, 10, 100)?;
    Ok(json!({"list": page.cut(&found), "page_info": page.info(found.len())}).into())
}

fn audience(row: &AudienceRow, now: Duration) -> Value {
    let created = Duration::from_secs(CREATED);
    let expires = created + Duration::from_secs(row.days * DAY);
    let is_valid = now < expires;
    json!({
        "audience_id": row.id,
        "name": row.name,
        "audience_type": row.kind,
        "calculate_type": row.calculated,
        "cover_num": row.people,
        "shared": false,
        "is_creator": true,
        "is_valid": is_valid,
        "is_expiring": is_valid && expires < now + EXPIRING,
        "create_time": utc::format(created),
        "expired_time": utc::format(expires),
    })
}

/// Time before the end at which an audience is said to expire.
const EXPIRING: Duration = Duration::from_hours(60 * 24);
