//! Speed of one request body in transfer. Counts the bytes that the connection takes, and aborts the attempt if the
//! connection has stalled or cannot meet the deadline. A slow connection alone is no reason to abort.
//!
//! The connection takes bytes into the buffers of this machine first, so bytes taken are ahead of bytes sent
//! by up to [`BUFFERED`]. The kernel itself breaks a connection whose peer acknowledges nothing for 30 s
//! (`TCP_USER_TIMEOUT`, which reqwest sets); what is measured here is the rest.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::clock::{Clock, Deadline};

/// Limits on the silence of a connection while it takes a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StallLimit {
    /// Longest time without a byte taken.
    pub idle: Duration,
    /// Lowest speed, in bytes per second, at which this machine's buffers are expected to empty.
    pub slowest: u64,
}

impl Default for StallLimit {
    /// 30 s, and 20,000 bytes per second.
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30),
            slowest: 20_000,
        }
    }
}

/// Flag in the count of a closed meter.
const CLOSED: u64 = 1 << 63;

/// Bytes that the kernel (4 MiB by default on Linux) and the HTTP client may hold between "taken" and "sent".
const BUFFERED: u64 = 5 * 1024 * 1024;

/// Reason that an attempt was aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyAbort {
    /// No byte was taken for longer than the limit allows.
    Stalled,
    /// At this speed the transfer cannot end before the deadline.
    TooSlow {
        /// Bytes per second, an upper bound.
        measured: u64,
        /// Bytes per second, of bytes that have certainly left the buffers.
        surely: u64,
    },
}

/// The bytes of one attempt that the connection has taken, and their speed; clones share both.
///
/// A connection continues to send a body after the response. So the meter is closed when the attempt ends, and admits
/// no byte from then on: its statement about the last byte stays true.
#[derive(Debug, Clone, Default)]
pub struct BodyMeter(Arc<MeterState>);

#[derive(Debug, Default)]
struct MeterState {
    /// Bytes, and [`CLOSED`].
    taken: AtomicU64,
    /// Bytes per second; 0 before it is measured.
    speed: AtomicU64,
}

impl BodyMeter {
    /// Counts bytes that are about to be sent, and returns the total; `None` once the meter is closed, in
    /// which case they must not be sent.
    pub fn add(&self, bytes: u64) -> Option<u64> {
        let open = |taken: u64| (taken & CLOSED == 0).then(|| taken.saturating_add(bytes));
        self.0
            .taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, open)
            .ok()
            .map(|taken| taken.saturating_add(bytes))
    }

    /// Closes the meter, and returns the number of bytes taken.
    pub fn close(&self) -> u64 {
        self.0.taken.fetch_or(CLOSED, Ordering::Relaxed) & !CLOSED
    }

    /// Bytes taken so far.
    pub fn taken(&self) -> u64 {
        self.0.taken.load(Ordering::Relaxed) & !CLOSED
    }

    /// Measured speed in bytes per second, where the attempt lasted long enough.
    pub fn speed(&self) -> Option<u64> {
        Some(self.0.speed.load(Ordering::Relaxed)).filter(|speed| *speed > 0)
    }

    /// Returns when all `length` bytes were taken `idle` ago.
    pub async fn overdue(&self, clock: &Clock, length: u64, idle: Duration) {
        let (tick, mut silent) = (tick(idle), Duration::ZERO);
        while silent < idle {
            clock.sleep_wall(tick).await;
            silent = if self.taken() < length {
                Duration::ZERO
            } else {
                silent.saturating_add(tick)
            };
        }
    }

    /// Waits until the attempt must be aborted. Never returns while the connection moves fast enough.
    pub async fn watch(&self, clock: &Clock, span: BodySpan, limit: StallLimit, end: Deadline) -> BodyAbort {
        let (tick, mut pace) = (tick(limit.idle), BodySpeed::default());
        loop {
            clock.sleep_wall(tick).await;
            pace.tick(self.taken(), tick);
            self.0
                .speed
                .store(pace.speed.unwrap_or_default(), Ordering::Relaxed);
            if let Some(cut) = pace.judge(span, limit, clock.left_until(end)) {
                return cut;
            }
        }
    }
}

/// Interval of the measurement.
fn tick(idle: Duration) -> Duration {
    TICK.min(idle / 4).max(Duration::from_millis(1))
}

/// Longest interval of the measurement.
const TICK: Duration = Duration::from_millis(250);

/// A body, and what the same transfer sends after it, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct BodySpan {
    /// Length of the body.
    pub length: u64,
    /// Bytes of the transfer after the body.
    pub after: u64,
}

/// Measured speed of one attempt: pure.
#[derive(Debug, Clone, Copy, Default)]
struct BodySpeed {
    elapsed: Duration,
    taken: u64,
    silent: Duration,
    /// Time and bytes at which the buffers of this machine were full, so that the line sets the speed.
    base: Option<(Duration, u64)>,
    /// Bytes per second since then.
    speed: Option<u64>,
}

/// The buffers are full after this time, or when the first pause is seen.
const FILLING: Duration = Duration::from_secs(2);

/// Shortest time over which a speed is measured.
const MEASURED: Duration = Duration::from_secs(8);

impl BodySpeed {
    fn tick(&mut self, taken: u64, tick: Duration) {
        self.elapsed = self.elapsed.saturating_add(tick);
        let grew = taken > self.taken;
        self.silent = if grew {
            Duration::ZERO
        } else {
            self.silent.saturating_add(tick)
        };
        self.taken = taken;
        if taken > 0 && (!grew || self.elapsed >= FILLING) {
            self.base.get_or_insert((self.elapsed, taken));
        }
        let Some((since, bytes)) = self.base.filter(|_| grew) else {
            return;
        };
        let time = self.elapsed.saturating_sub(since);
        if time >= MEASURED {
            self.speed = per_second(taken.saturating_sub(bytes), time);
        }
    }

    fn judge(&self, span: BodySpan, limit: StallLimit, left: Duration) -> Option<BodyAbort> {
        if self.silent >= limit.idle.saturating_add(self.emptying(limit)) {
            return Some(BodyAbort::Stalled);
        }
        let speed = self.speed?;
        let unsent = span.length.saturating_sub(self.taken);
        let ahead = unsent.saturating_add(span.after).saturating_add(self.buffered());
        // The last byte of the transfer cannot be recalled once it is handed over.
        let is_on_its_way = unsent == 0 && span.after == 0;
        (!is_on_its_way && time_for(ahead, speed) > left.mul_f64(1.1)).then(|| BodyAbort::TooSlow {
            measured: speed,
            surely: self.surely_sent().min(speed),
        })
    }

    /// Speed in bytes per second of the bytes that have certainly left the buffers of this machine. The buffers grow
    /// while they fill, so an early measurement is too high; at least half of it is assumed.
    fn surely_sent(&self) -> u64 {
        let sure = per_second(self.taken.saturating_sub(BUFFERED), self.elapsed).unwrap_or_default();
        sure.max(self.speed.unwrap_or_default() / 2)
    }

    /// Bytes that may still be in the buffers.
    fn buffered(&self) -> u64 {
        self.base.map_or(self.taken, |(_, bytes)| bytes).min(BUFFERED)
    }

    /// Longest time in which the buffers empty without a visible byte.
    fn emptying(&self, limit: StallLimit) -> Duration {
        time_for(self.taken.min(BUFFERED), self.speed.unwrap_or(limit.slowest))
    }
}

/// Bytes per second; `None` if no time has passed.
pub fn per_second(bytes: u64, time: Duration) -> Option<u64> {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    bytes.saturating_mul(1000).checked_div(millis)
}

/// Time that `bytes` take at this speed, in bytes per second.
pub fn time_for(bytes: u64, bytes_per_second: u64) -> Duration {
    Duration::from_millis(bytes.saturating_mul(1000) / bytes_per_second.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const LIMIT: StallLimit = StallLimit {
        idle: Duration::from_secs(30),
        slowest: 20_000,
    };
    const HOUR: Duration = Duration::from_hours(1);

    /// Plays a line of this speed behind buffers of this size, and says when the body is cut off, in
    /// seconds.
    fn cut(length: u64, after: u64, speed: u64, buffers: u64, left: Duration) -> Option<(u64, BodyAbort)> {
        let mut pace = BodySpeed::default();
        let mut room = 0;
        let mut taken = buffers.min(length);
        for second in 1..=left.as_secs() {
            room += speed;
            // A kernel wakes the sender when a third of its buffers is free.
            if room >= buffers / 3 {
                taken = (taken + room).min(length);
                room = 0;
            }
            pace.tick(taken, SECOND);
            if let Some(cut) = pace.judge(
                BodySpan { length, after },
                LIMIT,
                left.saturating_sub(SECOND * u32::try_from(second).unwrap()),
            ) {
                return Some((second, cut));
            }
            // All has left the buffers, and the answer comes.
            if length <= speed * second {
                return None;
            }
        }
        None
    }

    #[test]
    fn a_slow_line_is_never_cut_off_for_its_speed() {
        for speed in [20_000, 50_000, 100_000, 150_000, 500_000, 20_000_000] {
            for buffers in [64_000, 1_000_000, 4_200_000] {
                for length in [300_000, 5_242_880, 16_777_216] {
                    let got = cut(length, 0, speed, buffers, HOUR);
                    assert_eq!(got, None, "{length} bytes at {speed} bytes/s behind {buffers}");
                }
            }
        }
    }

    #[test]
    fn a_closed_meter_gives_out_nothing() {
        let meter = BodyMeter::default();
        assert_eq!((meter.add(5), meter.add(2), meter.taken()), (Some(5), Some(7), 7));
        assert_eq!(
            (meter.close(), meter.add(1), meter.taken(), meter.close()),
            (7, None, 7, 7)
        );
    }

    #[test]
    fn a_line_that_stops_is_cut_off() {
        let mut pace = BodySpeed::default();
        for _ in 0..20 {
            pace.tick(pace.taken + 1_000_000, SECOND);
        }
        let span = BodySpan {
            length: 64_000_000,
            after: 0,
        };
        let silent = (1..100).find(|_| {
            pace.tick(pace.taken, SECOND);
            pace.judge(span, LIMIT, HOUR) == Some(BodyAbort::Stalled)
        });
        // Five seconds for the buffers, at the speed that was measured.
        assert!(
            silent.is_some_and(|seconds| (30..=36).contains(&seconds)),
            "{silent:?}"
        );
    }

    #[test]
    fn nothing_taken_at_all_is_a_stall_after_the_idle_time() {
        let mut pace = BodySpeed::default();
        let span = BodySpan {
            length: 1_000,
            after: 0,
        };
        let cut = (1..100).find(|_| {
            pace.tick(0, SECOND);
            pace.judge(span, LIMIT, HOUR).is_some()
        });
        assert_eq!(cut, Some(30));
    }

    #[test]
    fn a_deadline_that_cannot_be_met_is_seen_early() {
        let two_minutes = Duration::from_mins(2);
        let got = cut(64_000_000, 64_000_000, 100_000, 1_000_000, two_minutes);
        let Some((second, BodyAbort::TooSlow { measured, surely })) = got else {
            panic!("{got:?}")
        };
        assert!(
            second <= 20 && (80_000..=120_000).contains(&measured) && surely >= measured / 2,
            "{got:?}"
        );
        assert_eq!(
            cut(10_000_000, 0, 150_000, 1_000_000, two_minutes),
            None,
            "66 s of 120"
        );
    }

    #[test]
    fn a_last_byte_that_is_handed_over_is_not_called_back() {
        let mut pace = BodySpeed::default();
        for taken in [
            500_000, 500_000, 600_000, 700_000, 800_000, 900_000, 950_000, 960_000, 970_000, 980_000, 990_000,
        ] {
            pace.tick(taken, SECOND);
        }
        let judge = |length| pace.judge(BodySpan { length, after: 0 }, LIMIT, SECOND);
        assert_eq!(judge(990_000), None);
        assert!(matches!(judge(990_001), Some(BodyAbort::TooSlow { .. })));
        let followed = BodySpan {
            length: 990_000,
            after: 1,
        };
        assert!(
            matches!(
                pace.judge(followed, LIMIT, SECOND),
                Some(BodyAbort::TooSlow { .. })
            ),
            "no last byte was handed over"
        );
    }
}
