//! Rate limits: counted within this process, and across processes where a state is kept for that.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    limit::{Limiter, Permit, RateWait},
    pause::Pauses,
};
use crate::model::{RateCounter, SharedRates};

/// Counters of requests.
pub struct RateBudget<S: SharedRates> {
    limiter: Arc<Limiter>,
    shared: Option<Arc<S>>,
}

impl<S: SharedRates> RateBudget<S> {
    /// Counts requests with `limiter`, and in `shared` too.
    pub fn new(limiter: Arc<Limiter>, shared: Option<Arc<S>>) -> Self {
        Self { limiter, shared }
    }

    /// Shared counters, if there are any.
    pub fn shared(&self) -> Option<&S> {
        self.shared.as_deref()
    }

    /// Requests that fit into `counter` now, as far as this process knows.
    pub fn left(&self, counter: RateCounter) -> u32 {
        self.limiter.left(counter)
    }

    /// Pauses that the API's own refusals began, as far as this process knows.
    pub fn pauses(&self) -> &Pauses {
        self.limiter.pauses()
    }

    /// Counts a request with each of `counters`, which differ, or with none. The error is the wait after which it may
    /// fit. Each shared counter may take `left`.
    pub async fn acquire(
        &self,
        counters: &[RateCounter],
        left: Duration,
    ) -> Result<RateReceipt<S>, RateWait> {
        let mut receipt = RateReceipt {
            permit: Some(self.limiter.take(counters)?),
            limiter: Arc::clone(&self.limiter),
            shared: Vec::new(),
        };
        for counter in counters.iter().filter(|counter| counter.bucket.is_shared) {
            let Some(shared) = &self.shared else { break };
            match shared.acquire(*counter, left).await {
                Some(Ok(permit)) => receipt.shared.push(permit),
                Some(Err(refusal)) => {
                    self.settle(receipt, false).await;
                    return Err(RateWait::of(counter.bucket, refusal));
                }
                None => {}
            }
        }
        Ok(receipt)
    }

    /// Ends the count of a request: for good if it was sent, else its places are free again.
    pub async fn settle(&self, mut receipt: RateReceipt<S>, sent: bool) {
        if sent {
            return;
        }
        receipt.give_back();
        let Some(shared) = &self.shared else { return };
        for permit in std::mem::take(&mut receipt.shared) {
            shared.give_back(permit).await;
        }
    }
}

impl<S: SharedRates> Clone for RateBudget<S> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.limiter), self.shared.clone())
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
    /// Places in this process, until they are given back.
    permit: Option<Permit>,
    /// Places in the shared counters.
    shared: Vec<S::Permit>,
}

impl<S: SharedRates> RateReceipt<S> {
    fn give_back(&mut self) {
        if let Some(permit) = self.permit.take() {
            self.limiter.give_back(&permit);
        }
    }
}

impl<S: SharedRates> Drop for RateReceipt<S> {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take() {
            self.limiter.settle(&permit);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{
        clock::Clock,
        model::{AccountHash, RateBucket, RateRefusal, RateWindow},
    };

    const MINUTE: RateWindow = RateWindow {
        limit: 3,
        length: Duration::from_mins(1),
    };
    static SHARED: RateBucket = RateBucket {
        name: "shared",
        calls: "of all processes",
        raise: None,
        windows: &[MINUTE],
        is_shared: true,
    };

    /// Counters of other processes: those of one account are full.
    #[derive(Debug)]
    struct Others {
        full: AccountHash,
        counted: Mutex<Vec<AccountHash>>,
    }

    impl SharedRates for Others {
        type Permit = AccountHash;

        async fn acquire(
            &self,
            counter: RateCounter,
            _left: Duration,
        ) -> Option<Result<AccountHash, RateRefusal>> {
            if counter.account == self.full {
                return Some(Err(RateRefusal {
                    wait: Duration::from_secs(7),
                    window: MINUTE,
                }));
            }
            self.counted.lock().unwrap().push(counter.account);
            Some(Ok(counter.account))
        }

        async fn give_back(&self, permit: AccountHash) {
            self.counted.lock().unwrap().retain(|account| *account != permit);
        }
    }

    #[tokio::test]
    async fn what_one_shared_counter_refuses_counts_in_none() {
        let [app, account, full] = ["app", "account", "full"].map(|name| AccountHash::of(&[name]));
        let others = Arc::new(Others {
            full,
            counted: Mutex::default(),
        });
        let limiter = Arc::new(Limiter::new(Clock::virtual_at(Duration::from_secs(1_000))));
        let budget = RateBudget::new(limiter, Some(Arc::clone(&others)));
        let counter = |account| RateCounter {
            account,
            bucket: &SHARED,
        };
        let acquire = async |accounts: [AccountHash; 2]| {
            let counters = accounts.map(counter);
            budget.acquire(&counters, Duration::MAX).await
        };
        let wait = acquire([app, full]).await.unwrap_err();
        assert_eq!(
            (wait.full, wait.window.to_string().as_str()),
            (Duration::from_secs(7), "3 calls in a minute of all processes")
        );
        assert_eq!(*others.counted.lock().unwrap(), []);
        assert_eq!(budget.left(counter(app)), 3);
        let receipt = acquire([app, account]).await.unwrap();
        assert_eq!(*others.counted.lock().unwrap(), [app, account]);
        assert_eq!((budget.left(counter(app)), budget.left(counter(account))), (2, 2));
        budget.settle(receipt, false).await;
        assert_eq!(*others.counted.lock().unwrap(), []);
        assert_eq!(budget.left(counter(app)), 3);
    }
}
