//! The simulated Marketing API, driven by plain HTTP with the requests of TikTok's own pages.

mod bench;
mod clocks;
mod hostile;
mod life;
mod limits;
mod reading;
mod rules;
mod sign_in;
mod smart_plus;
