//! The ways a request comes in and a result goes out.

pub mod stdio;
