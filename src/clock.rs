//! Injected time: the only place that asks the operating system what time it is, or that waits.
//!
//! A virtual clock starts where it is told and moves only when somebody moves it or sleeps on it, so a test
//! of a two-minute wait takes no time at all. A simulator and a client that share one virtual clock agree on
//! the time.

use std::{
    fmt,
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// A moment by which something must be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Duration);

/// Tells the time and waits.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

enum Inner {
    /// The operating system's time; the instant is where monotonic time starts.
    System(Instant),
    /// Time since the Unix epoch, moved by hand and by sleeping.
    Virtual { start: Duration, now: Mutex<Duration> },
}

impl Clock {
    /// The operating system's clock.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the time"
    )]
    pub fn system() -> Self {
        Self(Arc::new(Inner::System(Instant::now())))
    }

    /// A clock that stands still at `since_epoch` after the Unix epoch until it is moved.
    pub fn virtual_at(since_epoch: Duration) -> Self {
        Self(Arc::new(Inner::Virtual {
            start: since_epoch,
            now: Mutex::new(since_epoch),
        }))
    }

    /// The wall-clock time since the Unix epoch.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the time"
    )]
    pub fn since_epoch(&self) -> Duration {
        match &*self.0 {
            Inner::System(_) => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            Inner::Virtual { now, .. } => *lock(now),
        }
    }

    /// A time that never goes back, for measuring how long something took.
    pub fn elapsed(&self) -> Duration {
        match &*self.0 {
            Inner::System(start) => start.elapsed(),
            Inner::Virtual { now, .. } => *lock(now),
        }
    }

    /// How far a virtual clock was moved so far; nothing for the operating system's clock.
    ///
    /// Who asks another machine for the time adds this, so that a test can move that time too.
    pub fn moved(&self) -> Duration {
        match &*self.0 {
            Inner::System(_) => Duration::ZERO,
            Inner::Virtual { start, now } => lock(now).saturating_sub(*start),
        }
    }

    /// The moment so far ahead.
    pub fn deadline_in(&self, duration: Duration) -> Deadline {
        Deadline(self.elapsed().saturating_add(duration))
    }

    /// How long it is until `deadline`; zero once it has passed.
    pub fn left_until(&self, Deadline(deadline): Deadline) -> Duration {
        deadline.saturating_sub(self.elapsed())
    }

    /// Waits; on a virtual clock the time jumps ahead at once.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that waits")]
    pub async fn sleep(&self, duration: Duration) {
        match &*self.0 {
            Inner::System(_) => tokio::time::sleep(duration).await,
            Inner::Virtual { .. } => {
                self.advance(duration);
                tokio::task::yield_now().await;
            }
        }
    }

    /// Waits for as long as it takes; on a virtual clock it never ends, as time does not pass by itself.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that waits")]
    pub async fn heartbeat_sleep(&self, duration: Duration) {
        match &*self.0 {
            Inner::System(_) => tokio::time::sleep(duration).await,
            Inner::Virtual { .. } => pending().await,
        }
    }

    /// Waits for as long as it takes, also on a virtual clock, which is not moved: for watching a real
    /// connection.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that waits")]
    pub async fn sleep_wall(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// Waits until [`Clock::elapsed`] has reached `deadline`; never ends where there is none.
    pub async fn sleep_until(&self, deadline: Option<Duration>) {
        match deadline {
            Some(deadline) => self.sleep(deadline.saturating_sub(self.elapsed())).await,
            None => pending().await,
        }
    }

    /// Moves a virtual clock ahead; the operating system's clock is left alone.
    pub fn advance(&self, duration: Duration) {
        if let Inner::Virtual { now, .. } = &*self.0 {
            let mut now = lock(now);
            *now = now.saturating_add(duration);
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Inner::System(_) => f.write_str("Clock(system)"),
            Inner::Virtual { now, .. } => write!(f, "Clock(virtual at {:?})", *lock(now)),
        }
    }
}

fn lock(now: &Mutex<Duration>) -> MutexGuard<'_, Duration> {
    now.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_virtual_clock_moves_only_by_hand_and_by_sleeping() {
        let clock = Clock::virtual_at(Duration::from_secs(1_000));
        assert_eq!(clock.since_epoch(), Duration::from_secs(1_000));
        clock.sleep(Duration::from_secs(90)).await;
        clock.advance(Duration::from_secs(10));
        assert_eq!(clock.since_epoch(), Duration::from_secs(1_100));
        assert_eq!(clock.moved(), Duration::from_secs(100));
        assert_eq!(Clock::system().moved(), Duration::ZERO);
    }
}
