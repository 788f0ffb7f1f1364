//! One idempotency key, one post: the key is taken before anything is sent, and a repeat gets the outcome of
//! the first request, goes on where it was cut off if that is safe, and never posts a second time.

use std::time::Duration;

use tracing::warn;

use crate::{
    clock::Clock,
    integrations::{
        Failure,
        tiktok::{
            context::Context,
            post::fingerprint::NULL_KEY,
            post::journal::{self, JournalBudget, PostJournal},
            post::result::{Audience, PostResult},
            post::search::{self, SearchKey},
            post::username,
        },
    },
    model::{ByteCount, Fingerprint, JournalKey, PrivacyLevel, PublishId, Scope},
    open_api::Error,
    posting::{self, Age, Followed, InitKind, Outcome, PostFrame, Resume, Retention, Stage, UploadState},
    secret::shown,
    state::{Claim, Lease, Recorded, StateError},
};

/// The key of a request, and what a repeat needs to tell its outcome.
#[derive(Debug, Clone, Copy)]
pub(in crate::integrations::tiktok) struct IdempotentPost<'a> {
    /// Name of the action that posts.
    pub(in crate::integrations::tiktok) action: &'static str,
    /// As the caller wrote it.
    pub(in crate::integrations::tiktok) key: Option<&'a str>,
    /// Effect of the post's init.
    pub(in crate::integrations::tiktok) kind: InitKind,
    /// Audience of the post.
    pub(in crate::integrations::tiktok) privacy_level: Option<PrivacyLevel>,
    /// By what the post could be known.
    pub(in crate::integrations::tiktok) wanted: Option<SearchKey<'a>>,
    /// Seconds that the outcome is waited for.
    pub(in crate::integrations::tiktok) wait_seconds: u32,
}

/// How long a key is held after its holder was last seen. Should a holder stop for longer, whoever takes the
/// key over goes on, and the first one sends nothing more.
const LEASE: Duration = Duration::from_mins(1);

/// The pause before one looks again whether another request is done.
const PAUSE: Duration = Duration::from_millis(500);

/// How often the lease is prolonged while the post is made.
const BEAT: Duration = Duration::from_secs(20);

/// Runs `post`, and where there is a key, runs it at most once for that key.
pub(in crate::integrations::tiktok) async fn once<F>(
    context: Context,
    once: IdempotentPost<'_>,
    post: impl FnOnce(Context) -> F,
) -> Result<PostResult, Failure>
where
    F: Future<Output = Result<PostResult, Failure>> + Send,
{
    let Some(key) = once.key else {
        let has_null_key = context.has_null_key;
        let result = Box::pin(post(context)).await?;
        return Ok(if has_null_key {
            result.with_warning(NULL_KEY.to_owned())
        } else {
            result
        });
    };
    let claimed = match Box::pin(take(&context, once, key)).await {
        Ok(KeyClaim::Owned(claimed)) => {
            context.evidence.nothing_earlier();
            claimed
        }
        Ok(KeyClaim::Answered(answer)) => return answer.map_err(Failure::with_idempotency_key),
        Err(failure) => return Err(failure.with_idempotency_key()),
    };
    let record = PostJournal::in_journal(
        JournalBudget::new(context.clock.clone(), context.deadline),
        claimed,
    );
    let clock = context.clock.clone();
    let post = Box::pin(post(Context {
        record: record.clone(),
        ..context
    }));
    let answer = while_held(&clock, BEAT, || record.hold(LEASE), post).await;
    let answer = match record.into_parts() {
        Some((claimed, bounds, stage)) => write_down(claimed, &bounds, &stage, answer).await,
        None => answer,
    };
    answer.map_err(Failure::with_idempotency_key)
}

/// Runs `work` and holds the key meanwhile, so that nobody takes it from one who lives.
///
/// Both go on at the same time: to hold the key can take as long as the state takes, and may need what `work`
/// has.
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
            clock.heartbeat_sleep(beat).await;
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

/// Gain of a key.
#[expect(clippy::large_enum_variant, reason = "it lives for a moment")]
enum KeyClaim {
    /// The right to post.
    Owned(Lease),
    /// The answer to the request.
    Answered(Result<PostResult, Failure>),
}

async fn take(context: &Context, once: IdempotentPost<'_>, key: &str) -> Result<KeyClaim, Failure> {
    let fingerprint = match &context.keyed {
        Some(keyed) => keyed.fingerprint(once.action, &context.contents).await,
        None => None,
    };
    let fingerprint = fingerprint
        .ok_or_else(|| Failure::new("no_room", "(the video could not be read back)").earlier_unknown())?;
    let account = account(context).await.map_err(Failure::earlier_unknown)?;
    let row = context.namespace.journal_key(&[&account, key]);
    let end = context.clock.deadline_in(context.patience(once.wait_seconds));
    loop {
        let claim = claim(context, row, fingerprint)
            .await
            .map_err(Failure::earlier_unknown)?;
        let stage = stage(&claim, once).map_err(|reason| distrust(row, reason).earlier_unknown());
        match claim {
            Claim::Fresh(claimed) => return Ok(KeyClaim::Owned(claimed)),
            Claim::Resumed { claimed, entry } => {
                return match stage {
                    Ok(stage) => {
                        Ok(resume(context, once, claimed, stage.unwrap_or(Stage::Claimed), &entry).await)
                    }
                    Err(failure) => {
                        drop(claimed.release().await);
                        Err(failure)
                    }
                };
            }
            Claim::Finished { .. } => {
                return match stage? {
                    Some(Stage::Ended { result }) => Ok(KeyClaim::Answered(Ok(result.repeated()))),
                    None | Some(Stage::Claimed | Stage::Init { .. } | Stage::InitAcknowledged { .. }) => {
                        Err(distrust(row, "the row has ended, and its stage has not").earlier_unknown())
                    }
                };
            }
            Claim::Conflict => return Err(conflict(key)),
            Claim::Held { lease_left, .. } => {
                let stage = stage?;
                let publish_id = stage.as_ref().and_then(Stage::publish_id);
                if let Some(publish_id) = publish_id {
                    context.evidence.publish_id(publish_id);
                }
                let left = context.clock.left_until(end);
                if left.is_zero() {
                    return Err(in_progress(publish_id, lease_left));
                }
                context.clock.sleep(PAUSE.min(left)).await;
            }
        }
    }
}

/// Claims the row, in the time that the request has. Should the claim come about later, nobody goes on from
/// it, and it is free again when its lease is over.
async fn claim(context: &Context, row: JournalKey, fingerprint: Fingerprint) -> Result<Claim, Failure> {
    let left = context.clock.left_until(context.deadline);
    let begun = journal::entry(&Stage::<PostResult>::Claimed);
    match tokio::time::timeout(left, context.state.claim(row, fingerprint, &begun, LEASE)).await {
        Ok(Err(StateError::Untrusted { reason })) => Err(distrust(row, reason)),
        Ok(claim) => claim.map_err(|error| Failure::of_state(&error)),
        Err(_elapsed) => Err(Failure::new(
            "timeout",
            "(the journal of idempotency keys did not answer)",
        )),
    }
}

/// Goes on with a post that another request began and did not end.
async fn resume(
    context: &Context,
    once: IdempotentPost<'_>,
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
    match while_held(&context.clock, BEAT, hold, ask(context, once, stage, open_for)).await {
        Some(answer) => {
            let bounds = JournalBudget::new(context.clock.clone(), context.deadline);
            KeyClaim::Answered(write_down(claimed, &bounds, &before, answer).await)
        }
        None => KeyClaim::Owned(claimed),
    }
}

/// Outcome of the post that another request began; none if nothing became of it, and nothing can. `open_for`
/// gives the time that an upload whose init was answered at a time is still open.
async fn ask(
    context: &Context,
    once: IdempotentPost<'_>,
    stage: Stage<PostResult>,
    open_for: impl Fn(Duration) -> Option<Duration>,
) -> Option<Result<PostResult, Failure>> {
    let size = stage.size();
    Some(match stage.resume() {
        Resume::Begin => return None,
        Resume::Recorded(result) => Ok(result.repeated()),
        Resume::Search { since } => {
            let failure = Failure {
                publish_id_lost: true,
                ..Failure::new("outcome_unknown", "").unconfirmed()
            };
            Err(match once.wanted {
                Some(wanted) => failure.with_search(search::search(context, since, wanted).await),
                None => failure,
            })
        }
        Resume::Ask { publish_id, since } => match look(context, &publish_id, size).await {
            Ok(UploadState::Incomplete) => Err(still_open(&publish_id, open_for(since)?)),
            Ok(UploadState::Underway) => follow(context, once, &publish_id).await,
            Ok(UploadState::Unknown) => Err(unknown(
                &publish_id,
                "the status does not say how much has arrived",
            )),
            Err(error) => Err(unknown(&publish_id, &error.to_string())),
        },
    })
}

async fn follow(
    context: &Context,
    once: IdempotentPost<'_>,
    publish_id: &PublishId,
) -> Result<PostResult, Failure> {
    let followed = posting::follow(
        &context.api,
        context.wait(once.wait_seconds),
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
        privacy_level: once.privacy_level,
    };
    PostResult::of_status(publish_id, followed, audience, Vec::new()).map(PostResult::repeated)
}

/// Asks for the status of a post that was cut off.
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

/// The first request was cut off while it sent the last part, and that part may still arrive.
fn still_open(publish_id: &PublishId, left: Duration) -> Failure {
    let what = "An earlier request with this key was cut off while it sent the last part of the video. TikTok does not \
                have it yet, but could get it until the upload's address no longer works; then a repeat posts anew.";
    let failure = Failure::new("outcome_unknown", what)
        .unconfirmed()
        .of_upload(publish_id);
    Failure {
        retry_after: Some(left),
        ..failure
    }
}

fn unknown(publish_id: &PublishId, why: &str) -> Failure {
    let what = format!("(an earlier request with this key was cut off; asked how the post goes: {why})");
    Failure::new("outcome_unknown", &what)
        .unconfirmed()
        .of_upload(publish_id)
}

/// Writes the answer into the journal: for good where it is final, not at all where nothing was posted.
async fn write_down(
    claimed: Lease,
    bounds: &JournalBudget,
    stage: &Stage<()>,
    answer: Result<PostResult, Failure>,
) -> Result<PostResult, Failure> {
    let outcome = match &answer {
        Ok(result) => result.outcome().unwrap_or(Outcome::Processing),
        Err(failure) => failure.outcome.unwrap_or(Outcome::Failed),
    };
    // Of what could not be read back, TikTok is asked again.
    let ended = answer.as_ref().ok().and_then(PostResult::for_journal);
    let ended = ended.map(|result| journal::entry(&Stage::Ended { result }));
    let write = async {
        match (posting::retention(outcome), &answer) {
            (Retention::Discard, _) => claimed.forget().await,
            (Retention::Final, Ok(_)) if ended.is_some() => claimed.finish(ended.unwrap_or_default()).await,
            // An earlier write of the publish_id may have failed, so it is written once more.
            (Retention::Final | Retention::KeepOpen, _) => {
                match claimed.write(journal::entry(stage), LEASE).await {
                    Ok(()) => claimed.release().await,
                    Err(error) => Err(error),
                }
            }
        }
    };
    match (bounds.at_last(write).await, answer) {
        // That this request posted nothing does not say that whoever has taken its key over does not.
        (Err(StateError::Lost), Err(_failure)) if outcome == Outcome::Failed => {
            Err(Failure::of_state(&StateError::Lost))
        }
        (Ok(()) | Err(StateError::Lost), answer) => answer,
        (Err(error), Ok(result)) => {
            warn!(
                error = error.in_full(),
                "the outcome could not be written to the journal"
            );
            Ok(result.with_warning(format!(
                "the outcome could not be written to the journal ({error})"
            )))
        }
        (Err(error), Err(failure)) => {
            warn!(
                error = error.in_full(),
                "the outcome could not be written to the journal"
            );
            Err(failure)
        }
    }
}

/// Whose key it is. Tokens change every day, the account does not.
async fn account(context: &Context) -> Result<String, Failure> {
    let user = context
        .api
        .user_info(&[Scope::UserInfoBasic])
        .await
        .map_err(|error| {
            let failure = Failure::from(error);
            let message = format!(
                "{} (An idempotency_key needs the permission user.info.basic, to know whose it is.)",
                failure.message
            );
            Failure { message, ..failure }
        })?;
    user.open_id
        .ok_or_else(|| Failure::new("unreadable_answer", "(user/info gave no open_id)"))
}

/// The stage that the row of a claim tells of, if it tells of one; the error is the reason that it is not
/// believed.
fn stage(claim: &Claim, once: IdempotentPost<'_>) -> Result<Option<Stage<PostResult>>, &'static str> {
    match claim {
        Claim::Fresh(_) | Claim::Conflict | Claim::Held { entry: None, .. } => Ok(None),
        Claim::Resumed { entry, .. }
        | Claim::Held {
            entry: Some(entry), ..
        } => read(entry, once, false).map(Some),
        Claim::Finished { entry } => read(entry, once, true).map(Some),
    }
}

/// The stage in an entry, if it can be one of this request's post; the error is the reason that it is not
/// believed.
fn read(
    recorded: &Recorded,
    once: IdempotentPost<'_>,
    is_finished: bool,
) -> Result<Stage<PostResult>, &'static str> {
    let Recorded {
        text,
        claimed_at,
        read_at: now,
        is_authenticated,
    } = recorded;
    let stage = journal::read::<PostResult>(text).ok_or("its entry is none that this program writes")?;
    let (kind, is_authenticated, claimed_at, now) = (once.kind, *is_authenticated, *claimed_at, *now);
    stage.check(&PostFrame {
        kind,
        is_finished,
        is_authenticated,
        claimed_at,
        now,
    })?;
    match stage {
        Stage::Ended { result } => Ok(Stage::Ended {
            result: result.recorded(once.privacy_level)?,
        }),
        begun @ (Stage::Claimed | Stage::Init { .. } | Stage::InitAcknowledged { .. }) => Ok(begun),
    }
}

/// The row is not gone on from, and nothing in it is told.
fn distrust(row: JournalKey, reason: &'static str) -> Failure {
    let for_operator = Some(format!("row {row}: {reason}"));
    Failure {
        for_operator,
        ..Failure::of_state(&StateError::Untrusted { reason })
    }
}

fn conflict(key: &str) -> Failure {
    Failure::of_field(
        "idempotency_conflict",
        "idempotency_key",
        &format!("{}, which was used with other inputs", shown(key)),
        "one key for one post, with the same inputs in each repeat (the video under the same input too)",
        "send the inputs that the key was first used with; only for another post use another key",
    )
    .nothing_posted()
}

fn in_progress(publish_id: Option<&PublishId>, lease_left: Duration) -> Failure {
    Failure {
        outcome: Some(Outcome::Processing),
        retry_after: Some(lease_left.clamp(Duration::from_secs(1), LEASE)),
        publish_id: publish_id.cloned(),
        ..Failure::new("in_progress", "")
    }
}

#[cfg(test)]
mod tests;
