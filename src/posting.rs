//! What must hold before a post, and what became of it.

mod disclosure;
mod lost_post;
mod outcome;
mod record;
mod rule_violation;
mod rules;
mod video_limits;

pub use disclosure::Disclosure;
pub use lost_post::{LostPostSearch, PossiblePost};
pub use outcome::{IdState, InitKind, Outcome, PostProgress, PostTracker, PriorAttempt};
pub use record::{PostFrame, Resume, Retention, Stage, UploadState, assess, open_for, retention};
pub use rule_violation::RuleViolation;
pub use rules::{PostOptions, ResolvedOptions, resolve};
pub use video_limits::{CheckReport, VideoCheck, check_video};

use std::time::Duration;

use tracing::info;

use crate::{
    catalogue,
    clock::{Clock, Deadline},
    model::{PostId, PublishId},
    open_api::{Error, OpenApi, PostStatus},
};

/// Two seconds between questions is TikTok's limit of 30 a minute.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The pause grows to this, since what is not done in a minute seldom is in the next seconds.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How often an id that TikTok has just given out may be unknown to it.
const UNKNOWN_MAX: u32 = 3;

/// What a question may take that the answer can do without.
pub const ANSWER: Duration = Duration::from_secs(10);

/// The pause before asking again for an id that TikTok does not know yet.
const UNKNOWN_PAUSE: Duration = Duration::from_secs(1);

/// Since when a publish_id exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// This action has just got it, so TikTok may not know it everywhere.
    JustBegun,
    /// It is from an earlier action: where TikTok does not know it, it is wrong.
    Earlier,
}

/// How long one asks where a post stands.
#[derive(Debug, Clone, Copy)]
pub struct Wait<'a> {
    /// The time.
    pub clock: &'a Clock,
    /// How long it is asked again while the outcome is not final; with none it is asked once.
    pub patience: Duration,
    /// When the whole request must be done.
    pub deadline: Deadline,
}

/// Where a post stands, as far as TikTok told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The last status that was told.
    pub status: PostStatus,
    /// Why no later one was told, where the last question failed.
    pub trouble: Option<Error>,
}

/// Asks where a post stands, again and again for as long as `wait` allows, until its outcome is final.
///
/// A question that fails ends the wait only where asking again cannot help.
pub async fn follow(
    api: &OpenApi,
    wait: Wait<'_>,
    publish_id: &PublishId,
    age: Age,
) -> Result<Followed, Error> {
    let Wait {
        clock,
        patience,
        deadline,
    } = wait;
    let end = clock.elapsed().saturating_add(patience);
    // Of a post that is under way the answer is worth a short wait only: the caller can ask later.
    let soon = (age == Age::JustBegun).then(|| clock.deadline_in(patience.saturating_add(ANSWER)));
    let api = &api.until(soon.unwrap_or(deadline));
    let mut pause = FIRST_PAUSE;
    let mut seen: Option<PostStatus> = None;
    let mut unknown = 0;
    loop {
        let trouble = match api.fetch_status(publish_id).await {
            Ok(status) if Outcome::of_status(&status.status).is_final() => {
                return Ok(Followed {
                    status,
                    trouble: None,
                });
            }
            Ok(status) => {
                seen = Some(status);
                None
            }
            Err(error)
                if may_come(&error, age)
                    && unknown < UNKNOWN_MAX
                    && !clock.left_until(deadline).is_zero() =>
            {
                unknown += 1;
                clock.sleep(UNKNOWN_PAUSE.min(clock.left_until(deadline))).await;
                continue;
            }
            Err(error) => Some(error),
        };
        let left = end.saturating_sub(clock.elapsed());
        if left.is_zero() || trouble.as_ref().is_some_and(|error| !may_pass(error, age)) {
            return match (seen.take(), trouble) {
                (Some(status), trouble) => Ok(Followed { status, trouble }),
                (None, Some(error)) => Err(error),
                (None, None) => continue,
            };
        }
        info!(
            wait_ms = crate::http::millis(pause.min(left)),
            "not done yet, asking again after a wait"
        );
        clock.sleep(pause.min(left)).await;
        pause = pause.mul_f64(1.5).min(LONGEST_PAUSE);
    }
}

/// Whether the same question may be answered later.
fn may_pass(error: &Error, age: Age) -> bool {
    match error {
        _ if may_come(error, age) => true,
        Error::Refused(refusal) => {
            refusal.code != "invalid_publish_id"
                && catalogue::find(&refusal.code).is_none_or(|row| row.retryable)
        }
        Error::Lost(_) | Error::Unreadable { .. } => true,
    }
}

/// TikTok may take a moment to know an id that it has just given out; the code or the message says so.
fn may_come(error: &Error, age: Age) -> bool {
    match error {
        Error::Refused(refusal) if age == Age::JustBegun => {
            refusal.code == "invalid_publish_id" || refusal.message.contains("invalid_publish_id")
        }
        Error::Refused(_) | Error::Lost(_) | Error::Unreadable { .. } => false,
    }
}

/// The web address of a finished post; `None` where it has no id or its account's name is not known.
pub fn post_url(publish_id: &PublishId, post_ids: &[PostId], username: Option<&str>) -> Option<String> {
    let username = username.filter(|name| is_username(name))?;
    post_ids
        .first()
        .map(|id| format!("{PROFILE}{username}/{}/{id}", kind_in_url(publish_id)))
}

/// True if `url` is the address that [`post_url`] gives for such a post of any account.
pub fn is_post_url(url: &str, publish_id: &PublishId, post_ids: &[PostId]) -> bool {
    let username = url.strip_prefix(PROFILE).and_then(|rest| rest.split('/').next());
    post_url(publish_id, post_ids, username).as_deref() == Some(url)
}

/// Address of a profile up to the name.
const PROFILE: &str = "https://www.tiktok.com/@";

/// Most characters of a name in an address; TikTok allows 24.
const USERNAME_MAX: usize = 64;

const fn kind_in_url(publish_id: &PublishId) -> &'static str {
    if publish_id.is_photo() { "photo" } else { "video" }
}

/// True if a name can stand in an address: letters, digits, underscores and periods, as TikTok allows, and
/// hyphens.
fn is_username(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-');
    (1..=USERNAME_MAX).contains(&name.chars().count()) && name.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_on_tiktoks_host_and_of_this_post() {
        let read = |id: &str| -> PostId { serde_json::from_str(&format!("\"{id}\"")).unwrap() };
        let (video, ids) = (
            PublishId::parse("v_pub_file~v2-1.7".to_owned()).unwrap(),
            [read("77"), read("78")],
        );
        let url = post_url(&video, &ids, Some("sim.public")).unwrap();
        assert_eq!(url, "https://www.tiktok.com/@sim.public/video/77");
        assert!(is_post_url(&url, &video, &ids));
        for foreign in [
            "https://www.tiktok.com/@sim.public/video/78",
            "https://www.tiktok.com/@sim.public/photo/77",
            "https://www.tiktok.com/@sim.public/video/77?x=1",
            "https://www.tiktok.com/@/video/77",
            "https://www.tiktok.com/@a%2f../video/77",
            "https://www.tiktok.com@evil.example/video/77",
            "https://evil.example/@sim.public/video/77",
            "http://www.tiktok.com/@sim.public/video/77",
            "",
        ] {
            assert!(!is_post_url(foreign, &video, &ids), "{foreign}");
        }
        for name in ["", "a/b", "a?b", "a b", "a#", "@a", "\u{202e}a"] {
            assert_eq!(post_url(&video, &ids, Some(name)), None, "{name:?}");
        }
    }
}
