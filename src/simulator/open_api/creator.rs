//! Creator info: options and limits for a post of the account (#creator-info).

use serde::Deserialize;
use serde_json::json;

use super::{
    envelope::ResponseData,
    request::{Answer, ApiRequest},
    world::World,
};

/// The body has no members.
#[derive(Debug, Default, Deserialize)]
struct EmptyBody {}

/// `POST /v2/post/publish/creator_info/query/`
pub(super) fn info(world: &mut World, call: &mut ApiRequest<'_>) -> Answer {
    call.no_query()?;
    let EmptyBody {} = call.json_or_nothing()?;
    let account = &call.account;
    world.may_post(account, call.now)?;
    Ok(ResponseData::Members(json!({
        "creator_avatar_url": format!("https://p16-sign.example.com/avatar/{}.jpeg?x-expires={}", account.username,
            call.now.as_secs().saturating_add(AVATAR_LIFE_SECONDS)),
        "creator_username": account.username,
        "creator_nickname": account.display_name,
        "privacy_level_options": account.privacy_level_options,
        "comment_disabled": account.comment_disabled,
        "duet_disabled": account.duet_disabled || account.is_private,
        "stitch_disabled": account.stitch_disabled || account.is_private,
        "max_video_post_duration_sec": account.max_video_post_duration_sec,
    })))
}

/// The avatar's URL is valid for two hours (#creator-info).
const AVATAR_LIFE_SECONDS: u64 = 2 * 60 * 60;
