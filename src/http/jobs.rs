//! The requests that run at the same time, and those of them that download.
//!
//! A request that downloads, or waits for its turn to, gives its job back meanwhile: hosts that send slowly hold up nobody but
//! each other. Jobs and turns are given out in the order in which they were asked for.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::clock::{Clock, Deadline};

/// Requests that have given their jobs back, at most, for each job.
const PARKED_EACH: usize = 2;

/// The jobs of a session and the downloads that run beside them.
#[derive(Debug)]
pub struct Jobs {
    slots: Arc<Semaphore>,
    downloads: Arc<Semaphore>,
    /// Requests that wait for their turn to download.
    waiting: AtomicUsize,
    given_back: Notify,
    in_flight_max: usize,
}

impl Jobs {
    /// So many jobs, and half as many downloads, but one of each at least.
    pub fn new(jobs: usize) -> Self {
        let jobs = jobs.clamp(1, Semaphore::MAX_PERMITS / (1 + PARKED_EACH));
        Self {
            slots: Arc::new(Semaphore::new(jobs)),
            downloads: Arc::new(Semaphore::new((jobs / 2).max(1))),
            waiting: AtomicUsize::new(0),
            given_back: Notify::new(),
            in_flight_max: jobs * (1 + PARKED_EACH),
        }
    }

    /// Whether another request may begin beside `in_flight` others, of which some may have given their jobs back.
    pub fn has_room(&self, in_flight: usize) -> bool {
        in_flight < self.in_flight_max && self.slots.available_permits() > 0
    }

    /// Completes when a request has given its job back.
    pub async fn given_back(&self) {
        self.given_back.notified().await;
    }
}

/// The job of one request; clones share it. Without [`Jobs`] nothing is waited for.
#[derive(Debug, Clone, Default)]
pub struct JobSlot(Option<Arc<Seat>>);

#[derive(Debug)]
struct Seat {
    jobs: Arc<Jobs>,
    held: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Seat {
    fn is_held(&self) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn hold(&self, permit: Option<OwnedSemaphorePermit>) -> Option<OwnedSemaphorePermit> {
        std::mem::replace(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner), permit)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        drop(self.hold(None));
        self.jobs.given_back.notify_one();
    }
}

impl JobSlot {
    /// A job among `jobs`, taken at once where one is free.
    pub fn among(jobs: &Arc<Jobs>) -> Self {
        let held = Mutex::new(Arc::clone(&jobs.slots).try_acquire_owned().ok());
        Self(Some(Arc::new(Seat { jobs: Arc::clone(jobs), held })))
    }

    /// Waits for the job, unless it has it.
    pub async fn take(&self) {
        if let Self(Some(seat)) = self
            && !seat.is_held()
        {
            seat.hold(Arc::clone(&seat.jobs.slots).acquire_owned().await.ok());
        }
    }

    /// Does `work` without the job, and waits for it again until `deadline`. What is late then finds out by itself.
    pub async fn parked<T>(&self, clock: &Clock, deadline: Deadline, work: impl Future<Output = T>) -> T {
        let Self(Some(seat)) = self else { return work.await };
        drop(seat.hold(None));
        seat.jobs.given_back.notify_one();
        let done = work.await;
        drop(timeout(clock.left_until(deadline), self.take()).await);
        done
    }

    /// Waits for the turn to download, which lasts until what this returns is dropped.
    pub async fn turn(&self) -> DownloadTurn {
        let Self(Some(seat)) = self else { return DownloadTurn(None) };
        let _waiting = Waiting::among(&seat.jobs.waiting);
        DownloadTurn(Arc::clone(&seat.jobs.downloads).acquire_owned().await.ok())
    }

    /// Whether another request waits for its turn to download.
    pub(super) fn is_contended(&self) -> bool {
        self.0.as_ref().is_some_and(|seat| seat.jobs.waiting.load(Ordering::Relaxed) > 0)
    }
}

/// A turn to download.
#[derive(Debug)]
pub struct DownloadTurn(
    #[expect(dead_code, reason = "it is given back when it is dropped")] Option<OwnedSemaphorePermit>,
);

/// One that waits, until it is dropped: a wait may be broken off.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn among(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt as _;

    use super::*;

    async fn seated(jobs: &Arc<Jobs>) -> JobSlot {
        let job = JobSlot::among(jobs);
        job.take().await;
        job
    }

    #[tokio::test]
    async fn a_parked_request_leaves_its_job_to_others_and_waits_for_it_again() {
        let (jobs, clock) = (Arc::new(Jobs::new(1)), Clock::system());
        let first = seated(&jobs).await;
        assert!(!jobs.has_room(1));
        let second = JobSlot::among(&jobs);
        let other = second.clone();
        let deadline = clock.deadline_in(Duration::from_mins(1));
        let mut parked = Box::pin(first.parked(&clock, deadline, async {
            jobs.given_back().await;
            assert!(jobs.has_room(1) && !jobs.has_room(3), "so many requests may be in flight");
            other.take().await;
        }));
        assert!((&mut parked).now_or_never().is_none(), "another request has the job");
        drop(second);
        assert!((&mut parked).now_or_never().is_none(), "and has it still");
    }

    #[tokio::test]
    async fn a_job_is_free_when_its_request_is_done() {
        let (jobs, clock) = (Arc::new(Jobs::new(1)), Clock::system());
        let (first, second) = (seated(&jobs).await, JobSlot::among(&jobs));
        let deadline = clock.deadline_in(Duration::from_mins(1));
        let parked = first.parked(&clock, deadline, async move { second.take().await });
        parked.await;
        assert!(!jobs.has_room(1), "the first one has it again");
        drop(first);
        assert!(jobs.has_room(1));
    }

    #[tokio::test]
    async fn nobody_waits_for_a_job_beyond_the_deadline() {
        let (jobs, clock) = (Arc::new(Jobs::new(1)), Clock::system());
        let job = seated(&jobs).await;
        let other = JobSlot::among(&jobs);
        let deadline = clock.deadline_in(Duration::from_millis(20));
        job.parked(&clock, deadline, other.take()).await;
        assert!(!jobs.has_room(2), "the other one has the job");
    }

    #[tokio::test]
    async fn turns_are_half_as_many_as_jobs_and_first_come_first_served() {
        let jobs = Arc::new(Jobs::new(4));
        let requests = [(); 4].map(|()| JobSlot::among(&jobs));
        let [first, second, third, fourth] = &requests;
        let (one, _two) = (first.turn().await, second.turn().await);
        assert!(!first.is_contended());
        let (mut next, mut last) = (Box::pin(third.turn()), Box::pin(fourth.turn()));
        assert!((&mut next).now_or_never().is_none() && (&mut last).now_or_never().is_none());
        assert!(first.is_contended());
        drop(one);
        assert!((&mut last).now_or_never().is_none(), "the third came before");
        let three = (&mut next).now_or_never();
        assert!(three.is_some());
        drop(last);
        assert!(!first.is_contended(), "a wait that is broken off counts no more");
    }

    #[tokio::test]
    async fn without_jobs_nothing_is_waited_for() {
        let (job, clock) = (JobSlot::default(), Clock::system());
        let deadline = clock.deadline_in(Duration::ZERO);
        assert_eq!(job.parked(&clock, deadline, async { 7 }).await, 7);
        let _turns = [job.turn().await, job.turn().await];
        assert!(!job.is_contended());
    }
}
