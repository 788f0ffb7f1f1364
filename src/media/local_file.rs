//! A file of this machine that is read from its place, and must not change meanwhile.

use std::{
    fs::File,
    io,
    os::unix::fs::{FileExt as _, MetadataExt as _},
    sync::OnceLock,
};

use crate::model::ByteCount;

/// Open file with its state when it was opened.
#[derive(Debug)]
pub(super) struct LocalFile {
    file: File,
    stamp: FileStamp,
    /// SHA-256 of all bytes, once it was computed. It stays right: a changed file is never read again.
    pub(super) sha256: OnceLock<[u8; 32]>,
}

/// Size and time of the last change of a file's content. The time of its inode is no part of it: backups, indexers and virus
/// scanners change it, and so does a move to another folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileStamp {
    size: u64,
    /// Seconds and nanoseconds since the Unix epoch.
    modified: (i64, i64),
}

/// Error of a file that is no longer as it was when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file was changed while it was read")]
struct FileChanged;

impl FileStamp {
    fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self {
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        })
    }
}

impl LocalFile {
    /// Takes an open file as it is now. Errors: its state cannot be read.
    pub(super) fn new(file: File) -> io::Result<Self> {
        let stamp = FileStamp::of(&file)?;
        Ok(Self {
            file,
            stamp,
            sha256: OnceLock::new(),
        })
    }

    /// Size when it was opened.
    pub(super) const fn size(&self) -> ByteCount {
        ByteCount(self.stamp.size)
    }

    /// The file.
    pub(super) const fn file(&self) -> &File {
        &self.file
    }

    /// Fills `buffer` with the bytes from `first`. Errors: the file cannot be read, or was changed since it was opened.
    pub(super) fn read_exact_at(&self, buffer: &mut [u8], first: u64) -> io::Result<()> {
        let read = self.file.read_exact_at(buffer, first);
        // The change is the reason of a file that ends too early.
        self.check()?;
        read
    }

    /// Checks that the file has not changed. Errors: `InvalidData`, or its state cannot be read.
    pub(super) fn check(&self) -> io::Result<()> {
        if FileStamp::of(&self.file)? == self.stamp {
            Ok(())
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, FileChanged))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _, time::Duration};

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_file_that_is_moved_or_deleted_is_read_to_its_end() {
        let folder = TempDir::new().unwrap();
        let (path, other) = (folder.path().join("clip.mp4"), folder.path().join("other.mp4"));
        fs::write(&path, b"0123456789").unwrap();
        let opened = LocalFile::new(File::open(&path).unwrap()).unwrap();
        fs::rename(&path, &other).unwrap();
        fs::remove_file(&other).unwrap();
        let mut piece = [0; 4];
        opened.read_exact_at(&mut piece, 6).unwrap();
        assert_eq!(&piece, b"6789");
    }

    #[test]
    fn a_file_that_changes_is_not_read_again() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("clip.mp4");
        for change in ["append", "shrink", "touch"] {
            fs::write(&path, b"0123456789").unwrap();
            let opened = LocalFile::new(File::open(&path).unwrap()).unwrap();
            let mut piece = [0; 4];
            opened.read_exact_at(&mut piece, 6).unwrap();
            assert_eq!(&piece, b"6789");
            let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
            match change {
                "append" => file.write_all(b"x").unwrap(),
                "shrink" => file.set_len(3).unwrap(),
                _ => {
                    let later = file.metadata().unwrap().modified().unwrap() + Duration::from_secs(1);
                    file.set_modified(later).unwrap();
                }
            }
            let error = opened.read_exact_at(&mut piece, 6).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{change}: {error}");
        }
    }
}
