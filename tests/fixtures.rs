//! Every fixture is a test.

fn main() {}
