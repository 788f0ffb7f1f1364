//! Helpers shared by several fuzz targets: splitting of input, and a record of every reported document.

use std::path::Path;

use autohive_tiktok::{
    host::{self, Ingest, InvalidRequest, Item, Reply, Request, Task},
    integrations::{Content, Contents, INTEGRATIONS},
    media::{ContentError, Passed, SpoolArea},
};
use serde_json::Value;

/// Folder for larger videos; no input is large enough.
pub const FOLDER: &str = "/tmp";

/// `bytes` in consecutive pieces: all of one byte, or of pseudorandom lengths that depend on `choice` alone.
pub fn pieces(choice: u8, bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const LONGEST: [usize; 8] = [1, 2, 3, 7, 16, 64, 300, 4096];
    let longest = LONGEST[usize::from(choice >> 1 & 7)];
    let mut state = u32::from(choice) + 1;
    let mut rest = bytes;
    std::iter::from_fn(move || {
        // xorshift32, which never reaches zero.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let length = 1 + state as usize % longest;
        let (piece, left) = rest.split_at(length.min(rest.len()));
        rest = left;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Report of one part of the input.
#[derive(Debug, PartialEq)]
pub struct ItemReport {
    /// Line and column of its beginning, for complete documents.
    pub began: Option<(u64, u64)>,
    /// Retained part of its text.
    pub text: Vec<u8>,
    /// ID of its result, as JSON.
    pub id: String,
    /// Whether it would be run.
    pub runs: bool,
    /// All known properties.
    pub all: String,
}

/// Reads `pieces` as standard input and parses every document. Returns the reports in the same order.
pub fn reports<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<ItemReport> {
    let mut reports = Vec::new();
    let mut take = |item: Item| reports.push(report(item));
    let mut ingest = Ingest::new(SpoolArea::new(Path::new(FOLDER)), INTEGRATIONS);
    for piece in pieces {
        ingest.feed(piece, &mut take);
    }
    ingest.finish(&mut take);
    reports
}

fn report(item: Item) -> ItemReport {
    match item {
        Item::Malformed(broken) => {
            let text = broken.text.clone();
            rejected(None, text, InvalidRequest::from(broken))
        }
        Item::Document(document) => {
            let (began, text) = (
                (document.began.line, document.began.column),
                document.text.clone(),
            );
            match host::understand(document, INTEGRATIONS) {
                Err(rejection) => rejected(Some(began), text, rejection),
                Ok(request) => {
                    let all = known(&request);
                    ItemReport {
                        began: Some(began),
                        text,
                        id: request.id.to_string(),
                        runs: true,
                        all,
                    }
                }
            }
        }
    }
}

fn rejected(began: Option<(u64, u64)>, text: Vec<u8>, rejection: InvalidRequest) -> ItemReport {
    let id = rejection.id.to_string();
    let all = format!("{}: {}", rejection.code.code, rejection.message);
    let mut line = Vec::new();
    let written = Reply::from(rejection).into_line().write_to(&mut line);
    written.expect("memory takes everything");
    let line = String::from_utf8(line).expect("an answer is UTF-8");
    let line = line.strip_suffix('\n').expect("an answer is a whole line");
    assert!(!line.contains('\n'), "an answer is one line: {line:?}");
    let answer: Value = serde_json::from_str(line).expect("an answer is JSON");
    let same: Value = serde_json::from_str(&id).expect("an id is JSON");
    assert_eq!(answer["id"], same, "the id is echoed");
    assert!(
        same.is_null() || same.is_string() || same.is_number(),
        "an id is a text or a number: {same}"
    );
    ItemReport {
        began,
        text,
        id,
        runs: false,
        all,
    }
}

/// All known properties of a request.
fn known(request: &Request) -> String {
    let inputs = match &request.task {
        Task::Run { inputs, .. } => inputs.clone(),
        Task::ConnectedAccount { .. } => Value::Null,
    };
    let Request {
        id,
        integration,
        task,
        limits,
        metadata,
        contents,
        ..
    } = request;
    let bearer = request.credentials.token().header_value("Bearer ");
    let token = bearer.as_ref().map(|bearer| bearer.as_bytes());
    let videos = videos(contents);
    format!(
        "{id} {} {} {inputs} {limits:?} {metadata:?} {videos:?} {token:?}",
        integration.name,
        task.name()
    )
}

/// Result for each content of a request, in order.
pub fn videos(contents: &Contents) -> Vec<Result<String, ContentError>> {
    let mut videos = Vec::new();
    loop {
        let handle = Value::String(format!("lifted:{}", videos.len()));
        let content: Content = serde_json::from_value(handle).expect("a handle is content");
        match contents.get(content) {
            // Report for a place without content.
            Err(ContentError::Cut { length: 0 }) => return videos,
            video => videos.push(video.map(|passed| match passed {
                Passed::Kept(source) => format!(
                    "{:?}",
                    source.read(0, source.size().0).expect("it is kept in memory")
                ),
                Passed::Dropped(dropped) => format!("{dropped:?}"),
            })),
        }
    }
}
