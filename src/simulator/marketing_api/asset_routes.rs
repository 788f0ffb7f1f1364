//! Routes of audiences, portfolios, music, posts and pixel events.

use super::{
    audiences, music, pixel_events, portfolios,
    route::{AdsRoute, get, production},
    spark_posts,
};
use crate::simulator::endpoint::EndpointName;

/// Permission for audiences.
const AUDIENCES: u64 = 3;
/// Permission for creatives.
const CREATIVES: u64 = 6;
/// Permission for pixels.
const PIXELS: u64 = 8;

pub(super) static ROUTES: [AdsRoute; 6] = [
    production(get(
        "/open_api/v1.3/dmp/custom_audience/list/",
        EndpointName::DMP_CUSTOM_AUDIENCE_LIST,
        AUDIENCES,
        audiences::list,
    )),
    production(get(
        "/open_api/v1.3/creative/portfolio/list/",
        EndpointName::CREATIVE_PORTFOLIO_LIST,
        CREATIVES,
        portfolios::list,
    )),
    production(get(
        "/open_api/v1.3/file/music/get/",
        EndpointName::FILE_MUSIC_GET,
        CREATIVES,
        music::list,
    )),
    production(get(
        "/open_api/v1.3/tt_video/list/",
        EndpointName::TT_VIDEO_LIST,
        CREATIVES,
        spark_posts::list,
    )),
    production(get(
        "/open_api/v1.3/pixel/event/stats/",
        EndpointName::PIXEL_EVENT_STATS,
        PIXELS,
        pixel_events::stats,
    )),
    production(get(
        "/open_api/v1.3/pixel/instant_page/event/",
        EndpointName::PIXEL_INSTANT_PAGE_EVENT,
        PIXELS,
        pixel_events::of_instant_pages,
    )),
];
