//! Requests inside a malformed document: objects that begin a line and have keys that only requests have.
//!
//! `{"id":` and a line end before a good request make that request look like a value. If the document turns
//! out to be malformed, such a request is reported and not run, because the caller may send everything again.
//! They are found while the document is read, so no byte is read twice.

use std::ops::Range;

/// Objects and lists within a document that begin a line.
#[derive(Debug, Default)]
pub(super) struct Swallowed {
    /// Open ones, outermost first.
    open: Vec<Inner>,
    /// Complete ones that look like a request, in order and not nested.
    whole: Vec<Inner>,
}

/// An object or a list within a document.
#[derive(Debug, Clone)]
pub(super) struct Inner {
    /// Bytes of the document's text.
    pub(super) bytes: Range<usize>,
    /// The line that it begins on.
    pub(super) line: u64,
    depth: usize,
    looks_like_request: bool,
}

impl Swallowed {
    /// Begins a value at this nesting depth and byte of the text.
    pub(super) fn open(&mut self, depth: usize, at: usize, line: u64) {
        self.open.push(Inner {
            bytes: at..at,
            line,
            depth,
            looks_like_request: false,
        });
    }

    /// Records a key that only requests have, at this nesting depth.
    pub(super) fn request_name(&mut self, depth: usize) {
        if let Some(inner) = self.open.last_mut().filter(|inner| inner.depth == depth) {
            inner.looks_like_request = true;
        }
    }

    /// Ends the value that began at this depth before byte `end` of the text.
    pub(super) fn close(&mut self, depth: usize, end: usize) {
        let Some(mut inner) = self.open.pop_if(|inner| inner.depth == depth) else {
            return;
        };
        inner.bytes.end = end;
        if inner.looks_like_request {
            self.whole.truncate(
                self.whole
                    .partition_point(|within| within.bytes.start < inner.bytes.start),
            );
            self.whole.push(inner);
        }
    }

    /// Returns the complete ones.
    pub(super) fn into_whole(self) -> Vec<Inner> {
        self.whole
    }
}
