//! The beginning of a file, without redirects: what is there, and whether it is a photo.

use std::{ops::ControlFlow, time::Duration};

use reqwest::Url;
use tokio::time::timeout;

use super::{At, Downloader, Head, Opened, Redirects, host, next, place};
use crate::{
    http::{
        jobs::MediaLane,
        obstacle::{Cause, Obstacle},
        resume::{Announced, Part},
    },
    model::ByteCount,
};

impl Downloader {
    /// Does `work`, which reads a photo at `url`, in a turn of its own; `None` where there is none within
    /// `patience`.
    pub async fn in_photo_turn<T>(
        &self,
        url: &Url,
        patience: Duration,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let _turn = timeout(patience, self.job.turn(MediaLane::Photos, &place(url)))
            .await
            .ok()?;
        Some(work.await)
    }

    /// Downloads the first `most` bytes of a file, once, without following redirects; all of it within
    /// `limit`.
    pub async fn head(&self, url: &Url, most: u64, limit: Duration) -> Result<Head, Obstacle> {
        let mut bytes = Vec::new();
        let most_here = usize::try_from(most).unwrap_or(usize::MAX);
        let announced = self
            .skim(url, most, limit, |piece| {
                bytes.extend_from_slice(piece);
                ControlFlow::Continue(())
            })
            .await?;
        bytes.truncate(most_here);
        Ok(Head {
            bytes: bytes.into(),
            announced,
        })
    }

    /// The same piece by piece, until `take` breaks. Nothing is kept.
    pub async fn skim(
        &self,
        url: &Url,
        most: u64,
        limit: Duration,
        take: impl FnMut(&[u8]) -> ControlFlow<()> + Send,
    ) -> Result<Announced, Obstacle> {
        let at = At {
            host: host(url),
            redirected: false,
        };
        timeout(limit, self.skim_patiently(url, most, limit, take))
            .await
            .unwrap_or_else(|_elapsed| Err(at.met(Cause::TooSlow)))
    }

    async fn skim_patiently(
        &self,
        url: &Url,
        most: u64,
        limit: Duration,
        mut take: impl FnMut(&[u8]) -> ControlFlow<()> + Send,
    ) -> Result<Announced, Obstacle> {
        let Opened { mut response, at } = self
            .open(url, Redirects::Told, Some(&Part::head(most)), limit)
            .await?;
        let status = response.status().as_u16();
        let announced = Announced::of(status, response.headers());
        match status {
            200 | 206 => {}
            // The first byte is not there: the file is empty.
            416 if announced.total == Some(0) => return Ok(announced),
            _ => return Err(at.met(Cause::Status(status, None))),
        }
        let mut left = most;
        while left > 0 {
            let Some(piece) = next(&mut response, limit).await.map_err(|cause| at.met(cause))? else {
                break;
            };
            left = left.saturating_sub(ByteCount::of(&piece).0);
            if take(&piece).is_break() {
                break;
            }
        }
        Ok(announced)
    }
}
