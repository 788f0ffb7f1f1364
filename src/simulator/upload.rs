//! The upload edge: chunks in order, each exactly as planned (docs/tiktok-open-api.md#upload-requests,
//! #upload-answers).

use std::{str::FromStr, time::Duration};

use super::{
    exchange::RequestHead,
    post::{StoredChunk, UploadTask},
    reply::ServerReply,
    setup::{UnknownId, UploadEdge},
    wire::Received,
    world::World,
};

/// `Content-Range: bytes FIRST-LAST/TOTAL`, with LAST inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ContentRange {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) total: u64,
}

/// An answer other than success, and why, for the journal.
struct No(ServerReply, String);

/// `PUT /video/`; the answer, and remarks. Nothing of the chunk counts unless the answer is 201 or 206.
pub(super) fn put(
    world: &mut World,
    head: &RequestHead,
    received: &Received,
    notes: &mut Vec<String>,
) -> ServerReply {
    judge(world, head, received, notes).unwrap_or_else(|No(reply, note)| {
        notes.push(note);
        reply
    })
}

/// The upload that the query names.
pub(super) fn task<'a>(world: &'a World, head: &RequestHead) -> Option<&'a UploadTask> {
    let id = head.parameter("upload_id")?;
    world
        .posts
        .iter()
        .filter_map(|post| post.upload.as_ref())
        .find(|task| task.id == id)
}

fn judge(
    world: &mut World,
    head: &RequestHead,
    received: &Received,
    notes: &mut Vec<String>,
) -> Result<ServerReply, No> {
    let strict = world.manners.strict;
    let mut lenient = |what: &str| {
        if strict {
            return refuse(400, what);
        }
        notes.push(format!("{what}: taken all the same"));
        Ok(())
    };
    // The URL is the secret; a token has no business here (#upload-addresses).
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
    check_progress(task, range, received.before, edge)?;
    task.accept(range, content_type, received);
    let is_complete = task.bytes == task.plan.size();
    let answer = ServerReply::empty(if is_complete { 201 } else { 206 })
        .with_header("content-range", &progress(task, edge));
    if is_complete {
        post.arrived = Some(now);
        let verdict = task
            .judge
            .as_ref()
            .and_then(|judge| judge.verdict(post.most_seconds));
        post.fails_with = post.fails_with.or(verdict);
    }
    Ok(answer)
}

/// The rest of the URL, and its hour, which the upload must end within (#upload-addresses).
fn check_address(task: &UploadTask, head: &RequestHead, now: Duration) -> Result<(), No> {
    if head.query.len() != 2 || head.parameter("upload_token") != Some(task.token.as_str()) {
        return refuse(403, "the upload URL was changed");
    }
    if now >= task.expires {
        return refuse(403, "the upload URL has expired");
    }
    Ok(())
}

fn check_headers(task: &UploadTask, head: &RequestHead) -> Result<(ContentRange, String), No> {
    if head.headers.transfer_encoding.is_some() {
        return refuse(400, "chunked transfer encoding is not taken");
    }
    let Some(length) = &head.headers.content_length else {
        return refuse(411, "the Content-Length is missing");
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
    let Some(range) = ContentRange::of(head) else {
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

/// In order, one after the other, and cut as planned.
fn check_progress(task: &UploadTask, range: ContentRange, before: u64, edge: UploadEdge) -> Result<(), No> {
    if range.first != task.bytes {
        let reply = ServerReply::empty(416).with_header("content-range", &progress(task, edge));
        return Err(No(
            reply,
            format!(
                "the chunk begins at {}, but {} bytes are there",
                range.first, task.bytes
            ),
        ));
    }
    if before != task.bytes {
        let reply = ServerReply::empty(416).with_header("content-range", &progress(task, edge));
        return Err(No(
            reply,
            "the chunk began before the one before it had ended".to_owned(),
        ));
    }
    match task.plan.range_from(range.first) {
        Some(planned) if planned == (range.first, range.last) => Ok(()),
        planned => refuse(
            400,
            &format!("the chunk is not cut as planned, which is {planned:?}"),
        ),
    }
}

fn refuse<T>(status: u16, why: &str) -> Result<T, No> {
    Err(No(ServerReply::empty(status), why.to_owned()))
}

/// `bytes 0-{figure}/{total}`; whether the figure is a count or an index is unconfirmed (#upload-answers).
fn progress(task: &UploadTask, edge: UploadEdge) -> String {
    format!("bytes 0-{}/{}", edge.figure.of(task.bytes), task.plan.size())
}

impl UploadTask {
    fn accept(&mut self, range: ContentRange, content_type: String, received: &Received) {
        self.bytes = range.last.saturating_add(1);
        self.hasher = if range.first == 0 {
            received.hasher()
        } else {
            received.running.clone()
        };
        self.judge.clone_from(&received.judge);
        let chunk = StoredChunk {
            first: range.first,
            bytes: range.length(),
            sha256: received.sha256(),
            content_type,
        };
        self.chunks.push(chunk);
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

impl ContentRange {
    /// That of a request, where it is well formed.
    pub(super) fn of(head: &RequestHead) -> Option<Self> {
        head.headers.content_range.as_deref()?.parse().ok()
    }

    fn length(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }
}

impl FromStr for ContentRange {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (range, total) = text
            .strip_prefix("bytes ")
            .and_then(|rest| rest.split_once('/'))
            .ok_or(())?;
        let (first, last) = range.split_once('-').ok_or(())?;
        let range = Self {
            first: digits(first)?,
            last: digits(last)?,
            total: digits(total)?,
        };
        if range.first <= range.last && range.last < range.total {
            Ok(range)
        } else {
            Err(())
        }
    }
}

/// `u64::from_str` takes a plus sign, HTTP does not.
fn digits(text: &str) -> Result<u64, ()> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number).ok_or(())
}

/// The types that TikTok takes (#upload-requests).
const CONTENT_TYPES: [&str; 3] = ["video/mp4", "video/quicktime", "video/webm"];

#[cfg(test)]
mod tests {
    use super::*;

    /// #upload-requests: the form of Content-Range.
    #[test]
    fn content_ranges_are_read_strictly() {
        assert_eq!(
            "bytes 0-9/10".parse(),
            Ok(ContentRange {
                first: 0,
                last: 9,
                total: 10
            })
        );
        for wrong in [
            "bytes=0-9/10",
            "bytes 0-10/10",
            "bytes 5-4/10",
            "bytes 0-9/*",
            "0-9/10",
            "bytes +0-9/10",
            "bytes 0-9",
            "",
        ] {
            assert_eq!(wrong.parse::<ContentRange>(), Err(()), "{wrong}");
        }
    }
}
