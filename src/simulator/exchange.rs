//! Path of a request through the server: routing, faults, body, response, journal.

use std::sync::Arc;

use hyper::{Request, Response, body::Incoming};
use serde_json::{Map, Value};

use super::{
    api::{ApiCall, BodyKind},
    content_range::ContentRangeHeader,
    control,
    fault::{Called, ChunkPlace, FaultRule, Sending, Struck, in_two, paced},
    head::{RequestHead, decode},
    journal::{RecordedRequest, RequestOutcome},
    media,
    pace::{Throttle, really_sleep},
    recorder::Recorder,
    reply::ServerReply,
    shared::Shared,
    simulation::Simulation,
    wire::{Body, BodyError, BodyOptions, ConnectionCut, Received, receive},
};

/// Serves a request.
pub(super) async fn answer(
    simulation: Arc<Simulation>,
    request: Request<Incoming>,
) -> Result<Response<Body>, ConnectionCut> {
    let (parts, body) = request.into_parts();
    let head = Arc::new(RequestHead::read(&parts));
    if head.path.starts_with(control::PREFIX) && !media::is_fetch(&head) {
        return Ok(control::answer(&simulation, &head, body).await.into_response());
    }
    let mut entry = head.record();
    let recognised = recognise(&simulation, &head, &mut entry);
    let mut recorder = Recorder::open(&simulation.shared, entry);
    let mut call = match recognised {
        Ok(call) => call,
        Err(sentence) => return Ok(unmatched(&mut recorder.entry, &sentence)),
    };
    let struck = strike(&simulation.shared, &head, &*call, &mut recorder.entry);
    let received = take_in(&mut recorder, &mut *call, &struck, body).await?;
    let reply = match &struck.fault {
        Some(fault) if !fault.takes_effect() => ServerReply::empty(500),
        _ => call.answer(&received, &mut recorder.entry.notes),
    };
    finish(recorder, struck, reply, &*call).await
}

/// Finds the API or the file host of a request. The error is a sentence for a request that nothing matches.
fn recognise(
    simulation: &Simulation,
    head: &Arc<RequestHead>,
    entry: &mut RecordedRequest,
) -> Result<Box<dyn ApiCall>, String> {
    let call = if media::is_fetch(head) {
        Ok(media::recognise(&simulation.shared, head))
    } else if let Some(api) = simulation.api_of(&head.path) {
        api.recognise(head, &mut entry.notes)
    } else {
        Err(format!(
            "{} {} is not an endpoint of the simulator.",
            head.method, head.path
        ))
    }?;
    entry.endpoint = Some(call.endpoint());
    entry.account = call.caller().name().map(str::to_owned);
    Ok(call)
}

fn unmatched(entry: &mut RecordedRequest, sentence: &str) -> Response<Body> {
    entry.notes.push(sentence.to_owned());
    (entry.status, entry.outcome) = (Some(404), RequestOutcome::Answered);
    ServerReply::text(404, sentence).into_response()
}

/// Finds the faults that apply to a call.
fn strike(shared: &Shared, head: &RequestHead, call: &dyn ApiCall, entry: &mut RecordedRequest) -> Struck {
    let chunk = ContentRangeHeader::of(head);
    let struck = shared.lock().faults.strike(Called {
        endpoint: call.endpoint(),
        caller: call.caller(),
        chunk: chunk.map(|range| ChunkPlace::of(range.first, range.last, range.total)),
    });
    entry.fault = struck.kind();
    struck
}

/// Reads and journals the body, unless a fault prevents it.
async fn take_in(
    recorder: &mut Recorder,
    call: &mut dyn ApiCall,
    struck: &Struck,
    body: Incoming,
) -> Result<Received, ConnectionCut> {
    let fault = struck.fault.as_ref();
    if fault.is_some_and(FaultRule::cuts_before) {
        recorder.entry.outcome = RequestOutcome::Cut;
        return Err(ConnectionCut);
    }
    let mut received = Received::default();
    if fault.is_some_and(|fault| fault.early) {
        return Ok(received);
    }
    let kind = call.body();
    let options = body_options(recorder.shared(), kind, struck);
    let result = receive(body, options, &mut received, &mut |bytes| call.observe(bytes)).await;
    record_body(&mut recorder.entry, kind, &received);
    if kind == BodyKind::Multipart {
        recorder.entry.body = call.fields();
    }
    result.map_err(|error| record_broken_body(&mut recorder.entry, error))?;
    Ok(received)
}

fn body_options(shared: &Shared, kind: BodyKind, struck: &Struck) -> BodyOptions {
    let fault = struck.fault.as_ref();
    BodyOptions {
        keep: match kind {
            BodyKind::File | BodyKind::Multipart => 0,
            BodyKind::Json | BodyKind::Form => MAX_KEPT_BYTES,
        },
        digest: shared.digest,
        cut_at: fault.and_then(FaultRule::cut_at),
        stall: fault.and_then(FaultRule::stall),
        pace: throttle(shared, struck),
    }
}

fn record_body(entry: &mut RecordedRequest, kind: BodyKind, received: &Received) {
    entry.bytes = received.bytes;
    match kind {
        BodyKind::File | BodyKind::Multipart => entry.sha256 = Some(received.sha256()),
        BodyKind::Form => entry.body = Some(field_names(&received.kept)),
        BodyKind::Json => entry.body = json_or_text(&received.kept),
    }
}

/// Names of the fields of a form or of a JSON object, without their values, which may be secrets.
fn field_names(body: &[u8]) -> Value {
    let names: Vec<String> = match serde_json::from_slice::<Map<String, Value>>(body) {
        Ok(members) => members.into_iter().map(|(name, _)| name).collect(),
        Err(_) => decode(&String::from_utf8_lossy(body))
            .into_iter()
            .map(|(name, _)| name)
            .collect(),
    };
    Value::Array(names.into_iter().map(Value::String).collect())
}

fn json_or_text(body: &[u8]) -> Option<Value> {
    let as_text = || Value::String(String::from_utf8_lossy(body).chars().take(2_000).collect());
    (!body.is_empty()).then(|| serde_json::from_slice(body).unwrap_or_else(|_| as_text()))
}

fn record_broken_body(entry: &mut RecordedRequest, error: BodyError) -> ConnectionCut {
    let (outcome, sentence) = match error {
        BodyError::Client => (
            RequestOutcome::Unanswered,
            "the client went away before the end of the body",
        ),
        BodyError::Fault => (RequestOutcome::Cut, "the connection was cut in the body"),
    };
    entry.notes.push(sentence.to_owned());
    entry.outcome = outcome;
    ConnectionCut
}

/// Journals the reply and sends it, both as the fault requires.
async fn finish(
    mut recorder: Recorder,
    struck: Struck,
    reply: ServerReply,
    call: &dyn ApiCall,
) -> Result<Response<Body>, ConnectionCut> {
    let throttle = throttle(recorder.shared(), &struck);
    let whole = |reply: ServerReply| match throttle {
        Some(throttle) => paced(reply, throttle),
        None => reply.into_response(),
    };
    let Some(FaultRule { kind, .. }) = struck.fault else {
        record_reply(&mut recorder.entry, &reply);
        return Ok(whole(reply));
    };
    let reply = kind.reshape(reply, call);
    match kind.sending() {
        Sending::Never => {
            record_lost_reply(&mut recorder.entry, &reply);
            return Err(ConnectionCut);
        }
        Sending::After(ms) => really_sleep(ms).await,
        Sending::InTwo(second) => {
            record_reply(&mut recorder.entry, &reply);
            return Ok(in_two(reply, second));
        }
        Sending::AtOnce => {}
    }
    record_reply(&mut recorder.entry, &reply);
    Ok(whole(reply))
}

fn record_lost_reply(entry: &mut RecordedRequest, reply: &ServerReply) {
    let code = reply.code.as_deref().unwrap_or_default();
    let note = format!("the answer was lost: {} {code}", reply.status);
    entry.notes.push(note.trim_end().to_owned());
    entry.outcome = RequestOutcome::Cut;
}

fn record_reply(entry: &mut RecordedRequest, reply: &ServerReply) {
    entry.status = Some(reply.status);
    entry.code.clone_from(&reply.code);
    entry.outcome = RequestOutcome::Answered;
}

fn throttle(shared: &Shared, struck: &Struck) -> Option<Throttle> {
    struck.bytes_per_second.map(|bytes_per_second| Throttle {
        bytes_per_second,
        clock: shared.clock.clone(),
    })
}

/// Bytes of a body that are kept; the longest legal JSON body is far shorter.
const MAX_KEPT_BYTES: usize = 1 << 20;
