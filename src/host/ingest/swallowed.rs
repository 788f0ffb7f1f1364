//! Requests that a document took in as its own: objects on a line of their own with names that only requests
//! have.
//!
//! `{"id":` and a line end before a good request make that request look like a value. Should the document
//! break, such a request is reported and not run, because a caller that learns of the break may send all of
//! it again. They are found while the document passes, so no byte of it is read twice.

use std::ops::Range;

/// Objects and lists within a document that begin on a line of their own.
#[derive(Debug, Default)]
pub(super) struct Swallowed {
    /// Those that are open, from the outside to the inside.
    open: Vec<Inner>,
    /// Those that are whole and look like a request, in order; none of them within another.
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
    /// One begins, so many brackets deep, at this byte of the text.
    pub(super) fn open(&mut self, depth: usize, at: usize, line: u64) {
        self.open.push(Inner {
            bytes: at..at,
            line,
            depth,
            looks_like_request: false,
        });
    }

    /// A name that only requests have, so many brackets deep.
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

    /// Those that are whole.
    pub(super) fn into_whole(self) -> Vec<Inner> {
        self.whole
    }
}
