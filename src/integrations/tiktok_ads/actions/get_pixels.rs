//! `GET /pixel/list/`; permission Pixel Management.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Failure, Rows,
        tiktok_ads::{
            context::AdsContext,
            listing::{DEFAULT_COUNT, ListPart, OFFSET_MAX, read},
            permissions,
        },
    },
    marketing_api::{Pixel, PixelFilter},
    model::PixelId,
};

/// Lists pixels.
pub(in crate::integrations::tiktok_ads) struct GetPixels;

/// Filter of the pixels.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Id of the pixel
    pixel_id: Option<PixelId>,
    /// Code of the pixel, which Events Manager shows as its id
    #[schemars(length(min = 1, max = 100))]
    pixel_code: Option<String>,
    /// Part of the name
    #[schemars(length(min = 1, max = 128))]
    pixel_name: Option<String>,
    /// Maximum number of pixels; more than 20 take several calls to TikTok
    #[schemars(range(min = 1, max = 1000), extend("default" = DEFAULT_COUNT))]
    max_count: Option<u32>,
    /// Number of pixels to leave out: `next_offset` of the previous result
    #[schemars(range(min = 0, max = OFFSET_MAX))]
    offset: Option<u32>,
}

/// The pixels.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// The pixels, oldest first
    pixels: Rows<Pixel>,
    /// Number of pixels that fit the filter
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<u64>,
    /// The `offset` for the next part; absent at the end of the list
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<u32>,
    /// Notes on a part that could not be read
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl Action for GetPixels {
    const NAME: &'static str = "get_pixels";
    const DISPLAY_NAME: &'static str = "Get Pixels";
    const DESCRIPTION: &'static str = "List the ad account's pixels with their events, for ad groups that optimize for \
        conversions on a website.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::PIXELS];
    const ROWS: Option<&'static str> = Some("pixels");

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let part = ListPart::new(input.offset, input.max_count);
        let api = context.api;
        let filter = PixelFilter {
            pixel_id: input.pixel_id,
            code: input.pixel_code,
            name: input.pixel_name,
        };
        let mut pixels = context.rows.rows();
        let fetch = |page| Box::pin(api.pixels(&filter, page)) as _;
        let result = read(part, PAGE_MAX, &mut pixels, fetch).await?;
        Ok(Output {
            pixels,
            total_count: result.total_count,
            next_offset: result.next_offset,
            warnings: result.warnings,
        })
    }
}

/// TikTok's largest page of pixels.
const PAGE_MAX: u32 = 20;
