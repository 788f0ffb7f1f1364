//! Sources of media: the `source_info` of video inits, and URLs to pull from (#video-init, #chunk-rules,
//! #pull-from-url).

use serde::Deserialize;
use url::Url;

use super::{
    account::Account,
    chunks::{Illegal, Plan},
    rejection::{ApiRejection, RejectionCode},
    request::{ApiRequest, present},
};
use crate::simulator::media;

/// `source_info` of a video.
#[derive(Debug, Deserialize)]
pub(super) struct VideoSourceParams {
    source: MediaSource,
    #[serde(default, deserialize_with = "present")]
    video_size: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    chunk_size: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    total_chunk_count: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    video_url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum MediaSource {
    FileUpload,
    PullFromUrl,
}

impl VideoSourceParams {
    /// Checks the source. Returns the chunk plan of an upload, or `None` if TikTok pulls the video.
    pub(super) fn check(&self, call: &mut ApiRequest<'_>) -> Result<Option<Plan>, ApiRejection> {
        self.check_foreign(call)?;
        match (
            self.source,
            self.video_size,
            self.chunk_size,
            self.total_chunk_count,
            &self.video_url,
        ) {
            (MediaSource::FileUpload, Some(size), Some(chunk), Some(count), _) => {
                Plan::new(size, chunk, count)
                    .map(Some)
                    .map_err(ApiRejection::from)
            }
            (MediaSource::PullFromUrl, _, _, _, Some(url)) => check_pull(url, &call.account).map(|()| None),
            (MediaSource::FileUpload, ..) => Err(ApiRejection::source_info(
                "FILE_UPLOAD takes video_size, chunk_size and total_chunk_count",
            )),
            (MediaSource::PullFromUrl, ..) => Err(ApiRejection::source_info("PULL_FROM_URL takes video_url")),
        }
    }

    /// Notes members that belong to the other source, which TikTok ignores.
    fn check_foreign(&self, call: &mut ApiRequest<'_>) -> Result<(), ApiRejection> {
        let members = [
            ("video_size", MediaSource::FileUpload, self.video_size.is_some()),
            ("chunk_size", MediaSource::FileUpload, self.chunk_size.is_some()),
            (
                "total_chunk_count",
                MediaSource::FileUpload,
                self.total_chunk_count.is_some(),
            ),
            ("video_url", MediaSource::PullFromUrl, self.video_url.is_some()),
        ];
        let foreign = members
            .into_iter()
            .filter(|(_, source, is_given)| *is_given && *source != self.source);
        for (name, _, _) in foreign {
            call.lenient(
                format!("source_info.{name} does not belong to this source"),
                ApiRejection::source_info,
            )?;
        }
        Ok(())
    }
}

impl From<Illegal> for ApiRejection {
    fn from(illegal: Illegal) -> Self {
        match illegal {
            Illegal::Count => Self::params("The total chunk count is invalid"),
            Illegal::Chunk => Self::params("The chunk size is invalid"),
            Illegal::File => Self::source_info("video_size must be between 1 byte and 4 GB"),
        }
    }
}

/// Checks whether TikTok may pull from `url` for the account's app: https, a domain, and verified
/// (#pull-from-url).
pub(super) fn check_pull(url: &str, account: &Account) -> Result<(), ApiRejection> {
    let Ok(parsed) = Url::parse(url) else {
        return Err(ApiRejection::source_info("the address to pull from is not a URL"));
    };
    let unverified =
        |reason: &str| Err(ApiRejection::from(RejectionCode::UrlOwnershipUnverified).noting(reason));
    match (parsed.scheme(), parsed.domain()) {
        ("https", Some(_)) if !parsed.username().is_empty() || parsed.password().is_some() => {
            unverified("the address to pull from holds a user name")
        }
        ("https", Some(domain))
            if account
                .verified_urls
                .iter()
                .any(|property| covers(property, url, domain)) =>
        {
            Ok(())
        }
        ("http", _) if own_media(url).is_some() => Ok(()),
        ("https", Some(_)) => unverified("the address to pull from is not below a verified property"),
        ("https", None) => unverified("the host of the address to pull from is not a domain"),
        _ => unverified("the address to pull from is not https"),
    }
}

/// Name of one of the simulator's files, which represent files on a verified host.
pub(super) fn own_media(url: &str) -> Option<String> {
    let url = Url::parse(url)
        .ok()
        .filter(|url| matches!(url.host_str(), Some("127.0.0.1" | "localhost")))?;
    url.path().strip_prefix(media::PATH).map(str::to_owned)
}

/// Checks whether a verified property covers `url`: a prefix covers every URL that begins with it, a domain itself and
/// its subdomains (#pull-from-url).
fn covers(property: &str, url: &str, domain: &str) -> bool {
    if property.contains("://") {
        return property.ends_with('/') && url.starts_with(property);
    }
    domain
        .strip_suffix(property)
        .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, verified: bool) {
        let result = check_pull(url, &Account::default());
        assert_eq!(result.is_ok(), verified, "{url}: {result:?}");
        if let Err(refusal) = result {
            assert_eq!(refusal.code, RejectionCode::UrlOwnershipUnverified, "{url}");
        }
    }

    /// #pull-from-url: https only, a domain, a verified domain or prefix.
    #[test]
    fn only_https_below_a_verified_property_may_be_pulled() {
        check("https://example.com/a.mp4", true);
        check("https://cdn.example.com/a.mp4?x=1", true);
        check("https://notexample.com/a.mp4", false);
        check("https://com/a.mp4", false);
        check("http://example.com/a.mp4", false);
        check("https://93.184.216.34/a.mp4", false);
        check("https://[::1]/a.mp4", false);
        check("https://user@example.com/a.mp4", false);
        check("https://media.example.org/videos/a.mp4", true);
        check("https://media.example.org/photos/a.jpg", false);
        check("https://media.example.org/videos", false);
        check("ftp://example.com/a.mp4", false);
    }

    /// Its own files represent those on a verified host.
    #[test]
    fn its_own_files_may_be_pulled() {
        check("http://127.0.0.1:8080/_simulator/media/a.jpg", true);
        check("http://localhost:8080/_simulator/media/a.jpg", true);
        check("http://127.0.0.1:8080/a.jpg", false);
        check("http://example.com/_simulator/media/a.jpg", false);
    }

    #[test]
    fn what_is_not_a_url_is_a_bad_source() {
        let refusal = check_pull("not a url", &Account::default()).unwrap_err();
        assert_eq!(refusal.message, "The request source info is empty or incorrect");
    }
}
