//! Results in the journal. A result that this program cannot have written is refused, and free text is left out.

use super::PostResult;
use crate::{
    integrations::tiktok::video::output::VideoOutput,
    model::{PostId, PrivacyLevel},
    posting::{self, IdState, Outcome},
};

/// Most posts of one publish_id.
const POST_IDS_MAX: usize = 35;

impl PostResult {
    /// The result as the journal keeps it; `None` if it could not be read back.
    pub(in crate::integrations::tiktok) fn for_journal(&self) -> Option<Self> {
        let (warnings, video) = (Vec::new(), self.video.clone().filter(VideoOutput::is_plausible));
        let kept = Self {
            warnings,
            video,
            ..self.clone()
        };
        kept.check(self.privacy_level).is_ok().then_some(kept)
    }

    /// Checks a result from the journal against a request with this privacy level. The error is the reason to
    /// distrust it.
    ///
    /// Warnings are left out: they are free text, and the first request received them.
    pub(in crate::integrations::tiktok) fn recorded(
        self,
        privacy: Option<PrivacyLevel>,
    ) -> Result<Self, &'static str> {
        self.check(privacy)?;
        Ok(Self {
            warnings: Vec::new(),
            ..self
        })
    }

    /// Checks everything but free text.
    fn check(&self, privacy: Option<PrivacyLevel>) -> Result<(), &'static str> {
        let Self {
            publish_id,
            status,
            outcome,
            id_state,
            post_ids,
            post_url,
            privacy_level,
            warnings: _,
            video,
            preview,
            quota,
            dry_run,
            repeated: _,
        } = self;
        let publish_id = publish_id
            .as_ref()
            .filter(|id| id.is_storable())
            .ok_or("its publish_id is none")?;
        let outcome = match (status.as_deref(), outcome) {
            (Some("PUBLISH_COMPLETE"), Some(Outcome::Published)) => Outcome::Published,
            (Some("SEND_TO_USER_INBOX"), Some(Outcome::InInbox)) => Outcome::InInbox,
            _ => return Err("its status and outcome are none of a post that has ended"),
        };
        if post_ids.len() > POST_IDS_MAX || !post_ids.iter().all(PostId::is_storable) {
            return Err("its post_ids are none");
        }
        if *id_state != Some(IdState::told(post_ids, outcome, privacy)) {
            return Err("its id_state does not belong to its ids");
        }
        if *privacy_level != privacy {
            return Err("its privacy_level is not that of the request");
        }
        if post_url
            .as_ref()
            .is_some_and(|url| !posting::is_post_url(url, publish_id, post_ids))
        {
            return Err("its post_url is not that of the post");
        }
        if video.as_ref().is_some_and(|video| !video.is_plausible()) {
            return Err("its video is none that TikTok takes");
        }
        let is_a_posts = preview.is_none() && quota.is_none() && !dry_run;
        is_a_posts.then_some(()).ok_or("it is the result of a dry run")
    }
}
