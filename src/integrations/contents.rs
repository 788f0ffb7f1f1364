//! Contents of files in a request, and the selection of those that are stored.

mod kind;

use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};

pub use self::kind::{ANY_ITEM, AcceptedContent, ContentKind, ContentPlace, PathSegment};
use super::Failure;
use crate::media::{self, Base64Decoder, ContentError, Dropped, Medium, Passed, Sieve, SpoolArea};

/// Decoded contents of a request, in the order of the request.
#[derive(Debug, Clone, Default)]
pub struct Contents(Vec<Result<Passed, ContentError>>);

/// Prefix of the handle that replaces a content within a request's inputs. The fingerprints of stored journal rows
/// include it, so it never changes.
const HANDLE: &str = "lifted:";

impl Contents {
    /// Adds a content, and returns the handle that replaces it.
    pub fn keep(&mut self, content: Result<Passed, ContentError>) -> String {
        self.0.push(content);
        format!("{HANDLE}{}", self.0.len() - 1)
    }

    /// Memory of the stored contents, in bytes.
    pub fn memory(&self) -> usize {
        let memory = |passed: &Passed| {
            if let Passed::Kept(source) = passed {
                source.memory()
            } else {
                0
            }
        };
        self.whole().map(memory).sum()
    }

    /// Contents without an error, in the order of the request.
    pub(super) fn whole(&self) -> impl Iterator<Item = &Passed> {
        self.0.iter().filter_map(|content| content.as_ref().ok())
    }

    /// The content behind a handle, in the input `field`. The error gives the reason that it is not of `kind`.
    pub fn open(&self, field: &str, content: Content, kind: &ContentKind) -> Result<Passed, Failure> {
        let opened = self.get(content);
        if let Ok(Passed::Kept(source)) = &opened
            && source.is_local()
        {
            return if source.size() > kind.file_maximum {
                Err(kind.failure_of_large_file(field))
            } else {
                Ok(Passed::Kept(source.clone()))
            };
        }
        let opened = opened.and_then(|passed| {
            if passed.size() > kind.maximum {
                Err(ContentError::TooLarge)
            } else {
                Ok(passed)
            }
        });
        opened.map_err(|error| kind.failure(field, error))
    }

    /// Size of the files of this machine, in bytes.
    pub fn local_size(&self) -> u64 {
        let size = |passed: &Passed| match passed {
            Passed::Kept(source) if source.is_local() => source.size().0,
            Passed::Kept(_) | Passed::Dropped(_) => 0,
        };
        self.whole().map(size).sum()
    }

    /// True if a file of this machine has changed since it was opened.
    pub fn has_changed(&self) -> bool {
        self.whole()
            .any(|passed| matches!(passed, Passed::Kept(source) if source.has_changed()))
    }

    /// The content behind a handle, of any size.
    pub fn get(&self, content: Content) -> Result<Passed, ContentError> {
        self.0
            .get(content.0)
            .cloned()
            .unwrap_or(Err(ContentError::Cut { length: 0 }))
    }

    /// True if `content` has no bytes.
    pub fn is_blank(&self, content: Content) -> bool {
        matches!(self.0.get(content.0), Some(Ok(passed)) if passed.size().0 == 0)
    }
}

/// Selection of the contents that are stored while a request is read: at most one of a medium at a time.
///
/// Contents of different inputs exclude each other, and of a list of files the first video or image is used.
/// Everything else is discarded: files of media that the input does not take, and all contents after the first of
/// a medium, after invalid base64, or under another input.
#[derive(Debug)]
pub struct Selection {
    area: SpoolArea,
    contents: Contents,
    /// The input of the current content.
    current: String,
    /// Media that the place of the current content takes.
    accepted: Vec<Medium>,
    video: MediumSlot,
    image: MediumSlot,
}

/// Search for the one content of a medium.
#[derive(Debug, Default)]
struct MediumSlot {
    /// The input of the first content that is not blank.
    input: Option<String>,
    /// The index of the content that is kept, as long as it may turn out to be of another medium.
    candidate: Option<usize>,
    /// Whether no further content can be the one that is used.
    is_settled: bool,
}

impl Selection {
    /// Stores contents in `area`.
    pub fn new(area: SpoolArea) -> Self {
        Self {
            area,
            contents: Contents::default(),
            current: String::new(),
            accepted: Vec::new(),
            video: MediumSlot::default(),
            image: MediumSlot::default(),
        }
    }

    /// Begins a content under the input `input`, which takes `accepted`.
    pub fn begin(&mut self, input: String, accepted: AcceptedContent) -> Base64Decoder {
        let AcceptedContent { media, maximum } = accepted;
        let open: Vec<Medium> = media
            .iter()
            .copied()
            .filter(|medium| self.is_open(*medium, &input))
            .collect();
        let sieve = match (&*media, &*open) {
            (_, []) => Sieve::of_nothing(),
            // The action says what is wrong with a file of another type.
            ([Medium::Image], _) => Sieve::of_all(&self.area),
            _ => Sieve::of_media(open, &self.area),
        };
        (self.current, self.accepted) = (input, media);
        Base64Decoder::new(sieve, maximum)
    }

    /// Ends the current content, and returns the handle that replaces it.
    pub fn end(&mut self, decoder: Base64Decoder) -> String {
        let content = decoder.finish();
        if !matches!(&content, Ok(passed) if passed.size().0 == 0) {
            let kept = self.kept_medium(&content);
            let index = self.contents.0.len();
            for medium in std::mem::take(&mut self.accepted) {
                let current = self.current.clone();
                let slot = self.slot(medium);
                slot.is_settled |= content.is_err();
                if kept == Some(medium) {
                    slot.candidate = Some(index);
                }
                slot.input.get_or_insert(current);
            }
        }
        self.contents.keep(content)
    }

    /// The medium as which the current content is kept; `None` if it is dropped or broken.
    fn kept_medium(&self, content: &Result<Passed, ContentError>) -> Option<Medium> {
        let Ok(Passed::Kept(source)) = content else {
            return None;
        };
        match *self.accepted {
            [only] => Some(only),
            // The sieve kept it as one of the two.
            _ if source.head().is_ok_and(|head| Medium::Image.accepts(&head)) => Some(Medium::Image),
            _ => Some(Medium::Video),
        }
    }

    const fn slot(&mut self, medium: Medium) -> &mut MediumSlot {
        match medium {
            Medium::Video => &mut self.video,
            Medium::Image => &mut self.image,
        }
    }

    /// Whether a content of `medium` under `input` can be the one that is used.
    fn is_open(&mut self, medium: Medium, input: &str) -> bool {
        let first = self.slot(medium).input.as_ref();
        first.is_none_or(|first| first == input) && !self.settled(medium)
    }

    /// Records a content under an input that no action has, and returns the handle that replaces it.
    pub fn skip(&mut self) -> String {
        self.contents.keep(Err(ContentError::Unused))
    }

    /// All contents, after the end of the request.
    pub fn finish(self) -> Contents {
        self.contents
    }

    /// True if no further content of the same input can be used. Discards the stored content if it is not of
    /// `medium`.
    fn settled(&mut self, medium: Medium) -> bool {
        if let Some(index) = self.slot(medium).candidate.take() {
            let is_settled = match (medium, self.contents.0.get_mut(index)) {
                (Medium::Video, Some(content)) => settles(content),
                (Medium::Image, _) | (Medium::Video, None) => true,
            };
            self.slot(medium).is_settled |= is_settled;
        }
        self.slot(medium).is_settled
    }
}

/// Whether `content`, which was kept as a video, settles the choice. It is dropped if it is no video.
fn settles(content: &mut Result<Passed, ContentError>) -> bool {
    let Ok(Passed::Kept(source)) = content else {
        return true;
    };
    // A fault of ours shows when the action looks at it; the thread that reads requests must not end by it.
    let probed = catch_unwind(AssertUnwindSafe(|| media::probe(source)));
    let Ok(Err(fault)) = probed else { return true };
    if !fault.is_no_video() {
        return true;
    }
    let dropped = Dropped::of(source, fault);
    *content = dropped
        .map(Passed::Dropped)
        .map_err(|error| ContentError::Spool(error.into()));
    content.is_err()
}

/// Handle in place of a file's base64; the bytes are in [`Contents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content(usize);

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Cow<'_, str> = Cow::deserialize(deserializer)?;
        let index = text.strip_prefix(HANDLE).and_then(|index| index.parse().ok());
        // Every content string under `inputs` was extracted, so nothing else is possible here.
        index
            .map(Self)
            .ok_or_else(|| D::Error::custom("does not refer to content in this request"))
    }
}

impl JsonSchema for Content {
    fn schema_name() -> Cow<'static, str> {
        "Content".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "contentEncoding": "base64" })
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use base64::prelude::{BASE64_STANDARD, Engine as _};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        media::{Source, SpoolLimit},
        model::ByteCount,
    };

    fn media(name: &str) -> Vec<u8> {
        fs::read(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/media")
                .join(name),
        )
        .unwrap()
    }

    /// Files of every kind: videos, one that is cut off, one without a picture, other files, and none.
    fn files() -> [Vec<u8>; 7] {
        let video = media("small.webm");
        let cut = video[..video.len() / 2].to_vec();
        [
            video,
            media("small.mov"),
            cut,
            media("audio_only.mp4"),
            media("picture.png"),
            b"text".to_vec(),
            Vec::new(),
        ]
    }

    /// Content of a place for videos.
    fn videos() -> AcceptedContent {
        AcceptedContent {
            media: vec![Medium::Video],
            maximum: media::VIDEO_MAX,
        }
    }

    /// A text that is no base64.
    const BROKEN: &str = "AAAA*";

    /// The contents if each had been stored.
    fn kept(texts: &[String]) -> Vec<Option<Source>> {
        texts
            .iter()
            .map(|text| BASE64_STANDARD.decode(text).ok().map(Source::in_memory))
            .collect()
    }

    /// The first content that settles what is posted: a video, whole or not, or a text that is no base64.
    fn settling(contents: &[Option<Source>]) -> Option<usize> {
        contents.iter().position(|content| match content {
            Some(source) if source.size().0 == 0 => false,
            Some(source) => media::probe(source).map_or_else(|fault| !fault.is_no_video(), |_| true),
            None => true,
        })
    }

    proptest! {
        /// In a list of files, the content that the action uses is the one that is kept, if any, and
        /// of those before it the same is known as if they had been kept. Never is more than one kept,
        /// whatever follows under another input.
        #[test]
        fn the_content_that_is_used_is_the_one_that_is_kept(
            kinds in prop::collection::vec(0_usize..8, 1..6), others in prop::collection::vec(0_usize..8, 0..3),
        ) {
            let files = files();
            let text = |kind: &usize| files.get(*kind).map_or_else(|| BROKEN.to_owned(), |file| BASE64_STANDARD.encode(file));
            let texts: Vec<String> = kinds.iter().map(text).collect();
            let largest = files.iter().map(Vec::len).max().unwrap_or_default();
            // Two at a time would not fit.
            let limit = SpoolLimit::of(ByteCount(largest.try_into().unwrap()));
            let mut selection = Selection::new(SpoolArea::new(Path::new("/nowhere")).limited_to(limit.clone()));
            let mut pass = |input: &str, text: &String| {
                let mut decoder = selection.begin(input.to_owned(), videos());
                decoder.push(text.as_bytes());
                selection.end(decoder);
            };
            for text in &texts {
                pass("files", text);
            }
            let before = limit.kept();
            let full = kept(&texts);
            let settled = settling(&full);
            let has_content = full.iter().any(|content| content.as_ref().is_none_or(|source| source.size().0 > 0));
            if has_content {
                for kind in &others {
                    pass("file", &text(kind));
                }
                prop_assert_eq!(limit.kept(), before, "under another input nothing is kept");
            }
            let contents = selection.finish();
            for (index, (content, full)) in contents.0.iter().zip(&full).enumerate() {
                let is_settling = settled == Some(index);
                match (content, full) {
                    (Err(error), full) => prop_assert!(full.is_none(), "{error}"),
                    (Ok(passed), None) => prop_assert!(false, "{passed:?}"),
                    (Ok(passed), Some(full)) if is_settling || full.size().0 == 0 => {
                        prop_assert_eq!(passed.size(), full.size());
                        prop_assert!(!is_settling || matches!(passed, Passed::Kept(_)), "{passed:?}");
                    }
                    (Ok(Passed::Dropped(dropped)), Some(full)) => {
                        let is_before = settled.is_none_or(|settled| index < settled);
                        let fault = media::probe(full).err().filter(|_| is_before);
                        prop_assert!(!is_before || dropped.fault == fault, "{dropped:?}");
                        prop_assert_eq!(&Dropped { fault: None, ..dropped.clone() }, &digest(full));
                    }
                    // The last one is not looked at any more.
                    (Ok(Passed::Kept(source)), Some(full)) => {
                        prop_assert!(settled.is_none());
                        prop_assert_eq!(source.size(), full.size());
                    }
                }
            }
        }
    }

    fn digest(source: &Source) -> Dropped {
        let fault = media::probe(&Source::in_memory(b"x".to_vec())).unwrap_err();
        Dropped {
            fault: None,
            ..Dropped::of(source, fault).unwrap()
        }
    }
}
