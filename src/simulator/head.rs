//! Method, path, query and headers of a request.

use std::collections::BTreeMap;

use hyper::{
    HeaderMap,
    header::{self, AsHeaderName},
    http::request::Parts,
};

use super::journal::{RecordedHeaders, RecordedRequest};

/// A request without its body.
#[derive(Debug)]
pub(super) struct RequestHead {
    pub(super) method: String,
    pub(super) path: String,
    /// Decoded parameters in the order of the request.
    pub(super) query: Vec<(String, String)>,
    /// The headers that the journal shows.
    pub(super) headers: RecordedHeaders,
    all_headers: HeaderMap,
}

impl RequestHead {
    pub(super) fn read(parts: &Parts) -> Self {
        let text = |name| lossy(&parts.headers, name);
        Self {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: decode(parts.uri.query().unwrap_or_default()),
            headers: RecordedHeaders {
                content_type: text(header::CONTENT_TYPE),
                content_length: text(header::CONTENT_LENGTH),
                content_range: text(header::CONTENT_RANGE),
                transfer_encoding: text(header::TRANSFER_ENCODING),
                user_agent: text(header::USER_AGENT),
                authorization: parts.headers.contains_key(header::AUTHORIZATION),
                access_token: parts.headers.contains_key("access-token"),
            },
            all_headers: parts.headers.clone(),
        }
    }

    /// The value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a header, whether or not it is repeated.
    pub(super) fn header(&self, name: impl AsHeaderName) -> Option<String> {
        lossy(&self.all_headers, name)
    }

    /// A header that carries a credential. Two of them count as none.
    pub(super) fn credential(&self, name: impl AsHeaderName + Clone) -> Option<String> {
        let is_single = self.all_headers.get_all(name.clone()).iter().count() == 1;
        self.header(name).filter(|_| is_single)
    }

    /// The beginning of a journal entry, without secrets.
    pub(super) fn record(&self) -> RecordedRequest {
        let open = self
            .query
            .iter()
            .filter(|(name, _)| !SECRET_PARAMETERS.contains(&name.as_str()));
        RecordedRequest {
            method: self.method.clone(),
            path: self.path.clone(),
            query: open.cloned().collect::<BTreeMap<_, _>>(),
            headers: self.headers.clone(),
            ..RecordedRequest::default()
        }
    }
}

/// Query parameters that the journal must not show.
const SECRET_PARAMETERS: [&str; 6] = [
    "Access-Token",
    "upload_token",
    "secret",
    "access_token",
    "auth_code",
    "refresh_token",
];

fn lossy(headers: &HeaderMap, name: impl AsHeaderName) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Decodes the pairs of a query or of a form.
pub(super) fn decode(encoded: &str) -> Vec<(String, String)> {
    let mut url = url::Url::parse("http://localhost/").ok();
    if let Some(url) = &mut url {
        url.set_query((!encoded.is_empty()).then_some(encoded));
    }
    url.iter()
        .flat_map(url::Url::query_pairs)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}
