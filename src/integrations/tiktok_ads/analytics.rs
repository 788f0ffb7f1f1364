//! Reports of the action `get_analytics`: the plan of its calls, the reading of pages or of an asynchronous report, and what is
//! made of the rows.

mod account;
mod caller;
mod collector;
mod counts;
mod goals;
mod notes;
mod plan;
mod reader;
mod row;
mod run;
mod sink;
mod summary;
mod task;
mod task_fault;
mod task_file;
mod whole;

pub(super) use plan::{AnalyticsGranularity, AnalyticsLevel, ComparedPeriod, ReportPlan, range};
pub(super) use row::AnalyticsRow;
pub(super) use run::{RowLimit, run};
pub(super) use summary::AnalyticsSummary;
