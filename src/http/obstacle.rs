//! What can stand in the way of a download, without a word of its URL but the host.

use std::{fmt, time::Duration};

use super::{
    download::REDIRECTS_MAX,
    guard::Refusal,
    jobs::QueueFull,
    lowest_speed::Shortfall,
    retry::Trouble,
    unmade::{Unmade, is_not_resolved},
};

/// What stood in the way of a download, and at which host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{host} {cause}{}", if *redirected { " (after a redirect)" } else { "" })]
pub struct Obstacle {
    /// The host; never more of the URL.
    pub host: String,
    /// What it was.
    pub cause: Cause,
    /// Whether the host was named by a redirect.
    pub redirected: bool,
}

/// What can stand in the way of a download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The guard.
    Refused(Refusal),
    /// A name without an address that may be connected to: it has none, or forbidden ones only. Which of the
    /// two it is stands in the log alone.
    NotResolved,
    /// No connection.
    Unmade(Unmade),
    /// No answer, or no further piece of it, in time.
    TooSlow,
    /// Less than the lowest speed.
    BelowLowestSpeed(Shortfall),
    /// The time for all of it was up.
    OutOfTime,
    /// The time for all of it was up before it could begin: other downloads came first.
    NoTurn,
    /// Too many other downloads.
    QueueFull(QueueFull),
    /// The turn was over and another request waited; the download goes on in its next turn.
    GaveWay,
    /// The connection broke.
    Broken,
    /// Another status than that of a file, and how long the server says to wait.
    Status(u16, Option<Duration>),
    /// A redirect, where none is followed, and to which host it leads.
    Redirect(Option<String>),
    /// Redirects without end.
    TooManyRedirects,
    /// A redirect that does not say where.
    RedirectNowhere,
    /// The file changed while it was downloaded.
    Changed,
    /// The HTTP client could not be set up.
    NoClient,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NotResolved => f.write_str("does not resolve to an address that may be fetched from"),
            Self::Unmade(unmade) => f.write_str(unmade.at_host()),
            Self::TooSlow => f.write_str("sent nothing in time"),
            Self::BelowLowestSpeed(shortfall) => shortfall.fmt(f),
            Self::NoTurn => {
                f.write_str("was not asked: other downloads took all the time that this action has")
            }
            Self::QueueFull(full) => full.fmt(f),
            Self::GaveWay => f.write_str("had to wait for other downloads"),
            Self::OutOfTime => f.write_str("was too slow for the time that an action has"),
            Self::Broken => f.write_str("broke the connection off"),
            Self::Status(status, _) => write!(f, "answered HTTP {status}"),
            Self::Redirect(Some(host)) => write!(f, "answered with a redirect to {host}"),
            Self::Redirect(None) | Self::RedirectNowhere => {
                f.write_str("answered with a redirect to nowhere")
            }
            Self::TooManyRedirects => write!(f, "answered with more than {REDIRECTS_MAX} redirects"),
            Self::Changed => f.write_str("changed the file while it was downloaded"),
            Self::NoClient => f.write_str("could not be asked: the HTTP client could not be set up"),
        }
    }
}

impl Cause {
    /// What a failed exchange was, by what lies at the bottom of its error. The error itself holds the URL.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        if is_not_resolved(error) {
            Self::NotResolved
        } else if error.is_connect() {
            Self::Unmade(Unmade::of(error))
        } else if error.is_timeout() {
            Self::TooSlow
        } else {
            Self::Broken
        }
    }

    /// What it is to the table of retries; `None` where it is final.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Unmade(_) | Self::NotResolved => Some(Trouble::NotSent),
            Self::TooSlow | Self::Broken => Some(Trouble::Lost),
            Self::Status(429, retry_after) => Some(Trouble::TooMany {
                retry_after: *retry_after,
                by_api: true,
            }),
            Self::Status(408 | 500..=599, _) => Some(Trouble::ServerFault),
            Self::Status(..)
            | Self::Refused(_)
            | Self::BelowLowestSpeed(_)
            | Self::OutOfTime
            | Self::NoTurn
            | Self::QueueFull(_)
            | Self::GaveWay
            | Self::Redirect(_)
            | Self::TooManyRedirects
            | Self::RedirectNowhere
            | Self::Changed
            | Self::NoClient => None,
        }
    }

    /// Whether the same download may work a little later.
    pub fn is_passing(&self) -> bool {
        self.trouble().is_some()
            || matches!(
                self,
                Self::BelowLowestSpeed(_) | Self::OutOfTime | Self::NoTurn | Self::QueueFull(_)
            )
            || matches!(self, Self::GaveWay | Self::Changed)
    }
}
