//! The ways a request comes in and a result goes out.

#[cfg(feature = "simulator")]
pub mod demo;
#[cfg(feature = "simulator")]
pub mod fixtures;
pub mod stdio;
