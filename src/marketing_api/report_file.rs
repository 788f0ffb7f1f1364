//! File of an asynchronous report: CSV with the names of dimensions and metrics in its first line
//! (docs/tiktok-marketing-api.md#asynchronous-reports).

use std::io::Read;

use csv::{Reader, ReaderBuilder, StringRecord};

use super::ReportRecord;
use crate::model::Word;

/// File of a report while it is read. Memory does not grow with its rows.
#[derive(Debug)]
pub struct ReportFile<R> {
    reader: Reader<R>,
    dimensions: Vec<Column>,
    metrics: Vec<Column>,
    row: StringRecord,
}

/// Column of the file.
#[derive(Debug)]
struct Column {
    name: String,
    place: usize,
}

/// Reason for which a file cannot be read as the report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportFileFault {
    /// The first line lacks a requested column.
    #[error("the file of the report has no column {0}")]
    NoColumn(String),
    /// A line is not CSV, or has another number of values than the first one.
    #[error("line {0} of the report's file cannot be read")]
    Line(u64),
    /// The stored file could not be read.
    #[error("the stored file of the report cannot be read")]
    Storage,
}

impl<R: Read> ReportFile<R> {
    /// Reads the first line, which must have all requested dimensions and metrics. Further columns are ignored.
    pub fn open(source: R, dimensions: &[&str], metrics: &[String]) -> Result<Self, ReportFileFault> {
        let mut reader = ReaderBuilder::new().from_reader(source);
        let names: Vec<String> = reader
            .headers()
            .map_err(|error| fault(&error))?
            .iter()
            .map(normalized)
            .collect();
        let column = |name: &str| {
            let place = names.iter().position(|found| found == name);
            place
                .map(|place| Column {
                    name: name.to_owned(),
                    place,
                })
                .ok_or_else(|| ReportFileFault::NoColumn(name.to_owned()))
        };
        let dimensions = dimensions
            .iter()
            .map(|name| column(name))
            .collect::<Result<_, _>>()?;
        let metrics = metrics
            .iter()
            .map(|name| column(name))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            reader,
            dimensions,
            metrics,
            row: StringRecord::new(),
        })
    }

    /// Reads the next row; `None` at the end.
    pub fn next_record(&mut self) -> Result<Option<ReportRecord>, ReportFileFault> {
        let has_row = self
            .reader
            .read_record(&mut self.row)
            .map_err(|error| fault(&error))?;
        Ok(has_row.then(|| ReportRecord {
            dimensions: self.values(&self.dimensions),
            metrics: self.values(&self.metrics),
        }))
    }

    fn values<M: FromIterator<(String, Option<Word>)>>(&self, columns: &[Column]) -> M {
        let value = |column: &Column| {
            let text = self.row.get(column.place).filter(|text| !text.is_empty());
            (column.name.clone(), text.map(Word::from))
        };
        columns.iter().map(value).collect()
    }
}

/// Name of a column. Titles for people, such as `Ad ID`, have capitals and blanks.
fn normalized(title: &str) -> String {
    let title = title.trim_start_matches('\u{feff}').trim();
    title.to_ascii_lowercase().replace(' ', "_")
}

fn fault(error: &csv::Error) -> ReportFileFault {
    if error.is_io_error() {
        return ReportFileFault::Storage;
    }
    ReportFileFault::Line(error.position().map_or(1, csv::Position::line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<ReportRecord>, ReportFileFault> {
        let metrics = ["spend".to_owned(), "ad_name".to_owned()];
        let mut file = ReportFile::open(text.as_bytes(), &["ad_id", "stat_time_day"], &metrics)?;
        let mut records = Vec::new();
        while let Some(record) = file.next_record()? {
            records.push(record);
        }
        Ok(records)
    }

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        for text in [
            "ad_id,stat_time_day,spend,ad_name\r\n17,2026-10-01 00:00:00,1.50,\"Shoes, \"\"red\"\"\r\nand blue\"\r\n",
            "\u{feff}extra,ad_name,spend,stat_time_day,ad_id\nx,\"Shoes, \"\"red\"\"\r\nand blue\",1.50,2026-10-01 00:00:00,17\n",
            "Ad ID,Stat time day,SPEND,Ad Name\n17,2026-10-01 00:00:00,1.50,\"Shoes, \"\"red\"\"\r\nand blue\"\n",
        ] {
            let records = read(text).unwrap();
            let [record] = records.as_slice() else {
                panic!("{records:?}")
            };
            assert_eq!(record.dimension("ad_id"), Some("17"));
            assert_eq!(record.dimension("stat_time_day"), Some("2026-10-01 00:00:00"));
            assert_eq!(record.metric("spend"), Some("1.50"));
            assert_eq!(record.metric("ad_name"), Some("Shoes, \"red\"\r\nand blue"));
        }
    }

    #[test]
    fn an_empty_value_is_absent_and_an_empty_file_has_no_rows() {
        let records = read("ad_id,stat_time_day,spend,ad_name\n17,2026-10-01,,x\n").unwrap();
        assert_eq!(records[0].metric("spend"), None);
        assert_eq!(read("ad_id,stat_time_day,spend,ad_name\n"), Ok(Vec::new()));
    }

    #[test]
    fn a_file_that_is_not_the_report_is_refused() {
        for (text, fault) in [
            ("", ReportFileFault::NoColumn("ad_id".into())),
            ("<html>", ReportFileFault::NoColumn("ad_id".into())),
            (
                "ad_id,stat_time_day,Cost,ad_name\n1,2,3,4\n",
                ReportFileFault::NoColumn("spend".into()),
            ),
            (
                "ad_id,stat_time_day,spend,ad_name\n1,2,3,4\n1,2\n",
                ReportFileFault::Line(3),
            ),
        ] {
            assert_eq!(read(text).unwrap_err(), fault, "{text}");
        }
    }
}
