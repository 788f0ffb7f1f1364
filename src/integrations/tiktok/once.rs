//! One idempotency key, one post (design §5): the key is taken before anything is sent, and a repeat gets the outcome of
//! the first request, goes on where it was cut off if that is safe, and never posts a second time.

use std::time::Duration;

use tracing::warn;

use super::{
    get_post_status::username,
    post_result::{Audience, PostResult},
    search::{self, Wanted},
};
use crate::{
    clock::Clock,
    integrations::{
        Context, Failure, Record,
        record::{self, Bounds},
    },
    model::{ByteCount, Fingerprint, JournalKey, PrivacyLevel, PublishId, Scope},
    open_api::Error,
    posting::{self, After, Age, Followed, Outcome, Resume, Stage},
    secret::shown,
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

/// How long a key is held after its holder was last seen. Should a holder stop for longer, whoever takes the key over goes
/// on, and the first one sends nothing more.
const LEASE: Duration = Duration::from_mins(1);

/// The pause before one looks again whether another request is done.
const PAUSE: Duration = Duration::from_millis(500);

/// How often the lease is prolonged while the post is made.
const BEAT: Duration = Duration::from_secs(20);

/// Runs `post`, and where there is a key, runs it at most once for that key.
pub(super) async fn once<F>(
    context: Context,
    once: Once<'_>,
    post: impl FnOnce(Context) -> F,
) -> Result<PostResult, Failure>
where
    F: Future<Output = Result<PostResult, Failure>> + Send,
{
    let Some(key) = once.key else { return Box::pin(post(context)).await };
    let claimed = match take(&context, once, key).await {
        Ok(Taken::Ours(claimed)) => {
            context.evidence.nothing_earlier();
            claimed
        }
        Ok(Taken::Answered(answer)) => return answer.map_err(Failure::under_a_key),
        Err(failure) => return Err(failure.under_a_key()),
    };
    let record = Record::in_journal(Bounds::new(context.clock.clone(), context.deadline), claimed);
    let clock = context.clock.clone();
    let post = Box::pin(post(Context { record: record.clone(), ..context }));
    let answer = while_held(&clock, BEAT, || record.hold(LEASE), post).await;
    let answer = match record.into_parts() {
        Some((claimed, bounds, stage)) => write_down(claimed, &bounds, &stage, answer).await,
        None => answer,
    };
    answer.map_err(Failure::under_a_key)
}

/// Runs `work` and holds the key meanwhile, so that nobody takes it from one who lives.
///
/// Both go on at the same time: to hold the key can take as long as the state takes, and may need what `work` has.
async fn while_held<T, H>(
    clock: &Clock,
    beat: Duration,
    hold: impl Fn() -> H + Send + Sync,
    work: impl Future<Output = T> + Send,
) -> T
where
    H: Future<Output = ()> + Send,
{
    let beats = async {
        loop {
            clock.sleep_really(beat).await;
            hold().await;
        }
    };
    tokio::pin!(work, beats);
    tokio::select! {
        biased;
        answer = work => answer,
        never = beats => never,
    }
}

/// What a key gives.
#[expect(clippy::large_enum_variant, reason = "it lives for a moment")]
enum Taken {
    /// The right to post.
    Ours(Claimed),
    /// The answer to the request.
    Answered(Result<PostResult, Failure>),
}

async fn take(context: &Context, once: Once<'_>, key: &str) -> Result<Taken, Failure> {
    let fingerprint = context
        .fingerprint
        .ok_or_else(|| Failure::new("no_room", "(the video could not be read back)").earlier_unknown())?;
    let row = JournalKey::of(&[&account(context).await.map_err(Failure::earlier_unknown)?, key]);
    let end = context.clock.deadline_in(context.patience(once.wait_seconds));
    loop {
        match claim(context, row, fingerprint).await.map_err(Failure::earlier_unknown)? {
            Claim::Fresh(claimed) => {
                let bounds = Bounds::new(context.clock.clone(), context.deadline);
                let begun = bounds.within(claimed.write(record::entry(&Stage::<PostResult>::Claimed), LEASE));
                return match begun.await {
                    Ok(()) => Ok(Taken::Ours(claimed)),
                    Err(error) => Err(Failure::of_state(&error).nothing_posted()),
                };
            }
            Claim::Resumed { claimed, entry } => return Ok(resume(context, once, claimed, read(&entry)?).await),
            Claim::Finished { entry } => match read(&entry)? {
                Stage::Ended { result } => return Ok(Taken::Answered(Ok(result.repeated()))),
                Stage::Claimed | Stage::Init { .. } | Stage::Named { .. } => return Err(unreadable()),
            },
            Claim::Conflict => return Err(conflict(key)),
            Claim::Held { entry, lease_left } => {
                if let Some(publish_id) = publish_id_in(entry.as_deref()) {
                    context.evidence.publish_id(&publish_id);
                }
                let left = context.clock.left_until(end);
                if left.is_zero() {
                    return Err(in_progress(entry.as_deref(), lease_left));
                }
                context.clock.sleep(PAUSE.min(left)).await;
            }
        }
    }
}

/// Claims the row, in the time that the request has. Should the claim come about later, nobody goes on from it, and it is
/// free again when its lease is over.
async fn claim(context: &Context, row: JournalKey, fingerprint: Fingerprint) -> Result<Claim, Failure> {
    let left = context.clock.left_until(context.deadline);
    match tokio::time::timeout(left, context.state.claim(row, fingerprint, LEASE)).await {
        Ok(claim) => claim.map_err(|error| Failure::of_state(&error)),
        Err(_elapsed) => Err(Failure::new("timeout", "(the journal of idempotency keys did not answer)")),
    }
}

/// Goes on with a post that another request began and did not end.
async fn resume(context: &Context, once: Once<'_>, claimed: Claimed, stage: Stage<PostResult>) -> Taken {
    let before = stage.without_result();
    if let Some(publish_id) = stage.publish_id() {
        context.evidence.publish_id(publish_id);
    }
    let hold = || async {
        claimed.renew(LEASE).await.unwrap_or_else(|error| warn!(%error, "the key could not be held"));
    };
    match while_held(&context.clock, BEAT, hold, ask(context, once, stage)).await {
        Some(answer) => {
            let bounds = Bounds::new(context.clock.clone(), context.deadline);
            Taken::Answered(write_down(claimed, &bounds, &before, answer).await)
        }
        None => Taken::Ours(claimed),
    }
}

/// What became of the post that another request began; none where nothing became of it, and nothing can.
async fn ask(context: &Context, once: Once<'_>, stage: Stage<PostResult>) -> Option<Result<PostResult, Failure>> {
    let size = stage.size();
    Some(match stage.resume() {
        Resume::Begin => return None,
        Resume::Recorded(result) => Ok(result.repeated()),
        Resume::Search { since } => {
            let failure = Failure { is_nameless: true, ..Failure::new("outcome_unknown", "").unconfirmed() };
            Err(match once.wanted {
                Some(wanted) => failure.with_sighting(search::search(context, since, wanted).await),
                None => failure,
            })
        }
        Resume::Ask { publish_id, since } => match look(context, &publish_id, size).await {
            Ok(After::Lacks) => Err(still_open(&publish_id, posting::open_for(since, context.clock.since_epoch())?)),
            Ok(After::Follow) => follow(context, once, &publish_id).await,
            Ok(After::Unknown) => Err(unknown(&publish_id, "the status does not say how much has arrived")),
            Err(error) => Err(unknown(&publish_id, &error.to_string())),
        },
    })
}

async fn follow(context: &Context, once: Once<'_>, publish_id: &PublishId) -> Result<PostResult, Failure> {
    let followed = posting::follow(&context.api, context.wait(once.wait_seconds), publish_id, Age::Earlier).await;
    let username = match &followed {
        Ok(Followed { status, .. }) => {
            username(&context.api.until(context.clock.deadline_in(posting::ANSWER)), status).await
        }
        Err(_not_told) => None,
    };
    let audience = Audience { username: username.as_deref(), privacy_level: once.privacy_level };
    PostResult::of_status(publish_id, followed, audience, Vec::new()).map(PostResult::repeated)
}

/// Asks where a post stands that was cut off.
async fn look(context: &Context, publish_id: &PublishId, size: Option<ByteCount>) -> Result<After, Error> {
    context.api.fetch_status(publish_id).await.map(|status| posting::after(size, &status))
}

/// The first request was cut off while it sent the last part, and that part may still arrive.
fn still_open(publish_id: &PublishId, left: Duration) -> Failure {
    let what = "An earlier request with this key was cut off while it sent the last part of the video. TikTok does not \
                have it yet, but could get it until the upload's address no longer works; then a repeat posts anew.";
    let failure = Failure::new("outcome_unknown", what).unconfirmed().of_upload(publish_id);
    Failure { retry_after: Some(left), ..failure }
}

fn unknown(publish_id: &PublishId, why: &str) -> Failure {
    let what = format!("(an earlier request with this key was cut off; asked how the post goes: {why})");
    Failure::new("outcome_unknown", &what).unconfirmed().of_upload(publish_id)
}

/// Writes the answer into the journal: for good where it is final, not at all where nothing was posted.
async fn write_down(
    claimed: Claimed,
    bounds: &Bounds,
    stage: &Stage<()>,
    answer: Result<PostResult, Failure>,
) -> Result<PostResult, Failure> {
    let outcome = match &answer {
        Ok(result) => result.outcome().unwrap_or(Outcome::Processing),
        Err(failure) => failure.outcome.unwrap_or(Outcome::Failed),
    };
    let write = async {
        match (posting::lasts(outcome), &answer) {
            (None, _) => claimed.forget().await,
            (Some(true), Ok(result)) => claimed.finish(record::entry(&Stage::Ended { result: result.clone() })).await,
            // An earlier write of the publish_id may have failed, so it is written once more.
            (Some(true), Err(_)) | (Some(false), _) => match claimed.write(record::entry(stage), LEASE).await {
                Ok(()) => claimed.release().await,
                Err(error) => Err(error),
            },
        }
    };
    match (bounds.at_last(write).await, answer) {
        // That this request posted nothing does not say that whoever has taken its key over does not.
        (Err(StateError::Lost), Err(_failure)) if outcome == Outcome::Failed => {
            Err(Failure::of_state(&StateError::Lost))
        }
        (Ok(()) | Err(StateError::Lost), answer) => answer,
        (Err(error), Ok(result)) => {
            Ok(result.with_warning(format!("the outcome could not be written to the journal ({error})")))
        }
        (Err(error), Err(failure)) => {
            warn!(%error, "the outcome could not be written to the journal");
            Err(failure)
        }
    }
}

/// Whose key it is. Tokens change every day, the account does not.
async fn account(context: &Context) -> Result<String, Failure> {
    let user = context.api.user_info(&[Scope::UserInfoBasic]).await.map_err(|error| {
        let failure = Failure::from(error);
        let message = format!(
            "{} (An idempotency_key needs the permission user.info.basic, to know whose it is.)",
            failure.message
        );
        Failure { message, ..failure }
    })?;
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
        &format!("{}, which was used with other inputs", shown(key)),
        "one key for one post, with the same inputs in each repeat (the video under the same input too)",
        "send the inputs that the key was first used with; only for another post use another key",
    )
    .nothing_posted()
}

/// The name of the post that an entry tells of.
fn publish_id_in(entry: Option<&str>) -> Option<PublishId> {
    read(entry?).ok()?.publish_id().cloned()
}

fn in_progress(entry: Option<&str>, lease_left: Duration) -> Failure {
    let publish_id = publish_id_in(entry);
    let failure = Failure::new("in_progress", "");
    Failure {
        outcome: Some(Outcome::Processing),
        retry_after: Some(lease_left.clamp(Duration::from_secs(1), LEASE)),
        publish_id,
        ..failure
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Mutex;

    use super::*;

    /// What holds the key may need what the work has, a connection for instance, and the other way round.
    #[tokio::test]
    async fn the_work_goes_on_while_the_key_is_held() {
        let (clock, connection) = (Clock::system(), Mutex::new(0_u32));
        let beat = Duration::from_millis(5);
        let hold = || async { *connection.lock().await += 1 };
        let work = async {
            for _ in 0..3 {
                let one_at_a_time = connection.lock().await;
                clock.sleep(4 * beat).await;
                drop(one_at_a_time);
                clock.sleep(4 * beat).await;
            }
        };
        let done = tokio::time::timeout(Duration::from_secs(10), while_held(&clock, beat, hold, work)).await;
        assert_eq!(done, Ok(()), "the work stands still");
        assert!(*connection.lock().await > 1, "the key was not held");
    }

    #[tokio::test]
    async fn a_key_that_cannot_be_held_holds_nothing_up() {
        let (clock, never) = (Clock::system(), std::future::pending);
        let work = async {
            clock.sleep(Duration::from_millis(20)).await;
            7
        };
        assert_eq!(while_held(&clock, Duration::from_millis(1), never, work).await, 7);
    }
}
