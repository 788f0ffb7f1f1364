//! Result of every posting action.

mod recorded;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::{FailureCode, Origin, own},
    integrations::{
        Failure,
        tiktok::{post::quota::QuotaOutput, video::output::VideoOutput},
    },
    model::{PostId, PrivacyLevel, PublishId},
    open_api::{Error, PostStatus, Quota},
    posting::{self, Disclosure, Followed, IdState, Outcome, ResolvedOptions},
};

/// State of the post or draft, or the findings of a dry run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct PostResult {
    /// ID of the post for get_post_status; omitted after a dry run
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_id: Option<PublishId>,
    /// TikTok's status of the post, such as PUBLISH_COMPLETE; omitted after a dry run
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_state: Option<IdState>,
    /// IDs of the published posts, as strings of their exact digits; empty until TikTok reports them
    post_ids: Vec<PostId>,
    /// URL of the published post, if its ID and the account's handle are known
    #[serde(skip_serializing_if = "Option::is_none")]
    post_url: Option<String>,
    /// Who can view the post
    #[serde(skip_serializing_if = "Option::is_none")]
    privacy_level: Option<PrivacyLevel>,
    /// Notes on a successful result
    warnings: Vec<String>,
    /// Properties of the video; omitted if TikTok downloads it, or if a repeat asked TikTok for the status of the post
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<VideoOutput>,
    /// The post as it would be made; only after a dry run
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<Preview>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<QuotaOutput>,
    /// True after a dry run: nothing was posted
    dry_run: bool,
    /// True if an earlier request with the same idempotency_key made the post; this result only reports it
    #[serde(default, skip_serializing_if = "is_false")]
    repeated: bool,
}

/// A post as it would be shown, with the consent that TikTok requires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct Preview {
    /// Comments are off
    disable_comment: bool,
    /// Duets are off; omitted for photos, which have none
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_duet: Option<bool>,
    /// Stitches are off; omitted for photos, which have none
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_stitch: Option<bool>,
    /// Label that TikTok puts on the post
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Cow<'static, str>>,
    /// Declaration that TikTok requires you to show to the user before posting
    consent: Cow<'static, str>,
}

impl Preview {
    /// Preview of a video post.
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

    /// Preview of a photo post.
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

/// Serde helper: skips `false`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this form")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Creator and audience of a post, if known.
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

    /// Outcome of the post; `None` after a dry run.
    pub(in crate::integrations::tiktok) fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Warnings of the result.
    #[cfg(test)]
    pub(in crate::integrations::tiktok) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The result as a repeat of the request receives it.
    #[must_use]
    pub(in crate::integrations::tiktok) fn repeated(self) -> Self {
        Self {
            repeated: true,
            ..self
        }
    }

    /// Adds a warning.
    #[must_use]
    pub(in crate::integrations::tiktok) fn with_warning(mut self, warning: String) -> Self {
        self.warnings.push(warning);
        self
    }

    /// Sets the properties of the video.
    #[must_use]
    pub(in crate::integrations::tiktok) fn with_video(self, video: Option<VideoOutput>) -> Self {
        Self { video, ..self }
    }

    /// Result of a post that TikTok has received in full, from its status.
    ///
    /// A status of FAILED is a [`Failure`]. Without a status the post is still being processed.
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
            format!("TikTok has the post, but its status could not be read ({error}); check it later with get_post_status")
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

/// A post that TikTok took and then failed.
fn failed(publish_id: &PublishId, status: &PostStatus) -> Failure {
    let code = status
        .fail_reason()
        .map_or(FailureCode::Known(&own::POST_FAILED), |reason| {
            FailureCode::of(Origin::FailReason, reason)
        });
    let message = match &code {
        FailureCode::Known(_) => String::new(),
        FailureCode::Unknown(reason) => format!("TikTok failed the post with the unknown reason {reason}."),
    };
    Failure::with_code(code, &message)
        .with_outcome(Outcome::Failed)
        .of_upload(publish_id)
}
