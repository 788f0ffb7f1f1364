//! The place within a request's inputs at which reading is.

use super::scanner::Frame;
use crate::schema::PathSegment;

/// The objects and lists between the inputs and the current value.
#[derive(Debug, Default)]
pub(super) struct Path(Vec<OpenBracket>);

/// An object or list that is open.
#[derive(Debug)]
struct OpenBracket {
    frame: Frame,
    /// The way to it from the one around it.
    segment: PathSegment,
}

impl Path {
    /// An object or list opens; `name` is that of the member which it is, if the one around it is an object.
    pub(super) fn open(&mut self, frame: Frame, name: String) {
        let is_item = self.0.last().is_some_and(|around| around.frame == Frame::Array);
        let segment = if is_item {
            PathSegment::Item
        } else {
            PathSegment::Member(name)
        };
        self.0.push(OpenBracket { frame, segment });
    }

    /// Only those within the outermost `depth` brackets of the document are still open.
    pub(super) fn close_to(&mut self, depth: usize) {
        // The request itself is around the inputs.
        self.0.truncate(depth.saturating_sub(1));
    }

    /// From the inputs to the member `name` of the innermost object.
    pub(super) fn to(&self, name: String) -> Vec<PathSegment> {
        // The outermost one is the inputs themselves.
        let segments = self.0.iter().skip(1).map(|level| level.segment.clone());
        segments.chain([PathSegment::Member(name)]).collect()
    }
}
