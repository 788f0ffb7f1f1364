//! The upload server: chunks in order, each exactly as planned (#upload-requests, #upload-answers).

use std::{sync::Arc, time::Duration};

use sha2::{Digest as _, Sha256};

use super::{
    account::Account,
    judge::Judge,
    post::{Post, StoredChunk, UploadTask},
    upload_edge::{UnknownId, UploadEdge},
    world::World,
};
use crate::simulator::{
    content_range::ContentRangeHeader, head::RequestHead, reply::ServerReply, wire::Received,
};

/// Refusal of a chunk, with its reason for the journal.
struct Refused(ServerReply, String);

/// The chunks before the one that a request sends, and that one as it passes.
#[derive(Debug, Default)]
pub(super) struct ChunkInput {
    /// Bytes of the earlier chunks.
    before: u64,
    /// Hash over the earlier chunks and this one.
    running: Option<Sha256>,
    /// The video up to here.
    judge: Option<Judge>,
}

impl ChunkInput {
    /// The state of the upload that `head` names. The first chunk begins its own hash.
    pub(super) fn of(world: &World, head: &RequestHead) -> Self {
        let Some(UploadTask {
            bytes, hasher, judge, ..
        }) = post(world, head).and_then(|post| post.upload.as_ref())
        else {
            return Self::default();
        };
        Self {
            before: *bytes,
            running: hasher.clone().filter(|_| *bytes > 0),
            judge: judge.clone(),
        }
    }

    /// Takes the next bytes of the chunk.
    pub(super) fn observe(&mut self, bytes: &[u8]) {
        if let Some(hasher) = &mut self.running {
            hasher.update(bytes);
        }
        if let Some(judge) = &mut self.judge {
            judge.feed(bytes);
        }
    }
}

fn post<'a>(world: &'a World, head: &RequestHead) -> Option<&'a Post> {
    let id = head.parameter("upload_id")?;
    let has_id = |post: &&Post| post.upload.as_ref().is_some_and(|task| task.id == id);
    world.posts.iter().find(has_id)
}

/// The account of the upload that the query names.
pub(super) fn owner(world: &World, head: &RequestHead) -> Option<Arc<Account>> {
    let owner = &post(world, head)?.account;
    let mut accounts = world.accounts.values();
    accounts.find(|account| account.name == *owner).map(Arc::clone)
}

/// Handles `PUT /video/`. The chunk counts only if the response is 201 or 206.
pub(super) fn put(
    world: &mut World,
    head: &RequestHead,
    received: &Received,
    chunk: &ChunkInput,
    notes: &mut Vec<String>,
) -> ServerReply {
    accept(world, head, received, chunk, notes).unwrap_or_else(|Refused(reply, note)| {
        notes.push(note);
        reply
    })
}

fn accept(
    world: &mut World,
    head: &RequestHead,
    received: &Received,
    chunk: &ChunkInput,
    notes: &mut Vec<String>,
) -> Result<ServerReply, Refused> {
    let strict = world.shared.is_strict();
    let mut lenient = |what: &str| {
        if strict {
            return refuse(400, what);
        }
        notes.push(format!("{what}: accepted anyway"));
        Ok(())
    };
    // The URL is the secret; a token does not belong here (#upload-addresses).
    if head.headers.authorization {
        lenient("an Authorization header reached the upload edge")?;
    }
    let (now, edge) = (world.now(), world.edge);
    let wanted = head.parameter("upload_id").unwrap_or_default();
    let mut posts = world.posts.iter_mut().filter(|post| !post.cancelled);
    let Some(post) = posts.find(|post| post.upload.as_ref().is_some_and(|task| task.id == wanted)) else {
        return refuse(edge.unknown_id.status(), "the upload id is unknown");
    };
    let Some(task) = post.upload.as_mut() else {
        return refuse(404, "the post takes no upload");
    };
    check_address(task, head, now)?;
    let (range, content_type) = check_headers(task, head)?;
    if !CONTENT_TYPES.contains(&content_type.as_str()) {
        lenient("the Content-Type is not spelled as in the documents")?;
    }
    check_progress(task, range, chunk.before, edge)?;
    task.append(range, content_type, received, chunk);
    Ok(conclude(post, now, edge))
}

/// Responds to an accepted chunk; the last one completes the upload.
fn conclude(post: &mut Post, now: Duration, edge: UploadEdge) -> ServerReply {
    let Some(task) = &post.upload else {
        return ServerReply::empty(404);
    };
    let is_complete = task.bytes == task.plan.size();
    if is_complete {
        let verdict = task
            .judge
            .as_ref()
            .and_then(|judge| judge.verdict(post.most_seconds));
        post.arrived = Some(now);
        post.fails_with = post.fails_with.or(verdict);
    }
    ServerReply::empty(if is_complete { 201 } else { 206 })
        .with_header("content-range", &progress(task, edge))
}

/// Checks the rest of the URL, and its validity of one hour (#upload-addresses).
fn check_address(task: &UploadTask, head: &RequestHead, now: Duration) -> Result<(), Refused> {
    if head.query.len() != 2 || head.parameter("upload_token") != Some(task.token.as_str()) {
        return refuse(403, "the upload URL was changed");
    }
    if now >= task.expires {
        return refuse(403, "the upload URL has expired");
    }
    Ok(())
}

fn check_headers(task: &UploadTask, head: &RequestHead) -> Result<(ContentRangeHeader, String), Refused> {
    if head.headers.transfer_encoding.is_some() {
        return refuse(400, "chunked transfer encoding is not taken");
    }
    let Some(length) = &head.headers.content_length else {
        return refuse(400, "the Content-Length is missing");
    };
    let content_type = head.headers.content_type.clone().unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !CONTENT_TYPES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(media_type))
    {
        return refuse(
            400,
            "the Content-Type is not one of video/mp4, video/quicktime, video/webm",
        );
    }
    let Some(range) = ContentRangeHeader::of(head) else {
        return refuse(400, "the Content-Range is not \"bytes FIRST-LAST/TOTAL\"");
    };
    if range.total != task.plan.size() {
        return refuse(400, "the total of the Content-Range is not the video_size");
    }
    if length.parse() != Ok(range.length()) {
        return refuse(400, "the Content-Length does not fit the Content-Range");
    }
    Ok((range, content_type))
}

/// Checks that chunks come in order, one after the other, and as planned.
fn check_progress(
    task: &UploadTask,
    range: ContentRangeHeader,
    before: u64,
    edge: UploadEdge,
) -> Result<(), Refused> {
    let out_of_order = |note: String| {
        let reply = ServerReply::empty(416).with_header("content-range", &progress(task, edge));
        Err(Refused(reply, note))
    };
    if range.first != task.bytes {
        return out_of_order(format!(
            "the chunk begins at {}, but {} bytes are there",
            range.first, task.bytes
        ));
    }
    if before != task.bytes {
        return out_of_order("the chunk began before the one before it had ended".to_owned());
    }
    match task.plan.range_from(range.first) {
        Some(planned) if planned == (range.first, range.last) => Ok(()),
        planned => refuse(
            400,
            &format!("the chunk is not cut as planned, which is {planned:?}"),
        ),
    }
}

fn refuse<T>(status: u16, why: &str) -> Result<T, Refused> {
    Err(Refused(ServerReply::empty(status), why.to_owned()))
}

/// Formats `bytes 0-{figure}/{total}`; whether the figure is a count or an index is unconfirmed (#upload-answers).
fn progress(task: &UploadTask, edge: UploadEdge) -> String {
    format!("bytes 0-{}/{}", edge.figure.of(task.bytes), task.plan.size())
}

impl UploadTask {
    fn append(
        &mut self,
        range: ContentRangeHeader,
        content_type: String,
        received: &Received,
        chunk: &ChunkInput,
    ) {
        self.bytes = range.last.saturating_add(1);
        self.hasher = if range.first == 0 {
            received.hasher()
        } else {
            chunk.running.clone()
        };
        self.judge.clone_from(&chunk.judge);
        self.chunks.push(StoredChunk {
            first: range.first,
            bytes: range.length(),
            sha256: received.sha256(),
            content_type,
        });
    }
}

impl UnknownId {
    fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
        }
    }
}

/// Content types that TikTok takes (#upload-requests).
const CONTENT_TYPES: [&str; 3] = ["video/mp4", "video/quicktime", "video/webm"];
