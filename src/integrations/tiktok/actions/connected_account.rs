//! Connected account of a token, in the form of Autohive's SDK; from `GET /v2/user/info/`
//! (docs/tiktok-open-api.md#user-info).

use serde::Serialize;

use crate::{
    catalogue::own,
    integrations::{
        AccountDetails, BoxFuture, Call, ConnectedAccount, Failure,
        tiktok::{context::Context, profile},
    },
    model::Scope,
};

/// Fields of TikTok's user object that Autohive's SDK lacks, present if the token's scopes allow them.
#[derive(Serialize)]
struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    follower_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_web_link: Option<String>,
    /// Optional permissions that the token lacks: without `user.info.profile` there is no username.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_scopes: Vec<Scope>,
}

/// Looks up the owner of the token. TikTok has neither mail addresses nor first and last names.
pub(in crate::integrations::tiktok) fn connected_account(
    call: Call,
) -> BoxFuture<Result<ConnectedAccount, Failure>> {
    Box::pin(async move {
        let context = Context::try_from(call).map_err(|_bug| Failure::new(&own::INTERNAL_ERROR, ""))?;
        let (user, missing_scopes) = profile::read(&context.api).await?;
        Ok(ConnectedAccount {
            // Autohive shows the first name of an account without a username.
            first_name: user.display_name,
            username: user.username,
            user_id: user.open_id,
            avatar_url: user.avatar_url,
            details: AccountDetails::of(&Details {
                follower_count: user.follower_count,
                is_verified: user.is_verified,
                profile_web_link: user.profile_web_link,
                missing_scopes,
            }),
            ..ConnectedAccount::default()
        })
    })
}
