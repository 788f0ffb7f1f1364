//! One request of a command, and its reply.

use std::sync::Arc;

use super::signals::{is_stopped, stop_signal};
use crate::{
    front::call::{self as front, CallRequest},
    host::{Host, Reply},
};

/// Sends a request and waits for its reply. A signal to stop ends it with what is known of its effect.
pub(super) async fn reply(host: &Arc<Host>, request: CallRequest) -> Reply {
    let (running, work) = match front::begin(host, request) {
        Ok(begun) => begun,
        Err(reply) => return *reply,
    };
    if is_stopped().await {
        return running.interrupted();
    }
    let reply = tokio::select! {
        biased;
        reply = work => Some(reply),
        () = stop_signal() => None,
    };
    reply.unwrap_or_else(|| running.interrupted())
}
