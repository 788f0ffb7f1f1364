//! Concurrency of requests, and of the downloads among them.
//!
//! A request that downloads, or waits for its turn to download, releases its job in the meantime, so that
//! slow hosts never delay other requests. Downloading requests have their own limits on number and memory; a
//! request that exceeds them is refused at once.

mod lane;
mod turn_queue;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use self::lane::{Capacity, Lane};
pub use self::lane::{DownloadTurn, QueueFull};
use crate::clock::{Clock, Deadline};

/// Memory of the requests that hold a job, in bytes, at which no further request begins.
/// The same limit applies to the requests in each lane.
const MEMORY_MAX: u64 = 32 * 1024 * 1024;

/// Maximum number of requests that wait for a turn, in addition to those that download.
const WAITING_MAX: usize = 64;

/// Minimum number of concurrent photo downloads: only the first 64 KiB of most photos are read.
const PHOTOS_LEAST: usize = 8;

/// Kind of downloaded file. Each kind has its own turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaLane {
    /// Videos, downloaded whole.
    Videos,
    /// Photos, read up to their dimensions.
    Photos,
}

/// Jobs of a session, and the downloads that run beside them.
#[derive(Debug)]
pub struct Jobs {
    slots: Arc<Semaphore>,
    /// Memory of the requests that hold a job, in bytes.
    memory: AtomicU64,
    videos: Arc<Lane>,
    photos: Arc<Lane>,
    given_back: Notify,
}

impl Jobs {
    /// Creates `jobs` jobs, at least one, and half as many concurrent video downloads.
    pub fn new(jobs: usize) -> Self {
        let jobs = jobs.clamp(1, Semaphore::MAX_PERMITS);
        let lane = |turns: usize| {
            Lane::new(Capacity {
                turns,
                requests: turns.saturating_add(WAITING_MAX),
                bytes: MEMORY_MAX,
            })
        };
        Self {
            slots: Arc::new(Semaphore::new(jobs)),
            memory: AtomicU64::new(0),
            videos: lane((jobs / 2).max(1)),
            photos: lane(jobs.max(PHOTOS_LEAST)),
            given_back: Notify::new(),
        }
    }

    /// True if another request may begin: a job is free, and the requests that hold one leave memory.
    pub fn has_room(&self) -> bool {
        self.slots.available_permits() > 0 && self.memory.load(Ordering::Relaxed) < MEMORY_MAX
    }

    /// Completes when a request has released its job.
    pub async fn given_back(&self) {
        self.given_back.notified().await;
    }

    fn lane(&self, lane: MediaLane) -> &Arc<Lane> {
        match lane {
            MediaLane::Videos => &self.videos,
            MediaLane::Photos => &self.photos,
        }
    }
}

/// Job of a request, shared by clones. Without [`Jobs`], nothing waits.
#[derive(Debug, Clone, Default)]
pub struct JobSlot(Option<Arc<Seat>>);

#[derive(Debug)]
struct Seat {
    jobs: Arc<Jobs>,
    /// Memory of the request, in bytes.
    bytes: u64,
    held: Mutex<Option<HeldJob>>,
}

impl Seat {
    fn is_held(&self) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn hold(&self, permit: Option<OwnedSemaphorePermit>) {
        let job = permit.map(|permit| HeldJob::new(permit, &self.jobs, self.bytes));
        let before = std::mem::replace(
            &mut *self.held.lock().unwrap_or_else(PoisonError::into_inner),
            job,
        );
        drop(before);
    }
}

/// Held job and the memory of its request; both are released on drop.
#[derive(Debug)]
struct HeldJob {
    permit: Option<OwnedSemaphorePermit>,
    jobs: Arc<Jobs>,
    bytes: u64,
}

impl HeldJob {
    fn new(permit: OwnedSemaphorePermit, jobs: &Arc<Jobs>, bytes: u64) -> Self {
        jobs.memory.fetch_add(bytes, Ordering::Relaxed);
        Self {
            permit: Some(permit),
            jobs: Arc::clone(jobs),
            bytes,
        }
    }
}

impl Drop for HeldJob {
    fn drop(&mut self) {
        self.jobs.memory.fetch_sub(self.bytes, Ordering::Relaxed);
        drop(self.permit.take());
        self.jobs.given_back.notify_one();
    }
}

impl JobSlot {
    /// Creates the job of a request that takes `bytes` of memory, and acquires it if one of `jobs` is free.
    pub fn among(jobs: &Arc<Jobs>, bytes: u64) -> Self {
        let seat = Seat {
            jobs: Arc::clone(jobs),
            bytes,
            held: Mutex::default(),
        };
        seat.hold(Arc::clone(&jobs.slots).try_acquire_owned().ok());
        Self(Some(Arc::new(seat)))
    }

    /// Acquires the job, unless it is held already.
    pub async fn take(&self) {
        if let Self(Some(seat)) = self
            && !seat.is_held()
        {
            seat.hold(Arc::clone(&seat.jobs.slots).acquire_owned().await.ok());
        }
    }

    /// Runs `work`, which downloads from `host`, without the job, and reacquires the job afterwards, waiting
    /// at most until `deadline`. A request whose deadline has passed continues without the job and fails by
    /// itself.
    pub async fn parked<T>(
        &self,
        (lane, host): (MediaLane, &str),
        clock: &Clock,
        deadline: Deadline,
        work: impl Future<Output = T>,
    ) -> Result<T, QueueFull> {
        let Self(Some(seat)) = self else {
            return Ok(work.await);
        };
        let _place = seat.jobs.lane(lane).enter(host, seat.bytes)?;
        seat.hold(None);
        let done = work.await;
        drop(timeout(clock.left_until(deadline), self.take()).await);
        Ok(done)
    }

    /// Waits for a turn to download from `host`, which lasts until the returned value is dropped.
    pub async fn turn(&self, lane: MediaLane, host: &str) -> DownloadTurn {
        let Self(Some(seat)) = self else {
            return DownloadTurn::default();
        };
        seat.jobs.lane(lane).turn(host).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt as _;

    use super::{
        MediaLane::{Photos, Videos},
        *,
    };

    const VIDEO: (MediaLane, &str) = (Videos, "a");

    async fn seated(jobs: &Arc<Jobs>) -> JobSlot {
        let job = JobSlot::among(jobs, 0);
        job.take().await;
        job
    }

    fn in_a_minute(clock: &Clock) -> Deadline {
        clock.deadline_in(Duration::from_mins(1))
    }

    #[tokio::test]
    async fn a_parked_request_leaves_its_job_to_others_and_waits_for_it_again() {
        let (jobs, clock) = (Arc::new(Jobs::new(1)), Clock::system());
        let first = seated(&jobs).await;
        assert!(!jobs.has_room());
        let second = JobSlot::among(&jobs, 0);
        let other = second.clone();
        let mut parked = Box::pin(first.parked(VIDEO, &clock, in_a_minute(&clock), async {
            jobs.given_back().await;
            assert!(jobs.has_room());
            other.take().await;
        }));
        assert!(
            (&mut parked).now_or_never().is_none(),
            "another request has the job"
        );
        drop(second);
        assert!((&mut parked).now_or_never().is_none(), "and has it still");
    }

    #[tokio::test]
    async fn a_job_is_free_when_its_request_is_done() {
        let (jobs, clock) = (Arc::new(Jobs::new(1)), Clock::system());
        let (first, second) = (seated(&jobs).await, JobSlot::among(&jobs, 0));
        let parked = first.parked(
            VIDEO,
            &clock,
            in_a_minute(&clock),
            async move { second.take().await },
        );
        assert_eq!(parked.await, Ok(()));
        assert!(!jobs.has_room(), "the first one has it again");
        drop(first);
        assert!(jobs.has_room());
    }

    #[tokio::test]
    async fn nobody_waits_for_a_job_beyond_the_deadline() {
        let (jobs, clock) = (Arc::new(Jobs::new(1)), Clock::system());
        let job = seated(&jobs).await;
        let other = JobSlot::among(&jobs, 0);
        let deadline = clock.deadline_in(Duration::from_millis(20));
        assert_eq!(job.parked(VIDEO, &clock, deadline, other.take()).await, Ok(()));
        assert!(!jobs.has_room(), "the other one has the job");
    }

    /// The memory of downloading requests does not keep others from beginning.
    #[tokio::test]
    async fn memory_counts_while_a_request_has_its_job() {
        let (jobs, clock) = (Arc::new(Jobs::new(8)), Clock::system());
        let large = JobSlot::among(&jobs, MEMORY_MAX);
        assert!(!jobs.has_room());
        let parked = large.parked(VIDEO, &clock, in_a_minute(&clock), async {
            assert!(jobs.has_room());
            let other = JobSlot::among(&jobs, 1);
            let full = other.parked(VIDEO, &clock, in_a_minute(&clock), async {}).await;
            assert_eq!(
                full,
                Err(QueueFull {
                    requests: 1,
                    is_of_host: false
                }),
                "the memory of those that download is bounded too"
            );
        });
        assert_eq!(parked.await, Ok(()));
        assert!(!jobs.has_room());
        drop(large);
        assert!(jobs.has_room());
    }

    #[tokio::test]
    async fn one_request_too_many_is_refused_at_once_and_keeps_its_job() {
        let (jobs, clock) = (Arc::new(Jobs::new(2)), Clock::system());
        let most = 1 + WAITING_MAX;
        let (mut waiting, job) = (Vec::new(), JobSlot::among(&jobs, 1));
        let full_after = |host: &'static str, requests, waiting: &mut Vec<_>| {
            for _ in 0..requests {
                let (job, clock) = (JobSlot::among(&jobs, 1), clock.clone());
                let never = std::future::pending::<()>();
                let mut waits = Box::pin(async move {
                    job.parked((Videos, host), &clock, in_a_minute(&clock), never)
                        .await
                });
                assert!((&mut waits).now_or_never().is_none());
                waiting.push(waits);
            }
            let one_more = job.parked((Videos, host), &clock, in_a_minute(&clock), async {});
            one_more.now_or_never().unwrap()
        };
        let full = full_after("a", most / 2, &mut waiting);
        assert_eq!(
            full,
            Err(QueueFull {
                requests: most / 2,
                is_of_host: true
            })
        );
        assert_eq!(full_after("b", most / 2 - 1, &mut waiting), Ok(()));
        assert_eq!(
            full_after("c", 2, &mut waiting),
            Err(QueueFull {
                requests: most,
                is_of_host: false
            })
        );
        assert!(jobs.has_room(), "one of the two jobs is free");
        assert_eq!(
            job.parked((Photos, "a"), &clock, in_a_minute(&clock), async {})
                .await,
            Ok(())
        );
        drop(waiting.pop());
        assert_eq!(full_after("c", 0, &mut waiting), Ok(()));
    }

    #[tokio::test]
    async fn turns_are_half_as_many_as_jobs_and_come_back() {
        let jobs = Arc::new(Jobs::new(4));
        let job = JobSlot::among(&jobs, 0);
        let (one, two) = (job.turn(Videos, "a").await, job.turn(Videos, "b").await);
        assert!(!one.is_wanted());
        let (mut next, mut last) = (Box::pin(job.turn(Videos, "c")), Box::pin(job.turn(Videos, "d")));
        assert!((&mut next).now_or_never().is_none() && (&mut last).now_or_never().is_none());
        assert!(one.is_wanted());
        drop(one);
        assert!((&mut last).now_or_never().is_none(), "the third came before");
        let three = (&mut next).now_or_never();
        assert!(three.is_some());
        drop(last);
        assert!(!two.is_wanted(), "a wait that is broken off counts no more");
        assert!(
            job.turn(Photos, "a").now_or_never().is_some(),
            "photos have turns of their own"
        );
        // A turn that was given to a request that has left meanwhile goes to the next one.
        let (mut left, mut stays) = (Box::pin(job.turn(Videos, "e")), Box::pin(job.turn(Videos, "f")));
        assert!((&mut left).now_or_never().is_none() && (&mut stays).now_or_never().is_none());
        drop(two);
        drop(left);
        assert!((&mut stays).now_or_never().is_some());
    }

    #[tokio::test]
    async fn without_jobs_nothing_is_waited_for() {
        let (job, clock) = (JobSlot::default(), Clock::system());
        let deadline = clock.deadline_in(Duration::ZERO);
        assert_eq!(job.parked(VIDEO, &clock, deadline, async { 7 }).await, Ok(7));
        let turns = [job.turn(Videos, "a").await, job.turn(Videos, "a").await];
        assert!(!turns[0].is_wanted());
    }
}
