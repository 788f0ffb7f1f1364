//! Keeps a video: in memory while it is small, in an unlinked temporary file above.
//!
//! The file has no name from the moment it exists, so nothing is left behind, whatever ends the program.

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::Source;
use crate::model::ByteCount;

/// The largest video that is kept in memory: 1 MiB.
const MEMORY_MAX: usize = 1024 * 1024;

/// A video that is being kept.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    memory: Vec<u8>,
    file: Option<File>,
    size: u64,
}

impl Spool {
    /// Begins; the file, where one is needed, is made in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), memory: Vec::new(), file: None, size: 0 }
    }

    /// How much is kept.
    pub fn size(&self) -> ByteCount {
        ByteCount(self.size)
    }

    /// Keeps more. An error is one of the folder's: there is none, it cannot be written, the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.size += ByteCount::of(bytes).0;
        if let Some(file) = &mut self.file {
            return file.write_all(bytes);
        }
        if self.memory.len() + bytes.len() <= MEMORY_MAX {
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        let mut file = tempfile::tempfile_in(&self.folder)?;
        file.write_all(&std::mem::take(&mut self.memory))?;
        file.write_all(bytes)?;
        self.file = Some(file);
        Ok(())
    }

    /// All is kept.
    pub fn finish(self) -> io::Result<Source> {
        Ok(match self.file {
            Some(file) => Source::in_file(file, ByteCount(self.size)),
            None => Source::in_memory(self.memory),
        })
    }
}
