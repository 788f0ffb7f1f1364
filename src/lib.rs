//! Acts on TikTok for a workflow host.

pub mod catalogue;
pub mod clock;
pub mod http;
pub mod media;
pub mod model;
pub mod open_api;
pub mod secret;
#[cfg(feature = "simulator")]
pub mod simulator;
pub mod upload;
