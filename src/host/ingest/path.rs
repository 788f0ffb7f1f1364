//! Where in a request's inputs reading is.

use super::scanner::Frame;
use crate::schema::Segment;

/// The objects and lists between the inputs and the current value.
#[derive(Debug, Default)]
pub(super) struct Path(Vec<Level>);

/// An object or list that is open.
#[derive(Debug)]
struct Level {
    frame: Frame,
    /// The way to it from the one around it.
    segment: Segment,
}

impl Path {
    /// An object or list opens; `name` is that of the member which it is, if the one around it is an object.
    pub(super) fn open(&mut self, frame: Frame, name: String) {
        let is_item = self.0.last().is_some_and(|around| around.frame == Frame::Array);
        let segment = if is_item { Segment::Item } else { Segment::Member(name) };
        self.0.push(Level { frame, segment });
    }

    /// Only those within the outermost `depth` brackets of the document are still open.
    pub(super) fn close_to(&mut self, depth: usize) {
        // The request itself is around the inputs.
        self.0.truncate(depth.saturating_sub(1));
    }

    /// From the inputs to the member `name` of the innermost object.
    pub(super) fn to(&self, name: String) -> Vec<Segment> {
        // The outermost one is the inputs themselves.
        let segments = self.0.iter().skip(1).map(|level| level.segment.clone());
        segments.chain([Segment::Member(name)]).collect()
    }
}
