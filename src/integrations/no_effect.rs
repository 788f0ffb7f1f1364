//! Evidence of a request that only reads.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{ActionEntry, Evidence, Failure};

/// Evidence of a request that only reads.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEffect;

impl NoEffect {
    /// Evidence for an integration whose actions only read.
    pub fn evidence(_action: Option<&ActionEntry>, _inputs: &Value) -> Arc<dyn Evidence> {
        Arc::new(Self)
    }
}

impl Evidence for NoEffect {
    fn interrupted(&self) -> Failure {
        Failure::interrupted_read()
    }

    fn members(&self) -> Map<String, Value> {
        Map::new()
    }
}
