//! Preflight of the photos of a post: downloads the beginning of each and checks it against TikTok's limits.
//!
//! TikTok checks photos only after it has accepted the post, and one invalid photo fails all of it. A certain
//! violation is an error; a photo that only this machine cannot fetch is a warning.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use url::Url;

use crate::{
    catalogue::own,
    http::{BlockedUrl, DownloadError, DownloadErrorKind, FileHead, MediaLane},
    integrations::{Failure, tiktok::context::Context},
    media::{self, Image, ImageFormat, JpegScanner, NotAPhoto},
    model::{ByteCount, FieldError, PublicUrl},
    posting::{PHOTO_BYTES_MAX, PhotoFacts, PhotoFault, PhotoReport, check_photo},
};

/// Errors and warnings of all photos, in the order of the photos.
#[derive(Debug, Default)]
pub(in crate::integrations::tiktok) struct PhotoInspection {
    pub(in crate::integrations::tiktok) errors: Vec<FieldError>,
    pub(in crate::integrations::tiktok) warnings: Vec<String>,
}

/// Photos of one post that are downloaded concurrently.
const AT_A_TIME: usize = 4;

/// Bytes downloaded first: enough for the header of most photos.
const HEAD: u64 = 64 * 1024;

/// Time limit for one photo. A slower photo is not an error of the post.
const PHOTO_MAX: Duration = Duration::from_secs(10);

/// Longest wait of one photo for its turn.
const TURN_MAX: Duration = Duration::from_secs(5);

/// Time limit for all photos of a post; the rest stay unchecked.
const ALL_MAX: Duration = Duration::from_secs(30);

/// Rejects photos on hosts that only this machine can reach, because TikTok downloads photos itself.
pub(in crate::integrations::tiktok) fn check_hosts(
    context: &Context,
    urls: &[PublicUrl],
) -> Result<(), Failure> {
    let is_simulated = context.downloader.reach().simulated().is_some();
    let closed = urls
        .iter()
        .enumerate()
        .filter(|(_, url)| !is_simulated && !url.is_public());
    let findings: Vec<FieldError> = closed
        .map(|(index, _)| not_public().finding(&format!("photo_urls[{index}]")))
        .collect();
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Failure::of_fields(&own::PHOTO_INVALID, findings))
    }
}

fn not_public() -> PhotoFault {
    PhotoFault {
        got: "a host that only this machine can reach".to_owned(),
        allowed: "a host on the public internet, because TikTok downloads photos itself",
        fix: "move the photo to a public host that your app has verified",
    }
}

/// Downloads and checks all photos.
pub(in crate::integrations::tiktok) async fn inspect(
    context: &Context,
    urls: &[PublicUrl],
) -> PhotoInspection {
    // Half of the time is for the post itself.
    let patience = ALL_MAX.min(context.clock.left_until(context.deadline) / 2);
    let end = context.clock.deadline_in(patience);
    let check_in_time = async |url| match context.clock.left_until(end) {
        Duration::ZERO => PhotoCheck::Skipped(NotChecked::Late),
        left => check_in_turn(context, url, left).await,
    };
    let waiting: Vec<_> = urls.iter().map(check_in_time).collect();
    let checking = stream::iter(waiting)
        .buffered(AT_A_TIME)
        .collect::<Vec<PhotoCheck>>();
    let checks = in_lane(context, urls, checking).await;
    let checks = checks.unwrap_or_else(|| {
        urls.iter()
            .map(|_| PhotoCheck::Skipped(NotChecked::Late))
            .collect()
    });
    collect(checks)
}

fn collect(checks: Vec<PhotoCheck>) -> PhotoInspection {
    let mut inspection = PhotoInspection::default();
    let mut skipped: Vec<(usize, NotChecked)> = Vec::new();
    for (index, check) in checks.into_iter().enumerate() {
        match check {
            PhotoCheck::Done(report) => inspection.take(&format!("photo_urls[{index}]"), report),
            PhotoCheck::Skipped(why) => skipped.push((index, why)),
        }
    }
    inspection.warnings.extend(not_checked(&skipped));
    inspection
}

impl PhotoInspection {
    fn take(&mut self, field: &str, PhotoReport { faults, doubts }: PhotoReport) {
        self.errors
            .extend(faults.into_iter().map(|fault| fault.finding(field)));
        self.warnings
            .extend(doubts.into_iter().map(|doubt| format!("{field}: {doubt}")));
    }
}

/// Gives the request's job back while the photos are fetched. Returns `None` if the queue is full.
async fn in_lane(
    context: &Context,
    urls: &[PublicUrl],
    checking: impl Future<Output = Vec<PhotoCheck>>,
) -> Option<Vec<PhotoCheck>> {
    // The photos of one post are usually on one host.
    let first = urls.first().and_then(|url| Url::parse(url.as_str()).ok())?;
    context
        .downloader
        .parked((MediaLane::Photos, &first), context.deadline, checking)
        .await
        .ok()
}

/// Result of checking one photo.
enum PhotoCheck {
    /// The photo was downloaded.
    Done(PhotoReport),
    /// The photo could not be downloaded by this machine.
    Skipped(NotChecked),
}

/// Reason for an unchecked photo.
#[derive(Debug, Clone, PartialEq, Eq)]
enum NotChecked {
    /// With a simulated TikTok, only the simulator's own host is reachable.
    Simulated,
    /// Out of time.
    Late,
    /// The download failed; the text is the reason.
    NoAnswer(String),
}

async fn check_in_turn(context: &Context, url: &PublicUrl, left: Duration) -> PhotoCheck {
    let Ok(url) = Url::parse(url.as_str()) else {
        // It was parsed when the inputs were read.
        return PhotoCheck::Skipped(NotChecked::NoAnswer("its URL cannot be parsed".to_owned()));
    };
    let limit = context.timeout.min(PHOTO_MAX).min(left / 2);
    let checked = context
        .downloader
        .in_photo_turn(&url, TURN_MAX.min(left), check(context, &url, limit))
        .await;
    checked.unwrap_or(PhotoCheck::Skipped(NotChecked::Late))
}

async fn check(context: &Context, url: &Url, limit: Duration) -> PhotoCheck {
    match context.downloader.head(url, HEAD, limit).await {
        Ok(head) => {
            let image = media::identify_image(&head.bytes);
            let behind = if lacks_pixels(&head, &image) {
                further(context, url, limit).await
            } else {
                None
            };
            PhotoCheck::Done(check_photo(&PhotoFacts {
                is_empty: head.bytes.is_empty(),
                is_page: head.info.is_page,
                total: head.info.total.map(ByteCount),
                image: behind.unwrap_or(image),
            }))
        }
        Err(error) => of_download_error(&error),
    }
}

/// Whether the dimensions are beyond the downloaded bytes.
fn lacks_pixels(head: &FileHead, image: &Result<Image, NotAPhoto>) -> bool {
    let is_part = ByteCount::of(&head.bytes).0 >= HEAD;
    is_part && image.is_ok_and(|image| image.format == ImageFormat::Jpeg && image.pixels.is_none())
}

/// Reads on to the dimensions of a JPEG that has them behind large metadata. Memory stays constant.
async fn further(context: &Context, url: &Url, limit: Duration) -> Option<Result<Image, NotAPhoto>> {
    let mut skim = JpegScanner::default();
    // A failed download leaves the dimensions unknown, which is a warning.
    drop(
        context
            .downloader
            .skim(url, PHOTO_BYTES_MAX.0, limit, |piece| skim.take(piece))
            .await,
    );
    skim.image()
}

/// Classifies a failed download: what TikTok would meet too is a fault; the rest may concern only this machine.
fn of_download_error(error: &DownloadError) -> PhotoCheck {
    let fault = |got: String, allowed, fix| {
        PhotoCheck::Done(PhotoReport {
            faults: vec![PhotoFault { got, allowed, fix }],
            doubts: Vec::new(),
        })
    };
    match &error.kind {
        DownloadErrorKind::Status(404 | 410, _) => {
            fault(error.url_and_reason(), "a photo at the URL", "check the address")
        }
        DownloadErrorKind::Redirect(_) | DownloadErrorKind::RedirectNowhere => fault(
            error.url_and_reason(),
            "a URL that responds without a redirect, because TikTok follows none",
            "use the URL that the redirect leads to; its host must be verified too",
        ),
        DownloadErrorKind::Blocked(BlockedUrl::Outside(_)) => PhotoCheck::Skipped(NotChecked::Simulated),
        DownloadErrorKind::Status(..)
        | DownloadErrorKind::Blocked(_)
        | DownloadErrorKind::Connection(_)
        | DownloadErrorKind::BelowLowestSpeed(_)
        | DownloadErrorKind::OutOfTime
        | DownloadErrorKind::NoTurn
        | DownloadErrorKind::QueueFull(_)
        | DownloadErrorKind::GaveWay
        | DownloadErrorKind::TooManyRedirects
        | DownloadErrorKind::Changed
        | DownloadErrorKind::NoClient => PhotoCheck::Skipped(NotChecked::NoAnswer(error.to_string())),
    }
}

/// One warning per reason, with all photos that it concerns.
fn not_checked(skipped: &[(usize, NotChecked)]) -> Vec<String> {
    let mut reasons: Vec<&NotChecked> = Vec::new();
    for (_, why) in skipped {
        if !reasons.contains(&why) {
            reasons.push(why);
        }
    }
    let warning = |why: &NotChecked| {
        let which = skipped
            .iter()
            .filter(|(_, other)| other == why)
            .map(|(index, _)| format!("photo_urls[{index}]"));
        let which = which.collect::<Vec<_>>().join(", ");
        match why {
            NotChecked::Simulated => {
                format!(
                    "{which} not checked: with a simulated TikTok, only photos at the simulator's address and on allowed \
                     media hosts are checked"
                )
            }
            NotChecked::Late => format!("{which} not checked: other downloads used up the time for it"),
            NotChecked::NoAnswer(what) => {
                format!("{which} not checked from this machine: {what}; TikTok may be able to download it")
            }
        }
    };
    reasons.into_iter().map(warning).collect()
}
