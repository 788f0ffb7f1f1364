//! What every posting action gives.

mod recorded;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue,
    integrations::{
        Failure,
        tiktok::{post::quota::QuotaOutput, video::output::VideoOutput},
    },
    model::{PostId, PrivacyLevel, PublishId},
    open_api::{Error, PostStatus, Quota},
    posting::{self, Disclosure, Followed, IdState, Outcome, ResolvedOptions},
};

/// What became of the post.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct PostResult {
    /// Names the post for get_post_status; absent after a dry run
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_id: Option<PublishId>,
    /// TikTok's word for the stage; absent after a dry run
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_state: Option<IdState>,
    /// Ids of the finished posts, exact, as text; empty until TikTok tells them
    post_ids: Vec<PostId>,
    /// Address of the finished post, where its id is known
    #[serde(skip_serializing_if = "Option::is_none")]
    post_url: Option<String>,
    /// Who may see the post
    #[serde(skip_serializing_if = "Option::is_none")]
    privacy_level: Option<PrivacyLevel>,
    /// Notes on a successful result
    warnings: Vec<String>,
    /// What the video was found to be
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<VideoOutput>,
    /// What the post would be, where this was a dry run
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<Preview>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<QuotaOutput>,
    /// Whether this was a dry run: everything was checked and nothing was posted
    dry_run: bool,
    /// True where an earlier request with the same idempotency_key made the post, and this one only tells of
    /// it
    #[serde(default, skip_serializing_if = "is_false")]
    repeated: bool,
}

/// How the post would be shown, and what TikTok wants the poster to agree to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct Preview {
    /// Comments are off
    disable_comment: bool,
    /// Duets are off; absent for photos, which have none
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_duet: Option<bool>,
    /// Stitches are off; absent for photos, which have none
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_stitch: Option<bool>,
    /// The label that TikTok puts on the post
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Cow<'static, str>>,
    /// What TikTok's guidelines want to be shown to who posts, before the post
    consent: Cow<'static, str>,
}

impl Preview {
    /// Of a video that is posted so.
    pub(in crate::integrations::tiktok) fn of_video(
        resolved: &ResolvedOptions,
        disclosure: Disclosure,
    ) -> Self {
        let (disable_duet, disable_stitch) = (Some(resolved.disable_duet), Some(resolved.disable_stitch));
        Self {
            disable_duet,
            disable_stitch,
            ..Self::of_photos(resolved, disclosure)
        }
    }

    /// Of photos that are posted so.
    pub(in crate::integrations::tiktok) fn of_photos(
        resolved: &ResolvedOptions,
        disclosure: Disclosure,
    ) -> Self {
        Self {
            disable_comment: resolved.disable_comment,
            disable_duet: None,
            disable_stitch: None,
            label: disclosure.label().map(Cow::Borrowed),
            consent: disclosure.consent().into(),
        }
    }
}

/// Whether a word need not be said.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this form")]
fn is_false(word: &bool) -> bool {
    !word
}

/// Whose post it is and who may see it, as far as the action knows.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::integrations::tiktok) struct Audience<'a> {
    pub(in crate::integrations::tiktok) username: Option<&'a str>,
    pub(in crate::integrations::tiktok) privacy_level: Option<PrivacyLevel>,
}

impl PostResult {
    /// The result of a dry run.
    pub(in crate::integrations::tiktok) fn dry(
        audience: Audience<'_>,
        preview: Option<Preview>,
        quota: Quota,
        warnings: Vec<String>,
    ) -> Self {
        let (privacy_level, quota) = (audience.privacy_level, Some(quota.into()));
        Self {
            privacy_level,
            preview,
            quota,
            warnings,
            dry_run: true,
            ..Self::default()
        }
    }

    /// What became of the post; none after a dry run.
    pub(in crate::integrations::tiktok) fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Notes on it.
    #[cfg(test)]
    pub(in crate::integrations::tiktok) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The same result, given to a repeat of the request that posted.
    #[must_use]
    pub(in crate::integrations::tiktok) fn repeated(self) -> Self {
        Self {
            repeated: true,
            ..self
        }
    }

    /// The same result, with one more warning.
    #[must_use]
    pub(in crate::integrations::tiktok) fn with_warning(mut self, warning: String) -> Self {
        self.warnings.push(warning);
        self
    }

    /// The same result, with what the video was found to be.
    #[must_use]
    pub(in crate::integrations::tiktok) fn with_video(self, video: Option<VideoOutput>) -> Self {
        Self { video, ..self }
    }

    /// The result of a post that TikTok has, by what its status says.
    ///
    /// Where TikTok says that the post failed, that is a failure. Where it does not say anything, the post is
    /// on its way all the same: TikTok has taken all of it.
    pub(in crate::integrations::tiktok) fn of_status(
        publish_id: &PublishId,
        followed: Result<Followed, Error>,
        audience: Audience<'_>,
        mut warnings: Vec<String>,
    ) -> Result<Self, Failure> {
        let base = Self {
            publish_id: Some(publish_id.clone()),
            privacy_level: audience.privacy_level,
            ..Self::default()
        };
        let (status, trouble) = match followed {
            Ok(Followed { status, trouble }) => (Some(status), trouble),
            Err(error) => (None, Some(error)),
        };
        warnings.extend(trouble.map(|error| {
            format!("TikTok has the post, but asking how it goes failed ({error}); ask get_post_status later")
        }));
        let Some(status) = status else {
            return Ok(Self {
                outcome: Some(Outcome::Processing),
                warnings,
                ..base
            });
        };
        let outcome = Outcome::of_status(&status.status);
        if outcome == Outcome::Failed {
            return Err(failed(publish_id, &status));
        }
        Ok(Self {
            status: Some(status.status.as_str().to_owned()),
            outcome: Some(outcome),
            id_state: Some(IdState::of(&status, audience.privacy_level)),
            post_ids: status.post_ids().to_vec(),
            post_url: posting::post_url(publish_id, status.post_ids(), audience.username),
            warnings,
            ..base
        })
    }
}

/// TikTok took the post and then failed it.
fn failed(publish_id: &PublishId, status: &PostStatus) -> Failure {
    let reason = status.fail_reason().unwrap_or("post_failed");
    let message = match catalogue::find(reason) {
        Some(_) => String::new(),
        None => format!("TikTok failed the post for the reason {reason}, which is new to us."),
    };
    Failure {
        outcome: Some(Outcome::Failed),
        ..Failure::new(reason, &message)
    }
    .of_upload(publish_id)
}
