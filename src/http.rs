//! HTTP without any API's vocabulary: one request, its response or error, attempts within limits, and guarded
//! downloads.
//!
//! An API gives its credential as a header ([`AuthHeader`]), the effect of a second attempt ([`Idempotency`]), and a
//! classifier of its responses ([`Classify`]). It has one [`Transport`] for its base URL. Other modules use the types of
//! `url` and `http`; reqwest stays in this one. Nothing here prints a URL with its query, a header or a body.

mod budget;
mod certificate_fault;
mod client;
mod connection_error;
mod content_range;
mod download;
mod download_error;
mod error;
mod gate;
mod guard;
mod jobs;
mod limit;
mod lookup;
mod lowest_speed;
mod meter;
mod multipart;
mod pause;
mod request;
mod response;
mod resume;
mod retry;
mod send;
mod tally;
mod transport;
mod uncounted;

pub use budget::{RateBudget, RateReceipt};
pub use certificate_fault::CertificateFault;
pub use connection_error::{ConnectError, ConnectionError};
pub use content_range::ContentRange;
pub use download::{DownloadRequest, Downloader, FetchError, FileHead, Sink};
pub use download_error::{DownloadError, DownloadErrorKind};
pub use error::{HttpError, HttpErrorKind, millis, whole_seconds};
pub use gate::{RateGate, RefusalObserver, WriteObserver};
pub use guard::{AddressKind, BlockedUrl, never_allowed};
pub use jobs::{DownloadTurn, JobSlot, Jobs, MediaLane, QueueFull};
pub use limit::{FullWindow, Limiter, Permit, RateWait};
pub use lookup::addresses;
pub use lowest_speed::{LowestSpeed, Shortfall};
pub use meter::{BodyAbort, BodyMeter, BodySpan, StallLimit, per_second, time_for};
pub use multipart::FilePart;
pub use pause::{ApiPause, Pauses};
pub use request::{AuthHeader, HttpRequest, Open, RequestBody};
pub use response::HttpResponse;
pub use resume::FileInfo;
pub use retry::{Backoff, Classify, Decision, Idempotency, Retries, RetryReason, decide};
pub use send::{AttemptHook, Rejected, SendPolicy, chance, send};
pub use tally::Held;
pub use transport::{Transport, TransportError};
pub use uncounted::{UncountedCalls, UncountedSettings, url_below};

#[cfg(test)]
mod tests;
