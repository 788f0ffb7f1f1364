//! Keeps videos: in memory while they are small, in an unlinked temporary file above.
//!
//! The videos of one request share a bound on the memory that they take, and one file, in which they stand one after
//! another. The file has no name from the moment it exists, so nothing is left behind, whatever ends the program.

use std::{fs::File, io, os::unix::fs::FileExt as _, path::Path, sync::Arc};

use super::Source;
use crate::model::ByteCount;

/// So much of the videos of a request is kept in memory: 1 MiB.
const MEMORY_MAX: usize = 1024 * 1024;

/// Where the videos of one request are kept, one after another.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: Arc<Path>,
    /// How much more may be kept in memory.
    memory_left: usize,
    file: Option<Room>,
}

/// Room for a video: in this file, from here.
#[derive(Debug, Clone)]
struct Room {
    file: Arc<File>,
    start: u64,
}

impl Shelf {
    /// An empty one; the file, where one is needed, is made in `folder`.
    pub fn new(folder: impl Into<Arc<Path>>) -> Self {
        Self { folder: folder.into(), memory_left: MEMORY_MAX, file: None }
    }

    /// Holds a video that a [`Spool`] of this shelf has kept. The room of one that is not held is used again.
    pub fn hold(&mut self, video: &Source) {
        match video.file_and_end() {
            Some((file, start)) => self.file = Some(Room { file: Arc::clone(file), start }),
            None => self.memory_left = self.memory_left.saturating_sub(video.memory()),
        }
    }

    /// Room in the file, which is made where there is none yet.
    fn room(&self) -> io::Result<Room> {
        let made = || Ok(Room { file: Arc::new(tempfile::tempfile_in(&self.folder)?), start: 0 });
        self.file.clone().map_or_else(made, Ok)
    }
}

/// A video that is being kept.
#[derive(Debug)]
pub struct Spool {
    shelf: Shelf,
    memory: Vec<u8>,
    file: Option<Room>,
    size: u64,
}

impl Spool {
    /// Begins a video that shares its shelf with no other; the file, where one is needed, is made in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self::on(&Shelf::new(folder))
    }

    /// Begins the next video of a shelf.
    pub fn on(shelf: &Shelf) -> Self {
        Self { shelf: shelf.clone(), memory: Vec::new(), file: None, size: 0 }
    }

    /// How much is kept.
    pub fn size(&self) -> ByteCount {
        ByteCount(self.size)
    }

    /// Keeps more. An error is one of the folder's: there is none, it cannot be written, the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let size = self.size;
        self.size += ByteCount::of(bytes).0;
        if let Some(Room { file, start }) = &self.file {
            return file.write_all_at(bytes, start + size);
        }
        if self.memory.len() + bytes.len() <= self.shelf.memory_left {
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        let room = self.shelf.room()?;
        room.file.write_all_at(&std::mem::take(&mut self.memory), room.start)?;
        room.file.write_all_at(bytes, room.start + size)?;
        self.file = Some(room);
        Ok(())
    }

    /// All is kept.
    pub fn finish(mut self) -> io::Result<Source> {
        if let Some(Room { file, start }) = self.file {
            return Ok(Source::in_file(file, start, ByteCount(self.size)));
        }
        self.memory.shrink_to_fit();
        Ok(Source::in_memory(self.memory))
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// Keeps a video of `size` times `byte`, in pieces.
    fn keep(shelf: &Shelf, byte: u8, size: usize) -> Source {
        let mut spool = Spool::on(shelf);
        vec![byte; size].chunks(100_000).for_each(|piece| spool.write(piece).unwrap());
        spool.finish().unwrap()
    }

    #[track_caller]
    fn holds(source: &Source, byte: u8, size: usize) {
        assert_eq!(source.size().0, size as u64);
        let most = size as u64 + 1;
        assert!(*source.read(0, most).unwrap() == vec![byte; size], "{source:?} should hold {byte} and nothing else");
        assert_eq!(source.read(size as u64, 1).unwrap().len(), 0, "{source:?} ends where it ends");
    }

    #[test]
    fn the_videos_of_a_shelf_share_its_memory_and_its_file() {
        let folder = TempDir::new().unwrap();
        let mut shelf = Shelf::new(folder.path());
        let sizes = [600_000, 400_000, 2_000_000, 40_000, 100_000, 0, 8_576, 1, 300_000];
        let mut sources = Vec::new();
        for (byte, size) in (0..).zip(sizes) {
            let source = keep(&shelf, byte, size);
            shelf.hold(&source);
            sources.push(source);
        }
        for ((byte, size), source) in (0..).zip(sizes).zip(&sources) {
            holds(source, byte, size);
        }
        let memory: usize = sources.iter().map(Source::memory).sum();
        assert_eq!(memory, MEMORY_MAX, "what fits in is in memory, to the last byte");
        let (file, end) = sources[8].file_and_end().unwrap();
        assert_eq!(end, 2_400_001, "the others stand one after another");
        assert_eq!(Arc::strong_count(file), 5, "in one file: four videos and the shelf");
    }

    #[test]
    fn the_room_of_a_video_that_came_to_nothing_is_used_again() {
        let folder = TempDir::new().unwrap();
        let mut shelf = Shelf::new(folder.path());
        drop(keep(&shelf, 1, MEMORY_MAX));
        let first = keep(&shelf, 2, MEMORY_MAX + 1);
        shelf.hold(&first);
        drop(keep(&shelf, 3, 5_000_000));
        let second = keep(&shelf, 4, MEMORY_MAX + 2);
        shelf.hold(&second);
        holds(&first, 2, MEMORY_MAX + 1);
        holds(&second, 4, MEMORY_MAX + 2);
        assert_eq!(second.file_and_end().unwrap().1, 2 * MEMORY_MAX as u64 + 3);
    }
}
