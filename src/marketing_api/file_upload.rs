//! Uploads of videos and images: `POST /file/video/ad/upload/` and `POST /file/image/ad/upload/`
//! (docs/tiktok-marketing-api.md#videos, docs/tiktok-marketing-api.md#images), and the three calls of an upload in chunks
//! (docs/tiktok-marketing-api.md#chunked-upload).

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::value::RawValue;

use super::{
    ApiData, Creative, MarketingApi, MarketingEndpoint, MarketingError, MediaType, WriteBody,
    write::{Members, with},
};
use crate::{
    http::{FilePart, RequestBody, WriteObserver},
    model::{AdvertiserId, Whole},
};

/// Upload whose bytes TikTok takes from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedUpload<'a> {
    /// Type of the creative.
    pub media_type: MediaType,
    /// Name of the creative, 1 to 100 characters and unique in the ad account.
    pub file_name: &'a str,
    /// Place of the bytes.
    pub link: FileLink<'a>,
}

/// Place that TikTok takes the bytes of an upload from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileLink<'a> {
    /// URL that TikTok downloads from.
    Url(&'a str),
    /// Id of a file that was uploaded in chunks within the last 24 hours.
    FileId(&'a str),
}

/// Begin of an upload in chunks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkedStart<'a> {
    /// Type of the creative.
    pub media_type: MediaType,
    /// Size of the file in bytes.
    pub size: u64,
    /// Name of the file, at most 100 characters.
    pub name: &'a str,
}

/// End of an upload in chunks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkedFinish<'a> {
    /// Id of the upload.
    pub upload_id: &'a str,
}

/// Upload in chunks that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "WireStart")]
pub struct StartedUpload {
    /// Id of the upload.
    pub upload_id: String,
    /// First chunk.
    pub next: OffsetRange,
}

/// Bytes of a file that TikTok wants next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "WireRange")]
pub struct OffsetRange {
    /// First byte.
    pub start: u64,
    /// End, which is not part of the range. With all bytes there, it is the start, or both offsets are absent.
    pub end: u64,
}

#[derive(Deserialize)]
struct WireStart {
    #[serde(alias = "UploadId")]
    upload_id: String,
    #[serde(alias = "StartOffset")]
    start_offset: Whole,
    #[serde(alias = "EndOffset")]
    end_offset: Whole,
}

#[derive(Deserialize)]
struct WireRange {
    #[serde(default, alias = "StartOffset")]
    start_offset: Option<Whole>,
    #[serde(default, alias = "EndOffset")]
    end_offset: Option<Whole>,
}

impl From<WireStart> for StartedUpload {
    fn from(start: WireStart) -> Self {
        Self {
            upload_id: start.upload_id,
            next: OffsetRange::of(start.start_offset, start.end_offset),
        }
    }
}

impl From<WireRange> for OffsetRange {
    fn from(range: WireRange) -> Self {
        // An offset that is absent is the other one, so that the range is empty.
        let (start, end) = (range.start_offset, range.end_offset);
        Self::of(
            start.or(end).unwrap_or(Whole(0)),
            end.or(start).unwrap_or(Whole(0)),
        )
    }
}

impl OffsetRange {
    /// Whether no byte is wanted.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Range of these offsets. An impossible one is beyond the end of every file.
    fn of(Whole(start): Whole, Whole(end): Whole) -> Self {
        Self {
            start: u64::try_from(start).unwrap_or(u64::MAX),
            end: u64::try_from(end).unwrap_or(u64::MAX),
        }
    }
}

/// File that was uploaded in chunks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChunkedFile {
    /// Id of the file, valid for 24 hours.
    #[serde(alias = "FileId")]
    pub file_id: String,
    /// Size in bytes, if TikTok says so.
    #[serde(default, alias = "Size")]
    pub size: Option<Whole>,
}

/// New creative: a list of one object for videos, an object for images. It can hold little but its id.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCreative(pub Creative);

impl<'de> Deserialize<'de> for NewCreative {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let creative = if raw.get().starts_with('[') {
            let list: Option<Vec<Creative>> = serde_json::from_str(raw.get()).ok();
            list.and_then(|list| list.into_iter().next())
        } else {
            serde_json::from_str(raw.get()).ok()
        };
        // serde's message could quote a value.
        creative
            .filter(|creative: &Creative| !creative.id().is_empty())
            .map(Self)
            .ok_or_else(|| D::Error::custom("is no creative with an id"))
    }
}

impl MediaType {
    /// Name of the type in other members: `video`.
    const fn content_type(self) -> &'static str {
        self.noun()
    }

    /// Endpoint that makes a creative of this type.
    pub(super) const fn upload(self) -> &'static MarketingEndpoint {
        match self {
            Self::Video => MarketingEndpoint::VIDEO_UPLOAD,
            Self::Image => MarketingEndpoint::IMAGE_UPLOAD,
        }
    }

    /// Field with the file.
    pub(super) const fn file_field(self) -> &'static str {
        let [file, _, _] = self.upload_members();
        file
    }

    /// Members with the file, its signature and its URL.
    const fn upload_members(self) -> [&'static str; 3] {
        match self {
            Self::Video => ["video_file", "video_signature", "video_url"],
            Self::Image => ["image_file", "image_signature", "image_url"],
        }
    }
}

/// Text fields of an upload in one call.
pub(super) fn file_fields<'a>(
    advertiser_id: &'a AdvertiserId,
    media_type: MediaType,
    signature: &'a str,
    file_name: &'a str,
) -> [(&'static str, &'a str); 4] {
    let [_, signature_member, _] = media_type.upload_members();
    [
        ("advertiser_id", advertiser_id.as_str()),
        ("upload_type", "UPLOAD_BY_FILE"),
        ("file_name", file_name),
        (signature_member, signature),
    ]
}

/// Text fields of a chunk.
pub(super) fn chunk_fields<'a>(
    advertiser_id: &'a AdvertiserId,
    upload_id: &'a str,
    signature: &'a str,
    start_offset: &'a str,
) -> [(&'static str, &'a str); 4] {
    [
        ("advertiser_id", advertiser_id.as_str()),
        ("upload_id", upload_id),
        ("signature", signature),
        ("start_offset", start_offset),
    ]
}

impl WriteBody for LinkedUpload<'_> {
    type Answer = NewCreative;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        self.media_type.upload()
    }

    fn members(&self) -> serde_json::Result<Members> {
        let [_, _, url_member] = self.media_type.upload_members();
        let (upload_type, member, value) = match self.link {
            FileLink::Url(url) => ("UPLOAD_BY_URL", url_member, url),
            FileLink::FileId(id) => ("UPLOAD_BY_FILE_ID", "file_id", id),
        };
        let members = with(Members::new(), "upload_type", &upload_type)?;
        with(with(members, "file_name", &self.file_name)?, member, &value)
    }

    fn sent_url(&self) -> Option<&str> {
        match self.link {
            FileLink::Url(url) => Some(url),
            FileLink::FileId(_) => None,
        }
    }
}

impl WriteBody for ChunkedStart<'_> {
    type Answer = StartedUpload;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::CHUNKED_START
    }

    fn members(&self) -> serde_json::Result<Members> {
        let members = with(Members::new(), "size", &self.size)?;
        let members = with(members, "content_type", &self.media_type.content_type())?;
        with(members, "name", &self.name)
    }
}

impl WriteBody for ChunkedFinish<'_> {
    type Answer = ChunkedFile;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::CHUNKED_FINISH
    }

    fn members(&self) -> serde_json::Result<Members> {
        with(Members::new(), "upload_id", &self.upload_id)
    }
}

impl MarketingApi {
    /// Uploads a file in one call. `signature` is its MD5 in lower case; `file` needs no name for its field.
    pub async fn upload_file(
        &self,
        media_type: MediaType,
        signature: &str,
        file: FilePart<'_>,
        observer: Option<&dyn WriteObserver>,
    ) -> Result<Creative, MarketingError> {
        let fields = file_fields(self.advertiser_id(), media_type, signature, file.file_name);
        let file = FilePart {
            name: media_type.file_field(),
            ..file
        };
        let answer: ApiData<NewCreative> = self
            .post_form(media_type.upload(), &fields, file, observer)
            .await?;
        Ok(answer.data.0)
    }

    /// Sends the chunk that begins at `start`, and returns the next one. `signature` is the chunk's MD5 in lower case.
    pub async fn upload_chunk(
        &self,
        upload_id: &str,
        start: u64,
        signature: &str,
        file: FilePart<'_>,
        observer: Option<&dyn WriteObserver>,
    ) -> Result<OffsetRange, MarketingError> {
        let start = start.to_string();
        let fields = chunk_fields(self.advertiser_id(), upload_id, signature, &start);
        let file = FilePart { name: "file", ..file };
        let endpoint = MarketingEndpoint::CHUNK_TRANSFER;
        Ok(self.post_form(endpoint, &fields, file, observer).await?.data)
    }

    async fn post_form<T: DeserializeOwned>(
        &self,
        endpoint: &'static MarketingEndpoint,
        fields: &[(&str, &str)],
        file: FilePart<'_>,
        observer: Option<&dyn WriteObserver>,
    ) -> Result<ApiData<T>, MarketingError> {
        let body = RequestBody::multipart(fields, file);
        let body = body.ok_or_else(|| MarketingError::unsendable(endpoint))?;
        self.call(endpoint, self.url(endpoint), body, observer, None)
            .await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::marketing_api::write::plan_of;

    #[test]
    fn each_link_has_its_type_and_member() {
        let plan = |media_type, link| {
            let upload = LinkedUpload {
                media_type,
                file_name: "a.mp4",
                link,
            };
            plan_of(&upload)
        };
        assert_eq!(
            plan(MediaType::Video, FileLink::Url("https://example.com/a")),
            json!({ "method": "POST", "path": "/open_api/v1.3/file/video/ad/upload/", "body": {
                "advertiser_id": "7", "upload_type": "UPLOAD_BY_URL", "file_name": "a.mp4",
                "video_url": "https://example.com/a",
            } })
        );
        assert_eq!(
            plan(MediaType::Image, FileLink::FileId("f"))["body"],
            json!({ "advertiser_id": "7", "upload_type": "UPLOAD_BY_FILE_ID", "file_name": "a.mp4", "file_id": "f" })
        );
        let start = ChunkedStart {
            media_type: MediaType::Image,
            size: 21_000_000,
            name: "a.png",
        };
        assert_eq!(
            plan_of(&start)["body"],
            json!({ "advertiser_id": "7", "size": 21_000_000, "content_type": "image", "name": "a.png" })
        );
    }

    #[test]
    fn both_spellings_of_a_start_are_read() {
        let expected = StartedUpload {
            upload_id: "u".into(),
            next: OffsetRange {
                start: 0,
                end: 20_971_520,
            },
        };
        for answer in [
            json!({ "upload_id": "u", "file_name": "a", "start_offset": 0, "end_offset": 20_971_520 }),
            json!({ "UploadId": "u", "FileName": "a", "StartOffset": "0", "EndOffset": "20971520" }),
        ] {
            let started: StartedUpload = serde_json::from_str(&answer.to_string()).unwrap();
            assert_eq!(started, expected, "{answer}");
        }
        let wrong: OffsetRange =
            serde_json::from_value(json!({ "start_offset": -1, "end_offset": 5 })).unwrap();
        assert_eq!(
            wrong,
            OffsetRange {
                start: u64::MAX,
                end: 5
            }
        );
    }

    #[test]
    fn a_new_creative_is_an_object_or_a_list_of_one() {
        let read = |text: &str| serde_json::from_str::<NewCreative>(text).ok();
        for text in [r#"[{"video_id":"v"}]"#, r#"{"image_id":"v","width":1}"#] {
            assert_eq!(read(text).unwrap().0.id(), "v", "{text}");
        }
        for text in ["[]", "{}", r#"[{"fix_task_id":"1"}]"#, "null"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
