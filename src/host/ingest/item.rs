//! The items of the input: whole documents, and text that could not be read as one.

use std::fmt;

use super::{
    Place,
    extraction::{self, Extraction},
};
use crate::{
    catalogue::{Row, own},
    integrations::Contents,
};

/// One part of the input.
#[derive(Debug)]
pub enum Item {
    /// A whole document.
    Document(Document),
    /// Input that is not a document.
    Malformed(MalformedDocument),
}

/// A whole document, whose videos are extracted.
pub struct Document {
    /// Start of the document in the input.
    pub began: Place,
    /// Its text, with a handle in the place of each video.
    pub text: Vec<u8>,
    /// Its videos.
    pub contents: Contents,
    pub(super) extractions: Vec<Extraction>,
    /// Its values and names, besides those of `metadata`.
    #[cfg(test)]
    pub(super) values: u64,
}

impl Document {
    /// A document that was not read from a stream: its text, with handles in the place of its contents.
    pub fn new(text: Vec<u8>, contents: Contents) -> Self {
        Self {
            began: Place { line: 1, column: 1 },
            text,
            contents,
            extractions: Vec::new(),
            #[cfg(test)]
            values: 0,
        }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document(line {}, {} bytes)", self.began.line, self.text.len())
    }
}

/// A document that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedDocument {
    /// Row of the catalogue.
    pub code: &'static Row,
    /// The fault and its place.
    pub message: String,
    /// First line of the document, for the logs.
    pub line: u64,
    /// The part of it that was read, for the id.
    pub text: Vec<u8>,
}

impl MalformedDocument {
    /// The error for a request on line `line` that is inside a broken document, which began on line `began`.
    pub(super) fn swallowed(line: u64, began: u64, text: Vec<u8>) -> Self {
        let message = format!(
            "line {line}: this request is inside another one, which began on line {began} and is broken, so it was not run; send it again"
        );
        Self {
            code: &own::INVALID_JSON,
            message,
            line,
            text,
        }
    }

    /// Adds that further faults of the same kind are not reported.
    pub(super) fn for_all_that_follow(mut self, kind: &str) -> Self {
        self.message = format!("{}; further {kind} are not reported", self.message);
        self
    }
}

impl Item {
    /// First line of the document.
    pub fn line(&self) -> u64 {
        match self {
            Self::Document(document) => document.began.line,
            Self::Malformed(broken) => broken.line,
        }
    }
}

impl Document {
    /// Converts serde's position in the text into the position in the input.
    pub fn place(&self, line: usize, column: usize) -> Place {
        extraction::place(&self.text, &self.extractions, self.began, line, column)
    }
}
