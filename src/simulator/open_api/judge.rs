//! Media as TikTok judges it after the upload, by its documented limits
//! (<https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide>).
//!
//! The file is read as it passes, in pieces of any size; at most 8 MiB of a 4 GB video are kept at a time. Any
//! bytes lead to a verdict.

mod mp4;
mod photo;
mod properties;
mod times;
mod walk;
mod webm;

use self::{mp4::Mp4, walk::Walk, webm::Webm};
use super::fail_reason::FailReason;

pub(super) use photo::judge as photo;

/// Judge of a video that arrives in pieces.
#[derive(Debug, Clone)]
pub(super) struct Judge(ContainerReader);

#[derive(Debug, Clone)]
enum ContainerReader {
    /// Fewer than four bytes.
    Undecided(Vec<u8>),
    Mp4(Walk<Mp4>),
    Webm(Walk<Webm>),
}

impl Judge {
    pub(super) fn new() -> Self {
        Self(ContainerReader::Undecided(Vec::new()))
    }

    /// Takes the next bytes of the file.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            ContainerReader::Mp4(walk) => walk.feed(bytes),
            ContainerReader::Webm(walk) => walk.feed(bytes),
            ContainerReader::Undecided(begin) => {
                let (head, rest) = bytes.split_at(bytes.len().min(4 - begin.len().min(4)));
                begin.extend(head);
                if begin.len() == 4 {
                    let begin = std::mem::take(begin);
                    self.0 = ContainerReader::of(&begin);
                    self.feed(&begin);
                    self.feed(rest);
                }
            }
        }
    }

    /// TikTok's reason to reject the file, for a creator who may post at most `most_seconds`; `None` if TikTok
    /// accepts it.
    pub(super) fn verdict(&self, most_seconds: u32) -> Option<FailReason> {
        let seen = match &self.0 {
            ContainerReader::Undecided(_) => None,
            ContainerReader::Mp4(walk) => walk.grammar.seen().filter(|_| walk.is_whole()),
            ContainerReader::Webm(walk) => walk.grammar.seen().filter(|_| walk.is_whole()),
        };
        seen.map_or(Some(FailReason::FileFormatCheckFailed), |seen| {
            seen.verdict(most_seconds)
        })
    }
}

/// TikTok's reason to reject a complete video; `None` if TikTok accepts it.
pub(super) fn video(file: &[u8], most_seconds: u32) -> Option<FailReason> {
    let mut judge = Judge::new();
    judge.feed(file);
    judge.verdict(most_seconds)
}

impl ContainerReader {
    fn of(begin: &[u8]) -> Self {
        if begin == [0x1A, 0x45, 0xDF, 0xA3] {
            Self::Webm(Walk::new(Webm::default()))
        } else {
            Self::Mp4(Walk::new(Mp4::default()))
        }
    }
}

#[cfg(test)]
mod tests;
