//! Posts that an earlier request with the same key began and did not end.

use std::time::Duration;

use tracing::warn;

use crate::{
    catalogue::own,
    integrations::{
        Failure,
        keyed::{BEAT, JournalBudget, LEASE, while_held},
        tiktok::context::Context,
        tiktok::post::{
            idempotency::{conclude::conclude, request::IdempotentPost},
            result::{Audience, PostResult},
            search, username,
        },
    },
    model::{ByteCount, PublishId, UtcTime},
    open_api::Error,
    posting::{self, Age, Followed, Resume, Stage, UploadState},
    state::{Lease, Recorded},
};

/// Result of taking a key.
pub(super) enum KeyClaim {
    /// The right to post under the key.
    Owned(Lease),
    /// The result of the request, from an earlier one.
    Answered(Result<PostResult, Failure>),
}

/// Resumes a post that another request began and did not end.
pub(super) async fn resume(
    context: &Context,
    post: IdempotentPost<'_>,
    claimed: Lease,
    stage: Stage<PostResult>,
    entry: &Recorded,
) -> KeyClaim {
    let before = stage.without_result();
    if let Some(publish_id) = stage.publish_id() {
        context.evidence.publish_id(publish_id);
    }
    let hold = || async {
        claimed
            .renew(LEASE)
            .await
            .unwrap_or_else(|error| warn!(error = error.in_full(), "the key could not be held"));
    };
    let open_for = |since| posting::open_for(since, entry.claimed_at, claimed.now());
    match while_held(&context.clock, BEAT, hold, ask(context, post, stage, open_for)).await {
        Some(answer) => {
            let bounds = JournalBudget::new(context.clock.clone(), context.deadline);
            KeyClaim::Answered(conclude(claimed, &bounds, &before, answer).await)
        }
        None => KeyClaim::Owned(claimed),
    }
}

/// Outcome of the post that another request began; `None` if it became no post and no longer can. `open_for` maps the
/// time of an init to the time for which its upload stays open.
async fn ask(
    context: &Context,
    post: IdempotentPost<'_>,
    stage: Stage<PostResult>,
    open_for: impl Fn(Duration) -> Option<Duration>,
) -> Option<Result<PostResult, Failure>> {
    let size = stage.size();
    Some(match stage.resume() {
        Resume::Begin => return None,
        Resume::Recorded(result) => Ok(result.repeated()),
        Resume::Search { since } => {
            let failure = Failure::new(&own::OUTCOME_UNKNOWN, "").publish_id_lost();
            Err(match post.search_key {
                Some(key) => failure.with_search(search::search(context, since, key).await),
                None => failure,
            })
        }
        Resume::Ask { publish_id, since } => match look(context, &publish_id, size).await {
            Ok(UploadState::Incomplete) => Err(still_open(
                &publish_id,
                open_for(since)?,
                context.clock.since_epoch(),
            )),
            Ok(UploadState::Underway) => follow(context, post, &publish_id).await,
            Ok(UploadState::Unknown) => Err(unknown(
                &publish_id,
                "the status does not state how much has arrived",
            )),
            Err(error) => Err(unknown(&publish_id, &error.to_string())),
        },
    })
}

async fn follow(
    context: &Context,
    post: IdempotentPost<'_>,
    publish_id: &PublishId,
) -> Result<PostResult, Failure> {
    let followed = posting::follow(
        &context.api,
        context.wait(post.wait_seconds),
        publish_id,
        Age::Earlier,
    )
    .await;
    let username = match &followed {
        Ok(Followed { status, .. }) => {
            username::of_post(
                &context.api.until(context.clock.deadline_in(posting::ANSWER)),
                status,
            )
            .await
        }
        Err(_not_told) => None,
    };
    let audience = Audience {
        username: username.as_deref(),
        privacy_level: post.privacy_level,
    };
    PostResult::of_status(publish_id, followed, audience, Vec::new()).map(PostResult::repeated)
}

/// Reads the progress of an interrupted post.
async fn look(
    context: &Context,
    publish_id: &PublishId,
    size: Option<ByteCount>,
) -> Result<UploadState, Error> {
    context
        .api
        .fetch_status(publish_id)
        .await
        .map(|status| posting::assess(size, &status))
}

/// Failure while the last chunk of an interrupted request may still arrive. `now` is the time since the Unix epoch.
fn still_open(publish_id: &PublishId, left: Duration, now: Duration) -> Failure {
    let what = format!(
        "An earlier request with this key was interrupted while it sent the last chunk of the video. TikTok does not have the \
         chunk, but may receive it until the upload address has expired: until {}, in {} minutes. A repeat of the request \
         after that posts again. Another key would post at once, and a second time if the chunk still arrives.",
        UtcTime::after_epoch(now.saturating_add(left)).rfc3339(),
        left.as_secs().div_ceil(60)
    );
    let failure = Failure::new(&own::OUTCOME_UNKNOWN, &what)
        .unconfirmed()
        .of_upload(publish_id);
    Failure {
        retry_after: Some(left),
        ..failure
    }
}

fn unknown(publish_id: &PublishId, why: &str) -> Failure {
    let what = format!("(an earlier request with this key was interrupted; its status: {why})");
    Failure::new(&own::OUTCOME_UNKNOWN, &what)
        .unconfirmed()
        .of_upload(publish_id)
}
