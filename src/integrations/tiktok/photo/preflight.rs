//! A look at the photos before TikTok is told of them: what they really are, how large, and whether they are
//! there.
//!
//! TikTok checks after the post was made, and tells of one wrong photo that the post failed. What is surely
//! wrong is a finding; what this machine merely cannot see (a host that lets TikTok in and us not) is a
//! warning.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use url::Url;

use crate::{
    catalogue::own,
    http::{BlockedUrl, DownloadError, DownloadErrorKind, FileHead, MediaLane},
    integrations::{Failure, tiktok::context::Context},
    media::{self, Dimensions, Image, ImageFormat, JpegScanner, NotAPhoto, Oddity},
    model::{ByteCount, FieldError, PublicUrl},
};

/// What was seen of the photos.
#[derive(Debug, Default)]
pub(in crate::integrations::tiktok) struct PhotoInspection {
    pub(in crate::integrations::tiktok) errors: Vec<FieldError>,
    pub(in crate::integrations::tiktok) warnings: Vec<String>,
}

/// How many photos are looked at at a time.
const AT_A_TIME: usize = 4;

/// Enough for the head of most photos.
const HEAD: u64 = 64 * 1024;

/// How long one photo may take; a photo that is slower is no fault of the post.
const PHOTO_MAX: Duration = Duration::from_secs(10);

/// How long one photo may wait for its turn.
const TURN_MAX: Duration = Duration::from_secs(5);

/// After that no further photo is looked at.
const ALL_MAX: Duration = Duration::from_secs(30);

/// 20 MB as whoever counts less reads it.
const BYTES_SURE: ByteCount = ByteCount(20_000_000);

/// 20 MB as whoever counts more reads it.
const BYTES_MAX: ByteCount = ByteCount(20 * 1024 * 1024);

/// 1080p: photos that fit into this are taken.
/// <https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide>
const FRAME: Dimensions = Dimensions {
    width: 1080,
    height: 1920,
};

/// Refuses photos at addresses that only this machine may fetch from: TikTok fetches them itself.
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
        got: "a host that only this machine may fetch from".to_owned(),
        allowed: "a host of the public internet, because TikTok fetches photos itself",
        fix: "put the photo on a public host that your app has verified",
    }
}

/// Looks at all photos; findings and warnings come in the order of the photos.
pub(in crate::integrations::tiktok) async fn inspect(
    context: &Context,
    urls: &[PublicUrl],
) -> PhotoInspection {
    // Half of the time is for the post itself.
    let patience = ALL_MAX.min(context.clock.left_until(context.deadline) / 2);
    let end = context.clock.deadline_in(patience);
    let look_in_time = async |url| match context.clock.left_until(end) {
        Duration::ZERO => PhotoCheck::Skipped(NotChecked::Late),
        left => look_in_turn(context, url, left).await,
    };
    let waiting: Vec<_> = urls.iter().map(look_in_time).collect();
    let looking = stream::iter(waiting)
        .buffered(AT_A_TIME)
        .collect::<Vec<PhotoCheck>>();
    let looks = in_lane(context, urls, looking).await;
    let looks = looks.unwrap_or_else(|| {
        urls.iter()
            .map(|_| PhotoCheck::Skipped(NotChecked::Late))
            .collect()
    });
    let mut seen = PhotoInspection::default();
    let mut unseen: Vec<(usize, NotChecked)> = Vec::new();
    for (index, look) in looks.into_iter().enumerate() {
        match look {
            PhotoCheck::Done(faults, doubts) => {
                let field = format!("photo_urls[{index}]");
                seen.errors
                    .extend(faults.into_iter().map(|fault| fault.finding(&field)));
                seen.warnings
                    .extend(doubts.into_iter().map(|doubt| format!("{field}: {doubt}")));
            }
            PhotoCheck::Skipped(why) => unseen.push((index, why)),
        }
    }
    seen.warnings.extend(not_checked(&unseen));
    seen
}

/// Looks at the photos without the request's job; `None` where too many others do.
async fn in_lane(
    context: &Context,
    urls: &[PublicUrl],
    looking: impl Future<Output = Vec<PhotoCheck>>,
) -> Option<Vec<PhotoCheck>> {
    // Photos of one post are on one host, as a rule.
    let first = urls.first().and_then(|url| Url::parse(url.as_str()).ok())?;
    context
        .downloader
        .parked((MediaLane::Photos, &first), context.deadline, looking)
        .await
        .ok()
}

/// What came of a look at one photo.
enum PhotoCheck {
    /// What is wrong, and what may be.
    Done(Vec<PhotoFault>, Vec<String>),
    /// It could not be seen from here.
    Skipped(NotChecked),
}

/// Why a photo could not be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
enum NotChecked {
    /// The simulator's world ends at its own address.
    Simulated,
    /// The time for looking was up.
    Late,
    /// This stood in the way.
    NoAnswer(String),
}

/// What is wrong with a photo: got, allowed, fix.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PhotoFault {
    got: String,
    allowed: &'static str,
    fix: &'static str,
}

impl PhotoFault {
    fn finding(self, field: &str) -> FieldError {
        FieldError {
            field: field.to_owned(),
            got: self.got,
            allowed: self.allowed.into(),
            fix: self.fix.into(),
        }
    }
}

async fn look_in_turn(context: &Context, url: &PublicUrl, left: Duration) -> PhotoCheck {
    let Ok(url) = Url::parse(url.as_str()) else {
        // It was parsed when the inputs were read.
        return PhotoCheck::Skipped(NotChecked::NoAnswer("its address cannot be read".to_owned()));
    };
    let limit = context.timeout.min(PHOTO_MAX).min(left / 2);
    let looked = context
        .downloader
        .in_photo_turn(&url, TURN_MAX.min(left), look(context, &url, limit))
        .await;
    looked.unwrap_or(PhotoCheck::Skipped(NotChecked::Late))
}

async fn look(context: &Context, url: &Url, limit: Duration) -> PhotoCheck {
    match context.downloader.head(url, HEAD, limit).await {
        Ok(head) => {
            let image = media::identify_image(&head.bytes);
            let behind = if lacks_pixels(&head, &image) {
                further(context, url, limit).await
            } else {
                None
            };
            let (faults, doubts) = judge(&head, behind.unwrap_or(image));
            PhotoCheck::Done(faults, doubts)
        }
        Err(error) => of_download_error(&error),
    }
}

/// Whether a picture's size must lie further on.
fn lacks_pixels(head: &FileHead, image: &Result<Image, NotAPhoto>) -> bool {
    let is_part = ByteCount::of(&head.bytes).0 >= HEAD;
    is_part && image.is_ok_and(|image| image.format == ImageFormat::Jpeg && image.pixels.is_none())
}

/// A JPEG whose size stands behind megabytes of metadata, which are passed over as they come.
async fn further(context: &Context, url: &Url, limit: Duration) -> Option<Result<Image, NotAPhoto>> {
    let mut skim = JpegScanner::default();
    // What cannot be seen is a doubt, as it was after the first look.
    drop(
        context
            .downloader
            .skim(url, BYTES_MAX.0, limit, |piece| skim.take(piece))
            .await,
    );
    skim.image()
}

/// What is wrong with a photo that begins like this, and what may be.
fn judge(head: &FileHead, image: Result<Image, NotAPhoto>) -> (Vec<PhotoFault>, Vec<String>) {
    let (mut faults, mut doubts) = (Vec::new(), Vec::new());
    if head.bytes.is_empty() {
        return (
            vec![PhotoFault {
                got: "0 bytes".to_owned(),
                allowed: ALLOWED,
                fix: "check the file, it is empty",
            }],
            doubts,
        );
    }
    match image {
        Ok(image) => {
            faults.extend(image.pixels.and_then(too_large));
            doubts.extend(image.pixels.is_none().then(|| NO_PIXELS.to_owned()));
            doubts.extend(image.oddity.map(odd));
        }
        Err(what) => faults.push(foreign(what, head.info.is_page)),
    }
    match head.info.total.map(ByteCount) {
        Some(total) if total > BYTES_MAX => {
            faults.push(PhotoFault {
                got: total.to_string(),
                allowed: "at most 20 MB",
                fix: "save it at a lower quality",
            });
        }
        Some(total) if total > BYTES_SURE => {
            doubts.push(format!(
                "it has {total}, and TikTok's limit of 20 MB may mean {BYTES_SURE}"
            ));
        }
        Some(_) | None => {}
    }
    (faults, doubts)
}

const NO_PIXELS: &str =
    "its size in pixels could not be read; TikTok takes photos that fit into 1080×1920 pixels";

fn too_large(pixels: Dimensions) -> Option<PhotoFault> {
    let is_too_large = pixels.long() > FRAME.long() || pixels.short() > FRAME.short();
    is_too_large.then(|| PhotoFault {
        got: pixels.to_string(),
        allowed: ALLOWED_PIXELS,
        fix: FIX_PIXELS,
    })
}

fn odd(oddity: Oddity) -> String {
    let what = oddity.name();
    match oddity {
        Oddity::Animated => {
            format!("it is {what}; TikTok's documents do not mention animation, so only a still may be shown")
        }
        Oddity::Arithmetic | Oddity::Lossless | Oddity::Hierarchical | Oddity::Deep => {
            format!(
                "it is {what}, which many programs cannot show; save it as an ordinary JPEG (8 bits, Huffman coding)"
            )
        }
    }
}

const ALLOWED: &str = "JPEG or WebP, within 1080×1920 pixels (either way up), at most 20 MB";
const ALLOWED_PIXELS: &str = "photos that fit into 1080×1920 pixels, either way up (1080p)";
const FIX_PIXELS: &str =
    "scale it down so that its longer side has at most 1920 and its shorter at most 1080 pixels";

fn foreign(what: NotAPhoto, is_page: bool) -> PhotoFault {
    if is_page || what.is_page() {
        let fix = "give the address of the photo itself, not of the page that shows it";
        return PhotoFault {
            got: "a web page".to_owned(),
            allowed: ALLOWED,
            fix,
        };
    }
    PhotoFault {
        got: what.to_string(),
        allowed: ALLOWED,
        fix: what.fix(),
    }
}

/// What TikTok would surely meet too is a fault; all else may be between this machine and the host only.
fn of_download_error(error: &DownloadError) -> PhotoCheck {
    let fault =
        |got: String, allowed, fix| PhotoCheck::Done(vec![PhotoFault { got, allowed, fix }], Vec::new());
    match &error.kind {
        DownloadErrorKind::Status(404 | 410, _) => fault(
            error.to_string(),
            "a photo at the address",
            "check the address, there is no photo",
        ),
        DownloadErrorKind::Redirect(_) | DownloadErrorKind::RedirectNowhere => fault(
            error.to_string(),
            "an address that answers without a redirect, TikTok follows none",
            "give the address to which it leads; its host must be verified too",
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

/// One warning for each reason, with all the photos that it keeps from being seen.
fn not_checked(unseen: &[(usize, NotChecked)]) -> Vec<String> {
    let mut reasons: Vec<&NotChecked> = Vec::new();
    for (_, why) in unseen {
        if !reasons.contains(&why) {
            reasons.push(why);
        }
    }
    let told = |why: &NotChecked| {
        let which = unseen
            .iter()
            .filter(|(_, other)| other == why)
            .map(|(index, _)| format!("photo_urls[{index}]"));
        let which = which.collect::<Vec<_>>().join(", ");
        match why {
            NotChecked::Simulated => {
                format!(
                    "{which} not checked: with a simulated TikTok only photos at the simulator's address and at allowed media \
                     hosts are looked at"
                )
            }
            NotChecked::Late => format!("{which} not checked: other downloads took all the time for it"),
            NotChecked::NoAnswer(what) => {
                format!("{which} not checked from here: {what}; TikTok may fare better")
            }
        }
    };
    reasons.into_iter().map(told).collect()
}
