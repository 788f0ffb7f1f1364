//! Conversion of status and body into a result (docs/tiktok-marketing-api.md#transport,
//! docs/tiktok-marketing-api.md#return-codes).
//!
//! * HTTP 200 with `{"code": 0, "data": …}` is a success, and 20001 a success for a part of the items. Any other code is
//!   a refusal, with whatever status.
//! * `data` may be an object, a list, `null` or absent.
//! * Anything else is [`MarketingError::Unreadable`]: the plain text of an unknown path, the page of a gateway.

use std::{borrow::Cow, time::Duration};

use http::HeaderName;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{endpoint::MarketingEndpoint, throttle::ThrottledWindow};
use crate::{
    http::{HttpError, HttpResponse, RetryReason},
    model::{LogId, Word},
};

/// Failure of a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MarketingError {
    /// TikTok refused the call.
    #[error(transparent)]
    Refused(#[from] ApiRefusal),
    /// No complete response arrived.
    #[error(transparent)]
    Lost(#[from] HttpError),
    /// The response is not TikTok's documented JSON.
    #[error("{}: answered HTTP {http_status} with {what}", endpoint.name)]
    Unreadable {
        /// Endpoint that was called.
        endpoint: &'static MarketingEndpoint,
        /// HTTP status; 0 if the request was not sent.
        http_status: u16,
        /// Kind of the response, never its content.
        what: String,
    },
}

/// Refusal by TikTok.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: HTTP {http_status} {code}", endpoint.name)]
pub struct ApiRefusal {
    /// Endpoint that was called.
    pub endpoint: &'static MarketingEndpoint,
    /// TikTok's code, a number as text.
    pub code: String,
    /// TikTok's message, the only place where it names the faulty parameter.
    pub message: String,
    /// TikTok's id of the call.
    pub log_id: Option<LogId>,
    /// HTTP status, usually 200.
    pub http_status: u16,
    /// Window of the rate limit that is used up; `None` for other refusals.
    pub throttled: Option<ThrottledWindow>,
    /// Wait before another attempt, for a rate limit.
    pub retry_after: Option<Duration>,
    /// False if the code stands for a 429 from an intermediary instead of TikTok.
    pub is_tiktoks: bool,
}

/// Data of a successful call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiData<T> {
    /// The data.
    pub data: T,
    /// TikTok's message if it succeeded for a part of the items only.
    pub partial: Option<String>,
    /// TikTok's time, since the Unix epoch, if it gave one.
    pub served_at: Option<Duration>,
    /// Whether a report lacks objects because there are too many. Despite the header's name it is no rate limit
    /// (docs/tiktok-marketing-api.md#reports).
    pub is_cut: bool,
}

/// Header of a report that lacks objects.
static CUT_REPORT: HeaderName = HeaderName::from_static("x-tt-ads-throttle");

/// Success.
const OK: &str = "0";
/// Success for a part of the items.
const PARTIAL: &str = "20001";
/// Rate limit of an endpoint for the app.
pub(super) const ENDPOINT_LIMIT: &str = "40016";
/// Rate limit of the app, which also stands for a 429 that is not TikTok's.
pub(super) const APP_LIMIT: &str = "40100";
/// Rate limit of an endpoint for an ad account.
pub(super) const AD_ACCOUNT_LIMIT: &str = "40133";
/// Rate limits: endpoint, app, value of a field, ad account.
const RATE_LIMITS: [&str; 4] = [ENDPOINT_LIMIT, APP_LIMIT, "40132", AD_ACCOUNT_LIMIT];
/// Conflict of two writes to one object, without effect.
const WRITE_CONFLICT: &str = "40202";
/// Faults of TikTok after which a call may have had its effect.
const FAULTS: [&str; 5] = ["50000", "50002", "51010", "51305", "60001"];

impl MarketingError {
    /// True if the failed call may have had its effect: it was sent, and TikTok did not refuse it.
    pub fn effect_unknown(&self) -> bool {
        match self {
            Self::Refused(refusal) => {
                refusal.http_status >= 500 || !refusal.is_tiktoks || is_fault(&refusal.code)
            }
            Self::Lost(failure) => !failure.kind.is_unsent(),
            // 0: the call could not be written, so it was not sent.
            Self::Unreadable { http_status, .. } => *http_status != 0,
        }
    }

    pub(super) fn unsendable(endpoint: &'static MarketingEndpoint) -> Self {
        Self::Unreadable {
            endpoint,
            http_status: 0,
            what: "nothing, because the request could not be written".into(),
        }
    }

    /// Redacts secrets in the texts of a response, in case it repeats them, and then truncates the texts.
    pub(super) fn redacted(self, redact: &dyn Fn(&str) -> String) -> Self {
        let clean = |text: &str| bounded(&redact(text));
        match self {
            Self::Refused(refusal) => Self::Refused(ApiRefusal {
                code: clean(&refusal.code),
                message: clean(&refusal.message),
                log_id: refusal.log_id.map(|log_id| LogId(clean(&log_id.0))),
                ..refusal
            }),
            Self::Unreadable {
                endpoint,
                http_status,
                what,
            } => Self::Unreadable {
                endpoint,
                http_status,
                what: clean(&what),
            },
            lost @ Self::Lost(_) => lost,
        }
    }
}

/// Decodes a response of `endpoint`. `now` is the time since the Unix epoch.
pub(super) fn decode<T: DeserializeOwned>(
    endpoint: &'static MarketingEndpoint,
    response: &HttpResponse,
    now: Duration,
) -> Result<ApiData<T>, MarketingError> {
    let unreadable = |what: String| MarketingError::Unreadable {
        endpoint,
        http_status: response.status,
        what,
    };
    let Some(answer) = ApiAnswer::of(response) else {
        return Err(match response.status {
            429 => too_many(endpoint, response),
            _ => unreadable(kind_of_body(response)),
        });
    };
    match answer.code.as_str() {
        OK | PARTIAL if !(200..300).contains(&response.status) => Err(unreadable(
            "JSON with a code of success under a failing status".into(),
        )),
        OK | PARTIAL => {
            let data = answer.data.map_or("{}", RawValue::get);
            let mut reader = serde_json::Deserializer::from_str(if data == "null" { "{}" } else { data });
            let data = serde_path_to_error::deserialize(&mut reader)
                .map_err(|error| unreadable(undocumented(&error)))?;
            let partial = (answer.code.as_str() == PARTIAL).then(|| bounded(&answer.message));
            Ok(ApiData {
                data,
                partial,
                served_at: response.date,
                is_cut: response.headers.contains_key(&CUT_REPORT),
            })
        }
        _ => Err(MarketingError::Refused(refusal(endpoint, response, answer, now))),
    }
}

/// Classifies a response for another attempt.
///
/// Rate limits are refusals without effect. TikTok names no wait, so the usual backoff applies, unless its message
/// says that a longer window is used up. A pause that the refusal begins has a wait of its own.
pub(super) fn retry_reason(response: &HttpResponse) -> Option<RetryReason> {
    let Some(answer) = ApiAnswer::of(response) else {
        return match response.status {
            429 => Some(RetryReason::RateLimited {
                wait: response.retry_after,
                by_api: false,
            }),
            status => RetryReason::of_status(status),
        };
    };
    let code = answer.code.as_str();
    if RATE_LIMITS.contains(&code) {
        let window = ThrottledWindow::of_message(&answer.message);
        return Some(RetryReason::RateLimited {
            wait: response.retry_after.or_else(|| window.length()),
            by_api: true,
        });
    }
    if code == WRITE_CONFLICT {
        return Some(RetryReason::RateLimited {
            wait: None,
            by_api: true,
        });
    }
    if is_fault(code) {
        return Some(RetryReason::ServerError);
    }
    RetryReason::of_status(response.status)
}

/// Code and window of a refusal for a rate limit; `None` for any other response.
pub(super) fn throttled(response: &HttpResponse) -> Option<(&'static str, ThrottledWindow)> {
    let answer = ApiAnswer::of(response)?;
    let code = RATE_LIMITS
        .into_iter()
        .find(|code| *code == answer.code.as_str())?;
    Some((code, ThrottledWindow::of_message(&answer.message)))
}

/// Returns true for a fault of TikTok, known or of the same kind.
fn is_fault(code: &str) -> bool {
    FAULTS.contains(&code) || (code.len() == 5 && code.starts_with('5'))
}

/// Members of every response; unknown members are ignored. The chunked upload is documented in CamelCase.
#[derive(Deserialize)]
struct ApiAnswer<'a> {
    #[serde(alias = "Code")]
    code: Word,
    #[serde(borrow, default, alias = "Message")]
    message: Cow<'a, str>,
    #[serde(default, alias = "RequestId")]
    request_id: Option<Word>,
    #[serde(borrow, default, alias = "Data")]
    data: Option<&'a RawValue>,
}

impl<'a> ApiAnswer<'a> {
    fn of(response: &'a HttpResponse) -> Option<Self> {
        serde_json::from_slice(&response.body).ok()
    }
}

fn refusal(
    endpoint: &'static MarketingEndpoint,
    response: &HttpResponse,
    answer: ApiAnswer<'_>,
    now: Duration,
) -> ApiRefusal {
    let is_limit = RATE_LIMITS.contains(&answer.code.as_str());
    let throttled = is_limit.then(|| ThrottledWindow::of_message(&answer.message));
    ApiRefusal {
        endpoint,
        code: answer.code.as_str().to_owned(),
        message: answer.message.into_owned(),
        log_id: answer
            .request_id
            .map(|id| LogId(id.as_str().to_owned()))
            .filter(|id| !id.0.is_empty()),
        http_status: response.status,
        retry_after: response
            .retry_after
            .or_else(|| throttled.map(|window| window.wait(now))),
        throttled,
        is_tiktoks: true,
    }
}

/// A 429 without TikTok's JSON.
fn too_many(endpoint: &'static MarketingEndpoint, response: &HttpResponse) -> MarketingError {
    MarketingError::Refused(ApiRefusal {
        endpoint,
        code: APP_LIMIT.into(),
        message: String::new(),
        log_id: None,
        http_status: response.status,
        throttled: Some(ThrottledWindow::Unknown),
        retry_after: Some(response.retry_after.unwrap_or(Duration::from_mins(1))),
        is_tiktoks: false,
    })
}

/// Description of data that differs from TikTok's documentation. serde's message could quote a value, so only
/// the path and the name of a missing member are used.
fn undocumented(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let path = error.path().to_string();
    let place = match path.as_str() {
        "." => "data".to_owned(),
        path => format!("data.{path}"),
    };
    let reason = error.inner().to_string();
    let named = |prefix| {
        let (name, _) = reason.strip_prefix(prefix)?.split_once('`')?;
        Some(name)
    };
    match (named("missing field `"), named("member `")) {
        (Some(name), _) => format!("JSON whose {place} has no {name}"),
        (None, Some(name)) => format!("JSON whose {place}.{name} is not as documented"),
        (None, None) => format!("JSON whose {place} is not as documented"),
    }
}

/// Longest text of TikTok that is kept. Messages list every faulty parameter, so they can be long.
const TEXT_MAX: usize = 1_000;

fn bounded(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}

fn kind_of_body(response: &HttpResponse) -> String {
    match (response.body.len(), response.content_type.as_deref()) {
        (0, _) => "an empty body".into(),
        (length, Some(content_type)) => {
            format!(
                "{length} bytes of {} instead of TikTok's JSON",
                bounded(content_type)
            )
        }
        (length, None) => format!("{length} bytes instead of TikTok's JSON"),
    }
}

/// Whether TikTok refuses the ad account, not the token. 40001 stands for both; TikTok's message names a permission with the
/// words `does not grant` (docs/tiktok-marketing-api.md#messages).
pub fn is_about_ad_account(code: &str, message: &str) -> bool {
    code == "40300" || (code == "40001" && !message.contains("does not grant"))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::{Value, json};

    use super::*;
    use crate::{http::Held, model::CampaignId, secret::AccessToken};

    const NOW: Duration = Duration::from_hours(498_696);

    fn response(status: u16, body: &str) -> HttpResponse {
        HttpResponse {
            status,
            content_type: Some("text/plain".into()),
            retry_after: None,
            date: None,
            content_range: None,
            headers: http::HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            held: Held::default(),
        }
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct CampaignIds {
        campaign_ids: Vec<CampaignId>,
    }

    fn read<T: DeserializeOwned>(status: u16, body: &str) -> Result<ApiData<T>, MarketingError> {
        decode(MarketingEndpoint::CAMPAIGN_GET, &response(status, body), NOW)
    }

    #[track_caller]
    fn refused(status: u16, body: &Value) -> ApiRefusal {
        let error = read::<Value>(status, &body.to_string()).unwrap_err();
        let MarketingError::Refused(refusal) = error else {
            panic!("{error:?}")
        };
        refusal
    }

    #[test]
    fn zero_is_a_success_with_exact_ids() {
        let body = r#"{"code":0,"message":"OK","request_id":"r","data":{"campaign_ids":[9223372036854775807,"22"]}}"#;
        let ApiData { data, partial, .. } = read::<CampaignIds>(200, body).unwrap();
        let digits: Vec<_> = data.campaign_ids.iter().map(CampaignId::as_str).collect();
        assert_eq!((digits, partial), (vec!["9223372036854775807", "22"], None));
    }

    #[test]
    fn a_partial_success_has_its_data_and_message() {
        let body = r#"{"code":20001,"message":"1 of 2 failed","data":{"campaign_ids":["1"]}}"#;
        let ApiData { data, partial, .. } = read::<CampaignIds>(200, body).unwrap();
        assert_eq!(
            (data.campaign_ids.len(), partial.as_deref()),
            (1, Some("1 of 2 failed"))
        );
    }

    #[test]
    fn data_may_be_a_list_or_absent() {
        assert_eq!(
            read::<Vec<u8>>(200, r#"{"code":0,"data":[1]}"#).unwrap().data,
            [1]
        );
        for body in [
            r#"{"code":0}"#,
            r#"{"code":0,"data":null}"#,
            r#"{"code":"0","data":{}}"#,
            r#"{"Code":0,"Data":{}}"#,
        ] {
            assert_eq!(read::<Value>(200, body).unwrap().data, json!({}), "{body}");
        }
        let missing = read::<CampaignIds>(200, r#"{"code":0}"#).unwrap_err().to_string();
        assert!(
            missing.ends_with("JSON whose data has no campaign_ids"),
            "{missing}"
        );
        let odd =
            read::<CampaignIds>(200, r#"{"code":0,"data":{"campaign_ids":["1",{"secret":2}]}}"#).unwrap_err();
        assert!(
            odd.to_string()
                .ends_with("data.campaign_ids[1] is not as documented"),
            "{odd}"
        );
    }

    #[test]
    fn other_codes_are_refusals_under_any_status() {
        let body =
            json!({ "code": 40002, "message": "budget: too low", "request_id": "20260101", "data": {} });
        let refusal = refused(200, &body);
        assert_eq!(
            (
                refusal.code.as_str(),
                refusal.message.as_str(),
                refusal.http_status
            ),
            ("40002", "budget: too low", 200)
        );
        assert_eq!(refusal.log_id, Some(LogId("20260101".into())));
        assert_eq!(refusal.throttled, None);
        assert_eq!(
            refused(400, &json!({ "code": 40105, "message": "m" })).code,
            "40105"
        );
    }

    #[test]
    fn what_is_not_tiktoks_json_is_unreadable() {
        for (status, body) in [
            (404, "404 page not found"),
            (200, "<html>"),
            (502, ""),
            (200, "[]"),
            (200, "{}"),
            (500, r#"{"code":0,"data":{}}"#),
        ] {
            let error = read::<Value>(status, body).unwrap_err();
            assert!(
                matches!(error, MarketingError::Unreadable { http_status, .. } if http_status == status),
                "{body}"
            );
            assert!(!error.to_string().contains("page not found"), "{error}");
        }
        let error = read::<Value>(429, "slow down").unwrap_err();
        assert!(matches!(
            error,
            MarketingError::Refused(ApiRefusal {
                is_tiktoks: false,
                ..
            })
        ));
    }

    #[test]
    fn each_rate_limit_has_its_window_and_wait() {
        let wait = |code: u32, message: &str| {
            let refusal = refused(200, &json!({ "code": code, "message": message }));
            (refusal.throttled.unwrap(), refusal.retry_after.unwrap().as_secs())
        };
        assert_eq!(
            wait(
                40133,
                "Advertiser (1)'s QPS (9) reaches QPS limit 8 for current path"
            ),
            (ThrottledWindow::Second, 1)
        );
        assert_eq!(wait(40100, "Too many requests"), (ThrottledWindow::Unknown, 300));
        assert_eq!(wait(40016, "QPM limit reached"), (ThrottledWindow::Minute, 300));
        // NOW is midnight UTC.
        assert_eq!(wait(40132, "QPD limit reached"), (ThrottledWindow::Day, 86_400));
    }

    #[test]
    fn what_is_sent_again() {
        let reason = |status, body: &str| retry_reason(&response(status, body));
        let limited = |wait, by_api| Some(RetryReason::RateLimited { wait, by_api });
        let coded = |code: u32| reason(200, &json!({ "code": code, "message": "" }).to_string());
        for code in [40016, 40100, 40132, 40133, 40202] {
            assert_eq!(coded(code), limited(None, true), "{code}");
        }
        for code in [50000, 50002, 51010, 51305, 59999, 60001] {
            assert_eq!(coded(code), Some(RetryReason::ServerError), "{code}");
        }
        for code in [0, 20001, 40001, 40002, 40050, 40102, 40104, 40105, 40700] {
            assert_eq!(coded(code), None, "{code}");
        }
        let a_day = r#"{"code":40100,"message":"QPD limit"}"#;
        assert_eq!(reason(200, a_day), limited(Some(Duration::from_hours(24)), true));
        assert_eq!(reason(429, "<html>"), limited(None, false));
        assert_eq!(reason(502, "<html>"), Some(RetryReason::ServerError));
        assert_eq!(
            (reason(404, "404 page not found"), reason(200, "<html>")),
            (None, None)
        );
    }

    #[test]
    fn only_a_refusal_for_a_rate_limit_is_throttled() {
        let throttled = |body: &str| throttled(&response(200, body));
        assert_eq!(
            throttled(r#"{"code":40100,"message":"QPD limit"}"#),
            Some(("40100", ThrottledWindow::Day))
        );
        for other in [r#"{"code":40202}"#, r#"{"code":0}"#, "slow down"] {
            assert_eq!(throttled(other), None, "{other}");
        }
    }

    #[test]
    fn an_effect_is_unknown_where_tiktok_did_not_refuse() {
        let error = |status, body: &str| read::<CampaignIds>(status, body).unwrap_err();
        for (status, body, unknown) in [
            (200, r#"{"code":40002}"#, false),
            (200, r#"{"code":40100}"#, false),
            (200, r#"{"code":50000}"#, true),
            (200, r#"{"code":51010}"#, true),
            (200, r#"{"code":0,"data":{}}"#, true),
            (504, "<html>", true),
            (429, "<html>", true),
        ] {
            assert_eq!(error(status, body).effect_unknown(), unknown, "{body}");
        }
        assert!(!MarketingError::unsendable(MarketingEndpoint::AD_GET).effect_unknown());
    }

    #[test]
    fn a_token_in_tiktoks_words_is_redacted() {
        let token = AccessToken::parse("canary-0123456789".to_owned()).unwrap();
        let body = json!({ "code": 40105, "message": "token canary-0123456789 is wrong", "request_id": "canary-0123456789" });
        let error = read::<Value>(200, &body.to_string())
            .unwrap_err()
            .redacted(&|text| token.redact(text));
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}
