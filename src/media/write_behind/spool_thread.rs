//! Thread that stores the bytes of one content, block by block.

use std::{
    io, mem,
    sync::mpsc::{self, Receiver, Sender},
    thread::{self, JoinHandle},
};

use crate::media::{Spool, SpoolError};

/// Bytes that are stored at once. In the file, all blocks but the first begin at a multiple of it.
const BLOCK: usize = 256 * 1024;

/// Number of blocks: one is filled while the others are stored.
const BLOCKS: usize = 3;

/// The thread and its blocks, seen from the caller. On drop, the thread ends.
#[derive(Debug)]
pub(super) struct SpoolThread {
    /// Block that is being filled.
    block: Vec<u8>,
    /// Free bytes in it.
    room: usize,
    /// Blocks whose bytes are stored, or the error of one that was not.
    stored: Receiver<Stored>,
    thread: Option<Thread>,
}

type Stored = Result<Vec<u8>, SpoolError>;

#[derive(Debug)]
struct Thread {
    full: Sender<Vec<u8>>,
    handle: JoinHandle<Result<Spool, SpoolError>>,
}

/// Error of a thread that has ended before.
const ENDED: SpoolError = SpoolError::Folder(io::ErrorKind::BrokenPipe);

impl SpoolThread {
    /// Starts a thread that stores bytes after the first `size`, in the spool that is sent to it. Errors: no thread can
    /// be started.
    pub(super) fn start(size: u64) -> io::Result<(Self, Sender<Spool>)> {
        let (owner, spool) = mpsc::channel();
        let (full, blocks) = mpsc::channel();
        let (free, stored) = mpsc::channel();
        for _ in 1..BLOCKS {
            drop(free.send(Ok(Vec::new())));
        }
        let handle = thread::Builder::new()
            .name("spool".to_owned())
            .spawn(move || store_all(&spool, &blocks, &free))?;
        let filled = usize::try_from(size).unwrap_or_default() % BLOCK;
        let writer = Self {
            block: Vec::new(),
            room: BLOCK - filled,
            stored,
            thread: Some(Thread { full, handle }),
        };
        Ok((writer, owner))
    }

    /// Appends `bytes`. Errors: those of the thread, which then ends.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<(), SpoolError> {
        while !bytes.is_empty() {
            let (head, rest) = bytes.split_at(bytes.len().min(self.room));
            self.block.reserve_exact(self.room);
            self.block.extend_from_slice(head);
            self.room -= head.len();
            bytes = rest;
            if self.room == 0 {
                self.hand_over();
                self.block = self.stored.recv().unwrap_or(Err(ENDED))?;
                self.room = BLOCK;
            }
        }
        Ok(())
    }

    /// Returns the spool with all bytes. Errors: those of the thread.
    pub(super) fn finish(mut self) -> Result<Spool, SpoolError> {
        self.hand_over();
        let thread = self.thread.take().ok_or(ENDED)?;
        thread.end()
    }

    fn hand_over(&mut self) {
        let block = mem::take(&mut self.block);
        if let Some(thread) = &self.thread {
            // A thread that has ended returns its error.
            drop(thread.full.send(block));
        }
    }
}

impl Drop for SpoolThread {
    fn drop(&mut self) {
        drop(self.thread.take().map(Thread::end));
    }
}

impl Thread {
    /// Waits until all blocks are stored.
    fn end(self) -> Result<Spool, SpoolError> {
        drop(self.full);
        self.handle.join().unwrap_or(Err(ENDED))
    }
}

/// Stores the blocks and returns them empty.
fn store_all(
    spool: &Receiver<Spool>,
    blocks: &Receiver<Vec<u8>>,
    stored: &Sender<Stored>,
) -> Result<Spool, SpoolError> {
    // The caller sends it right after the start.
    let mut spool = spool.recv().or(Err(ENDED))?;
    for mut block in blocks {
        if let Err(error) = spool.write(&block) {
            drop(stored.send(Err(error)));
            return Err(error);
        }
        block.clear();
        // A caller that takes no more blocks waits for the end.
        drop(stored.send(Ok(block)));
    }
    Ok(spool)
}
