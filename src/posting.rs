//! Rules before a post, and its outcome after it.

mod disclosure;
mod lost_post;
mod outcome;
mod photo_limits;
mod post_state;
mod record;
mod rule_violation;
mod rules;
mod status_poll;
mod video_limits;

pub use crate::model::Outcome;
pub use disclosure::Disclosure;
pub use lost_post::{LostPostSearch, PossiblePost};
pub use outcome::{IdState, InitKind, PostProgress, PostTracker, PriorAttempt};
pub use photo_limits::{PHOTO_BYTES_MAX, PhotoFacts, PhotoFault, PhotoReport, check_photo};
pub use post_state::PostState;
pub use record::{
    PostFrame, Resume, Retention, Stage, UPLOAD_CLOSED_AFTER, UploadState, assess, open_for, retention,
};
pub use rule_violation::RuleViolation;
pub use rules::{PostOptions, ResolvedOptions, resolve};
pub use status_poll::{Age, Followed};
pub use video_limits::{CheckReport, VideoCheck, check_video};

use std::{ops::ControlFlow, time::Duration};

use tracing::info;

use status_poll::{StatusPoll, TimeLeft};

use crate::{
    clock::{Clock, Deadline},
    model::{PostId, PublishId},
    open_api::{Error, OpenApi},
};

/// Longest wait for a status that the result does not need.
pub const ANSWER: Duration = Duration::from_secs(10);

/// Time limits of a poll.
#[derive(Debug, Clone, Copy)]
pub struct Wait<'a> {
    /// Source of time.
    pub clock: &'a Clock,
    /// Longest time to repeat the call while the outcome is not final. Zero means a single call.
    pub patience: Duration,
    /// Deadline of the whole request.
    pub deadline: Deadline,
}

/// Asks TikTok for the status of a post until its outcome is final, within the limits of `wait`.
///
/// Returns the last known status; an error only if TikTok returned none.
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
    // For a post that is under way, the status is worth a short wait only: the caller can ask later.
    let soon = (age == Age::JustBegun).then(|| clock.deadline_in(patience.saturating_add(ANSWER)));
    let api = &api.until(soon.unwrap_or(deadline));
    let mut poll = StatusPoll::new(age);
    loop {
        let answer = api.fetch_status(publish_id).await;
        let left = TimeLeft {
            patience: end.saturating_sub(clock.elapsed()),
            deadline: clock.left_until(deadline),
        };
        match poll.next(answer, left) {
            ControlFlow::Break(result) => return result,
            ControlFlow::Continue(pause) => {
                info!(
                    wait_ms = crate::http::millis(pause),
                    "not done yet, asking again after a wait"
                );
                clock.sleep(pause).await;
            }
        }
    }
}

/// Returns the web address of a finished post; `None` without a post id or the account's name.
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

/// Address of a profile, up to the name.
const PROFILE: &str = "https://www.tiktok.com/@";

/// Most characters of a name in an address. TikTok allows 24.
const USERNAME_MAX: usize = 64;

const fn kind_in_url(publish_id: &PublishId) -> &'static str {
    if publish_id.is_photo() { "photo" } else { "video" }
}

/// True if a name can be part of a URL: letters, digits, underscores and periods, as TikTok allows, and
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
