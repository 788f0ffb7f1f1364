//! Places of base64 content within the inputs of all actions.

use crate::integrations::{AcceptedContent, Integration, PathSegment};

/// Returns true if strings of this name, anywhere below `inputs`, are base64 content.
pub(super) fn is_content_name(name: &str) -> bool {
    name == "content" || name.ends_with("_content_base64")
}

/// Content that an action of `integrations` takes at `path` of its inputs; `None` if no action does.
pub(super) fn accepted_at(integrations: &[Integration], path: &[PathSegment]) -> Option<AcceptedContent> {
    let places = integrations
        .iter()
        .flat_map(|integration| integration.actions)
        .flat_map(|action| action.contents);
    AcceptedContent::of(places.filter(|place| place.is_at(path)).map(|place| place.kind))
}
