//! Upload of a creative under a name that no other one has: looked up, sent, and after a lost answer looked up again.

use std::time::Duration;

use super::{
    attempt::SentCreative,
    check::CheckedFile,
    job::{UploadJob, UploadOutcome, UploadRequest},
    library::{LibraryMatch, same_content, seek},
    ready::{await_ready, is_ready},
};
use crate::{
    integrations::{
        Failure,
        tiktok_ads::{context::AdsContext, covers::suggest},
    },
    marketing_api::{Creative, PlannedUpload, SuggestedCover},
    model::Word,
    progress::Phase,
};

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
    /// Suggested covers of a video.
    pub(in crate::integrations::tiktok_ads) covers: Vec<SuggestedCover>,
    /// Calls of a dry run.
    pub(in crate::integrations::tiktok_ads) calls: Vec<PlannedUpload>,
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

/// Uploads the file of a request, unless a creative with its name and content is there.
pub(in crate::integrations::tiktok_ads) async fn upload(
    context: &AdsContext,
    request: UploadRequest,
) -> Result<UploadedCreative, Failure> {
    let job = UploadJob::prepare(context, request)
        .await
        .map_err(Failure::nothing_written)?;
    let mut warnings = job.warnings();
    let Some(sent) = job.find_or_send().await? else {
        return Ok(UploadedCreative {
            calls: job.plan()?,
            ..job.result(None, UploadOutcome::Planned, warnings)
        });
    };
    let SentCreative {
        creative,
        outcome,
        is_found,
    } = sent;
    context.evidence.begun(job.written(Some(&creative)));
    warnings.extend(is_found.then(|| LOST.to_owned()));
    let is_pulled_before = outcome == UploadOutcome::AlreadyUploaded && job.bytes().is_none();
    warnings.extend(is_pulled_before.then(|| NOT_COMPARED.to_owned()));
    context.files.progress.begin(Phase::Processing);
    let creative = await_ready(context, job.media_type, creative, job.wait).await;
    let (covers, note) = job.covers_of(&creative).await;
    warnings.extend(note);
    Ok(UploadedCreative {
        covers,
        ..job.concluded(creative, outcome, warnings)
    })
}

/// Pause before the first look at a creative whose content TikTok does not show, and the longest one.
const PAUSES: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(15));

/// Result of a request for a name.
enum NameUse {
    Creative(Box<SentCreative>),
    /// Nothing, and nothing is made in a dry run.
    Nothing,
    /// A creative whose content TikTok does not show.
    Unclear(Box<Creative>),
}

impl UploadJob<'_> {
    /// The creative of an earlier request, or a new one; `None` in a dry run. One whose content TikTok does not show yet is
    /// looked at again until the wait is over.
    async fn find_or_send(&self) -> Result<Option<SentCreative>, Failure> {
        let clock = &self.context.clock;
        let patience = if self.dry_run { Duration::ZERO } else { self.wait };
        let end = clock.deadline_in(patience.min(clock.left_until(self.context.deadline)));
        let mut pause = PAUSES.0;
        loop {
            let creative = match self.use_name().await? {
                NameUse::Creative(sent) => return Ok(Some(*sent)),
                NameUse::Nothing => return Ok(None),
                NameUse::Unclear(creative) => creative,
            };
            let left = clock.left_until(end);
            if left.is_zero() || !self.may_clear(&creative) {
                return Err(self.unclear(&creative));
            }
            clock.sleep(pause.min(left)).await;
            pause = (pause + pause / 2).min(PAUSES.1);
        }
    }

    /// Looks for the name, and makes the creative if it is free. The name is locked meanwhile, and no longer: a request with
    /// the same one need not wait until the creative is ready.
    async fn use_name(&self) -> Result<NameUse, Failure> {
        let names = [format!("{} {}", self.media_type.noun(), self.name)];
        let lock = self.context.lock("file_name", &names).await;
        let _lock = lock.map_err(|failure| self.nothing(failure))?;
        let found = if self.looks_first() || self.dry_run {
            seek(self.context, self.sought()).await
        } else {
            Ok(LibraryMatch::Absent(None))
        };
        match found.map_err(|error| self.nothing(error.into()))? {
            LibraryMatch::Same(creative) => Ok(NameUse::Creative(Box::new(SentCreative::earlier(*creative)))),
            LibraryMatch::Other(creative) => Err(self.nothing(self.taken(&creative, true))),
            LibraryMatch::Unclear(creative) => Ok(NameUse::Unclear(creative)),
            LibraryMatch::Absent(_) if self.dry_run => Ok(NameUse::Nothing),
            LibraryMatch::Absent(_) => {
                self.context.files.progress.begin(Phase::Uploading);
                Ok(NameUse::Creative(Box::new(self.send().await?)))
            }
        }
    }

    /// Covers that TikTok suggests for a video that is ready, and a note if there are none.
    async fn covers_of(&self, creative: &Creative) -> (Vec<SuggestedCover>, Option<String>) {
        let count = self.covers.filter(|_| is_ready(self.media_type, creative));
        match count {
            Some(count) => match suggest(self.context, creative.id(), count).await {
                Ok(covers) => (covers, None),
                Err(note) => (Vec::new(), Some(note)),
            },
            None => (Vec::new(), self.covers.map(|_| NO_COVERS_YET.to_owned())),
        }
    }

    /// Result of an upload.
    fn concluded(
        &self,
        creative: Creative,
        outcome: UploadOutcome,
        mut warnings: Vec<String>,
    ) -> UploadedCreative {
        // TikTok has checked the MD5 that was sent. Whether it shows that of the file or of its own copy is not documented.
        let is_other = self
            .content()
            .is_some_and(|(md5, size)| same_content(&creative, md5, size) == Some(false));
        warnings.extend(is_other.then(|| OTHER_CONTENT.to_owned()));
        if !is_ready(self.media_type, &creative) {
            warnings.push(NOT_READY.to_owned());
        }
        let flaws = creative.flaw_types.iter().flatten().map(Word::as_str);
        let flaws: Vec<&str> = flaws.collect();
        if !flaws.is_empty() {
            warnings.push(format!("TikTok found faults in the video: {}.", flaws.join(", ")));
        }
        self.result(Some(creative), outcome, warnings)
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
            covers: Vec::new(),
            calls: Vec::new(),
            warnings,
        }
    }
}

const NOT_READY: &str = "TikTok is still processing the file. Ads can refuse it (40901) until `get_creatives` shows its width, \
                         for images is_carousel_usable; this takes up to 5 minutes.";

const NO_COVERS_YET: &str = "TikTok suggests covers once the video is ready: send the same request again, or ask with \
                             `suggest_covers` of `get_creatives`.";

const OTHER_CONTENT: &str = "TikTok shows another MD5 or size for the creative than those of the file. Look at it in TikTok Ads \
                             Manager before an ad uses it.";

const NOT_COMPARED: &str = "The creative was there before, under the name of this URL. Its content was not compared, because TikTok \
                            downloads the file itself. If the URL has another file by now, give a `file_name`.";

const LOST: &str = "TikTok's answer was lost; the creative was found by its name.";
