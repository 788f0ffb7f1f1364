//! Videos, images and music of ad accounts, and what is being uploaded
//! (docs/tiktok-marketing-api.md#files-and-chunked-upload).

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use md5::Md5;
use serde_json::{Value, json};

use super::seen::{MediaFacts, MediaReader};

/// Kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Video,
    Image,
    Music,
}

/// A file in the library of an account.
#[derive(Debug, Clone)]
pub(super) struct StoredFile {
    pub(super) kind: FileKind,
    pub(super) advertiser_id: String,
    pub(super) id: String,
    pub(super) material_id: String,
    pub(super) name: String,
    /// Length in bytes.
    pub(super) size: u64,
    /// Lowercase hex MD5.
    pub(super) signature: String,
    pub(super) facts: MediaFacts,
    pub(super) created: Duration,
    pub(super) modified: Duration,
    /// Time at which the file can be used.
    pub(super) ready: Duration,
}

/// Files of all accounts.
#[derive(Debug, Default)]
pub(super) struct FileStore {
    /// Files in the order of their upload.
    pub(super) stored: Vec<StoredFile>,
    /// Ids of files that were deleted, with their accounts.
    deleted: BTreeSet<(String, String)>,
    /// Chunked uploads by id.
    pub(super) uploads: BTreeMap<String, ChunkedUpload>,
    /// Files in the repository by id.
    pub(super) temporary: BTreeMap<String, TemporaryFile>,
}

impl FileKind {
    /// The word for `content_type`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Image => "image",
            Self::Music => "music",
        }
    }

    /// Reads a `content_type`.
    pub(super) fn read(word: &str) -> Option<Self> {
        [Self::Video, Self::Image, Self::Music]
            .into_iter()
            .find(|kind| kind.word() == word)
    }

    /// Most bytes. A megabyte is not defined: the smaller reading, and for music that of images.
    pub(super) fn most_bytes(self) -> u64 {
        match self {
            Self::Video => 500_000_000,
            Self::Image | Self::Music => 50_000_000,
        }
    }
}

impl FileStore {
    /// The file of an account with this id.
    pub(super) fn find(&self, kind: FileKind, advertiser_id: &str, id: &str) -> Option<&StoredFile> {
        let mut files = self.of(kind, advertiser_id);
        files.find(|file| file.id == id)
    }

    /// Files of an account, the oldest first.
    pub(super) fn of(
        &self,
        kind: FileKind,
        advertiser_id: &str,
    ) -> impl DoubleEndedIterator<Item = &StoredFile> {
        let files = self.stored.iter();
        files.filter(move |file| file.kind == kind && file.advertiser_id == advertiser_id)
    }

    /// Checks whether another file of the account has the name.
    pub(super) fn has_name(&self, kind: FileKind, advertiser_id: &str, name: &str) -> bool {
        self.of(kind, advertiser_id).any(|file| file.name == name)
    }

    /// Deletes a file. False if there is none.
    pub(super) fn delete(&mut self, kind: FileKind, advertiser_id: &str, id: &str) -> bool {
        let count = self.stored.len();
        self.stored
            .retain(|file| file.kind != kind || file.advertiser_id != advertiser_id || file.id != id);
        let is_deleted = self.stored.len() < count;
        if is_deleted {
            self.deleted.insert((advertiser_id.to_owned(), id.to_owned()));
        }
        is_deleted
    }

    /// Checks whether an id is that of a file that is gone or belongs to another account.
    pub(super) fn is_foreign(&self, advertiser_id: &str, id: &str) -> bool {
        let was_here = self.deleted.contains(&(advertiser_id.to_owned(), id.to_owned()));
        let is_here = |file: &&StoredFile| file.id == id && file.advertiser_id == advertiser_id;
        let is_elsewhere = self.stored.iter().any(|file| file.id == id);
        (was_here || is_elsewhere) && !self.stored.iter().any(|file| is_here(&file))
    }
}

/// A file that is about to be stored.
#[derive(Debug, Clone)]
pub(super) struct NewFile {
    /// Name that the source gives.
    pub(super) name: String,
    pub(super) size: u64,
    /// Lowercase hex MD5.
    pub(super) signature: String,
    pub(super) facts: MediaFacts,
}

/// A chunked upload that is not finished.
#[derive(Debug)]
pub(super) struct ChunkedUpload {
    pub(super) advertiser_id: String,
    pub(super) kind: FileKind,
    pub(super) name: String,
    /// Length of the whole file in bytes.
    pub(super) size: u64,
    /// Bytes that are there.
    pub(super) received: u64,
    pub(super) hasher: Md5,
    pub(super) reader: MediaReader,
}

/// A file in the repository.
#[derive(Debug)]
pub(super) struct TemporaryFile {
    pub(super) advertiser_id: String,
    pub(super) kind: FileKind,
    pub(super) file: NewFile,
    pub(super) expires: Duration,
}

impl ChunkedUpload {
    /// The range that comes next; empty at the end.
    pub(super) fn next(&self, chunk: u64) -> Value {
        json!({"start_offset": self.received, "end_offset": self.end(chunk)})
    }

    pub(super) fn end(&self, chunk: u64) -> u64 {
        self.received.saturating_add(chunk).min(self.size)
    }
}

/// Most characters of a name.
pub(super) const MOST_NAME: usize = 100;
/// Most bytes of a chunk.
pub(super) const MOST_CHUNK: u64 = 20 << 20;
