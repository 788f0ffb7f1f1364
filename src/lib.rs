//! Acts on TikTok for a workflow host.

pub mod catalogue;
pub mod clock;
