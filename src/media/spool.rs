//! Storage of videos: in memory up to 1 MiB, in an unlinked temporary file above that.
//!
//! The file never has a name, so nothing remains when the program ends, even by a crash.

mod error;
mod limit;

use std::{fs::File, io, os::unix::fs::FileExt as _, path::Path, sync::Arc};

use tracing::warn;

pub(super) use self::limit::Reservation;
pub use self::{error::SpoolError, limit::SpoolLimit};
use super::Source;
use crate::model::ByteCount;

/// Maximum size of a video in memory, in bytes: 1 MiB.
const MEMORY_MAX: usize = 1024 * 1024;

/// Size up to which memory grows with a video, in bytes: 128 KiB.
const SMALL: usize = 128 * 1024;

/// Storage of videos: the folder of the files, and the limit for all concurrent requests.
#[derive(Debug, Clone)]
pub struct SpoolArea {
    folder: Arc<Path>,
    limit: SpoolLimit,
}

impl SpoolArea {
    /// Creates storage without a limit; larger videos are stored in unlinked files in `folder`.
    pub fn new(folder: impl Into<Arc<Path>>) -> Self {
        Self {
            folder: folder.into(),
            limit: SpoolLimit::default(),
        }
    }

    /// Sets the limit on stored bytes.
    #[must_use]
    pub fn limited_to(self, limit: SpoolLimit) -> Self {
        Self { limit, ..self }
    }
}

/// Video that is being stored.
#[derive(Debug)]
pub struct Spool {
    folder: Arc<Path>,
    memory: Vec<u8>,
    memory_max: usize,
    file: Option<File>,
    size: u64,
    reservation: Reservation,
}

impl Spool {
    /// Creates an empty video. A file, if needed, is created in the folder of `area`.
    pub fn new(area: &SpoolArea) -> Self {
        Self::with_memory(area, MEMORY_MAX)
    }

    /// Creates an empty file that stays in memory up to `memory_max` bytes.
    pub fn with_memory(area: &SpoolArea, memory_max: usize) -> Self {
        let reservation = area.limit.reserve_nothing();
        Self {
            folder: Arc::clone(&area.folder),
            memory: Vec::new(),
            memory_max,
            file: None,
            size: 0,
            reservation,
        }
    }

    /// Number of bytes so far.
    pub fn size(&self) -> ByteCount {
        ByteCount(self.size)
    }

    /// Appends `bytes`. Errors: the folder cannot be used, or the limit is reached; the bytes before them
    /// remain.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        let length = ByteCount::of(bytes).0;
        self.reservation.grow(length)?;
        self.store(bytes).map_err(|error| {
            let folder = self.folder.display();
            warn!(%folder, %error, "a temporary file could not be written");
            SpoolError::from(error)
        })?;
        self.size += length;
        Ok(())
    }

    fn store(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(file) = &self.file {
            return file.write_all_at(bytes, self.size);
        }
        if self.memory.len() + bytes.len() <= self.memory_max {
            self.make_room(bytes.len());
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        let file = tempfile::tempfile_in(&self.folder)?;
        file.write_all_at(&self.memory, 0)?;
        file.write_all_at(bytes, self.size)?;
        self.memory = Vec::new();
        self.file = Some(file);
        Ok(())
    }

    /// Reserves all memory once the video is not small: growing in steps would take more than twice as much.
    fn make_room(&mut self, more: usize) {
        let small = self.memory_max.min(SMALL);
        if self.memory.len() + more > small {
            self.memory.reserve_exact(self.memory_max - self.memory.len());
        }
    }

    /// Returns the complete video.
    pub fn finish(mut self) -> Source {
        let source = if let Some(file) = self.file {
            Source::in_file(file, ByteCount(self.size))
        } else {
            self.memory.shrink_to_fit();
            Source::in_memory(self.memory)
        };
        source.holding(self.reservation)
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// Keeps a video of `size` times `byte`, in pieces.
    fn keep(area: &SpoolArea, byte: u8, size: usize) -> Result<Source, SpoolError> {
        let mut spool = Spool::new(area);
        vec![byte; size]
            .chunks(100_000)
            .try_for_each(|piece| spool.write(piece))?;
        Ok(spool.finish())
    }

    #[track_caller]
    fn holds(source: &Source, byte: u8, size: usize) {
        assert_eq!(source.size().0, size as u64);
        let most = size as u64 + 1;
        assert!(
            *source.read(0, most).unwrap() == vec![byte; size],
            "{source:?} should hold {byte} and nothing else"
        );
        assert_eq!(
            source.read(size as u64, 1).unwrap().len(),
            0,
            "{source:?} ends where it ends"
        );
    }

    #[test]
    fn up_to_a_mebibyte_no_file_is_needed() {
        let nowhere = SpoolArea::new(Path::new("/nowhere"));
        holds(&keep(&nowhere, 1, MEMORY_MAX).unwrap(), 1, MEMORY_MAX);
        assert!(matches!(
            keep(&nowhere, 1, MEMORY_MAX + 1),
            Err(SpoolError::Folder(io::ErrorKind::NotFound))
        ));
        let folder = TempDir::new().unwrap();
        let area = SpoolArea::new(folder.path());
        for size in [0, 1, MEMORY_MAX, MEMORY_MAX + 1, 3_000_000] {
            holds(&keep(&area, 2, size).unwrap(), 2, size);
        }
    }

    /// In memory or in a file: the bytes count as long as anybody can read them.
    #[test]
    fn what_is_kept_counts_until_the_last_reader_is_gone() {
        let folder = TempDir::new().unwrap();
        let limit = SpoolLimit::of(ByteCount(5_000_000));
        let area = SpoolArea::new(folder.path()).limited_to(limit.clone());
        let (small, large) = (keep(&area, 1, 1_000).unwrap(), keep(&area, 2, 4_000_000).unwrap());
        assert_eq!(limit.kept().0, 4_001_000);
        let refused = |size| keep(&area, 3, size).unwrap_err();
        assert!(matches!(
            refused(1_000_000),
            SpoolError::Bound { is_alone: false, .. }
        ));
        assert_eq!(limit.kept().0, 4_001_000, "what came to nothing is free again");
        let reader = large.clone();
        drop((small, large));
        assert_eq!(limit.kept().0, 4_000_000);
        drop(reader);
        holds(&keep(&area, 3, 5_000_000).unwrap(), 3, 5_000_000);
        assert!(matches!(
            refused(5_000_001),
            SpoolError::Bound { is_alone: true, .. }
        ));
        assert_eq!(limit.kept().0, 0);
    }
}
