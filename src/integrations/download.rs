//! A file at a URL, which this program downloads, so that its host need not be verified with TikTok.

use std::time::Duration;

use url::Url;

use super::{ContentKind, Failure};
use crate::{
    catalogue::{Row, own},
    clock::{Clock, Deadline},
    http::{
        BlockedUrl, ConnectError, ConnectionError, DownloadError, DownloadErrorKind, DownloadRequest,
        Downloader, MediaLane, Retries,
    },
    media::{self, ContentError, RelayError, RelayedFile, Source, SpoolArea},
    model::{PublicUrl, Reach},
    progress::{Phase, Reporter},
};

/// File that an input names by its URL.
#[derive(Debug)]
pub struct NamedFile {
    /// The input.
    pub field: &'static str,
    /// Kind of content.
    pub content: &'static ContentKind,
    /// Code of an empty file.
    pub empty: &'static Row,
    /// Code of a file of another type.
    pub other_type: &'static Row,
    /// Types that are allowed.
    pub allowed: &'static str,
    /// Advice on a larger file.
    pub too_large_fix: &'static str,
    /// Word for the file in advice on requests: `video`.
    pub noun: &'static str,
}

/// Means of downloads.
#[derive(Debug, Clone)]
pub struct FileDownloads {
    /// HTTP client for hosts that an input names.
    pub downloader: Downloader,
    /// Source of time.
    pub clock: Clock,
    /// Monotonic deadline of the request.
    pub deadline: Deadline,
    /// Longest duration of one HTTP request.
    pub timeout: Duration,
    /// Retries of one HTTP request.
    pub retries: Retries,
    /// Storage of files while they are transferred.
    pub spool: SpoolArea,
    /// Receiver of progress reports.
    pub progress: Reporter,
}

/// Maximum duration of a download. The upload and the wait for TikTok follow it.
const RELAY_MAX: Duration = Duration::from_mins(10);

/// Maximum wait for a download slot. A running download yields to others after the same time.
const QUEUE_WAIT: Duration = Duration::from_secs(30);

impl FileDownloads {
    /// Downloads the file at `url`.
    pub async fn fetch(&self, wanted: &NamedFile, url: &PublicUrl) -> Result<Source, Failure> {
        let Ok(url) = Url::parse(url.as_str()) else {
            // It was parsed when the inputs were read.
            return Err(wanted.not_allowed(
                "a text that is not a URL",
                PUBLIC,
                "give the https URL of the file itself",
            ));
        };
        let host = host(&url);
        let file = RelayedFile {
            medium: Some(wanted.content.medium),
            most: wanted.content.maximum,
        };
        let relayed = self.relay(url, file).await;
        relayed.map_err(|fault| wanted.failure(fault, &host, self.downloader.reach()))
    }

    /// Downloads `file` from `url`.
    pub async fn relay(&self, url: Url, file: RelayedFile) -> Result<Source, RelayError> {
        self.progress.begin(Phase::Downloading);
        let job = DownloadRequest {
            url,
            timeout: self.timeout,
            overall: RELAY_MAX.min(self.clock.left_until(self.deadline)),
            retries: self.retries,
        };
        let relaying = media::relay(&self.downloader, &job, file, &self.spool, &self.progress);
        let relayed = self
            .downloader
            .parked((MediaLane::Videos, &job.url), self.deadline, relaying)
            .await;
        relayed.unwrap_or_else(|full| {
            Err(RelayError::Download(DownloadError {
                host: host(&job.url),
                kind: DownloadErrorKind::QueueFull(full),
                redirected: false,
            }))
        })
    }

    /// Refuses a URL for TikTok that only this machine may download from.
    pub fn check_pull(&self, wanted: &NamedFile, url: &PublicUrl) -> Result<(), Failure> {
        if url.is_public() || self.downloader.reach().simulated().is_some() {
            return Ok(());
        }
        let noun = wanted.noun;
        let fix = format!("omit source: this program then downloads the {noun} and uploads it to TikTok");
        Err(wanted.not_allowed(
            "a host that only this machine may download from",
            "with PULL_FROM_URL, a host that TikTok can reach",
            &fix,
        ))
    }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

impl NamedFile {
    fn failure(&self, fault: RelayError, host: &str, reach: &Reach) -> Failure {
        match fault {
            RelayError::Download(error) => self.of_download_error(&error, reach),
            RelayError::Empty => {
                let got = format!("0 bytes from {host}");
                let allowed = self.content.medium.with_article();
                self.finding(
                    self.empty,
                    &got,
                    &format!("{allowed} file"),
                    "check the file at that URL; it is empty",
                )
            }
            RelayError::TooLarge(size) => {
                let got = match size {
                    Some(size) => format!("{size} at {host}"),
                    None => format!("more than {} from {host}", self.content.maximum),
                };
                let allowed = format!("at most {}", self.content.limit());
                self.finding(self.content.too_large, &got, &allowed, self.too_large_fix)
            }
            RelayError::OtherType { found, is_page, fix } => {
                let got = if is_page {
                    format!("a web page from {host}")
                } else {
                    format!("{found} from {host}")
                };
                let fix = if is_page { direct_link(host) } else { fix };
                self.finding(self.other_type, &got, self.allowed, fix)
            }
            RelayError::Spool(why) => self.content.failure(self.field, ContentError::Spool(why)),
        }
    }

    /// Converts a download error. Its text names neither address nor query of the host or proxy.
    fn of_download_error(&self, error: &DownloadError, reach: &Reach) -> Failure {
        let got = error.url_and_reason();
        match &error.kind {
            DownloadErrorKind::Blocked(refusal) => self.refused(error, *refusal, reach),
            DownloadErrorKind::TooManyRedirects => {
                self.not_allowed(&got, PUBLIC, "use the URL to which the redirects lead")
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
            | DownloadErrorKind::NoClient => self.unreachable(&error.kind, &got),
        }
    }

    fn unreachable(&self, kind: &DownloadErrorKind, got: &str) -> Failure {
        let is_passing = kind.is_passing();
        let (http_status, retry_after) = response(kind);
        Failure {
            http_status,
            retryable: Some(is_passing),
            // A permanent error is not worth a wait, whatever its host says.
            retry_after: retry_after.filter(|_| is_passing),
            ..self.finding(
                &own::URL_UNREACHABLE,
                got,
                "a file that this machine can download",
                &self.fix(kind),
            )
        }
    }

    fn fix(&self, kind: &DownloadErrorKind) -> String {
        if let DownloadErrorKind::QueueFull(_) = kind {
            return format!(
                "send the request again later, or fewer requests with a {} at a time",
                self.field
            );
        }
        fix(kind).to_owned()
    }

    fn refused(&self, error: &DownloadError, refusal: BlockedUrl, reach: &Reach) -> Failure {
        let got = error.url_and_reason();
        match refusal {
            BlockedUrl::NotHttps => {
                self.not_allowed(&got, PUBLIC, "serve the file over https, redirects included")
            }
            BlockedUrl::UserInfo => self.not_allowed(&got, PUBLIC, "leave out user name and password"),
            BlockedUrl::NoHost | BlockedUrl::Names(_) => self.not_allowed(&got, PUBLIC, ELSEWHERE),
            BlockedUrl::Outside(port) => self.outside(&got, &format!("{}:{port}", error.host), reach),
        }
    }

    /// Refuses a URL that is neither the simulator's nor allowed, where TikTok is simulated. `place` is its host and
    /// port.
    fn outside(&self, got: &str, place: &str, reach: &Reach) -> Failure {
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
            ..self.not_allowed(got, &allowed, &fix)
        }
    }

    fn not_allowed(&self, got: &str, allowed: &str, fix: &str) -> Failure {
        self.finding(&own::URL_NOT_ALLOWED, got, allowed, fix)
    }

    fn finding(&self, row: &'static Row, got: &str, allowed: &str, fix: &str) -> Failure {
        Failure::of_field(row, self.field, got, allowed, fix)
    }
}

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
            ConnectError::NoTls | ConnectError::Certificate(_),
        )) => "use a host with a valid certificate",
        DownloadErrorKind::OutOfTime => "use a faster host or a smaller file",
        DownloadErrorKind::BelowLowestSpeed(_) => "use a faster host, or send the request again later",
        DownloadErrorKind::NoTurn => {
            "send the request again later, with a longer request_config.deadline if it has a short one"
        }
        DownloadErrorKind::Changed => {
            "wait until the file is complete at its host, then send the request again"
        }
        DownloadErrorKind::Status(..)
        | DownloadErrorKind::Blocked(_)
        | DownloadErrorKind::QueueFull(_)
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

const PUBLIC: &str = "https on a host of the public internet, or a host that the operator allows";

const ELSEWHERE: &str = "put the file on a host of the public internet, or send the file itself; the operator can allow an internal \
                         host with --allow-media-host";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalogue::FailureCode,
        http::{AddressKind, QueueFull, Shortfall},
        media::{Medium, VIDEO_MAX},
    };

    static VIDEO: NamedFile = NamedFile {
        field: "video_url",
        content: &ContentKind {
            medium: Medium::Video,
            maximum: VIDEO_MAX,
            file_maximum: VIDEO_MAX,
            too_large: &own::VIDEO_TOO_LARGE,
            too_large_fix: "shorten it",
        },
        empty: &own::VIDEO_EMPTY,
        other_type: &own::VIDEO_FORMAT_INVALID,
        allowed: "a video",
        too_large_fix: "shorten it",
        noun: "video",
    };

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
            let failure = VIDEO.of_download_error(&error, &Reach::internet());
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
            VIDEO.of_download_error(&error, reach).details[0].clone()
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
