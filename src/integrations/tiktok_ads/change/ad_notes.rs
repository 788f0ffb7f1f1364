//! Notes on the update of an ad: what it changes besides the settings that it names, and what cannot be undone.

use super::{
    ChangePlan,
    report::{SettingChange, ShownValue},
    shown,
    target::ChangeTarget,
};
use crate::{
    marketing_api::{Members, RawObject, SmartAd, SmartAdCreative},
    model::Word,
};

/// Visibility of a new post.
pub(super) const PROFILE: &str = "dark_post_status";

const FORMAT: &str = "ad_format";

/// Formats that TikTok does not change (docs/tiktok-marketing-api.md#ads).
const FINAL: [&str; 2] = ["CAROUSEL_ADS", "CATALOG_CAROUSEL"];

/// Warning about settings that an update removes.
pub(super) fn removal(target: &ChangeTarget, removed: &[&str]) -> Option<String> {
    let shown = |name: &&str| match target.listed.value(name) {
        Some(value) => format!("{name} ({})", shown(value)),
        None => (*name).to_owned(),
    };
    let removed: Vec<String> = removed.iter().map(shown).collect();
    (!removed.is_empty()).then(|| {
        format!(
            "The ad loses {}, because the new settings take their place.",
            removed.join(", ")
        )
    })
}

/// Warning about a new format that cannot be changed back.
pub(super) fn finality(target: &ChangeTarget, given: &Members) -> Option<String> {
    let format = given
        .get(FORMAT)?
        .as_str()
        .filter(|format| FINAL.contains(format))?;
    let present = target.listed.word(FORMAT)?;
    (present != format).then(|| {
        format!(
            "ad_format: the change from {present} to {format} cannot be undone, because TikTok does not change the format of a \
             carousel."
        )
    })
}

/// Warning about the visibility of a new post that the request leaves open.
pub(super) fn visibility(changes: &[SettingChange], given: &Members) -> Option<String> {
    let is_set = changes.iter().any(|change| change.field == PROFILE);
    (is_set && !given.contains_key(PROFILE)).then(|| {
        format!(
            "{PROFILE} is set to ON, so that the new post is shown as an ad only; set {PROFILE} to OFF to show it on the TikTok \
             profile too."
        )
    })
}

/// Shows the present identities of creatives that differ, where all of them get new ones.
pub(super) fn show_identities(plan: &mut ChangePlan, current: &RawObject<SmartAd>) {
    let creatives = current.object.creatives.as_deref().unwrap_or_default();
    for (name, of) in IDENTITY {
        let present = different(creatives, of);
        let mut changes = plan.changes.iter_mut();
        let change = changes.find(|change| change.field == name && change.from.is_none());
        if let Some(change) = change.filter(|_| present.len() > 1) {
            plan.warnings.push(format!(
                "{name}: all {} creatives of the ad get the new one; they have had {}.",
                creatives.len(),
                present.join(", ")
            ));
            change.from = Some(ShownValue::of(present.into()));
        }
    }
}

/// Value of one setting of a creative.
type OfCreative = fn(&SmartAdCreative) -> Option<&Word>;

/// Settings of an identity.
const IDENTITY: [(&str, OfCreative); 3] = [
    ("identity_type", |creative| creative.identity_type.as_ref()),
    ("identity_id", |creative| creative.identity_id.as_ref()),
    ("identity_authorized_bc_id", |creative| {
        creative.identity_authorized_bc_id.as_ref()
    }),
];

/// Different values of one setting of creatives, in their order.
fn different(creatives: &[SmartAdCreative], of: OfCreative) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in creatives.iter().filter_map(of).map(Word::as_str) {
        if !found.iter().any(|known| known == value) {
            found.push(value.to_owned());
        }
    }
    found
}
