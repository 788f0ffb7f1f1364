//! Sums of rows, totals with the reasons for which some are unknown, and changes against another period.

use std::fmt;

use crate::model::Decimal;

/// Value of a metric in a row, as far as it is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowNumber {
    /// No value, or a text that needs no number.
    Nothing,
    /// A number.
    Known(Decimal),
    /// A text where a number is expected, such as `<5`.
    Unreadable,
}

impl RowNumber {
    /// The number.
    pub const fn known(self) -> Option<Decimal> {
        match self {
            Self::Known(number) => Some(number),
            Self::Nothing | Self::Unreadable => None,
        }
    }
}

/// Sums of metrics, by their places in a list. A metric without any value has no sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricSums {
    sums: Vec<MetricSum>,
    pairs: Vec<PairSum>,
}

/// Sum of a metric.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct MetricSum {
    sum: Option<Decimal>,
    /// Rows whose value is not a number.
    unreadable: u64,
}

/// Sums of two metrics over the rows that have both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PairSum {
    places: (usize, usize),
    sums: Option<(Decimal, Decimal)>,
}

impl MetricSums {
    /// Sums of no rows, for this number of metrics and for pairs of them by their places.
    pub fn new(metrics: usize, pairs: &[(usize, usize)]) -> Self {
        let pairs = pairs.iter().map(|places| PairSum {
            places: *places,
            sums: None,
        });
        Self {
            sums: vec![MetricSum::default(); metrics],
            pairs: pairs.collect(),
        }
    }

    /// Adds the numbers of a row.
    pub fn add(&mut self, row: &[RowNumber]) {
        for (sum, number) in self.sums.iter_mut().zip(row) {
            match number {
                RowNumber::Known(number) => {
                    sum.sum = Some(sum.sum.map_or(*number, |sum| sum.plus(*number)));
                }
                RowNumber::Unreadable => sum.unreadable = sum.unreadable.saturating_add(1),
                RowNumber::Nothing => {}
            }
        }
        let number = |place: usize| row.get(place).copied().and_then(RowNumber::known);
        for PairSum { places, sums } in &mut self.pairs {
            if let (Some(over), Some(under)) = (number(places.0), number(places.1)) {
                *sums = Some(sums.map_or((over, under), |sums| (sums.0.plus(over), sums.1.plus(under))));
            }
        }
    }

    /// Sum of the metric at this place.
    pub fn get(&self, place: usize) -> Option<Decimal> {
        self.sums.get(place)?.sum
    }

    /// Number of rows in which the metric at this place is not a number.
    pub fn unreadable(&self, place: usize) -> u64 {
        self.sums.get(place).map_or(0, |sum| sum.unreadable)
    }

    /// Sums of a pair over the rows that have both.
    pub fn pair(&self, places: (usize, usize)) -> Option<(Decimal, Decimal)> {
        let pair = self.pairs.iter().find(|pair| pair.places == places);
        pair?.sums
    }
}

/// Reason for which a number is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullReason {
    /// TikTok has no rows.
    NoRows,
    /// No row has a value.
    NoValues,
    /// No row has values of both parts of a quotient: the divided metric and the divisor.
    NoCommonRow(&'static str, &'static str),
    /// This many rows have a value that is not a number.
    Unreadable(u64),
    /// This many rows have a part, a metric, that is not a number.
    PartUnreadable(&'static str, u64),
    /// TikTok refuses the metric.
    MetricRefused,
    /// TikTok refuses a part, a metric.
    PartRefused(&'static str),
    /// The divisor, a metric, is 0.
    NothingToDivideBy(&'static str),
    /// The parts cannot be added up.
    NotAdded,
    /// TikTok reports the metric for one object or the whole account only, and the request has other filters.
    Filtered,
    /// The range is longer than one report.
    TooLong,
    /// TikTok refused the report of the whole.
    Refused,
    /// The report of the whole could not be read.
    Unread,
    /// TikTok does not have the metric for now, or not at the level of the whole.
    Absent,
    /// The report of the whole does not have exactly one row.
    NotOne,
}

impl fmt::Display for NullReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NoRows => "TikTok has no rows in this period",
            Self::NoValues => "no row has a value",
            Self::NoCommonRow(over, under) => {
                return write!(f, "it is {over} divided by {under}, and no row has both");
            }
            Self::Unreadable(rows) => {
                return write!(
                    f,
                    "TikTok's value is not a number, such as \"<5\", in {}",
                    shown(*rows)
                );
            }
            Self::PartUnreadable(metric, rows) => {
                return write!(
                    f,
                    "it is computed from {metric}, which is not a number, such as \"<5\", in {}",
                    shown(*rows)
                );
            }
            Self::MetricRefused => "TikTok refuses it",
            Self::PartRefused(metric) => {
                return write!(f, "it is computed from {metric}, which TikTok refuses");
            }
            Self::NothingToDivideBy(metric) => {
                return write!(f, "{metric} is 0, so there is nothing to divide by");
            }
            Self::NotAdded => "values of several rows cannot be added up",
            Self::Filtered => {
                "values of several rows cannot be added up, and TikTok reports the whole only for the ad account without \
                 filters, or for one campaign, ad group or ad"
            }
            Self::TooLong => {
                "values of several rows cannot be added up, and TikTok reports the whole only for ranges of at most 365 \
                 days"
            }
            Self::Refused => {
                "values of several rows cannot be added up, and TikTok refused the report of the whole"
            }
            Self::Unread => {
                "values of several rows cannot be added up, and the report of the whole could not be read; send the request again"
            }
            Self::Absent => {
                "values of several rows cannot be added up, and TikTok's report of the whole does not have this metric"
            }
            Self::NotOne => {
                "values of several rows cannot be added up, and TikTok's report of the whole does not have exactly one row"
            }
        };
        f.write_str(text)
    }
}

fn shown(rows: u64) -> String {
    if rows == 1 {
        "1 row".to_owned()
    } else {
        format!("{rows} rows")
    }
}

/// Total of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricTotal {
    /// Name in results.
    pub shown: String,
    /// The number.
    pub value: Option<Decimal>,
    /// Reason for which there is no number.
    pub reason: Option<NullReason>,
    /// Whether the number is from a report of the whole, not from the rows.
    pub is_of_whole: bool,
}

impl MetricTotal {
    /// Total that is a number, or unknown for a reason.
    pub fn new(shown: &str, value: Result<Decimal, NullReason>) -> Self {
        Self {
            shown: shown.to_owned(),
            value: value.ok(),
            reason: value.err(),
            is_of_whole: false,
        }
    }
}

/// Change of a metric against another period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodChange {
    /// The difference.
    pub difference: Option<Decimal>,
    /// The difference in percent of the other period's number, with 2 digits after the point.
    pub percent: Option<Decimal>,
}

impl PeriodChange {
    /// Change from `previous` to `current`. It is not known if one of them is not, and no percentage if the previous number is 0.
    pub fn between(previous: Option<Decimal>, current: Option<Decimal>) -> Self {
        let difference = previous
            .zip(current)
            .map(|(previous, current)| current.minus(previous));
        let percent = difference
            .zip(previous)
            .and_then(|(difference, previous)| difference.divided_by(previous, 2, 2));
        Self { difference, percent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_difference_and_a_percentage() {
        let change = |previous: &str, current: &str| {
            let change = PeriodChange::between(Decimal::parse(previous), Decimal::parse(current));
            [change.difference, change.percent].map(|number| number.map(|number| number.to_string()))
        };
        let texts = |texts: [&str; 2]| texts.map(|text| (!text.is_empty()).then(|| text.to_owned()));
        assert_eq!(change("80", "100.50"), texts(["20.5", "25.63"]));
        assert_eq!(change("100", "75"), texts(["-25", "-25"]));
        assert_eq!(change("0", "5"), texts(["5", ""]));
        assert_eq!(change("-", "5"), texts(["", ""]));
    }
}
