//! The account's handle, which is part of a post's address.

use crate::{
    model::Scope,
    open_api::{OpenApi, PostStatus},
};

/// Handle of the account that made a post. `None` without a published post, where no address needs it, or if
/// TikTok gives it under neither scope.
pub(in crate::integrations::tiktok) async fn of_post(api: &OpenApi, status: &PostStatus) -> Option<String> {
    if status.post_ids().is_empty() {
        return None;
    }
    match api.creator_info().await {
        Ok(creator) => creator.creator_username,
        Err(_refused) => {
            api.user_info(&[Scope::UserInfoBasic, Scope::UserInfoProfile])
                .await
                .ok()?
                .username
        }
    }
}
