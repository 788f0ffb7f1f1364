//! The binary: arguments in, exit code out. Everything else is in the library.

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

/// Overwrites memory when it is freed: parsers and HTTP layers copy the token where no code of this crate can
/// reach it.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    autohive_tiktok::cli::main().into()
}
