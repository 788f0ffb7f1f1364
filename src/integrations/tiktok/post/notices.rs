//! Warnings about inputs that are valid but may not do what the caller expects.

use crate::{
    integrations::unfilled::{key_warnings, unfilled_text},
    model::PrivacyLevel,
    open_api::CreatorInfo,
};

/// The inputs that all posting actions have.
#[derive(Debug, Clone, Copy)]
pub(in crate::integrations::tiktok) struct CommonInputs<'a> {
    pub(in crate::integrations::tiktok) idempotency_key: Option<&'a str>,
    pub(in crate::integrations::tiktok) wait_seconds: u32,
    pub(in crate::integrations::tiktok) dry_run: bool,
}

/// Warns about texts that look like unfilled placeholders, about suspicious keys, and about inputs without effect in
/// a dry run.
pub(in crate::integrations::tiktok) fn notices(
    texts: &[(&str, Option<&str>)],
    common: CommonInputs<'_>,
) -> Vec<String> {
    let CommonInputs {
        idempotency_key,
        wait_seconds,
        dry_run,
    } = common;
    let unfilled = texts
        .iter()
        .filter_map(|(name, text)| unfilled_text(name, (*text)?));
    let key = key_warnings(idempotency_key, "post");
    let idle = [
        ("wait_seconds", wait_seconds > 0),
        ("idempotency_key", idempotency_key.is_some()),
    ];
    let idle = idle.into_iter().filter(|(_, is_given)| dry_run && *is_given);
    let idle = idle.map(|(name, _)| format!("{name} has no effect in a dry run"));
    unfilled.chain(key).chain(idle).collect()
}

/// Warning of a dry run about the audit of the app, of which only the answer to a post tells; `None` for a post that an
/// unaudited app may make too (docs/tiktok-open-api.md#unaudited-apps).
pub(in crate::integrations::tiktok) fn audit_notice(
    creator: &CreatorInfo,
    level: Option<PrivacyLevel>,
) -> Option<String> {
    let level = level?;
    // Only private accounts have this level (docs/tiktok-open-api.md#privacy-levels).
    let followers = PrivacyLevel::FollowerOfCreator.as_str();
    let is_private = creator
        .privacy_level_options
        .iter()
        .any(|offered| offered == followers);
    let is_for_all_apps = is_private && level == PrivacyLevel::SelfOnly;
    (!is_for_all_apps).then(|| AUDIT_UNKNOWN.to_owned())
}

const AUDIT_UNKNOWN: &str = "a dry run does not show whether TikTok has audited the app. If it has not, TikTok refuses this post \
     (unaudited_client_can_only_post_to_private_accounts): it then takes only SELF_ONLY posts to private accounts";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_post_that_every_app_may_make_needs_no_audit() {
        use PrivacyLevel::{FollowerOfCreator, PublicToEveryone, SelfOnly};
        for (offered, level, is_told) in [
            (PublicToEveryone, Some(PublicToEveryone), true),
            (PublicToEveryone, Some(SelfOnly), true),
            (FollowerOfCreator, Some(FollowerOfCreator), true),
            (FollowerOfCreator, Some(SelfOnly), false),
            (PublicToEveryone, None, false),
        ] {
            let creator = CreatorInfo {
                privacy_level_options: vec![offered.as_str().to_owned(), SelfOnly.as_str().to_owned()],
                ..CreatorInfo::default()
            };
            assert_eq!(
                audit_notice(&creator, level).is_some(),
                is_told,
                "{offered:?} {level:?}"
            );
        }
    }

    #[test]
    fn only_suspicious_inputs_are_warned_about() {
        let common = CommonInputs {
            idempotency_key: Some("run 7"),
            wait_seconds: 5,
            dry_run: false,
        };
        let texts = [
            ("title", Some("{{ $json.caption }}")),
            ("description", Some("hello")),
            ("other", None),
        ];
        let told = notices(&texts, common);
        assert!(
            told.len() == 1 && told[0].starts_with("title looks like"),
            "{told:?}"
        );
        let told = notices(
            &[],
            CommonInputs {
                dry_run: true,
                ..common
            },
        );
        assert_eq!(
            told,
            [
                "wait_seconds has no effect in a dry run",
                "idempotency_key has no effect in a dry run"
            ]
        );
        let told = notices(
            &[],
            CommonInputs {
                idempotency_key: Some("undefined"),
                ..common
            },
        );
        assert!(told.len() == 1 && told[0].contains("same post"), "{told:?}");
        let told = notices(
            &[],
            CommonInputs {
                idempotency_key: Some("run 7\n"),
                ..common
            },
        );
        assert!(told.len() == 1 && told[0].contains("white space"), "{told:?}");
    }
}
