//! Upload of a creative under a name that no other one has: looked up, sent, and after a lost answer looked up again.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use tokio::sync::OnceCell;

use super::{
    chunks::{ChunkedUpload, ONE_CALL_MAX},
    file::{CheckedFile, CreativeFile, CreativeInputs, FileOrigin},
    library::{LibraryMatch, SoughtCreative, same_content, seek},
    name::{default_name, extension_at},
    outgoing::{md5_of, md5_of_text, part, whole},
    ready::{await_ready, is_ready},
};
use crate::{
    catalogue::{FailureCode, marketing_api},
    http::WriteObserver as _,
    integrations::{
        Failure,
        tiktok_ads::{
            context::AdsContext,
            evidence::ChangeObserver,
            written::{WriteKind, WrittenObject},
        },
    },
    marketing_api::{Creative, FileLink, LinkedUpload, MarketingError, MediaType, Members},
    model::Word,
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

/// Creative after an upload.
#[derive(Debug)]
pub(in crate::integrations::tiktok_ads) struct UploadedCreative {
    /// The creative as TikTok shows it; `None` after a dry run.
    pub(in crate::integrations::tiktok_ads) creative: Option<Creative>,
    /// Result.
    pub(in crate::integrations::tiktok_ads) outcome: UploadOutcome,
    /// Name.
    pub(in crate::integrations::tiktok_ads) file_name: String,
    /// MD5 and size of the file; `None` if TikTok downloads it.
    pub(in crate::integrations::tiktok_ads) content: Option<(String, u64)>,
    /// Facts about the file that this program read.
    pub(in crate::integrations::tiktok_ads) file: Option<FileFigures>,
    /// Whether ads can use it now.
    pub(in crate::integrations::tiktok_ads) ready: bool,
    /// Notes.
    pub(in crate::integrations::tiktok_ads) warnings: Vec<String>,
}

/// Size and length of a picture, as this program read them.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::integrations::tiktok_ads) struct FileFigures {
    /// Width in pixels.
    pub(in crate::integrations::tiktok_ads) width: Option<u32>,
    /// Height in pixels.
    pub(in crate::integrations::tiktok_ads) height: Option<u32>,
    /// Length of a video.
    pub(in crate::integrations::tiktok_ads) duration: Option<Duration>,
}

/// Attempts to make the creative. A further one is safe, because TikTok refuses a name that is taken.
const SENDS_MAX: u32 = 3;

/// Pause before a search, since lists can lag.
const LOOK: Duration = Duration::from_secs(2);

/// Longest pause between two searches.
const LOOK_MAX: Duration = Duration::from_secs(15);

/// Time for searches for a creative that exists and is not listed: TikTok may leave out a video that it processes.
const SEARCH_TIME: Duration = Duration::from_mins(1);

const LOST: &str = "TikTok's answer was lost; the creative was found by its name.";

/// Uploads the file of a request, unless a creative with its name and content is there.
pub(in crate::integrations::tiktok_ads) async fn upload(
    context: &AdsContext,
    request: UploadRequest,
) -> Result<UploadedCreative, Failure> {
    let job = UploadJob::prepare(context, request)
        .await
        .map_err(Failure::nothing_written)?;
    let names = [format!("{} {}", job.media_type.noun(), job.name)];
    let lock = context.lock("file_name", &names).await;
    let _lock = lock.map_err(|failure| job.nothing(failure))?;
    let mut warnings = job.warnings();
    let known = job.known_before().await.map_err(|failure| job.nothing(failure))?;
    let (creative, outcome) = match known {
        Some(creative) => (creative, UploadOutcome::AlreadyUploaded),
        None if job.dry_run => return Ok(job.planned(warnings)),
        None => {
            context.files.progress.begin(Phase::Uploading);
            let sent = job.send(&mut warnings).await?;
            context.evidence.begun(job.written(Some(&sent.0)));
            sent
        }
    };
    context.files.progress.begin(Phase::Processing);
    let creative = await_ready(context, job.media_type, creative, job.wait).await;
    job.concluded(creative, outcome, warnings)
}

/// Upload under way.
struct UploadJob<'a> {
    context: &'a AdsContext,
    media_type: MediaType,
    name: String,
    is_named_by_content: bool,
    file: CreativeFile,
    /// MD5 of the file, or of its URL if TikTok downloads it.
    digest: String,
    /// Id of the file that was uploaded in chunks, which all attempts use.
    file_id: OnceCell<String>,
    wait: Duration,
    dry_run: bool,
}

/// Attempt to make the creative that did not succeed.
enum SendFault {
    /// Nothing was made.
    Refused(Failure),
    /// TikTok says that the name is taken.
    Taken(Failure),
    /// It may have been made.
    Lost(Failure),
}

impl<'a> UploadJob<'a> {
    /// Reads the file and names the creative.
    async fn prepare(context: &'a AdsContext, request: UploadRequest) -> Result<Self, Failure> {
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
            file_id: OnceCell::new(),
            wait: request.wait,
            dry_run: request.dry_run,
        })
    }

    fn bytes(&self) -> Option<&CheckedFile> {
        match &self.file {
            CreativeFile::Bytes(file) => Some(file),
            CreativeFile::Url(_) => None,
        }
    }

    /// MD5 and size.
    fn content(&self) -> Option<(&str, u64)> {
        self.bytes()
            .map(|file| (self.digest.as_str(), file.source.size().0))
    }

    fn sought(&self) -> SoughtCreative<'_> {
        SoughtCreative {
            media_type: self.media_type,
            name: &self.name,
            content: self.content(),
            is_named_by_content: self.is_named_by_content,
        }
    }

    fn warnings(&self) -> Vec<String> {
        let file = self.bytes().map(|file| file.warnings.clone());
        file.unwrap_or_else(|| vec![NOT_CHECKED.to_owned()])
    }

    /// Whether the name is looked up before anything is sent. TikTok does not search images by name, so they are sent at
    /// once, and TikTok refuses a name that is taken. Of a file that TikTok downloads only the name is known.
    fn looks_first(&self) -> bool {
        self.media_type == MediaType::Video || self.bytes().is_none()
    }

    /// The creative of an earlier request. Errors: another creative has the name.
    async fn known_before(&self) -> Result<Option<Creative>, Failure> {
        if !self.looks_first() {
            return Ok(None);
        }
        match seek(self.context, self.sought()).await? {
            LibraryMatch::Absent => Ok(None),
            LibraryMatch::Same(creative) => Ok(Some(*creative)),
            LibraryMatch::Other(creative) => Err(self.taken(&creative, true)),
            LibraryMatch::Unclear(creative) => Err(self.taken(&creative, false)),
        }
    }

    /// Makes the creative.
    async fn send(&self, warnings: &mut Vec<String>) -> Result<(Creative, UploadOutcome), Failure> {
        let mut lost: Option<Failure> = None;
        for _ in 0..SENDS_MAX {
            let (failure, is_taken) = match self.attempt(lost.is_some()).await {
                Ok(creative) => return Ok((creative, UploadOutcome::Uploaded)),
                Err(SendFault::Refused(failure)) => return Err(self.nothing(failure)),
                Err(SendFault::Taken(failure)) => (failure, true),
                Err(SendFault::Lost(failure)) => (failure, false),
            };
            let was_lost = lost.is_some() || !is_taken;
            let found = self.search(is_taken, was_lost).await;
            match found {
                Ok(LibraryMatch::Same(creative)) if was_lost => {
                    warnings.push(LOST.to_owned());
                    return Ok((*creative, UploadOutcome::Uploaded));
                }
                Ok(LibraryMatch::Same(creative)) => return Ok((*creative, UploadOutcome::AlreadyUploaded)),
                Ok(LibraryMatch::Other(creative)) => return Err(self.nothing(self.taken(&creative, true))),
                Ok(LibraryMatch::Unclear(creative)) if was_lost => {
                    return Err(self.unconfirmed(failure, Some(&creative)));
                }
                Ok(LibraryMatch::Unclear(creative)) => return Err(self.nothing(self.taken(&creative, false))),
                Ok(LibraryMatch::Absent) if is_taken && !was_lost => {
                    return Err(self.nothing(unlisted(failure)));
                }
                Ok(LibraryMatch::Absent) if is_taken => return Err(self.unconfirmed(failure, None)),
                // The name is free, or TikTok refuses it as taken.
                Ok(LibraryMatch::Absent) => {}
                Err(_unread) if !was_lost => return Err(self.nothing(failure)),
                Err(_unread) => return Err(self.unconfirmed(failure, None)),
            }
            lost = Some(failure);
        }
        let failure =
            lost.unwrap_or_else(|| Failure::with_code(FailureCode::Known(&marketing_api::NAME_TAKEN), ""));
        Err(self.unconfirmed(failure, None))
    }

    /// Sends the file once.
    async fn attempt(&self, is_repeated: bool) -> Result<Creative, SendFault> {
        let observer = ChangeObserver {
            evidence: &self.context.evidence,
            begun: self.written(None),
            before: is_repeated.then(|| self.written(None)),
        };
        let error = match self.call(&observer).await {
            Ok(result) => match result {
                Ok(creative) => return Ok(creative),
                Err(error) => error,
            },
            Err(failure) if is_repeated => return Err(SendFault::Lost(failure)),
            Err(failure) => return Err(SendFault::Refused(failure)),
        };
        if error.effect_unknown() {
            return Err(SendFault::Lost(error.into()));
        }
        observer.without_effect().await;
        let is_taken = matches!(&error, MarketingError::Refused(refusal)
            if refusal.code == marketing_api::NAME_TAKEN.code);
        let failure = Failure::from(error);
        match is_taken {
            true => Err(SendFault::Taken(failure)),
            // An earlier attempt may have been made.
            false if is_repeated => Err(SendFault::Lost(failure)),
            false => Err(SendFault::Refused(failure)),
        }
    }

    /// The call that makes the creative. The outer error is of an upload in chunks, which made none.
    async fn call(&self, observer: &ChangeObserver<'_>) -> Result<Result<Creative, MarketingError>, Failure> {
        let api = &self.context.api;
        let (name, media_type) = (self.name.as_str(), self.media_type);
        let linked = async |link| {
            let upload = LinkedUpload {
                media_type,
                file_name: name,
                link,
            };
            Ok(api
                .write(&upload, Some(observer))
                .await
                .map(|answer| answer.data.0))
        };
        match &self.file {
            CreativeFile::Url(url) => linked(FileLink::Url(url.as_str())).await,
            CreativeFile::Bytes(file) if file.source.size().0 > ONE_CALL_MAX => {
                let chunks = ChunkedUpload {
                    context: self.context,
                    media_type,
                    name,
                    file,
                };
                let file_id = self.file_id.get_or_try_init(|| chunks.send()).await?;
                linked(FileLink::FileId(file_id)).await
            }
            CreativeFile::Bytes(file) => {
                let range = whole(&file.source);
                let part = part(self.context, &file.source, range, (name, file.mime));
                Ok(api
                    .upload_file(media_type, &self.digest, part, Some(observer))
                    .await)
            }
        }
    }

    /// Searches for the creative after an attempt. One that exists is searched for until its content is clear.
    async fn search(&self, exists: bool, was_lost: bool) -> Result<LibraryMatch, MarketingError> {
        let clock = &self.context.clock;
        let time = if exists { SEARCH_TIME.max(self.wait) } else { LOOK };
        let end = clock.deadline_in(time.min(clock.left_until(self.context.deadline)));
        let mut wait = LOOK;
        loop {
            clock.sleep(wait.min(clock.left_until(end))).await;
            wait = (wait + wait / 2).min(LOOK_MAX);
            let found = seek(self.context, self.sought()).await;
            // The name was free before, so it is the lost one.
            let found = match found {
                Ok(LibraryMatch::Unclear(creative)) if was_lost && self.looks_first() => {
                    Ok(LibraryMatch::Same(creative))
                }
                found => found,
            };
            let is_clear = match &found {
                Ok(LibraryMatch::Same(_) | LibraryMatch::Other(_)) => true,
                Ok(LibraryMatch::Absent) => !exists,
                Ok(LibraryMatch::Unclear(_)) | Err(_) => false,
            };
            if is_clear || clock.left_until(end).is_zero() {
                return found;
            }
        }
    }

    /// State of the creative for errors.
    fn written(&self, creative: Option<&Creative>) -> WrittenObject {
        let mut facts = Members::new();
        facts.insert(self.media_type.id().into(), json!(creative.map(Creative::id)));
        facts.insert("file_name".into(), json!(self.name));
        if let Some((md5, size)) = self.content() {
            facts.insert("md5".into(), json!(md5));
            facts.insert("size".into(), json!(size));
        }
        WrittenObject {
            facts,
            ..WrittenObject::unnamed(WriteKind::Upload)
        }
    }

    /// Failure of a request that made no creative.
    fn nothing(&self, failure: Failure) -> Failure {
        failure.with_object(self.written(None)).nothing_written()
    }

    /// Failure of an attempt that may have made the creative.
    fn unconfirmed(&self, failure: Failure, creative: Option<&Creative>) -> Failure {
        failure.unconfirmed_change().with_object(self.written(creative))
    }

    /// Failure because of a creative with the name, which has another content, or one that TikTok does not show.
    fn taken(&self, creative: &Creative, is_other: bool) -> Failure {
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
        Failure::of_field(&marketing_api::NAME_TAKEN, "file_name", &got, allowed, &fix)
    }

    fn planned(&self, warnings: Vec<String>) -> UploadedCreative {
        self.result(None, UploadOutcome::Planned, warnings)
    }

    /// Result of an upload. Errors: TikTok shows another content than that of the file.
    fn concluded(
        &self,
        creative: Creative,
        outcome: UploadOutcome,
        mut warnings: Vec<String>,
    ) -> Result<UploadedCreative, Failure> {
        let is_damaged = self
            .content()
            .is_some_and(|(md5, size)| same_content(&creative, md5, size) == Some(false));
        if is_damaged {
            return Err(self.damaged(&creative));
        }
        if !is_ready(self.media_type, &creative) {
            warnings.push(NOT_READY.to_owned());
        }
        let flaws = creative.flaw_types.iter().flatten().map(Word::as_str);
        let flaws: Vec<&str> = flaws.collect();
        if !flaws.is_empty() {
            warnings.push(format!("TikTok found faults in the video: {}.", flaws.join(", ")));
        }
        Ok(self.result(Some(creative), outcome, warnings))
    }

    fn damaged(&self, creative: &Creative) -> Failure {
        let (noun, id) = (self.media_type.noun(), creative.id());
        let message =
            format!("(TikTok shows another MD5 or size for the {noun} {id} than that of the file.)");
        let remedy = format!(
            "Delete the {noun} {id} with `delete_creative`, then send the same request again. If it fails again, report the \
             file's size and the `log_id` to this program's maintainers."
        );
        let code = FailureCode::Known(&marketing_api::WRONG_FILE_SIGNATURE);
        let failure = Failure {
            remedy: Some(remedy.into()),
            ..Failure::with_code(code, &message)
        };
        failure.with_object(self.written(Some(creative)))
    }

    fn result(
        &self,
        creative: Option<Creative>,
        outcome: UploadOutcome,
        warnings: Vec<String>,
    ) -> UploadedCreative {
        let listed_name = creative.as_ref().and_then(|creative| creative.file_name.as_ref());
        let figures = |file: &CheckedFile| FileFigures {
            width: file.frame.map(|frame| frame.width),
            height: file.frame.map(|frame| frame.height),
            duration: file.duration,
        };
        UploadedCreative {
            file_name: listed_name.map_or_else(|| self.name.clone(), |name| name.as_str().to_owned()),
            ready: creative
                .as_ref()
                .is_some_and(|creative| is_ready(self.media_type, creative)),
            content: self.content().map(|(md5, size)| (md5.to_owned(), size)),
            file: self.bytes().map(figures),
            creative,
            outcome,
            warnings,
        }
    }
}

/// Failure of a name that is taken by a creative that is not listed.
fn unlisted(failure: Failure) -> Failure {
    let message = format!("{} The list does not show that file.", failure.message);
    let remedy = "If the same file may have been uploaded in the last minutes, send the same request again after 5 minutes: \
                  TikTok may list a video only once it is processed. Otherwise give another `file_name`.";
    Failure {
        message,
        remedy: Some(remedy.into()),
        ..failure
    }
}

const NOT_CHECKED: &str =
    "The file was not checked, because TikTok downloads it itself (source PULL_FROM_URL).";

const NOT_READY: &str = "TikTok is still processing the file. Ads can refuse it (40901) until `get_creatives` shows its width, \
                         for images is_carousel_usable; this takes up to 5 minutes.";
