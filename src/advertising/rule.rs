//! Tables of rules over settings.

use super::{view::View, violation::AdViolation};
use crate::catalogue::{Row, own};

/// Rule: a demand that holds if all conditions hold.
#[derive(Debug)]
pub(super) struct AdRule {
    when: &'static [Test],
    then: Demand,
    /// Reason; that of the conditions if this is empty.
    because: &'static str,
    /// Fix; the demand has one if this is empty.
    fix: &'static str,
    code: &'static Row,
}

/// Condition on settings. An absent setting meets only [`Test::Missing`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Test {
    /// One of these words.
    Is(&'static str, &'static [&'static str]),
    /// A word that is none of these.
    Not(&'static str, &'static [&'static str]),
    /// Any value.
    Given(&'static str),
    /// No value.
    Missing(&'static str),
    /// At least one of these.
    Any(&'static [Self]),
}

/// Demand on a setting.
#[derive(Debug, Clone, Copy)]
pub(super) enum Demand {
    /// A value.
    Required(&'static str),
    /// A value of at least one of these; the first one is named.
    AnyOf(&'static [&'static str]),
    /// No value.
    Forbidden(&'static str),
    /// One of these words, if there is a value; for a list, nothing but these words.
    OneOf(&'static str, &'static [&'static str]),
    /// This word in a list, if there is a value.
    Includes(&'static str, &'static str),
    /// Number of entries, if there is a value.
    Count(&'static str, usize, usize),
}

/// Way of the manual campaigns.
pub(super) const MANUAL: Test = Test::Is("automation", &["MANUAL"]);

/// Way of the Smart+ campaigns.
pub(super) const SMART: Test = Test::Is("automation", &["SMART_PLUS"]);

/// Rule without a fix of its own.
pub(super) const fn rule(when: &'static [Test], then: Demand) -> AdRule {
    AdRule {
        when,
        then,
        because: "",
        fix: "",
        code: &own::AD_RULES_NOT_MET,
    }
}

impl AdRule {
    /// The rule with this fix.
    pub(super) const fn fix(self, fix: &'static str) -> Self {
        Self { fix, ..self }
    }

    /// The rule with this reason in place of its conditions.
    pub(super) const fn because(self, because: &'static str) -> Self {
        Self { because, ..self }
    }

    /// The rule under this code.
    pub(super) const fn code(self, code: &'static Row) -> Self {
        Self { code, ..self }
    }

    fn violation(&self, view: &View) -> Option<AdViolation> {
        let applies = self.when.iter().all(|test| test.holds(view));
        if !applies || self.then.holds(view) {
            return None;
        }
        let (field, allowed, fix) = self.then.words();
        let because = match self.because {
            "" => reason(self.when, view),
            because => format!(", because {because}"),
        };
        let fix = if self.fix.is_empty() {
            fix
        } else {
            self.fix.to_owned()
        };
        let violation = AdViolation::of(field, self.then.got(view), format!("{allowed}{because}"), fix);
        Some(violation.with_code(self.code))
    }
}

/// Violations of all `rules`, in their order.
pub(super) fn violations(rules: &[AdRule], view: &View) -> Vec<AdViolation> {
    rules.iter().filter_map(|rule| rule.violation(view)).collect()
}

/// Violations of `rules` that changes of an object make: of the settings that are `given`, and of settings that the object
/// lacks only `after` the change. Others are those of the object that TikTok has taken.
pub(super) fn new_violations(
    rules: &[AdRule],
    given: &View,
    before: &View,
    after: &View,
) -> Vec<AdViolation> {
    let broken = rules
        .iter()
        .filter_map(|rule| Some((rule, rule.violation(after)?)));
    let is_new = |rule: &AdRule, field: &str| {
        given.has(field) || (!after.has(field) && rule.violation(before).is_none())
    };
    broken
        .filter(|(rule, violation)| is_new(rule, &violation.error.field))
        .map(|(_, violation)| violation)
        .collect()
}

/// Settings that only one way has, with the fix for objects of the other.
const INSTEAD: [(&str, &str); 4] = [
    (
        "calls_to_action",
        "use call_to_action, or a portfolio of calls to action as call_to_action_id",
    ),
    (
        "creatives",
        "use ad_format with video_id and image_ids, with image_ids and music_id, or with tiktok_item_id: a manual ad has one \
         creative",
    ),
    ("page_ids", "use page_id"),
    ("product_ids", "use item_group_ids or sku_ids"),
];

/// Fix for a setting that only objects of the other way have.
pub fn instead_of(name: &str) -> Option<&'static str> {
    INSTEAD
        .iter()
        .find(|(setting, _)| *setting == name)
        .map(|(_, fix)| *fix)
}

/// Violations for settings that only the other way has.
pub(super) fn foreign(names: &[&str], view: &View, other: &str) -> Vec<AdViolation> {
    let given = names.iter().filter(|name| view.has(name));
    given
        .map(|name| {
            AdViolation::of(
                name,
                view.shown(name),
                format!("{name} with automation {other} only"),
                match instead_of(name) {
                    Some(instead) => format!("{instead}; or use a campaign with automation {other}"),
                    None => format!("omit {name}, or use a campaign with automation {other}"),
                },
            )
        })
        .collect()
}

impl Test {
    fn holds(self, view: &View) -> bool {
        match self {
            Self::Is(name, words) => view.words(name).iter().any(|word| words.contains(word)),
            Self::Not(name, words) => {
                view.has(name) && !view.words(name).iter().any(|word| words.contains(word))
            }
            Self::Given(name) => view.has(name),
            Self::Missing(name) => !view.has(name),
            Self::Any(tests) => tests.iter().any(|test| test.holds(view)),
        }
    }

    /// Words for a test that holds; `None` where a default makes it hold.
    fn reason(self, view: &View) -> Option<String> {
        match self {
            Self::Is(name, _) | Self::Not(name, _) if view.is_default(name) => None,
            Self::Is(name, _) | Self::Not(name, _) => {
                Some(format!("{} is {}", view.titled(name), view.shown(name)))
            }
            Self::Given(name) => Some(format!("{} is given", view.titled(name))),
            Self::Missing(name) => Some(format!("{} is not given", view.titled(name))),
            Self::Any(tests) => tests.iter().find(|test| test.holds(view))?.reason(view),
        }
    }
}

impl Demand {
    fn holds(self, view: &View) -> bool {
        match self {
            Self::Required(name) => view.has(name),
            Self::AnyOf(names) => names.iter().any(|name| view.has(name)),
            Self::Forbidden(name) => !view.has(name),
            Self::OneOf(name, words) => view.words(name).iter().all(|word| words.contains(word)),
            Self::Includes(name, word) => !view.has(name) || view.is(name, word),
            Self::Count(name, least, most) => !view.has(name) || (least..=most).contains(&view.count(name)),
        }
    }

    fn got(self, view: &View) -> String {
        match self {
            Self::Required(name) | Self::AnyOf(&[name, ..]) if view.is_emptied(name) => {
                "an empty list".to_owned()
            }
            Self::Required(_) | Self::AnyOf(_) => "nothing".to_owned(),
            Self::Forbidden(name) | Self::OneOf(name, _) | Self::Includes(name, _) => view.shown(name),
            Self::Count(name, ..) => format!("{} entries", view.count(name)),
        }
    }

    /// Setting, allowed values, and fix.
    fn words(self) -> (&'static str, String, String) {
        match self {
            Self::Required(name) => (name, "a value".to_owned(), format!("set {name}")),
            Self::AnyOf(names) => {
                let listed = names.join(" or ");
                let first = names.first().copied().unwrap_or_default();
                (first, format!("a value for {listed}"), format!("set {listed}"))
            }
            Self::Forbidden(name) => (name, "no value".to_owned(), format!("omit {name}")),
            Self::OneOf(name, [word]) => (name, (*word).to_owned(), format!("set {name} to {word}")),
            Self::OneOf(name, words) => (name, words.join(", "), "choose one of these".to_owned()),
            Self::Includes(name, word) => (
                name,
                format!("a list with {word}"),
                format!("add {word} to {name}"),
            ),
            Self::Count(name, least, most) if least == most => {
                let noun = if most == 1 { "entry" } else { "entries" };
                (name, format!("{most} {noun}"), "correct the list".to_owned())
            }
            Self::Count(name, least, most) => (
                name,
                format!("{least} to {most} entries"),
                "correct the list".to_owned(),
            ),
        }
    }
}

fn reason(when: &[Test], view: &View) -> String {
    let reasons: Vec<String> = when.iter().filter_map(|test| test.reason(view)).collect();
    if reasons.is_empty() {
        return String::new();
    }
    format!(", because {}", reasons.join(" and "))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        Demand::{AnyOf, Count, Forbidden, Includes, OneOf, Required},
        Test::{Any, Given, Is, Missing, Not},
        *,
    };
    use crate::marketing_api::CreationWay;

    #[track_caller]
    fn check(settings: &Value, rule: AdRule) -> Option<String> {
        let view = View::of(settings, CreationWay::Manual);
        let found = violations(&[rule], &view);
        found.first().map(|violation| violation.error.to_string())
    }

    #[test]
    fn a_rule_holds_only_under_its_conditions() {
        let settings = json!({ "mode": "A", "list": ["x", "y"], "on": true });
        for (test, holds) in [
            (Is("mode", &["A", "B"]), true),
            (Is("mode", &["B"]), false),
            (Is("list", &["y"]), true),
            (Is("on", &["true"]), true),
            (Is("absent", &["A"]), false),
            (Not("mode", &["B"]), true),
            (Not("mode", &["A"]), false),
            (Not("absent", &["A"]), false),
            (Given("mode"), true),
            (Given("absent"), false),
            (Missing("absent"), true),
            (Missing("mode"), false),
            (Any(&[Missing("mode"), Is("list", &["y"])]), true),
            (Any(&[Missing("mode"), Given("absent")]), false),
            (Any(&[]), false),
            (MANUAL, true),
            (SMART, false),
        ] {
            let view = View::of(&settings, CreationWay::Manual);
            assert_eq!(test.holds(&view), holds, "{test:?}");
        }
    }

    #[test]
    fn a_violation_gives_the_reason_and_the_fix() {
        let settings = json!({ "mode": "A", "list": ["x", "y"], "on": true });
        for (rule, message) in [
            (
                rule(&[MANUAL, Is("mode", &["A"])], Required("budget")),
                "budget: got nothing; allowed: a value, because automation is MANUAL and mode is A; set budget",
            ),
            (
                rule(&[Missing("budget")], Forbidden("on")),
                "on: got true; allowed: no value, because budget is not given; omit on",
            ),
            (
                rule(
                    &[Any(&[Given("absent"), Given("mode"), Given("list")])],
                    Forbidden("on"),
                ),
                "on: got true; allowed: no value, because mode is given; omit on",
            ),
            (
                rule(&[Given("mode")], Forbidden("on")).because("the mode decides"),
                "on: got true; allowed: no value, because the mode decides; omit on",
            ),
            (
                rule(&[], OneOf("mode", &["B", "C"])),
                "mode: got A; allowed: B, C; choose one of these",
            ),
            (
                rule(&[], OneOf("mode", &["B"])).fix("use B"),
                "mode: got A; allowed: B; use B",
            ),
            (
                rule(&[], OneOf("list", &["x"])),
                "list: got 2 entries; allowed: x; set list to x",
            ),
            (
                rule(&[Given("mode")], AnyOf(&["a", "b"])),
                "a: got nothing; allowed: a value for a or b, because mode is given; set a or b",
            ),
            (
                rule(&[], Includes("list", "z")),
                "list: got 2 entries; allowed: a list with z; add z to list",
            ),
            (
                rule(&[], Count("list", 1, 1)),
                "list: got 2 entries; allowed: 1 entry; correct the list",
            ),
            (
                rule(&[], Count("list", 3, 5)),
                "list: got 2 entries; allowed: 3 to 5 entries; correct the list",
            ),
        ] {
            assert_eq!(check(&settings, rule).as_deref(), Some(message));
        }
    }

    #[test]
    fn a_change_is_refused_for_what_it_gives_and_for_what_it_makes_missing() {
        let present = json!({ "mode": "A", "price": 1, "place": ["x"] });
        let present = present.as_object().unwrap();
        let rules = [
            rule(&[Is("mode", &["B"])], Forbidden("price")),
            rule(&[Is("mode", &["B"])], Required("size")),
            rule(&[], Required("place")),
            rule(&[], Required("never")),
        ];
        for (given, fields) in [
            (json!({ "mode": "B" }), &["size"][..]),
            (json!({ "mode": "B", "price": 2, "size": 1 }), &["price"]),
            (json!({ "price": 2 }), &[]),
            (json!({ "place": [] }), &["place"]),
        ] {
            let view = |given: &Value| View::of(given, CreationWay::Manual);
            let (before, after) = (view(&json!({})), view(&given));
            let (before, after) = (
                before.with_present(present.clone()),
                after.with_present(present.clone()),
            );
            let found = new_violations(&rules, &view(&given), &before, &after);
            let found: Vec<&str> = found.iter().map(|violation| &*violation.error.field).collect();
            assert_eq!(found, fields, "{given}");
        }
    }

    #[test]
    fn a_met_demand_is_no_violation() {
        let settings = json!({ "mode": "A", "list": ["x", "y"] });
        for rule in [
            rule(&[], Required("mode")),
            rule(&[], AnyOf(&["absent", "mode"])),
            rule(&[], Forbidden("absent")),
            rule(&[], OneOf("mode", &["A"])),
            rule(&[], OneOf("absent", &["A"])),
            rule(&[], OneOf("list", &["x", "y", "z"])),
            rule(&[], Includes("list", "y")),
            rule(&[], Includes("absent", "y")),
            rule(&[], Count("list", 1, 2)),
            rule(&[], Count("absent", 1, 2)),
            rule(&[Is("mode", &["B"])], Required("absent")),
        ] {
            assert_eq!(check(&settings, rule), None);
        }
    }

    #[test]
    fn settings_of_the_other_way_are_refused() {
        let view = View::of(
            &json!({ "a": 1, "b": [], "page_ids": ["1"] }),
            CreationWay::Manual,
        );
        let found = foreign(&["a", "b", "c", "page_ids"], &view, "SMART_PLUS");
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(
            found[1].error.fix,
            "use page_id; or use a campaign with automation SMART_PLUS"
        );
        assert_eq!(
            found[0].error.fix,
            "omit a, or use a campaign with automation SMART_PLUS"
        );
    }
}
