//! Upload under way: its file, its name, and the failures that tell of it.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::Mutex;

use super::{
    check::{CheckedFile, FileOrigin},
    chunks::ChunkedCopy,
    file::{CreativeFile, CreativeInputs},
    library::SoughtCreative,
    name::{default_name, extension_at},
    outgoing::{md5_of, md5_of_text, whole},
    ready::is_ready,
};
use crate::{
    catalogue::marketing_api,
    integrations::{
        Failure,
        tiktok_ads::{context::AdsContext, written::WrittenObject},
    },
    marketing_api::{Creative, MediaType},
    model::{Outcome, PublicUrl, Word},
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

/// Result of an upload. uploaded: TikTok has the file as a new creative. already_uploaded: a creative with this name was there
/// before, with the same content; with source PULL_FROM_URL the name is that of the URL, and the content was not compared.
/// planned: dry run, nothing was uploaded
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
    /// MD5 of the file, or of its URL without a fragment if TikTok downloads it.
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
            CreativeFile::Bytes(file) => md5_of(media_type, &file.source, whole(&file.source)).await?,
            CreativeFile::Url(url) => md5_of_text(without_fragment(url)),
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
        let mut warnings = file.unwrap_or_else(|| vec![NOT_CHECKED.to_owned()]);
        warnings.extend(self.context.evidence.input_warnings.iter().cloned());
        warnings
    }

    /// Whether the name is looked up before anything is sent. TikTok does not search images by name, so they are sent at
    /// once, and TikTok refuses a name that is taken. Of a file that TikTok downloads only the name is known.
    pub(super) fn looks_first(&self) -> bool {
        self.media_type == MediaType::Video || self.bytes().is_none()
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

    /// Failure of an attempt that may have made the creative, which may be the one that was found.
    pub(super) fn unconfirmed(&self, failure: Failure, found: Option<&Creative>) -> Failure {
        failure.unconfirmed_change().with_object(self.beside(found))
    }

    /// Failure because of a creative with the name. TikTok shows another content, or none: it can be that of another file,
    /// or that of the same request, which was stopped.
    pub(super) fn taken(&self, creative: &Creative, is_other: bool) -> Failure {
        let noun = self.media_type.noun();
        let content = if is_other {
            "TikTok shows another MD5 or size for it than the file has: those of another file, or of TikTok's own copy of this one"
        } else {
            "its content cannot be compared, because TikTok does not show it"
        };
        let fix = format!(
            "look at the {noun} in TikTok Ads Manager, or at its address in get_creatives. If it shows this file, use its id, or \
             the file is uploaded twice. Only if it shows another one, give another file_name, or rename it with update_creative"
        );
        self.of_name(creative, content, &fix)
    }

    /// Failure because of a creative with the name, whose content TikTok does not show. While TikTok processes it, the
    /// content may appear later.
    pub(super) fn unclear(&self, creative: &Creative) -> Failure {
        if !self.may_clear(creative) {
            return self.nothing(self.taken(creative, false));
        }
        let content = "TikTok is still processing it, and does not show its content yet";
        let fix = "send the same request again in a minute: it compares the content once TikTok shows it";
        self.of_name(creative, content, fix)
            .with_ads_outcome(Outcome::Unconfirmed)
    }

    /// Failure because of a name that is taken, where TikTok lists another video with the same content only.
    pub(super) fn hidden(&self, twin: &Creative) -> Failure {
        let (noun, id) = (self.media_type.noun(), twin.id());
        let twins_name = twin.file_name.as_ref().map_or("", Word::as_str);
        let got = format!(
            "{}, a name that is taken; TikTok lists one {noun} of each content, and of this content {id}, named {twins_name}",
            self.name
        );
        let fix = format!(
            "use the {noun} {id}, which has the same content; only if it must have another name, give another file_name"
        );
        let allowed = "a name that no other creative of the ad account has";
        Failure::of_field(&marketing_api::NAME_TAKEN, "file_name", &got, allowed, &fix)
            .with_object(self.beside(Some(twin)))
    }

    /// Whether TikTok may show more of a creative's content later.
    pub(super) fn may_clear(&self, creative: &Creative) -> bool {
        self.content().is_some() && !is_ready(self.media_type, creative)
    }

    fn of_name(&self, creative: &Creative, content: &str, fix: &str) -> Failure {
        let (noun, id) = (self.media_type.noun(), creative.id());
        let got = format!("{}, the name of the {noun} {id}; {content}", self.name);
        let allowed = "a name that no other creative of the ad account has";
        Failure::of_field(&marketing_api::NAME_TAKEN, "file_name", &got, allowed, fix)
            .with_object(self.beside(Some(creative)))
    }

    /// State of the creative, beside one that may be it.
    fn beside(&self, found: Option<&Creative>) -> WrittenObject {
        WrittenObject {
            found: found.iter().map(|creative| creative.id().to_owned()).collect(),
            ..self.written(None)
        }
    }
}

/// A URL without its fragment, which no server gets. Its query stays: it can be all that tells two files apart.
fn without_fragment(url: &PublicUrl) -> &str {
    let text = url.as_str();
    text.split_once('#').map_or(text, |(before, _)| before)
}

const NOT_CHECKED: &str =
    "The file was not checked, because TikTok downloads it itself (source PULL_FROM_URL).";
