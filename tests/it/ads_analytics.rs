//! `get_analytics` against the simulator, on a virtual clock and under the default limits of calls.

mod bench;
mod completeness;
mod limits;
mod tasks;
mod totals;
