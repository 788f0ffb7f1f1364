//! Downloads from hosts that a caller names, under guard.
//!
//! * https only, on any port; no user names. The guard checks every address of every connection (`guard`). Redirects
//!   are followed by hand, at most five, and each is checked anew. Connections go to the checked addresses and nowhere
//!   else, so **no proxy is used**: a proxy would resolve names itself.
//! * No token, cookie or referrer is sent, and no compression is asked for. The client is not the API's.
//! * A download that broke off continues with `Range` and `If-Range` if the server names the file's state, else it
//!   begins anew.
//! * A URL may hold a signature, so errors and logs name the host only.
//! * A host must reach a lowest speed, and a turn is limited only while another request waits for it (`lowest_speed`,
//!   `jobs`).
//!
//! Against a simulator on this machine the rule is reversed: downloads come from the simulator's own address, over
//! http too, and from nowhere else. An operator can allow further hosts ([`Reach`]).

mod clients;
mod hop;
mod opener;
mod skim;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use tokio::time::timeout;
use tracing::debug;
use url::Url;

use self::{
    hop::{Hop, authority, host},
    opener::{Opener, Redirects},
};
use super::{
    connection_error::ConnectionError,
    download_error::{DownloadError, DownloadErrorKind},
    jobs::{JobSlot, MediaLane, QueueFull},
    lookup::{Lookup, SystemLookup},
    lowest_speed::{LowestSpeed, SpeedWatch},
    response::retry_after,
    resume::{DownloadProgress, FileInfo, ResponseFit},
    retry::{Decision, Idempotency, Retries, decide},
    send::{chance, wait},
};
use crate::{
    clock::{Clock, Deadline},
    model::Reach,
};

/// Bytes after which a broken connection does not count as a failed attempt.
const WORTH_IT: u64 = 256 * 1024;

/// HTTP client of downloads.
#[derive(Clone)]
pub struct Downloader {
    opener: Opener,
    clock: Clock,
    lowest: LowestSpeed,
    job: JobSlot,
}

/// Download of a whole file.
#[derive(Clone)]
pub struct DownloadRequest {
    /// URL of the file.
    pub url: Url,
    /// Longest wait for a response, and for each further part of it.
    pub timeout: Duration,
    /// Longest duration of the download with all its attempts.
    pub overall: Duration,
    /// Number of attempts and length of the waits between them.
    pub retries: Retries,
}

/// Names the host only: the URL may hold a signature.
impl fmt::Debug for DownloadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DownloadRequest({})", host(&self.url))
    }
}

/// Consumer of a download's bytes.
pub trait Sink: Send {
    /// Reason to stop the download.
    type Stop: Send;

    /// Begins the file anew: the next byte is its first, and earlier bytes are void.
    fn begin(&mut self, info: &FileInfo) -> Result<(), Self::Stop>;

    /// Takes the next part.
    fn take(&mut self, piece: &[u8]) -> Result<(), Self::Stop>;
}

/// Download that was not completed.
#[derive(Debug)]
pub enum FetchError<S> {
    /// The sink stopped it.
    Stopped(S),
    /// It failed.
    Failed(DownloadError),
}

impl<S> From<DownloadError> for FetchError<S> {
    fn from(error: DownloadError) -> Self {
        Self::Failed(error)
    }
}

/// Beginning of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHead {
    /// First bytes.
    pub bytes: Bytes,
    /// Length and type of the file, as the server reports them.
    pub info: FileInfo,
}

impl Downloader {
    /// Client for the hosts within `reach`.
    pub fn new(reach: Reach, clock: Clock) -> Self {
        Self::looking_up(Arc::new(SystemLookup::default()), reach, clock)
    }

    /// Client with another name resolution.
    fn looking_up(lookup: Arc<dyn Lookup>, reach: Reach, clock: Clock) -> Self {
        Self {
            opener: Opener::new(lookup, reach),
            clock,
            lowest: LowestSpeed::default(),
            job: JobSlot::default(),
        }
    }

    /// Sets the lowest speed.
    #[must_use]
    pub fn with_lowest_speed(self, lowest: LowestSpeed) -> Self {
        Self { lowest, ..self }
    }

    /// The same client for the request that has this job.
    #[must_use]
    pub fn for_request(&self, job: JobSlot) -> Self {
        Self { job, ..self.clone() }
    }

    /// Hosts from which it downloads.
    pub fn reach(&self) -> &Reach {
        &self.opener.reach
    }

    /// Does `work`, which downloads from the host of `url`, without the request's job, and waits for the job
    /// again until `deadline`.
    pub async fn parked<T>(
        &self,
        (lane, url): (MediaLane, &Url),
        deadline: Deadline,
        work: impl Future<Output = T>,
    ) -> Result<T, QueueFull> {
        let host = authority(url);
        self.job.parked((lane, &host), &self.clock, deadline, work).await
    }

    /// Downloads a whole file into `sink`.
    pub async fn fetch<S: Sink>(
        &self,
        request: &DownloadRequest,
        sink: &mut S,
    ) -> Result<(), FetchError<S::Stop>> {
        let begun = AtomicBool::new(false);
        let whole = timeout(request.overall, self.fetch_patiently(request, sink, &begun));
        whole.await.unwrap_or_else(|_elapsed| {
            let kind = if begun.load(Ordering::Relaxed) {
                DownloadErrorKind::OutOfTime
            } else {
                DownloadErrorKind::NoTurn
            };
            Err(Hop::first(&request.url).error(kind).into())
        })
    }

    /// Makes attempts until one completes the file. Each waits for its turn, so that those that fail let others
    /// by; an attempt that gave way does not count.
    async fn fetch_patiently<S: Sink>(
        &self,
        request: &DownloadRequest,
        sink: &mut S,
        begun: &AtomicBool,
    ) -> Result<(), FetchError<S::Stop>> {
        let (mut attempt, mut turns) = (1, 0);
        let (mut retries, mut progress) = (request.retries, DownloadProgress::default());
        loop {
            let before = progress.have();
            let turn = self.job.turn(MediaLane::Videos, &authority(&request.url)).await;
            begun.store(true, Ordering::Relaxed);
            let watch = SpeedWatch::new(self.lowest, &self.clock, &turn, turns);
            let result = self.fetch_once(request, &mut progress, sink, watch).await;
            drop(turn);
            debug!(
                host = host(&request.url),
                attempt,
                bytes = progress.have(),
                "download ended"
            );
            let error = match result {
                Err(FetchError::Failed(error)) => error,
                done => return done,
            };
            if error.kind == DownloadErrorKind::GaveWay {
                turns += 1;
                continue;
            }
            let Some(reason) = error.kind.retry_reason() else {
                return Err(error.into());
            };
            if progress.have() >= before.saturating_add(WORTH_IT) {
                attempt = 1;
            }
            match decide(Idempotency::Idempotent, reason, attempt, retries, chance()) {
                Decision::GiveUp => return Err(error.into()),
                Decision::Again { after } => {
                    wait(&self.clock, "download", attempt, after).await;
                    retries = retries.after(after);
                }
            }
            attempt += 1;
        }
    }

    /// Reads one response, from its headers to its end.
    async fn fetch_once<S: Sink>(
        &self,
        request: &DownloadRequest,
        progress: &mut DownloadProgress,
        sink: &mut S,
        mut watch: SpeedWatch<'_>,
    ) -> Result<(), FetchError<S::Stop>> {
        let rest = progress.rest();
        let first = Hop::first(&request.url);
        let opening = self
            .opener
            .open(&request.url, Redirects::Followed, rest.as_ref(), request.timeout);
        let opened = watch.over(opening).await.map_err(|end| first.error(end.into()))?;
        let mut opened = opened?;
        let hop = opened.hop.clone();
        let (status, headers) = (opened.response.status().as_u16(), opened.response.headers());
        match progress.fit(status, headers, rest.is_some()) {
            ResponseFit::Anew => sink
                .begin(&FileInfo::of(status, headers))
                .map_err(FetchError::Stopped)?,
            ResponseFit::Continues => {}
            ResponseFit::Changed => return Err(hop.error(DownloadErrorKind::Changed).into()),
            ResponseFit::Other => {
                let wait = retry_after(headers, self.clock.since_epoch());
                return Err(hop.error(DownloadErrorKind::Status(status, wait)).into());
            }
        }
        loop {
            let piece = watch.over(opened.next(request.timeout)).await;
            let piece = piece.map_err(DownloadErrorKind::from).flatten();
            let Some(piece) = piece.map_err(|kind| hop.error(kind))? else {
                break;
            };
            watch.count(piece.len());
            progress.advance(piece.len());
            sink.take(&piece).map_err(FetchError::Stopped)?;
        }
        if progress.is_whole() {
            Ok(())
        } else {
            Err(hop
                .error(DownloadErrorKind::Connection(ConnectionError::Interrupted))
                .into())
        }
    }
}

impl fmt::Debug for Downloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Downloader({:?})", self.opener.reach)
    }
}

#[cfg(test)]
mod tests;
