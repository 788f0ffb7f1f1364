//! Acts on TikTok for a workflow host.

pub mod cli;

pub mod front;

pub mod host;

pub mod integrations;

pub mod posting;

pub mod upload;

pub mod media;
pub mod open_api;

pub mod http;
pub mod schema;

pub mod catalogue;
pub mod clock;
pub mod model;
pub mod secret;
