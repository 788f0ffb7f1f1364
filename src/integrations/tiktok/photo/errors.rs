//! Errors and warnings about the inputs of a photo post.

use crate::{catalogue::own, integrations::Failure, model::FieldError};

/// Error about a cover index beyond the `count` photos.
pub(in crate::integrations::tiktok) fn no_such_cover(index: u8, count: usize) -> FieldError {
    field_error(
        "photo_cover_index",
        &index.to_string(),
        &match count.saturating_sub(1) {
            0 => "0, because the post has 1 photo".to_owned(),
            last => format!("0 to {last}, because the post has {count} photos"),
        },
        "choose one of the photos",
    )
}

/// Error about a direct post without a privacy level.
pub(in crate::integrations::tiktok) fn no_privacy_level() -> FieldError {
    field_error(
        "privacy_level",
        "nothing",
        "one of the levels that get_creator_info returns",
        "choose who can view the post; TikTok forbids a default",
    )
}

/// Warning about a label that a draft does not keep.
pub(in crate::integrations::tiktok) const AIGC_IN_DRAFT: &str = "is_aigc is sent, but TikTok keeps only title and \
    description of a draft; label the post in the TikTok app";

/// Warnings about inputs without effect: those for videos only, and those that TikTok discards from drafts.
pub(in crate::integrations::tiktok) fn without_effect(
    video_only: impl Iterator<Item = &'static str>,
    idle_in_drafts: impl Iterator<Item = &'static str>,
) -> impl Iterator<Item = String> {
    [
        no_effect(
            &video_only.collect::<Vec<_>>(),
            "photos have no duets and no stitches",
        ),
        no_effect(
            &idle_in_drafts.collect::<Vec<_>>(),
            "TikTok keeps only title and description of a draft",
        ),
    ]
    .into_iter()
    .flatten()
}

fn no_effect(names: &[&str], reason: &str) -> Option<String> {
    let verb = if names.len() == 1 { "has" } else { "have" };
    (!names.is_empty()).then(|| format!("{} {verb} no effect: {reason}", names.join(", ")))
}

/// Fails with every error of the inputs and then of the photos, if there are any.
pub(in crate::integrations::tiktok) fn reject(
    mut inputs: Vec<FieldError>,
    photos: Vec<FieldError>,
) -> Result<(), Failure> {
    let code = if inputs.is_empty() {
        &own::PHOTO_INVALID
    } else {
        &own::RULES_NOT_MET
    };
    inputs.extend(photos);
    if inputs.is_empty() {
        return Ok(());
    }
    Err(Failure::of_fields(code, inputs))
}

/// Error about a video-only input that is `false`.
pub(in crate::integrations::tiktok) fn video_only(field: &str) -> FieldError {
    let noun = if field == "disable_duet" {
        "duets"
    } else {
        "stitches"
    };
    let allowed = format!("true or nothing, because photos have no {noun}");
    field_error(field, "false", &allowed, "omit it")
}

/// Error about an input that TikTok discards from drafts.
pub(in crate::integrations::tiktok) fn not_in_drafts(field: &str) -> FieldError {
    field_error(
        field,
        "a value together with post_mode MEDIA_UPLOAD",
        "title and description only; TikTok discards the rest of a draft",
        "omit it and let the account's owner set it in the TikTok app, or use DIRECT_POST",
    )
}

fn field_error(field: &str, got: &str, allowed: &str, fix: &str) -> FieldError {
    FieldError {
        field: field.into(),
        got: got.into(),
        allowed: allowed.into(),
        fix: fix.into(),
    }
}
