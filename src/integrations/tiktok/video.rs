//! The video of a post: inputs, download, delivery.

pub(super) mod deliver;
pub(super) mod download;
pub(super) mod input;
pub(super) mod output;
