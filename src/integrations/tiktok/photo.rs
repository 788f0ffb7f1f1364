//! The photos of a post.

pub(super) mod preflight;
