//! The video of a post: inputs, selection, download, preparation, delivery.

pub(super) mod deliver;
mod file_type;
pub(super) mod input;
pub(super) mod output;
pub(super) mod prepare;
pub(super) mod select;
