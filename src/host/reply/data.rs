//! The content of a result without its envelope, for fronts that show it to people.

use serde_json::{Map, Value};

use super::{Reply, ResultLine, ResultRows};

/// Result that is an error.
#[derive(Debug, Clone, Copy)]
pub struct ReplyError<'a> {
    /// Its `type`: `action_error`, `validation_error` or `error`.
    pub kind: &'static str,
    /// Its members.
    pub members: &'a Map<String, Value>,
}

impl ReplyError<'_> {
    /// Text of a member; empty if it has none.
    pub fn text(&self, name: &str) -> &str {
        self.members.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

impl Reply {
    /// The error; `None` for the result of an action that succeeded, and for an account.
    pub fn fault(&self) -> Option<ReplyError<'_>> {
        let members = self.result.as_object().filter(|_| !self.is_success())?;
        let kind = self.kind;
        Some(ReplyError { kind, members })
    }

    /// Output of the action, without rows that are stored apart, or the account; `None` for an error.
    pub fn data(&self) -> Option<&Value> {
        match self.kind {
            "action" => self.result.get("data"),
            "connected_account" => Some(&self.result),
            _ => None,
        }
    }

    /// Output of the action with as many of its rows as fit into `rows_max` bytes, and whether these are all.
    pub fn data_with_rows(&self, rows_max: u64) -> Option<(Value, bool)> {
        let mut data = self.data()?.clone();
        let Some(ResultRows { member, text }) = &self.rows else {
            return Some((data, true));
        };
        let is_whole = text.size().0 <= rows_max;
        let rows = text.read(0, rows_max).unwrap_or_default();
        let rows = parsed(&rows);
        if let Some(list) = data.get_mut(*member) {
            *list = Value::Array(rows);
        }
        Some((data, is_whole))
    }

    /// Output of the action, or the account, as one line of JSON; `None` for an error.
    pub fn into_data_line(mut self) -> Option<ResultLine> {
        let text = self.data()?.to_string();
        let Some(ResultRows { member, text: rows }) = self.rows.take() else {
            return Some(ResultLine { text, rows: None });
        };
        // The output begins at the same offset, whatever its rows.
        let before = self.to_json().find(&text)?;
        let at = self.start_of(member).checked_sub(before)?;
        Some(ResultLine::with_rows(text, at, rows))
    }
}

/// Values with commas between them; those after one that is cut off are left out.
fn parsed(text: &[u8]) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut rest = text;
    loop {
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Value>();
        let Some(Ok(row)) = values.next() else { return rows };
        rows.push(row);
        let end = values.byte_offset();
        let Some(b',') = rest.get(end) else { return rows };
        rest = rest.get(end + 1..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{host::Id, media::Source};

    fn reply() -> Reply {
        let data = json!({ "a": "{\"data\":", "rows": [], "total": 3 });
        let rows = Source::in_memory(br#"{"n":1},{"n":2},{"n":3}"#.to_vec());
        Reply::action(Id::default(), data).with_rows(Some(("rows", rows)))
    }

    #[test]
    fn the_line_holds_the_output_with_its_rows_and_no_envelope() {
        let mut line = Vec::new();
        reply().into_data_line().unwrap().write_to(&mut line).unwrap();
        let read: Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(
            read,
            json!({ "a": "{\"data\":", "rows": [{"n":1}, {"n":2}, {"n":3}], "total": 3 })
        );
        assert_eq!(String::from_utf8(line).unwrap().lines().count(), 1);
    }

    #[test]
    fn rows_are_shown_up_to_a_size() {
        let (data, is_whole) = reply().data_with_rows(1000).unwrap();
        assert_eq!((data["rows"].as_array().unwrap().len(), is_whole), (3, true));
        let (data, is_whole) = reply().data_with_rows(18).unwrap();
        assert_eq!((data["rows"].as_array().unwrap().len(), is_whole), (2, false));
    }
}
