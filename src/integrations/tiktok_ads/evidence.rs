//! Known effect of a request on the objects of an ad account.

use std::{
    borrow::Cow,
    future::ready,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::{FutureExt as _, future::BoxFuture};
use serde_json::{Map, Value, json};

use super::written::{WriteKind, WrittenObject};
use crate::{
    catalogue::own,
    http::WriteObserver,
    integrations::{ActionEntry, Effect, Evidence, Failure, keyed, unfilled::unfilled_inputs},
    model::Outcome,
};

/// Known effect of a request on the objects of an ad account.
#[derive(Debug)]
pub(super) struct AdsEvidence {
    effect: Effect,
    has_key: bool,
    /// Whether the idempotency key is `null`, which does not protect the request. Inputs reach the action without it.
    pub(super) has_null_key: bool,
    /// Warnings about the inputs, for the result.
    pub(super) input_warnings: Vec<String>,
    /// Names of the inputs with a blank text, which counts as absent. Inputs reach the action without them.
    pub(super) blank_inputs: Vec<String>,
    known: Mutex<KnownEffect>,
}

#[derive(Debug, Clone, Default)]
struct KnownEffect {
    /// Whether the journal says that no earlier request with the key sent anything.
    is_first: bool,
    /// Write that was begun, and may have had its effect.
    begun: Option<WrittenObject>,
}

impl AdsEvidence {
    /// Evidence of a request that has not begun.
    pub(super) fn of(action: Option<&ActionEntry>, inputs: &Value) -> Arc<dyn Evidence> {
        let effect = action.map_or(Effect::Reads, |action| action.effect);
        Arc::new(Self {
            effect,
            has_key: effect == Effect::Writes && keyed::is_keyed(inputs),
            has_null_key: effect == Effect::Writes && keyed::has_null_key(inputs),
            input_warnings: match effect {
                Effect::Reads => Vec::new(),
                Effect::Writes => unfilled_inputs(inputs),
            },
            blank_inputs: blank_texts(inputs),
            known: Mutex::default(),
        })
    }

    fn change(&self, change: impl FnOnce(&mut KnownEffect)) {
        change(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// No earlier request with the key sent anything.
    pub(super) fn is_first(&self) {
        self.change(|known| known.is_first = true);
    }

    /// A write is about to be sent, or its object is known.
    pub(super) fn begun(&self, object: WrittenObject) {
        self.change(|known| known.begun = Some(object));
    }

    /// The write that was begun had no effect.
    pub(super) fn nothing_begun(&self) {
        self.change(|known| known.begun = None);
    }

    fn known(&self) -> KnownEffect {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn blank_texts(inputs: &Value) -> Vec<String> {
    let is_blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
    let members = inputs.as_object().into_iter().flatten();
    let blank = members.filter(|(_, value)| is_blank(value));
    blank.map(|(name, _)| name.clone()).collect()
}

/// Observer of a call that changes or deletes, whose effect is the same if it is sent again.
#[derive(Debug)]
pub(super) struct ChangeObserver<'a> {
    /// Evidence of the request.
    pub(super) evidence: &'a AdsEvidence,
    /// State of the request if the call may have had its effect.
    pub(super) begun: WrittenObject,
    /// State of the request without the call; `None` if it has written nothing.
    pub(super) before: Option<WrittenObject>,
}

impl WriteObserver for ChangeObserver<'_> {
    fn about_to_send(&self) -> BoxFuture<'_, bool> {
        self.evidence.begun(self.begun.clone());
        ready(true).boxed()
    }

    fn without_effect(&self) -> BoxFuture<'_, ()> {
        match &self.before {
            Some(before) => self.evidence.begun(before.clone()),
            None => self.evidence.nothing_begun(),
        }
        ready(()).boxed()
    }
}

impl Evidence for AdsEvidence {
    fn interrupted(&self) -> Failure {
        if self.effect == Effect::Reads {
            return Failure::interrupted_read();
        }
        let known = self.known();
        let failure = Failure::new(&own::INTERRUPTED, "");
        match known.begun {
            Some(object) => {
                let outcome = object.outcome();
                failure.with_object(object).with_ads_outcome(outcome)
            }
            None if self.has_key && !known.is_first => failure
                .with_object(WrittenObject::unnamed(WriteKind::Create).with_key(true))
                .with_ads_outcome(Outcome::Unconfirmed),
            None => Failure {
                retryable: Some(true),
                remedy: Some(Cow::Borrowed("Send the request again.")),
                ..failure.nothing_written()
            },
        }
    }

    fn members(&self) -> Map<String, Value> {
        let Some(object) = self.known().begun else {
            return Map::new();
        };
        let mut members = object.shown();
        members.insert("outcome".into(), json!(object.outcome()));
        members
    }
}
