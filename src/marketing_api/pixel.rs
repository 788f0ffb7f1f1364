//! `GET /pixel/list/` (<https://business-api.tiktok.com/portal/docs?id=1740858697598978>).

use serde::Deserialize;

use super::{
    ListPage, MarketingApi, MarketingEndpoint, MarketingError, PageRequest,
    page::PageInfo,
    wire::{entity, list},
};
use crate::model::{Flag, PixelId, Word};

entity! {
    /// Pixel of a website.
    Pixel {
        /// Id of the pixel, for `pixel_id` of ad groups
        pixel_id: PixelId,
        ;
        /// Code of the pixel, which Events Manager shows as its id
        pixel_code: Word,
        /// Name of the pixel
        pixel_name: Word,
        /// Mode of set-up: STANDARD or DEVELOPER
        pixel_setup_mode: Word,
        /// Kind of events
        pixel_category: Word,
        /// Partner platform that installed the pixel
        partner_name: Word,
        /// Time of creation
        create_time: Word,
        /// Events of the pixel
        events: Vec<PixelEvent>,
    }
}

entity! {
    /// Event of a pixel.
    PixelEvent {
        ;
        /// Id of the event
        event_id: Word,
        /// Name of the event
        name: Word,
        /// Type of the event
        event_type: Word,
        /// Name of the event for `optimization_event` of ad groups
        optimization_event: Word,
        /// Name of a custom event
        custom_event_type: Word,
        /// Code of the event
        event_code: Word,
        /// Counting: EVERY_TIME or ONCE
        statistic_type: Word,
        /// Value of one event
        currency_value: Word,
        /// Currency of that value
        currency: Word,
        /// Whether the event is out of use
        deprecated: Flag,
    }
}

/// Selection of pixels.
#[derive(Debug, Clone, Default)]
pub struct PixelFilter {
    /// Id of the pixel.
    pub pixel_id: Option<PixelId>,
    /// Code of the pixel.
    pub code: Option<String>,
    /// Part of the name.
    pub name: Option<String>,
}

#[derive(Deserialize)]
struct PixelList {
    #[serde(deserialize_with = "list")]
    pixels: Vec<Pixel>,
    page_info: PageInfo,
}

impl MarketingApi {
    /// Lists pixels with their events.
    pub async fn pixels(
        &self,
        filter: &PixelFilter,
        page: PageRequest,
    ) -> Result<ListPage<Pixel>, MarketingError> {
        let query = page
            .add_to(self.query())
            .optional("pixel_id", filter.pixel_id.as_ref())
            .optional("code", filter.code.as_deref())
            .optional("name", filter.name.as_deref());
        let answer: PixelList = self.get(MarketingEndpoint::PIXEL_LIST, Ok(query)).await?;
        Ok(ListPage::of(answer.pixels, answer.page_info))
    }
}
