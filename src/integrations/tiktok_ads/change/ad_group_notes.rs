//! Notes on the update of an ad group: the limits of its spending that it loses although the request does not name them.

use super::{shown, target::ChangeTarget};
use crate::{
    advertising::{FROM_NOW, ListedSettings},
    marketing_api::Members,
};

const END: &str = "schedule_end_time";
const START: &str = "schedule_start_time";

/// Limits that a new word of another setting removes: the limit, that setting, the word, and the consequence
/// (docs/tiktok-marketing-api.md#create-an-ad-group).
const LIMITS: &[(&str, &str, &str, &str)] = &[
    (END, "schedule_type", FROM_NOW, WITHOUT_END),
    ("bid_price", "bid_type", NO_BID, WITHOUT_BID),
    ("conversion_bid_price", "bid_type", NO_BID, WITHOUT_BID),
    ("roas_bid", "bid_type", NO_BID, WITHOUT_BID),
];

const NO_BID: &str = "BID_TYPE_NO_BID";
const WITHOUT_END: &str = "Once enabled it spends its daily budget without an end, until it is disabled";
const WITHOUT_BID: &str = "TikTok then spends the budget without a limit on the cost of a result";

/// Warnings about limits of spending that the `wanted` settings remove.
pub(super) fn lost_limits(target: &ChangeTarget, wanted: &Members) -> Vec<String> {
    lost(&target.listed, wanted)
}

fn lost(listed: &ListedSettings, wanted: &Members) -> Vec<String> {
    let is_caused = |cause: &str, word: &str| wanted.get(cause).is_some_and(|given| given == word);
    let mut warnings = Vec::new();
    for (limit, cause, word, consequence) in LIMITS {
        let present = listed.settings(&[limit]);
        let present = present.get(*limit).filter(|_| !wanted.contains_key(*limit));
        if let Some(value) = present.filter(|_| is_caused(cause, word)) {
            warnings.push(format!(
                "The ad group loses {limit} ({}), because {cause} becomes {word}. {consequence}.{}",
                shown(value),
                start(listed, wanted, limit)
            ));
        }
    }
    warnings
}

/// Note on the start, which the new type of the schedule keeps despite its name.
fn start(listed: &ListedSettings, wanted: &Members, limit: &str) -> String {
    match listed.word(START) {
        Some(start) if limit == END && !wanted.contains_key(START) => {
            format!(" The start stays {start}.")
        }
        Some(_) | None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn warnings(listed: Value, wanted: Value) -> Vec<String> {
        let members = |value: Value| serde_json::from_value(value).unwrap();
        lost(&ListedSettings::of(members(listed)), &members(wanted))
    }

    #[test]
    fn limits_that_a_change_removes_are_named() {
        let listed = json!({
            "schedule_type": "SCHEDULE_START_END", "schedule_start_time": "2026-12-10 00:00:00",
            "schedule_end_time": "2026-12-12 00:00:00", "bid_type": "BID_TYPE_CUSTOM", "bid_price": 1,
            "conversion_bid_price": 0, "roas_bid": null,
        });
        let found = warnings(listed.clone(), json!({ "schedule_type": "SCHEDULE_FROM_NOW" }));
        assert_eq!(
            found,
            [
                "The ad group loses schedule_end_time (2026-12-12 00:00:00), because schedule_type becomes SCHEDULE_FROM_NOW. \
                 Once enabled it spends its daily budget without an end, until it is disabled. The start stays \
                 2026-12-10 00:00:00."
            ]
        );
        let found = warnings(listed.clone(), json!({ "bid_type": "BID_TYPE_NO_BID" }));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("bid_price (1)"), "{found:?}");
        for kept in [
            json!({ "adgroup_name": "B" }),
            json!({ "schedule_end_time": "2026-12-13 00:00:00" }),
            json!({ "bid_price": 2 }),
        ] {
            assert_eq!(warnings(listed.clone(), kept), [""; 0]);
        }
    }
}
