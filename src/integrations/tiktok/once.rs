//! One idempotency key, one post (design §5): the key is taken before anything is sent, and a repeat gets the outcome of
//! the first request, goes on where it was cut off if that is safe, and never posts a second time.

use std::time::Duration;

use super::{
    post_result::{Audience, PostResult},
    search::{self, Wanted},
};
use crate::{
    integrations::{Context, Failure, Record, record},
    model::{ByteCount, JournalKey, PrivacyLevel, PublishId, Scope},
    posting::{self, After, Age, Outcome, Resume, Stage},
    state::{Claim, Claimed, StateError},
};

/// The key of a request, and what a repeat needs to tell its outcome.
#[derive(Debug, Clone, Copy)]
pub(super) struct Once<'a> {
    /// As the caller wrote it.
    pub(super) key: Option<&'a str>,
    /// Who may see the post.
    pub(super) privacy_level: Option<PrivacyLevel>,
    /// By what the post could be known.
    pub(super) wanted: Option<Wanted<'a>>,
    /// How long the outcome is waited for.
    pub(super) wait_seconds: u32,
}

/// How long a key is held for a request that has sent nothing yet. Should that take longer, whoever takes the key over
/// posts, and this request does not.
const LEASE: Duration = Duration::from_mins(1);

/// The pause before one looks again whether another request is done.
const PAUSE: Duration = Duration::from_millis(500);

/// The pause before one looks a second time whether a last chunk has arrived after all.
const SECOND_LOOK: Duration = Duration::from_secs(3);

/// Runs `post`, and where there is a key, runs it at most once for that key.
pub(super) async fn once<F>(
    context: Context,
    once: Once<'_>,
    post: impl FnOnce(Context) -> F,
) -> Result<PostResult, Failure>
where
    F: Future<Output = Result<PostResult, Failure>>,
{
    let Some(key) = once.key else { return post(context).await };
    let claimed = match take(&context, once, key).await.map_err(Failure::nothing_posted)? {
        Taken::Ours(claimed) => claimed,
        Taken::Answered(answer) => return *answer,
    };
    let record = Record::in_journal(context.clock.clone(), claimed);
    let answer = post(Context { record: record.clone(), ..context }).await;
    match record.into_claimed() {
        Some(claimed) => write_down(claimed, answer).await,
        None => answer,
    }
}

/// What a key gives.
enum Taken {
    /// The right to post.
    Ours(Claimed),
    /// The answer to the request.
    Answered(Box<Result<PostResult, Failure>>),
}

impl Taken {
    fn answered(answer: Result<PostResult, Failure>) -> Self {
        Self::Answered(Box::new(answer))
    }
}

async fn take(context: &Context, once: Once<'_>, key: &str) -> Result<Taken, Failure> {
    let fingerprint = context.fingerprint.ok_or_else(|| Failure::new("internal_error", "(no fingerprint)"))?;
    let row = JournalKey::of(&[&account(context).await?, key]);
    let end = context.clock.deadline_in(context.patience(once.wait_seconds));
    loop {
        match context.state.claim(row, fingerprint, LEASE).await.map_err(|error| Failure::of_state(&error))? {
            Claim::Fresh(claimed) => {
                return match claimed.write(record::entry(&Stage::<PostResult>::Claimed), LEASE).await {
                    Ok(()) => Ok(Taken::Ours(claimed)),
                    Err(error) => Err(Failure::of_state(&error)),
                };
            }
            Claim::Resumed { claimed, entry } => return resume(context, once, claimed, read(&entry)?).await,
            Claim::Finished { entry } => match read(&entry)? {
                Stage::Ended { result } => return Ok(Taken::answered(Ok(result.repeated()))),
                Stage::Claimed | Stage::Init { .. } | Stage::Named { .. } => return Err(unreadable()),
            },
            Claim::Conflict => return Err(conflict(key)),
            Claim::Held { entry, lease_left } => {
                let left = context.clock.left_until(end);
                if left.is_zero() {
                    return Ok(Taken::answered(Err(in_progress(entry.as_deref(), lease_left))));
                }
                context.clock.sleep(PAUSE.min(left)).await;
            }
        }
    }
}

/// Goes on with a post that another request began and did not end.
async fn resume(
    context: &Context,
    once: Once<'_>,
    claimed: Claimed,
    stage: Stage<PostResult>,
) -> Result<Taken, Failure> {
    let size = stage.size();
    match stage.resume() {
        Resume::Begin => Ok(Taken::Ours(claimed)),
        Resume::Recorded(result) => {
            Ok(Taken::answered(write_down(claimed, Ok(result)).await.map(PostResult::repeated)))
        }
        Resume::Search { since } => {
            let failure = Failure::new("outcome_unknown", "").unconfirmed();
            let failure = match once.wanted {
                Some(wanted) => failure.with_sighting(search::search(context, since, wanted).await),
                None => failure,
            };
            Ok(Taken::answered(write_down(claimed, Err(failure)).await))
        }
        Resume::Ask(publish_id) => match look(context, &publish_id, size).await {
            After::Begin => Ok(Taken::Ours(claimed)),
            After::Follow => {
                let patience = context.patience(once.wait_seconds);
                let status = posting::follow(&context.api, &context.clock, &publish_id, Age::Earlier, patience).await;
                let audience = Audience { username: None, privacy_level: once.privacy_level };
                let answer = PostResult::of_status(&publish_id, status, audience, Vec::new()).map(PostResult::repeated);
                Ok(Taken::answered(write_down(claimed, answer).await))
            }
            After::Unknown => {
                let failure = Failure::new("outcome_unknown", "").unconfirmed().of_upload(&publish_id);
                Ok(Taken::answered(write_down(claimed, Err(failure)).await))
            }
        },
    }
}

/// Asks where a post stands that was cut off. What is said to lack bytes is asked about twice: TikTok may count what has
/// just arrived a moment later.
async fn look(context: &Context, publish_id: &PublishId, size: Option<ByteCount>) -> After {
    let mut verdict = After::Unknown;
    for pause in [Duration::ZERO, SECOND_LOOK] {
        context.clock.sleep(pause).await;
        verdict = match context.api.fetch_status(publish_id).await {
            Ok(status) => posting::after(size, &status),
            Err(_unanswered) => After::Unknown,
        };
        if verdict != After::Begin {
            break;
        }
    }
    verdict
}

/// Writes the answer into the journal: for good where it is final, not at all where nothing was posted.
async fn write_down(claimed: Claimed, answer: Result<PostResult, Failure>) -> Result<PostResult, Failure> {
    let outcome = match &answer {
        Ok(result) => result.outcome().unwrap_or(Outcome::Processing),
        Err(failure) => failure.outcome.unwrap_or(Outcome::Failed),
    };
    let written = match (posting::lasts(outcome), &answer) {
        (None, _) => claimed.forget().await,
        (Some(true), Ok(result)) => claimed.finish(record::entry(&Stage::Ended { result: result.clone() })).await,
        (Some(true), Err(_)) | (Some(false), _) => claimed.release().await,
    };
    match (written, answer) {
        (Ok(()) | Err(StateError::Lost), answer) => answer,
        (Err(error), Ok(result)) => {
            Ok(result.with_warning(format!("the outcome could not be written to the journal ({error})")))
        }
        (Err(error), Err(failure)) => {
            tracing::warn!(%error, "the outcome could not be written to the journal");
            Err(failure)
        }
    }
}

/// Whose key it is. Tokens change every day, the account does not.
async fn account(context: &Context) -> Result<String, Failure> {
    let user = context.api.user_info(&[Scope::UserInfoBasic]).await?;
    user.open_id.ok_or_else(|| Failure::new("unreadable_answer", "(user/info gave no open_id)"))
}

fn read(entry: &str) -> Result<Stage<PostResult>, Failure> {
    record::read(entry).ok_or_else(unreadable)
}

fn unreadable() -> Failure {
    let what = "(the journal holds an entry under this key that another version of this program wrote)";
    Failure::new("state_unavailable", what).unconfirmed()
}

fn conflict(key: &str) -> Failure {
    Failure::of_finding(
        "idempotency_conflict",
        "idempotency_key",
        &format!("{key:?}, which was used with other inputs"),
        "one key for one post, with the same inputs in each repeat",
        "use a new key for a new post, or send the inputs that the key was first used with",
    )
}

fn in_progress(entry: Option<&str>, lease_left: Duration) -> Failure {
    let publish_id = entry.and_then(|entry| read(entry).ok()).and_then(|stage| stage.publish_id().cloned());
    let failure = Failure::new("in_progress", "");
    Failure {
        outcome: Some(Outcome::Processing),
        retry_after: Some(lease_left.clamp(Duration::from_secs(1), LEASE)),
        publish_id,
        ..failure
    }
}
