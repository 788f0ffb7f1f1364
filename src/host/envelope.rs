//! The envelope of requests: pure, from text to types.

mod error;
mod limits;
mod syntax;
mod token;

pub use limits::Limits;

use std::{fmt, sync::Arc};

use serde_json::{Map, Value};

use self::{
    error::{EnvelopeError, flag, known_keys, object, word},
    limits::limits,
    token::without_token,
};
use super::{
    ingest::{Document, MalformedDocument},
    strict::{self, ID_MAX, Id},
};
use crate::{
    catalogue::{Row, own},
    integrations::{AccountLookup, ActionEntry, Contents, Credentials, Evidence, Integration, credentials},
    model::Grouped,
    schema::{ACTIONS, INTEGRATIONS, KINDS, REQUEST, drop_blanks, is_blank, kind_of},
    secret::Secrets,
};

/// Parsed request.
pub struct Request {
    /// Id, echoed in the result.
    pub id: Id,
    /// Integration that serves it.
    pub integration: &'static Integration,
    /// Action or account lookup.
    pub task: Task,
    /// Credentials of the account.
    pub credentials: Credentials,
    /// Secrets to redact from messages.
    pub secrets: Secrets,
    /// Unused members of `auth`, for the logs.
    pub unused_auth: Vec<String>,
    /// Limits on its calls.
    pub limits: Limits,
    /// `metadata`, for the logs.
    pub metadata: Map<String, Value>,
    /// Whether the caller asks for progress reports.
    pub progress: bool,
    /// Media in the request.
    pub contents: Contents,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({}, {})", self.id, self.task.name())
    }
}

impl Request {
    /// Returns the known effect of the request before it begins.
    pub fn evidence(&self) -> Arc<dyn Evidence> {
        let (action, inputs) = match &self.task {
            Task::Run { action, inputs } => (Some(*action), inputs),
            Task::ConnectedAccount { .. } => (None, &Value::Null),
        };
        (self.integration.evidence)(action, inputs)
    }

    /// Returns an upper bound on its memory until it is answered, in bytes, without its metadata.
    pub fn memory(&self) -> u64 {
        let inputs = if let Task::Run { inputs, .. } = &self.task {
            memory_of(inputs)
        } else {
            0
        };
        let contents = u64::try_from(self.contents.memory()).unwrap_or(u64::MAX);
        inputs.saturating_add(contents)
    }
}

/// Bytes of memory for one value or name that has been read, on average: an object has 72, and a list grows
/// by doubling.
const VALUE_BYTES: u64 = 256;

fn memory_of(value: &Value) -> u64 {
    let text = |text: &str| VALUE_BYTES + u64::try_from(text.len()).unwrap_or(u64::MAX);
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => VALUE_BYTES,
        Value::String(string) => text(string),
        Value::Array(items) => VALUE_BYTES + items.iter().map(memory_of).sum::<u64>(),
        Value::Object(members) => {
            VALUE_BYTES
                + members
                    .iter()
                    .map(|(name, member)| text(name) + memory_of(member))
                    .sum::<u64>()
        }
    }
}

/// Task of a request.
pub enum Task {
    /// Run an action.
    Run {
        /// Row of the action.
        action: &'static ActionEntry,
        /// Inputs, not yet validated.
        inputs: Value,
    },
    /// Look up the account behind the credentials.
    ConnectedAccount {
        /// The integration's lookup.
        find: AccountLookup,
    },
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Task {
    /// The action's name, for the logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Run { action, .. } => action.name,
            Self::ConnectedAccount { .. } => "connected_account",
        }
    }
}

/// Request that could not be parsed.
#[derive(Debug, Clone)]
pub struct InvalidRequest {
    /// Id, if it could be read.
    pub id: Id,
    /// Row of the catalogue.
    pub code: &'static Row,
    /// Description of the fault and its fix.
    pub message: String,
}

impl From<MalformedDocument> for InvalidRequest {
    fn from(broken: MalformedDocument) -> Self {
        Self {
            id: strict::find_id(&broken.text),
            code: broken.code,
            message: broken.message,
        }
    }
}

/// Keys of a request.
const KEYS: [&str; 9] = [
    "id",
    "integration",
    "type",
    "action",
    "inputs",
    "auth",
    "request_config",
    "metadata",
    "progress",
];

/// Values of `type`.
const TYPES: [&str; 2] = ["action", "connected_account"];

/// Parses a document as a request to one of `integrations`.
pub fn understand(
    document: Document,
    integrations: &'static [Integration],
) -> Result<Request, InvalidRequest> {
    let value = strict::read(&document.text).map_err(|error| not_json(&document, &error))?;
    let Value::Object(mut members) = value else {
        return Err(not_an_object(&document, &value));
    };
    let id = strict::find_id(&document.text);
    match members.remove("id") {
        Some(given @ (Value::String(_) | Value::Number(_))) if !id.is_some() => {
            return Err(long_id(&given).of(id));
        }
        None | Some(Value::String(_) | Value::Number(_) | Value::Null) => {}
        Some(other) => return Err(EnvelopeError::new("id", kind_of(&other), "a string or a number").of(id)),
    }
    // Secrets are collected first, so that no error about the rest repeats one.
    let secrets = members.get("auth").map(Secrets::of_auth).unwrap_or_default();
    let refuse = |error: EnvelopeError| {
        let invalid = error.of(id.clone());
        let message = secrets.redact(&invalid.message);
        InvalidRequest { message, ..invalid }
    };
    understand_members(members, integrations)
        .map_err(refuse)
        .map(|parts| Request {
            id: id.clone(),
            secrets: secrets.clone().with(parts.credentials.token()),
            integration: parts.integration,
            task: parts.task,
            credentials: parts.credentials,
            unused_auth: parts.unused_auth,
            limits: parts.limits,
            metadata: parts.metadata,
            progress: parts.progress,
            contents: document.contents,
        })
}

struct Parts {
    integration: &'static Integration,
    task: Task,
    credentials: Credentials,
    unused_auth: Vec<String>,
    limits: Limits,
    metadata: Map<String, Value>,
    progress: bool,
}

fn understand_members(
    mut members: Map<String, Value>,
    integrations: &'static [Integration],
) -> Result<Parts, EnvelopeError> {
    known_keys("", &members, &KEYS, REQUEST)?;
    // A blank input counts as absent only if the action's schema allows it, and a blank token is reported as
    // blank.
    members
        .iter_mut()
        .filter(|(name, _)| !matches!(name.as_str(), "inputs" | "auth"))
        .for_each(|(_, member)| drop_blanks(member));
    // An action is required, so a blank name is reported as blank.
    members.retain(|name, member| !member.is_null() && (name == "action" || !is_blank(member)));
    let integration = integration(members.remove("integration"), integrations)?;
    let task = match word("type", members.remove("type"))?.as_deref() {
        None | Some("action") => {
            let action = action(members.remove("action"), integration, integrations)?;
            Task::Run {
                action,
                inputs: Value::Object(object("inputs", members.remove("inputs"))?),
            }
        }
        Some("connected_account") => {
            nothing_to_run(&members)?;
            let find = integration.connected_account.ok_or_else(no_connected_account)?;
            Task::ConnectedAccount { find }
        }
        Some(other) => {
            return Err(EnvelopeError::unknown(
                &own::UNKNOWN_TYPE,
                "type",
                other,
                &TYPES,
                KINDS,
            ));
        }
    };
    let credentials = (integration.credentials)(members.get("auth"))?;
    if let Task::Run { inputs, .. } = &task {
        without_token("inputs", inputs, credentials.token())?;
    }
    let unused_auth = members.get("auth").map(credentials::unused).unwrap_or_default();
    Ok(Parts {
        integration,
        task,
        unused_auth,
        credentials,
        limits: limits(members.remove("request_config"))?,
        metadata: object("metadata", members.remove("metadata"))?,
        progress: flag("progress", members.remove("progress"))?,
    })
}

fn no_connected_account() -> EnvelopeError {
    EnvelopeError::new("type", "\"connected_account\"", "action")
        .fixed("name an action; this integration cannot look up the connected account")
}

fn long_id(given: &Value) -> EnvelopeError {
    let most = Grouped(ID_MAX.into());
    let (got, allowed) = (
        format!("{} of more than {most} bytes", kind_of(given)),
        format!("at most {most} bytes of JSON"),
    );
    EnvelopeError::new("id", &got, &allowed).fixed("send a shorter id")
}

/// Rejects an action or inputs next to `connected_account`, where they would have no effect.
fn nothing_to_run(members: &Map<String, Value>) -> Result<(), EnvelopeError> {
    let fix = "leave it out to ask whose account it is, or set type to \"action\"";
    let action = members
        .get("action")
        .filter(|action| !is_blank(action) && action.as_str() != Some("connected_account"));
    let inputs = members
        .get("inputs")
        .filter(|inputs| !inputs.as_object().is_some_and(Map::is_empty));
    let given = action.map(|_| "action").or_else(|| inputs.map(|_| "inputs"));
    let unexpected = |field| {
        EnvelopeError::new(
            field,
            "a value together with type \"connected_account\"",
            "neither action nor inputs",
        )
        .fixed(fix)
    };
    given.map_or(Ok(()), |field| Err(unexpected(field)))
}

fn integration(
    name: Option<Value>,
    integrations: &'static [Integration],
) -> Result<&'static Integration, EnvelopeError> {
    let names: Vec<&str> = integrations.iter().map(|integration| integration.name).collect();
    let name = word("integration", name)?;
    let wanted = name
        .as_deref()
        .or_else(|| names.first().copied())
        .unwrap_or_default();
    let found = integrations.iter().find(|integration| integration.name == wanted);
    found.ok_or_else(|| {
        EnvelopeError::unknown(
            &own::UNKNOWN_INTEGRATION,
            "integration",
            wanted,
            &names,
            INTEGRATIONS,
        )
    })
}

fn action(
    name: Option<Value>,
    integration: &'static Integration,
    integrations: &'static [Integration],
) -> Result<&'static ActionEntry, EnvelopeError> {
    let names: Vec<&str> = integration.actions.iter().map(|action| action.name).collect();
    let nothing =
        |got: &str| EnvelopeError::new("action", got, &names.join(", ")).fixed("name the action to run");
    let name = word("action", name)?.ok_or_else(|| nothing("nothing"))?;
    if name.trim().is_empty() {
        return Err(nothing("a blank text").coded(&own::UNKNOWN_ACTION));
    }
    integration.action(&name).ok_or_else(|| {
        let unknown = EnvelopeError::unknown(&own::UNKNOWN_ACTION, "action", &name, &names, ACTIONS);
        let mut others = integrations.iter();
        match others.find(|other| other.action(&name).is_some()) {
            Some(other) => unknown.fixed(&format!(
                "set `integration` to {:?}, which has this action",
                other.name
            )),
            None => unknown,
        }
    })
}

fn not_json(document: &Document, error: &serde_json::Error) -> InvalidRequest {
    InvalidRequest {
        id: strict::find_id(&document.text),
        code: &own::INVALID_JSON,
        message: syntax::describe(document, error),
    }
}

fn not_an_object(document: &Document, value: &Value) -> InvalidRequest {
    let line = document.began.line;
    let message = format!(
        "line {line}: got {}; allowed: one JSON object for each request, not in a list",
        kind_of(value)
    );
    InvalidRequest {
        id: Id::default(),
        code: &own::INVALID_REQUEST,
        message,
    }
}
