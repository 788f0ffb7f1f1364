//! Content of a video or an image, in memory or in a file.

use std::{
    fmt,
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt as _,
    sync::Arc,
};

use bytes::Bytes;
use futures_util::{Stream, stream};

use sha2::{Digest as _, Sha256};

use super::{blocks::BlockPool, local_file::LocalFile, spool::Reservation};
use crate::model::ByteCount;

/// Complete file, whose ranges can be read repeatedly.
#[derive(Clone)]
pub struct Source {
    kept: Backing,
    /// Its share of the storage limit, held until the last clone is dropped.
    _reservation: Option<Arc<Reservation>>,
}

#[derive(Clone)]
enum Backing {
    Memory(Bytes),
    File { file: Arc<File>, size: u64 },
    Local(Arc<LocalFile>),
}

/// Error of a copy, by its side.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The file could not be read.
    #[error("the file could not be read")]
    Read(#[source] io::Error),
    /// The output could not be written.
    #[error("the output could not be written")]
    Write(#[source] io::Error),
}

/// Number of leading bytes that identify a file format.
pub(super) const HEAD: usize = 4096;

/// Bytes read from a file at once.
pub(super) const BLOCK: u64 = 128 * 1024;

/// Bytes copied at once: the capacity of a pipe.
const PIECE: usize = 64 * 1024;

impl Source {
    /// Creates a video in memory.
    pub fn in_memory(bytes: Vec<u8>) -> Self {
        Self {
            kept: Backing::Memory(Bytes::from(bytes)),
            _reservation: None,
        }
    }

    /// Creates a video of `size` bytes in `file`.
    pub(super) fn in_file(file: File, ByteCount(size): ByteCount) -> Self {
        Self {
            kept: Backing::File {
                file: Arc::new(file),
                size,
            },
            _reservation: None,
        }
    }

    /// Takes a file of this machine, which is read from its place and not copied. Reads fail once it has changed. Errors:
    /// its state cannot be read.
    pub fn of_file(file: File) -> io::Result<Self> {
        Ok(Self {
            kept: Backing::Local(Arc::new(LocalFile::new(file)?)),
            _reservation: None,
        })
    }

    /// True for a file of this machine that is read from its place.
    pub const fn is_local(&self) -> bool {
        matches!(self.kept, Backing::Local(_))
    }

    /// True if it is a file of this machine that has changed since it was opened, or cannot be looked at.
    pub fn has_changed(&self) -> bool {
        match &self.kept {
            Backing::Local(local) => local.check().is_err(),
            Backing::Memory(_) | Backing::File { .. } => false,
        }
    }

    /// SHA-256 of all bytes; other tasks get their turn between blocks. Errors: the bytes cannot be read.
    pub async fn sha256(&self) -> io::Result<[u8; 32]> {
        let known = match &self.kept {
            Backing::Local(local) => Some(&local.sha256),
            Backing::Memory(_) | Backing::File { .. } => None,
        };
        if let Some(digest) = known.and_then(|known| known.get()) {
            return Ok(*digest);
        }
        let (mut sha, mut at) = (Sha256::new(), 0);
        while at < self.size().0 {
            let block = self.read(at, BLOCK)?;
            if block.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            at = at.saturating_add(ByteCount::of(&block).0);
            sha.update(&block);
            tokio::task::yield_now().await;
        }
        let digest = sha.finalize().into();
        Ok(known.map_or(digest, |known| *known.get_or_init(|| digest)))
    }

    /// Creates a source whose file is truncated.
    #[cfg(test)]
    pub(crate) fn in_lost_file() -> Self {
        Self::in_file(File::open("/dev/null").unwrap(), ByteCount(100))
    }

    /// Adds the video's share of the storage limit.
    #[must_use]
    pub(super) fn holding(self, reservation: Reservation) -> Self {
        Self {
            _reservation: Some(Arc::new(reservation)),
            ..self
        }
    }

    /// Returns the memory that it takes, in bytes.
    pub fn memory(&self) -> usize {
        match &self.kept {
            Backing::Memory(bytes) => bytes.len(),
            Backing::File { .. } | Backing::Local(_) => 0,
        }
    }

    /// Size in bytes.
    pub fn size(&self) -> ByteCount {
        match &self.kept {
            Backing::Memory(bytes) => ByteCount::of(bytes),
            Backing::File { size, .. } => ByteCount(*size),
            Backing::Local(local) => local.size(),
        }
    }

    /// Reads `length` bytes from `first`; fewer at the end of the video.
    pub fn read(&self, first: u64, length: u64) -> io::Result<Bytes> {
        let clamp = |at: u64, size: u64| usize::try_from(at.min(size)).unwrap_or(usize::MAX);
        match &self.kept {
            Backing::Memory(bytes) => {
                let size = ByteCount::of(bytes).0;
                Ok(bytes.slice(clamp(first, size)..clamp(first.saturating_add(length), size)))
            }
            Backing::File { .. } | Backing::Local(_) => {
                let left = self.size().0.saturating_sub(first);
                let mut block = vec![0; clamp(length, left)];
                self.read_exact_at(&mut block, first)?;
                Ok(Bytes::from(block))
            }
        }
    }

    /// Writes all of it to `output`, from a file in pieces of 64 KiB.
    pub fn copy_to(&self, output: &mut impl Write) -> Result<(), CopyError> {
        match &self.kept {
            Backing::Memory(bytes) => output.write_all(bytes).map_err(CopyError::Write),
            Backing::File { .. } | Backing::Local(_) => {
                let ByteCount(size) = self.size();
                let mut piece = vec![0; PIECE];
                let mut at = 0;
                while at < size {
                    let length = usize::try_from(size - at).unwrap_or(PIECE).min(PIECE);
                    let piece = piece.get_mut(..length).unwrap_or_default();
                    self.read_exact_at(piece, at).map_err(CopyError::Read)?;
                    output.write_all(piece).map_err(CopyError::Write)?;
                    at += ByteCount::of(piece).0;
                }
                Ok(())
            }
        }
    }

    /// Fills `buffer` with existing bytes from `first`.
    fn read_exact_at(&self, buffer: &mut [u8], first: u64) -> io::Result<()> {
        match &self.kept {
            Backing::Memory(_) => {
                let bytes = self.read(first, ByteCount::of(buffer).0)?;
                io::Read::read_exact(&mut &bytes[..], buffer)
            }
            Backing::File { file, .. } => file.read_exact_at(buffer, first),
            Backing::Local(local) => local.read_exact_at(buffer, first),
        }
    }

    /// Reader from the first byte on.
    pub const fn reader(&self) -> SourceReader<'_> {
        SourceReader { source: self, at: 0 }
    }

    /// Leading bytes, enough to identify the format.
    pub fn head(&self) -> io::Result<Bytes> {
        self.read(0, u64::try_from(HEAD).unwrap_or(u64::MAX))
    }

    /// Streams a range in pieces, in constant memory.
    pub fn stream(&self, first: u64, length: u64) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        let end = first.saturating_add(length).min(self.size().0);
        let pool = BlockPool::default();
        stream::unfold(
            (self.clone(), pool, first),
            move |(source, pool, at)| async move {
                let length = end.saturating_sub(at).min(BLOCK);
                if length == 0 {
                    return None;
                }
                let piece = source.piece(&pool, at, length);
                Some((piece, (source, pool, at + length)))
            },
        )
    }

    /// Reads `length` existing bytes from `first`, into a block of `pool` if they are in a file.
    fn piece(&self, pool: &BlockPool, first: u64, length: u64) -> io::Result<Bytes> {
        match &self.kept {
            Backing::Memory(_) => self.read(first, length),
            Backing::File { .. } | Backing::Local(_) => {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                pool.fill(length, |buffer| self.read_exact_at(buffer, first))
            }
        }
    }
}

/// Reader of a source, which reads its file directly into the caller's buffer.
#[derive(Debug)]
pub struct SourceReader<'a> {
    source: &'a Source,
    at: u64,
}

impl io::Read for SourceReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &self.source.kept {
            Backing::Memory(bytes) => {
                let start = usize::try_from(self.at).unwrap_or(usize::MAX);
                bytes.get(start..).unwrap_or_default().read(buffer)?
            }
            Backing::File { file, .. } => file.read_at(buffer, self.at)?,
            Backing::Local(local) => {
                let read = local.file().read_at(buffer, self.at)?;
                local.check()?;
                read
            }
        };
        self.at = self.at.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.size())
    }
}
