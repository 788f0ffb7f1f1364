//! Injected time: the only module that reads the operating system's time, or waits.
//!
//! A virtual clock starts at a given time and advances only when a test advances it or code sleeps on it, so
//! a test of a two-minute wait takes no time. An adjustable clock runs with the operating system's time, and can be
//! moved ahead of it. A simulator and a client that share one of them agree on the time.

use std::{
    fmt,
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Monotonic time by which a step must be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Duration);

/// Source of time, and of waits.
#[derive(Clone)]
pub struct Clock(Arc<TimeSource>);

enum TimeSource {
    /// The operating system's time, with the start of monotonic time.
    System(Instant),
    /// The operating system's time, moved ahead by hand.
    Adjustable { start: Instant, ahead: Mutex<Duration> },
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
        Self(Arc::new(TimeSource::System(Instant::now())))
    }

    /// A clock that runs with the operating system's time and can be moved ahead of it.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the time"
    )]
    pub fn adjustable() -> Self {
        Self(Arc::new(TimeSource::Adjustable {
            start: Instant::now(),
            ahead: Mutex::default(),
        }))
    }

    /// A clock stopped at `since_epoch` after the Unix epoch until it is advanced.
    pub fn virtual_at(since_epoch: Duration) -> Self {
        Self(Arc::new(TimeSource::Virtual {
            start: since_epoch,
            now: Mutex::new(since_epoch),
        }))
    }

    /// Wall-clock time since the Unix epoch.
    pub fn since_epoch(&self) -> Duration {
        match &*self.0 {
            TimeSource::System(_) => system_time(),
            TimeSource::Adjustable { ahead, .. } => system_time().saturating_add(*lock(ahead)),
            TimeSource::Virtual { now, .. } => *lock(now),
        }
    }

    /// Monotonic time since the clock was created, for measuring durations.
    pub fn elapsed(&self) -> Duration {
        match &*self.0 {
            TimeSource::System(start) => start.elapsed(),
            TimeSource::Adjustable { start, ahead } => start.elapsed().saturating_add(*lock(ahead)),
            TimeSource::Virtual { now, .. } => *lock(now),
        }
    }

    /// Time by which a virtual or an adjustable clock was moved; zero for the operating system's clock.
    ///
    /// It is added to the time of another machine, so that a test can move that time too.
    pub fn moved(&self) -> Duration {
        match &*self.0 {
            TimeSource::System(_) => Duration::ZERO,
            TimeSource::Adjustable { ahead, .. } => *lock(ahead),
            TimeSource::Virtual { start, now } => lock(now).saturating_sub(*start),
        }
    }

    /// Deadline after `duration`.
    pub fn deadline_in(&self, duration: Duration) -> Deadline {
        Deadline(self.elapsed().saturating_add(duration))
    }

    /// Time until `deadline`; zero after it.
    pub fn left_until(&self, Deadline(deadline): Deadline) -> Duration {
        deadline.saturating_sub(self.elapsed())
    }

    /// Sleeps; a virtual clock jumps ahead at once.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that waits")]
    pub async fn sleep(&self, duration: Duration) {
        match &*self.0 {
            TimeSource::System(_) | TimeSource::Adjustable { .. } => tokio::time::sleep(duration).await,
            TimeSource::Virtual { .. } => {
                self.advance(duration);
                tokio::task::yield_now().await;
            }
        }
    }

    /// Sleeps in wall-clock time. On a virtual clock it never completes, so heartbeats do not run in tests.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that waits")]
    pub async fn heartbeat_sleep(&self, duration: Duration) {
        match &*self.0 {
            TimeSource::System(_) | TimeSource::Adjustable { .. } => tokio::time::sleep(duration).await,
            TimeSource::Virtual { .. } => pending().await,
        }
    }

    /// Sleeps in wall-clock time, also on a virtual clock, which is not moved: for watching a real connection.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that waits")]
    pub async fn sleep_wall(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// Waits until [`Clock::elapsed`] has reached `deadline`; never completes without one.
    pub async fn sleep_until(&self, deadline: Option<Duration>) {
        match deadline {
            Some(deadline) => self.sleep(deadline.saturating_sub(self.elapsed())).await,
            None => pending().await,
        }
    }

    /// Moves a virtual or an adjustable clock ahead; has no effect on the operating system's clock.
    pub fn advance(&self, duration: Duration) {
        let mut moved = match &*self.0 {
            TimeSource::System(_) => return,
            TimeSource::Adjustable { ahead, .. } => lock(ahead),
            TimeSource::Virtual { now, .. } => lock(now),
        };
        *moved = moved.saturating_add(duration);
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            TimeSource::System(_) => f.write_str("Clock(system)"),
            TimeSource::Adjustable { ahead, .. } => write!(f, "Clock(system and {:?})", *lock(ahead)),
            TimeSource::Virtual { now, .. } => write!(f, "Clock(virtual at {:?})", *lock(now)),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the time"
)]
fn system_time() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
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

    #[test]
    fn an_adjustable_clock_runs_and_is_moved_ahead_of_the_operating_system() {
        let month = Duration::from_hours(24 * 30);
        let clock = Clock::adjustable();
        let (time, elapsed) = (clock.since_epoch(), clock.elapsed());
        clock.advance(month);
        assert_eq!(clock.moved(), month);
        assert!(clock.since_epoch() >= time + month && clock.elapsed() >= elapsed + month);
        assert!(
            clock.since_epoch() < time + month * 2,
            "it is moved once, and keeps running"
        );
        let system = Clock::system();
        let time = system.since_epoch();
        system.advance(month);
        assert!(system.since_epoch() < time + month);
    }
}
