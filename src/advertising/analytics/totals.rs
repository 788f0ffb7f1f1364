//! Sums of rows, totals with the reasons for which some are unknown, and changes against another period.

use std::fmt;

use crate::model::Decimal;

/// Sums of metrics, by their places in a list. A metric without any value has no sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricSums(Vec<Option<Decimal>>);

impl MetricSums {
    /// Sums of no rows, for this number of metrics.
    pub fn new(metrics: usize) -> Self {
        Self(vec![None; metrics])
    }

    /// Adds the numbers of a row.
    pub fn add(&mut self, row: &[Option<Decimal>]) {
        for (sum, number) in self.0.iter_mut().zip(row) {
            *sum = match (*sum, *number) {
                (Some(sum), Some(number)) => Some(sum.plus(number)),
                (sum, number) => sum.or(number),
            };
        }
    }

    /// Sum of the metric at this place.
    pub fn get(&self, place: usize) -> Option<Decimal> {
        self.0.get(place).copied().flatten()
    }
}

/// Reason for which a number is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullReason {
    /// No row has a value.
    NoValues,
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
}

impl fmt::Display for NullReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NoValues => "no row has a value",
            Self::NothingToDivideBy(metric) => {
                return write!(f, "{metric} is 0, so there is nothing to divide by");
            }
            Self::NotAdded => {
                "values of several rows cannot be added up: a person can be in more than one of them"
            }
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
        };
        f.write_str(text)
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
}

impl MetricTotal {
    /// Total that is a number, or unknown for a reason.
    pub fn new(shown: &str, value: Result<Decimal, NullReason>) -> Self {
        Self {
            shown: shown.to_owned(),
            value: value.ok(),
            reason: value.err(),
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
