//! Reads small values anywhere in a file, with limits on memory and work.

use bytes::Bytes;

use super::ProbeError;
use crate::media::Source;

/// Bytes read at a new position: a header before skipped frames. Sequential reads double the block each time,
/// as they may be of a table.
const JUMP: u64 = 512;

/// Maximum block size, in bytes.
const BLOCK: u64 = 16 * 1024;

/// Maximum number of values read from a file. 10 minutes with a fragment for each frame have 2 million.
const VALUES_MAX: u32 = 6_000_000;

/// Maximum number of bytes read from a file: 64 MiB. 10 minutes with a fragment for each frame need half of
/// that.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Maximum number of reads: a live recording of 10 minutes has about 50,000 blocks.
const READS_MAX: u32 = 250_000;

/// Part of a file that is in memory.
#[derive(Debug)]
pub(super) struct Window<'a> {
    source: &'a Source,
    size: u64,
    /// Position of the first byte in memory.
    at: u64,
    held: Bytes,
    values_left: u32,
    bytes_left: u64,
    reads_left: u32,
}

impl<'a> Window<'a> {
    /// Creates an empty window.
    pub(super) fn new(source: &'a Source) -> Self {
        let size = source.size().0;
        let (values_left, bytes_left, reads_left) = (VALUES_MAX, BYTES_MAX, READS_MAX);
        Self {
            source,
            size,
            at: 0,
            held: Bytes::new(),
            values_left,
            bytes_left,
            reads_left,
        }
    }

    /// True if less than a tenth of the limits is left.
    pub(super) const fn is_nearly_spent(&self) -> bool {
        self.values_left < VALUES_MAX / 10
            || self.bytes_left < BYTES_MAX / 10
            || self.reads_left < READS_MAX / 10
    }

    /// Size of the file.
    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Reads `N` bytes from `at`; `N` is at most [`JUMP`].
    pub(super) fn bytes<const N: usize>(&mut self, at: u64) -> Result<[u8; N], ProbeError> {
        self.values_left = self.values_left.checked_sub(1).ok_or(ProbeError::TooComplex)?;
        if let Some(bytes) = self.held(at) {
            return Ok(bytes);
        }
        self.fill(at)?;
        self.held(at)
            .ok_or_else(|| ProbeError::Damaged("it ends in the middle of a value".to_owned()))
    }

    /// Reads a big-endian number of `N` bytes, at most 8.
    pub(super) fn number<const N: usize>(&mut self, at: u64) -> Result<u64, ProbeError> {
        let bytes = self.bytes::<N>(at)?;
        Ok(bytes
            .iter()
            .fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    fn held<const N: usize>(&self, at: u64) -> Option<[u8; N]> {
        let first = usize::try_from(at.checked_sub(self.at)?).ok()?;
        self.held.get(first..first.checked_add(N)?)?.try_into().ok()
    }

    fn fill(&mut self, at: u64) -> Result<(), ProbeError> {
        let held = u64::try_from(self.held.len()).unwrap_or(u64::MAX);
        let follows = at >= self.at && at <= self.at.saturating_add(held);
        let block = if follows {
            held.saturating_mul(2).clamp(JUMP, BLOCK)
        } else {
            JUMP
        };
        let length = block.min(self.size.saturating_sub(at));
        self.bytes_left = self
            .bytes_left
            .checked_sub(length)
            .ok_or(ProbeError::TooComplex)?;
        self.reads_left = self.reads_left.checked_sub(1).ok_or(ProbeError::TooComplex)?;
        self.held = self
            .source
            .read(at, length)
            .map_err(|error| ProbeError::Unreadable(error.kind()))?;
        self.at = at;
        Ok(())
    }
}
