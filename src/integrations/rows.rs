//! Rows of a result: the one long list of an action's output, stored while it is read.
//!
//! Each row is validated against the schema of the list's items and kept as JSON text, in memory up to
//! 128 KiB and in an unlinked file above, so that memory does not grow with the list. The host writes the
//! list into the result once it is complete; a request that fails later leaves nothing of it.

use std::{
    borrow::Cow,
    fmt,
    marker::PhantomData,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{ActionError, Failure};
use crate::{
    catalogue::own,
    media::{Source, Spool, SpoolArea, SpoolError},
    schema::{Validator, Violation},
};

/// Text that stays in memory, in bytes.
const MEMORY_MAX: usize = 128 * 1024;

/// The list of an output, with rows of type `T`. It serializes as an empty list; the host fills in the rows.
pub struct Rows<T> {
    sink: RowSink,
    count: usize,
    row: PhantomData<fn(T)>,
}

impl<T: Serialize> Rows<T> {
    /// Appends `page`, all of it or, on an error, nothing.
    ///
    /// Errors: `no_room` if the rows cannot be stored. A row that breaks its schema ends the request with a
    /// `validation_error`, whatever the action returns.
    pub fn extend(&mut self, page: impl IntoIterator<Item = T>) -> Result<(), Failure> {
        self.count += self.sink.extend(page)?;
        Ok(())
    }
}

impl<T> Rows<T> {
    /// Number of rows so far.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are no rows yet.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl<T: Serialize> Serialize for Rows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(std::iter::empty::<T>())
    }
}

impl<T: JsonSchema> JsonSchema for Rows<T> {
    fn schema_name() -> Cow<'static, str> {
        Vec::<T>::schema_name()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows({})", self.count)
    }
}

/// Storage of the rows of one request; clones share it. The default stores none.
#[derive(Clone, Default)]
pub struct RowSink(Option<Arc<Mutex<RowText>>>);

/// Text of the rows so far.
struct RowText {
    member: &'static str,
    validator: Arc<Validator>,
    /// Rows with commas between them; `None` once the output is complete.
    spool: Option<Spool>,
    count: usize,
    /// The list was handed out.
    is_taken: bool,
    /// Broken rules of the last row. No rows are accepted after it.
    violations: Vec<Violation>,
}

impl RowSink {
    /// Storage in `area` for the output's list `member`, whose items `validator` checks.
    pub fn new(member: &'static str, validator: Arc<Validator>, area: &SpoolArea) -> Self {
        Self(Some(Arc::new(Mutex::new(RowText {
            member,
            validator,
            spool: Some(Spool::with_memory(area, MEMORY_MAX)),
            count: 0,
            is_taken: false,
            violations: Vec::new(),
        }))))
    }

    /// The list of the output. A second list of the same request takes no rows: appending is an
    /// `internal_error`.
    pub fn rows<T>(&self) -> Rows<T> {
        let is_first = self
            .text()
            .is_some_and(|mut text| !std::mem::replace(&mut text.is_taken, true));
        Rows {
            sink: if is_first { self.clone() } else { Self::default() },
            count: 0,
            row: PhantomData,
        }
    }

    /// The output with the text of its rows: JSON values with commas between them; `None` if there are no
    /// rows. A row that broke its schema overrides `output`.
    ///
    /// Errors: [`ActionError::Output`] if the output has no empty list for the rows.
    pub fn complete(
        &self,
        output: Result<Value, ActionError>,
    ) -> Result<(Value, Option<Source>), ActionError> {
        let Some(mut text) = self.text() else {
            return output.map(|output| (output, None));
        };
        if !text.violations.is_empty() {
            return Err(ActionError::InvalidRow(std::mem::take(&mut text.violations)));
        }
        let output = output?;
        if text.count == 0 {
            return Ok((output, None));
        }
        let list = output.get(text.member).and_then(Value::as_array);
        if !list.is_some_and(Vec::is_empty) {
            return Err(ActionError::Output);
        }
        Ok((output, text.spool.take().map(Spool::finish)))
    }

    /// Appends rows, and returns their number.
    fn extend(&self, page: impl IntoIterator<Item: Serialize>) -> Result<usize, Failure> {
        // An action that declares no rows has no schema for them.
        let mut text = self.text().ok_or_else(internal_error)?;
        text.extend(page)
    }

    fn text(&self) -> Option<MutexGuard<'_, RowText>> {
        let text = self.0.as_ref()?;
        Some(text.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl RowText {
    fn extend(&mut self, page: impl IntoIterator<Item: Serialize>) -> Result<usize, Failure> {
        let mut text = Vec::new();
        let mut count = self.count;
        for row in page {
            let row = serde_json::to_value(row).map_err(|_unwritable| internal_error())?;
            self.check(&row, count)?;
            if count > 0 {
                text.push(b',');
            }
            serde_json::to_writer(&mut text, &row).map_err(|_unwritable| internal_error())?;
            count += 1;
        }
        let spool = self.spool.as_mut().ok_or_else(internal_error)?;
        spool.write(&text).map_err(no_room)?;
        Ok(count - std::mem::replace(&mut self.count, count))
    }

    fn check(&mut self, row: &Value, index: usize) -> Result<(), Failure> {
        if self.violations.is_empty() {
            self.violations = self.broken_rules(row, index)?;
        }
        if self.violations.is_empty() {
            Ok(())
        } else {
            Err(internal_error())
        }
    }

    /// Broken rules, with places from the top of the output.
    fn broken_rules(&self, row: &Value, index: usize) -> Result<Vec<Violation>, Failure> {
        // Cannot fail: a test compiles the schemas of all manifests.
        let mut violations = self.validator.violations(row).map_err(|fault| Failure {
            for_operator: Some(fault.to_string()),
            ..internal_error()
        })?;
        let place = format!("/{}/{index}", self.member);
        for violation in &mut violations {
            violation.path.insert_str(0, &place);
        }
        Ok(violations)
    }
}

impl fmt::Debug for RowSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.text().map(|text| text.count);
        write!(f, "RowSink({count:?})")
    }
}

fn internal_error() -> Failure {
    Failure::new(&own::INTERNAL_ERROR, "")
}

/// The rows of a result could not be stored.
fn no_room(why: SpoolError) -> Failure {
    let fix = match why {
        SpoolError::Bound { is_alone: true, .. } => {
            "ask for fewer rows; the host's operator can raise the limit (--spool-max, \
             AUTOHIVE_TIKTOK_SPOOL_MAX)"
        }
        SpoolError::Bound { .. } | SpoolError::Folder(_) | SpoolError::OpenFiles => why.fix(),
    };
    Failure {
        retryable: Some(why.may_pass()),
        ..Failure::new(&own::NO_ROOM, &format!("Rows of the result: {why}; {fix}."))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::Path};

    use serde_json::json;

    use super::*;
    use crate::{
        media::SpoolLimit,
        model::{ByteCount, Reach},
    };

    type Row = BTreeMap<&'static str, String>;

    fn sink(area: &SpoolArea) -> RowSink {
        let schema =
            json!({ "type": "object", "additionalProperties": { "type": "string", "maxLength": 100 } });
        RowSink::new("rows", Arc::new(Validator::new(schema, Reach::internet())), area)
    }

    fn row(number: usize) -> Row {
        BTreeMap::from([("id", number.to_string()), ("spend", "12.34".into())])
    }

    /// Whether in memory or in a file.
    #[test]
    fn the_text_of_all_rows_is_that_of_a_list_without_its_brackets() {
        let area = SpoolArea::new(Path::new("/tmp"));
        for count in [1, 2, 60_000] {
            let sink = sink(&area);
            let mut rows = sink.rows();
            let all: Vec<Row> = (0..count).map(row).collect();
            all.chunks(20)
                .for_each(|page| rows.extend(page.to_vec()).unwrap());
            assert_eq!(rows.len(), count);
            assert_eq!(serde_json::to_string(&rows).unwrap(), "[]");
            let (_, text) = sink.complete(Ok(json!({ "rows": [] }))).unwrap();
            let text = text.unwrap();
            let whole = serde_json::to_string(&(0..count).map(row).collect::<Vec<_>>()).unwrap();
            assert_eq!(
                *text.read(0, u64::MAX).unwrap(),
                whole.as_bytes()[1..whole.len() - 1]
            );
            assert_eq!(text.memory() > 0, count < 3, "a long list is in a file");
        }
    }

    #[test]
    fn a_list_without_rows_has_no_text() {
        let none = sink(&SpoolArea::new(Path::new("/tmp")));
        assert!(none.rows::<Row>().is_empty());
        assert!(none.complete(Ok(Value::Null)).unwrap().1.is_none());
        assert!(RowSink::default().complete(Ok(Value::Null)).unwrap().1.is_none());
        assert!(
            RowSink::default().rows().extend([row(1)]).is_err(),
            "no schema for it"
        );
    }

    #[test]
    fn rows_without_an_empty_list_of_the_output_are_a_fault() {
        for output in [
            Value::Null,
            json!({}),
            json!({ "rows": null }),
            json!({ "rows": [1] }),
        ] {
            let sink = sink(&SpoolArea::new(Path::new("/tmp")));
            sink.rows().extend([row(0)]).unwrap();
            let completed = sink.complete(Ok(output.clone()));
            assert!(matches!(completed, Err(ActionError::Output)), "{output}");
        }
    }

    #[test]
    fn a_second_list_takes_no_rows() {
        let sink = sink(&SpoolArea::new(Path::new("/tmp")));
        let (mut first, mut second) = (sink.rows(), sink.rows());
        first.extend([row(0)]).unwrap();
        let failure = second.extend([row(1)]).unwrap_err();
        assert_eq!((failure.code.as_str(), second.len()), ("internal_error", 0));
        first.extend([row(2)]).unwrap();
        let (_, text) = sink.complete(Ok(json!({ "rows": [] }))).unwrap();
        let listed = String::from_utf8(text.unwrap().read(0, u64::MAX).unwrap().to_vec()).unwrap();
        assert!(listed.contains("\"2\"") && !listed.contains("\"1\""), "{listed}");
    }

    #[test]
    fn a_row_that_breaks_its_schema_ends_the_list_whatever_follows() {
        let sink = sink(&SpoolArea::new(Path::new("/tmp")));
        let mut rows = sink.rows();
        rows.extend([row(0)]).unwrap();
        rows.extend([row(1), Row::from([("a/b", "x".repeat(101))]), row(2)])
            .unwrap_err();
        rows.extend([row(1)]).unwrap_err();
        let Err(ActionError::InvalidRow(violations)) = sink.complete(Ok(Value::Null)) else {
            panic!("the output should be refused");
        };
        let paths: Vec<&str> = violations.iter().map(|violation| &*violation.path).collect();
        assert_eq!(paths, ["/rows/2/a~1b"]);
    }

    #[test]
    fn rows_count_against_the_bound_until_the_result_is_gone() {
        let limit = SpoolLimit::of(ByteCount(200_000));
        let area = SpoolArea::new(Path::new("/tmp")).limited_to(limit.clone());
        let fill = |count: usize| {
            let sink = sink(&area);
            sink.rows().extend((0..count).map(row)).map(|()| sink)
        };
        let output = json!({ "rows": [] });
        let (_, text) = fill(4_000).unwrap().complete(Ok(output)).unwrap();
        assert!(limit.kept().0 > 100_000);
        let refused = |count| {
            let failure = fill(count).unwrap_err();
            (failure.code.as_str() == "no_room", failure.retryable)
        };
        assert_eq!(refused(6_000), (true, Some(true)));
        drop(text);
        assert_eq!(limit.kept().0, 0);
        assert_eq!(refused(10_000), (true, Some(false)));
    }

    /// Whether the bound or the folder leaves no room, in memory or in a file.
    #[test]
    fn a_page_without_room_leaves_the_pages_before_it() {
        let bounded = |most| SpoolArea::new(Path::new("/tmp")).limited_to(SpoolLimit::of(ByteCount(most)));
        let page = || (0..1_000).map(row);
        for (area, stored) in [
            (bounded(100_000), 3),
            (bounded(200_000), 6),
            (SpoolArea::new(Path::new("/nowhere")), 4),
        ] {
            let sink = sink(&area);
            let mut rows = sink.rows();
            let pages = (0..10).take_while(|_| rows.extend(page()).is_ok()).count();
            assert_eq!((pages, rows.len()), (stored, stored * 1_000));
            let (_, text) = sink.complete(Ok(json!({ "rows": [] }))).unwrap();
            let text = text.unwrap().read(0, u64::MAX).unwrap();
            let listed: Vec<BTreeMap<String, String>> =
                serde_json::from_slice(&[b"[", &*text, b"]"].concat()).unwrap();
            assert_eq!(listed.len(), stored * 1_000);
        }
    }
}
