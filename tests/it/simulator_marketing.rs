//! The simulated Marketing API, driven by plain HTTP with the requests of TikTok's own pages.

mod bench;
mod chunks;
mod clocks;
mod files;
mod hostile;
mod library;
mod life;
mod limits;
mod reading;
mod report_metrics;
mod report_tasks;
mod reports;
mod rules;
mod sign_in;
mod smart_plus;
