//! The beginning of a file, without redirects, to see whether it is a photo.

use std::{ops::ControlFlow, time::Duration};

use tokio::time::timeout;
use url::Url;

use super::{
    Downloader, FileHead,
    hop::{Hop, authority},
    opener::Redirects,
};
use crate::{
    http::{
        connection_error::ConnectionError,
        download_error::{DownloadError, DownloadErrorKind},
        jobs::MediaLane,
        resume::{FileInfo, RangeRequest},
    },
    model::ByteCount,
};

impl Downloader {
    /// Does `work`, which reads a photo at `url`, in a turn of its own. Returns `None` if there is none within
    /// `patience`.
    pub async fn in_photo_turn<T>(
        &self,
        url: &Url,
        patience: Duration,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let host = authority(url);
        let _turn = timeout(patience, self.job.turn(MediaLane::Photos, &host))
            .await
            .ok()?;
        Some(work.await)
    }

    /// Fetches at most `max_bytes` from the start of `url` in one attempt within `limit`, without following
    /// redirects.
    ///
    /// Fails with [`ConnectionError::Timeout`] after `limit`, with [`DownloadErrorKind::Redirect`] on a redirect,
    /// and with [`DownloadErrorKind::Status`] on anything but 200, 206 or the 416 of an empty file.
    pub async fn head(&self, url: &Url, max_bytes: u64, limit: Duration) -> Result<FileHead, DownloadError> {
        let mut bytes = Vec::new();
        let info = self
            .skim(url, max_bytes, limit, |piece| {
                bytes.extend_from_slice(piece);
                ControlFlow::Continue(())
            })
            .await?;
        bytes.truncate(usize::try_from(max_bytes).unwrap_or(usize::MAX));
        Ok(FileHead {
            bytes: bytes.into(),
            info,
        })
    }

    /// Reads like [`Downloader::head`], part by part until `take` breaks, and keeps nothing.
    pub async fn skim(
        &self,
        url: &Url,
        max_bytes: u64,
        limit: Duration,
        take: impl FnMut(&[u8]) -> ControlFlow<()> + Send,
    ) -> Result<FileInfo, DownloadError> {
        let skimmed = timeout(limit, self.skim_patiently(url, max_bytes, limit, take)).await;
        let too_slow = DownloadErrorKind::Connection(ConnectionError::Timeout);
        skimmed.unwrap_or_else(|_elapsed| Err(Hop::first(url).error(too_slow)))
    }

    async fn skim_patiently(
        &self,
        url: &Url,
        max_bytes: u64,
        limit: Duration,
        mut take: impl FnMut(&[u8]) -> ControlFlow<()> + Send,
    ) -> Result<FileInfo, DownloadError> {
        let range = RangeRequest::head(max_bytes);
        let opening = self.opener.open(url, Redirects::Reported, Some(&range), limit);
        let mut opened = opening.await?;
        let hop = opened.hop.clone();
        let status = opened.response.status().as_u16();
        let info = FileInfo::of(status, opened.response.headers());
        match status {
            200 | 206 => {}
            // The first byte does not exist: the file is empty.
            416 if info.total == Some(0) => return Ok(info),
            _ => return Err(hop.error(DownloadErrorKind::Status(status, None))),
        }
        let mut left = max_bytes;
        while left > 0 {
            let Some(piece) = opened.next(limit).await.map_err(|kind| hop.error(kind))? else {
                break;
            };
            left = left.saturating_sub(ByteCount::of(&piece).0);
            if take(&piece).is_break() {
                break;
            }
        }
        Ok(info)
    }
}
