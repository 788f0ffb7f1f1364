//! Warnings about inputs that are valid but may not do what the caller expects.

use crate::integrations::unfilled::{key_warnings, unfilled_text};

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

#[cfg(test)]
mod tests {
    use super::*;

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
