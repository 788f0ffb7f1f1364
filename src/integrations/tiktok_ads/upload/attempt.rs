//! Attempts to make a creative, and the search for it after a lost answer.

use std::time::Duration;

use super::{
    chunks::{ChunkSender, ONE_CALL_MAX},
    file::CreativeFile,
    job::{UploadJob, UploadOutcome},
    library::{LibraryMatch, seek},
    outgoing::{part, whole},
};
use crate::{
    catalogue::{FailureCode, marketing_api},
    http::WriteObserver as _,
    integrations::{Failure, tiktok_ads::evidence::ChangeObserver},
    marketing_api::{Creative, FileLink, LinkedUpload, MarketingError},
};

/// Attempts to make the creative. A further one is safe, because TikTok refuses a name that is taken.
const SENDS_MAX: u32 = 3;

/// Pause before a search, since lists can lag.
const LOOK: Duration = Duration::from_secs(2);

/// Longest pause between two searches.
const LOOK_MAX: Duration = Duration::from_secs(15);

/// Time for searches for a creative that exists and is not listed: TikTok may leave out a video that it processes.
const SEARCH_TIME: Duration = Duration::from_mins(1);

/// Attempt to make the creative that did not succeed.
enum SendFault {
    /// Nothing was made.
    Refused(Failure),
    /// TikTok says that the name is taken.
    Taken(Failure),
    /// It may have been made.
    Lost(Failure),
}

/// Creative that a request made, or that was there.
pub(super) struct SentCreative {
    /// The creative.
    pub(super) creative: Creative,
    /// Result.
    pub(super) outcome: UploadOutcome,
    /// Whether it was found because TikTok's answer was lost.
    pub(super) is_found: bool,
}

impl SentCreative {
    fn made(creative: Creative) -> Self {
        Self {
            creative,
            outcome: UploadOutcome::Uploaded,
            is_found: false,
        }
    }

    /// Creative of an earlier request.
    pub(super) fn earlier(creative: Creative) -> Self {
        Self {
            creative,
            outcome: UploadOutcome::AlreadyUploaded,
            is_found: false,
        }
    }
}

impl UploadJob<'_> {
    /// Makes the creative.
    pub(super) async fn send(&self) -> Result<SentCreative, Failure> {
        let mut lost: Option<Failure> = None;
        for _ in 0..SENDS_MAX {
            let (failure, is_taken) = match self.attempt(lost.is_some()).await {
                Ok(creative) => return Ok(SentCreative::made(creative)),
                Err(SendFault::Refused(failure)) => return Err(self.nothing(failure)),
                Err(SendFault::Taken(failure)) => (failure, true),
                Err(SendFault::Lost(failure)) => (failure, false),
            };
            let was_lost = lost.is_some() || !is_taken;
            let found = self.search(is_taken, was_lost).await;
            match found {
                Ok(LibraryMatch::Same(creative)) if was_lost => {
                    return Ok(SentCreative {
                        is_found: true,
                        ..SentCreative::made(*creative)
                    });
                }
                Ok(LibraryMatch::Same(creative)) => return Ok(SentCreative::earlier(*creative)),
                // TikTok may show the MD5 and the size of its own copy.
                Ok(LibraryMatch::Other(creative) | LibraryMatch::Unclear(creative)) if was_lost => {
                    return Err(self.unconfirmed(failure, Some(&creative)));
                }
                Ok(LibraryMatch::Other(creative)) => return Err(self.nothing(self.taken(&creative, true))),
                Ok(LibraryMatch::Unclear(creative)) => return Err(self.unclear(&creative)),
                Ok(LibraryMatch::Absent(Some(twin))) if is_taken && !was_lost => {
                    return Err(self.nothing(self.hidden(&twin)));
                }
                Ok(LibraryMatch::Absent(_)) if is_taken && !was_lost => {
                    return Err(self.nothing(unlisted(failure)));
                }
                Ok(LibraryMatch::Absent(_)) if is_taken => return Err(self.unconfirmed(failure, None)),
                // The name is free, or TikTok refuses it as taken.
                Ok(LibraryMatch::Absent(_)) => {}
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
        let (name, media_type) = (self.name.as_str(), self.media_type);
        match &self.file {
            CreativeFile::Url(url) => Ok(self.link(FileLink::Url(url.as_str()), observer).await),
            CreativeFile::Bytes(file) if file.source.size().0 > ONE_CALL_MAX => {
                let chunks = ChunkSender {
                    context: self.context,
                    media_type,
                    name,
                    file,
                };
                self.use_copy(&chunks, observer).await
            }
            CreativeFile::Bytes(file) => {
                let range = whole(&file.source);
                let part = part(self.context, &file.source, range, (name, file.mime));
                let api = &self.context.api;
                Ok(api
                    .upload_file(media_type, &self.digest, part, Some(observer))
                    .await)
            }
        }
    }

    /// Makes the creative of the file that is uploaded in chunks, which is uploaded again if TikTok no longer has it.
    async fn use_copy(
        &self,
        chunks: &ChunkSender<'_>,
        observer: &ChangeObserver<'_>,
    ) -> Result<Result<Creative, MarketingError>, Failure> {
        let mut copy = self.copy.lock().await;
        loop {
            let file_id = chunks.file_id(&mut copy).await?;
            let made = self.link(FileLink::FileId(&file_id), observer).await;
            if !is_gone(made.as_ref().err()) || !chunks.renews(&mut copy) {
                return Ok(made);
            }
            observer.without_effect().await;
        }
    }

    /// Makes the creative of a file that TikTok takes from elsewhere.
    async fn link(
        &self,
        link: FileLink<'_>,
        observer: &ChangeObserver<'_>,
    ) -> Result<Creative, MarketingError> {
        let upload = LinkedUpload {
            media_type: self.media_type,
            file_name: &self.name,
            link,
        };
        let made = self.context.api.write(&upload, Some(observer)).await;
        made.map(|answer| answer.data.0)
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
            // The name was free before, so it is the lost one, whatever TikTok shows of its content.
            let found = match found {
                Ok(LibraryMatch::Unclear(creative) | LibraryMatch::Other(creative))
                    if was_lost && self.looks_first() =>
                {
                    Ok(LibraryMatch::Same(creative))
                }
                found => found,
            };
            let is_clear = match &found {
                Ok(LibraryMatch::Same(_) | LibraryMatch::Other(_)) => true,
                Ok(LibraryMatch::Absent(twin)) => !exists || (twin.is_some() && !was_lost),
                Ok(LibraryMatch::Unclear(_)) | Err(_) => false,
            };
            if is_clear || clock.left_until(end).is_zero() {
                return found;
            }
        }
    }
}

/// Whether TikTok no longer has the file that was uploaded in chunks.
fn is_gone(error: Option<&MarketingError>) -> bool {
    let codes = [&marketing_api::FILE_EXPIRED, &marketing_api::FILE_MISSING].map(|row| row.code);
    matches!(error, Some(MarketingError::Refused(refusal)) if codes.contains(&refusal.code.as_str()))
}

/// Failure of a name that is taken by a creative that is not listed.
fn unlisted(failure: Failure) -> Failure {
    let message = format!(
        "{} The list does not show that file: TikTok may be processing it, or list only another one with the same content.",
        failure.message
    );
    let remedy = "If the same file may have been uploaded in the last minutes, send the same request again after 5 minutes: \
                  TikTok may list a video only once it is processed. If no earlier request can have uploaded it, give another `file_name`.";
    Failure {
        message,
        remedy: Some(remedy.into()),
        ..failure
    }
}
