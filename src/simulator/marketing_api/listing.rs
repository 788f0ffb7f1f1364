//! Lists of campaigns, ad groups and ads
//! (<https://business-api.tiktok.com/portal/docs?id=1739315828649986>).

use serde_json::{Map, Value, json};

use super::{
    entity::{AdsEntity, EntityLevel},
    filters,
    refusal::{AdsAnswer, AdsRefusal},
    request::{AdsRequest, texts},
    tables, view,
    world::AdsWorld,
};

/// `GET /campaign/get/`; Smart+ campaigns are among them.
pub(super) fn campaigns(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    list(world, request, EntityLevel::Campaign, false)
}

/// `GET /adgroup/get/`
pub(super) fn adgroups(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    list(world, request, EntityLevel::Adgroup, false)
}

/// `GET /ad/get/`; each creative of a Smart+ ad is an ad of its own.
pub(super) fn ads(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    list(world, request, EntityLevel::Ad, false)
}

/// `GET /smart_plus/campaign/get/`
pub(super) fn smart_campaigns(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    list(world, request, EntityLevel::Campaign, true)
}

/// `GET /smart_plus/adgroup/get/`
pub(super) fn smart_adgroups(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    list(world, request, EntityLevel::Adgroup, true)
}

/// `GET /smart_plus/ad/get/`
pub(super) fn smart_ads(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    list(world, request, EntityLevel::Ad, true)
}

fn list(world: &AdsWorld, request: &AdsRequest<'_>, level: EntityLevel, smart: bool) -> AdsAnswer {
    let account = request.account()?;
    let names = view::selected(
        tables::answer(view::table(level, smart)),
        &request.texts("fields"),
    )?;
    let filtering = request.params.get("filtering").and_then(Value::as_object);
    let filtering = filtering.cloned().unwrap_or_default();
    let (now, lag) = (request.now, world.switches.listing_lag_ms());
    let of_account = |entity: &&AdsEntity| {
        entity.advertiser_id == account.advertiser_id && entity.level == level && (entity.smart || !smart)
    };
    let found = world.entities.values().rev().filter(of_account);
    let found = found
        .filter(|entity| filters::is_listed(entity, now, lag) && filters::shows(world, entity, &filtering));
    let rows: Vec<_> = found.flat_map(|entity| rows(entity, smart, &filtering)).collect();
    let drop_nulls = request
        .texts("exclude_field_types_in_response")
        .contains(&"NULL_FIELD".to_owned());
    let page = Page::of(request, 10, 1_000)?;
    let shown = page.cut(&rows).iter().map(|(entity, creative)| {
        let mut object = view::shown(world, entity, *creative, &names);
        object.retain(|_, member| !(drop_nulls && member.is_null()));
        Value::Object(object)
    });
    Ok(json!({"list": shown.collect::<Vec<_>>(), "page_info": page.info(rows.len())}).into())
}

/// Rows of an object: one, or one for each creative of a Smart+ ad.
fn rows<'a>(
    entity: &'a AdsEntity,
    smart: bool,
    filtering: &Map<String, Value>,
) -> Vec<(&'a AdsEntity, Option<usize>)> {
    let rows: Vec<_> = if entity.smart && entity.level == EntityLevel::Ad && !smart {
        (0..view::creatives(entity))
            .map(|at| (entity, Some(at)))
            .collect()
    } else {
        vec![(entity, None)]
    };
    let wanted = filtering
        .contains_key("ad_ids")
        .then(|| texts(filtering, "ad_ids"));
    let is_wanted = |(ad, creative): &(&AdsEntity, Option<usize>)| {
        wanted
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&view::ad_id(ad, *creative)))
    };
    rows.into_iter().filter(is_wanted).collect()
}

/// Page of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    number: usize,
    size: usize,
}

impl Page {
    /// Reads `page` and `page_size`.
    pub(super) fn of(request: &AdsRequest<'_>, default: usize, most: usize) -> Result<Self, AdsRefusal> {
        let read = |name: &str, default: usize, most: usize| match request.params.get(name) {
            None => Ok(default),
            Some(value) => value
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .filter(|number| (1..=most).contains(number))
                .ok_or_else(|| AdsRefusal::at(name, format!("Must be between 1 and {most}."))),
        };
        Ok(Self {
            number: read("page", 1, usize::MAX)?,
            size: read("page_size", default, most)?,
        })
    }

    /// One page with everything.
    pub(super) fn whole(count: usize) -> Self {
        Self {
            number: 1,
            size: count.max(1),
        }
    }

    /// Number of items up to the end of the page.
    pub(super) fn end(self) -> usize {
        self.number.saturating_mul(self.size)
    }

    /// The items of the page.
    pub(super) fn cut<T>(self, items: &[T]) -> &[T] {
        let first = (self.number - 1).saturating_mul(self.size).min(items.len());
        let last = first.saturating_add(self.size).min(items.len());
        items.get(first..last).unwrap_or_default()
    }

    /// `page_info`
    pub(super) fn info(self, total: usize) -> Value {
        json!({
            "page": self.number,
            "page_size": self.size,
            "total_number": total,
            "total_page": total.div_ceil(self.size),
        })
    }
}
