//! Rate limit of one account: counted within this process, and across processes where a state is kept for that.

use std::{fmt, sync::Arc, time::Duration};

use super::limit::{Limiter, Permit, RateWait};
use crate::model::{AccountHash, RateBucket, SharedRates};

/// Counters of one account's requests.
pub struct RateBudget<S: SharedRates> {
    limiter: Arc<Limiter>,
    shared: Option<Arc<S>>,
    account: AccountHash,
}

impl<S: SharedRates> RateBudget<S> {
    /// Counts the requests of `account` with `limiter`, and in `shared` too.
    pub fn new(limiter: Arc<Limiter>, shared: Option<Arc<S>>, account: AccountHash) -> Self {
        Self {
            limiter,
            shared,
            account,
        }
    }

    /// Account whose requests are counted.
    pub fn account(&self) -> AccountHash {
        self.account
    }

    /// Shared counters, if there are any.
    pub fn shared(&self) -> Option<&S> {
        self.shared.as_deref()
    }

    /// Requests that fit into `bucket` now, as far as this process knows.
    pub fn left(&self, bucket: &RateBucket) -> u32 {
        self.limiter.left(self.account, bucket)
    }

    /// Counts a request, or returns the wait after which it may fit. The shared counters may take `left`.
    pub async fn acquire(
        &self,
        bucket: &'static RateBucket,
        left: Duration,
    ) -> Result<RateReceipt<S>, RateWait> {
        let place = self.limiter.take(self.account, bucket)?;
        let mut receipt = RateReceipt {
            limiter: Arc::clone(&self.limiter),
            place: Some(place),
            shared: None,
        };
        let Some(shared) = self.shared.as_ref().filter(|_| bucket.is_shared) else {
            return Ok(receipt);
        };
        match shared.acquire(self.account, bucket, left).await {
            Some(Err(wait)) => {
                receipt.give_back();
                Err(RateWait::of(wait))
            }
            Some(Ok(permit)) => {
                receipt.shared = Some(permit);
                Ok(receipt)
            }
            None => Ok(receipt),
        }
    }

    /// Ends the count of a request: for good if it was sent, else its place is free again.
    pub async fn settle(&self, mut receipt: RateReceipt<S>, sent: bool) {
        if sent {
            return;
        }
        receipt.give_back();
        if let (Some(shared), Some(permit)) = (&self.shared, receipt.shared.take()) {
            shared.give_back(permit).await;
        }
    }
}

impl<S: SharedRates> Clone for RateBudget<S> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.limiter), self.shared.clone(), self.account)
    }
}

impl<S: SharedRates> fmt::Debug for RateBudget<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = if self.shared.is_some() {
            "shared"
        } else {
            "of this process"
        };
        write!(f, "RateBudget({of})")
    }
}

/// Counted request that may turn out not to have been sent. Dropped, even in the middle of the request, it counts
/// as sent.
#[derive(Debug)]
pub struct RateReceipt<S: SharedRates> {
    limiter: Arc<Limiter>,
    /// Place in this process, until it is given back.
    place: Option<Permit>,
    /// Place in the shared counters.
    shared: Option<S::Permit>,
}

impl<S: SharedRates> RateReceipt<S> {
    fn give_back(&mut self) {
        if let Some(place) = self.place.take() {
            self.limiter.give_back(place);
        }
    }
}

impl<S: SharedRates> Drop for RateReceipt<S> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.limiter.settle(place);
        }
    }
}
