//! Download of a video from a host that the caller names, into the spool.

use super::{Foreign, Source, Spool, SpoolArea, SpoolError, VIDEO_MAX, probe::sniff, source::HEAD};
use crate::{
    http::{DownloadError, DownloadRequest, Downloader, FetchError, FileInfo, Sink},
    model::ByteCount,
    progress::{Measure, Phase, Reporter},
};

/// Reason that a video could not be downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayError {
    /// The download failed.
    Download(DownloadError),
    /// The file is empty.
    Empty,
    /// The file is larger than an action accepts; its size, if the host stated it.
    TooLarge(Option<ByteCount>),
    /// The file is not a video.
    NotAVideo {
        /// Format of the file.
        foreign: Foreign,
        /// Whether the host calls it a web page.
        is_page: bool,
    },
    /// The video could not be stored.
    Spool(SpoolError),
}

/// Downloads a whole video and stores it in `area`.
///
/// Stops as soon as the file turns out to be too large or not a video.
pub async fn relay(
    downloader: &Downloader,
    job: &DownloadRequest,
    area: &SpoolArea,
    reporter: &Reporter,
) -> Result<Source, RelayError> {
    let mut intake = Intake::new(area, VIDEO_MAX, reporter);
    match downloader.fetch(job, &mut intake).await {
        Ok(()) => intake.finish(),
        Err(FetchError::Stopped(fault)) => Err(fault),
        Err(FetchError::Failed(obstacle)) => Err(RelayError::Download(obstacle)),
    }
}

#[derive(Debug)]
struct Intake<'a> {
    area: &'a SpoolArea,
    most: ByteCount,
    spool: Spool,
    head: Vec<u8>,
    is_page: bool,
    total: Option<u64>,
    reporter: &'a Reporter,
}

impl Sink for Intake<'_> {
    type Stop = RelayError;

    fn begin(&mut self, info: &FileInfo) -> Result<(), RelayError> {
        let total = info.total.map(ByteCount);
        if total.is_some_and(|total| total > self.most) {
            return Err(RelayError::TooLarge(total));
        }
        self.spool = Spool::new(self.area);
        self.head.clear();
        self.is_page = info.is_page;
        self.total = info.total;
        Ok(())
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), RelayError> {
        if self.spool.size().0.saturating_add(ByteCount::of(piece).0) > self.most.0 {
            return Err(RelayError::TooLarge(None));
        }
        if self.head.len() < HEAD {
            self.head.extend(piece.iter().take(HEAD - self.head.len()));
            if self.head.len() == HEAD {
                self.look()?;
            }
        }
        self.spool.write(piece).map_err(RelayError::Spool)?;
        let bytes = Some(self.spool.size().0);
        self.reporter.tell(
            Phase::Downloading,
            Measure {
                bytes,
                total: self.total,
                ..Measure::default()
            },
        );
        Ok(())
    }
}

impl<'a> Intake<'a> {
    fn new(area: &'a SpoolArea, most: ByteCount, reporter: &'a Reporter) -> Self {
        Self {
            area,
            most,
            spool: Spool::new(area),
            head: Vec::new(),
            is_page: false,
            total: None,
            reporter,
        }
    }

    fn look(&self) -> Result<(), RelayError> {
        match sniff(&self.head) {
            Ok(_) => Ok(()),
            Err(foreign) => Err(RelayError::NotAVideo {
                foreign,
                is_page: self.is_page,
            }),
        }
    }

    fn finish(self) -> Result<Source, RelayError> {
        if self.head.is_empty() {
            return Err(RelayError::Empty);
        }
        self.look()?;
        Ok(self.spool.finish())
    }
}

#[cfg(test)]
mod tests {
    use std::{io, path::Path};

    use super::*;
    use crate::media::SpoolLimit;

    const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\0\0isommp42mdat";

    #[expect(
        clippy::disallowed_methods,
        reason = "a test may ask where temporary files go"
    )]
    fn take(most: u64, total: Option<u64>, is_page: bool, pieces: &[&[u8]]) -> Result<Vec<u8>, RelayError> {
        let area = SpoolArea::new(std::env::temp_dir());
        let reporter = Reporter::default();
        let mut intake = Intake::new(&area, ByteCount(most), &reporter);
        intake.begin(&FileInfo { total, is_page })?;
        pieces.iter().try_for_each(|piece| intake.take(piece))?;
        let source = intake.finish()?;
        Ok(source.read(0, source.size().0).unwrap().to_vec())
    }

    #[test]
    fn too_much_is_refused_by_the_head_or_by_the_body() {
        assert_eq!(
            take(50, Some(51), false, &[]),
            Err(RelayError::TooLarge(Some(ByteCount(51))))
        );
        assert_eq!(
            take(50, None, false, &[MP4, MP4]),
            Err(RelayError::TooLarge(None))
        );
        assert_eq!(
            take(50, Some(20), false, &[MP4, MP4]),
            Err(RelayError::TooLarge(None))
        );
        assert_eq!(
            take(MP4.len() as u64, Some(MP4.len() as u64), false, &[MP4]).as_deref(),
            Ok(MP4)
        );
    }

    #[test]
    fn what_is_no_video_ends_the_download_as_soon_as_it_shows() {
        let page = "<!DOCTYPE html>".repeat(300);
        let (area, reporter) = (SpoolArea::new(Path::new("/")), Reporter::default());
        let mut intake = Intake::new(&area, VIDEO_MAX, &reporter);
        intake
            .begin(&FileInfo {
                total: None,
                is_page: true,
            })
            .unwrap();
        assert_eq!(intake.take(&page.as_bytes()[..4000]), Ok(()));
        let stopped = intake.take(&page.as_bytes()[4000..]).unwrap_err();
        assert!(
            matches!(stopped, RelayError::NotAVideo { is_page: true, .. }),
            "{stopped:?}"
        );
        let told = |bytes: &[u8]| match take(50, None, false, &[bytes]) {
            Err(RelayError::NotAVideo { foreign, .. }) => foreign.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(told(b"<html>"), "an HTML page");
        assert_eq!(told(b"hello"), "text");
        assert_eq!(take(50, None, false, &[]), Err(RelayError::Empty));
        // Some hosts label every file a web page.
        assert_eq!(take(50, None, true, &[MP4]).as_deref(), Ok(MP4));
    }

    /// A restarted body replaces the earlier one completely.
    #[test]
    fn what_came_before_a_new_beginning_counts_no_more() {
        let (area, reporter) = (SpoolArea::new(Path::new("/")), Reporter::default());
        let mut intake = Intake::new(&area, ByteCount(50), &reporter);
        let info = FileInfo {
            total: None,
            is_page: false,
        };
        intake.begin(&info).unwrap();
        intake.take(b"<html>").unwrap();
        intake.begin(&info).unwrap();
        intake.take(MP4).unwrap();
        assert_eq!(intake.finish().unwrap().size(), ByteCount::of(MP4));
    }

    #[test]
    fn what_finds_no_room_says_why() {
        let reporter = Reporter::default();
        let large = [MP4, &vec![0; 2_000_000]].concat();
        let stopped = |area: &SpoolArea| {
            let mut intake = Intake::new(area, VIDEO_MAX, &reporter);
            intake.take(&large).unwrap_err()
        };
        let nowhere = SpoolArea::new(Path::new("/nowhere"));
        assert_eq!(
            stopped(&nowhere),
            RelayError::Spool(SpoolError::Folder(io::ErrorKind::NotFound))
        );
        let most = ByteCount(2_000_000);
        let bounded = nowhere.limited_to(SpoolLimit::of(most));
        assert_eq!(
            stopped(&bounded),
            RelayError::Spool(SpoolError::Bound { most, is_alone: true })
        );
    }
}
