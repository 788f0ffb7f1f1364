//! Destination of the records of a report, and records that come twice.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use crate::{advertising::DayRange, integrations::Failure, marketing_api::ReportRecord, model::Word};

/// Receiver of the records of a report.
pub(super) trait RecordSink: Send {
    /// Takes a record of `window`.
    fn take(&mut self, window: DayRange, record: &ReportRecord) -> Result<(), Failure>;
}

/// Most records of a window that are compared with the others of it.
const COMPARED_MAX: usize = 200_000;

/// Records that were read, by their dimensions.
#[derive(Debug, Default)]
pub(super) struct SeenRecords(BTreeSet<u64>);

impl SeenRecords {
    /// Whether the record is not known yet. Only the first [`COMPARED_MAX`] are.
    pub(super) fn is_new(&mut self, record: &ReportRecord) -> bool {
        self.0.len() >= COMPARED_MAX || self.0.insert(digest(record))
    }
}

/// Digest of a record's dimensions.
fn digest(record: &ReportRecord) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (name, value) in &record.dimensions {
        name.hash(&mut hasher);
        value.as_ref().map(Word::as_str).hash(&mut hasher);
    }
    hasher.finish()
}
