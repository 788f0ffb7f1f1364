//! The account behind a token, as TikTok names it.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    args::{AdsArgs, ApiArgs, HostArgs},
    hosting::host,
    signals::{is_stopped, stop_signal},
};
use crate::{
    clock::Clock,
    front::call::{self as front, CallRequest, CallTask},
    host::{Host, Reply},
    integrations::{Contents, Integration},
    state::StateLocation,
};

/// Longest duration of one lookup.
const TIME: Duration = Duration::from_mins(1);

/// Host for lookups: without state and without media.
pub(super) fn lookup_host(api: &ApiArgs) -> Arc<Host> {
    let args = HostArgs {
        api: api.clone(),
        ads: AdsArgs::default(),
        allow_media_host: Vec::new(),
        state: Some(StateLocation::Off),
        spool_max: None,
    };
    Arc::new(host(&args, None, Clock::system()))
}

/// Asks TikTok for the account of `auth`. A signal to stop ends the question.
pub(super) async fn look_up(host: &Arc<Host>, integration: &'static Integration, auth: Value) -> Reply {
    let request = CallRequest {
        integration,
        task: CallTask::Account,
        auth,
        contents: Contents::default(),
        time: TIME,
    };
    match front::begin(host, request) {
        Ok((running, work)) => {
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
        Err(reply) => *reply,
    }
}
