//! Entry points for requests.

pub mod call;
#[cfg(feature = "simulator")]
pub mod demo;
#[cfg(feature = "simulator")]
pub mod fixtures;
pub mod stdio;
