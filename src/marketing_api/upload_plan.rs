//! Plans of uploads for dry runs: the calls with their fields, without the bytes of the file.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{
    ChunkedFinish, ChunkedStart, FileLink, LinkedUpload, MarketingApi, MarketingEndpoint, MarketingError,
    MediaType, Members, PlannedBody, PlannedCall, WriteBody,
    file_upload::{chunk_fields, file_fields},
};
use crate::http::FilePart;

/// Call of an upload as it would be sent. It has neither the token nor the bytes of the file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct PlannedUpload {
    /// Method of the call
    pub method: String,
    /// Path of the call, with the API's version
    pub path: String,
    /// Type of the body
    pub content_type: UploadForm,
    /// Fields of the body. A file is shown by its name, type and size, and a value that an earlier answer or a chunk gives by
    /// its description in <>
    pub body: PlannedBody,
    /// Number of such calls: one for each chunk of 20 MiB, unless TikTok asks for other chunks
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// Type of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
#[expect(missing_docs, reason = "the words say it")]
pub enum UploadForm {
    #[serde(rename = "application/json")]
    Json,
    #[serde(rename = "multipart/form-data")]
    Multipart,
}

/// Size of a chunk in TikTok's examples, in bytes (docs/tiktok-marketing-api.md#chunked-upload).
const CHUNK: u64 = 20_971_520;

const UPLOAD_ID: &str = "<upload_id of the start>";
const CHUNK_MD5: &str = "<MD5 of the chunk>";
const CHUNK_START: &str = "<start_offset of the chunk>";
const FILE_ID: &str = "<file_id of the finish>";

impl From<PlannedCall> for PlannedUpload {
    fn from(call: PlannedCall) -> Self {
        Self {
            method: call.method,
            path: call.path,
            content_type: UploadForm::Json,
            body: call.body,
            count: None,
        }
    }
}

impl MarketingApi {
    /// Plan of the upload of a file in one call.
    pub fn plan_upload(&self, media_type: MediaType, signature: &str, file: &FilePart<'_>) -> PlannedUpload {
        let (endpoint, name) = (media_type.upload(), media_type.file_field());
        let fields = file_fields(self.advertiser_id(), media_type, signature, file.file_name);
        let mut shown = shown(file);
        shown.insert("size".into(), file.length.into());
        form(endpoint, &fields, (name, shown))
    }

    /// Plan of the upload of a file from elsewhere.
    pub fn plan_link(&self, upload: &LinkedUpload<'_>) -> Result<PlannedUpload, MarketingError> {
        self.plan_json(upload)
    }

    /// Plan of the upload of a file in chunks, with the calls that begin, end and use it.
    pub fn plan_chunks(
        &self,
        media_type: MediaType,
        file: &FilePart<'_>,
    ) -> Result<Vec<PlannedUpload>, MarketingError> {
        let start = ChunkedStart {
            media_type,
            size: file.length,
            name: file.file_name,
        };
        let fields = chunk_fields(self.advertiser_id(), UPLOAD_ID, CHUNK_MD5, CHUNK_START);
        let chunk = form(MarketingEndpoint::CHUNK_TRANSFER, &fields, ("file", shown(file)));
        let upload = LinkedUpload {
            media_type,
            file_name: file.file_name,
            link: FileLink::FileId(FILE_ID),
        };
        Ok(vec![
            self.plan_json(&start)?,
            PlannedUpload {
                count: Some(file.length.div_ceil(CHUNK)),
                ..chunk
            },
            self.plan_json(&ChunkedFinish { upload_id: UPLOAD_ID })?,
            self.plan_json(&upload)?,
        ])
    }

    fn plan_json(&self, body: &impl WriteBody) -> Result<PlannedUpload, MarketingError> {
        self.plan(body).map(PlannedUpload::from)
    }
}

/// A file without its bytes.
fn shown(file: &FilePart<'_>) -> Members {
    let texts = [("file_name", file.file_name), ("content_type", file.content_type)];
    texts
        .map(|(name, text)| (name.to_owned(), json!(text)))
        .into_iter()
        .collect()
}

fn form(
    endpoint: &'static MarketingEndpoint,
    fields: &[(&str, &str)],
    (name, file): (&str, Members),
) -> PlannedUpload {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)));
    PlannedUpload {
        method: endpoint.method.to_string(),
        path: endpoint.versioned_path(),
        content_type: UploadForm::Multipart,
        body: PlannedBody::of(fields.chain([(name.to_owned(), json!(file))]).collect()),
        count: None,
    }
}
