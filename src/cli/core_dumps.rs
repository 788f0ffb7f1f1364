//! Core files and debuggers: memory holds access tokens, so only root may read it.

#[cfg(target_os = "linux")]
use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use rustix::process::{Resource, Rlimit, setrlimit};

/// Disables core files, regardless of `ulimit -c`.
///
/// On Linux the process is also not dumpable. This covers core dumps that go to a program
/// (`kernel.core_pattern`), to which the limit does not apply, and other processes of the same user: they can
/// neither attach to this one nor read its memory or its environment below `/proc`.
pub(super) fn disable() {
    // Failures are ignored: both settings are a second line of defence.
    setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    )
    .ok();
    #[cfg(target_os = "linux")]
    set_dumpable_behavior(DumpableBehavior::NotDumpable).ok();
}
