//! The envelope of requests: pure, from text to types.

use std::{fmt, time::Duration};

use serde_json::{Map, Value};

use super::{
    ingest::{Broken, Document},
    strict::{self, Id},
};
use crate::{
    integrations::{Action, Contents, Effect, Integration, is_keyed},
    model::Finding,
    posting::Evidence,
    schema::{drop_nulls, nearest},
    secret::{AccessToken, repeatable},
};

/// One request, understood.
pub struct Request {
    /// Echoed in the result.
    pub id: Id,
    /// Whose action it is.
    pub integration: &'static Integration,
    /// What to do.
    pub task: Task,
    /// The account's token.
    pub token: AccessToken,
    /// Bounds for its calls.
    pub limits: Limits,
    /// For the logs.
    pub metadata: Map<String, Value>,
    /// Whether the caller wants to be told how far it has come.
    pub progress: bool,
    /// The videos that came with it.
    pub contents: Contents,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({}, {})", self.id, self.task.name())
    }
}

/// What a request asks for.
#[derive(Debug)]
pub enum Task {
    /// Run an action.
    Run {
        /// Which.
        action: &'static Action,
        /// With what.
        inputs: Value,
    },
    /// Tell whose token it is.
    ConnectedAccount,
}

impl Task {
    /// What it does to the account.
    pub fn effect(&self) -> Effect {
        match self {
            Self::Run { action, .. } => action.effect,
            Self::ConnectedAccount => Effect::Reads,
        }
    }

    /// What is known of a post before anything is done for it.
    pub fn evidence(&self) -> Evidence {
        match self {
            Self::Run { action, inputs } if action.effect == Effect::Posts && is_keyed(inputs) => {
                Evidence::under_a_key()
            }
            Self::Run { .. } | Self::ConnectedAccount => Evidence::default(),
        }
    }

    /// The action's name, for the logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Run { action, .. } => action.name,
            Self::ConnectedAccount => "connected_account",
        }
    }
}

/// Bounds for the calls of one request, as in Autohive's `request_config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long one call may take.
    pub timeout: Duration,
    /// How often a call may be sent again.
    pub max_retries: u32,
    /// How long the whole request may take, where it says so.
    pub time: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(30), max_retries: 3, time: None }
    }
}

/// A request that could not be understood.
#[derive(Debug, Clone)]
pub struct Rejection {
    /// Its id, where one could be read.
    pub id: Id,
    /// The catalogue's code.
    pub code: &'static str,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl From<Broken> for Rejection {
    fn from(broken: Broken) -> Self {
        Self { id: strict::find_id(&broken.text), code: broken.code, message: broken.message }
    }
}

/// The keys of a request.
const KEYS: [&str; 9] =
    ["id", "integration", "type", "action", "inputs", "auth", "request_config", "metadata", "progress"];

/// The values of `type`.
const TYPES: [&str; 2] = ["action", "connected_account"];

/// The bounds of `request_config`.
const TIMEOUT_MAX_SECONDS: f64 = 600.0;
const DEADLINE_MAX_SECONDS: f64 = 3_600.0;
const RETRIES_MAX: u64 = 10;

/// Understands a document as a request for one of `integrations`.
pub fn understand(document: Document, integrations: &'static [Integration]) -> Result<Request, Rejection> {
    let value = strict::read(&document.text).map_err(|error| not_json(&document, &error))?;
    let Value::Object(mut members) = value else { return Err(not_an_object(&document, &value)) };
    let id = strict::find_id(&document.text);
    match members.remove("id") {
        None | Some(Value::String(_) | Value::Number(_) | Value::Null) => {}
        Some(other) => return Err(Wrong::new("id", kind(&other), "a string or a number").of(id)),
    }
    // A token in the wrong place is not repeated: it is looked up before anything can be wrong with the rest.
    let secret = members.get("auth").and_then(|auth| token(Some(auth.clone())).ok());
    let refuse = |wrong: Wrong| {
        let rejection = wrong.of(id.clone());
        let message =
            secret.as_ref().map_or_else(|| rejection.message.clone(), |token| token.redact(&rejection.message));
        Rejection { message, ..rejection }
    };
    understand_members(members, integrations).map_err(refuse).map(|parts| Request {
        id,
        integration: parts.integration,
        task: parts.task,
        token: parts.token,
        limits: parts.limits,
        metadata: parts.metadata,
        progress: parts.progress,
        contents: document.contents,
    })
}

struct Parts {
    integration: &'static Integration,
    task: Task,
    token: AccessToken,
    limits: Limits,
    metadata: Map<String, Value>,
    progress: bool,
}

fn understand_members(mut members: Map<String, Value>, integrations: &'static [Integration]) -> Result<Parts, Wrong> {
    known_keys("", &members, &KEYS)?;
    members.retain(|_, member| !member.is_null());
    let integration = integration(members.remove("integration"), integrations)?;
    let task = match word("type", members.remove("type"))?.as_deref() {
        None | Some("action") => {
            let action = action(members.remove("action"), integration)?;
            Task::Run { action, inputs: Value::Object(object("inputs", members.remove("inputs"))?) }
        }
        Some("connected_account") => Task::ConnectedAccount,
        Some(other) => return Err(Wrong::unknown("unknown_type", "type", other, &TYPES)),
    };
    Ok(Parts {
        integration,
        task,
        token: token(members.remove("auth"))?,
        limits: limits(members.remove("request_config"))?,
        metadata: object("metadata", members.remove("metadata"))?,
        progress: flag("progress", members.remove("progress"))?,
    })
}

fn integration(name: Option<Value>, integrations: &'static [Integration]) -> Result<&'static Integration, Wrong> {
    let names: Vec<&str> = integrations.iter().map(|integration| integration.name).collect();
    let name = word("integration", name)?;
    let wanted = name.as_deref().or_else(|| names.first().copied()).unwrap_or_default();
    let found = integrations.iter().find(|integration| integration.name == wanted);
    found.ok_or_else(|| Wrong::unknown("unknown_integration", "integration", wanted, &names))
}

fn action(name: Option<Value>, integration: &'static Integration) -> Result<&'static Action, Wrong> {
    let names: Vec<&str> = integration.actions.iter().map(|action| action.name).collect();
    let Some(name) = word("action", name)? else {
        return Err(Wrong::new("action", "nothing", &names.join(", ")));
    };
    integration.action(&name).ok_or_else(|| Wrong::unknown("unknown_action", "action", &name, &names))
}

fn token(auth: Option<Value>) -> Result<AccessToken, Wrong> {
    const SHAPE: &str =
        "{\"auth_type\":\"PlatformOauth2\",\"credentials\":{\"access_token\":\"…\"}} or {\"access_token\":\"…\"}";
    let missing = |field: &str, got: &str| Wrong { code: "missing_token", ..Wrong::new(field, got, SHAPE) };
    let Some(mut auth) = auth else { return Err(missing("auth", "nothing")) };
    drop_nulls(&mut auth);
    let Value::Object(mut auth) = auth else { return Err(missing("auth", kind(&auth))) };
    let (field, found) = match auth.remove("credentials") {
        Some(Value::Object(mut credentials)) => ("auth.credentials.access_token", credentials.remove("access_token")),
        Some(other) => return Err(missing("auth.credentials", kind(&other))),
        None => ("auth.access_token", auth.remove("access_token")),
    };
    match found {
        Some(Value::String(token)) => AccessToken::parse(token).map_err(|fault| missing(field, &fault.to_string())),
        Some(other) => Err(missing(field, kind(&other))),
        None => Err(missing(field, "nothing")),
    }
}

fn limits(config: Option<Value>) -> Result<Limits, Wrong> {
    let config = object("request_config", config)?;
    known_keys("request_config.", &config, &["max_retries", "timeout", "deadline"])?;
    let mut limits = Limits::default();
    if let Some(timeout) = config.get("timeout") {
        let seconds = timeout.as_f64().filter(|seconds| (0.1..=TIMEOUT_MAX_SECONDS).contains(seconds));
        let wrong = || Wrong::new("request_config.timeout", &shown(timeout), "0.1 to 600 seconds");
        limits.timeout = Duration::from_secs_f64(seconds.ok_or_else(wrong)?);
    }
    if let Some(deadline) = config.get("deadline") {
        let seconds = deadline.as_f64().filter(|seconds| (0.1..=DEADLINE_MAX_SECONDS).contains(seconds));
        let wrong = || Wrong::new("request_config.deadline", &shown(deadline), "0.1 to 3600 seconds");
        limits.time = Some(Duration::from_secs_f64(seconds.ok_or_else(wrong)?));
    }
    if let Some(retries) = config.get("max_retries") {
        let count = retries.as_u64().filter(|count| *count <= RETRIES_MAX).and_then(|count| u32::try_from(count).ok());
        let wrong = || Wrong::new("request_config.max_retries", &shown(retries), "a whole number from 0 to 10");
        limits.max_retries = count.ok_or_else(wrong)?;
    }
    Ok(limits)
}

fn object(field: &str, value: Option<Value>) -> Result<Map<String, Value>, Wrong> {
    match value {
        None => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members),
        Some(other) => Err(Wrong::new(field, kind(&other), "an object")),
    }
}

fn word(field: &str, value: Option<Value>) -> Result<Option<String>, Wrong> {
    match value {
        None => Ok(None),
        Some(Value::String(word)) => Ok(Some(word)),
        Some(other) => Err(Wrong::new(field, kind(&other), "a string")),
    }
}

fn flag(field: &str, value: Option<Value>) -> Result<bool, Wrong> {
    match value {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(flag),
        Some(other) => Err(Wrong::new(field, kind(&other), "true or false")),
    }
}

fn known_keys(prefix: &str, members: &Map<String, Value>, known: &[&str]) -> Result<(), Wrong> {
    match members.keys().find(|key| !known.contains(&key.as_str())) {
        Some(stranger) => {
            let field = format!("{prefix}{}", repeatable(stranger));
            let Wrong { code, finding } = Wrong::unknown("invalid_request", &field, stranger, known);
            let fix = match finding.fix {
                near if near.starts_with("did") => near,
                none => format!("{none}; what the action takes belongs into inputs"),
            };
            // The key's name stands in the place already.
            Err(Wrong { code, finding: Finding { got: "an unknown key".to_owned(), fix, ..finding } })
        }
        None => Ok(()),
    }
}

/// What is wrong with one key of a request.
struct Wrong {
    code: &'static str,
    finding: Finding,
}

impl Wrong {
    fn new(field: &str, got: &str, allowed: &str) -> Self {
        let fix = "see the protocol in the README".to_owned();
        let finding = Finding { field: field.into(), got: got.into(), allowed: allowed.into(), fix };
        Self { code: "invalid_request", finding }
    }

    fn unknown(code: &'static str, field: &str, got: &str, known: &[&str]) -> Self {
        let fix = match nearest(got, known.iter().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => "use one of these".to_owned(),
        };
        let finding = Finding { field: field.into(), got: repeatable(got), allowed: known.join(", "), fix };
        Self { code, finding }
    }

    fn of(self, id: Id) -> Rejection {
        Rejection { id, code: self.code, message: self.finding.to_string() }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => kind(value).to_owned(),
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn not_json(document: &Document, error: &serde_json::Error) -> Rejection {
    let place = document.place(error.line(), error.column());
    let text = error.to_string();
    // serde's message ends with its own place, which is that of the lifted text.
    let what = in_plain_words(text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what));
    Rejection {
        id: strict::find_id(&document.text),
        code: "invalid_json",
        message: format!("line {}, column {}: {what}", place.line, place.column),
    }
}

/// What serde says of the two faults that people meet most.
fn in_plain_words(what: &str) -> &str {
    match what {
        "expected ident" | "expected value" => {
            "expected a value: true, false, null, a number or a text in double quotes"
        }
        _ if what.contains("surrogate") || what.contains("hex escape") => {
            "half of a character: an emoji is written as itself or as a pair of \\u escapes"
        }
        what => what,
    }
}

fn not_an_object(document: &Document, value: &Value) -> Rejection {
    let line = document.began.line;
    let message = format!(
        "line {line}: got {}; allowed: an object for each request, one after another without a list around them",
        kind(value)
    );
    Rejection { id: Id::default(), code: "invalid_request", message }
}
