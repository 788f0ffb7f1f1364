//! A `video_url` that this program downloads and uploads, so that its host need not be verified.

use std::time::Duration;

use url::Url;

use crate::{
    catalogue::{Row, own},
    http::{
        BlockedUrl, ConnectError, ConnectionError, DownloadError, DownloadErrorKind, DownloadRequest,
        MediaLane,
    },
    integrations::{
        Failure,
        tiktok::{context::Context, video::input::VIDEO},
    },
    media::{self, ContentError, RelayError, Source},
    model::{PublicUrl, Reach},
    progress::Phase,
};

/// The input's name, for messages.
const FIELD: &str = "video_url";

/// Maximum duration of a download. The upload and the wait for TikTok follow it.
const RELAY_MAX: Duration = Duration::from_mins(10);

/// Maximum wait for a download slot. A running download yields to others after the same time.
const QUEUE_WAIT: Duration = Duration::from_secs(30);

/// Downloads the video at `url`.
pub(in crate::integrations::tiktok) async fn fetch(
    context: &Context,
    url: &PublicUrl,
) -> Result<Source, Failure> {
    let Ok(url) = Url::parse(url.as_str()) else {
        // It was parsed when the inputs were read.
        return Err(not_allowed(
            "a text that is not a URL",
            PUBLIC,
            "give the https URL of the video file itself",
        ));
    };
    let host = url.host_str().unwrap_or_default().to_owned();
    context.progress.begin(Phase::Downloading);
    let overall = RELAY_MAX.min(context.clock.left_until(context.deadline));
    let job = DownloadRequest {
        url,
        timeout: context.timeout,
        overall,
        retries: context.retries,
    };
    let relaying = media::relay(&context.downloader, &job, &context.spool, &context.progress);
    let relayed = context
        .downloader
        .parked((MediaLane::Videos, &job.url), context.deadline, relaying)
        .await;
    let relayed = relayed.unwrap_or_else(|full| {
        let (host, kind) = (host.clone(), DownloadErrorKind::QueueFull(full));
        Err(RelayError::Download(DownloadError {
            host,
            kind,
            redirected: false,
        }))
    });
    relayed.map_err(|fault| failure(fault, &host, context.downloader.reach()))
}

/// Refuses a URL for TikTok that only this machine may download from.
pub(in crate::integrations::tiktok) fn check_pull(context: &Context, url: &PublicUrl) -> Result<(), Failure> {
    if url.is_public() || context.downloader.reach().simulated().is_some() {
        return Ok(());
    }
    let fix = "omit source: this program then downloads the video and uploads it to TikTok";
    Err(not_allowed(
        "a host that only this machine may download from",
        "with PULL_FROM_URL, a host that TikTok can reach",
        fix,
    ))
}

fn failure(fault: RelayError, host: &str, reach: &Reach) -> Failure {
    match fault {
        RelayError::Download(error) => of_download_error(&error, reach),
        RelayError::Empty => {
            let got = format!("0 bytes from {host}");
            finding(
                &own::VIDEO_EMPTY,
                &got,
                "a video file",
                "check the file at that URL; it is empty",
            )
        }
        RelayError::TooLarge(size) => {
            let got = match size {
                Some(size) => format!("{size} at {host}"),
                None => format!("more than {} from {host}", media::VIDEO_MAX),
            };
            finding(&own::VIDEO_TOO_LARGE, &got, "at most 287 MiB", PULL_LARGE)
        }
        RelayError::NotAVideo { foreign, is_page } => {
            let page = is_page || foreign.is_page();
            let got = if page {
                format!("a web page from {host}")
            } else {
                format!("{foreign} from {host}")
            };
            let fix = if page { direct_link(host) } else { foreign.fix() };
            finding(
                &own::VIDEO_FORMAT_INVALID,
                &got,
                "a video as MP4, MOV or WebM",
                fix,
            )
        }
        RelayError::Spool(why) => VIDEO.failure(FIELD, ContentError::Spool(why)),
    }
}

const PULL_LARGE: &str = "encode it at a lower bit rate, or let TikTok fetch it (up to 4 GB) with source PULL_FROM_URL \
                          from a host that your app has verified";

/// Links that people copy from a browser lead to a page with a player; these hosts have links to the file
/// too.
const SHARE_HOSTS: [(&str, &str); 6] = [
    (
        "drive.google.com",
        "give the file's own address: share it with anyone who has the link and use \
         https://drive.usercontent.google.com/download?id=FILE_ID&export=download&confirm=t",
    ),
    (
        "dropbox.com",
        "use the URL of the file itself: replace dl=0 at the end of the link with dl=1",
    ),
    ("1drv.ms", ONEDRIVE),
    ("onedrive.live.com", ONEDRIVE),
    ("sharepoint.com", ONEDRIVE),
    (
        "wetransfer.com",
        "that page needs a click; put the file on a host that serves it at a direct URL",
    ),
];

const ONEDRIVE: &str = "use the URL of the file itself: add download=1 to the link's query";

fn direct_link(host: &str) -> &'static str {
    let is_of = |name: &str| {
        host.strip_suffix(name)
            .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
    };
    let known = SHARE_HOSTS.iter().find(|(name, _)| is_of(name));
    known.map_or(
        "give the URL of the file itself, not of the page that shows it or asks to sign in",
        |(_, fix)| fix,
    )
}

/// Converts a download error. Its text names neither address nor query of the host or proxy.
fn of_download_error(error: &DownloadError, reach: &Reach) -> Failure {
    let got = error.url_and_reason();
    match &error.kind {
        DownloadErrorKind::Blocked(refusal) => refused(error, *refusal, reach),
        DownloadErrorKind::TooManyRedirects => {
            not_allowed(&got, PUBLIC, "use the URL to which the redirects lead")
        }
        DownloadErrorKind::Status(..)
        | DownloadErrorKind::Connection(_)
        | DownloadErrorKind::BelowLowestSpeed(_)
        | DownloadErrorKind::OutOfTime
        | DownloadErrorKind::NoTurn
        | DownloadErrorKind::QueueFull(_)
        | DownloadErrorKind::GaveWay
        | DownloadErrorKind::Redirect(_)
        | DownloadErrorKind::RedirectNowhere
        | DownloadErrorKind::Changed
        | DownloadErrorKind::NoClient => unreachable(&error.kind, &got),
    }
}

fn unreachable(kind: &DownloadErrorKind, got: &str) -> Failure {
    let is_passing = kind.is_passing();
    let (http_status, retry_after) = response(kind);
    Failure {
        http_status,
        retryable: Some(is_passing),
        // A permanent error is not worth a wait, whatever its host says.
        retry_after: retry_after.filter(|_| is_passing),
        ..finding(
            &own::URL_UNREACHABLE,
            got,
            "a file that this machine can download",
            fix(kind),
        )
    }
}

/// HTTP status of the host, and the wait before another attempt.
fn response(kind: &DownloadErrorKind) -> (Option<u16>, Option<Duration>) {
    if let DownloadErrorKind::Status(status, wait) = kind {
        (Some(*status), *wait)
    } else if let DownloadErrorKind::QueueFull(_) = kind {
        (None, Some(QUEUE_WAIT))
    } else {
        (None, None)
    }
}

const fn fix(kind: &DownloadErrorKind) -> &'static str {
    match kind {
        DownloadErrorKind::Status(401 | 403, _) => {
            "make the file readable without signing in, or use a signed URL that has not expired"
        }
        DownloadErrorKind::Status(404 | 410, _) => "check the URL; there is no file",
        DownloadErrorKind::Connection(ConnectionError::Connect(
            ConnectError::NoAddress | ConnectError::NoPermittedAddress,
        )) => NOT_RESOLVED,
        DownloadErrorKind::Connection(ConnectionError::Connect(
            ConnectError::NoTls | ConnectError::Certificate,
        )) => "use a host with a valid certificate",
        DownloadErrorKind::OutOfTime => "use a faster host or a smaller file",
        DownloadErrorKind::BelowLowestSpeed(_) => "use a faster host, or send the request again later",
        DownloadErrorKind::QueueFull(_) => {
            "send the request again later, or fewer requests with a video_url at a time"
        }
        DownloadErrorKind::NoTurn => {
            "send the request again later, with a longer request_config.deadline if it has a short one"
        }
        DownloadErrorKind::Changed => {
            "wait until the file is complete at its host, then send the request again"
        }
        DownloadErrorKind::Status(..)
        | DownloadErrorKind::Blocked(_)
        | DownloadErrorKind::Connection(_)
        | DownloadErrorKind::GaveWay
        | DownloadErrorKind::Redirect(_)
        | DownloadErrorKind::TooManyRedirects
        | DownloadErrorKind::RedirectNowhere
        | DownloadErrorKind::NoClient => {
            "open the URL in a private browser window; if it works there, send the request again"
        }
    }
}

const NOT_RESOLVED: &str = "check the host's name in the URL; it must be a host of the public internet, or one that the \
                            operator allows with --allow-media-host";

fn refused(error: &DownloadError, refusal: BlockedUrl, reach: &Reach) -> Failure {
    let got = error.url_and_reason();
    match refusal {
        BlockedUrl::NotHttps => not_allowed(&got, PUBLIC, "serve the file over https, redirects included"),
        BlockedUrl::UserInfo => not_allowed(&got, PUBLIC, "leave out user name and password"),
        BlockedUrl::NoHost | BlockedUrl::Names(_) => not_allowed(&got, PUBLIC, ELSEWHERE),
        BlockedUrl::Outside(port) => outside(&got, &format!("{}:{port}", error.host), reach),
    }
}

/// Refuses a URL that is neither the simulator's nor allowed, where TikTok is simulated. `place` is its host and
/// port.
fn outside(got: &str, place: &str, reach: &Reach) -> Failure {
    let simulator = reach.simulated().map(ToString::to_string).unwrap_or_default();
    let allowed = format!(
        "with a simulated TikTok, a URL on the simulator ({simulator}) or on a host that --allow-media-host names"
    );
    let fix = format!(
        "start the program with --allow-media-host {place}, or send the file to the simulator with PUT \
         http://{simulator}/_simulator/media/NAME and pass that URL"
    );
    let remedy = format!(
        "While TikTok is simulated, the program downloads from the simulator and from hosts that the operator allows. Start it \
         with `--allow-media-host {place}` (or set `AUTOHIVE_TIKTOK_ALLOW_MEDIA_HOST`), or send the file to the simulator with \
         PUT http://{simulator}/_simulator/media/NAME and pass that URL."
    );
    Failure {
        remedy: Some(remedy.into()),
        ..not_allowed(got, &allowed, &fix)
    }
}

const PUBLIC: &str = "https on a host of the public internet, or a host that the operator allows";

const ELSEWHERE: &str = "put the file on a host of the public internet, or send the file itself; the operator can allow an internal \
                         host with --allow-media-host";

fn not_allowed(got: &str, allowed: &str, fix: &str) -> Failure {
    finding(&own::URL_NOT_ALLOWED, got, allowed, fix)
}

fn finding(row: &'static Row, got: &str, allowed: &str, fix: &str) -> Failure {
    Failure::of_field(row, FIELD, got, allowed, fix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::FailureCode;
    use crate::http::{AddressKind, QueueFull, Shortfall};

    #[test]
    fn share_links_are_known_by_their_host() {
        for (host, word) in [
            ("drive.google.com", "usercontent"),
            ("www.dropbox.com", "dl=1"),
            ("notdropbox.com", "page"),
            ("1drv.ms", "download=1"),
            ("acme-my.sharepoint.com", "download=1"),
            ("example.com", "page"),
        ] {
            assert!(direct_link(host).contains(word), "{host}: {}", direct_link(host));
        }
    }

    #[test]
    fn what_passes_may_be_sent_again() {
        let told = |kind: DownloadErrorKind| {
            let error = DownloadError {
                host: "cdn.example.com".to_owned(),
                kind,
                redirected: true,
            };
            let failure = of_download_error(&error, &Reach::internet());
            (failure.code, failure.retryable, failure.http_status)
        };
        let unreachable = |again, status| (FailureCode::Known(&own::URL_UNREACHABLE), Some(again), status);
        assert_eq!(
            told(DownloadErrorKind::Status(404, None)),
            unreachable(false, Some(404))
        );
        assert_eq!(
            told(DownloadErrorKind::Status(503, None)),
            unreachable(true, Some(503))
        );
        assert_eq!(
            told(DownloadErrorKind::Connection(ConnectionError::Connect(
                ConnectError::NoPermittedAddress
            ))),
            unreachable(true, None)
        );
        assert_eq!(told(DownloadErrorKind::NoTurn), unreachable(true, None));
        assert_eq!(
            told(DownloadErrorKind::QueueFull(QueueFull {
                requests: 68,
                is_of_host: false
            })),
            unreachable(true, None)
        );
        let drip = Shortfall {
            bytes: 31,
            time: Duration::from_secs(30),
            least: 4096,
        };
        assert_eq!(
            told(DownloadErrorKind::BelowLowestSpeed(drip)),
            unreachable(true, None)
        );
        assert_eq!(
            told(DownloadErrorKind::Blocked(BlockedUrl::Names(
                AddressKind::Private
            ))),
            (FailureCode::Known(&own::URL_NOT_ALLOWED), None, None)
        );
    }

    #[test]
    fn the_way_out_is_named() {
        let simulator = Reach::simulator(&Url::parse("http://127.0.0.1:8080").unwrap());
        let fix = |kind, reach| {
            let error = DownloadError {
                host: "127.0.0.1".to_owned(),
                kind,
                redirected: false,
            };
            of_download_error(&error, reach).details[0].clone()
        };
        let outside = fix(DownloadErrorKind::Blocked(BlockedUrl::Outside(9001)), &simulator);
        assert_eq!(
            outside.got,
            "a URL on 127.0.0.1:9001, which is neither the simulator nor an allowed media host"
        );
        for words in [
            "PUT http://127.0.0.1:8080/_simulator/media/NAME",
            "--allow-media-host 127.0.0.1:9001",
        ] {
            assert!(outside.fix.contains(words), "{outside:?}");
        }
        let drip = Shortfall {
            bytes: 31,
            time: Duration::from_secs(30),
            least: 4096,
        };
        let slow = fix(DownloadErrorKind::BelowLowestSpeed(drip), &simulator).got;
        assert_eq!(
            slow,
            "a URL on 127.0.0.1, which sent 31 bytes of the file in 30 s; at least 4,096 bytes a second are needed"
        );
    }
}
