//! A `video_url` that this program fetches itself, so that TikTok takes it as a file from any host.

use std::time::Duration;

use reqwest::Url;

use crate::{
    http::{Cause, Job, Kind, Obstacle, Refusal, Unmade},
    integrations::{Context, Failure},
    media::{self, ContentError, RelayFault, Source},
    model::PublicUrl,
    progress::Phase,
};

/// The input's name, for messages.
const FIELD: &str = "video_url";

/// How long a download may take at most: the upload and the wait for TikTok come after it.
const RELAY_MAX: Duration = Duration::from_mins(10);

/// Fetches the video at `url`.
pub(super) async fn fetch(context: &Context, url: &PublicUrl) -> Result<Source, Failure> {
    let Ok(url) = Url::parse(url.as_str()) else {
        // It was parsed when the inputs were read.
        return Err(not_allowed("no web address", "give the https address of the video file itself"));
    };
    let host = url.host_str().unwrap_or_default().to_owned();
    context.progress.begin(Phase::Downloading);
    let overall = RELAY_MAX.min(context.clock.left_until(context.deadline));
    let job = Job { url, timeout: context.timeout, overall, retries: context.retries };
    let relayed = media::relay(&context.downloader, &job, &context.spool, &context.progress).await;
    relayed.map_err(|fault| failure(fault, &host))
}

fn failure(fault: RelayFault, host: &str) -> Failure {
    match fault {
        RelayFault::Obstacle(obstacle) => of_obstacle(&obstacle),
        RelayFault::Empty => {
            let got = format!("0 bytes from {host}");
            finding("video_empty", &got, "a video file", "check the file at that address, it is empty")
        }
        RelayFault::TooLarge(size) => {
            let got = match size {
                Some(size) => format!("{size} at {host}"),
                None => format!("more than {} from {host}", media::VIDEO_MAX),
            };
            finding("video_too_large", &got, "at most 287 MiB", PULL_LARGE)
        }
        RelayFault::NotAVideo { foreign, is_page } => {
            let page = is_page || foreign.is_page();
            let got = if page { format!("a web page from {host}") } else { format!("{foreign} from {host}") };
            let fix = if page { direct_link(host) } else { foreign.fix() };
            finding("video_format_invalid", &got, "a video as MP4, MOV or WebM", fix)
        }
        RelayFault::NoRoom(why) => Failure::of_content(FIELD, ContentError::NoRoom(why)),
    }
}

const PULL_LARGE: &str = "encode it at a lower bit rate, or let TikTok fetch it (up to 4 GB) with source PULL_FROM_URL \
                          from a host that your app has verified";

/// Links that people copy from a browser lead to a page with a player; these hosts have links to the file too.
const SHARE_HOSTS: [(&str, &str); 6] = [
    (
        "drive.google.com",
        "give the file's own address: share it with anyone who has the link and use \
         https://drive.usercontent.google.com/download?id=FILE_ID&export=download&confirm=t",
    ),
    ("dropbox.com", "give the file's own address: put dl=1 in place of dl=0 at the end of the link"),
    ("1drv.ms", ONEDRIVE),
    ("onedrive.live.com", ONEDRIVE),
    ("sharepoint.com", ONEDRIVE),
    ("wetransfer.com", "that page needs a click; put the file on a host that serves it at an address of its own"),
];

const ONEDRIVE: &str = "give the file's own address: put download=1 at the end of the link's query";

fn direct_link(host: &str) -> &'static str {
    let is_of = |name: &str| host.strip_suffix(name).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
    let known = SHARE_HOSTS.iter().find(|(name, _)| is_of(name));
    known
        .map_or("give the address of the file itself, not of the page that shows it or asks to sign in", |(_, fix)| fix)
}

/// What the host, or the way to it, is told as. Addresses and queries are not.
fn of_obstacle(obstacle: &Obstacle) -> Failure {
    let got = obstacle.to_string();
    match &obstacle.cause {
        Cause::Refused(refusal) => not_allowed(&got, allowed_fix(*refusal)),
        Cause::TooManyRedirects => not_allowed(&got, "give the address to which the redirects lead"),
        Cause::Status(..)
        | Cause::Unmade(_)
        | Cause::TooSlow
        | Cause::OutOfTime
        | Cause::Broken
        | Cause::Redirect(_)
        | Cause::RedirectNowhere
        | Cause::Changed
        | Cause::NoClient => unreachable(&obstacle.cause, &got),
    }
}

fn unreachable(cause: &Cause, got: &str) -> Failure {
    let fix = match cause {
        Cause::Status(401 | 403, _) => {
            "make the file readable without signing in, or use a signed address that has not expired"
        }
        Cause::Status(404 | 410, _) => "check the address, there is no file",
        Cause::Unmade(Unmade::NoAddress) => "check the host's name in the address",
        Cause::Unmade(Unmade::NoTls | Unmade::Certificate) => "use a host with a valid certificate",
        Cause::OutOfTime => "use a faster host or a smaller file",
        Cause::Changed => "wait until the file is complete at its host, then send the request again",
        Cause::Status(..)
        | Cause::Refused(_)
        | Cause::Unmade(_)
        | Cause::TooSlow
        | Cause::Broken
        | Cause::Redirect(_)
        | Cause::TooManyRedirects
        | Cause::RedirectNowhere
        | Cause::NoClient => {
            "open the address in a browser that is not signed in; if it works there, send the request again"
        }
    };
    let failure = finding("url_unreachable", got, "a file that this machine can download", fix);
    let (http_status, retry_after) =
        if let Cause::Status(status, wait) = cause { (Some(*status), *wait) } else { (None, None) };
    // What does not pass is not worth a wait, whatever its host says.
    let is_passing = cause.is_passing();
    Failure { http_status, retryable: Some(is_passing), retry_after: retry_after.filter(|_| is_passing), ..failure }
}

const fn allowed_fix(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotHttps => "serve the file over https, redirects included",
        Refusal::UserInfo => "leave out user name and password",
        Refusal::Names(Kind::OtherMachine) | Refusal::Resolves(Kind::OtherMachine) => {
            "the API address is that of a simulator on this machine, so videos come from this machine only: use an address \
             that begins with http://127.0.0.1, or send the file itself"
        }
        Refusal::NoHost | Refusal::Names(_) | Refusal::Resolves(_) => {
            "put the file on a host of the public internet, or send the file itself"
        }
    }
}

fn not_allowed(got: &str, fix: &str) -> Failure {
    finding("url_not_allowed", got, "https on a host of the public internet", fix)
}

fn finding(code: &str, got: &str, allowed: &str, fix: &str) -> Failure {
    Failure::of_finding(code, FIELD, got, allowed, fix)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let told = |cause: Cause| {
            let failure = of_obstacle(&Obstacle { host: "cdn.example.com".to_owned(), cause, redirected: true });
            (failure.code, failure.retryable, failure.http_status)
        };
        let unreachable = |again, status| ("url_unreachable".to_owned(), Some(again), status);
        assert_eq!(told(Cause::Status(404, None)), unreachable(false, Some(404)));
        assert_eq!(told(Cause::Status(503, None)), unreachable(true, Some(503)));
        assert_eq!(told(Cause::Unmade(Unmade::NoAddress)), unreachable(true, None));
        assert_eq!(told(Cause::Refused(Refusal::Resolves(Kind::Private))), ("url_not_allowed".to_owned(), None, None));
    }
}
