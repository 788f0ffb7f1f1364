//! Faults of the matrix.

use std::fmt;

use serde_json::{Value, json};

/// A fault, in the form of `simulator::FaultRule`.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    /// Name in the table.
    pub(super) name: &'static str,
    kind: Value,
    /// Whether the call takes effect nevertheless; `None` is the simulator's own rule.
    effect: Option<bool>,
    /// Chunk with the fault; `None` is any call.
    chunk: Option<&'static str>,
}

/// Number of affected calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    Once,
    ForGood,
}

/// Placeholder for the status that the fault names.
const A_STATUS: &str = "a status";

/// Placeholder for a delay in milliseconds beyond the client's timeout.
const LATE: u64 = 0;

pub(super) fn troubles() -> Vec<Trouble> {
    let trouble = |name, kind| Trouble {
        name,
        kind,
        effect: None,
        chunk: None,
    };
    let effect = |name, kind| Trouble {
        name,
        kind,
        effect: Some(true),
        chunk: None,
    };
    let error = |http: u16, code: &str| json!({ "error": { "http": http, "code": code, "message": "in TikTok's words" } });
    vec![
        trouble("500", json!({ "status": 500 })),
        trouble("503", json!({ "status": 503 })),
        effect("503, but carried out", json!({ "status": 503 })),
        trouble("408", json!({ "status": 408 })),
        effect("408, but carried out", json!({ "status": 408 })),
        trouble("403", json!({ "status": 403 })),
        trouble("404", json!({ "status": 404 })),
        trouble("gateway's error page (502)", json!("html_502")),
        effect("gateway's error page (502), but carried out", json!("html_502")),
        trouble("500 `internal_error`", error(500, "internal_error")),
        trouble("401 `access_token_invalid`", error(401, "access_token_invalid")),
        trouble(
            "403 `spam_risk_too_many_posts`",
            error(403, "spam_risk_too_many_posts"),
        ),
        trouble("200 `spam_risk`", error(200, "spam_risk")),
        trouble("429 `rate_limit_exceeded`", error(429, "rate_limit_exceeded")),
        trouble("429, Retry-After 1 s", json!({ "retry_after": "1" })),
        trouble("429, Retry-After 1 h", json!({ "retry_after": "3600" })),
        trouble("connection cut before the request", json!("cut_before")),
        trouble("connection cut during the request", json!({ "cut_at_byte": 10 })),
        trouble("response lost", json!("cut_after")),
        trouble("response cut off", json!({ "truncate": 10 })),
        trouble("empty response (200)", json!("empty_200")),
        trouble("response not JSON (200)", json!("not_json")),
        trouble("response too late", json!({ "slow_ms": LATE })),
        Trouble {
            effect: Some(false),
            ..trouble("too late, not carried out", json!({ "slow_ms": LATE }))
        },
        trouble("half of the response too late", json!({ "slow_body_ms": LATE })),
        trouble(
            "307 to another host",
            json!({ "redirect": "https://elsewhere.example.com/" }),
        ),
    ]
}

impl Trouble {
    /// This status for a chunk, with or without effect.
    pub(super) fn of_chunk(status: u16, effect: bool, chunk: &'static str) -> Self {
        Self {
            chunk: Some(chunk),
            ..Self::of_status(status, effect)
        }
    }

    /// This status, with or without effect.
    pub(super) fn of_status(status: u16, effect: bool) -> Self {
        Self {
            name: A_STATUS,
            kind: json!({ "status": status }),
            effect: Some(effect),
            chunk: None,
        }
    }

    /// Checks whether it takes real time.
    pub(super) fn is_slow(&self) -> bool {
        ["slow_ms", "slow_body_ms"]
            .iter()
            .any(|slow| self.kind.get(slow).is_some())
    }

    /// The fault in the form of the simulator; `late_ms` is the delay of late responses.
    pub(super) fn fault(&self, endpoint: Value, times: Times, late_ms: u64) -> Value {
        let mut kind = self.kind.clone();
        for slow in ["slow_ms", "slow_body_ms"] {
            if let Some(ms) = kind.get_mut(slow) {
                *ms = json!(late_ms);
            }
        }
        let mut fault = json!({ "kind": kind });
        fault["endpoint"] = endpoint;
        if times == Times::Once {
            fault["nth"] = json!(1);
        }
        if let Some(effect) = self.effect {
            fault["effect"] = json!(effect);
        }
        if let Some(chunk) = self.chunk {
            fault["chunk"] = json!(chunk);
        }
        fault
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name, self.effect) {
            (A_STATUS, Some(effect)) => write!(f, "{} (effect: {effect})", self.kind),
            _ => f.write_str(self.name),
        }
    }
}
