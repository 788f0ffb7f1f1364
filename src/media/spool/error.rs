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
    /// The process or the machine has as many files open as it may.
    #[error("too many files are open (ulimit -n)")]
    OpenFiles,
    /// The bound on the bytes kept for all requests at a time.
    #[error("{}", of_bound(*most, *is_alone))]
    Bound {
        /// The bound.
        most: ByteCount,
        /// Whether this one exceeds it by itself.
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
            Self::Folder(_) => "a temporary folder that can be written to and has room for it",
            Self::OpenFiles => "a limit on open files that leaves room for another",
            Self::Bound { .. } => "data of all requests together within the bound",
        }
    }

    /// The remedy.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::Folder(io::ErrorKind::FileTooLarge) => {
                "the operator of the host raises the limit on the size of files (ulimit -f)"
            }
            Self::Folder(_) => "the operator of the host sets TMPDIR to such a folder",
            Self::OpenFiles => {
                "the operator of the host raises the limit on open files (ulimit -n) or lowers --jobs"
            }
            Self::Bound { is_alone: false, .. } => {
                "send the request again when other requests are done; the operator of the host can raise the bound \
                 (--spool-max, AUTOHIVE_TIKTOK_SPOOL_MAX)"
            }
            Self::Bound { is_alone: true, .. } => {
                "send a smaller video; the operator of the host can raise the bound (--spool-max, \
                 AUTOHIVE_TIKTOK_SPOOL_MAX)"
            }
        }
    }

    /// Whether there may be room at another time. A limit of the process stays as it is.
    pub const fn may_pass(self) -> bool {
        !matches!(
            self,
            Self::Folder(io::ErrorKind::FileTooLarge) | Self::Bound { is_alone: true, .. }
        )
    }
}

impl From<io::Error> for SpoolError {
    fn from(error: io::Error) -> Self {
        // The kind does not tell this one from others.
        let too_many = [Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error);
        if error.raw_os_error().is_some_and(|code| too_many.contains(&code)) {
            return Self::OpenFiles;
        }
        Self::Folder(error.kind())
    }
}

/// Faults of files, in words for the operator of the host.
const FAULTS: [(io::ErrorKind, &str); 6] = [
    (io::ErrorKind::NotFound, "the temporary folder does not exist"),
    (
        io::ErrorKind::PermissionDenied,
        "the program may not write to the temporary folder",
    ),
    (
        io::ErrorKind::ReadOnlyFilesystem,
        "the temporary folder lies on a disk that cannot be written to",
    ),
    (io::ErrorKind::StorageFull, "the temporary folder is full"),
    (
        io::ErrorKind::QuotaExceeded,
        "the temporary folder is full for this user",
    ),
    (
        io::ErrorKind::FileTooLarge,
        "the size of files is limited (ulimit -f)",
    ),
];

fn of_folder(kind: io::ErrorKind) -> String {
    let known = FAULTS.iter().find(|(known, _)| *known == kind);
    known.map_or_else(
        || format!("the temporary folder cannot be used ({kind})"),
        |(_, words)| (*words).to_owned(),
    )
}

fn of_bound(most: ByteCount, is_alone: bool) -> String {
    if is_alone {
        format!("it is larger than the data of all requests together may be ({most}, --spool-max)")
    } else {
        format!(
            "with the data of other requests it is more than may be stored at a time ({most}, --spool-max)"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_named() {
        for (error, words) in [
            (Errno::MFILE, "too many files are open"),
            (Errno::NFILE, "too many files are open"),
            (Errno::NOSPC, "the temporary folder is full"),
            (Errno::FBIG, "the size of files is limited"),
            (Errno::IO, "the temporary folder cannot be used"),
        ] {
            let told = SpoolError::from(io::Error::from(error)).to_string();
            assert!(told.starts_with(words), "{error}: {told}");
        }
    }
}
