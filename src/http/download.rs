//! Downloads from hosts that a caller names, under guard.
//!
//! * https only, on any port; no user names. Every address of every connection is judged (`guard`), redirects
//!   are followed
//!   by hand, at most five, and each is judged anew. Connections go to the judged addresses and nowhere else, so **no
//!   proxy is used**: one would resolve names itself.
//! * No token, cookie or referrer is sent, and no compression is asked for. The client is not the one that
//!   talks to TikTok.
//! * What broke off is continued with `Range` and `If-Range` where the server names the file's state, else
//!   begun anew.
//! * A URL may hold a signature, so errors and logs name the host only.
//! * A host must send at the lowest speed at least, and a turn lasts a while only where another request waits
//!   for it
//!   (`lowest_speed`, `jobs`).
//!
//! Where TikTok is a simulator on this machine, the rule is the other way round: downloads come from the
//! simulator's own address, over http too, and from nowhere else. An operator can allow further hosts
//! ([`Reach`]).

mod clients;
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
use reqwest::{
    Response, Url,
    header::{ACCEPT_ENCODING, IF_RANGE, LOCATION, RANGE},
};
use tokio::time::timeout;
use tracing::debug;

use self::clients::Clients;
use super::{
    chance,
    guard::judge_url,
    jobs::{JobSlot, MediaLane, QueueFull},
    lookup::{Lookup, SystemLookup},
    lowest_speed::{LowestSpeed, SpeedWatch},
    obstacle::{Cause, Obstacle},
    resume::{Announced, Fit, Part, Progress},
    retry::{Class, Decision, Retries, decide},
    transport::retry_after,
    wait,
};
use crate::{
    clock::{Clock, Deadline},
    model::{Reach, Standing},
};

/// More redirects than that are a loop.
pub(super) const REDIRECTS_MAX: u32 = 5;

/// A broken connection that brought as much does not count as a failed attempt.
const WORTH_IT: u64 = 256 * 1024;

/// The client for downloads.
#[derive(Clone)]
pub struct Downloader {
    reach: Reach,
    clock: Clock,
    lookup: Arc<dyn Lookup>,
    clients: Arc<Clients>,
    lowest: LowestSpeed,
    job: JobSlot,
}

/// What to download, and how patiently.
#[derive(Clone)]
pub struct Job {
    /// Where it lies.
    pub url: Url,
    /// How long to wait for an answer, and for each further piece of it.
    pub timeout: Duration,
    /// How long all may take together.
    pub overall: Duration,
    /// How often to try again.
    pub retries: Retries,
}

/// Names the host only: the address may hold a signature.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Job({})", host(&self.url))
    }
}

/// Takes the bytes of a download.
pub trait Sink: Send {
    /// Why it wants no more.
    type Stop: Send;

    /// What comes now is the first byte; what came before counts no more.
    fn begin(&mut self, announced: &Announced) -> Result<(), Self::Stop>;

    /// The next piece.
    fn take(&mut self, piece: &[u8]) -> Result<(), Self::Stop>;
}

/// Why a download was not completed.
#[derive(Debug)]
pub enum DownloadError<S> {
    /// The sink wants no more.
    Stopped(S),
    /// Something stood in the way.
    Obstacle(Obstacle),
}

impl<S> From<Obstacle> for DownloadError<S> {
    fn from(obstacle: Obstacle) -> Self {
        Self::Obstacle(obstacle)
    }
}

/// The beginning of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its first bytes.
    pub bytes: Bytes,
    /// What the server says of it.
    pub announced: Announced,
}

/// A redirect is followed, or told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Redirects {
    Followed,
    Told,
}

/// An answer, and who gave it.
struct Opened {
    response: Response,
    at: At,
}

/// Who was asked.
#[derive(Clone)]
struct At {
    host: String,
    redirected: bool,
}

impl At {
    fn met(&self, cause: Cause) -> Obstacle {
        Obstacle {
            host: self.host.clone(),
            cause,
            redirected: self.redirected,
        }
    }
}

impl Downloader {
    /// A client that goes as far as `reach`.
    pub fn new(reach: Reach, clock: Clock) -> Self {
        Self::looking_up(Arc::new(SystemLookup::default()), reach, clock)
    }

    /// The same with other names.
    fn looking_up(lookup: Arc<dyn Lookup>, reach: Reach, clock: Clock) -> Self {
        let (clients, lowest, job) = (Arc::default(), LowestSpeed::default(), JobSlot::default());
        Self {
            reach,
            clock,
            lookup,
            clients,
            lowest,
            job,
        }
    }

    /// The same with another lowest speed.
    #[must_use]
    pub fn with_lowest_speed(self, lowest: LowestSpeed) -> Self {
        Self { lowest, ..self }
    }

    /// The same client for the request that has this job.
    #[must_use]
    pub fn for_request(&self, job: JobSlot) -> Self {
        Self { job, ..self.clone() }
    }

    /// The hosts from which it fetches.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Does `work`, which downloads from the host of `url`, without the request's job, and waits for the job
    /// again until `deadline`.
    pub async fn parked<T>(
        &self,
        (lane, url): (MediaLane, &Url),
        deadline: Deadline,
        work: impl Future<Output = T>,
    ) -> Result<T, QueueFull> {
        self.job
            .parked((lane, &place(url)), &self.clock, deadline, work)
            .await
    }

    /// Downloads a whole file into `sink`.
    pub async fn fetch<S: Sink>(&self, job: &Job, sink: &mut S) -> Result<(), DownloadError<S::Stop>> {
        let at = At {
            host: host(&job.url),
            redirected: false,
        };
        let begun = AtomicBool::new(false);
        let whole = timeout(job.overall, self.fetch_patiently(job, sink, &begun));
        whole.await.unwrap_or_else(|_elapsed| {
            let cause = if begun.load(Ordering::Relaxed) {
                Cause::OutOfTime
            } else {
                Cause::NoTurn
            };
            Err(at.met(cause).into())
        })
    }

    /// Each attempt waits for its turn, so that those that fail let others by. One that gave way counts as
    /// none.
    async fn fetch_patiently<S: Sink>(
        &self,
        job: &Job,
        sink: &mut S,
        begun: &AtomicBool,
    ) -> Result<(), DownloadError<S::Stop>> {
        let (mut attempt, mut retries, mut progress, mut turns) = (1, job.retries, Progress::default(), 0);
        loop {
            let before = progress.have();
            let turn = self.job.turn(MediaLane::Videos, &place(&job.url)).await;
            begun.store(true, Ordering::Relaxed);
            let watch = SpeedWatch::new(self.lowest, &self.clock, &turn, turns);
            let result = self.fetch_once(job, &mut progress, sink, watch).await;
            drop(turn);
            debug!(
                host = host(&job.url),
                attempt,
                bytes = progress.have(),
                "download ended"
            );
            let obstacle = match result {
                Err(DownloadError::Obstacle(obstacle)) => obstacle,
                done => return done,
            };
            if obstacle.cause == Cause::GaveWay {
                turns += 1;
                continue;
            }
            let Some(trouble) = obstacle.cause.trouble() else {
                return Err(obstacle.into());
            };
            if progress.have() >= before.saturating_add(WORTH_IT) {
                attempt = 1;
            }
            match decide(Class::Read, trouble, attempt, retries, chance()) {
                Decision::GiveUp => return Err(obstacle.into()),
                Decision::Again { after } => {
                    wait(&self.clock, "download", attempt, after).await;
                    retries = retries.after(after);
                }
            }
            attempt += 1;
        }
    }

    /// One answer, from its head to its end.
    async fn fetch_once<S: Sink>(
        &self,
        job: &Job,
        progress: &mut Progress,
        sink: &mut S,
        mut watch: SpeedWatch<'_>,
    ) -> Result<(), DownloadError<S::Stop>> {
        let rest = progress.rest();
        let first = At {
            host: host(&job.url),
            redirected: false,
        };
        let opening = self.open(&job.url, Redirects::Followed, rest.as_ref(), job.timeout);
        let opened = watch.over(opening).await.map_err(|cause| first.met(cause))?;
        let Opened { mut response, at } = opened?;
        let (status, headers) = (response.status().as_u16(), response.headers());
        match progress.fit(status, headers, rest.is_some()) {
            Fit::Anew => sink
                .begin(&Announced::of(status, headers))
                .map_err(DownloadError::Stopped)?,
            Fit::Continues => {}
            Fit::Changed => return Err(at.met(Cause::Changed).into()),
            Fit::Other => {
                return Err(at
                    .met(Cause::Status(
                        status,
                        retry_after(headers, self.clock.since_epoch()),
                    ))
                    .into());
            }
        }
        while let Some(piece) = watched(&mut watch, next(&mut response, job.timeout))
            .await
            .map_err(|cause| at.met(cause))?
        {
            watch.count(piece.len());
            progress.advance(piece.len());
            sink.take(&piece).map_err(DownloadError::Stopped)?;
        }
        if progress.is_whole() {
            Ok(())
        } else {
            Err(at.met(Cause::Broken).into())
        }
    }

    /// Asks until the answer is no redirect. Each URL is judged before it is asked for.
    async fn open(
        &self,
        url: &Url,
        redirects: Redirects,
        part: Option<&Part>,
        limit: Duration,
    ) -> Result<Opened, Obstacle> {
        let mut url = url.clone();
        for hop in 0..=REDIRECTS_MAX {
            let at = At {
                host: host(&url),
                redirected: hop > 0,
            };
            let standing = judge_url(&self.reach, &url).map_err(|refusal| at.met(Cause::Refused(refusal)))?;
            let response = self
                .ask(standing, &url, part, limit)
                .await
                .map_err(|cause| at.met(cause))?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(Opened { response, at });
            }
            let target = response
                .headers()
                .get(LOCATION)
                .and_then(|text| text.to_str().ok());
            let target = target.and_then(|text| url.join(text).ok());
            url = match (redirects, target) {
                (Redirects::Followed, Some(target)) => target,
                (Redirects::Followed, None) => return Err(at.met(Cause::RedirectNowhere)),
                (Redirects::Told, target) => {
                    return Err(at.met(Cause::Redirect(target.map(|target| host(&target)))));
                }
            };
        }
        Err(At {
            host: host(&url),
            redirected: true,
        }
        .met(Cause::TooManyRedirects))
    }

    async fn ask(
        &self,
        standing: Standing,
        url: &Url,
        part: Option<&Part>,
        limit: Duration,
    ) -> Result<Response, Cause> {
        let client = self
            .clients
            .of(&self.lookup, &self.reach, standing)
            .ok_or(Cause::NoClient)?;
        let mut request = client.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if let Some(part) = part {
            request = request.header(RANGE, &part.range);
        }
        if let Some(state) = part.and_then(|part| part.state.as_ref()) {
            request = request.header(IF_RANGE, state.clone());
        }
        let sent = timeout(limit, request.send())
            .await
            .map_err(|_elapsed| Cause::TooSlow)?;
        sent.map_err(|error| Cause::of(&error))
    }
}

impl fmt::Debug for Downloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Downloader({:?})", self.reach)
    }
}

async fn watched<T>(
    watch: &mut SpeedWatch<'_>,
    work: impl Future<Output = Result<T, Cause>>,
) -> Result<T, Cause> {
    watch.over(work).await?
}

async fn next(response: &mut Response, limit: Duration) -> Result<Option<Bytes>, Cause> {
    let piece = timeout(limit, response.chunk())
        .await
        .map_err(|_elapsed| Cause::TooSlow)?;
    piece.map_err(|error| Cause::of(&error))
}

/// The host of a URL, which is all of it that may be told.
fn host(url: &Url) -> String {
    url.host_str().unwrap_or("(no host)").to_owned()
}

/// Host and port, which share turns.
fn place(url: &Url) -> String {
    format!(
        "{}:{}",
        host(url),
        url.port_or_known_default().unwrap_or_default()
    )
}

#[cfg(test)]
mod tests;
