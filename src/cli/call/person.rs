//! Words for a person in place of those for a host: one table for all commands that act for a person.
//!
//! Messages and remedies are written for a workflow and the operator of its host. At a terminal both are the person who
//! reads them.

use crate::catalogue::own;

/// Texts for a host, in the order in which they are replaced, and the texts for a person.
const WORDS: &[(&str, &str)] = &[
    (
        own::INTERRUPTED.meaning,
        "The command was stopped before it was finished.",
    ),
    ("a repeat with the same key", "the same command"),
    (
        "an earlier request with the same key",
        "an earlier run of the same command",
    ),
    (
        "An earlier request with this key",
        "An earlier run of the same command",
    ),
    ("A repeat of the request", "A run of the command"),
    (
        "Another key would post at once",
        "`--again` or another `--idempotency-key` would post at once",
    ),
    (
        "Wait `retry_after` seconds, then send the same request with the same key again.",
        "Wait until the time of `retry at`, then run the same command again.",
    ),
    // The state.
    (
        "Send the request without `idempotency_key`, or ask the host's operator to set a location in \
         `AUTOHIVE_TIKTOK_STATE` (`sqlite:PATH`, `redis://…`).",
        "Name a file for the state with `--state sqlite:FILE` or in `AUTOHIVE_TIKTOK_STATE`, or leave out \
         `--idempotency-key`: with `--state off`, each run takes effect.",
    ),
    (
        "the host's operator should repair the journal; the host's log gives the location and the reason.",
        REPAIR,
    ),
    (
        "The host's operator should repair the journal; the host's log gives the location and the reason.",
        REPAIR,
    ),
    (
        "A journal at another location (`AUTOHIVE_TIKTOK_STATE`) does not know what was done before: check whether the post or \
         object exists before you send the request again.",
        "A state at another location (`--state`, `AUTOHIVE_TIKTOK_STATE`) does not know what was done before: check whether the \
         post or object exists before you run the command again.",
    ),
    (
        "; the log gives the row and the reason (`a row of the journal is refused`).",
        "; `autohive-tiktok journal list` shows the row and the reason.",
    ),
    (
        "send the request with a new key",
        "run the command with `--again`",
    ),
    // Times.
    ("request_config.deadline", "--deadline"),
    ("request_config.timeout", "the time limit of a call"),
    (
        "An idempotency_key needs",
        "The state, which keeps the command from taking effect twice, needs",
    ),
    // Limits of the operator.
    (
        "above the maximum that the host's operator has set",
        "above the maximum of `--max-daily-budget` or `AUTOHIVE_TIKTOK_MAX_DAILY_BUDGET`",
    ),
    (
        "ask the host's operator to raise `--max-daily-budget`",
        "raise `--max-daily-budget` or `AUTOHIVE_TIKTOK_MAX_DAILY_BUDGET`",
    ),
    (
        ", set by the host's operator with `--max-daily-budget`",
        ", set with `--max-daily-budget`",
    ),
    (
        "The host's operator does not let this program enable campaigns, ad groups or ads",
        "`--no-enable` or `AUTOHIVE_TIKTOK_NO_ENABLE` forbids to enable campaigns, ad groups and ads",
    ),
    (
        "ask the host's operator to remove `--no-enable`",
        "leave out `--no-enable` and unset `AUTOHIVE_TIKTOK_NO_ENABLE`",
    ),
    (
        "because the operator of the host has set `--no-enable`",
        "because of `--no-enable`",
    ),
    (
        "The host's operator can raise the limit to the level",
        "`--ads-limits` or `AUTOHIVE_TIKTOK_ADS_LIMITS` raises the limit to the level",
    ),
    (
        "the host's operator can raise the limit (--spool-max",
        "raise the limit (--spool-max",
    ),
    (
        "The host's operator can allow another host with `--allow-media-host HOST:PORT`.",
        "`--allow-media-host HOST:PORT` or `AUTOHIVE_TIKTOK_ALLOW_MEDIA_HOST` allows another host.",
    ),
    (
        "a host that the operator allows",
        "one that --allow-media-host allows",
    ),
    (
        "the operator can allow an internal host with --allow-media-host",
        "--allow-media-host allows an internal host",
    ),
    (
        "one that the operator allows with --allow-media-host",
        "one that --allow-media-host allows",
    ),
    (
        "The host's operator should provide a writable temporary folder (`TMPDIR`) with enough free space for all \
         concurrent requests, or raise `--spool-max`.",
        "Set `TMPDIR` to a writable folder with enough free space, or raise `--spool-max`.",
    ),
    // Files.
    (
        "one of video_content_base64, file, files, video_url",
        "the path of a file, or --video-url",
    ),
    (
        "one of file, video_content_base64, video_url",
        "the path of a file, or --video-url",
    ),
    (
        "one of file, image_content_base64, image_url",
        "the path of a file, or --image-url",
    ),
    (
        "Pass exactly one of `file`, `files`, `video_content_base64` and `video_url`. If an earlier step produces the video, \
         check that its output is connected to this step.",
        "Give the path of a file, or `--video-url`.",
    ),
    ("file.content", "FILE"),
    // Repeats.
    (
        "Do not send it again without its `idempotency_key`, or the object may be created twice. With the key, send the same \
         request again",
        "Do not use `--again`, or the object may be created twice. Run the same command again",
    ),
    (
        "Send the same request with the same idempotency_key again",
        "Run the same command again",
    ),
    (
        "send the same request with the same idempotency_key again",
        "run the same command again",
    ),
    ("Send the same request again", "Run the same command again"),
    ("send the same request again", "run the same command again"),
    ("Send the request again", "Run the command again"),
    ("send the request again", "run the command again"),
    ("sending the request again", "running the command again"),
    ("Sending the same request again", "Running the same command again"),
    (
        "Sent again with the same idempotency_key, the request searches",
        "Run again, the same command searches",
    ),
    (
        "after `retry_after` seconds if that is set",
        "from the time of `retry at` on, if that is shown",
    ),
    (
        "Never send it with another key or without one.",
        "Use neither `--again` nor another `--idempotency-key`.",
    ),
    (
        "Send it with a new key only if the post is not there.",
        "Use `--again` only if the post is not there.",
    ),
    (
        "With the same journal, run the same",
        "With the same state, run the same",
    ),
    (
        "that an earlier request may have made",
        "that an earlier run may have made",
    ),
    (
        "An `idempotency_key` makes this search part of the request.",
        "With a state, the command makes this search itself.",
    ),
    ("The same request again uploads", "The same command again uploads"),
    // All others.
    ("ask the host's operator to ", ""),
    ("The host's operator should check", "Check"),
    ("The host's operator should report", "Report"),
    ("the host's operator should ", ""),
];

/// Remedy for a state that cannot be used.
const REPAIR: &str = "`autohive-tiktok doctor` tells location and reason. Repair the state.";

/// The text in words for a person.
pub(in crate::cli) fn for_person(text: &str) -> String {
    let words = WORDS.iter();
    words.fold(text.to_owned(), |text, (host, person)| text.replace(host, person))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::rows, state::StateError};

    /// Codes of requests that no command sends, and of credentials, for which each command has its own remedy.
    fn is_of_hosts_alone(code: &str, remedy: &str) -> bool {
        [
            "invalid_json",
            "invalid_request",
            "unknown_type",
            "missing_token",
            "malformed_token",
        ]
        .contains(&code)
            || remedy.contains(" in the host")
    }

    #[test]
    fn no_text_asks_a_person_for_the_operator_of_a_host() {
        for row in rows() {
            let texts = [row.meaning, row.remedy].map(for_person);
            let is_left_out = is_of_hosts_alone(row.code, row.remedy);
            for text in texts {
                for word in ["operator", "the request again", "same request", "idempotency_key"] {
                    assert!(is_left_out || !text.contains(word), "{}: {text}", row.code);
                }
            }
        }
        for error in [StateError::Off, StateError::Nowhere, StateError::TooLarge] {
            let remedy = for_person(error.remedy());
            assert!(
                remedy.contains("--state") && !remedy.contains("host's"),
                "{remedy}"
            );
        }
    }

    /// A state at another place does not know what was posted, so a repeat there posts again.
    #[test]
    fn no_remedy_sends_a_person_to_another_state_without_a_check() {
        let corrupt = StateError::Corrupt {
            place: "a file".to_owned(),
            what: "it is damaged".to_owned(),
        };
        for text in [own::STATE_UNAVAILABLE.remedy, corrupt.remedy()] {
            let text = for_person(text);
            assert!(
                text.contains("another location") && text.contains("check whether the post or object exists"),
                "{text}"
            );
            assert!(!text.contains("operator"), "{text}");
        }
    }

    #[test]
    fn sentences_stay_whole() {
        let told = for_person("Wait a minute. If the error persists, the host's operator should check DNS.");
        assert_eq!(told, "Wait a minute. If the error persists, check DNS.");
        let told = for_person(own::ENABLE_FORBIDDEN.remedy);
        assert!(
            told.ends_with("or leave out `--no-enable` and unset `AUTOHIVE_TIKTOK_NO_ENABLE`."),
            "{told}"
        );
    }
}
