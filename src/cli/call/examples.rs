//! Examples of each action's command line. A test runs each of them as it is shown.

use crate::integrations::ActionEntry;

/// Columns of a line of an example, so that it is not broken in a terminal of 80.
const WIDTH: usize = 78;

/// Beginning of each example, and of its further lines.
const PROGRAM: &str = "  autohive-tiktok call ";
const FURTHER: &str = "      ";

/// End of a line that goes on.
const GOES_ON: &str = " \\";

/// Command lines after `call`, by action.
const EXAMPLES: [(&str, &[&str]); 30] = [
    ("get_user_info", &["get-user-info"]),
    ("get_creator_info", &["get-creator-info"]),
    (
        "create_video_post",
        &[
            "create-video-post clip.mp4 --title \"Behind the scenes\" --privacy-level self-only --wait-seconds 120",
            "create-video-post clip.mp4 --privacy-level public-to-everyone --disable-duet --dry-run",
        ],
    ),
    (
        "upload_video_draft",
        &["upload-video-draft clip.mp4 --wait-seconds 60"],
    ),
    (
        "get_post_status",
        &["get-post-status v_pub_file~v2-1.7601447475855021470 --wait-seconds 120"],
    ),
    (
        "get_videos",
        &[
            "get-videos --max-count 50",
            "get-videos --video-ids 7408279980000000001,7408279980001000004",
        ],
    ),
    (
        "create_photo_post",
        &[
            "create-photo-post https://example.com/1.jpg https://example.com/2.jpg --title \"Two views\" --privacy-level self-only",
        ],
    ),
    ("get_ad_accounts", &["get-ad-accounts"]),
    (
        "create_campaign",
        &[
            "create-campaign --automation smart-plus --campaign-name Spring --objective-type web-conversions --sales-destination website --budget 50 --dry-run",
        ],
    ),
    (
        "get_campaigns",
        &["get-campaigns", "get-campaigns --campaign-name Spring --json"],
    ),
    (
        "update_campaign",
        &[
            "update-campaign 7410000000002000007 --status disable",
            "update-campaign 7410000000002000007 --campaign-name \"Spring sale\" --dry-run",
        ],
    ),
    (
        "delete_campaign",
        &[
            "delete-campaign 7410000000002000007 --dry-run",
            "delete-campaign 7410000000002000007 --yes",
        ],
    ),
    (
        "create_ad_group",
        &[
            "create-ad-group --campaign-id 7410000000002000007 --adgroup-name Germany --promotion-type website --optimization-goal click --location-ids 2921044 --budget-mode budget-mode-day --budget 30 --dry-run",
        ],
    ),
    (
        "get_ad_groups",
        &[
            "get-ad-groups",
            "get-ad-groups --campaign-ids 7410000000002000007 --json",
        ],
    ),
    (
        "update_ad_group",
        &["update-ad-group 7410000000004000013 --status disable"],
    ),
    (
        "delete_ad_group",
        &[
            "delete-ad-group 7410000000004000013 --dry-run",
            "delete-ad-group 7410000000004000013 --yes",
        ],
    ),
    (
        "create_ad",
        &[
            "create-ad --adgroup-id 7410000000004000013 --ad-name Spring --ad-format single-video --identity-type tt-user --identity-id 0f1c5c5e-6c1f-5a1e-9d4b-000000000001 --video-id v10033g50000593dbdbf2640d7df600e --image-ids ad-site-i18n/cover --ad-text \"Spring sale\" --call-to-action shop-now --landing-page-url https://shop.example.com/ --dry-run",
        ],
    ),
    (
        "get_ads",
        &["get-ads", "get-ads --adgroup-ids 7410000000004000013 --json"],
    ),
    (
        "update_ad",
        &[
            "update-ad 7410000000006000019 --status disable",
            "update-ad 7410000000006000019 --ad-text \"Ends on Sunday\" --dry-run",
        ],
    ),
    (
        "delete_ad",
        &[
            "delete-ad 7410000000006000019 --dry-run",
            "delete-ad 7410000000006000019 --yes",
        ],
    ),
    (
        "upload_creative",
        &[
            "upload-creative clip.mp4 --suggest-covers 3",
            "upload-creative banner.jpg --media-type image",
        ],
    ),
    (
        "get_creatives",
        &[
            "get-creatives --media-type video",
            "get-creatives --media-type image --json",
        ],
    ),
    (
        "update_creative",
        &["update-creative --creative-id v10033g50000593dbdbf2640d7df600e --file-name spring.mp4"],
    ),
    (
        "delete_creative",
        &[
            "delete-creative --video-ids v10033g50000593dbdbf2640d7df600e --dry-run",
            "delete-creative --video-ids v10033g50000593dbdbf2640d7df600e --yes",
        ],
    ),
    (
        "get_identities",
        &["get-identities", "get-identities --identity-type tt-user --json"],
    ),
    (
        "get_pixels",
        &["get-pixels", "get-pixels --pixel-name Shop --json"],
    ),
    ("get_apps", &["get-apps", "get-apps --json"]),
    ("get_lead_forms", &["get-lead-forms", "get-lead-forms --json"]),
    (
        "get_analytics",
        &[
            "get-analytics --start-date 2026-11-01 --end-date 2026-11-28 --granularity day --metrics spend,clicks",
            "get-analytics --start-date 2026-11-01 --end-date 2026-11-28 --level campaign --json",
        ],
    ),
    (
        "search_targeting",
        &["search-targeting --kind location --keyword germany --geo-types country --max-count 20"],
    ),
];

/// Examples of an action. A long one is broken with `\`, so that it can be copied.
pub(super) fn examples(action: &ActionEntry) -> String {
    let rows = EXAMPLES.iter().filter(|(name, _)| *name == action.name);
    let lines: Vec<String> = rows
        .flat_map(|(_, lines)| *lines)
        .map(|line| broken(line))
        .collect();
    lines.join("\n")
}

/// A command line in lines of at most [`WIDTH`], as far as its words allow.
fn broken(line: &str) -> String {
    let mut text = PROGRAM.to_owned();
    let mut columns = text.len();
    for (at, part) in parts(line).into_iter().enumerate() {
        let needed = part.len() + usize::from(at > 0);
        if at > 0 && columns + needed + GOES_ON.len() > WIDTH {
            text = format!("{text}{GOES_ON}\n{FURTHER}{part}");
            columns = FURTHER.len() + part.len();
        } else {
            let gap = if at > 0 { " " } else { "" };
            text = format!("{text}{gap}{part}");
            columns += needed;
        }
    }
    text
}

/// Words of a line that stay together: an option with its value, a word without option.
fn parts(line: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut is_quoted = false;
    for word in line.split(' ') {
        let goes_on = parts
            .last()
            .is_some_and(|part| part.starts_with("--") && !part.contains(' '));
        match parts.last_mut() {
            Some(last) if is_quoted || (goes_on && !word.starts_with("--")) => {
                last.push(' ');
                last.push_str(word);
            }
            _ => parts.push(word.to_owned()),
        }
        is_quoted ^= word.matches('"').count() % 2 == 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::call::tree;

    #[test]
    fn every_action_has_an_example_and_no_line_is_too_long() {
        for (_, action) in tree::actions() {
            let shown = examples(action);
            assert!(!shown.is_empty(), "{} has no example", action.name);
            for line in shown.lines() {
                assert!(line.len() <= WIDTH, "{line}");
            }
        }
        assert_eq!(EXAMPLES.len(), tree::actions().count());
    }

    #[test]
    fn an_option_stays_with_its_value_and_a_quoted_text_whole() {
        let line = "x a.mp4 --title \"one two three\" --flag --n 1";
        assert_eq!(
            parts(line),
            ["x", "a.mp4", "--title \"one two three\"", "--flag", "--n 1"]
        );
    }
}
