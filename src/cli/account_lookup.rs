//! The account behind a token, as TikTok names it.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    args::{AdsArgs, ApiArgs, HostArgs},
    hosting::host,
    one_request,
};
use crate::{
    clock::Clock,
    front::call::{CallRequest, CallTask},
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
    one_request::reply(host, request).await
}
