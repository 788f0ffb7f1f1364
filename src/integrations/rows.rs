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

/// Text that is gathered before it goes to the spool, in bytes: a row is a few hundred.
const BLOCK: usize = 64 * 1024;

/// Text that stays in memory, in bytes.
const MEMORY_MAX: usize = 2 * BLOCK;

/// The list of an output, with rows of type `T`. It serializes as an empty list, and the host puts the rows
/// in.
pub struct Rows<T> {
    sink: RowSink,
    count: usize,
    row: PhantomData<fn(T)>,
}

impl<T: Serialize> Rows<T> {
    /// Appends a row.
    ///
    /// Errors: `no_room` where it cannot be stored. A row that breaks its schema ends the request with a
    /// `validation_error`, whatever the action returns.
    pub fn push(&mut self, row: &T) -> Result<(), Failure> {
        let row = serde_json::to_value(row).map_err(|_unwritable| internal_error())?;
        self.sink.push(&row)?;
        self.count += 1;
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
    area: SpoolArea,
    spool: Option<Spool>,
    /// Text that is not in the spool yet.
    block: Vec<u8>,
    count: usize,
    /// The list was handed out.
    is_taken: bool,
    /// Broken rules of the last row, after which no more are taken.
    violations: Vec<Violation>,
}

impl RowSink {
    /// Storage in `area` for the output's list `member`, whose items `validator` checks.
    pub fn new(member: &'static str, validator: Arc<Validator>, area: &SpoolArea) -> Self {
        Self(Some(Arc::new(Mutex::new(RowText {
            member,
            validator,
            area: area.clone(),
            spool: None,
            block: Vec::new(),
            count: 0,
            is_taken: false,
            violations: Vec::new(),
        }))))
    }

    /// The list of the output. A second list of the same request takes no rows: its `push` is an
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

    /// The output with the text of its rows: JSON values with commas between them; `None` where there are no
    /// rows. A row that broke its schema overrides `output`.
    ///
    /// Errors: [`ActionError::Unstored`] where the rows find no room, and [`ActionError::Output`] where the
    /// output has no empty list for them. The action has had its effect by then.
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
        let list = output.get(text.member).and_then(Value::as_array);
        if text.count > 0 && !list.is_some_and(Vec::is_empty) {
            return Err(ActionError::Output);
        }
        let rows = text.finish();
        rows.map(|rows| (output, rows))
            .map_err(|why| ActionError::Unstored(Box::new(no_room(why))))
    }

    fn push(&self, row: &Value) -> Result<(), Failure> {
        // An action that declares no rows has no schema for them.
        let mut text = self.text().ok_or_else(internal_error)?;
        text.push(row)
    }

    fn text(&self) -> Option<MutexGuard<'_, RowText>> {
        let text = self.0.as_ref()?;
        Some(text.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl RowText {
    fn push(&mut self, row: &Value) -> Result<(), Failure> {
        if self.violations.is_empty() {
            self.violations = self.broken_rules(row);
        }
        if !self.violations.is_empty() {
            return Err(internal_error());
        }
        if self.count > 0 {
            self.block.push(b',');
        }
        serde_json::to_writer(&mut self.block, row).map_err(|_unwritable| internal_error())?;
        self.count += 1;
        if self.block.len() >= BLOCK {
            self.flush().map_err(no_room)?;
        }
        Ok(())
    }

    /// Broken rules, with places from the top of the output.
    fn broken_rules(&self, row: &Value) -> Vec<Violation> {
        let mut violations = self.validator.violations(row);
        let place = format!("/{}/{}", self.member, self.count);
        for violation in &mut violations {
            violation.path.insert_str(0, &place);
        }
        violations
    }

    fn flush(&mut self) -> Result<(), SpoolError> {
        let area = &self.area;
        let spool = self
            .spool
            .get_or_insert_with(|| Spool::with_memory(area, MEMORY_MAX));
        spool.write(&self.block)?;
        self.block.clear();
        Ok(())
    }

    fn finish(&mut self) -> Result<Option<Source>, SpoolError> {
        if !self.block.is_empty() {
            self.flush()?;
        }
        Ok(self.spool.take().map(Spool::finish))
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
            "ask for fewer of them; the operator of the host can raise the bound (--spool-max, \
             AUTOHIVE_TIKTOK_SPOOL_MAX)"
        }
        SpoolError::Bound { .. } | SpoolError::Folder(_) | SpoolError::OpenFiles => why.fix(),
    };
    Failure {
        retryable: Some(why.may_pass()),
        ..Failure::new(&own::NO_ROOM, &format!("The rows of the result: {why}; {fix}."))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::Path};

    use serde_json::json;

    use super::*;
    use crate::{media::SpoolLimit, model::ByteCount};

    type Row = BTreeMap<&'static str, String>;

    fn sink(area: &SpoolArea) -> RowSink {
        let schema =
            json!({ "type": "object", "additionalProperties": { "type": "string", "maxLength": 100 } });
        RowSink::new("rows", Arc::new(Validator::compile(schema).unwrap()), area)
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
            (0..count).for_each(|number| rows.push(&row(number)).unwrap());
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
            RowSink::default().rows().push(&row(1)).is_err(),
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
            sink.rows().push(&row(0)).unwrap();
            let completed = sink.complete(Ok(output.clone()));
            assert!(matches!(completed, Err(ActionError::Output)), "{output}");
        }
    }

    #[test]
    fn a_second_list_takes_no_rows() {
        let sink = sink(&SpoolArea::new(Path::new("/tmp")));
        let (mut first, mut second) = (sink.rows(), sink.rows());
        first.push(&row(0)).unwrap();
        let failure = second.push(&row(1)).unwrap_err();
        assert_eq!((failure.code.as_str(), second.len()), ("internal_error", 0));
        first.push(&row(2)).unwrap();
        let (_, text) = sink.complete(Ok(json!({ "rows": [] }))).unwrap();
        let listed = String::from_utf8(text.unwrap().read(0, u64::MAX).unwrap().to_vec()).unwrap();
        assert!(listed.contains("\"2\"") && !listed.contains("\"1\""), "{listed}");
    }

    #[test]
    fn a_row_that_breaks_its_schema_ends_the_list_whatever_follows() {
        let sink = sink(&SpoolArea::new(Path::new("/tmp")));
        let mut rows = sink.rows();
        rows.push(&row(0)).unwrap();
        rows.push(&Row::from([("a/b", "x".repeat(101))])).unwrap_err();
        rows.push(&row(1)).unwrap_err();
        let Err(ActionError::InvalidRow(violations)) = sink.complete(Ok(Value::Null)) else {
            panic!("the output should be refused");
        };
        let paths: Vec<&str> = violations.iter().map(|violation| &*violation.path).collect();
        assert_eq!(paths, ["/rows/1/a~1b"]);
    }

    #[test]
    fn rows_count_against_the_bound_until_the_result_is_gone() {
        let limit = SpoolLimit::of(ByteCount(200_000));
        let area = SpoolArea::new(Path::new("/tmp")).limited_to(limit.clone());
        let fill = |count: usize| {
            let sink = sink(&area);
            let mut rows = sink.rows();
            (0..count)
                .try_for_each(|number| rows.push(&row(number)))
                .map(|()| sink)
        };
        let output = json!({ "rows": [] });
        let (_, text) = fill(4_000).unwrap().complete(Ok(output)).unwrap();
        assert!(limit.kept().0 > 100_000);
        let failure = fill(6_000).unwrap_err();
        assert_eq!(
            (failure.code.as_str(), failure.retryable),
            ("no_room", Some(true))
        );
        drop(text);
        assert_eq!(limit.kept().0, 0);
        let failure = fill(10_000).unwrap_err();
        assert_eq!(
            (failure.code.as_str(), failure.retryable),
            ("no_room", Some(false))
        );
    }
}
