//! Reusable memory for the pieces of a video that is sent.
//!
//! Memory that is freed is overwritten (see `main.rs`), which would cost as much time as to read the video.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;

/// Unused blocks; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct BlockPool(Arc<Mutex<Vec<Vec<u8>>>>);

/// Piece in a block that returns to its pool on drop.
struct PooledPiece {
    block: Vec<u8>,
    pool: BlockPool,
}

impl BlockPool {
    /// Piece of `length` bytes that `read` fills. Errors: those of `read`.
    pub(super) fn fill(
        &self,
        length: usize,
        read: impl FnOnce(&mut [u8]) -> io::Result<()>,
    ) -> io::Result<Bytes> {
        let block = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or_default();
        let mut piece = PooledPiece {
            block,
            pool: self.clone(),
        };
        piece.block.resize(length, 0);
        read(&mut piece.block)?;
        Ok(Bytes::from_owner(piece))
    }
}

impl AsRef<[u8]> for PooledPiece {
    fn as_ref(&self) -> &[u8] {
        &self.block
    }
}

impl Drop for PooledPiece {
    fn drop(&mut self) {
        let block = std::mem::take(&mut self.block);
        self.pool
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(block);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt as _;

    use super::*;

    #[test]
    fn pieces_keep_their_bytes_and_blocks_are_used_again() {
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(b"0123456789", 0).unwrap();
        let pool = BlockPool::default();
        let read = |first, length| pool.fill(length, |buffer| file.read_exact_at(buffer, first));
        let free = || pool.0.lock().unwrap().len();
        let (first, second) = (read(0, 4).unwrap(), read(4, 6).unwrap());
        assert_eq!(
            (&first[..], &second[..], free()),
            (&b"0123"[..], &b"456789"[..], 0)
        );
        let part = first.slice(1..3);
        drop(first);
        assert_eq!(
            (&part[..], free()),
            (&b"12"[..], 0),
            "a part holds the whole block"
        );
        drop((part, second));
        assert_eq!(free(), 2);
        assert_eq!((&read(8, 2).unwrap()[..], free()), (&b"89"[..], 1));
        assert!(read(8, 3).is_err());
        assert_eq!(free(), 2, "a block is not lost with an error");
    }
}
