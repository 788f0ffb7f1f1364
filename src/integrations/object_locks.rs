//! Locks of objects that are read, merged and written: requests of this process for one object run one after the other, in
//! the order in which they asked.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// Locks of a process, one for each object that a request names.
#[derive(Default)]
pub struct ObjectLocks {
    queue: Mutex<LockQueue>,
    released: Notify,
}

/// Requests that hold their objects or wait for them, in order of arrival.
#[derive(Debug, Default)]
struct LockQueue {
    next: u64,
    requests: Vec<QueuedRequest>,
}

#[derive(Debug)]
struct QueuedRequest {
    number: u64,
    objects: Vec<String>,
}

impl LockQueue {
    /// Whether no earlier request names one of the request's objects.
    fn is_first(&self, number: u64) -> bool {
        let Some(at) = self.requests.iter().position(|request| request.number == number) else {
            return true;
        };
        let (earlier, rest) = self.requests.split_at(at);
        let own = rest.first().map_or(&[][..], |request| &request.objects);
        let is_own = |object| own.contains(object);
        !earlier.iter().any(|request| request.objects.iter().any(is_own))
    }
}

impl ObjectLocks {
    /// Waits until all earlier requests for one of `objects` have dropped their locks. All objects are asked for at once, so
    /// requests never wait for each other in a circle.
    pub async fn lock(self: &Arc<Self>, objects: Vec<String>) -> ObjectLock {
        let lock = self.enqueue(objects);
        loop {
            let mut released = Box::pin(self.released.notified());
            // A release between the check and the wait is not missed.
            released.as_mut().enable();
            if self.queue().is_first(lock.number) {
                return lock;
            }
            released.await;
        }
    }

    fn enqueue(self: &Arc<Self>, objects: Vec<String>) -> ObjectLock {
        let mut queue = self.queue();
        let number = queue.next;
        queue.next += 1;
        queue.requests.push(QueuedRequest { number, objects });
        ObjectLock {
            locks: Arc::clone(self),
            number,
        }
    }

    fn queue(&self) -> MutexGuard<'_, LockQueue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ObjectLocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectLocks({} requests)", self.queue().requests.len())
    }
}

/// Objects of a request, until it is dropped. A request that no longer waits leaves the queue.
#[derive(Debug)]
#[must_use]
pub struct ObjectLock {
    locks: Arc<ObjectLocks>,
    number: u64,
}

impl Drop for ObjectLock {
    fn drop(&mut self) {
        self.locks
            .queue()
            .requests
            .retain(|request| request.number != self.number);
        self.locks.released.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt as _, future::BoxFuture};

    use super::*;

    fn asked(locks: &Arc<ObjectLocks>, objects: &[&str]) -> BoxFuture<'static, ObjectLock> {
        let (locks, objects) = (
            Arc::clone(locks),
            objects.iter().map(|&object| object.to_owned()).collect(),
        );
        let mut lock = async move { locks.lock(objects).await }.boxed();
        match (&mut lock).now_or_never() {
            Some(held) => async { held }.boxed(),
            None => lock,
        }
    }

    #[test]
    fn requests_for_one_object_have_it_in_the_order_in_which_they_asked() {
        let locks = Arc::default();
        let first = asked(&locks, &["a"]).now_or_never();
        let (mut second, mut third) = (asked(&locks, &["a"]), asked(&locks, &["a"]));
        let other = asked(&locks, &["b"]).now_or_never();
        assert!(other.is_some(), "another object is free");
        assert!((&mut third).now_or_never().is_none() && (&mut second).now_or_never().is_none());
        drop(first);
        assert!((&mut third).now_or_never().is_none(), "the second came before");
        let second = (&mut second).now_or_never();
        assert!(second.is_some());
        drop(second);
        assert!((&mut third).now_or_never().is_some());
    }

    #[test]
    fn a_request_that_no_longer_waits_holds_up_nobody() {
        let locks = Arc::default();
        let first = asked(&locks, &["a"]).now_or_never();
        let (second, mut third) = (asked(&locks, &["a", "b"]), asked(&locks, &["b"]));
        assert!(
            (&mut third).now_or_never().is_none(),
            "the second asked for b before"
        );
        drop(second);
        assert!((&mut third).now_or_never().is_some());
        drop(first);
        assert!(locks.queue().requests.is_empty());
    }

    #[test]
    fn requests_for_the_same_objects_in_different_order_do_not_wait_for_each_other_in_a_circle() {
        let locks = Arc::default();
        let first = asked(&locks, &["a", "b"]).now_or_never();
        let mut second = asked(&locks, &["b", "a"]);
        assert!(first.is_some() && (&mut second).now_or_never().is_none());
        drop(first);
        assert!((&mut second).now_or_never().is_some());
    }
}
