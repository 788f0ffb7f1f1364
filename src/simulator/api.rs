//! Contract between the server and a simulated API.
//!
//! The server reads requests, applies faults, keeps the journal and sends replies. An API recognises its
//! requests and responds from its own world.

use std::{any::Any, collections::BTreeMap, fmt, sync::Arc};

use serde_json::Value;

use super::{
    caller::Caller,
    endpoint::EndpointName,
    head::RequestHead,
    options::SimulatorOptions,
    reply::{ErrorFormat, ServerReply},
    setup::{Setup, SetupError},
    shared::Shared,
    wire::Received,
};

/// Entry of an API in the list of all.
#[derive(Debug)]
pub(super) struct ApiRegistration {
    /// Prefixes of the paths that belong to the API, each with a slash at its end.
    pub(super) prefixes: &'static [&'static str],
    /// Endpoints by every spelling that faults and fixtures may use; the canonical spelling first.
    pub(super) endpoints: &'static [(&'static str, EndpointName)],
    /// Creates the API with the accounts of the options.
    pub(super) start: fn(&Arc<Shared>, &SimulatorOptions) -> Arc<dyn SimulatedApi>,
}

impl ApiRegistration {
    /// Checks whether `path` lies below a prefix; a missing last slash is forgiven.
    pub(super) fn owns(&self, path: &str) -> bool {
        let closed = format!("{path}/");
        self.prefixes.iter().any(|prefix| closed.starts_with(prefix))
    }
}

/// A simulated API: routes over its own world.
pub(super) trait SimulatedApi: Any + fmt::Debug + Send + Sync {
    /// Recognises a request by its head. Remarks for the journal go to `notes`. The error is a sentence for a
    /// request that no endpoint matches.
    fn recognise(&self, head: &Arc<RequestHead>, notes: &mut Vec<String>)
    -> Result<Box<dyn ApiCall>, String>;

    /// Checks the API's own members of a setup.
    fn check(&self, setup: &Setup) -> Result<(), SetupError>;

    /// Applies the API's own members of a checked setup.
    fn apply(&self, setup: &Setup);

    /// Checks whether an account has this token or name.
    fn knows_account(&self, account: &str) -> bool;

    /// Checks whether a setup adds an account with this token or name.
    fn adds_account(&self, setup: &Setup, account: &str) -> bool;

    /// The list behind `GET /_simulator/<name>`, if the API keeps one of this name.
    fn listing(&self, name: &str) -> Option<Value>;

    /// Number of stored things by kind, for example `direct_photos`.
    fn stored(&self) -> BTreeMap<String, usize>;

    /// Returns to the state after the start.
    fn reset(&self);
}

/// A request that an API has recognised, from its head to its reply.
pub(super) trait ApiCall: ErrorFormat + fmt::Debug + Send + Sync {
    /// The endpoint.
    fn endpoint(&self) -> EndpointName;

    /// The sender.
    fn caller(&self) -> &Caller;

    /// The kind of body that the endpoint takes.
    fn body(&self) -> BodyKind;

    /// Observes the next bytes of the body.
    fn observe(&mut self, bytes: &[u8]);

    /// Fields of the body as the journal shows them, for a body that is read as it passes.
    fn fields(&self) -> Option<Value> {
        None
    }

    /// Lets the request take effect. Remarks for the journal go to `notes`.
    fn answer(&mut self, received: &Received, notes: &mut Vec<String>) -> ServerReply;
}

/// Kind of a request body: decides the bytes to keep and the form in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyKind {
    /// JSON; journaled as it is.
    Json,
    /// Form or JSON object with secrets; only the names of its fields are journaled.
    Form,
    /// Bytes of a file; hashed as they pass, and not kept.
    File,
    /// Form with files; hashed as it passes, and not kept. Its fields are journaled.
    Multipart,
}
