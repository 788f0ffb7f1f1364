//! Folder and space of temporary files.

use std::{
    io,
    path::{Path, PathBuf},
};

use rustix::fs::statvfs;

use super::finding::Finding;
use crate::model::{ByteCount, shell_word};

/// Settings of temporary storage.
#[derive(Debug, Clone)]
pub struct SpoolSettings {
    /// Folder of temporary files.
    pub folder: PathBuf,
    /// Limit on the bytes that all requests store at a time.
    pub most: ByteCount,
    /// Largest video of a request.
    pub largest: ByteCount,
}

const CHECK: &str = "spool";

/// Remedy for a folder that takes no files.
const ANOTHER: &str =
    "set TMPDIR to a folder that this user can write and that has space: export TMPDIR=/var/tmp";

/// Errors of a folder in words.
const FAULTS: [(io::ErrorKind, &str); 5] = [
    (io::ErrorKind::NotADirectory, "is not a folder"),
    (io::ErrorKind::PermissionDenied, "cannot be written by this user"),
    (io::ErrorKind::ReadOnlyFilesystem, "cannot be written"),
    (io::ErrorKind::StorageFull, "is full"),
    (io::ErrorKind::QuotaExceeded, "is full for this user"),
];

/// Creates a file without a name in the folder, as a request does, and compares the free space with the limits.
pub(super) async fn check(settings: &SpoolSettings) -> Finding {
    let folder = settings.folder.clone();
    let probed = tokio::task::spawn_blocking(move || (probe(&folder), folder.is_dir())).await;
    match probed {
        Ok((probed, is_there)) => judge(settings, probed, is_there),
        Err(_stopped) => Finding::skipped(CHECK, "the folder could not be inspected"),
    }
}

/// Free space in the folder in bytes.
fn probe(folder: &Path) -> io::Result<u64> {
    let mut file = tempfile::tempfile_in(folder)?;
    io::Write::write_all(&mut file, &[0; 4096])?;
    let space = statvfs(folder)?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize))
}

fn judge(settings: &SpoolSettings, probed: io::Result<u64>, is_there: bool) -> Finding {
    let SpoolSettings {
        folder,
        most,
        largest,
    } = settings;
    let folder = folder.display();
    let free = match probed {
        Ok(free) => free,
        // A folder such as /proc says so of each file in it.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_there => {
            return Finding::fault(
                CHECK,
                format!("{folder} does not exist"),
                format!(
                    "create it (mkdir -p {}), or {ANOTHER}",
                    shell_word(&folder.to_string())
                ),
            );
        }
        Err(error) => {
            let known = FAULTS.iter().find(|(kind, _)| *kind == error.kind());
            let what = known.map_or("takes no files", |(_, what)| what);
            return Finding::fault(CHECK, format!("{folder} {what} ({error})"), ANOTHER);
        }
    };
    let space = format!("{folder} has {} free", in_units(free));
    if free < largest.0 {
        return Finding::warning(
            CHECK,
            format!("{space}, less than the largest video ({})", in_units(largest.0)),
            "free some space, or set TMPDIR to a folder with more: larger videos fail with no_room",
        );
    }
    if free < most.0 {
        return Finding::warning(
            CHECK,
            format!(
                "{space}, less than all requests may store at a time ({})",
                in_units(most.0)
            ),
            "free some space, set TMPDIR to a folder with more, or lower --jobs or --spool-max",
        );
    }
    Finding::ok(CHECK, format!("{space}; at most {} are needed", in_units(most.0)))
}

/// A size in its largest decimal unit.
fn in_units(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [
        (1_000_000_000_000, "TB"),
        (1_000_000_000, "GB"),
        (1_000_000, "MB"),
    ];
    let unit = UNITS.iter().find(|(size, _)| bytes >= *size);
    unit.map_or_else(
        || format!("{} kB", bytes / 1_000),
        |(size, name)| format!("{}.{} {name}", bytes / size, bytes % size / (size / 10)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_and_errors_are_judged() {
        let settings = SpoolSettings {
            folder: "/spool".into(),
            most: ByteCount(7_000_000_000),
            largest: ByteCount(500_000_000),
        };
        for (probed, is_there, status, words) in [
            (Ok(20_500_000_000), true, "ok", "20.5 GB free"),
            (Ok(6_000_000_000), true, "warning", "at a time (7.0 GB)"),
            (Ok(400_000), true, "warning", "400 kB free"),
            (
                Err(io::ErrorKind::NotFound),
                false,
                "fault",
                "/spool does not exist",
            ),
            (
                Err(io::ErrorKind::NotFound),
                true,
                "fault",
                "/spool takes no files",
            ),
            (
                Err(io::ErrorKind::PermissionDenied),
                true,
                "fault",
                "cannot be written",
            ),
            (Err(io::ErrorKind::StorageFull), true, "fault", "is full"),
        ] {
            let finding = judge(&settings, probed.map_err(io::Error::from), is_there);
            assert_eq!(finding.status.word(), status, "{finding:?}");
            assert!(finding.found.contains(words), "{finding:?}");
        }
    }

    #[test]
    fn a_shell_can_run_the_remedy() {
        let settings = SpoolSettings {
            folder: "/a b/spool".into(),
            most: ByteCount(1),
            largest: ByteCount(1),
        };
        let finding = judge(&settings, Err(io::ErrorKind::NotFound.into()), false);
        let remedy = finding.remedy.unwrap();
        assert!(remedy.contains("(mkdir -p '/a b/spool')"), "{remedy}");
    }
}
