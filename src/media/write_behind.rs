//! Storage of a large content by a thread of its own, so that the next bytes are read and decoded meanwhile.

mod spool_thread;

use std::mem;

use self::spool_thread::SpoolThread;
use super::{Source, Spool, SpoolError};
use crate::model::ByteCount;

/// Size from which a content is stored by a thread, in bytes: 4 MiB.
const LARGE: u64 = 4 * 1024 * 1024;

/// Spool whose bytes, once the content is large, are stored by a thread after they were written.
#[derive(Debug)]
pub(super) struct WriteBehind {
    mode: StorageMode,
    size: u64,
}

#[derive(Debug)]
enum StorageMode {
    /// The content is small, or no thread could be started.
    Direct(Spool),
    Behind(SpoolThread),
}

impl WriteBehind {
    /// Stores bytes in an empty `spool`.
    pub(super) const fn new(spool: Spool) -> Self {
        Self {
            mode: StorageMode::Direct(spool),
            size: 0,
        }
    }

    /// Number of bytes so far.
    pub(super) const fn size(&self) -> ByteCount {
        ByteCount(self.size)
    }

    /// Appends `bytes`. Errors: those of [`Spool::write`], also of earlier bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        match &mut self.mode {
            StorageMode::Direct(spool) => spool.write(bytes)?,
            StorageMode::Behind(thread) => thread.write(bytes)?,
        }
        let size = self.size + ByteCount::of(bytes).0;
        let before = mem::replace(&mut self.size, size);
        if (before..size).contains(&(LARGE - 1)) {
            self.start();
        }
        Ok(())
    }

    /// Returns the complete content. Errors: bytes could not be stored.
    pub(super) fn finish(self) -> Result<Source, SpoolError> {
        match self.mode {
            StorageMode::Direct(spool) => Ok(spool.finish()),
            StorageMode::Behind(thread) => Ok(thread.finish()?.finish()),
        }
    }

    /// Gives the spool to a thread, if one can be started.
    fn start(&mut self) {
        let Ok((thread, owner)) = SpoolThread::start(self.size) else {
            return;
        };
        let mode = mem::replace(&mut self.mode, StorageMode::Behind(thread));
        if let StorageMode::Direct(spool) = mode {
            // The thread has just been started and waits for it.
            drop(owner.send(spool));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{io, path::Path};

    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::media::{SpoolArea, SpoolLimit};

    /// Stores `size` bytes in pieces of `step` bytes.
    fn keep(area: &SpoolArea, size: usize, step: usize) -> Result<Source, SpoolError> {
        let mut spool = WriteBehind::new(Spool::new(area));
        let bytes = content(size);
        bytes.chunks(step).try_for_each(|piece| spool.write(piece))?;
        assert_eq!(spool.size().0, size as u64);
        spool.finish()
    }

    /// Bytes that differ in each block.
    fn content(size: usize) -> Vec<u8> {
        (0_u32..).flat_map(u32::to_le_bytes).take(size).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn bytes_are_those_written(size in 0..12_000_000_usize, step in 10_000..600_000_usize) {
            let folder = TempDir::new().unwrap();
            let source = keep(&SpoolArea::new(folder.path()), size, step).unwrap();
            prop_assert_eq!(source.size().0, size as u64);
            prop_assert!(*source.read(0, u64::MAX).unwrap() == content(size));
        }
    }

    #[test]
    fn a_thread_is_started_for_large_contents_only() {
        let folder = TempDir::new().unwrap();
        let mut spool = WriteBehind::new(Spool::new(&SpoolArea::new(folder.path())));
        let large = usize::try_from(LARGE).unwrap();
        spool.write(&content(large - 1)).unwrap();
        assert!(matches!(spool.mode, StorageMode::Direct(_)));
        spool.write(&[]).unwrap();
        assert!(matches!(spool.mode, StorageMode::Direct(_)));
        spool.write(&[1]).unwrap();
        assert!(matches!(spool.mode, StorageMode::Behind(_)));
    }

    /// An error is returned by a write or at the end, and what was stored counts no more.
    #[test]
    fn errors_of_the_thread_are_returned() {
        let folder = TempDir::new().unwrap();
        let most = ByteCount(9_000_000);
        let limit = SpoolLimit::of(most);
        let area = SpoolArea::new(folder.path()).limited_to(limit.clone());
        for size in [9_000_001, 9_100_000, 30_000_000] {
            let error = keep(&area, size, 100_000).unwrap_err();
            assert_eq!(error, SpoolError::Bound { most, is_alone: true }, "{size}");
            assert_eq!(limit.kept().0, 0, "{size}");
        }
        let nowhere = SpoolArea::new(Path::new("/nowhere"));
        assert_eq!(
            keep(&nowhere, 9_000_000, 100_000).unwrap_err(),
            SpoolError::Folder(io::ErrorKind::NotFound)
        );
        let source = keep(&area, 9_000_000, 100_000).unwrap();
        assert_eq!(limit.kept(), source.size());
    }

    #[test]
    fn an_error_is_final() {
        let folder = TempDir::new().unwrap();
        let limit = SpoolLimit::of(ByteCount(6_000_000));
        let mut spool = WriteBehind::new(Spool::new(
            &SpoolArea::new(folder.path()).limited_to(limit.clone()),
        ));
        let piece = content(1_000_000);
        while spool.write(&piece).is_ok() {}
        for _ in 0..3 {
            spool.write(&piece).unwrap_err();
        }
        spool.finish().unwrap_err();
        assert_eq!(limit.kept().0, 0);
    }

    #[test]
    fn a_content_that_is_given_up_counts_no_more() {
        let folder = TempDir::new().unwrap();
        let limit = SpoolLimit::of(ByteCount(20_000_000));
        let area = SpoolArea::new(folder.path()).limited_to(limit.clone());
        let mut spool = WriteBehind::new(Spool::new(&area));
        spool.write(&content(5_000_000)).unwrap();
        spool.write(&content(5_000_000)).unwrap();
        drop(spool);
        assert_eq!(limit.kept().0, 0);
    }
}
