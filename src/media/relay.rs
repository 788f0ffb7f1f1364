//! Download of a file into the spool: a video or an image from a host that the caller names, or a report.

use super::{Medium, Source, Spool, SpoolArea, SpoolError, probe::sniff, source::HEAD};
use crate::{
    http::{DownloadError, DownloadRequest, Downloader, FetchError, FileInfo, Sink},
    model::ByteCount,
    progress::{Measure, Phase, Reporter},
};

/// Reason that a file could not be downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayError {
    /// The download failed.
    Download(DownloadError),
    /// The file is empty.
    Empty,
    /// The file is larger than an action accepts; its size, if the host stated it.
    TooLarge(Option<ByteCount>),
    /// The file is of another type.
    OtherType {
        /// Type of the file, with its article.
        found: String,
        /// Whether it is a web page, or the host calls it one.
        is_page: bool,
        /// Advice on the file to give instead.
        fix: &'static str,
    },
    /// The file could not be stored.
    Spool(SpoolError),
}

/// File that is downloaded.
#[derive(Debug, Clone, Copy)]
pub struct RelayedFile {
    /// Type of media; `None` for a file that is not checked here.
    pub medium: Option<Medium>,
    /// Largest file.
    pub most: ByteCount,
}

/// Downloads a whole file and stores it in `area`.
///
/// Stops as soon as the file turns out to be too large or of another type.
pub async fn relay(
    downloader: &Downloader,
    job: &DownloadRequest,
    wanted: RelayedFile,
    area: &SpoolArea,
    reporter: &Reporter,
) -> Result<Source, RelayError> {
    let mut intake = Intake::new(area, wanted, reporter);
    match downloader.fetch(job, &mut intake).await {
        Ok(()) => intake.finish(),
        Err(FetchError::Stopped(fault)) => Err(fault),
        Err(FetchError::Failed(obstacle)) => Err(RelayError::Download(obstacle)),
    }
}

#[derive(Debug)]
struct Intake<'a> {
    area: &'a SpoolArea,
    wanted: RelayedFile,
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
        if total.is_some_and(|total| total > self.wanted.most) {
            return Err(RelayError::TooLarge(total));
        }
        self.spool = Spool::new(self.area);
        self.head.clear();
        self.is_page = info.is_page;
        self.total = info.total;
        Ok(())
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), RelayError> {
        if self.spool.size().0.saturating_add(ByteCount::of(piece).0) > self.wanted.most.0 {
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

/// Advice on a file in place of an image.
const AN_IMAGE: &str = "give the URL of an image as JPEG or PNG";

impl<'a> Intake<'a> {
    fn new(area: &'a SpoolArea, wanted: RelayedFile, reporter: &'a Reporter) -> Self {
        Self {
            area,
            wanted,
            spool: Spool::new(area),
            head: Vec::new(),
            is_page: false,
            total: None,
            reporter,
        }
    }

    fn look(&self) -> Result<(), RelayError> {
        let Some(medium) = self.wanted.medium.filter(|medium| !medium.accepts(&self.head)) else {
            return Ok(());
        };
        let (found, is_page, fix) = match (sniff(&self.head), medium) {
            (Ok(container), _) => (format!("a video ({})", container.name()), false, AN_IMAGE),
            (Err(foreign), Medium::Video) => (foreign.to_string(), foreign.is_page(), foreign.fix()),
            (Err(foreign), Medium::Image) => (foreign.to_string(), foreign.is_page(), AN_IMAGE),
        };
        Err(RelayError::OtherType {
            found,
            is_page: is_page || self.is_page,
            fix,
        })
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
    use crate::media::{SpoolLimit, VIDEO_MAX};

    const fn videos(most: ByteCount) -> RelayedFile {
        RelayedFile {
            medium: Some(Medium::Video),
            most,
        }
    }

    const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\0\0isommp42mdat";

    #[expect(
        clippy::disallowed_methods,
        reason = "a test may ask where temporary files go"
    )]
    fn take(most: u64, total: Option<u64>, is_page: bool, pieces: &[&[u8]]) -> Result<Vec<u8>, RelayError> {
        let area = SpoolArea::new(std::env::temp_dir());
        let reporter = Reporter::default();
        let mut intake = Intake::new(&area, videos(ByteCount(most)), &reporter);
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
        let mut intake = Intake::new(&area, videos(VIDEO_MAX), &reporter);
        intake
            .begin(&FileInfo {
                total: None,
                is_page: true,
            })
            .unwrap();
        assert_eq!(intake.take(&page.as_bytes()[..4000]), Ok(()));
        let stopped = intake.take(&page.as_bytes()[4000..]).unwrap_err();
        assert!(
            matches!(stopped, RelayError::OtherType { is_page: true, .. }),
            "{stopped:?}"
        );
        let told = |bytes: &[u8]| match take(50, None, false, &[bytes]) {
            Err(RelayError::OtherType { found, .. }) => found,
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
        let mut intake = Intake::new(&area, videos(ByteCount(50)), &reporter);
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
            let mut intake = Intake::new(area, videos(VIDEO_MAX), &reporter);
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
