//! Current position within a request's inputs.

use super::scanner::Frame;
use crate::integrations::PathSegment;

/// The objects and lists between the inputs and the current value.
#[derive(Debug, Default)]
pub(super) struct Path(Vec<OpenBracket>);

/// Open object or list.
#[derive(Debug)]
struct OpenBracket {
    frame: Frame,
    /// Step to it from its parent.
    segment: PathSegment,
}

impl Path {
    /// Opens an object or list; `name` is its member name if the parent is an object.
    pub(super) fn open(&mut self, frame: Frame, name: String) {
        let is_item = self.0.last().is_some_and(|around| around.frame == Frame::Array);
        let segment = if is_item {
            PathSegment::Item
        } else {
            PathSegment::Member(name)
        };
        self.0.push(OpenBracket { frame, segment });
    }

    /// Closes all but the outermost `depth` brackets of the document.
    pub(super) fn close_to(&mut self, depth: usize) {
        // The request itself is around the inputs.
        self.0.truncate(depth.saturating_sub(1));
    }

    /// Returns the path from the inputs to the member `name` of the innermost object.
    pub(super) fn to(&self, name: String) -> Vec<PathSegment> {
        // The outermost one is the inputs themselves.
        let segments = self.0.iter().skip(1).map(|level| level.segment.clone());
        segments.chain([PathSegment::Member(name)]).collect()
    }
}
