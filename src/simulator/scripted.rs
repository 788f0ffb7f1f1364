//! A server that plays a script: expected requests in order, each with its reply.
//!
//! It represents any HTTP server in fixtures. A request that does not match the script gets 500 and a sentence about
//! the difference, which the test can read too.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hyper::{HeaderMap, Request, Response, body::Incoming};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    browser,
    fault::{Second, in_two},
    head::decode,
    reply::ServerReply,
    wire::{Body, BodyOptions, ConnectionCut, LoopbackServer, Received, base_url, receive},
};

/// A running script; dropping it stops the server.
#[derive(Debug)]
pub struct Scripted {
    server: LoopbackServer,
    script: Arc<Mutex<Script>>,
}

/// A request and its response.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exchange {
    /// The expected request; an omitted member matches anything.
    pub expect: Expect,
    /// The response.
    pub reply: ScriptedReply,
}

/// An expected request; an omitted member matches anything.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// The method.
    pub method: Option<String>,
    /// The path without the query.
    pub path: Option<String>,
    /// The whole query, decoded; other parameters are a mismatch.
    pub query: Option<BTreeMap<String, String>>,
    /// Headers by name, in any case; `null` if the header must be absent.
    pub headers: BTreeMap<String, Option<String>>,
    /// The body as JSON; members may come in any order.
    pub body: Option<Value>,
    /// Lowercase hex SHA-256 of the body.
    pub body_sha256: Option<String>,
}

/// Response. In its strings, `{{base}}` is replaced by the server's URL.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScriptedReply {
    /// The HTTP status; 200 if absent.
    pub status: Option<u16>,
    /// Headers by name.
    pub headers: BTreeMap<String, String>,
    /// The body as JSON; sets `Content-Type: application/json` unless `headers` does.
    pub json: Option<Value>,
    /// The body as text, without `json`.
    pub text: Option<String>,
    /// Point at which the connection is closed early.
    pub close: Option<Close>,
}

/// Point at which a connection is closed early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Close {
    /// Instead of a response.
    Before,
    /// After status and headers, which announce a body; the body must not be empty.
    AfterHeaders,
    /// After half of the body.
    MidBody,
}

#[derive(Debug)]
struct Script {
    base: String,
    left: VecDeque<Exchange>,
    mismatches: Vec<String>,
    played: usize,
}

impl Scripted {
    /// Binds any free port of `127.0.0.1` and waits for the first request of the script.
    pub async fn start(exchanges: Vec<Exchange>) -> io::Result<Self> {
        let script = Script {
            base: String::new(),
            left: exchanges.into(),
            mismatches: Vec::new(),
            played: 0,
        };
        let script = Arc::new(Mutex::new(script));
        let shared = Arc::clone(&script);
        let server = LoopbackServer::start(0, move |address| {
            lock(&shared).base = base_url(address);
            move |request| {
                let shared = Arc::clone(&shared);
                browser::guarded(request, move |request| answer(shared, request))
            }
        })
        .await?;
        Ok(Self { server, script })
    }

    /// The server's URL, for example `http://127.0.0.1:41234`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// A sentence for each request that did not match.
    pub fn mismatches(&self) -> Vec<String> {
        lock(&self.script).mismatches.clone()
    }

    /// Number of exchanges that have not been played.
    pub fn left(&self) -> usize {
        lock(&self.script).left.len()
    }
}

fn lock(script: &Mutex<Script>) -> MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(
    script: Arc<Mutex<Script>>,
    request: Request<Incoming>,
) -> Result<Response<Body>, ConnectionCut> {
    let (parts, body) = request.into_parts();
    let mut received = Received::default();
    let intake = BodyOptions {
        keep: MOST_JSON_BYTES,
        ..BodyOptions::default()
    };
    let Ok(()) = receive(body, intake, &mut received, &mut |_| ()).await else {
        return Err(ConnectionCut);
    };
    let request = IncomingRequest {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: decode(parts.uri.query().unwrap_or_default()),
        headers: parts.headers,
        body: received,
    };
    let (reply, close) = lock(&script).play(&request);
    match close {
        Some(Close::Before) => Err(ConnectionCut),
        Some(Close::AfterHeaders) => Ok(in_two(reply, Second::Never { first: 0 })),
        Some(Close::MidBody) => {
            let first = reply.body.len() as u64 / 2;
            Ok(in_two(reply, Second::Never { first }))
        }
        None => Ok(reply.into_response()),
    }
}

/// A received request.
#[derive(Debug)]
struct IncomingRequest {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Received,
}

impl Script {
    /// Returns the response to a request. A request that does not match leaves the position in the script unchanged.
    fn play(&mut self, request: &IncomingRequest) -> (ServerReply, Option<Close>) {
        let differences = self
            .left
            .front()
            .map(|exchange| exchange.expect.differences(request));
        let what = match differences {
            Some(differences) if differences.is_empty() => {
                self.played += 1;
                return self
                    .left
                    .pop_front()
                    .map(|exchange| exchange.reply.make(&self.base))
                    .unwrap_or_default();
            }
            Some(differences) => differences.join("; "),
            None => "the script has ended".to_owned(),
        };
        let number = self.played + 1;
        let sentence = format!(
            "Exchange {number} does not fit {} {}: {what}.",
            request.method, request.path
        );
        self.mismatches.push(sentence.clone());
        (ServerReply::text(500, &sentence), None)
    }
}

impl Expect {
    /// Compares a request with the script. Returns a clause for each difference.
    fn differences(&self, request: &IncomingRequest) -> Vec<String> {
        let query = self
            .query
            .as_ref()
            .map(|query| format!("{:?}", query.iter().collect::<Vec<_>>()));
        let mut sorted: Vec<_> = request.query.iter().map(|(name, value)| (name, value)).collect();
        sorted.sort();
        let parts = [
            differing("the method", self.method.as_deref(), &request.method),
            differing("the path", self.path.as_deref(), &request.path),
            differing("the query", query.as_deref(), &format!("{sorted:?}")),
        ];
        let headers = self
            .headers
            .iter()
            .filter_map(|(name, wanted)| differing_header(name, wanted.as_ref(), &request.headers));
        let hash = self.body_sha256.as_deref();
        let body = self.body.as_ref();
        parts
            .into_iter()
            .flatten()
            .chain(headers)
            .chain(differing("the body's SHA-256", hash, &request.body.sha256()))
            .chain(body.and_then(|wanted| differing_body(wanted, &request.body)))
            .collect()
    }
}

fn differing(what: &str, wanted: Option<&str>, got: &str) -> Option<String> {
    let wanted = wanted.filter(|wanted| *wanted != got)?;
    Some(format!("{what} is {got}, not {wanted}"))
}

fn differing_header(name: &str, wanted: Option<&String>, headers: &HeaderMap) -> Option<String> {
    let got = headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()));
    differing(
        &format!("the header {name}"),
        Some(&format!("{wanted:?}")),
        &format!("{got:?}"),
    )
}

fn differing_body(wanted: &Value, body: &Received) -> Option<String> {
    match serde_json::from_slice::<Value>(&body.kept) {
        Ok(got) if got == *wanted => None,
        Ok(got) => Some(format!("the body is {got}, not {wanted}")),
        Err(error) => Some(format!("the body of {} bytes is not JSON ({error})", body.bytes)),
    }
}

impl ScriptedReply {
    fn make(self, base: &str) -> (ServerReply, Option<Close>) {
        let filled = |text: &str| text.replace(BASE, base);
        let mut reply = match (&self.json, &self.text) {
            (Some(json), _) => ServerReply::empty(200).with_body(fill(json, base).to_string()),
            (None, text) => ServerReply::empty(200).with_body(filled(text.as_deref().unwrap_or_default())),
        };
        reply.status = self.status.unwrap_or(200);
        reply.headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), filled(value)))
            .collect();
        let has_type = self
            .headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case("content-type"));
        if self.json.is_some() && !has_type {
            reply = reply.with_header("content-type", "application/json");
        }
        (reply, self.close)
    }
}

/// Replaces [`BASE`] everywhere below `value`.
fn fill(value: &Value, base: &str) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(BASE, base)),
        Value::Array(items) => Value::Array(items.iter().map(|item| fill(item, base)).collect()),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, member)| (name.clone(), fill(member, base)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// Placeholder for the server's own URL in replies.
const BASE: &str = "{{base}}";
/// Longest body that is compared as JSON; longer ones can be compared by their hash.
const MOST_JSON_BYTES: usize = 4 << 20;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::tests::client, *};

    async fn scripted(script: Value) -> Scripted {
        Scripted::start(serde_json::from_value(script).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_script_is_played_in_order_and_knows_its_own_url() {
        let server = scripted(json!([
            {"expect": {"method": "POST", "path": "/a", "query": {"x": "1,2"}, "headers": {"Authorization": null},
                        "body": {"b": 1, "a": 2}},
             "reply": {"status": 201, "headers": {"x-seen": "{{base}}!"}, "json": {"url": ["{{base}}/b"]}}},
            {"reply": {"text": "second"}},
        ]))
        .await;
        let url = server.url();
        let first = client()
            .post(format!("{url}/a?x=1%2C2"))
            .body(r#"{"a":2,"b":1}"#)
            .send()
            .await
            .unwrap();
        assert_eq!(first.status(), 201);
        assert_eq!(first.headers()["x-seen"], format!("{url}!"));
        assert_eq!(
            first.json::<Value>().await.unwrap(),
            json!({"url": [format!("{url}/b")]})
        );
        let second = client().get(&url).send().await.unwrap().text().await.unwrap();
        assert_eq!(
            (second.as_str(), server.left(), server.mismatches()),
            ("second", 0, vec![])
        );
    }

    #[tokio::test]
    async fn a_mismatch_is_described_in_a_sentence() {
        let script = json!([{"expect": {"method": "PUT", "headers": {"content-type": "video/mp4"}, "body_sha256": "00"}}]);
        let server = scripted(script).await;
        let answer = client().get(server.url()).send().await.unwrap();
        assert_eq!(answer.status(), 500);
        let sentence = answer.text().await.unwrap();
        assert!(sentence.contains("the method is GET, not PUT"), "{sentence}");
        assert!(
            sentence.contains("the header content-type is None, not Some(\"video/mp4\")"),
            "{sentence}"
        );
        assert!(sentence.contains("SHA-256"), "{sentence}");
        assert_eq!((server.mismatches(), server.left()), (vec![sentence], 1));
    }

    #[tokio::test]
    async fn a_request_after_the_end_of_the_script_is_a_mismatch() {
        let server = scripted(json!([])).await;
        assert_eq!(client().get(server.url()).send().await.unwrap().status(), 500);
        assert!(server.mismatches()[0].contains("the script has ended"));
    }

    #[tokio::test]
    async fn connections_are_closed_at_the_scripted_point() {
        let reply = |close: &str| json!({"reply": {"text": "0123456789", "close": close}});
        let server = scripted(json!([
            reply("before"),
            reply("after_headers"),
            reply("mid_body")
        ]))
        .await;
        assert!(client().get(server.url()).send().await.is_err());
        for _ in 0..2 {
            let answer = client().get(server.url()).send().await.unwrap();
            assert_eq!(answer.headers()["content-length"], "10");
            assert!(answer.text().await.is_err());
        }
        assert_eq!(server.left(), 0);
    }
}
