//! Arithmetic of reports: days and windows of a range, kinds of metrics, totals, comparisons and the largest rows.
//!
//! Facts: docs/tiktok-marketing-api.md#reports.

mod channel;
mod metric;
mod period;
mod selection;
mod times;
mod top;
mod totals;
mod unit;
mod value;
mod zone;

pub use channel::{EventSource, event_source};
pub use metric::{MetricNature, MetricRatio};
pub use period::{AccountDay, DayRange, Granularity, row_time};
pub use selection::{
    ChosenMetric, MetricChoice, NONE_CHOSEN, RowFacts, is_goal_dependent, is_readable, nearest_metric,
};
pub use times::{CoveredTimes, MissingTimes};
pub use top::{TopOrder, TopRows};
pub use totals::{MetricSums, MetricTotal, NullReason, PeriodChange, RowNumber};
pub use unit::MetricUnit;
pub use value::{MetricValue, MetricValues};
pub use zone::{AccountHour, ZoneOffset};
