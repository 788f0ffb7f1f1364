//! Known state of an object that a failed request was to create, change or delete.

use std::{any::Any, borrow::Cow, sync::Arc};

use serde_json::{Map, Value, json};

use crate::{
    catalogue::{FailureCode, Row, marketing_api, own},
    integrations::{Failure, WriteState},
    marketing_api::{MediaType, Members, ObjectLevel},
    model::{Advice, Outcome, Word},
};

/// Effect of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WriteKind {
    /// A new object.
    Create,
    /// A change that has the same effect when it is sent again: an update, a new status, a deletion.
    Change,
    /// An upload of a creative, whose name is looked up before it is sent again.
    Upload,
}

/// Known state of an object that a failed request was to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenObject {
    /// Effect of the write.
    pub(super) kind: WriteKind,
    /// Level of the object; `None` if the request had not got so far.
    pub(super) level: Option<ObjectLevel>,
    /// Id of the object, if it is known.
    pub(super) id: Option<String>,
    /// Ids of objects that can be the created one.
    pub(super) found: Vec<String>,
    /// Names of the changes that were made before the failure.
    pub(super) applied: Vec<String>,
    /// Results of the objects of a deletion.
    pub(super) results: Vec<Value>,
    /// Whether the request has an idempotency key.
    pub(super) has_key: bool,
    /// Further members of the error.
    pub(super) facts: Members,
    /// Next step after a change that may have been made, if the same request again does not make it.
    pub(super) then: Option<String>,
}

/// Remedy for an object that may exist, if the request has a key.
const SAME_KEY: &str = "Send the same request with the same idempotency_key again, after `retry_after` seconds if that is set: \
                        it looks for the object first, and creates it only if it does not exist. Never send it with another \
                        key or without one.";

/// The same, after the remedy of another problem.
const THEN_SAME_KEY: &str = "Then send the same request with the same idempotency_key again: it looks for the object first, and \
                             creates it only if it does not exist.";

/// Remedy for an object that may exist, if the request has no key.
const LOOK_FIRST: &str = "Do not send it again yet, or the object may be created twice. Wait a minute, then look for its name \
                          with `get_campaigns`, `get_ad_groups` or `get_ads`. Send it again only if it is not there. An \
                          `idempotency_key` makes this search part of the request.";

/// Remedy for a change that may have been made.
const SAME_CHANGE: &str = "Read the object to see whether it has changed. If the change is still wanted, send the same request again: sent twice, it has \
     the same effect.";

/// Remedy for an upload that may have been made.
const SAME_UPLOAD: &str =
    "Send the same request again: it looks for the name first, and uploads only if no creative has it.";

/// Remedy for an upload that made its creative, and was stopped after it.
const UPLOADED: &str = "The file is uploaded, and this error has its id. Wait until `get_creatives` shows that ads can use it. The same \
                        request again uploads nothing twice.";

/// Remedy of a change, before a next step.
const MISSING_CHANGES: &str = "Read the object to see whether it has changed. Sending the same request again makes only the changes that \
                               are missing.";

impl WrittenObject {
    /// An object of unknown level and id.
    pub(super) fn unnamed(kind: WriteKind) -> Self {
        Self {
            kind,
            level: None,
            id: None,
            found: Vec::new(),
            applied: Vec::new(),
            results: Vec::new(),
            has_key: false,
            facts: Members::new(),
            then: None,
        }
    }

    /// An object of this level.
    pub(super) fn at(kind: WriteKind, level: ObjectLevel) -> Self {
        Self {
            level: Some(level),
            ..Self::unnamed(kind)
        }
    }

    /// Creative of an upload, with the MD5 and the size of its file if this program sends it.
    pub(super) fn of_upload(
        media_type: MediaType,
        id: Option<&str>,
        file_name: &str,
        content: Option<(&str, u64)>,
    ) -> Self {
        let mut facts = Members::new();
        facts.insert(media_type.id().into(), json!(id));
        facts.insert("file_name".into(), json!(file_name));
        if let Some((md5, size)) = content {
            facts.insert("md5".into(), json!(md5));
            facts.insert("size".into(), json!(size));
        }
        Self {
            id: id.map(str::to_owned),
            facts,
            ..Self::unnamed(WriteKind::Upload)
        }
    }

    /// Outcome if the request is stopped now.
    pub(super) const fn outcome(&self) -> Outcome {
        match (self.kind, &self.id) {
            // TikTok has the file, and its processing goes on.
            (WriteKind::Upload, Some(_)) => Outcome::Processing,
            _ => Outcome::Unconfirmed,
        }
    }

    #[must_use]
    pub(super) fn with_key(self, has_key: bool) -> Self {
        Self { has_key, ..self }
    }

    #[must_use]
    pub(super) fn with_id(self, id: &str) -> Self {
        Self {
            id: Some(id.to_owned()),
            ..self
        }
    }

    /// Members of a result.
    pub(super) fn shown(&self) -> Map<String, Value> {
        let mut members = self.facts.clone();
        if !self.results.is_empty() {
            members.insert("results".into(), json!(self.results));
        } else if let Some(level) = self.level {
            members.insert(level.id_member().into(), json!(self.id));
        }
        if !self.found.is_empty() {
            members.insert("found".into(), json!(self.found));
        }
        if !self.applied.is_empty() {
            members.insert("applied".into(), json!(self.applied));
        }
        members
    }

    fn of_unconfirmed(&self, row: Option<&Row>, usual: Advice) -> Advice {
        // By text: TikTok's `internal_error` is about a repeat too.
        let is_about_repeating = row.is_some_and(|row| {
            [
                own::CREATION_UNCONFIRMED.code,
                own::INTERRUPTED.code,
                own::INTERNAL_ERROR.code,
            ]
            .contains(&row.code)
        });
        let advice = |retryable, remedy: &'static str| Advice {
            retryable,
            remedy: Some(remedy.into()),
        };
        match (self.kind, self.has_key) {
            // Once the operator has deleted the row, the same key creates; the row's remedy names the check before that.
            _ if row == Some(&own::STATE_UNTRUSTED) => Advice {
                retryable: false,
                ..usual
            },
            // Its remedy is that of the change that failed.
            (WriteKind::Change, _) if row == Some(&own::PARTLY_APPLIED) => usual,
            (WriteKind::Change, _) => match &self.then {
                None => advice(true, SAME_CHANGE),
                // The same request alone would not make it.
                Some(then) => Advice {
                    retryable: false,
                    remedy: Some(format!("{MISSING_CHANGES} {then}").into()),
                },
            },
            (WriteKind::Upload, _) => advice(true, SAME_UPLOAD),
            (WriteKind::Create, false) => advice(false, LOOK_FIRST),
            (WriteKind::Create, true) if is_about_repeating => advice(true, SAME_KEY),
            (WriteKind::Create, true) => Advice {
                retryable: usual.retryable,
                remedy: Some(match usual.remedy {
                    Some(remedy) => format!("{remedy} {THEN_SAME_KEY}").into(),
                    None => SAME_KEY.into(),
                }),
            },
        }
    }
}

impl WriteState for WrittenObject {
    fn members(&self) -> Map<String, Value> {
        self.shown()
    }

    fn advise(&self, row: Option<&Row>, outcome: Option<Outcome>, usual: Advice) -> Advice {
        match (self.kind, outcome) {
            (_, Some(Outcome::Unconfirmed)) => self.of_unconfirmed(row, usual),
            (WriteKind::Upload, Some(Outcome::Processing)) => Advice {
                retryable: true,
                remedy: Some(UPLOADED.into()),
            },
            _ => usual,
        }
    }

    fn name_in<'a>(&self, message: &'a str) -> Cow<'a, str> {
        match (&self.id, self.level) {
            (Some(id), Some(level)) if !message.contains(id.as_str()) => {
                format!("{message} {}: {id}.", level.id_member()).into()
            }
            _ => Cow::Borrowed(message),
        }
    }
}

impl Failure {
    /// Sets the state of the object that was to be written.
    #[must_use]
    pub(in crate::integrations::tiktok_ads) fn with_object(self, object: WrittenObject) -> Self {
        Self {
            write: Some(Arc::new(object)),
            ..self
        }
    }

    /// Changes the state of the object that was to be written.
    #[must_use]
    pub(in crate::integrations::tiktok_ads) fn map_object(
        mut self,
        change: impl FnOnce(&mut WrittenObject),
    ) -> Self {
        let known = self.write.take().map(|write| write as Arc<dyn Any + Send + Sync>);
        let known = known.and_then(|write| write.downcast::<WrittenObject>().ok());
        let mut object =
            known.map_or_else(|| WrittenObject::unnamed(WriteKind::Create), Arc::unwrap_or_clone);
        change(&mut object);
        self.with_object(object)
    }

    /// Sets the outcome of the write.
    #[must_use]
    pub(in crate::integrations::tiktok_ads) fn with_ads_outcome(self, outcome: Outcome) -> Self {
        Self {
            outcome: Some(outcome),
            ..self
        }
    }

    /// Nothing was written, unless the outcome says otherwise already.
    #[must_use]
    pub(in crate::integrations::tiktok_ads) fn nothing_written(self) -> Self {
        if self.outcome.is_some() {
            return self;
        }
        let message = format!("{} Nothing was changed.", self.message);
        Self { message, ..self }.with_ads_outcome(Outcome::Failed)
    }

    /// Failure of an object that TikTok refused within a success.
    pub(in crate::integrations::tiktok_ads) fn of_item(message: &Word) -> Self {
        let code = FailureCode::Known(&marketing_api::PARAMETER_ERROR);
        Self::with_code(code, &format!("(TikTok says: {})", message.as_str()))
    }

    /// Failure of a change whose answer was lost, and that the object does not show.
    #[must_use]
    pub(in crate::integrations::tiktok_ads) fn unconfirmed_change(self) -> Self {
        let failure = Self {
            http_status: self.http_status,
            log_id: self.log_id,
            ..Self::new(&own::OUTCOME_UNKNOWN, &format!("({})", self.message))
        };
        failure.with_ads_outcome(Outcome::Unconfirmed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_may_have_undone_another_one_is_not_repeated_blindly() {
        let changed = WrittenObject::at(WriteKind::Change, ObjectLevel::AdGroup);
        let undone = WrittenObject {
            then: Some("Set the budget again.".to_owned()),
            ..changed.clone()
        };
        let advice = |object: WrittenObject| {
            let failure = Failure::new(&own::INTERRUPTED, "").with_object(object);
            failure.with_ads_outcome(Outcome::Unconfirmed).advice()
        };
        assert_eq!(advice(changed).remedy.as_deref(), Some(SAME_CHANGE));
        let advice = advice(undone);
        assert_eq!(
            advice.remedy,
            Some(format!("{MISSING_CHANGES} Set the budget again.").into())
        );
        assert!(!advice.retryable);
    }
}
