//! Update of an ad. Facts: docs/tiktok-marketing-api.md#ads, docs/tiktok-marketing-api.md#smart.

use serde_json::Value;

use super::{
    ChangePlan, ChangeRequest, Changeable, ad_notes, ad_notes::PROFILE, check_changeable, guard,
    report::ChangeStart, step::Step, target::ChangeTarget, typed,
};
use crate::{
    advertising::{check_ad_changes, disclaimer_warning, makes_post},
    catalogue::own,
    integrations::{
        Failure,
        tiktok_ads::{context::AdsContext, parents::ParentAdGroup},
    },
    marketing_api::{Ad, AdSettings, AdUpdate, Members, RawObject, SmartAd, SmartAdCreative, SmartAdUpdate},
    model::AdGroupId,
};

/// Ad as TikTok lists it.
enum CurrentAd {
    Manual(Box<RawObject<Ad>>),
    SmartPlus(Box<RawObject<SmartAd>>),
}

/// Plans the changes of an ad.
pub(super) async fn plan(
    context: &AdsContext,
    target: &ChangeTarget,
    request: ChangeRequest,
    plan: &mut ChangePlan,
) -> Result<(), Failure> {
    let current = CurrentAd::of(target)?;
    let mut wanted = target.listed.lacks(request.settings.clone());
    keep_post(&mut wanted, target, &request.settings);
    keep_off_profile(&mut wanted, target, &request.settings);
    // All that is given, because settings that exclude each other need not both change.
    let given = current.completed(typed(&request.settings)?);
    if !wanted.is_empty() {
        check_changeable(plan, &wanted, current.changeable());
        current.check(plan, target, &wanted);
        plan.violations
            .extend(check_ad_changes(&given, &target.listed, target.automation));
    }
    let parent = if guard::enables(target, &request) {
        Some(ParentAdGroup::read(context, &adgroup_id(target)?).await?)
    } else {
        None
    };
    let payer = parent.as_ref().map(ParentAdGroup::payer);
    if let Some(payer) = payer {
        plan.violations
            .extend(guard::check(context, target, &request, payer, false));
    }
    if !plan.violations.is_empty() {
        return Ok(());
    }
    if !wanted.is_empty() {
        plan.change(target, &wanted, ChangeStart::Now);
        let fields = wanted.keys().cloned().collect();
        current.keep_given(&mut wanted, &request.settings);
        let (step, removed) = current.update(target, wanted)?;
        plan.steps.push(step.named(fields));
        plan.warnings.extend(ad_notes::removal(target, &removed));
        plan.warnings
            .extend(ad_notes::finality(target, &request.settings));
        plan.warnings
            .extend(ad_notes::visibility(&plan.changes, &request.settings));
        plan.warnings
            .extend(disclaimer_warning(&given, target.automation).map(str::to_owned));
        current.show_identities(plan, &request.settings);
    }
    plan.switch(target, request.status, payer)
}

const CREATIVES: &str = "creatives";
const POST: &str = "tiktok_item_id";
const VIDEO: &str = "video_id";

/// Settings whose change can take the place of others.
const TRIGGERS: [&str; 7] = [
    "ad_format",
    "identity_type",
    "image_ids",
    "landing_page_url",
    "page_id",
    POST,
    VIDEO,
];

/// Keeps a post among the changes of an ad that was made from a video: TikTok lists the post of such an ad too.
fn keep_post(wanted: &mut Members, target: &ChangeTarget, given: &Members) {
    if let Some(post) = given.get(POST)
        && target.listed.value(VIDEO).is_some()
    {
        wanted.insert(POST.into(), post.clone());
    }
}

/// Settings that decide on a post that is made from files.
const OF_POST: [&str; 6] = [
    "ad_format",
    "identity_authorized_bc_id",
    "identity_id",
    "identity_type",
    "image_ids",
    "video_id",
];

/// Shows a post that a change makes from files as an ad only, as that of a new ad, unless the request or the ad says
/// otherwise (docs/tiktok-marketing-api.md#ads).
fn keep_off_profile(wanted: &mut Members, target: &ChangeTarget, given: &Members) {
    let shows_post = target.listed.value(VIDEO).is_none() && target.listed.value(POST).is_some();
    // The present value is about the present post.
    if given.contains_key(PROFILE) || (target.listed.value(PROFILE).is_some() && !shows_post) {
        return;
    }
    let mut after = wanted.clone();
    for name in OF_POST {
        // Creatives that are given have their own files.
        let is_file = matches!(name, "image_ids" | "video_id");
        if let Some(value) = target.listed.value(name)
            && !(is_file && wanted.contains_key(CREATIVES))
        {
            after.entry(name).or_insert_with(|| value.clone());
        }
    }
    let is_carousel = after.get("ad_format").and_then(Value::as_str) == Some("CAROUSEL_ADS");
    // The image of a video is its cover.
    let changes_post = |name: &String| match name.as_str() {
        "image_ids" => is_carousel,
        name => name == CREATIVES || OF_POST.contains(&name),
    };
    if wanted.keys().any(changes_post) && typed(&after).is_ok_and(|after| makes_post(&after)) {
        wanted.insert(PROFILE.into(), "ON".into());
    }
}

impl CurrentAd {
    fn of(target: &ChangeTarget) -> Result<Self, Failure> {
        let members = target.listed.members();
        if target.is_smart_plus() {
            Ok(Self::SmartPlus(Box::new(typed(members)?)))
        } else {
            Ok(Self::Manual(Box::new(typed(members)?)))
        }
    }

    /// Keeps given settings of a manual ad that already have their value, because a change of another can take their place.
    fn keep_given(&self, wanted: &mut Members, given: &Members) {
        if matches!(self, Self::Manual(_)) && TRIGGERS.iter().any(|name| wanted.contains_key(*name)) {
            for (name, value) in given {
                wanted.entry(name).or_insert_with(|| value.clone());
            }
        }
    }

    fn changeable(&self) -> Changeable {
        match self {
            Self::Manual(_) => Changeable {
                is_taken: AdUpdate::is_changeable,
                objects: "ads of manual campaigns",
                foreign: AdSettings::SMART_ONLY,
            },
            Self::SmartPlus(_) => Changeable {
                is_taken: SmartAdUpdate::is_changeable,
                objects: "ads of Smart+ campaigns",
                foreign: AdSettings::MANUAL_ONLY,
            },
        }
    }

    /// Changes as they are checked: new creatives of Smart+ may leave their identity to the ad, and manual ads have none.
    fn completed(&self, changes: AdSettings) -> AdSettings {
        match self {
            Self::Manual(_) => AdSettings {
                creatives: None,
                ..changes
            },
            Self::SmartPlus(current) => SmartAdUpdate { current, changes }.completed(),
        }
    }

    /// Checks that changes of one value or creative of a Smart+ ad are clear and lose nothing.
    fn check(&self, plan: &mut ChangePlan, target: &ChangeTarget, wanted: &Members) {
        let Self::SmartPlus(current) = self else { return };
        for (one, several) in SmartAdUpdate::lists().filter(|(one, _)| wanted.contains_key(*one)) {
            let present = target.listed.value(several).and_then(Value::as_array);
            let count = present.map_or(0, Vec::len);
            if count > 1 {
                plan.violate(
                    one,
                    format!("one value, while the ad has {count}"),
                    &format!("{several}, with all that the ad is to have"),
                    &format!("use {several}; a dry run of it shows the present ones as `from`"),
                );
            }
        }
        if !wanted.contains_key(CREATIVES) {
            check_creatives(plan, current, wanted);
        }
    }

    /// Shows the different identities of the creatives of a Smart+ ad that get one identity.
    fn show_identities(&self, plan: &mut ChangePlan, given: &Members) {
        if let Self::SmartPlus(current) = self
            && !given.contains_key(CREATIVES)
        {
            ad_notes::show_identities(plan, current);
        }
    }

    /// Call that changes settings, and the settings that it removes.
    fn update(
        &self,
        target: &ChangeTarget,
        mut wanted: Members,
    ) -> Result<(Step, Vec<&'static str>), Failure> {
        let changes: AdSettings = typed(&wanted)?;
        match self {
            Self::Manual(current) => {
                let adgroup_id = adgroup_id(target)?;
                let update = AdUpdate {
                    adgroup_id,
                    current,
                    changes,
                };
                let removed = update.removed().map_err(never)?;
                // An ad that shows a post has no video.
                if removed.contains(&VIDEO) {
                    wanted.insert(VIDEO.into(), Value::Null);
                }
                Ok((Step::of(&update, wanted)?, removed))
            }
            Self::SmartPlus(current) => {
                let update = SmartAdUpdate { current, changes };
                let removed = update.removed().map_err(never)?;
                Ok((Step::of(&update, wanted)?, removed))
            }
        }
    }
}

/// Failure of settings that do not serialize, as all do.
fn never(_: serde_json::Error) -> Failure {
    Failure::new(&own::INTERNAL_ERROR, "")
}

/// Checks changes that rebuild the list of creatives without naming it: which creative is meant must be clear, and none that
/// is paused may run again.
fn check_creatives(plan: &mut ChangePlan, current: &RawObject<SmartAd>, wanted: &Members) {
    let creatives = current.object.creatives.as_deref().unwrap_or_default();
    let count = creatives.len();
    if count > 1 {
        for name in SmartAdUpdate::settings_of_one(wanted) {
            plan.violate(
                name,
                format!("a new value for one of the ad's {count} creatives"),
                "creatives, with all creatives of the ad",
                "give creatives with all that the ad is to have; a dry run of them shows the present ones as `from`",
            );
        }
    }
    let without_post = creatives
        .iter()
        .filter(|creative| creative.tiktok_item_id.is_none())
        .count();
    let is_authorized = wanted.get("identity_type").and_then(Value::as_str) == Some("AUTH_CODE");
    if is_authorized && count > 1 && without_post > 0 {
        plan.violate(
            "identity_type",
            format!("AUTH_CODE, while {without_post} of the ad's {count} creatives show no post"),
            "creatives, each with the tiktok_item_id of a post that its creator has authorized",
            "give creatives with all that the ad is to have",
        );
    }
    let is_paused = |creative: &SmartAdCreative| {
        let status = creative.material_operation_status.as_ref();
        status.is_some_and(|status| status.as_str() == "DISABLE")
    };
    let paused = creatives.iter().filter(|creative| is_paused(creative)).count();
    if let Some(name) = SmartAdUpdate::rebuilding(current, wanted)
        .first()
        .filter(|_| paused > 0)
    {
        plan.violate(
            name,
            format!("a change of the list of creatives, of which {paused} are paused"),
            "creatives, because TikTok may run paused creatives again when the list is sent",
            "give creatives with those that may run",
        );
    }
}

fn adgroup_id(target: &ChangeTarget) -> Result<AdGroupId, Failure> {
    let id = target.listed.text("adgroup_id");
    id.and_then(|id| AdGroupId::parse(&id))
        .ok_or_else(|| Failure::new(&own::UNREADABLE_ANSWER, "(The ad has no adgroup_id.)"))
}
