//! Requests without a complete response.

use std::{fmt, time::Duration};

use super::{connection_error::ConnectionError, limit::FullWindow, pause::ApiPause};

/// Request that got no complete response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{endpoint}: {kind}{}", self.when())]
pub struct HttpError {
    /// Name of the endpoint.
    pub endpoint: &'static str,
    /// Reason.
    pub kind: HttpErrorKind,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// Duration of the attempt.
    pub elapsed: Duration,
}

impl HttpError {
    /// Request that was stopped before attempt number `attempt`.
    pub(super) fn unsent(endpoint: &'static str, attempt: u32, kind: HttpErrorKind) -> Self {
        Self {
            endpoint,
            kind,
            attempt,
            elapsed: Duration::ZERO,
        }
    }

    /// Number and duration of the attempt, if there was one.
    fn when(&self) -> String {
        match self.kind {
            HttpErrorKind::DeadlinePassed
            | HttpErrorKind::RateLimited { .. }
            | HttpErrorKind::Paused(_)
            | HttpErrorKind::Vetoed
            | HttpErrorKind::OutputClosed => String::new(),
            HttpErrorKind::Connection(_)
            | HttpErrorKind::Stalled
            | HttpErrorKind::TooSlow { .. }
            | HttpErrorKind::TooLarge
            | HttpErrorKind::NoMemory => {
                format!(" (attempt {}, after {} ms)", self.attempt, millis(self.elapsed))
            }
        }
    }
}

/// Reason why a request got no complete response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpErrorKind {
    /// The connection was not made, or failed.
    Connection(ConnectionError),
    /// The deadline had passed: nothing was sent.
    DeadlinePassed,
    /// A rate limit that this program keeps has no place within the time for waits: nothing was sent.
    RateLimited {
        /// Time until it may have one.
        wait: Duration,
        /// The limit.
        window: FullWindow,
    },
    /// The API has refused other requests for its own rate limit, and the pause that it demands is longer than the time
    /// for waits: nothing was sent.
    Paused(ApiPause),
    /// The observer of the request did not permit it: nothing was sent.
    Vetoed,
    /// The reader of the results is gone: nothing was sent.
    OutputClosed,
    /// The connection took no byte of the body for too long.
    Stalled,
    /// The connection is too slow to take the body before the deadline.
    TooSlow {
        /// Measured speed.
        bytes_per_second: u64,
        /// Time that the whole body takes at a speed that is certain.
        needs: Duration,
    },
    /// The response was larger than the request permits.
    TooLarge,
    /// The responses that are held already leave no memory for it.
    NoMemory,
}

impl HttpErrorKind {
    /// Returns true if certainly nothing was sent.
    pub const fn is_unsent(self) -> bool {
        match self {
            Self::Connection(error) => error.is_unsent(),
            Self::DeadlinePassed
            | Self::RateLimited { .. }
            | Self::Paused(_)
            | Self::Vetoed
            | Self::OutputClosed => true,
            Self::Stalled | Self::TooSlow { .. } | Self::TooLarge | Self::NoMemory => false,
        }
    }
}

impl HttpErrorKind {
    /// Time after which the request may be sent, for a rate limit.
    pub const fn wait(self) -> Option<Duration> {
        if let Self::RateLimited { wait, .. } | Self::Paused(ApiPause { wait, .. }) = self {
            Some(wait)
        } else {
            None
        }
    }
}

impl fmt::Display for HttpErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connection(error) => return error.fmt(f),
            Self::RateLimited { wait, window } => {
                let seconds = whole_seconds(*wait);
                return write!(
                    f,
                    "this program's limit of {window} is full for another {seconds} s; the request was not sent"
                );
            }
            Self::Paused(ApiPause { code, wait }) => {
                let seconds = whole_seconds(*wait);
                return write!(
                    f,
                    "the API refused other requests for its own rate limit ({code}), which is full for another {seconds} s; \
                     this one was not sent"
                );
            }
            Self::DeadlinePassed => "the request's time was up before it was sent",
            Self::Vetoed => "it was not sent",
            Self::OutputClosed => "the reader of the results is gone, so it was not sent",
            Self::TooSlow {
                bytes_per_second,
                needs,
            } => {
                let (kilobytes, seconds) = (bytes_per_second / 1_000, needs.as_secs());
                return write!(
                    f,
                    "at {kilobytes} kB/s, sending it takes about {seconds} s, which is more than the request's time"
                );
            }
            Self::Stalled => "the connection stalled while the request was sent",
            Self::TooLarge => "the response was larger than expected, so it was not read to its end",
            Self::NoMemory => {
                "the responses that are kept already leave no memory for it, so it was not read to its end"
            }
        })
    }
}

/// Seconds, rounded up: a caller that comes back a moment early has waited in vain.
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Whole milliseconds, for logs and messages.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
