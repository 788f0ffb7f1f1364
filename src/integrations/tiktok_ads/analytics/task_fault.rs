//! Reasons for which there is no asynchronous report.

use std::{fmt, time::Duration};

use crate::{
    integrations::Failure,
    marketing_api::{MarketingError, ReportFileFault},
    media::RelayError,
    model::ByteCount,
};

/// Largest file, of about four million rows.
pub(super) const FILE_MAX: ByteCount = ByteCount(1024 * 1024 * 1024);

/// Reason for which there is no asynchronous report. Pages are read then.
#[derive(Debug)]
pub(super) enum NoTask {
    /// TikTok refused a call, or its answer was lost.
    Api(Box<Failure>),
    /// TikTok could not make the report.
    Failed,
    /// TikTok did not make it in time.
    Slow(Duration),
    /// Its file could not be downloaded.
    Download(RelayError),
    /// Its file could not be read.
    Unreadable(ReportFileFault),
    /// There was not enough time to read its file.
    Unread,
    /// A value is not a number.
    NotANumber(String),
    /// Its rows are not those that the pages have.
    OtherRows,
}

impl From<MarketingError> for NoTask {
    fn from(error: MarketingError) -> Self {
        Self::Api(Box::new(error.into()))
    }
}

/// Texts never hold the URL of a file, which has a signature.
impl fmt::Display for NoTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(failure) => f.write_str(failure.message.trim_end_matches('.')),
            Self::Failed => f.write_str("TikTok could not make it"),
            Self::Slow(time) => write!(f, "TikTok had not made it after {} s", time.as_secs()),
            Self::Download(RelayError::Download(error)) => {
                write!(
                    f,
                    "its file could not be downloaded from {}",
                    error.url_and_reason()
                )
            }
            Self::Download(RelayError::TooLarge(_)) => write!(f, "its file has more than {FILE_MAX}"),
            Self::Download(RelayError::Spool(error)) => write!(f, "its file could not be stored: {error}"),
            Self::Download(RelayError::Empty | RelayError::OtherType { .. }) => {
                f.write_str("its file is empty")
            }
            Self::Unreadable(fault) => write!(f, "{fault}"),
            Self::Unread => f.write_str("there was not enough time to read its file"),
            Self::NotANumber(metric) => write!(f, "its {metric} is not a number"),
            Self::OtherRows => f.write_str("it does not have the same rows as the pages"),
        }
    }
}
