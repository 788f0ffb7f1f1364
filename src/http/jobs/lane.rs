//! Limits of the requests that have released their jobs to download, and their turns.
//!
//! A single host gets at most half of the places, so that it cannot crowd out the others.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::turn_queue::TurnQueue;

/// Limits of a lane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capacity {
    /// Number of concurrent downloads.
    pub(super) turns: usize,
    /// Number of downloading and waiting requests; a single host gets half of them.
    pub(super) requests: usize,
    /// Memory of these requests, in bytes.
    pub(super) bytes: u64,
}

/// Requests that download files of the same kind.
#[derive(Debug)]
pub(super) struct Lane {
    capacity: Capacity,
    state: Mutex<LaneState>,
}

#[derive(Debug)]
struct LaneState {
    /// Host of each request.
    hosts: Vec<Arc<str>>,
    bytes: u64,
    queue: TurnQueue<oneshot::Sender<DownloadTurn>>,
}

/// Error: the lane has no room for another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueFull {
    /// Number of requests that download or wait for their turn.
    pub requests: usize,
    /// True if only requests for the same host are refused.
    pub is_of_host: bool,
}

impl fmt::Display for QueueFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = if self.is_of_host { " from it" } else { "" };
        write!(
            f,
            "was not contacted: {} other requests are downloading{from} or waiting to",
            self.requests
        )
    }
}

impl Lane {
    pub(super) fn new(capacity: Capacity) -> Arc<Self> {
        let state = LaneState {
            hosts: Vec::new(),
            bytes: 0,
            queue: TurnQueue::new(capacity.turns),
        };
        Arc::new(Self {
            capacity,
            state: Mutex::new(state),
        })
    }

    fn state(&self) -> MutexGuard<'_, LaneState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reserves a place for a request that downloads from `host` and takes `bytes` of memory. Whatever its
    /// own size, it is admitted while the memory of the others is below the limit.
    pub(super) fn enter(self: &Arc<Self>, host: &str, bytes: u64) -> Result<LanePlace, QueueFull> {
        let mut state = self.state();
        let all = state.hosts.len();
        let of_host = state.hosts.iter().filter(|other| ***other == *host).count();
        if all >= self.capacity.requests || state.bytes >= self.capacity.bytes {
            return Err(QueueFull {
                requests: all,
                is_of_host: false,
            });
        }
        if of_host >= self.capacity.requests / 2 {
            return Err(QueueFull {
                requests: of_host,
                is_of_host: true,
            });
        }
        let host = Arc::<str>::from(host);
        state.hosts.push(Arc::clone(&host));
        state.bytes += bytes;
        Ok(LanePlace {
            lane: Arc::clone(self),
            host,
            bytes,
        })
    }

    /// Waits for a turn to download from `host`.
    pub(super) async fn turn(self: &Arc<Self>, host: &str) -> DownloadTurn {
        let (waker, turn) = oneshot::channel();
        self.state().queue.join(host.into(), waker);
        self.give_out();
        // The sender stays in the queue until it has sent.
        turn.await.unwrap_or_default()
    }

    fn give_out(self: &Arc<Self>) {
        while let Some((host, waker)) = self.next() {
            // A turn without a receiver is released on drop, which needs the lock.
            drop(waker.send(DownloadTurn(Some((Arc::clone(self), host)))));
        }
    }

    fn next(&self) -> Option<(Arc<str>, oneshot::Sender<DownloadTurn>)> {
        let mut state = self.state();
        state.queue.keep(|waker| !waker.is_closed());
        state.queue.next()
    }
}

/// Place in a lane, released on drop.
#[derive(Debug)]
pub(super) struct LanePlace {
    lane: Arc<Lane>,
    host: Arc<str>,
    bytes: u64,
}

impl Drop for LanePlace {
    fn drop(&mut self) {
        let mut state = self.lane.state();
        if let Some(at) = state.hosts.iter().position(|other| *other == self.host) {
            state.hosts.swap_remove(at);
        }
        state.bytes -= self.bytes;
    }
}

/// Turn to download, released on drop.
#[derive(Debug, Default)]
pub struct DownloadTurn(Option<(Arc<Lane>, Arc<str>)>);

impl DownloadTurn {
    /// True if a waiting request could use this turn.
    pub(in crate::http) fn is_wanted(&self) -> bool {
        let Some((lane, host)) = &self.0 else { return false };
        let mut state = lane.state();
        state.queue.keep(|waker| !waker.is_closed());
        state.queue.is_wanted(host)
    }
}

impl Drop for DownloadTurn {
    fn drop(&mut self) {
        if let Some((lane, host)) = self.0.take() {
            lane.state().queue.give_back(&host);
            lane.give_out();
        }
    }
}
