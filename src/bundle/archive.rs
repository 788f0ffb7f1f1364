//! Zip archives of bundles.

use std::io::{self, Cursor, Write as _};

use zip::{ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::BundleFile;

/// Failure to make an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The archive's format has no place for the file.
    #[error("the archive could not be made")]
    Zip(#[from] ZipError),
    /// A file could not be compressed.
    #[error("a file could not be compressed")]
    Compression(#[from] io::Error),
}

/// Returns the zip archive of `files`. Equal files give equal archives: all times are the first that the format knows.
pub fn zip(files: &[BundleFile]) -> Result<Vec<u8>, ArchiveError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        let mode = if file.is_executable { 0o755 } else { 0o644 };
        archive.start_file(
            file.path.as_str(),
            SimpleFileOptions::default().unix_permissions(mode),
        )?;
        archive.write_all(&file.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
