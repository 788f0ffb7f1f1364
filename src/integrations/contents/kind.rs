//! Kinds of content that inputs take: their limits, and the errors of content that an action cannot use.

use crate::{
    catalogue::{Row, own},
    integrations::Failure,
    media::{ContentError, Medium},
    model::ByteCount,
};

/// Limit of a content, with the code and the words for a larger one.
#[derive(Debug)]
pub struct ContentKind {
    /// Type of media.
    pub medium: Medium,
    /// Largest content in a request, decoded.
    pub maximum: ByteCount,
    /// Largest file of this machine, which no request carries.
    pub file_maximum: ByteCount,
    /// Code of a larger content.
    pub too_large: &'static Row,
    /// Advice on a larger content.
    pub too_large_fix: &'static str,
}

/// An input of an action that takes a content.
#[derive(Debug, Clone, Copy)]
pub struct ContentPlace {
    /// Path within the inputs; [`ANY_ITEM`] stands for the items of a list: `["files", "[]", "content"]`.
    pub path: &'static [&'static str],
    /// Kind of content.
    pub kind: &'static ContentKind,
}

/// Segment of a path that stands for any item of a list.
pub const ANY_ITEM: &str = "[]";

/// One step from a value to a value within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathSegment {
    /// To the member of this name.
    Member(String),
    /// To any item.
    Item,
}

impl PathSegment {
    fn is(&self, declared: &str) -> bool {
        match self {
            Self::Item => declared == ANY_ITEM,
            Self::Member(name) => declared != ANY_ITEM && declared == name,
        }
    }
}

impl ContentPlace {
    /// Returns true if `path` leads here.
    pub fn is_at(&self, path: &[PathSegment]) -> bool {
        self.path.len() == path.len()
            && path
                .iter()
                .zip(self.path)
                .all(|(segment, declared)| segment.is(declared))
    }
}

/// The content that any action takes at a place. A request names its action behind its content, or before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedContent {
    /// Types of media.
    pub media: Vec<Medium>,
    /// Largest content, decoded.
    pub maximum: ByteCount,
}

impl AcceptedContent {
    /// Content of any of `kinds`; `None` if there are none.
    pub fn of(kinds: impl IntoIterator<Item = &'static ContentKind>) -> Option<Self> {
        let mut kinds = kinds.into_iter();
        let first = Self::of_one(kinds.next()?);
        Some(kinds.fold(first, Self::or))
    }

    fn of_one(kind: &ContentKind) -> Self {
        Self {
            media: vec![kind.medium],
            maximum: kind.maximum,
        }
    }

    fn or(mut self, kind: &ContentKind) -> Self {
        if !self.media.contains(&kind.medium) {
            self.media.push(kind.medium);
        }
        let maximum = self.maximum.max(kind.maximum);
        Self { maximum, ..self }
    }
}

const BASE64: &str =
    "standard base64 (A-Z a-z 0-9 + /, padding optional, white space ignored, data:…;base64, in front)";

/// Fix for a reference in place of bytes. n8n 1 and later store binary data outside the item, unless its
/// `N8N_DEFAULT_BINARY_DATA_MODE` is `default`.
const NO_REFERENCE: &str = "the host passed a reference in place of the file's bytes: in n8n, convert the binary data to \
     base64 with the node Extract from File (Move File to Base64 String), or read it with getBinaryDataBuffer and \
     toString('base64') in a node's code";

impl ContentKind {
    /// Failure of unusable content in the input `field`.
    pub fn failure(&self, field: &str, error: ContentError) -> Failure {
        let (row, allowed, fix) = self.advice(error);
        let may_pass = if let ContentError::Spool(why) = error {
            Some(why.may_pass())
        } else {
            None
        };
        Failure {
            retryable: may_pass,
            ..Failure::of_field(row, field, &self.got(error), &allowed, fix)
        }
    }

    /// Failure of a file of this machine that is too large, in the input `field`.
    pub(super) fn failure_of_large_file(&self, field: &str) -> Failure {
        let of_files = Self {
            maximum: self.file_maximum,
            ..*self
        };
        of_files.failure(field, ContentError::TooLarge)
    }

    /// The problem, as a noun phrase.
    fn got(&self, error: ContentError) -> String {
        match error {
            ContentError::TooLarge => match (self.limit(), self.maximum.to_string()) {
                (limit, bytes) if limit == bytes => format!("more than {bytes}"),
                (limit, bytes) => format!("more than {limit} ({bytes})"),
            },
            ContentError::Spool(why) => {
                format!("{} that could not be stored: {why}", self.medium.with_article())
            }
            ContentError::InvalidCharacter { .. }
            | ContentError::UrlSafe { .. }
            | ContentError::Reference
            | ContentError::Cut { .. }
            | ContentError::Unused => error.to_string(),
        }
    }

    /// The limit in whole MiB where possible.
    pub fn limit(&self) -> String {
        const MIB: u64 = 1024 * 1024;
        match self.maximum.0 {
            bytes if bytes.is_multiple_of(MIB) => format!("{} MiB", bytes / MIB),
            _ => self.maximum.to_string(),
        }
    }

    /// Returns the row, the permitted content and the fix.
    fn advice(&self, error: ContentError) -> (&'static Row, String, &'static str) {
        match error {
            ContentError::InvalidCharacter { .. } => (
                &own::INVALID_BASE64,
                BASE64.to_owned(),
                "send the file's own bytes as base64, not its name, address or another encoding",
            ),
            ContentError::UrlSafe { .. } => (
                &own::INVALID_BASE64,
                BASE64.to_owned(),
                "encode with the standard alphabet, or replace each - with + and each _ with /",
            ),
            ContentError::Reference => (&own::INVALID_BASE64, BASE64.to_owned(), NO_REFERENCE),
            ContentError::Cut { .. } => (&own::INVALID_BASE64, BASE64.to_owned(), "send the whole text"),
            ContentError::TooLarge => (
                self.too_large,
                format!("at most {}", self.limit()),
                self.too_large_fix,
            ),
            ContentError::Spool(why) => (&own::NO_ROOM, why.allowed().to_owned(), why.fix()),
            ContentError::Unused => (
                &own::INPUTS_CONFLICT,
                format!("the content of one {}", self.medium.name()),
                "send only one of them",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static VIDEO: ContentKind = ContentKind {
        medium: Medium::Video,
        maximum: ByteCount(287 * 1024 * 1024),
        file_maximum: ByteCount(4_000_000_000),
        too_large: &own::VIDEO_TOO_LARGE,
        too_large_fix: "shorten it",
    };
    static IMAGE: ContentKind = ContentKind {
        medium: Medium::Image,
        maximum: ByteCount(1024 * 1024),
        file_maximum: ByteCount(1024 * 1024),
        too_large: &own::PHOTO_INVALID,
        too_large_fix: "scale it down",
    };

    fn path(text: &str) -> Vec<PathSegment> {
        let segment = |name: &str| match name {
            "*" => PathSegment::Item,
            name => PathSegment::Member(name.to_owned()),
        };
        text.split('.').map(segment).collect()
    }

    #[test]
    fn a_limit_is_told_in_bytes_once() {
        let round = ContentKind {
            medium: Medium::Image,
            file_maximum: ByteCount(50_000_000),
            maximum: ByteCount(50_000_000),
            too_large: &own::CREATIVE_FILE_INVALID,
            too_large_fix: "scale it down",
        };
        assert_eq!(round.got(ContentError::TooLarge), "more than 50,000,000 bytes");
        assert_eq!(
            IMAGE.got(ContentError::TooLarge),
            "more than 1 MiB (1,048,576 bytes)"
        );
    }

    #[test]
    fn a_place_is_found_by_its_whole_path() {
        let files = ContentPlace {
            path: &["files", ANY_ITEM, "content"],
            kind: &VIDEO,
        };
        assert!(files.is_at(&path("files.*.content")));
        for other in [
            "files.content",
            "files.*",
            "files.*.*.content",
            "file.*.content",
            "files.[].content",
        ] {
            assert!(!files.is_at(&path(other)), "{other}");
        }
    }

    #[test]
    fn the_largest_limit_of_all_kinds_is_accepted() {
        let both = AcceptedContent::of([&IMAGE, &VIDEO, &IMAGE]).unwrap();
        assert_eq!(both.media, [Medium::Image, Medium::Video]);
        assert_eq!(both.maximum, VIDEO.maximum);
        assert_eq!(AcceptedContent::of([&IMAGE]).unwrap().maximum, IMAGE.maximum);
        assert_eq!(AcceptedContent::of([]), None);
    }

    #[test]
    fn each_kind_names_itself_and_its_limit() {
        let message = |kind: &ContentKind, error| {
            let failure = kind.failure("file.content", error);
            let detail = failure.details.into_iter().next().unwrap();
            (detail.got, detail.allowed)
        };
        for (kind, got, allowed) in [
            (&VIDEO, "more than 287 MiB (300,941,312 bytes)", "at most 287 MiB"),
            (&IMAGE, "more than 1 MiB (1,048,576 bytes)", "at most 1 MiB"),
        ] {
            let too_large = message(kind, ContentError::TooLarge);
            assert_eq!(too_large, (got.to_owned(), allowed.to_owned()));
        }
        let (_, alone) = message(&IMAGE, ContentError::Unused);
        assert_eq!(alone, "the content of one image");
    }
}
