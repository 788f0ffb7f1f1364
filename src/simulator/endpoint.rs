//! Names of endpoints, as faults, the journal and fixtures spell them.

use serde::Serialize;

/// Name of an endpoint, for example `video_init`. Deserializing accepts the names of the simulated APIs only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct EndpointName(&'static str);

impl EndpointName {
    /// Every endpoint of every API except [`EndpointName::MEDIA`]; for faults only.
    pub const ANY: Self = Self::new("any");
    /// `GET /_simulator/media/<name>`, a file host beside TikTok.
    pub const MEDIA: Self = Self::new("media");

    pub(super) const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name in snake case.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}
