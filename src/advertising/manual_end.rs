//! The end of manual creation, and the allow-list of Smart+.
//!
//! Facts: docs/tiktok-marketing-api.md#end-of-manual-creation, docs/tiktok-marketing-api.md#smart.

use std::time::Duration;

/// First moment without manual creation, if the date is in UTC: 2027-01-01 00:00:00.
const END: Duration = Duration::from_hours(20_819 * 24);

/// Objectives that Smart+ campaigns have in TikTok's API.
pub const SMART_PLUS_OBJECTIVES: [&str; 3] = ["APP_PROMOTION", "WEB_CONVERSIONS", "LEAD_GENERATION"];

/// Words of a message about the end of manual creation, in lower case.
const WORDS_OF_END: [&str; 6] = [
    "manual campaign",
    "manual creation",
    "manually created",
    "smart+",
    "smart plus",
    "smart_plus",
];

/// TikTok's codes for a missing place on an allow-list and for a missing permission.
const NOT_ENABLED: [&str; 2] = ["40118", "40001"];

/// Object of a manual create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManualCreate {
    /// Campaign.
    Campaign,
    /// Ad group in a manual campaign.
    AdGroup,
    /// Ad in a manual campaign.
    Ad,
}

/// Warning for a manual create at `now`, a time since the Unix epoch. The campaign's objective may not be known.
pub fn manual_end_warning(create: ManualCreate, objective: Option<&str>, now: Duration) -> String {
    let tense = if now < END { "ends" } else { "ended" };
    let scope = match create {
        ManualCreate::Campaign => "",
        ManualCreate::AdGroup | ManualCreate::Ad => {
            " TikTok's notice names campaigns only; by other reports, ad groups and ads in manual campaigns are \
             included."
        }
    };
    let is_in_smart_plus = objective.map(|objective| SMART_PLUS_OBJECTIVES.contains(&objective));
    let way = match (is_in_smart_plus, create) {
        (Some(true), ManualCreate::Campaign) => " Set `automation` to SMART_PLUS, which has this objective.".to_owned(),
        (Some(true), _) => {
            " A campaign with `automation` SMART_PLUS can have this objective, and ad groups and ads of its own."
                .to_owned()
        }
        (Some(false), _) => format!(
            " Smart+ does not have the objective {} in TikTok's API. By one report such objectives stay possible; TikTok \
             has not said so.",
            objective.unwrap_or_default()
        ),
        (None, _) => format!(" Smart+ has the objectives {}.", SMART_PLUS_OBJECTIVES.join(", ")),
    };
    format!("TikTok {tense} manual creation through its API after 2026-12-31.{scope}{way}")
}

/// True if the refusal of a manual create at `now`, a time since the Unix epoch, means the end of manual creation: the
/// date has passed, and TikTok's message speaks of it. TikTok has not published a code.
pub fn is_manual_end(message: &str, now: Duration) -> bool {
    let message = message.to_lowercase();
    now >= END && WORDS_OF_END.iter().any(|words| message.contains(words))
}

/// True if the refusal of a call that creates or changes a Smart+ object means that TikTok has not enabled the ad account.
pub fn is_smart_plus_missing(code: &str) -> bool {
    NOT_ENABLED.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Duration = Duration::from_secs(END.as_secs() - 1);

    #[test]
    fn the_end_is_the_turn_of_the_year() {
        assert_eq!(
            crate::model::UtcTime::after_epoch(END).to_string(),
            "2027-01-01 00:00:00"
        );
    }

    #[test]
    fn the_warning_names_the_date_and_the_way_out() {
        for (create, objective, now, text) in [
            (
                ManualCreate::Campaign,
                Some("WEB_CONVERSIONS"),
                BEFORE,
                "TikTok ends manual creation through its API after 2026-12-31. Set `automation` to SMART_PLUS, which has \
                 this objective.",
            ),
            (
                ManualCreate::Campaign,
                Some("TRAFFIC"),
                END,
                "TikTok ended manual creation through its API after 2026-12-31. Smart+ does not have the objective \
                 TRAFFIC in TikTok's API. By one report such objectives stay possible; TikTok has not said so.",
            ),
            (
                ManualCreate::AdGroup,
                Some("LEAD_GENERATION"),
                END,
                "TikTok ended manual creation through its API after 2026-12-31. TikTok's notice names campaigns only; by \
                 other reports, ad groups and ads in manual campaigns are included. A campaign with `automation` \
                 SMART_PLUS can have this objective, and ad groups and ads of its own.",
            ),
        ] {
            assert_eq!(manual_end_warning(create, objective, now), text);
        }
        let unknown = manual_end_warning(ManualCreate::Ad, None, BEFORE);
        assert!(
            unknown.ends_with("Smart+ has the objectives APP_PROMOTION, WEB_CONVERSIONS, LEAD_GENERATION."),
            "{unknown}"
        );
    }

    #[test]
    fn a_refusal_is_the_end_by_its_date_and_message() {
        for (message, now, is_end) in [
            ("Manual campaigns can no longer be created.", END, true),
            ("Please use Upgraded Smart+ Campaign instead", END, true),
            ("Manual campaigns can no longer be created.", BEFORE, false),
            ("The budget is too low.", END, false),
            ("", END, false),
        ] {
            assert_eq!(is_manual_end(message, now), is_end, "{message}");
        }
    }

    #[test]
    fn smart_plus_is_missing_by_its_codes() {
        assert!(is_smart_plus_missing("40118"));
        assert!(is_smart_plus_missing("40001"));
        assert!(!is_smart_plus_missing("40002"));
    }
}
