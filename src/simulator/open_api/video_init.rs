//! The two inits for videos: direct post and draft (#video-init, #draft-init).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    account::{Account, Visibility},
    chunks::Plan,
    envelope::ResponseData,
    post::{InitRequest, Post, PostKind},
    rejection::{ApiRejection, RejectionCode},
    request::{Answer, ApiRequest, present},
    source::VideoSourceParams,
    world::World,
};

#[derive(Debug, Deserialize)]
struct DirectBody {
    post_info: VideoPostParams,
    source_info: VideoSourceParams,
}

/// `post_info` of a video.
#[derive(Debug, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the wire has them")]
struct VideoPostParams {
    privacy_level: Visibility,
    #[serde(default, deserialize_with = "present")]
    title: Option<String>,
    #[serde(default)]
    disable_duet: bool,
    #[serde(default)]
    disable_stitch: bool,
    #[serde(default)]
    disable_comment: bool,
    /// In milliseconds; out of range means the first frame, so only the type is judged.
    #[serde(default, deserialize_with = "present", rename = "video_cover_timestamp_ms")]
    _cover: Option<i32>,
    #[serde(default, deserialize_with = "present")]
    brand_content_toggle: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    brand_organic_toggle: Option<bool>,
    #[serde(default)]
    is_aigc: bool,
}

/// Body of a draft, whose `post_info` TikTok ignores in silence (#draft-init).
#[derive(Debug, Deserialize)]
struct InboxBody {
    #[serde(default)]
    post_info: Option<Value>,
    source_info: VideoSourceParams,
}

/// `POST /v2/post/publish/video/init/`
pub(super) fn direct(world: &mut World, call: &mut ApiRequest<'_>) -> Answer {
    call.no_query()?;
    let DirectBody {
        post_info,
        source_info,
    } = call.json()?;
    check_text("title", post_info.title.as_deref(), VIDEO_TITLE_UNITS)?;
    let branding = branding(
        call,
        post_info.brand_content_toggle,
        post_info.brand_organic_toggle,
    )?;
    check_branding(branding, post_info.privacy_level)?;
    let plan = source_info.check(call)?;
    check_audience(&call.account, post_info.privacy_level)?;
    world.may_post(&call.account, call.now)?;
    note_interactions(call, &post_info);
    let wanted = InitRequest {
        kind: plan.map_or(PostKind::DirectVideoPull, |_| PostKind::DirectVideoUpload),
        title: post_info.title,
        description: None,
        privacy_level: Some(post_info.privacy_level),
        is_aigc: post_info.is_aigc,
        ..raw(call, plan)
    };
    Ok(accepted(world, call, wanted))
}

/// `POST /v2/post/publish/inbox/video/init/`
pub(super) fn inbox(world: &mut World, call: &mut ApiRequest<'_>) -> Answer {
    call.no_query()?;
    let InboxBody {
        post_info,
        source_info,
    } = call.json()?;
    let plan = source_info.check(call)?;
    world.may_draft(&call.account, call.now)?;
    if post_info.is_some() {
        call.notes
            .push("post_info was ignored: a draft takes no caption".to_owned());
    }
    let kind = plan.map_or(PostKind::DraftVideoPull, |_| PostKind::DraftVideoUpload);
    let wanted = InitRequest {
        kind,
        post_info: Value::Null,
        ..raw(call, plan)
    };
    Ok(accepted(world, call, wanted))
}

fn accepted(world: &mut World, call: &ApiRequest<'_>, wanted: InitRequest) -> ResponseData {
    let url = world.shared.url.clone();
    let Post {
        publish_id, upload, ..
    } = world.store(call, wanted);
    ResponseData::Members(match upload {
        Some(task) => json!({
            "publish_id": publish_id,
            "upload_url": format!("{url}/video/?upload_id={}&upload_token={}", task.id, task.token),
        }),
        None => json!({ "publish_id": publish_id }),
    })
}

/// Begins an init with the members that are stored as they were sent.
pub(super) fn raw(call: &ApiRequest<'_>, plan: Option<Plan>) -> InitRequest {
    let body: Value = serde_json::from_slice(call.body).unwrap_or_default();
    let member = |name: &str| body.get(name).cloned().unwrap_or_default();
    InitRequest {
        kind: PostKind::DraftPhotos,
        title: None,
        description: None,
        privacy_level: None,
        is_aigc: false,
        post_info: member("post_info"),
        source_info: member("source_info"),
        plan,
    }
}

/// Checks the length of a text in UTF-16 code units; a character outside the BMP counts two (#video-init).
pub(super) fn check_text(name: &str, text: Option<&str>, limit: usize) -> Result<(), ApiRejection> {
    let units = text.unwrap_or_default().encode_utf16().count();
    if units <= limit {
        return Ok(());
    }
    Err(ApiRejection::post_info(format!(
        "post_info.{name} has {units} UTF-16 code units, {limit} are allowed"
    )))
}

/// Kind of a post with respect to branded content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Branding {
    PaidPartnership,
    None,
}

/// Reads the two brand toggles: the table of fields requires both, TikTok's samples omit them
/// (<https://developers.tiktok.com/doc/content-posting-api-reference-direct-post>).
pub(super) fn branding(
    call: &mut ApiRequest<'_>,
    content: Option<bool>,
    organic: Option<bool>,
) -> Result<Branding, ApiRejection> {
    for (name, toggle) in [
        ("brand_content_toggle", content),
        ("brand_organic_toggle", organic),
    ] {
        if toggle.is_none() {
            call.lenient(format!("post_info.{name} is missing"), ApiRejection::post_info)?;
        }
    }
    Ok(if content == Some(true) {
        Branding::PaidPartnership
    } else {
        Branding::None
    })
}

/// Checks that branded content is for everyone or for friends (#content-sharing-guidelines). It is unconfirmed
/// that the API itself refuses the rest.
pub(super) fn check_branding(branding: Branding, level: Visibility) -> Result<(), ApiRejection> {
    let is_wide = matches!(
        level,
        Visibility::PublicToEveryone | Visibility::MutualFollowFriends
    );
    if branding == Branding::None || is_wide {
        return Ok(());
    }
    Err(ApiRejection::post_info(
        "branded content must be visible to everyone or to friends",
    ))
}

/// Checks that the privacy level is on offer, and that an unaudited app posts for the owner of a private account
/// only.
pub(super) fn check_audience(account: &Account, level: Visibility) -> Result<(), ApiRejection> {
    if !account.privacy_level_options.contains(&level) {
        return Err(RejectionCode::PrivacyLevelMismatch.into());
    }
    if account.app_audited || (account.is_private && level == Visibility::SelfOnly) {
        return Ok(());
    }
    Err(RejectionCode::PrivateAccountsOnly.into())
}

/// Notes interactions that the account has switched off; the documents do not mention a refusal.
fn note_interactions(call: &mut ApiRequest<'_>, post_info: &VideoPostParams) {
    let account = &call.account;
    let asked = [
        ("comments", account.comment_disabled, post_info.disable_comment),
        (
            "duets",
            account.duet_disabled || account.is_private,
            post_info.disable_duet,
        ),
        (
            "stitches",
            account.stitch_disabled || account.is_private,
            post_info.disable_stitch,
        ),
    ];
    for (what, _, _) in asked.iter().filter(|(_, off, disabled)| *off && !disabled) {
        call.notes.push(format!(
            "the post allows {what}, which the account has switched off"
        ));
    }
}

/// Longest caption of a video, in UTF-16 code units (#video-init).
const VIDEO_TITLE_UNITS: usize = 2_200;

#[cfg(test)]
mod tests {
    use super::*;

    /// #video-init: UTF-16 code units, neither bytes nor characters.
    #[test]
    fn texts_are_counted_in_utf16_code_units() {
        assert!(check_text("title", Some(&"é".repeat(2_200)), 2_200).is_ok());
        assert!(check_text("title", Some(&"😀".repeat(1_100)), 2_200).is_ok());
        assert!(check_text("title", Some(&"😀".repeat(1_101)), 2_200).is_err());
        assert!(check_text("title", None, 0).is_ok());
    }

    /// #unaudited-apps: the account must be private, and the post too.
    #[test]
    fn an_unaudited_app_posts_for_the_owner_of_a_private_account_only() {
        let account = |is_private| {
            Account {
                app_audited: false,
                is_private,
                ..Account::default()
            }
            .complete()
        };
        let private_only = Err(ApiRejection::from(RejectionCode::PrivateAccountsOnly));
        assert_eq!(
            check_audience(&account(false), Visibility::SelfOnly),
            private_only
        );
        assert_eq!(
            check_audience(&account(true), Visibility::MutualFollowFriends),
            private_only
        );
        assert_eq!(check_audience(&account(true), Visibility::SelfOnly), Ok(()));
    }
}
