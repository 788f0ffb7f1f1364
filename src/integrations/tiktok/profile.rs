//! The account's profile, as far as the token's scopes allow: `GET /v2/user/info/`
//! (docs/tiktok-open-api.md#user-info).

use std::slice;

use crate::{
    model::Scope,
    open_api::{Error, OpenApi, UserInfo},
};

/// Scopes of all profile fields; only the first is required.
pub(super) const PROFILE_SCOPES: [Scope; 3] =
    [Scope::UserInfoBasic, Scope::UserInfoProfile, Scope::UserInfoStats];

/// Reads every granted field of the profile. Also returns the optional scopes that are not granted.
///
/// TikTok refuses the whole call if one requested field lies outside the grant, and does not name the field.
/// So the grant is found by trial: all three scopes first, then each optional scope beside the basic one,
/// then the basic scope alone.
pub(super) async fn read(api: &OpenApi) -> Result<(UserInfo, Vec<Scope>), Error> {
    match api.user_info(&PROFILE_SCOPES).await {
        Err(error) if is_scope_missing(&error) => read_by_scope(api).await,
        result => result.map(|user| {
            let missing = silently_missing(&user);
            (user, missing)
        }),
    }
}

async fn read_by_scope(api: &OpenApi) -> Result<(UserInfo, Vec<Scope>), Error> {
    let mut found: Option<UserInfo> = None;
    let mut missing = Vec::new();
    for optional in [Scope::UserInfoProfile, Scope::UserInfoStats] {
        match api.user_info(&[Scope::UserInfoBasic, optional]).await {
            Ok(user) => {
                found = Some(match found {
                    Some(profile) => merged(profile, &user),
                    None => user,
                });
            }
            Err(error) if is_scope_missing(&error) => missing.push(optional),
            Err(error) => return Err(error),
        }
    }
    match found {
        Some(user) => Ok((user, missing)),
        None => Ok((
            api.user_info(slice::from_ref(&Scope::UserInfoBasic)).await?,
            missing,
        )),
    }
}

fn is_scope_missing(error: &Error) -> bool {
    matches!(
        error.code(),
        Some("scope_not_authorized" | "scope_permission_missed")
    )
}

/// Optional scopes without a single field in the response. They count as missing: in one report, TikTok leaves
/// ungranted fields out instead of refusing the call (docs/tiktok-open-api.md#user-info).
fn silently_missing(user: &UserInfo) -> Vec<Scope> {
    let no_profile = user.bio_description.is_none()
        && user.profile_deep_link.is_none()
        && user.profile_web_link.is_none()
        && user.is_verified.is_none()
        && user.username.is_none();
    let no_stats = user.follower_count.is_none()
        && user.following_count.is_none()
        && user.likes_count.is_none()
        && user.video_count.is_none();
    let missing = [
        (no_profile, Scope::UserInfoProfile),
        (no_stats, Scope::UserInfoStats),
    ];
    missing
        .into_iter()
        .filter(|(absent, _)| *absent)
        .map(|(_, scope)| scope)
        .collect()
}

/// `profile` with the counts of `stats`.
fn merged(profile: UserInfo, stats: &UserInfo) -> UserInfo {
    UserInfo {
        follower_count: stats.follower_count,
        following_count: stats.following_count,
        likes_count: stats.likes_count,
        video_count: stats.video_count,
        ..profile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_silently_stay_away_name_their_scope() {
        let user = UserInfo {
            open_id: Some("o".into()),
            is_verified: Some(false),
            ..UserInfo::default()
        };
        assert_eq!(silently_missing(&user), [Scope::UserInfoStats]);
    }
}
