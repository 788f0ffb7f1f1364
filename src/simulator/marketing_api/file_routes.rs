//! Routes of the files.

use super::{
    chunked, file_covers, file_library, file_upload,
    route::{AdsRoute, get, post, production},
};
use crate::simulator::endpoint::EndpointName;

/// Permission for videos and images.
const CREATIVES: u64 = 6;

pub(super) static ROUTES: [AdsRoute; 13] = [
    post(
        "/open_api/v1.3/file/video/ad/upload/",
        EndpointName::FILE_VIDEO_AD_UPLOAD,
        CREATIVES,
        file_upload::video,
    ),
    production(get(
        "/open_api/v1.3/file/video/ad/info/",
        EndpointName::FILE_VIDEO_AD_INFO,
        CREATIVES,
        file_library::video_info,
    )),
    production(get(
        "/open_api/v1.3/file/video/ad/search/",
        EndpointName::FILE_VIDEO_AD_SEARCH,
        CREATIVES,
        file_library::video_search,
    )),
    production(post(
        "/open_api/v1.3/file/video/ad/update/",
        EndpointName::FILE_VIDEO_AD_UPDATE,
        CREATIVES,
        file_library::rename_video,
    )),
    production(get(
        "/open_api/v1.3/file/video/suggestcover/",
        EndpointName::FILE_VIDEO_SUGGESTCOVER,
        CREATIVES,
        file_covers::suggest,
    )),
    post(
        "/open_api/v1.3/file/image/ad/upload/",
        EndpointName::FILE_IMAGE_AD_UPLOAD,
        CREATIVES,
        file_upload::image,
    ),
    production(get(
        "/open_api/v1.3/file/image/ad/info/",
        EndpointName::FILE_IMAGE_AD_INFO,
        CREATIVES,
        file_library::image_info,
    )),
    production(get(
        "/open_api/v1.3/file/image/ad/search/",
        EndpointName::FILE_IMAGE_AD_SEARCH,
        CREATIVES,
        file_library::image_search,
    )),
    production(post(
        "/open_api/v1.3/file/image/ad/update/",
        EndpointName::FILE_IMAGE_AD_UPDATE,
        CREATIVES,
        file_library::rename_image,
    )),
    production(post(
        "/open_api/v1.3/creative/asset/delete/",
        EndpointName::CREATIVE_ASSET_DELETE,
        CREATIVES,
        file_library::delete,
    )),
    production(post(
        "/open_api/v1.3/file/start/upload/",
        EndpointName::FILE_START_UPLOAD,
        CREATIVES,
        chunked::start,
    )),
    production(post(
        "/open_api/v1.3/file/transfer/upload/",
        EndpointName::FILE_TRANSFER_UPLOAD,
        CREATIVES,
        chunked::transfer,
    )),
    production(post(
        "/open_api/v1.3/file/finish/upload/",
        EndpointName::FILE_FINISH_UPLOAD,
        CREATIVES,
        chunked::finish,
    )),
];
