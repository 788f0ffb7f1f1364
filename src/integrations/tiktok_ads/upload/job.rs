//! Upload under way: its file, its name, and the failures that tell of it.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::Mutex;

use super::{
    check::{CheckedFile, FileOrigin},
    chunks::ChunkedCopy,
    file::{CreativeFile, CreativeInputs},
    library::{LibraryMatch, SoughtCreative, seek},
    name::{default_name, extension_at},
    outgoing::{md5_of, md5_of_text, whole},
};
use crate::{
    catalogue::marketing_api,
    integrations::{
        Failure,
        tiktok_ads::{context::AdsContext, written::WrittenObject},
    },
    marketing_api::{Creative, MediaType},
    progress::Phase,
};

/// Upload of a file.
#[derive(Debug)]
pub(in crate::integrations::tiktok_ads) struct UploadRequest {
    /// Inputs with the file.
    pub(in crate::integrations::tiktok_ads) inputs: CreativeInputs,
    /// Name of the creative; `None` for that by default.
    pub(in crate::integrations::tiktok_ads) file_name: Option<String>,
    /// Longest wait until ads can use the creative.
    pub(in crate::integrations::tiktok_ads) wait: Duration,
    /// Number of covers that are suggested for a video.
    pub(in crate::integrations::tiktok_ads) covers: Option<u32>,
    /// Whether nothing is uploaded.
    pub(in crate::integrations::tiktok_ads) dry_run: bool,
}

/// Result of an upload. uploaded: TikTok has the file as a new creative. already_uploaded: a creative with this name and
/// content was there before. planned: dry run, nothing was uploaded
// The variants have no doc comments, so that the schema is a plain `enum`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "snake_case")]
pub(in crate::integrations::tiktok_ads) enum UploadOutcome {
    Uploaded,
    AlreadyUploaded,
    Planned,
}

/// Upload under way.
pub(super) struct UploadJob<'a> {
    pub(super) context: &'a AdsContext,
    pub(super) media_type: MediaType,
    pub(super) name: String,
    pub(super) is_named_by_content: bool,
    pub(super) file: CreativeFile,
    /// MD5 of the file, or of its URL if TikTok downloads it.
    pub(super) digest: String,
    /// File that was uploaded in chunks, which all attempts use.
    pub(super) copy: Mutex<ChunkedCopy>,
    pub(super) wait: Duration,
    pub(super) covers: Option<u32>,
    pub(super) dry_run: bool,
}

impl<'a> UploadJob<'a> {
    /// Reads the file and names the creative.
    pub(super) async fn prepare(context: &'a AdsContext, request: UploadRequest) -> Result<Self, Failure> {
        let media_type = request.inputs.media_type;
        context.files.progress.begin(Phase::Checking);
        let file = request.inputs.select(context).await?;
        let digest = match &file {
            CreativeFile::Bytes(file) => md5_of(&file.source, whole(&file.source)).await?,
            CreativeFile::Url(url) => md5_of_text(url.as_str()),
        };
        let is_named_by_content = request.file_name.is_none();
        let name = request.file_name.unwrap_or_else(|| match &file {
            CreativeFile::Bytes(file) => {
                default_name(media_type, file.origin.as_ref(), &digest, file.extension)
            }
            CreativeFile::Url(url) => {
                let extension = extension_at(url, media_type);
                default_name(
                    media_type,
                    Some(&FileOrigin::Url(url.clone())),
                    &digest,
                    &extension,
                )
            }
        });
        Ok(Self {
            context,
            media_type,
            name,
            is_named_by_content,
            file,
            digest,
            copy: Mutex::default(),
            wait: request.wait,
            covers: request.covers,
            dry_run: request.dry_run,
        })
    }

    pub(super) fn bytes(&self) -> Option<&CheckedFile> {
        match &self.file {
            CreativeFile::Bytes(file) => Some(file),
            CreativeFile::Url(_) => None,
        }
    }

    /// MD5 and size.
    pub(super) fn content(&self) -> Option<(&str, u64)> {
        self.bytes()
            .map(|file| (self.digest.as_str(), file.source.size().0))
    }

    pub(super) fn sought(&self) -> SoughtCreative<'_> {
        SoughtCreative {
            media_type: self.media_type,
            name: &self.name,
            content: self.content(),
            is_named_by_content: self.is_named_by_content,
        }
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        let file = self.bytes().map(|file| file.warnings.clone());
        file.unwrap_or_else(|| vec![NOT_CHECKED.to_owned()])
    }

    /// Whether the name is looked up before anything is sent. TikTok does not search images by name, so they are sent at
    /// once, and TikTok refuses a name that is taken. Of a file that TikTok downloads only the name is known.
    pub(super) fn looks_first(&self) -> bool {
        self.media_type == MediaType::Video || self.bytes().is_none()
    }

    /// The creative of an earlier request. Errors: another creative has the name.
    pub(super) async fn known_before(&self) -> Result<Option<Creative>, Failure> {
        if !self.looks_first() && !self.dry_run {
            return Ok(None);
        }
        match seek(self.context, self.sought()).await? {
            LibraryMatch::Absent => Ok(None),
            LibraryMatch::Same(creative) => Ok(Some(*creative)),
            LibraryMatch::Other(creative) => Err(self.taken(&creative, true)),
            LibraryMatch::Unclear(creative) => Err(self.taken(&creative, false)),
        }
    }

    /// State of the creative for errors.
    pub(super) fn written(&self, creative: Option<&Creative>) -> WrittenObject {
        let id = creative.map(Creative::id);
        WrittenObject::of_upload(self.media_type, id, &self.name, self.content())
    }

    /// Failure of a request that made no creative.
    pub(super) fn nothing(&self, failure: Failure) -> Failure {
        let failure = match failure.write {
            Some(_) => failure,
            None => failure.with_object(self.written(None)),
        };
        failure.nothing_written()
    }

    /// Failure of an attempt that may have made the creative.
    pub(super) fn unconfirmed(&self, failure: Failure, creative: Option<&Creative>) -> Failure {
        failure.unconfirmed_change().with_object(self.written(creative))
    }

    /// Failure because of a creative with the name, which has another content, or one that TikTok does not show.
    pub(super) fn taken(&self, creative: &Creative, is_other: bool) -> Failure {
        let (noun, id) = (self.media_type.noun(), creative.id());
        let content = if is_other {
            "has another content"
        } else {
            "cannot be compared, because TikTok does not show its content"
        };
        let got = format!("{}, the name of the {noun} {id}, which {content}", self.name);
        let fix = format!(
            "give another file_name, or rename the {noun} {id} with update_creative; if it is the one that you mean, use its id"
        );
        let allowed = "a name that no other creative of the ad account has";
        let failure = Failure::of_field(&marketing_api::NAME_TAKEN, "file_name", &got, allowed, &fix);
        // It may be the creative of the same request, which was stopped.
        let found = if is_other { Vec::new() } else { vec![id.to_owned()] };
        failure.with_object(WrittenObject {
            found,
            ..self.written(None)
        })
    }
}

const NOT_CHECKED: &str =
    "The file was not checked, because TikTok downloads it itself (source PULL_FROM_URL).";
