//! The envelope of results, from types to a line of JSON.

mod data;

pub use data::ReplyError;

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};
use tracing::error;

use super::{envelope::InvalidRequest, strict::Id};
use crate::{
    catalogue::Row,
    media::{CopyError, Source},
    progress::Report,
    secret::Secrets,
};

/// The version of the envelope, which is that of Autohive's SDK.
const VERSION: &str = "2.0.0";

/// Result of one request, in its envelope.
#[derive(Debug, Clone, Serialize)]
pub struct Reply {
    id: Id,
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    result: Value,
    /// Rows of the output, whose list is empty in `result`.
    #[serde(skip)]
    rows: Option<ResultRows>,
    /// Outcome of a write, as text.
    #[serde(skip)]
    effect: Option<String>,
}

/// Text of the rows of an output, and the member that they are.
#[derive(Debug, Clone)]
struct ResultRows {
    member: &'static str,
    text: Source,
}

impl Reply {
    /// An action's output.
    pub fn action(id: Id, data: Value) -> Self {
        let mut result = Map::new();
        result.insert("data".into(), data);
        result.insert("cost_usd".into(), Value::Null);
        Self {
            id,
            version: VERSION,
            kind: "action",
            result: Value::Object(result),
            rows: None,
            effect: None,
        }
    }

    /// An account.
    pub fn connected_account(id: Id, account: Value) -> Self {
        Self {
            id,
            version: VERSION,
            kind: "connected_account",
            result: account,
            rows: None,
            effect: None,
        }
    }

    /// An expected failure.
    pub fn action_error(id: Id, error: Value) -> Self {
        Self {
            id,
            version: VERSION,
            kind: "action_error",
            result: error,
            rows: None,
            effect: None,
        }
    }

    /// An input or output that breaks its schema.
    pub fn validation_error(id: Id, error: Value) -> Self {
        Self {
            id,
            version: VERSION,
            kind: "validation_error",
            result: error,
            rows: None,
            effect: None,
        }
    }

    /// A request that could not be understood, or a fault of ours.
    pub fn error(id: Id, code: &Row, message: &str) -> Self {
        Self {
            id,
            version: VERSION,
            kind: "error",
            result: json!({ "message": message, "code": code.code, "remedy": code.remedy }),
            rows: None,
            effect: None,
        }
    }

    /// The same, with the text of the rows of the output's list: its name, and JSON values with commas
    /// between them.
    #[must_use]
    pub fn with_rows(self, rows: Option<(&'static str, Source)>) -> Self {
        let rows = rows.map(|(member, text)| ResultRows { member, text });
        Self { rows, ..self }
    }

    /// The same, with a further member of the result.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        if let Some(result) = self.result.as_object_mut() {
            result.insert(name.to_owned(), value);
        }
        self
    }

    /// True for the result of an action that succeeded, and for an account.
    pub fn is_success(&self) -> bool {
        matches!(self.kind, "action" | "connected_account")
    }

    /// The result's code, outcome and ids, for the logs. The member `subject` has the id of what the request wrote.
    pub(super) fn logged_fields(&self, subject: Option<&str>) -> LoggedFields<'_> {
        let find = |name: &str| {
            let members = self.result.get("data").unwrap_or(&self.result);
            members.get(name).and_then(Value::as_str)
        };
        let code = match self.kind {
            "validation_error" => Some("validation_error"),
            _ if self.is_success() => None,
            _ => find("code"),
        };
        LoggedFields {
            code,
            outcome: find("outcome"),
            subject: subject.and_then(find),
            log_id: find("log_id"),
        }
    }

    /// Outcome of a write as a short text without secrets; `None` for a result without an outcome.
    pub fn effect(&self) -> Option<&str> {
        self.effect.as_deref()
    }

    /// The same without `secrets`, should the text of an error ever repeat any. The output of an action stays. The
    /// member `subject` has the id of what the request wrote.
    #[must_use]
    pub(super) fn redacted(mut self, secrets: &Secrets, subject: Option<&str>) -> Self {
        self.effect = self.describe_effect(subject).map(|text| secrets.redact(&text));
        if !self.is_success() {
            secrets.redact_value(&mut self.result);
        }
        self
    }

    fn describe_effect(&self, subject: Option<&str>) -> Option<String> {
        let LoggedFields { outcome, subject, .. } = self.logged_fields(subject);
        let named = subject.map(|name| format!(" ({name})")).unwrap_or_default();
        Some(format!("request {} is {}{named}", self.id, outcome?))
    }

    /// The envelope as one line of JSON.
    pub fn into_line(mut self) -> ResultLine {
        let text = self.to_json();
        match self.rows.take() {
            Some(ResultRows { member, text: rows }) => {
                ResultLine::with_rows(text, self.start_of(member), rows)
            }
            None => ResultLine { text, rows: None },
        }
    }

    /// The envelope as JSON, with an empty list for rows.
    fn to_json(&self) -> String {
        // Its members are JSON already, so it always serializes.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Offset of the first item of the empty list `member` of the output, in bytes of [`Self::to_json`].
    fn start_of(&self, member: &str) -> usize {
        let data = self.result.get("data").and_then(Value::as_object);
        let mut head = Map::new();
        for (name, value) in data.into_iter().flatten() {
            head.insert(name.clone(), value.clone());
            if name == member {
                break;
            }
        }
        let head = Self {
            result: json!({ "data": head }),
            id: self.id.clone(),
            rows: None,
            effect: None,
            ..*self
        };
        // Nothing but brackets follows the list.
        head.to_json().len().saturating_sub("]}}}".len())
    }
}

/// Result as a line of JSON.
#[derive(Debug)]
pub struct ResultLine {
    text: String,
    /// Rows that belong at an offset of `text`.
    rows: Option<(usize, Source)>,
}

impl ResultLine {
    /// The line `text` with `rows` at the offset `at`.
    fn with_rows(mut text: String, at: usize, rows: Source) -> Self {
        if rows.memory() == 0 {
            return Self {
                text,
                rows: Some((at, rows)),
            };
        }
        let rows = rows.read(0, rows.size().0).unwrap_or_default();
        text.insert_str(at, &String::from_utf8_lossy(&rows));
        Self { text, rows: None }
    }

    /// Returns its memory in bytes.
    pub fn memory(&self) -> usize {
        self.text.len()
    }

    /// True if its rows are in a file.
    pub fn has_file(&self) -> bool {
        self.rows.is_some()
    }

    /// Writes it with a line feed at its end. Rows in a file pass through in pieces.
    ///
    /// If the file cannot be read, the line ends early, and the error is logged. Errors: those of `output`.
    pub fn write_to(self, output: &mut impl Write) -> io::Result<LineExtent> {
        let mut text = self.text;
        text.push('\n');
        let Some((at, rows)) = self.rows else {
            output.write_all(text.as_bytes())?;
            return Ok(LineExtent::Whole);
        };
        let (head, tail) = text.split_at_checked(at).unwrap_or((&text, ""));
        output.write_all(head.as_bytes())?;
        match rows.copy_to(output) {
            Ok(()) => output.write_all(tail.as_bytes()).map(|()| LineExtent::Whole),
            Err(CopyError::Read(error)) => {
                error!(%error, "the rows of a result could not be read, its line ends early");
                output.write_all(b"\n").map(|()| LineExtent::Cut)
            }
            Err(CopyError::Write(error)) => Err(error),
        }
    }
}

/// Extent of a line that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineExtent {
    /// All of the result.
    Whole,
    /// Up to rows that could not be read, so it is not JSON.
    Cut,
}

/// The parts of a result that are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LoggedFields<'a> {
    /// The error's code.
    pub(super) code: Option<&'a str>,
    /// The outcome of the write.
    pub(super) outcome: Option<&'a str>,
    /// The id of what the request wrote.
    pub(super) subject: Option<&'a str>,
    /// TikTok's name for the call that failed.
    pub(super) log_id: Option<&'a str>,
}

/// Progress of a request as a line of JSON.
pub(super) fn progress_line(id: &Id, action: &str, report: Report) -> String {
    #[derive(Serialize)]
    struct ProgressLine<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        id: &'a Id,
        action: &'a str,
        #[serde(flatten)]
        report: Report,
    }
    // The members of a report are numbers and words, so it always serializes.
    serde_json::to_string(&ProgressLine {
        kind: "progress",
        id,
        action,
        report,
    })
    .unwrap_or_default()
}

impl From<InvalidRequest> for Reply {
    fn from(rejection: InvalidRequest) -> Self {
        Self::error(rejection.id, rejection.code, &rejection.message)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::media::{Spool, SpoolArea};

    fn written(reply: Reply) -> String {
        let mut written = Vec::new();
        reply.into_line().write_to(&mut written).unwrap();
        String::from_utf8(written).unwrap()
    }

    /// The same list within the output and beside it, in memory and in a file.
    #[test]
    fn rows_stand_where_their_list_stands() {
        let rows = json!([{ "id": "1", "title": "\u{1F600} \"]}}}\"" }, { "id": "2" }]);
        let text = rows.to_string();
        let text = text.trim_matches(['[', ']']);
        for (name, id) in [("a", Id::default()), ("videos", Id::default())] {
            for more in [json!({}), json!({ "cursor": 1, "videos": [] })] {
                let with = |list: &Value| {
                    let mut data = json!({ "before": { "videos": [1] }, name: list });
                    let data_members = data.as_object_mut().unwrap();
                    for (member, value) in more.as_object().unwrap() {
                        data_members.entry(member.clone()).or_insert(value.clone());
                    }
                    Reply::action(id.clone(), data)
                };
                let whole = written(with(&rows));
                for memory in [0, 1_000_000] {
                    let area = SpoolArea::new(Path::new("/tmp"));
                    let mut spool = Spool::with_memory(&area, memory);
                    spool.write(text.as_bytes()).unwrap();
                    let split = with(&json!([])).with_rows(Some((name, spool.finish())));
                    assert_eq!(written(split), whole, "{memory} bytes of memory");
                }
            }
        }
    }

    #[test]
    fn a_row_file_that_cannot_be_read_ends_the_line_early() {
        let reply = Reply::action(Id::default(), json!({ "rows": [], "more": 1 }));
        let line = reply
            .with_rows(Some(("rows", Source::in_lost_file())))
            .into_line();
        let mut written = Vec::new();
        assert_eq!(line.write_to(&mut written).unwrap(), LineExtent::Cut);
        let text = String::from_utf8(written).unwrap();
        assert!(text.ends_with("\"rows\":[\n"), "{text}");
        assert_eq!(text.matches('\n').count(), 1, "{text}");
    }
}
