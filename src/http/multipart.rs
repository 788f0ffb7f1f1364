//! Bodies of `multipart/form-data` (RFC 7578): text fields and one file, streamed with `Content-Length`.

use std::{fmt::Write as _, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::HeaderValue;

use super::{
    meter::StallLimit,
    request::{Open, RequestBody},
};
use crate::model::{ByteCount, Hex};

/// File of a form.
#[derive(Clone)]
#[expect(
    missing_debug_implementations,
    reason = "it holds a function, and file names of users"
)]
pub struct FilePart<'a> {
    /// Name of the form's field.
    pub name: &'a str,
    /// Name of the file.
    pub file_name: &'a str,
    /// `Content-Type` of the file.
    pub content_type: &'a str,
    /// Number of bytes.
    pub length: u64,
    /// Source of the bytes, read while they are sent.
    pub open: Arc<Open>,
    /// Limits on a connection that stalls.
    pub stall: StallLimit,
}

impl RequestBody {
    /// Form with these text fields and this file. Memory holds the fields alone.
    ///
    /// Returns `None` where the system has no randomness for the boundary between the parts.
    pub fn multipart(fields: &[(&str, &str)], file: FilePart<'_>) -> Option<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).ok()?;
        let boundary = Hex(&random).to_string();
        let mut head = String::new();
        for (name, value) in fields {
            begin(&mut head, &boundary, name);
            head.extend(["\r\n\r\n", value, "\r\n"]);
        }
        begin(&mut head, &boundary, file.name);
        let (file_name, file_type) = (escaped(file.file_name), file.content_type);
        write!(
            head,
            "; filename=\"{file_name}\"\r\nContent-Type: {file_type}\r\n\r\n"
        )
        .ok()?;
        let (head, tail) = (Bytes::from(head), Bytes::from(format!("\r\n--{boundary}--\r\n")));
        let length = ByteCount::of(&head).0 + file.length + ByteCount::of(&tail).0;
        let open = move || {
            let (head, tail) = (stream::iter([Ok(head.clone())]), stream::iter([Ok(tail.clone())]));
            head.chain((file.open)()).chain(tail).boxed()
        };
        let content_type = format!("multipart/form-data; boundary={boundary}");
        Some(Self::Stream {
            content_type: HeaderValue::try_from(content_type).ok()?,
            length,
            open: Arc::new(open),
            stall: Some(file.stall),
        })
    }
}

fn begin(head: &mut String, boundary: &str, name: &str) {
    let name = escaped(name);
    head.extend([
        "--",
        boundary,
        "\r\nContent-Disposition: form-data; name=\"",
        name.as_str(),
        "\"",
    ]);
}

/// Name within quotation marks, escaped as browsers do
/// (<https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>).
fn escaped(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}
