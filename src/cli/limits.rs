//! The number of requests that run at the same time, within the process's limit on open files.

use std::fs::File;

use rustix::{
    io::Errno,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};
use tracing::warn;

use crate::{doctor::FileLimit, front::stdio::Options};

/// Files open regardless of the number of jobs: 16 for the standard streams, the event loop and the state, and
/// the row files of 16 results that wait to be written.
const OPEN_ALWAYS: u64 = 16 + 16;

/// Files that one job may have open: two connections, a video, a name being looked up; half of these for a
/// download, since half as many run concurrently with the jobs; a connection and a name for a photo that is
/// looked at; and the rows of a result.
const OPEN_EACH: u64 = 9;

/// Files that can be opened are counted only below this limit.
const FEW: u64 = 64;

/// Files that must be open for a single request: the event loop with its signals, and a connection.
const NEEDED: usize = 8;

/// The process may open too few files for a single request.
#[derive(Debug, thiserror::Error)]
#[error("this process may open {0} more files, and needs at least {NEEDED}; raise its limit (ulimit -n)")]
pub(super) struct TooFewFiles(usize);

/// Checks that a single request can be served, because the runtime does not report it.
pub(super) fn enough_files(any: &File) -> Result<(), TooFewFiles> {
    if raised().is_none_or(|limit| limit >= FEW) {
        return Ok(());
    }
    let opened: Vec<File> = (0..NEEDED).map_while(|_| any.try_clone().ok()).collect();
    if opened.len() < NEEDED {
        Err(TooFewFiles(opened.len()))
    } else {
        Ok(())
    }
}

/// The same before the files of a command are open.
pub(super) fn enough_files_for_a_person() -> Result<(), TooFewFiles> {
    match File::open("/dev/null") {
        Ok(any) => enough_files(&any),
        Err(error) if error.raw_os_error() == Some(Errno::MFILE.raw_os_error()) => Err(TooFewFiles(0)),
        Err(_no_device) => Ok(()),
    }
}

/// Reduces the jobs in `options` to what the limit on open files permits, after raising the soft limit to the
/// hard limit.
pub(super) fn within_open_files(options: Options) -> Options {
    let fitting = fitting(raised());
    if fitting >= options.jobs {
        return options;
    }
    warn!(
        jobs = fitting,
        wanted = options.jobs,
        "fewer requests run at the same time: the limit on open files is low (ulimit -n)"
    );
    Options {
        jobs: fitting,
        ..options
    }
}

/// Limit on open files, raised as far as possible, for this number of concurrent requests.
pub(super) fn file_limit(jobs: usize) -> FileLimit {
    let most = raised();
    FileLimit {
        most,
        jobs,
        fitting: fitting(most),
        needed: OPEN_ALWAYS + OPEN_EACH,
    }
}

/// Limit on open files; `None` if there is none.
fn raised() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    // If the system refuses, the old limit remains.
    if setrlimit(Resource::Nofile, raised).is_ok() {
        limit.maximum
    } else {
        limit.current
    }
}

fn fitting(limit: Option<u64>) -> usize {
    let each = limit.map_or(u64::MAX, |limit| limit.saturating_sub(OPEN_ALWAYS) / OPEN_EACH);
    usize::try_from(each.max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_one_request_runs() {
        for (limit, jobs) in [
            (Some(0), 1),
            (Some(16), 1),
            (Some(32), 1),
            (Some(49), 1),
            (Some(50), 2),
            (Some(1024), 110),
            (None, usize::MAX),
        ] {
            assert_eq!(fitting(limit), jobs, "{limit:?} open files");
        }
    }
}
