//! Reasons for which a video or the rows of a result could not be stored.

use std::io;

use rustix::io::Errno;

use crate::model::ByteCount;

/// Reason for which a video or the rows of a result could not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpoolError {
    /// A fault of the temporary folder, or of the file in it.
    #[error("{}", of_folder(*.0))]
    Folder(io::ErrorKind),
    /// The process or the machine has too many open files.
    #[error("too many files are open (ulimit -n)")]
    OpenFiles,
    /// The limit on the bytes stored for all concurrent requests is reached.
    #[error("{}", of_bound(*most, *is_alone))]
    Bound {
        /// The limit, in bytes.
        most: ByteCount,
        /// Whether this item alone exceeds it.
        is_alone: bool,
    },
}

impl SpoolError {
    /// The condition that is not met.
    pub const fn allowed(self) -> &'static str {
        match self {
            Self::Folder(io::ErrorKind::FileTooLarge) => {
                "a limit on the size of files that leaves room for it"
            }
            Self::Folder(_) => "a writable temporary folder with enough free space",
            Self::OpenFiles => "a limit on open files that leaves room for another",
            Self::Bound { .. } => "stored data of all requests within the limit",
        }
    }

    /// The remedy.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::Folder(io::ErrorKind::FileTooLarge) => {
                "the host's operator should raise the limit on the size of files (ulimit -f)"
            }
            Self::Folder(_) => {
                "the host's operator should set TMPDIR to a writable folder with enough free space"
            }
            Self::OpenFiles => {
                "the host's operator should raise the limit on open files (ulimit -n) or lower --jobs"
            }
            Self::Bound { is_alone: false, .. } => {
                "send the request again when other requests are done; the host's operator can raise the limit \
                 (--spool-max, AUTOHIVE_TIKTOK_SPOOL_MAX)"
            }
            Self::Bound { is_alone: true, .. } => {
                "send a smaller video; the host's operator can raise the limit (--spool-max, \
                 AUTOHIVE_TIKTOK_SPOOL_MAX)"
            }
        }
    }

    /// Whether a later attempt may succeed without a change to the host.
    pub const fn may_pass(self) -> bool {
        match self {
            Self::Folder(kind) => matches!(
                kind,
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::OutOfMemory
            ),
            Self::OpenFiles => true,
            Self::Bound { is_alone, .. } => !is_alone,
        }
    }
}

impl From<io::Error> for SpoolError {
    fn from(error: io::Error) -> Self {
        // The error kind does not distinguish this error.
        let too_many = [Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error);
        if error.raw_os_error().is_some_and(|code| too_many.contains(&code)) {
            return Self::OpenFiles;
        }
        Self::Folder(error.kind())
    }
}

/// Descriptions of file errors for the operator of the host.
const FAULTS: [(io::ErrorKind, &str); 6] = [
    (
        io::ErrorKind::NotFound,
        "the temporary folder (TMPDIR) does not exist",
    ),
    (
        io::ErrorKind::PermissionDenied,
        "the program may not write to the temporary folder (TMPDIR)",
    ),
    (
        io::ErrorKind::ReadOnlyFilesystem,
        "the temporary folder (TMPDIR) is on a read-only file system",
    ),
    (
        io::ErrorKind::StorageFull,
        "the disk of the temporary folder (TMPDIR) is full",
    ),
    (
        io::ErrorKind::QuotaExceeded,
        "the disk quota for the temporary folder (TMPDIR) is used up",
    ),
    (
        io::ErrorKind::FileTooLarge,
        "the size of files is limited (ulimit -f)",
    ),
];

fn of_folder(kind: io::ErrorKind) -> String {
    let known = FAULTS.iter().find(|(known, _)| *known == kind);
    known.map_or_else(
        || format!("the temporary folder (TMPDIR) cannot be used ({kind})"),
        |(_, words)| (*words).to_owned(),
    )
}

fn of_bound(most: ByteCount, is_alone: bool) -> String {
    let data = if is_alone {
        "the data exceeds"
    } else {
        "together with the data of other requests, it exceeds"
    };
    format!("{data} the limit on stored data (--spool-max, {most})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_named() {
        for (error, words, may_pass) in [
            (Errno::MFILE, "too many files are open", true),
            (Errno::NFILE, "too many files are open", true),
            (
                Errno::NOSPC,
                "the disk of the temporary folder (TMPDIR) is full",
                true,
            ),
            (Errno::DQUOT, "the disk quota for the temporary folder", true),
            (Errno::FBIG, "the size of files is limited", false),
            (
                Errno::NOENT,
                "the temporary folder (TMPDIR) does not exist",
                false,
            ),
            (Errno::ACCESS, "the program may not write to", false),
            (
                Errno::ROFS,
                "the temporary folder (TMPDIR) is on a read-only",
                false,
            ),
            (Errno::IO, "the temporary folder (TMPDIR) cannot be used", false),
        ] {
            let error = SpoolError::from(io::Error::from(error));
            assert!(error.to_string().starts_with(words), "{error:?}: {error}");
            assert_eq!(error.may_pass(), may_pass, "{error:?}");
        }
    }
}
