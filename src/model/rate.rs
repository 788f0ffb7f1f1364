//! Rate limits of an API: how many requests fit into which time, and the counters that processes may share.

use std::{fmt, time::Duration};

use super::AccountHash;

/// Requests of one account that count against the same limits.
#[derive(Debug, PartialEq, Eq)]
pub struct RateBucket {
    /// Name in the counters, which all APIs share and which are stored: never change one. Those of the Open API have no
    /// prefix; the names of any other API begin with its own, such as `tiktok_ads.`.
    pub name: &'static str,
    /// Which calls are counted, as it follows "6 calls in a minute" in messages: "that begin a post".
    pub calls: &'static str,
    /// Way in which the host's operator can raise the limits, as a sentence; `None` where only a wait helps.
    pub raise: Option<&'static str>,
    /// Limits, all of which hold at the same time.
    pub windows: &'static [RateWindow],
    /// True if the requests are counted across processes too, where a state is kept for that.
    pub is_shared: bool,
}

/// Limit on the requests within a sliding window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateWindow {
    /// Requests within the window.
    pub limit: u32,
    /// Length of the window, at most 24 hours.
    pub length: Duration,
}

impl fmt::Display for RateWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.limit == 1 { "call" } else { "calls" };
        write!(f, "{} {noun} in ", self.limit)?;
        match self.length.as_secs() {
            1 => f.write_str("a second"),
            60 => f.write_str("a minute"),
            3_600 => f.write_str("an hour"),
            86_400 => f.write_str("a day"),
            _ => write!(f, "{:?}", self.length),
        }
    }
}

/// Bucket in which the requests of one account or app are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateCounter {
    /// Account or app.
    pub account: AccountHash,
    /// Limits of its requests.
    pub bucket: &'static RateBucket,
}

/// Refusal of a request that does not fit into a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateRefusal {
    /// Time until it may fit.
    pub wait: Duration,
    /// The full window; of several, the one that frees up last.
    pub window: RateWindow,
}

/// Rate counters that several processes share.
pub trait SharedRates: fmt::Debug + Send + Sync {
    /// Counted request, which can be given back.
    type Permit: fmt::Debug + Send;

    /// Counts a request if it fits into all windows of the counter. Returns `None` if the counters cannot be used within
    /// `left`.
    fn acquire(
        &self,
        counter: RateCounter,
        left: Duration,
    ) -> impl Future<Output = Option<Result<Self::Permit, RateRefusal>>> + Send;

    /// Gives back the place of a request that was not sent, if the counters can be used.
    fn give_back(&self, permit: Self::Permit) -> impl Future<Output = ()> + Send;
}
