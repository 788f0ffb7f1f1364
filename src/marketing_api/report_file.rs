//! File of an asynchronous report: CSV with the names of dimensions and metrics in its first line
//! (docs/tiktok-marketing-api.md#asynchronous-reports).

use std::io::{self, Read};

use csv::{Reader, ReaderBuilder, StringRecord};

use super::ReportRecord;
use crate::model::Word;

/// File of a report while it is read. Memory does not grow with its rows.
#[derive(Debug)]
pub struct ReportFile<R> {
    reader: Reader<Bounded<R>>,
    dimensions: Vec<Column>,
    metrics: Vec<Column>,
    row: StringRecord,
}

/// Source that is read up to a limit, which is raised for each row.
#[derive(Debug)]
struct Bounded<R> {
    source: R,
    left: usize,
}

/// Largest row, in bytes: far above 100 metrics and the longest names.
const ROW_MAX: usize = 1024 * 1024;

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.left);
        if most == 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.source.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left = self.left.saturating_sub(read);
        Ok(read)
    }
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
    /// A line is not CSV, is longer than 1 MiB, or has another number of values than the first one.
    #[error("line {0} of the report's file cannot be read")]
    Line(u64),
    /// The stored file could not be read.
    #[error("the stored file of the report cannot be read")]
    Storage,
}

impl<R: Read> ReportFile<R> {
    /// Reads the first line, which must have all requested dimensions and metrics. Further columns are ignored.
    pub fn open(source: R, dimensions: &[&str], metrics: &[String]) -> Result<Self, ReportFileFault> {
        let source = Bounded {
            source,
            left: ROW_MAX,
        };
        let mut reader = ReaderBuilder::new().from_reader(source);
        let names: Vec<String> = reader
            .headers()
            .map_err(|error| fault(&error, 1))?
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
        self.reader.get_mut().left = ROW_MAX;
        let line = self.reader.position().line();
        let read = self.reader.read_record(&mut self.row);
        let has_row = read.map_err(|error| fault(&error, line))?;
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

/// Fault of the row that begins in `line`.
fn fault(error: &csv::Error, line: u64) -> ReportFileFault {
    if let csv::ErrorKind::Io(error) = error.kind()
        && error.kind() != io::ErrorKind::FileTooLarge
    {
        return ReportFileFault::Storage;
    }
    ReportFileFault::Line(line)
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

    /// A name whose quote is never closed would otherwise fill the memory.
    #[test]
    fn a_row_without_an_end_is_refused() {
        let long = "x,".repeat(2_000_000);
        for rest in [
            format!("17,2026-10-01,1,\"{long}"),
            format!("17,2026-10-01,1,{long}"),
        ] {
            let text = format!("ad_id,stat_time_day,spend,ad_name\n1,2026-10-01,1,a\n{rest}");
            assert_eq!(read(&text).unwrap_err(), ReportFileFault::Line(3));
        }
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
