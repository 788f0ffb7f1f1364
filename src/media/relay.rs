//! A video on its way from a host that the caller names to where all videos are kept.

use std::{io, path::Path};

use super::{Foreign, Source, Spool, VIDEO_MAX, probe::sniff};
use crate::{
    http::{Announced, DownloadError, Downloader, Job, Obstacle, Sink},
    model::ByteCount,
    progress::{Measure, Phase, Reporter},
};

/// Why a video could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayFault {
    /// The host, or the way to it.
    Obstacle(Obstacle),
    /// No bytes.
    Empty,
    /// More than an action takes; how much, where the host said it.
    TooLarge(Option<ByteCount>),
    /// Something else lies there.
    NotAVideo {
        /// What it is.
        foreign: Foreign,
        /// Whether the host calls it a web page.
        is_page: bool,
    },
    /// It could not be kept.
    NoRoom(io::ErrorKind),
}

/// Bytes after which it is told what a file is.
const HEAD: usize = 4096;

/// Fetches a whole video; a larger one is kept in an unlinked file in `folder`.
///
/// What is too large or no video is given up as soon as that shows.
pub async fn relay(
    downloader: &Downloader,
    job: &Job,
    folder: &Path,
    reporter: &Reporter,
) -> Result<Source, RelayFault> {
    let mut intake =
        Intake { folder, spool: Spool::new(folder), head: Vec::new(), is_page: false, total: None, reporter };
    match downloader.fetch(job, &mut intake).await {
        Ok(()) => intake.finish(),
        Err(DownloadError::Stopped(fault)) => Err(fault),
        Err(DownloadError::Obstacle(obstacle)) => Err(RelayFault::Obstacle(obstacle)),
    }
}

struct Intake<'a> {
    folder: &'a Path,
    spool: Spool,
    head: Vec<u8>,
    is_page: bool,
    total: Option<u64>,
    reporter: &'a Reporter,
}

impl Sink for Intake<'_> {
    type Stop = RelayFault;

    fn begin(&mut self, announced: &Announced) -> Result<(), RelayFault> {
        let total = announced.total.map(ByteCount);
        if total.is_some_and(|total| total > VIDEO_MAX) {
            return Err(RelayFault::TooLarge(total));
        }
        self.spool = Spool::new(self.folder);
        self.head.clear();
        self.is_page = announced.is_page;
        self.total = announced.total;
        Ok(())
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), RelayFault> {
        if self.spool.size().0.saturating_add(ByteCount::of(piece).0) > VIDEO_MAX.0 {
            return Err(RelayFault::TooLarge(None));
        }
        if self.head.len() < HEAD {
            self.head.extend(piece.iter().take(HEAD - self.head.len()));
            if self.head.len() == HEAD {
                self.look()?;
            }
        }
        self.spool.write(piece).map_err(|error| RelayFault::NoRoom(error.kind()))?;
        let bytes = Some(self.spool.size().0);
        self.reporter.tell(Phase::Downloading, Measure { bytes, total: self.total, ..Measure::default() });
        Ok(())
    }
}

impl Intake<'_> {
    fn look(&self) -> Result<(), RelayFault> {
        match sniff(&self.head) {
            Ok(_) => Ok(()),
            Err(foreign) => Err(RelayFault::NotAVideo { foreign, is_page: self.is_page }),
        }
    }

    fn finish(self) -> Result<Source, RelayFault> {
        if self.head.is_empty() {
            return Err(RelayFault::Empty);
        }
        self.look()?;
        self.spool.finish().map_err(|error| RelayFault::NoRoom(error.kind()))
    }
}
