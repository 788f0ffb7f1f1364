//! Rules on the creatives of an ad: the only one of a manual ad, and the list of a Smart+ ad.

use std::borrow::Cow;

use crate::{
    advertising::{
        rule::{
            AdRule,
            Demand::{Count, Forbidden, OneOf, Required},
            SMART,
            Test::{Given, Is},
            rule, violations,
        },
        view::View,
        violation::AdViolation,
    },
    marketing_api::{AdSettings, SmartCreative},
};

use super::{
    AdParents, CATALOG_CREATIVES, FORMAT, IDENTITY, POST,
    identity::{ACCOUNTS, IDENTITY_RULES},
    media::MEDIA_RULES,
};

const IN_LIST: &str = "put it into each entry of creatives, or omit creatives";

/// Rules on the list of creatives. What stands beside the list is not taken into it.
static LIST_RULES: &[AdRule] = &[
    rule(&[], Count("creatives", 1, 50)),
    rule(&[SMART, Given("creatives")], Forbidden(FORMAT)).fix(IN_LIST),
    rule(&[SMART, Given("creatives")], Forbidden("video_id")).fix(IN_LIST),
    rule(&[SMART, Given("creatives")], Forbidden("image_ids")).fix(IN_LIST),
    rule(&[SMART, Given("creatives")], Forbidden("music_id")).fix(IN_LIST),
    rule(&[SMART, Given("creatives")], Forbidden(POST)).fix(IN_LIST),
    rule(&[SMART, Given("creatives")], Forbidden("aigc_disclosure_type")).fix(IN_LIST),
];

/// Rules on a creative with an identity of its own.
static OWN_IDENTITY_RULES: &[AdRule] = &[
    rule(&[Given("identity_id")], Required(IDENTITY)),
    rule(
        &[Is(IDENTITY, &["BC_AUTH_TT"])],
        Required("identity_authorized_bc_id"),
    )
    .fix("set identity_authorized_bc_id to the identity's Business Center; get_identities lists it"),
    rule(&[Given("identity_id")], OneOf(IDENTITY, ACCOUNTS))
        .fix("choose one of these; a custom identity stands beside creatives, for the whole ad"),
];

/// Tables of rules on creatives.
#[cfg(test)]
pub(super) static CREATIVE_TABLES: [&[AdRule]; 4] =
    [LIST_RULES, IDENTITY_RULES, OWN_IDENTITY_RULES, MEDIA_RULES];

/// Creatives in the list, each with the identity that it appears under.
pub(super) fn listed(settings: &AdSettings) -> Vec<SmartCreative> {
    let creatives = settings.creatives.iter().flatten();
    creatives
        .map(|creative| match creative.identity_id {
            Some(_) => creative.clone(),
            None => SmartCreative {
                identity_type: settings.identity_type.or(creative.identity_type),
                identity_id: settings.identity_id.clone(),
                identity_authorized_bc_id: settings
                    .identity_authorized_bc_id
                    .clone()
                    .or_else(|| creative.identity_authorized_bc_id.clone()),
                ..creative.clone()
            },
        })
        .collect()
}

/// Creative of an ad without a list.
pub(super) fn only(settings: &AdSettings) -> SmartCreative {
    SmartCreative {
        ad_format: settings.ad_format,
        video_id: settings.video_id.clone(),
        image_ids: settings.image_ids.clone(),
        music_id: settings.music_id.clone(),
        tiktok_item_id: settings.tiktok_item_id.clone(),
        identity_type: settings.identity_type,
        identity_id: settings.identity_id.clone(),
        identity_authorized_bc_id: settings.identity_authorized_bc_id.clone(),
        aigc_disclosure_type: settings.aigc_disclosure_type,
    }
}

/// Settings of the ad with what its listed creatives have in common: the identity of the first one, and a post if all
/// show posts.
pub(super) fn summary(settings: &AdSettings) -> Cow<'_, AdSettings> {
    let creatives = listed(settings);
    let Some(first) = creatives.first() else {
        return Cow::Borrowed(settings);
    };
    let are_posts = creatives.iter().all(|creative| creative.tiktok_item_id.is_some());
    Cow::Owned(AdSettings {
        identity_type: first.identity_type,
        tiktok_item_id: first.tiktok_item_id.clone().filter(|_| are_posts),
        ..settings.clone()
    })
}

/// Checks each creative of an ad.
pub(super) fn check(settings: &AdSettings, parents: AdParents<'_>) -> Vec<AdViolation> {
    let view = parents.view(settings);
    let mut found = violations(LIST_RULES, &view);
    let given = settings.creatives.as_deref().unwrap_or_default();
    if given.iter().any(|creative| creative.identity_id.is_none()) || given.is_empty() {
        found.extend(violations(IDENTITY_RULES, &view));
    }
    if given.is_empty() {
        found.extend(violations(MEDIA_RULES, &view));
    }
    let from_catalog = view.is(CATALOG_CREATIVES, "true");
    for (at, (creative, given)) in listed(settings).iter().zip(given).enumerate() {
        let view = parents.view(creative).with_value(CATALOG_CREATIVES, from_catalog);
        found.extend(of_entry(at, &view, given));
    }
    found
}

/// Violations of one entry of the list.
fn of_entry(at: usize, view: &View, given: &SmartCreative) -> Vec<AdViolation> {
    let mut found = match given.identity_id {
        Some(_) => violations(OWN_IDENTITY_RULES, view),
        None => Vec::new(),
    };
    found.extend(violations(MEDIA_RULES, view));
    for AdViolation { error, .. } in &mut found {
        error.field = format!("creatives[{at}].{}", error.field);
    }
    found
}
