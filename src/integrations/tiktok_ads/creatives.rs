//! Videos and images of the creative library.

use super::context::AdsContext;
use crate::{
    catalogue::{FailureCode, marketing_api},
    integrations::Failure,
    marketing_api::{Creative, MarketingError, MediaType},
};

/// Longest name of a creative, in characters. TikTok cuts a longer one without an error
/// (docs/tiktok-marketing-api.md#videos).
pub(super) const NAME_MAX: usize = 100;

/// Creatives with these ids. Those that ads cannot use are left out.
pub(super) async fn look_up(
    context: &AdsContext,
    media_type: MediaType,
    ids: &[String],
) -> Result<Vec<Creative>, MarketingError> {
    let mut found: Vec<Creative> = Vec::new();
    for ids in ids.chunks(media_type.ids_max()) {
        for creative in context.api.creatives_by_id(media_type, ids).await? {
            if !found.iter().any(|known| known.id() == creative.id()) {
                found.push(creative);
            }
        }
    }
    Ok(found)
}

/// Failure of a request for a creative that TikTok does not list.
pub(super) fn absent(media_type: MediaType, id: &str) -> Failure {
    let noun = media_type.noun();
    let message = format!("(The ad account has no {noun} {id} that ads can use.)");
    Failure::with_code(FailureCode::Known(&marketing_api::NOT_FOUND), &message)
}
