//! Conversion of status and body into a result (docs/tiktok-open-api.md#answer-envelope,
//! #error-codes).
//!
//! * `{"data": {…}, "error": {"code": "ok", …}}` is a success; any other code is an error, also under HTTP
//!   200.
//! * The error object may come without its wrapper, and may spell its log ID `logid`.
//! * Anything else, such as a gateway's HTML page, is [`Error::Unreadable`].

use std::{fmt, marker::PhantomData, str::FromStr, time::Duration};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::endpoint::Endpoint;
use crate::{
    catalogue::{self, Origin},
    http::{HttpError, HttpResponse, RetryReason},
    model::LogId,
    secret::AccessToken,
};

/// Failure of a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// TikTok refused the call.
    #[error(transparent)]
    Refused(#[from] ErrorResponse),
    /// No complete response arrived.
    #[error(transparent)]
    Lost(#[from] HttpError),
    /// The response is not TikTok's documented JSON.
    #[error("{}: answered HTTP {http_status} with {what}", endpoint.name)]
    Unreadable {
        /// Endpoint that was called.
        endpoint: &'static Endpoint,
        /// HTTP status; 0 if the request was not sent.
        http_status: u16,
        /// Kind of the response, never its content.
        what: String,
    },
}

/// Error response of TikTok.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: HTTP {http_status} {code}", endpoint.name)]
pub struct ErrorResponse {
    /// Endpoint that was called.
    pub endpoint: &'static Endpoint,
    /// TikTok's code.
    pub code: String,
    /// TikTok's message; often generic, so no decision depends on it (docs/tiktok-open-api.md#messages).
    pub message: String,
    /// TikTok's id of the call.
    pub log_id: Option<LogId>,
    /// The HTTP status; 200 is possible.
    pub http_status: u16,
    /// Wait that TikTok asked for.
    pub retry_after: Option<Duration>,
    /// False if the code is for a 429 from an intermediary instead of TikTok.
    pub is_tiktoks: bool,
}

impl Error {
    /// TikTok's error code, if TikTok refused the call.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => Some(&refusal.code),
            Self::Lost(_) | Self::Unreadable { .. } => None,
        }
    }

    /// True if the failed call may have had its effect: it was sent, and TikTok did not refuse it.
    ///
    /// Only TikTok's own JSON is a refusal. A status without it comes from an intermediary, which may have
    /// forwarded the call.
    pub fn effect_unknown(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.http_status >= 500 || !refusal.is_tiktoks,
            Self::Lost(failure) => !failure.kind.is_unsent(),
            // 0: the call could not be written, so it was not sent.
            Self::Unreadable { http_status, .. } => *http_status != 0,
        }
    }

    pub(super) fn unsendable(endpoint: &'static Endpoint) -> Self {
        Self::Unreadable {
            endpoint,
            http_status: 0,
            what: "nothing, because the request could not be written".into(),
        }
    }

    /// Redacts the token in TikTok's texts, in case a response repeats it, and then truncates them.
    pub(super) fn redacted(self, token: &AccessToken) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(ErrorResponse {
                code: bounded(&token.redact(&refusal.code)),
                message: bounded(&token.redact(&refusal.message)),
                log_id: refusal
                    .log_id
                    .map(|log_id| LogId(bounded(&token.redact(&log_id.0)))),
                ..refusal
            }),
            other @ (Self::Lost(_) | Self::Unreadable { .. }) => other,
        }
    }
}

/// Decodes a response of `endpoint`.
pub(super) fn decode<T: DeserializeOwned>(
    endpoint: &'static Endpoint,
    answer: &HttpResponse,
) -> Result<T, Error> {
    let unreadable = |what: String| Error::Unreadable {
        endpoint,
        http_status: answer.status,
        what,
    };
    let too_many = || refusal(endpoint, answer, ErrorObject::too_many(), false);
    let Some(envelope) = envelope(&answer.body) else {
        return Err(if answer.status == 429 {
            too_many()
        } else {
            unreadable(kind_of_body(answer))
        });
    };
    match envelope.words() {
        Some(words) if !words.is_ok() => {
            let is_tiktoks = words.are_tiktoks();
            Err(if answer.status == 429 && !is_tiktoks {
                too_many()
            } else {
                refusal(endpoint, answer, words, is_tiktoks)
            })
        }
        Some(_ok) if (200..300).contains(&answer.status) => {
            let data = envelope.data.map_or("{}", RawValue::get);
            let mut reader = serde_json::Deserializer::from_str(data);
            serde_path_to_error::deserialize(&mut reader).map_err(|error| unreadable(undocumented(&error)))
        }
        Some(_ok) => Err(unreadable("JSON with the code ok under a failing status".into())),
        None if answer.status == 429 => Err(too_many()),
        None => Err(unreadable("JSON without an error object".into())),
    }
}

/// Default wait after a 429: TikTok counts within a minute (docs/tiktok-open-api.md#rate-limits).
const RATE_LIMIT_WAIT: Duration = Duration::from_mins(1);

/// Classifies a response for another attempt: 429, 408 and 5xx. Error codes under other statuses are final.
pub(super) fn retry_reason(response: &HttpResponse) -> Option<RetryReason> {
    if response.status == 429 {
        Some(RetryReason::RateLimited {
            wait: Some(response.retry_after.unwrap_or(RATE_LIMIT_WAIT)),
            by_api: is_refused_by_tiktok(response),
        })
    } else {
        RetryReason::of_status(response.status)
    }
}

/// True if the response is TikTok's own refusal. Gateways respond with JSON too, and may have forwarded the
/// call.
fn is_refused_by_tiktok(answer: &HttpResponse) -> bool {
    let words = envelope(&answer.body).and_then(|envelope| envelope.words());
    words.is_some_and(|words| !words.is_ok() && words.are_tiktoks())
}

/// Description of data that differs from TikTok's documentation. serde's message could quote a value, so only
/// the path and the name of a missing member are used.
fn undocumented(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let path = error.path().to_string();
    let place = if path == "." {
        "data".to_owned()
    } else {
        format!("data.{path}")
    };
    let reason = error.inner().to_string();
    let missing = reason
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split_once('`'))
        .map(|(name, _)| name);
    match missing {
        Some(name) => format!("JSON whose {place} has no {name}"),
        None => format!("JSON whose {place} is not as documented"),
    }
}

/// Reads `null` as if the member were absent.
pub(super) fn null_is_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Reads a whole number, with or without quotes; `null` is absent.
pub(super) fn whole_number<'de, D: Deserializer<'de>, T: FromStr>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let Some(raw) = Option::<Box<RawValue>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let text = raw
        .get()
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or_else(|| raw.get());
    text.parse()
        .map(Some)
        .map_err(|_not_whole| D::Error::custom("is no whole number"))
}

/// Reads a list of at most [`LIST_MAX`] items; more would take many times their size in memory.
pub(super) fn short_list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_option(ShortList(PhantomData))
}

/// TikTok's longest list, a page of videos, has 20 items.
const LIST_MAX: usize = 100;

struct ShortList<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ShortList<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {LIST_MAX} items")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            if list.len() == LIST_MAX {
                return Err(A::Error::invalid_length(LIST_MAX + 1, &self));
            }
            list.push(item);
        }
        Ok(list)
    }
}

/// Members of every response; unknown members are ignored.
#[derive(Deserialize)]
struct ResponseEnvelope<'a> {
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(borrow, default)]
    code: Option<&'a RawValue>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default, alias = "logid")]
    log_id: Option<String>,
}

impl ResponseEnvelope<'_> {
    /// Error object, wrapped or bare.
    fn words(&self) -> Option<ErrorObject> {
        if let Some(error) = self.error {
            return serde_json::from_str(error.get()).ok();
        }
        let code = self.code.and_then(|code| serde_json::from_str(code.get()).ok())?;
        Some(ErrorObject {
            code,
            message: self.message.clone(),
            log_id: self.log_id.clone(),
        })
    }
}

fn envelope(body: &[u8]) -> Option<ResponseEnvelope<'_>> {
    serde_json::from_slice(body).ok()
}

/// Error object.
#[derive(Deserialize)]
struct ErrorObject {
    code: ErrorCode,
    #[serde(default)]
    message: Option<String>,
    #[serde(default, alias = "logid")]
    log_id: Option<String>,
}

/// A code is a string; very old samples have the number 0 for ok (docs/tiktok-open-api.md#answer-envelope).
enum ErrorCode {
    Word(String),
    Number(i64),
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not an untagged enum, which would first buffer the whole value.
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let word = serde_json::from_str(text).map(Self::Word);
        word.or_else(|_no_word| serde_json::from_str(text).map(Self::Number))
            .map_err(D::Error::custom)
    }
}

impl ErrorObject {
    fn is_ok(&self) -> bool {
        match &self.code {
            ErrorCode::Word(word) => word == "ok",
            ErrorCode::Number(number) => *number == 0,
        }
    }

    /// True if the object is TikTok's: it has a log id, or a code in the catalogue.
    fn are_tiktoks(&self) -> bool {
        let ErrorCode::Word(code) = &self.code else {
            return false;
        };
        self.log_id.as_ref().is_some_and(|log_id| !log_id.is_empty())
            || catalogue::find(Origin::OpenApi, code).is_some()
    }

    fn too_many() -> Self {
        Self {
            code: ErrorCode::Word("rate_limit_exceeded".into()),
            message: None,
            log_id: None,
        }
    }
}

/// No message or code of TikTok's is longer; more is cut off, since it is TikTok's prose and not data.
const WORDS_MAX: usize = 500;

fn refusal(
    endpoint: &'static Endpoint,
    answer: &HttpResponse,
    words: ErrorObject,
    is_tiktoks: bool,
) -> Error {
    let code = match words.code {
        ErrorCode::Word(word) => word,
        ErrorCode::Number(number) => number.to_string(),
    };
    Error::Refused(ErrorResponse {
        endpoint,
        code,
        message: words.message.unwrap_or_default(),
        log_id: words.log_id.filter(|log_id| !log_id.is_empty()).map(LogId),
        http_status: answer.status,
        retry_after: answer.retry_after,
        is_tiktoks,
    })
}

pub(super) fn bounded(text: &str) -> String {
    text.chars().take(WORDS_MAX).collect()
}

fn kind_of_body(answer: &HttpResponse) -> String {
    match (answer.body.len(), answer.content_type.as_deref()) {
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::http::Held;

    fn answer(status: u16, body: &str) -> HttpResponse {
        HttpResponse {
            status,
            content_type: Some("text/html".into()),
            retry_after: None,
            date: None,
            content_range: None,
            headers: http::HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            held: Held::default(),
        }
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Data {
        n: Option<u64>,
    }

    fn read(status: u16, body: &str) -> Result<Data, Error> {
        decode(Endpoint::CREATOR_INFO, &answer(status, body))
    }

    #[test]
    fn only_the_code_ok_is_a_success() {
        let ok = r#"{"data":{"n":9007199254740993},"error":{"code":"ok","message":"","log_id":"L"}}"#;
        assert_eq!(
            read(200, ok),
            Ok(Data {
                n: Some(9_007_199_254_740_993)
            })
        );
        assert_eq!(read(200, r#"{"error":{"code":"ok"}}"#), Ok(Data { n: None }));
        assert_eq!(
            read(200, r#"{"data":{},"error":{"code":0}}"#),
            Ok(Data { n: None })
        );
        // docs/tiktok-open-api.md#creator-info: creator_info answers caps with HTTP 200.
        let capped = r#"{"data":{},"error":{"code":"spam_risk_too_many_posts","message":"m","log_id":"L"}}"#;
        assert_eq!(
            read(200, capped).unwrap_err().code(),
            Some("spam_risk_too_many_posts")
        );
    }

    #[test]
    fn an_error_object_may_stand_bare_or_spell_logid() {
        // docs/tiktok-open-api.md#answer-envelope: the error-handling page's sample has no wrapper; the
        // posting tables say logid.
        let bare = read(
            401,
            r#"{"code":"access_token_invalid","message":"m","logid":"L1"}"#,
        )
        .unwrap_err();
        let Error::Refused(refusal) = bare else {
            panic!("{bare:?}")
        };
        assert_eq!(
            (refusal.code.as_str(), refusal.log_id),
            ("access_token_invalid", Some(LogId("L1".into())))
        );
    }

    #[test]
    fn what_is_not_tiktoks_json_is_told_without_its_content() {
        for (status, body) in [
            (502, "<html>secret</html>"),
            (200, ""),
            (200, "[]"),
            (200, "{}"),
            (200, r#"{"error":{"code":"ok"},"data":{"n":"secret"}}"#),
            (500, r#"{"error":{"code":"ok"},"data":{}}"#),
        ] {
            let error = read(status, body).unwrap_err();
            assert!(
                matches!(error, Error::Unreadable { .. }),
                "{status} {body}: {error:?}"
            );
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        assert_eq!(
            read(429, "slow down").unwrap_err().code(),
            Some("rate_limit_exceeded")
        );
    }

    /// Gateways respond in JSON too, each in its own shape.
    #[test]
    fn only_tiktoks_own_words_are_its_refusal() {
        for body in [
            r#"{"error":{"code":"rate_limit_exceeded","message":"m"}}"#,
            r#"{"data":{},"error":{"code":"brand_new_code","log_id":"L"}}"#,
            r#"{"code":"access_token_invalid","message":"m","logid":"L"}"#,
        ] {
            assert!(is_refused_by_tiktok(&answer(429, body)), "{body}");
            assert!(!read(429, body).unwrap_err().effect_unknown(), "{body}");
        }
        for body in [
            "slow down",
            "{}",
            r#"{"message":"Too Many Requests"}"#,
            r#"{"statusCode":429,"message":"Rate limit is exceeded."}"#,
            r#"{"error":"too many requests"}"#,
            r#"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}"#,
            r#"{"error":{"code":"TooManyRequests","message":"m"}}"#,
            r#"{"code":"Throttling","message":"m"}"#,
            r#"{"error":{"code":"ok","log_id":"L"}}"#,
        ] {
            assert!(!is_refused_by_tiktok(&answer(429, body)), "{body}");
            assert!(read(429, body).unwrap_err().effect_unknown(), "{body}");
        }
    }
}
