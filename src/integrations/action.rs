//! The trait of actions, and the row of the table that the host reads.

use std::{fmt, pin::Pin, sync::Arc};

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{ActionError, Call, ContentPlace, Credentials, CredentialsError, Evidence, Failure, Permissions};
use crate::model::Namespace;
#[cfg(any(debug_assertions, test))]
use crate::schema;

/// Future of a function in a table.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// One action: typed input, typed output, and no knowledge of JSON, ids or streams.
pub trait Action {
    /// Name in the manifest and in requests.
    const NAME: &'static str;
    /// Title in a workflow editor.
    const DISPLAY_NAME: &'static str;
    /// Description in a workflow editor, a sentence or two.
    const DESCRIPTION: &'static str;
    /// Permissions of the access token that the whole action needs.
    const PERMISSIONS: &'static [&'static str];
    /// Sets of permissions each of which lets a part of the action work.
    const ENOUGH: &'static [&'static [&'static str]] = &[Self::PERMISSIONS];
    /// Effect on the account.
    const EFFECT: Effect = Effect::Reads;
    /// Returns true for an input of the action that creates the object which TikTok does not change afterwards.
    const IS_FIXED: fn(&str) -> bool = |_name| false;
    /// Member of the output that is a list of [`Rows`](super::Rows).
    const ROWS: Option<&'static str> = None;
    /// Inputs that are base64 content.
    const CONTENTS: &'static [ContentPlace] = &[];

    /// The integration's view of a call: its API client, and the parts of the call that its actions use.
    type Context: TryFrom<Call, Error: Into<ActionError>> + Send;
    /// Validated input, deserialized from the request's `inputs`.
    type Input: DeserializeOwned + JsonSchema + Send + 'static;
    /// Result, serialized into `result.data`.
    type Output: Serialize + JsonSchema + Send + 'static;

    /// Runs the action. Returns a [`Failure`] for every expected error; the host catches panics.
    fn run(
        context: Self::Context,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, Failure>> + Send;
}

/// Effect of an action on the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// None.
    Reads,
    /// Something is made, changed or deleted.
    Writes,
}

/// Row of the table of actions.
#[derive(Clone, Copy)]
pub struct ActionEntry {
    /// Name in the manifest and in requests.
    pub name: &'static str,
    /// Title in a workflow editor.
    pub display_name: &'static str,
    /// Description in a workflow editor.
    pub description: &'static str,
    /// Permissions of the access token that the whole action needs.
    pub permissions: &'static [&'static str],
    /// Sets of permissions each of which lets a part of the action work.
    pub enough: &'static [&'static [&'static str]],
    /// Effect on the account.
    pub effect: Effect,
    /// Returns true for an input that the action lacks because TikTok fixes it at the creation.
    pub is_fixed: fn(&str) -> bool,
    /// Member of the output that is a list of [`Rows`](super::Rows).
    pub rows: Option<&'static str>,
    /// Inputs that are base64 content.
    pub contents: &'static [ContentPlace],
    /// Generators of the committed schemas.
    #[cfg(any(debug_assertions, test))]
    pub generate: SchemaGenerators,
    /// Deserializes the inputs of a call, runs the action, and serializes its output.
    pub run: fn(Call) -> BoxFuture<Result<Value, ActionError>>,
}

/// Generators of an action's schemas from its types. Release builds lack them: they read the schemas of the committed
/// manifest ([`Integration::schemas`]).
#[cfg(any(debug_assertions, test))]
#[derive(Debug, Clone, Copy)]
pub struct SchemaGenerators {
    /// Generates the schema of the input.
    pub input: fn() -> Value,
    /// Generates the schema of the output.
    pub output: fn() -> Value,
}

impl fmt::Debug for ActionEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActionEntry({})", self.name)
    }
}

/// Returns the row of the action `A`.
pub const fn action<A: Action + 'static>() -> ActionEntry {
    ActionEntry {
        name: A::NAME,
        display_name: A::DISPLAY_NAME,
        description: A::DESCRIPTION,
        permissions: A::PERMISSIONS,
        enough: A::ENOUGH,
        effect: A::EFFECT,
        is_fixed: A::IS_FIXED,
        rows: A::ROWS,
        contents: A::CONTENTS,
        #[cfg(any(debug_assertions, test))]
        generate: SchemaGenerators {
            input: schema::of_input::<A::Input>,
            output: schema::of_output::<A::Output>,
        },
        run: run::<A>,
    }
}

fn run<A: Action + 'static>(call: Call) -> BoxFuture<Result<Value, ActionError>> {
    Box::pin(async move {
        let inputs = Arc::clone(&call.inputs);
        let context = A::Context::try_from(call).map_err(Into::into)?;
        let input = serde_path_to_error::deserialize(&*inputs).map_err(|error| ActionError::Input {
            path: pointer(error.path()),
            message: error.into_inner().to_string(),
        })?;
        drop(inputs);
        let output = A::run(context, input)
            .await
            .map_err(|failure| ActionError::Failed(Box::new(failure)))?;
        serde_json::to_value(output).map_err(|_unwritable| ActionError::Output)
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

/// Account behind the credentials, as Autohive shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Autohive's SDK")]
pub struct ConnectedAccount {
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub username: Option<String>,
    pub user_id: Option<String>,
    pub avatar_url: Option<String>,
    pub organization: Option<String>,
    #[serde(skip_serializing_if = "AccountDetails::is_empty")]
    pub details: AccountDetails,
}

/// Fields of an account beyond those of Autohive's SDK, which differ between integrations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AccountDetails(Map<String, Value>);

impl AccountDetails {
    /// Members of `details`, a struct that serializes as an object. A field that is skipped is absent.
    pub fn of(details: &impl Serialize) -> Self {
        match serde_json::to_value(details) {
            Ok(Value::Object(members)) => Self(members),
            Ok(_) | Err(_) => Self::default(),
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Lookup of the account behind the credentials of a call.
pub type AccountLookup = fn(Call) -> BoxFuture<Result<ConnectedAccount, Failure>>;

/// Actions of one API that share a manifest and a form of credentials.
#[derive(Clone, Copy)]
pub struct Integration {
    /// Name in requests.
    pub name: &'static str,
    /// Path of the manifest in the source tree.
    pub manifest_path: &'static str,
    /// Text of the committed manifest. Its schemas validate inputs and outputs.
    pub manifest: &'static str,
    /// Actions, in the order of the manifest.
    pub actions: &'static [ActionEntry],
    /// Permissions that the actions need.
    pub permissions: &'static Permissions,
    /// Reads the request's `auth`. Errors: `missing_token`, `malformed_token` and the like.
    pub credentials: fn(Option<&Value>) -> Result<Credentials, CredentialsError>,
    /// Returns the URL of the API, which may have a sandbox of its own.
    pub api_base: fn(&Credentials) -> &'static str,
    /// Prefix of the integration's digests in the state.
    pub namespace: Namespace,
    /// Member of outputs and errors with the id of what a request wrote, which is logged. Every error has it, `null`
    /// where the id is unknown. `None` if no member is common to the integration's actions.
    pub subject: Option<&'static str>,
    /// Returns the evidence of a request that has not begun, from its action (none for
    /// `connected_account`) and inputs.
    pub evidence: fn(Option<&ActionEntry>, &Value) -> Arc<dyn Evidence>,
    /// Looks up the account behind the credentials; none if the API has no such request.
    pub connected_account: Option<AccountLookup>,
}

impl Integration {
    /// Returns the action with this name.
    pub fn action(&self, name: &str) -> Option<&'static ActionEntry> {
        self.actions.iter().find(|action| action.name == name)
    }
}

impl fmt::Debug for Integration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Integration({})", self.name)
    }
}
