//! Entry points for requests.

#[cfg(feature = "simulator")]
pub mod demo;
#[cfg(feature = "simulator")]
pub mod fixtures;
pub mod stdio;
