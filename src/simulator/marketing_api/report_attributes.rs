//! Attributes in reports: facts of the account and its objects that are asked for as metrics
//! (docs/tiktok-marketing-api.md#metrics).

use serde_json::{Value, json};

use super::{
    account::SimulatedAdvertiser,
    assets::{self, AppFact},
    entity::{AdsEntity, EntityLevel},
    report_cells::object_of,
    view,
    world::AdsWorld,
};

/// An attribute.
#[derive(Debug)]
pub(super) struct AttributeRow {
    pub(super) name: &'static str,
    /// Level of the object that has it; `None` for the account.
    pub(super) level: Option<EntityLevel>,
    source: AttributeSource,
}

/// Source of an attribute.
#[derive(Debug, Clone, Copy)]
enum AttributeSource {
    /// Fact of the account or of the object, by the name of the attribute.
    Fact,
    /// Setting as it was sent.
    Setting(&'static str),
    /// The first of these settings that is an amount.
    Amount(&'static [&'static str]),
    /// Setting, what reports say for its values, and what they say for all others.
    Words(
        &'static str,
        &'static [(&'static str, &'static str)],
        Option<&'static str>,
    ),
    /// Fact of the promoted app.
    App(AppFact),
    /// Whether the object is something that is not simulated.
    Never,
    /// Fact of something that is not simulated.
    Inapplicable,
}

const fn row(name: &'static str, level: Option<EntityLevel>, source: AttributeSource) -> AttributeRow {
    AttributeRow { name, level, source }
}

const CAMPAIGN: Option<EntityLevel> = Some(EntityLevel::Campaign);
const ADGROUP: Option<EntityLevel> = Some(EntityLevel::Adgroup);
const AD: Option<EntityLevel> = Some(EntityLevel::Ad);

use AttributeSource::{Amount, App, Fact, Inapplicable, Never, Setting, Words};

/// The attributes.
pub(super) const ATTRIBUTES: [AttributeRow; 33] = [
    row("advertiser_id", None, Fact),
    row("advertiser_name", None, Fact),
    row("currency", None, Fact),
    row("timezone", None, Fact),
    row("campaign_id", CAMPAIGN, Fact),
    row("campaign_name", CAMPAIGN, Fact),
    row("objective_type", CAMPAIGN, Setting("objective_type")),
    row("campaign_automation_type", CAMPAIGN, Fact),
    row("campaign_budget", CAMPAIGN, Amount(&["budget"])),
    row("split_test", CAMPAIGN, Inapplicable),
    row(
        "campaign_dedicate_type",
        CAMPAIGN,
        Words(
            "campaign_type",
            &[("IOS14_CAMPAIGN", "iOS14 Dedicated Campaign")],
            Some("Regular Campaign"),
        ),
    ),
    row(
        "app_promotion_type",
        CAMPAIGN,
        Words("app_promotion_type", &[("", "UNSET")], None),
    ),
    row("adgroup_id", ADGROUP, Fact),
    row("adgroup_name", ADGROUP, Fact),
    row(
        "promotion_type",
        ADGROUP,
        Words(
            "promotion_type",
            &[("WEBSITE", "Website"), ("APP_ANDROID", "App"), ("APP_IOS", "App")],
            Some("Other"),
        ),
    ),
    row(
        "placement_type",
        ADGROUP,
        Words(
            "placement_type",
            &[
                ("PLACEMENT_TYPE_AUTOMATIC", "Automatic Placement"),
                ("PLACEMENT_TYPE_NORMAL", "Select Placement"),
            ],
            None,
        ),
    ),
    row("opt_status", ADGROUP, Inapplicable),
    row("dpa_target_audience_type", ADGROUP, Inapplicable),
    row("budget", ADGROUP, Amount(&["budget"])),
    row("smart_target", ADGROUP, Setting("optimization_goal")),
    row(
        "billing_event",
        ADGROUP,
        Words(
            "billing_event",
            &[("CPC", "Clicks"), ("CPM", "Impression"), ("OCPM", "Impression")],
            None,
        ),
    ),
    row(
        "bid_strategy",
        ADGROUP,
        Words(
            "bid_type",
            &[
                ("BID_TYPE_NO_BID", "BID_STRATEGY_LOWEST_COST"),
                ("BID_TYPE_CUSTOM", "BID_STRATEGY_COST_CAP"),
                ("BID_TYPE_MAX_CONVERSION", "BID_STRATEGY_MAX_CONVERSION"),
            ],
            None,
        ),
    ),
    row("bid", ADGROUP, Amount(&["bid_price", "conversion_bid_price"])),
    row("tt_app_id", ADGROUP, App(AppFact::Id)),
    row("tt_app_name", ADGROUP, App(AppFact::Name)),
    row("mobile_app_id", ADGROUP, App(AppFact::StoreId)),
    row("ad_id", AD, Fact),
    row("ad_id_v2", AD, Fact),
    row("ad_name", AD, Fact),
    row("ad_text", AD, Setting("ad_text")),
    row("call_to_action", AD, Setting("call_to_action")),
    row("image_mode", AD, Setting("ad_format")),
    row("is_smart_creative", AD, Never),
];

/// An attribute of the account, or of an object of a row or one above it.
pub(super) fn value(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    (id, creative): (u64, Option<usize>),
    attribute: &AttributeRow,
) -> Value {
    let Some(level) = attribute.level else {
        return json!(of_account(account, attribute.name));
    };
    let own = world.entities.get(&id);
    let object = own.and_then(|own| match own.level {
        EntityLevel::Ad => object_of(world, own, level),
        EntityLevel::Adgroup if level == EntityLevel::Campaign => world.campaign_of(own),
        EntityLevel::Campaign | EntityLevel::Adgroup => Some(own),
    });
    let Some(object) = object else {
        return json!("-");
    };
    let text = match attribute.source {
        Never => return json!(false),
        Inapplicable => String::new(),
        Fact => fact(object, creative, attribute.name),
        Setting(name) => setting(world, object, creative, name),
        Amount(names) => amount(object, names),
        Words(name, words, other) => worded(object.text(name), words, other),
        App(fact) => app(world, object, fact),
    };
    json!(if text.is_empty() { "-" } else { &text })
}

fn of_account(account: &SimulatedAdvertiser, name: &str) -> String {
    match name {
        "advertiser_name" => account.name.clone(),
        "currency" => account.currency.clone(),
        "timezone" => account.timezone.clone(),
        _ => account.advertiser_id.clone(),
    }
}

fn fact(object: &AdsEntity, creative: Option<usize>, name: &str) -> String {
    match name {
        "ad_id" => view::ad_id(object, creative),
        "campaign_name" | "adgroup_name" | "ad_name" => object.title().to_owned(),
        "campaign_automation_type" if creative.is_some() => "UPGRADED_SMART_PLUS_CREATIVE".to_owned(),
        "campaign_automation_type" => view::automation(object).to_owned(),
        _ => object.key(),
    }
}

fn setting(world: &AdsWorld, object: &AdsEntity, creative: Option<usize>, name: &'static str) -> String {
    let shown = view::shown(world, object, creative, &[name]);
    let text = shown.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn amount(object: &AdsEntity, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| object.number(name));
    found.map_or_else(String::new, |amount| format!("{amount:.2}"))
}

fn worded(setting: &str, words: &[(&str, &str)], other: Option<&str>) -> String {
    let known = words.iter().find(|(known, _)| *known == setting);
    let word = known.map(|(_, word)| *word).or(other);
    word.unwrap_or(setting).to_owned()
}

/// A fact of the app that an ad group or its campaign promotes; `0` without one.
fn app(world: &AdsWorld, adgroup: &AdsEntity, fact: AppFact) -> String {
    let own = adgroup.text("app_id");
    let above = world
        .campaign_of(adgroup)
        .map_or("", |campaign| campaign.text("app_id"));
    let id = if own.is_empty() { above } else { own };
    assets::app_fact(id, fact).unwrap_or("0").to_owned()
}
