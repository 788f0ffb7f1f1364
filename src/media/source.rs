//! A video's bytes, wherever they are kept.

use std::{fmt, fs::File, io, os::unix::fs::FileExt as _, sync::Arc};

use bytes::Bytes;
use futures_util::{Stream, stream};

use crate::model::ByteCount;

/// A whole video, of which ranges are read any number of times.
#[derive(Clone)]
pub struct Source(Kept);

#[derive(Clone)]
enum Kept {
    Memory(Bytes),
    File { file: Arc<File>, start: u64, size: u64 },
}

/// Bytes read from a file at once.
const BLOCK: u64 = 256 * 1024;

impl Source {
    /// A video in memory.
    pub fn in_memory(bytes: Vec<u8>) -> Self {
        Self(Kept::Memory(Bytes::from(bytes)))
    }

    /// A video of `size` in `file`, from `start`.
    pub(super) fn in_file(file: Arc<File>, start: u64, ByteCount(size): ByteCount) -> Self {
        Self(Kept::File { file, start, size })
    }

    /// The file that it is in, and where it ends there.
    pub(super) fn file_and_end(&self) -> Option<(&Arc<File>, u64)> {
        match &self.0 {
            Kept::Memory(_) => None,
            Kept::File { file, start, size } => Some((file, start + size)),
        }
    }

    /// How much memory it takes.
    pub(super) fn memory(&self) -> usize {
        match &self.0 {
            Kept::Memory(bytes) => bytes.len(),
            Kept::File { .. } => 0,
        }
    }

    /// How long it is.
    pub fn size(&self) -> ByteCount {
        match &self.0 {
            Kept::Memory(bytes) => ByteCount::of(bytes),
            Kept::File { size, .. } => ByteCount(*size),
        }
    }

    /// `length` bytes from `first`; fewer where the video ends before.
    pub fn read(&self, first: u64, length: u64) -> io::Result<Bytes> {
        let clamp = |at: u64, size: u64| usize::try_from(at.min(size)).unwrap_or(usize::MAX);
        match &self.0 {
            Kept::Memory(bytes) => {
                let size = ByteCount::of(bytes).0;
                Ok(bytes.slice(clamp(first, size)..clamp(first.saturating_add(length), size)))
            }
            Kept::File { file, start, size } => {
                let mut block = vec![0; clamp(length, size.saturating_sub(first))];
                file.read_exact_at(&mut block, start.saturating_add(first))?;
                Ok(Bytes::from(block))
            }
        }
    }

    /// The first bytes, enough to tell what it is.
    pub fn head(&self) -> io::Result<Bytes> {
        self.read(0, 4096)
    }

    /// The same range piece by piece, so that memory does not grow with it.
    pub fn stream(&self, first: u64, length: u64) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        let end = first.saturating_add(length).min(self.size().0);
        stream::unfold((self.clone(), first), move |(source, at)| async move {
            let length = end.saturating_sub(at).min(BLOCK);
            if length == 0 {
                return None;
            }
            let piece = source.read(at, length);
            Some((piece, (source, at + length)))
        })
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.size())
    }
}
