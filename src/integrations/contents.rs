//! The contents of videos that come with a request, and which of them are kept.

use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::media::{self, ContentError, Dropped, Lift, Passed, Sieve, SpoolArea};

/// The contents that came in with a request, decoded, in the order of the request.
#[derive(Debug, Clone, Default)]
pub struct Contents(Vec<Result<Passed, ContentError>>);

/// The text that stands in the place of a content within a request's inputs.
const HANDLE: &str = "lifted:";

impl Contents {
    /// Takes in a content and gives the handle that takes its place.
    pub fn keep(&mut self, content: Result<Passed, ContentError>) -> String {
        self.0.push(content);
        format!("{HANDLE}{}", self.0.len() - 1)
    }

    /// The contents that are whole, in the order of the request.
    pub(super) fn whole(&self) -> impl Iterator<Item = &Passed> {
        self.0.iter().filter_map(|content| content.as_ref().ok())
    }

    /// The content that `content` stands for.
    pub fn get(&self, content: Content) -> Result<Passed, ContentError> {
        self.0.get(content.0).cloned().unwrap_or(Err(ContentError::Cut { length: 0 }))
    }

    /// Whether `content` has no bytes.
    pub fn is_blank(&self, content: Content) -> bool {
        matches!(self.0.get(content.0), Some(Ok(passed)) if passed.size().0 == 0)
    }
}

/// Chooses which contents of a request are kept while it is read: never more than one at a time.
///
/// Contents of different inputs exclude each other, and of a list of files the first video is posted. So whatever is no
/// video is dropped, and so is whatever comes after the first video, after a content that is broken, or under another input.
#[derive(Debug)]
pub struct Selection {
    area: SpoolArea,
    contents: Contents,
    /// The input of the current content.
    current: String,
    /// The input of the first content that is not blank.
    input: Option<String>,
    /// The index of the content that is kept, as long as it may turn out to be no video.
    candidate: Option<usize>,
    /// Whether no further content can be the one that is posted.
    is_settled: bool,
}

impl Selection {
    /// Keeps contents in `area`.
    pub fn new(area: SpoolArea) -> Self {
        Self {
            area,
            contents: Contents::default(),
            current: String::new(),
            input: None,
            candidate: None,
            is_settled: false,
        }
    }

    /// A content under the input `input` begins.
    pub fn begin(&mut self, input: String) -> Lift {
        let is_other = self.input.as_ref().is_some_and(|first| *first != input);
        self.current = input;
        let is_excluded = is_other || self.settled();
        Lift::new(if is_excluded { Sieve::of_nothing() } else { Sieve::of_videos(&self.area) })
    }

    /// That content has ended; gives the handle that takes its place.
    pub fn end(&mut self, lift: Lift) -> String {
        let content = lift.finish();
        if !matches!(&content, Ok(passed) if passed.size().0 == 0) {
            self.is_settled |= content.is_err();
            if let Ok(Passed::Kept(_)) = content {
                self.candidate = Some(self.contents.0.len());
            }
            self.input.get_or_insert_with(|| std::mem::take(&mut self.current));
        }
        self.contents.keep(content)
    }

    /// A content that no action takes has passed; gives the handle that takes its place.
    pub fn skip(&mut self) -> String {
        self.contents.keep(Err(ContentError::Unused))
    }

    /// The contents, when all have passed.
    pub fn finish(self) -> Contents {
        self.contents
    }

    /// Whether no further content of the same input can be posted. The one that is kept is dropped if it is no video.
    fn settled(&mut self) -> bool {
        let kept = self.candidate.take().and_then(|index| self.contents.0.get_mut(index));
        if let Some(content) = kept
            && let Ok(Passed::Kept(source)) = content
        {
            // A fault of ours shows when the action looks at it; the thread that reads requests must not end by it.
            let probed = catch_unwind(AssertUnwindSafe(|| media::probe(source)));
            match probed {
                Ok(Err(fault)) if fault.is_no_video() => {
                    let dropped = Dropped::of(source, fault);
                    *content = dropped.map(Passed::Dropped).map_err(|error| ContentError::NoRoom(error.into()));
                    self.is_settled = content.is_err();
                }
                _ => self.is_settled = true,
            }
        }
        self.is_settled
    }
}

/// A place in the input where a video's base64 stood; the video itself is in [`Contents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content(usize);

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Cow<'_, str> = Cow::deserialize(deserializer)?;
        let index = text.strip_prefix(HANDLE).and_then(|index| index.parse().ok());
        // Every content string under `inputs` was lifted, so nothing else can stand here.
        index.map(Self).ok_or_else(|| D::Error::custom("is no content that was sent with the request"))
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
