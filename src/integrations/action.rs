//! What an action is, and how a typed action becomes a row of the table.

use std::{fmt, pin::Pin};

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Context, Failure, fingerprint};
use crate::{
    model::Scope,
    schema::{self, Violation},
};

/// A future that can be kept in a table.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// One action, as its file writes it: typed input, typed output, and no knowledge of JSON, ids or streams.
pub trait Action {
    /// Its name in the manifest and in requests.
    const NAME: &'static str;
    /// Its name for people who pick it in a workflow editor.
    const DISPLAY_NAME: &'static str;
    /// What it does, in a sentence or two for the same people.
    const DESCRIPTION: &'static str;
    /// The permissions it needs.
    const SCOPES: &'static [Scope];
    /// The sets of permissions with each of which it works, if with less.
    const ENOUGH: &'static [&'static [Scope]] = &[Self::SCOPES];
    /// What it does to the account.
    const EFFECT: Effect = Effect::Reads;
    /// Member of the output that is a list of [`Rows`](super::Rows).
    const ROWS: Option<&'static str> = None;

    /// What it takes.
    type Input: DeserializeOwned + JsonSchema + Send + 'static;
    /// What it gives.
    type Output: Serialize + JsonSchema + Send + 'static;

    /// Does it.
    fn run(
        context: Context,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, Failure>> + Send;
}

/// What an action does to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Reads,
    /// It posts, or sends a draft.
    Writes,
}

/// One action, as a row of the table.
#[derive(Clone, Copy)]
pub struct ActionEntry {
    /// Its name in the manifest and in requests.
    pub name: &'static str,
    /// Its name for people.
    pub display_name: &'static str,
    /// What it does.
    pub description: &'static str,
    /// The permissions it needs.
    pub scopes: &'static [Scope],
    /// The sets of permissions with each of which it works, if with less.
    pub enough: &'static [&'static [Scope]],
    /// What it does to the account.
    pub effect: Effect,
    /// Member of the output that is a list of [`Rows`](super::Rows).
    pub rows: Option<&'static str>,
    /// Writes the schema of its input.
    pub input_schema: fn() -> Value,
    /// Writes the schema of its output.
    pub output_schema: fn() -> Value,
    /// Reads its input, runs it, writes its output.
    pub run: fn(Context, Value) -> BoxFuture<Result<Value, ActionError>>,
}

impl fmt::Debug for ActionEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActionEntry({})", self.name)
    }
}

/// Why an action gave no output.
#[derive(Debug)]
pub enum ActionError {
    /// The input passed its schema and yet is none. Where, as a JSON pointer, and why.
    Input {
        /// A JSON pointer.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// It failed in a way that is told to the caller.
    Failed(Box<Failure>),
    /// Its output could not be written.
    Output,
    /// A row of its output breaks the schema of the list's items.
    InvalidRow(Vec<Violation>),
}

/// Makes a row of the table from a typed action.
pub const fn action<A: Action + 'static>() -> ActionEntry {
    ActionEntry {
        name: A::NAME,
        display_name: A::DISPLAY_NAME,
        description: A::DESCRIPTION,
        scopes: A::SCOPES,
        enough: A::ENOUGH,
        effect: A::EFFECT,
        rows: A::ROWS,
        input_schema: schema::of_input::<A::Input>,
        output_schema: schema::of_output::<A::Output>,
        run: run::<A>,
    }
}

fn run<A: Action + 'static>(context: Context, input: Value) -> BoxFuture<Result<Value, ActionError>> {
    Box::pin(async move {
        let fingerprint = match A::EFFECT {
            Effect::Writes => fingerprint::of_keyed(A::NAME, &input, &context.contents).await,
            Effect::Reads => None,
        };
        let context = Context {
            fingerprint,
            ..context
        };
        let input = serde_path_to_error::deserialize(input).map_err(|error| ActionError::Input {
            path: pointer(error.path()),
            message: error.into_inner().to_string(),
        })?;
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

/// The account behind a token, as Autohive shows it.
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

/// Facts about an account beyond the fields of Autohive's SDK, as far as the token's scopes allow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of TikTok's user object")]
pub struct AccountDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follower_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_web_link: Option<String>,
}

impl AccountDetails {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A set of actions that share a manifest and a kind of token.
#[derive(Clone, Copy)]
pub struct Integration {
    /// Its name in requests.
    pub name: &'static str,
    /// The manifest's path in the tree.
    pub manifest_path: &'static str,
    /// The committed manifest, whose schemas are the ones held against inputs and outputs.
    pub manifest: &'static str,
    /// Its actions, in the order of the manifest.
    pub actions: &'static [ActionEntry],
    /// Tells whose token it is.
    pub connected_account: fn(Context) -> BoxFuture<Result<ConnectedAccount, Failure>>,
}

impl Integration {
    /// Finds an action by name.
    pub fn action(&self, name: &str) -> Option<&'static ActionEntry> {
        self.actions.iter().find(|action| action.name == name)
    }
}

impl fmt::Debug for Integration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Integration({})", self.name)
    }
}
