//! Names of the endpoints of the Open API, as `open_api::Endpoint` gives them.

pub(super) const USER_INFO: &str = "user_info";
pub(super) const VIDEO_LIST: &str = "video_list";
pub(super) const VIDEO_QUERY: &str = "video_query";
pub(super) const CREATOR_INFO: &str = "creator_info";
pub(super) const VIDEO_INIT: &str = "video_init";
pub(super) const INBOX_VIDEO_INIT: &str = "inbox_video_init";
pub(super) const CONTENT_INIT: &str = "content_init";
pub(super) const STATUS_FETCH: &str = "status_fetch";
pub(super) const CANCEL: &str = "cancel";
pub(super) const OAUTH: &str = "oauth";
