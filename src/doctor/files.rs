//! Limit on open files, against the number of concurrent requests: pure.

use super::finding::Finding;

/// Limit on open files.
#[derive(Debug, Clone, Copy)]
pub struct FileLimit {
    /// Open files of the process, after its limit was raised as far as the system permits; `None` without a limit.
    pub most: Option<u64>,
    /// Concurrent requests that were asked for.
    pub jobs: usize,
    /// Concurrent requests for which the limit suffices.
    pub fitting: usize,
    /// Open files that a single request needs.
    pub needed: u64,
}

const CHECK: &str = "open_files";

pub(super) fn open_files(limit: &FileLimit) -> Finding {
    let FileLimit {
        most,
        jobs,
        fitting,
        needed,
    } = *limit;
    let Some(most) = most else {
        return Finding::ok(CHECK, format!("no limit; {jobs} concurrent requests fit"));
    };
    let remedy = format!(
        "raise the limit of the process that starts the program (ulimit -n), or lower --jobs to {fitting}"
    );
    match () {
        () if most < needed => Finding::fault(
            CHECK,
            format!("at most {most} open files, and a single request needs {needed}"),
            "raise the limit of the process that starts the program (ulimit -n)",
        ),
        () if fitting < jobs => Finding::warning(
            CHECK,
            format!("at most {most} open files: {fitting} of {jobs} requests run at the same time"),
            remedy,
        ),
        () => Finding::ok(
            CHECK,
            format!("at most {most} open files; {jobs} concurrent requests fit"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::CheckStatus::{Fault, Ok, Warning};

    #[test]
    fn the_limit_is_judged_by_the_requests_that_fit() {
        for (most, fitting, status) in [
            (None, usize::MAX, Ok),
            (Some(1024), 110, Ok),
            (Some(50), 2, Warning),
            (Some(20), 1, Fault),
        ] {
            let limit = FileLimit {
                most,
                jobs: 8,
                fitting,
                needed: 41,
            };
            assert_eq!(open_files(&limit).status, status, "{most:?}");
        }
    }
}
