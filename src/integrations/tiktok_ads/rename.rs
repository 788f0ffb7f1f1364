//! New name of a creative: read, compared, sent, and read again, because TikTok changes a name that another creative has
//! without an error (docs/tiktok-marketing-api.md#videos).

use std::{slice, time::Duration};

use super::{
    change::ChangeOutcome,
    context::AdsContext,
    creatives::{absent, look_up},
    evidence::ChangeObserver,
    inputs::plan,
    written::{WriteKind, WrittenObject},
};
use crate::{
    http::WriteObserver as _,
    integrations::Failure,
    marketing_api::{Creative, CreativeRename, MediaType, PlannedCall},
    model::Word,
};

/// Creative with its new name.
#[derive(Debug, Clone)]
pub(super) struct RenameRequest {
    pub(super) media_type: MediaType,
    /// Id of the creative.
    pub(super) id: String,
    /// New name.
    pub(super) file_name: String,
    /// Whether the call is only shown.
    pub(super) dry_run: bool,
}

/// Creative after a rename.
#[derive(Debug)]
pub(super) struct RenamedCreative {
    pub(super) previous_name: Option<String>,
    /// Name that TikTok lists, or the one that was sent if it could not be read.
    pub(super) file_name: String,
    pub(super) outcome: ChangeOutcome,
    pub(super) calls: Vec<PlannedCall>,
    pub(super) warnings: Vec<String>,
}

/// Wait before the creative is read after a lost call.
const LOOK: Duration = Duration::from_secs(1);

/// Waits before the creative is read for its new name.
const LOOKS: [Duration; 3] = [LOOK, Duration::from_secs(2), Duration::from_secs(4)];

const UNCONFIRMED: &str = "`file_name` is the name that was sent; TikTok changes it if another creative has it. Look at it with \
                           `get_creatives` in a minute.";

const LOST: &str = "TikTok's answer was lost; the creative was read again and has a new name.";

/// Renames a creative. A name is absolute, so a call whose answer is lost is sent again once.
pub(super) async fn rename(
    context: &AdsContext,
    request: &RenameRequest,
) -> Result<RenamedCreative, Failure> {
    let nothing = |failure: Failure| failure.with_object(written()).nothing_written();
    let id = slice::from_ref(&request.id);
    let _lock = context.lock(request.media_type.id(), id).await.map_err(nothing)?;
    let previous = name_of(context, request).await.map_err(nothing)?;
    let mut renamed = RenamedCreative {
        file_name: request.file_name.clone(),
        previous_name: previous.clone(),
        outcome: ChangeOutcome::Changed,
        calls: Vec::new(),
        warnings: context.evidence.input_warnings.clone(),
    };
    let body = CreativeRename {
        media_type: request.media_type,
        id: request.id.clone(),
        file_name: request.file_name.clone(),
    };
    if previous.as_ref() == Some(&request.file_name) {
        renamed.outcome = ChangeOutcome::Unchanged;
    } else if request.dry_run {
        renamed.outcome = ChangeOutcome::Planned;
        renamed.calls.push(plan(&context.api, &body).map_err(nothing)?);
    } else {
        let is_lost = send(context, request, &body, previous.as_ref()).await?;
        renamed.warnings.extend(is_lost.then(|| LOST.to_owned()));
        renamed.take_name(context, request).await;
    }
    Ok(renamed)
}

impl RenamedCreative {
    /// Reads the name that TikTok gave the creative. TikTok may list the old one for some time.
    async fn take_name(&mut self, context: &AdsContext, request: &RenameRequest) {
        let mut listed: Option<String> = None;
        for wait in LOOKS {
            listed = wait_and_read(context, request, wait).await.or(listed);
            if listed.is_some() && listed != self.previous_name {
                break;
            }
        }
        match listed {
            Some(name) if name == request.file_name => {}
            Some(name) if Some(&name) != self.previous_name.as_ref() => {
                self.warnings.push(format!(
                    "Another creative has the name {}, so TikTok changed it to {name}.",
                    request.file_name
                ));
                self.file_name = name;
            }
            Some(name) => self.warnings.push(format!(
                "TikTok took the new name and still lists {name}. {UNCONFIRMED}"
            )),
            None => self.warnings.push(format!(
                "TikTok took the new name, and the creative could not be read after it. {UNCONFIRMED}"
            )),
        }
    }
}

fn written() -> WrittenObject {
    WrittenObject::unnamed(WriteKind::Change)
}

/// Name of the creative. Errors: it does not exist, or ads cannot use it.
async fn name_of(context: &AdsContext, request: &RenameRequest) -> Result<Option<String>, Failure> {
    let found = look_up(context, request.media_type, slice::from_ref(&request.id)).await?;
    let this = found.into_iter().find(|creative| creative.id() == request.id);
    match this {
        Some(creative) => Ok(file_name(&creative)),
        None => Err(absent(request.media_type, &request.id)),
    }
}

fn file_name(creative: &Creative) -> Option<String> {
    creative.file_name.as_ref().map(Word::as_str).map(str::to_owned)
}

/// Sends the call, and once more if its answer was lost and the creative has its old name. Returns whether the effect is
/// known from the creative only.
async fn send(
    context: &AdsContext,
    request: &RenameRequest,
    body: &CreativeRename,
    previous: Option<&String>,
) -> Result<bool, Failure> {
    let Some(lost) = attempt(context, body, false).await? else {
        return Ok(false);
    };
    let is_new = |name: Option<String>| name.is_some_and(|name| Some(&name) != previous);
    if is_new(wait_and_read(context, request, LOOK).await) {
        return Ok(true);
    }
    let again = match attempt(context, body, true).await {
        Ok(None) => return Ok(false),
        Ok(Some(failure)) | Err(failure) => failure,
    };
    if is_new(wait_and_read(context, request, LOOK).await) {
        return Ok(true);
    }
    let message = format!("{} Sent again: {}", lost.message, again.message);
    let failure = Failure { message, ..lost }.unconfirmed_change();
    Err(failure.with_object(written()))
}

/// Sends the call. Returns the failure of a call that may have had its effect. Errors: TikTok refused it.
async fn attempt(
    context: &AdsContext,
    body: &CreativeRename,
    is_repeated: bool,
) -> Result<Option<Failure>, Failure> {
    let observer = ChangeObserver {
        evidence: &context.evidence,
        begun: written(),
        before: is_repeated.then(written),
    };
    match context.api.write(body, Some(&observer)).await {
        Ok(_) => Ok(None),
        Err(error) if error.effect_unknown() => Ok(Some(error.into())),
        Err(error) => {
            observer.without_effect().await;
            Err(Failure::from(error).with_object(written()).nothing_written())
        }
    }
}

/// Name of the creative after a wait; `None` if it cannot be read in time.
async fn wait_and_read(context: &AdsContext, request: &RenameRequest, wait: Duration) -> Option<String> {
    if context.clock.left_until(context.deadline) <= wait {
        return None;
    }
    context.clock.sleep(wait).await;
    name_of(context, request).await.ok().flatten()
}
