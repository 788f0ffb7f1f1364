//! Manual ads: creation and update
//! (<https://business-api.tiktok.com/portal/docs?id=1739953405142018>).

use serde_json::{Map, Value, json};

use super::{
    account::SimulatedAdvertiser,
    ad_rules::{self, AdContext},
    creation::{self, NewEntity},
    entity::{AdsEntity, EntityLevel},
    file_use,
    refusal::{AdsAnswer, AdsRefusal, NOT_FOUND, TOO_MANY_ADS},
    request::{AdsRequest, text},
    view,
    world::AdsWorld,
};

/// `POST /ad/create/`: one ad for each creative, all or none.
pub(super) fn create(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    let id = request.text("adgroup_id");
    let adgroup = creation::living(world, &account, EntityLevel::Adgroup, false, id)?.clone();
    let objective = world
        .above(&adgroup)
        .map(|campaign| campaign.text("objective_type").to_owned());
    creation::check_cutoff(
        world,
        EntityLevel::Ad,
        &objective.unwrap_or_default(),
        request.now,
    )?;
    let creatives = creatives(request)?;
    let context = AdContext {
        adgroup: &adgroup,
        is_new: true,
    };
    for (at, settings) in creatives.iter().enumerate() {
        let place = format!("creatives[{at}]");
        ad_rules::check(settings, &place, context)?;
        file_use::check_usable(world, &account, settings, &place)?;
    }
    check_count(world, &account, &adgroup, creatives.len())?;
    creation::check_window(world, adgroup.id, request.now)?;
    let ids = creatives.into_iter().map(|settings| {
        let new = NewEntity {
            level: EntityLevel::Ad,
            smart: false,
            parent: adgroup.id,
            settings,
        };
        let id = creation::insert(world, &account, new, request.now);
        name_by_id(world, id);
        id
    });
    let ids: Vec<u64> = ids.collect();
    answer(world, &ids)
}

fn creatives(request: &AdsRequest<'_>) -> Result<Vec<Map<String, Value>>, AdsRefusal> {
    let creatives = request
        .params
        .get("creatives")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let creatives: Vec<_> = creatives.filter_map(Value::as_object).cloned().collect();
    if creatives.is_empty() {
        return Err(AdsRefusal::at("creatives", "Shorter than minimum length 1."));
    }
    Ok(creatives)
}

/// Refuses more ads than an ad group may have.
pub(super) fn check_count(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    adgroup: &AdsEntity,
    new: usize,
) -> Result<(), AdsRefusal> {
    let living = world.below(adgroup.id).filter(|ad| !ad.is_deleted()).count();
    let most = if adgroup.smart {
        account.max_ads.min(SMART_MOST)
    } else {
        account.max_ads
    };
    if living + new <= most {
        return Ok(());
    }
    let what = format!("An ad group has at most {most} ads, this one has {living}.");
    Err(AdsRefusal::new(TOO_MANY_ADS, what))
}

/// An ad whose name is empty is named by its id.
pub(super) fn name_by_id(world: &mut AdsWorld, id: u64) {
    if let Some(ad) = world.entities.get_mut(&id).filter(|ad| ad.title().is_empty()) {
        ad.settings
            .insert("ad_name".to_owned(), Value::from(id.to_string()));
    }
}

/// `POST /ad/update/`: replaces ads as a whole, or with `patch_update` some of their settings. All or none.
pub(super) fn update(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    let id = request.text("adgroup_id");
    let adgroup = creation::living(world, &account, EntityLevel::Adgroup, false, id)?.clone();
    let is_patch = request.flag("patch_update") == Some(true);
    let mut changed = Vec::new();
    for (at, creative) in creatives(request)?.into_iter().enumerate() {
        let place = format!("creatives[{at}]");
        let ad = creation::living(world, &account, EntityLevel::Ad, false, text(&creative, "ad_id"))?;
        if ad.parent != adgroup.id {
            return Err(AdsRefusal::at(
                &format!("{place}.ad_id"),
                "The ad belongs to another ad group.",
            ));
        }
        let settings = if is_patch {
            patched(ad, creative, &place, world.shared.is_strict(), request.notes)?
        } else {
            replaced(ad, creative, &place)?
        };
        let context = AdContext {
            adgroup: &adgroup,
            is_new: false,
        };
        ad_rules::check(&settings, &place, context)?;
        file_use::check_usable(world, &account, &settings, &place)?;
        changed.push((ad.id, settings));
    }
    creation::check_window(world, adgroup.id, request.now)?;
    let ids: Vec<u64> = changed.iter().map(|(id, _)| *id).collect();
    for (id, settings) in changed {
        replace(world, &account, id, settings, request);
    }
    answer(world, &ids)
}

/// Settings of an ad after a patch. Official clients send defaults of settings that it does not change.
fn patched(
    ad: &AdsEntity,
    creative: Map<String, Value>,
    place: &str,
    is_strict: bool,
    notes: &mut Vec<String>,
) -> Result<Map<String, Value>, AdsRefusal> {
    let mut settings = ad.settings.clone();
    for (name, value) in creative.into_iter().filter(|(name, _)| name != "ad_id") {
        if PATCHABLE.contains(&name.as_str()) {
            settings.insert(name, value);
        } else if is_strict {
            return Err(AdsRefusal::at(
                &format!("{place}.{name}"),
                "Not supported with patch_update.",
            ));
        } else {
            notes.push(format!("{place}.{name} is not changed by patch_update: ignored"));
        }
    }
    Ok(settings)
}

/// Settings of an ad after its replacement.
fn replaced(
    ad: &AdsEntity,
    mut creative: Map<String, Value>,
    place: &str,
) -> Result<Map<String, Value>, AdsRefusal> {
    creative.shift_remove("ad_id");
    let (old, new) = (ad.text("ad_format"), text(&creative, "ad_format"));
    for name in ["ad_name", "identity_type", "identity_id"] {
        if !creative.contains_key(name) {
            return Err(AdsRefusal::missing(&format!("{place}.{name}")));
        }
    }
    if old.contains("CAROUSEL") && !new.is_empty() && new != old {
        return Err(AdsRefusal::at(
            &format!("{place}.ad_format"),
            "The format of a carousel cannot be changed.",
        ));
    }
    let format = Value::from(old);
    creative.entry("ad_format").or_insert(format);
    Ok(creative)
}

/// Replaces settings; what the review looked at is reviewed again.
fn replace(
    world: &mut AdsWorld,
    account: &SimulatedAdvertiser,
    id: u64,
    settings: Map<String, Value>,
    request: &AdsRequest<'_>,
) {
    let review = creation::review(world, account, request.now);
    if let Some(ad) = world.entities.get_mut(&id) {
        let is_same = |name: &&str| ad.settings.get(*name) == settings.get(*name);
        if !REVIEWED.iter().all(is_same) {
            ad.review = Some(review);
        }
        ad.settings = settings;
        ad.modified = request.now;
    }
    name_by_id(world, id);
}

/// The whole ads.
fn answer(world: &AdsWorld, ids: &[u64]) -> AdsAnswer {
    let ads: Option<Vec<&AdsEntity>> = ids.iter().map(|id| world.entities.get(id)).collect();
    let ads = ads.ok_or_else(|| AdsRefusal::new(NOT_FOUND, "The ad does not exist."))?;
    let creatives: Vec<Value> = ads
        .iter()
        .map(|ad| Value::Object(view::whole(world, ad)))
        .collect();
    let ids: Vec<String> = ads.iter().map(|ad| ad.key()).collect();
    Ok(json!({"ad_ids": ids, "need_audit": true, "creatives": creatives}).into())
}

/// Most ads of a Smart+ ad group.
const SMART_MOST: usize = 30;
/// Settings that `patch_update` may change.
const PATCHABLE: [&str; 10] = [
    "ad_name",
    "identity_id",
    "identity_type",
    "identity_authorized_bc_id",
    "video_id",
    "image_ids",
    "music_id",
    "tiktok_item_id",
    "ad_text",
    "ad_texts",
];
/// Settings whose change begins a new review.
const REVIEWED: [&str; 7] = [
    "video_id",
    "image_ids",
    "music_id",
    "tiktok_item_id",
    "ad_text",
    "ad_texts",
    "landing_page_url",
];
