//! One request that a person makes: it goes the way of every request, without a stream.

use std::{fmt, sync::Arc, time::Duration};

use serde_json::{Map, Value, json};

use crate::{
    host::{Document, Host, Item, Reply, Running},
    http::JobSlot,
    integrations::{ActionEntry, Contents, Integration},
};

/// Request of a person. Its `Debug` leaves the credentials out.
pub struct CallRequest {
    /// Integration that serves it.
    pub integration: &'static Integration,
    /// Action with its inputs, or the account behind the credentials.
    pub task: CallTask,
    /// Credentials, as in a request.
    pub auth: Value,
    /// Media whose handles are in the inputs.
    pub contents: Contents,
    /// Longest duration of the whole request.
    pub time: Duration,
}

impl fmt::Debug for CallRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            integration,
            task,
            auth: _,
            contents: _,
            time,
        } = self;
        f.debug_struct("CallRequest")
            .field("integration", &integration.name)
            .field("task", task)
            .field("time", time)
            .finish_non_exhaustive()
    }
}

/// Task of a person's request.
#[derive(Debug)]
pub enum CallTask {
    /// An action.
    Action {
        /// Row of the action.
        action: &'static ActionEntry,
        /// Inputs, with handles in place of contents.
        inputs: Map<String, Value>,
    },
    /// The connected account.
    Account,
}

/// Begins a request. Returns a handle to it and a future that resolves to its reply. The error is the reply to a request
/// that the host does not understand.
///
/// Whoever drops the future takes the reply from [`Running::interrupted`].
pub fn begin(
    host: &Arc<Host>,
    request: CallRequest,
) -> Result<(Running, impl Future<Output = Reply> + Send + use<>), Box<Reply>> {
    let CallRequest {
        integration,
        task,
        auth,
        contents,
        time,
    } = request;
    let name = integration.name;
    let members = match task {
        CallTask::Action { action, inputs } => {
            json!({ "integration": name, "action": action.name, "inputs": inputs, "auth": auth })
        }
        CallTask::Account => json!({ "integration": name, "type": "connected_account", "auth": auth }),
    };
    let document = Document::new(members.to_string().into_bytes(), contents);
    let mut request = host.read(Item::Document(document)).map_err(Box::new)?;
    // A large file takes long to send, but nobody waits an hour for a limit of calls to pass.
    request.limits.time = Some(time);
    request.limits.wait = Some(request.limits.timeout.min(time));
    Ok(host.begin(request, JobSlot::default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Clock, integrations::INTEGRATIONS};

    #[test]
    fn the_credentials_of_a_request_are_not_printed() {
        let request = CallRequest {
            integration: &INTEGRATIONS[0],
            task: CallTask::Account,
            auth: json!({ "access_token": "act.CANARY" }),
            contents: Contents::default(),
            time: Duration::from_secs(1),
        };
        let shown = format!("{request:?}");
        assert!(shown.contains("tiktok") && !shown.contains("CANARY"), "{shown}");
    }

    #[tokio::test]
    async fn a_request_that_the_host_does_not_understand_is_answered() {
        let host = Arc::new(Host::new(Clock::system()));
        let request = CallRequest {
            integration: &INTEGRATIONS[0],
            task: CallTask::Account,
            auth: Value::Null,
            contents: Contents::default(),
            time: Duration::from_secs(1),
        };
        let Err(reply) = begin(&host, request) else {
            panic!("a request without a token should be refused");
        };
        assert_eq!(reply.fault().unwrap().text("code"), "missing_token");
    }
}
