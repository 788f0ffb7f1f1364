//! Calls of an upload for a dry run.

use url::Url;

use super::{
    chunks::ONE_CALL_MAX,
    file::CreativeFile,
    job::UploadJob,
    outgoing::{part, whole},
};
use crate::{
    integrations::Failure,
    marketing_api::{FileLink, LinkedUpload, PlannedUpload},
    model::PublicUrl,
};

impl UploadJob<'_> {
    /// Calls as they would be sent, in order.
    pub(super) fn plan(&self) -> Result<Vec<PlannedUpload>, Failure> {
        let (api, media_type) = (&self.context.api, self.media_type);
        let file = match &self.file {
            CreativeFile::Bytes(file) => file,
            CreativeFile::Url(url) => {
                let upload = LinkedUpload {
                    media_type,
                    file_name: &self.name,
                    link: FileLink::Url(&shown(url)),
                };
                return Ok(vec![api.plan_link(&upload)?]);
            }
        };
        let part = part(
            self.context,
            &file.source,
            whole(&file.source),
            (&self.name, file.mime),
        );
        if part.length > ONE_CALL_MAX {
            return Ok(api.plan_chunks(media_type, &part)?);
        }
        Ok(vec![api.plan_upload(media_type, &self.digest, &part)])
    }
}

/// A URL of a request by its host alone: its path and query can let anyone download the file.
fn shown(url: &PublicUrl) -> String {
    let url = Url::parse(url.as_str()).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    format!("<the URL of the request, at {host}>")
}
