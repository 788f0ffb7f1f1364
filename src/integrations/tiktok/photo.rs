//! The photos of a post: texts, checks before the post.

pub(super) mod errors;
pub(super) mod preflight;
pub(super) mod texts;
