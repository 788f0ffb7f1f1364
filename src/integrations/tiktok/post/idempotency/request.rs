//! A request to post at most once.

use crate::{integrations::tiktok::post::search::SearchKey, model::PrivacyLevel, posting::InitKind};

/// A post under the key of a request, with the facts that a repeat needs to report its outcome.
#[derive(Debug, Clone, Copy)]
pub(in crate::integrations::tiktok) struct IdempotentPost<'a> {
    /// Name of the action that posts.
    pub(in crate::integrations::tiktok) action: &'static str,
    /// The key as the caller wrote it; without one the request is not idempotent.
    pub(in crate::integrations::tiktok) key: Option<&'a str>,
    /// Effect of the post's init.
    pub(in crate::integrations::tiktok) kind: InitKind,
    /// Audience of the post.
    pub(in crate::integrations::tiktok) privacy_level: Option<PrivacyLevel>,
    /// Key to find the post in the list of videos.
    pub(in crate::integrations::tiktok) search_key: Option<SearchKey<'a>>,
    /// Longest wait for the outcome, in seconds.
    pub(in crate::integrations::tiktok) wait_seconds: u32,
}
