//! Failures of the Marketing API, with their waits, permissions and states of the ad account.

use std::{borrow::Cow, time::Duration};

use crate::{
    advertising::{is_manual_end, is_smart_plus_missing},
    catalogue::{Category, FailureCode, Origin, Row, own},
    http::{ApiPause, HttpError, HttpErrorKind, Idempotency},
    integrations::Failure,
    marketing_api::{ApiRefusal, MarketingEndpoint, MarketingError},
};

/// Words of TikTok's messages for an ad account that is suspended or not approved. No code says so
/// (docs/tiktok-marketing-api.md#messages).
const INACTIVE_ACCOUNT: [&str; 5] = [
    "punish",
    "suspended",
    "account is not approved",
    "status_pending_",
    "status_wait_for_",
];

impl From<MarketingError> for Failure {
    fn from(error: MarketingError) -> Self {
        match error {
            MarketingError::Refused(refusal) => of_refusal(refusal),
            MarketingError::Lost(lost) => of_lost(lost),
            MarketingError::Unreadable { http_status, .. } => Self {
                http_status: Some(http_status).filter(|status| *status != 0),
                ..Self::new(&own::UNREADABLE_ANSWER, &format!("({error})"))
            },
        }
    }
}

impl Failure {
    /// Failure of a create that TikTok answered at `now`, a time since the Unix epoch.
    pub(super) fn of_create(error: MarketingError, now: Duration) -> Self {
        let is_end = matches!(&error, MarketingError::Refused(refusal)
            if MANUAL_CREATES.contains(&refusal.endpoint.name) && is_manual_end(&refusal.message, now));
        match error {
            MarketingError::Refused(refusal) if is_end => {
                with_code(FailureCode::from(&own::MANUAL_CREATION_ENDED), refusal)
            }
            MarketingError::Refused(_) | MarketingError::Lost(_) | MarketingError::Unreadable { .. } => {
                Self::from(error)
            }
        }
    }
}

/// Endpoints that TikTok has announced to close.
const MANUAL_CREATES: [&str; 3] = [
    MarketingEndpoint::CAMPAIGN_CREATE.name,
    MarketingEndpoint::AD_GROUP_CREATE.name,
    MarketingEndpoint::AD_CREATE.name,
];

fn of_lost(lost: HttpError) -> Failure {
    if let HttpErrorKind::Paused(pause) = lost.kind {
        return of_pause(pause);
    }
    let failure = Failure::of_http_error(lost.kind, &format!("({lost})"), &own::OWN_CALL_LIMIT);
    let is_network = failure.code.row() == Some(&own::NETWORK_ERROR);
    let remedy = if let HttpErrorKind::RateLimited { window, .. } = lost.kind {
        window.bucket.raise.map(when_full)
    } else {
        is_network.then_some(Cow::Borrowed(CHECK_NETWORK))
    };
    Failure { remedy, ..failure }
}

/// A call that was not sent because TikTok refused another one for its rate limit.
fn of_pause(ApiPause { wait, code }: ApiPause) -> Failure {
    let code = FailureCode::of(Origin::MarketingApi, code);
    Failure {
        retry_after: Some(wait),
        ..Failure::with_code(
            code,
            "(TikTok refused an earlier call, so this one was not sent.)",
        )
    }
}

/// Remedy for a limit of this program; `raise` says how to raise it.
fn when_full(raise: &'static str) -> Cow<'static, str> {
    Cow::Owned(format!(
        "Wait for `retry_after`, then send the request again. {raise}"
    ))
}

/// Remedy for an API base that is not reached.
const CHECK_NETWORK: &str = "Wait a minute, then send the request again. If the error persists, the host's operator should \
                             check DNS, the proxy and the firewall for https to `business-api.tiktok.com` (for an ad account \
                             of the sandbox, `sandbox-ads.tiktok.com`), or, if `TIKTOK_ADS_API_BASE` is set, that a server \
                             listens there.";

fn of_refusal(refusal: ApiRefusal) -> Failure {
    let code = if is_inactive(&refusal.message) {
        FailureCode::from(&own::AD_ACCOUNT_NOT_ACTIVE)
    } else if is_smart_plus_refused(&refusal) {
        FailureCode::from(&own::SMART_PLUS_NOT_ENABLED)
    } else {
        FailureCode::of(Origin::MarketingApi, &refusal.code)
    };
    with_code(code, refusal)
}

fn with_code(code: FailureCode, refusal: ApiRefusal) -> Failure {
    let lacks_permission = code.row().is_some_and(|row| row.category == Category::Scope);
    let is_known_to_repeat = code.row().is_some_and(Row::depends_on_the_case);
    let failure = Failure::with_code(code, &in_tiktoks_words(&refusal));
    Failure {
        http_status: Some(refusal.http_status),
        retry_after: refusal.retry_after,
        // A fault of TikTok says nothing about a write's effect.
        retryable: is_known_to_repeat.then_some(refusal.endpoint.idempotency == Idempotency::Idempotent),
        missing_scopes: if lacks_permission {
            refusal.endpoint.permissions.to_vec()
        } else {
            Vec::new()
        },
        log_id: refusal.log_id,
        ..failure
    }
}

fn is_inactive(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    INACTIVE_ACCOUNT.iter().any(|word| message.contains(word))
}

/// Returns true if TikTok has not enabled Smart+ for the ad account. A token without the permission is told so in words
/// (docs/tiktok-marketing-api.md#messages).
fn is_smart_plus_refused(
    ApiRefusal {
        endpoint,
        code,
        message,
        ..
    }: &ApiRefusal,
) -> bool {
    let writes_smart_plus =
        endpoint.path.starts_with("/smart_plus/") && endpoint.idempotency == Idempotency::NonIdempotent;
    writes_smart_plus && is_smart_plus_missing(code) && !message.contains("does not grant")
}

/// TikTok's code and message: only the message names the faulty parameter.
fn in_tiktoks_words(ApiRefusal { code, message, .. }: &ApiRefusal) -> String {
    match (FailureCode::of(Origin::MarketingApi, code), message.as_str()) {
        (FailureCode::Known(_), "") => String::new(),
        (FailureCode::Known(_), words) => format!("(TikTok says: {words})"),
        (FailureCode::Unknown(code), "") => format!("TikTok returned the unknown code {code}."),
        (FailureCode::Unknown(code), words) => format!("TikTok returned the unknown code {code}: {words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketing_api::ThrottledWindow;

    fn refusal(code: &str, message: &str) -> Failure {
        refusal_by(MarketingEndpoint::PAGE_GET, code, message, Duration::ZERO)
    }

    fn refusal_by(endpoint: &'static MarketingEndpoint, code: &str, message: &str, now: Duration) -> Failure {
        let refusal = ApiRefusal {
            endpoint,
            code: code.into(),
            message: message.into(),
            log_id: None,
            http_status: 200,
            throttled: Some(ThrottledWindow::Unknown),
            retry_after: Some(Duration::from_mins(5)),
            is_tiktoks: true,
        };
        Failure::of_create(MarketingError::Refused(refusal), now)
    }

    #[test]
    fn a_refusal_has_tiktoks_words_and_the_remedy_of_its_code() {
        let failure = refusal("40002", "budget: Invalid value");
        assert!(
            failure.message.ends_with("(TikTok says: budget: Invalid value)"),
            "{}",
            failure.message
        );
        assert!(!failure.advice().retryable && failure.advice().remedy.is_some());
        let unknown = refusal("49999", "new");
        assert_eq!(unknown.code.as_str(), "49999");
        assert_eq!(unknown.message, "TikTok returned the unknown code 49999: new");
    }

    #[test]
    fn a_missing_permission_is_named() {
        let failure = refusal("40001", "advertiser does not grant you /page/get:GET permission");
        assert_eq!(failure.missing_scopes, ["6"]);
        assert!(refusal("40105", "").missing_scopes.is_empty());
    }

    #[test]
    fn a_suspended_account_is_known_by_the_message_alone() {
        let failure = refusal("40001", "The advertiser is in PUNISH status");
        assert_eq!(failure.code.as_str(), "ad_account_not_active");
    }

    #[test]
    fn faults_of_tiktok_may_be_repeated_by_reads() {
        for code in ["50000", "50002", "51010", "51305", "60001"] {
            assert!(refusal(code, "").advice().retryable, "{code}");
        }
        let limit = refusal("40100", "");
        assert_eq!(
            (limit.advice().retryable, limit.retry_after),
            (true, Some(Duration::from_mins(5)))
        );
    }

    #[test]
    fn writes_of_smart_plus_are_refused_because_tiktok_has_not_enabled_it() {
        let create = MarketingEndpoint::SMART_CAMPAIGN_CREATE;
        for (endpoint, code, message, expected) in [
            (create, "40118", "not on the allowlist", "smart_plus_not_enabled"),
            (create, "40001", "No permission", "smart_plus_not_enabled"),
            (
                create,
                "40001",
                "advertiser does not grant you /smart_plus/campaign/create/:POST permission",
                "40001",
            ),
            (
                create,
                "40001",
                "The advertiser is in PUNISH status",
                "ad_account_not_active",
            ),
            (create, "40002", "Smart+", "40002"),
            (
                MarketingEndpoint::SMART_CAMPAIGN_GET,
                "40001",
                "No permission",
                "40001",
            ),
            (
                MarketingEndpoint::CAMPAIGN_CREATE,
                "40118",
                "RF_REACH needs an allowlist",
                "40118",
            ),
        ] {
            let failure = refusal_by(endpoint, code, message, Duration::ZERO);
            assert_eq!(failure.code.as_str(), expected, "{endpoint:?} {code} {message}");
        }
    }

    #[test]
    fn a_manual_create_is_refused_after_the_end_with_tiktoks_words() {
        let end = Duration::from_hours(20_819 * 24);
        let words = "Creating manual campaigns is no longer supported.";
        let ended = refusal_by(MarketingEndpoint::AD_CREATE, "40002", words, end);
        assert_eq!(ended.code.as_str(), "manual_creation_ended");
        assert!(ended.message.contains(words), "{}", ended.message);
        for (endpoint, now) in [
            (MarketingEndpoint::AD_CREATE, Duration::ZERO),
            (MarketingEndpoint::CAMPAIGN_UPDATE, end),
        ] {
            assert_eq!(refusal_by(endpoint, "40002", words, now).code.as_str(), "40002");
        }
    }
}
