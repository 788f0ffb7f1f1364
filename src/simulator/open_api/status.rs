//! Status of a post, and its cancellation (#status, #cancel).

use serde::Deserialize;
use serde_json::json;

use super::{
    account::Account,
    envelope::ResponseData,
    post::{Post, StoredStatus},
    rejection::{ApiRejection, RejectionCode},
    request::{Answer, ApiRequest},
    world::World,
};

#[derive(Debug, Deserialize)]
struct PublishIdBody {
    publish_id: String,
}

/// `POST /v2/post/publish/status/fetch/`
pub(super) fn fetch(world: &mut World, call: &mut ApiRequest<'_>) -> Answer {
    call.no_query()?;
    let PublishIdBody { publish_id } = call.json()?;
    let edge = world.edge;
    let post = find(world, &call.account, &publish_id)?;
    if post.unknown_for > 0 {
        post.unknown_for -= 1;
        return Err(RejectionCode::InvalidPublishId.into());
    }
    let phase = post.phase(call.now);
    // The misspelling is TikTok's, and the ids are numbers above 2^53.
    let mut data = json!({"status": phase.status, "publicaly_available_post_id": post.post_ids(call.now)});
    let bytes = match &post.upload {
        Some(task) => (
            "uploaded_bytes",
            edge.status_figure.map(|figure| figure.of(task.bytes)),
        ),
        None => (
            "downloaded_bytes",
            Some(if phase.status == StoredStatus::ProcessingDownload {
                0
            } else {
                PULLED_BYTES
            }),
        ),
    };
    if let Some(members) = data.as_object_mut() {
        members.extend(
            phase
                .fail_reason
                .map(|reason| ("fail_reason".to_owned(), json!(reason))),
        );
        members.extend(bytes.1.map(|count| (bytes.0.to_owned(), json!(count))));
    }
    Ok(ResponseData::Members(data))
}

/// `POST /v2/post/publish/cancel/`: cancels a pull while it runs.
pub(super) fn cancel(world: &mut World, call: &mut ApiRequest<'_>) -> Answer {
    call.no_query()?;
    let PublishIdBody { publish_id } = call.json()?;
    let post = find(world, &call.account, &publish_id)?;
    if post.phase(call.now).status != StoredStatus::ProcessingDownload {
        return Err(RejectionCode::PublishNotCancellable.into());
    }
    post.cancelled = true;
    Ok(ResponseData::Absent)
}

fn find<'a>(world: &'a mut World, account: &Account, publish_id: &str) -> Result<&'a mut Post, ApiRejection> {
    match world.posts.iter_mut().find(|post| post.publish_id == publish_id) {
        Some(post) if post.open_id == account.open_id => Ok(post),
        Some(_) => Err(RejectionCode::TokenNotAuthorizedForPublishId.into()),
        None => Err(RejectionCode::InvalidPublishId.into()),
    }
}

/// Bytes of every finished pull, because the simulator pulls nothing.
const PULLED_BYTES: u64 = 1_234_567;
