//! Failures of the Marketing API, with their waits, permissions and states of the ad account.

use std::borrow::Cow;

use crate::{
    catalogue::{Category, FailureCode, Origin, Row, own},
    http::{ApiPause, HttpError, HttpErrorKind, Idempotency},
    integrations::Failure,
    marketing_api::{ApiRefusal, MarketingError},
};

/// Words of TikTok's messages for an ad account that is suspended or not approved. No code says so
/// (docs/tiktok-marketing-api.md#messages).
const INACTIVE_ACCOUNT: [&str; 3] = ["punish", "suspended", "account is not approved"];

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
    } else {
        FailureCode::of(Origin::MarketingApi, &refusal.code)
    };
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
    use std::time::Duration;

    use super::*;
    use crate::marketing_api::{MarketingEndpoint, ThrottledWindow};

    fn refusal(code: &str, message: &str) -> Failure {
        let refusal = ApiRefusal {
            endpoint: MarketingEndpoint::PAGE_GET,
            code: code.into(),
            message: message.into(),
            log_id: None,
            http_status: 200,
            throttled: Some(ThrottledWindow::Unknown),
            retry_after: Some(Duration::from_mins(5)),
            is_tiktoks: true,
        };
        Failure::from(MarketingError::Refused(refusal))
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
}
