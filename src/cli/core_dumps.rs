//! Core files and debuggers: the memory of a request holds the account's token, so nobody but root gets a
//! copy of it.

#[cfg(target_os = "linux")]
use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use rustix::process::{Resource, Rlimit, setrlimit};

/// Lets no crash write a core file, whatever `ulimit -c` was.
///
/// On Linux the process is also not dumpable. This covers core dumps that go to a program
/// (`kernel.core_pattern`), to which the limit does not apply, and other processes of the same user: they can
/// neither attach to this one nor read its memory or its environment below `/proc`.
pub(super) fn disable() {
    // A system that grants neither serves requests all the same: both are a second line of defence.
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
