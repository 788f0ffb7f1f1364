//! `bundle`: an integration folder for Autohive, and its zip archive.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{Exit, args::BundleArgs, print_line, report_error, report_message, stderr, usage};
use crate::bundle::{self, Bundle, BundleFile};

/// Writes the bundle and its archive.
pub(super) fn bundle(options: &BundleArgs) -> Exit {
    let permissions = options.integration.permissions;
    let text = options.scopes.as_deref().unwrap_or("all");
    let scopes = match permissions.parse(text) {
        Ok(scopes) => scopes,
        Err(reason) => {
            report_message(&usage::refused_value("scopes", text, &reason));
            return Exit::Usage;
        }
    };
    match write_bundle(options, &scopes) {
        Ok(written) => {
            print_line(&written);
            Exit::Done
        }
        Err(
            error
            @ (BundleError::Manifest(bundle::ManifestError::NoActions) | BundleError::NotThisProgram(_)),
        ) => {
            report_error(&error);
            Exit::Usage
        }
        Err(error) => {
            report_error(&error);
            Exit::Failed
        }
    }
}

/// Failure to write a bundle.
#[derive(Debug, thiserror::Error)]
enum BundleError {
    #[error("the program {} could not be read; name another one with --program", .0.display())]
    Program(PathBuf, #[source] io::Error),
    #[error("{} is not a build of autohive-tiktok; name one with --program", .0.display())]
    NotThisProgram(PathBuf),
    #[error("the path of this program is unknown; name it with --program")]
    UnknownProgram(#[source] io::Error),
    #[error(transparent)]
    Manifest(#[from] bundle::ManifestError),
    #[error("{} exists and is not a bundle of {name}: it has no manifest of that name; choose another folder with --out", .folder.display())]
    ForeignFolder { folder: PathBuf, name: &'static str },
    #[error("{} could not be written", .0.display())]
    Write(PathBuf, #[source] io::Error),
    #[error(transparent)]
    Archive(#[from] bundle::ArchiveError),
}

fn write_bundle(options: &BundleArgs, scopes: &[&str]) -> Result<String, BundleError> {
    let integration = options.integration;
    let program = program(options.program.as_deref())?;
    let Bundle { files, notes } = bundle::bundle(integration, scopes, program)?;
    let folder = options.out.join(integration.name);
    if folder.exists() && !is_bundle(&folder, integration.name) {
        let name = integration.name;
        return Err(BundleError::ForeignFolder { folder, name });
    }
    let archive = options.out.join(format!("{}.zip", integration.name));
    let zipped = BundleFile {
        path: String::new(),
        bytes: bundle::zip(&files)?,
        is_executable: false,
    };
    let paths = files.iter().map(|file| (folder.join(&file.path), file));
    write_all(paths.chain([(archive.clone(), &zipped)]).collect())?;
    for note in notes {
        stderr::write(format!("note: {note}\n").as_bytes());
    }
    Ok(format!(
        "wrote {} and {} ({:.1} MB)",
        folder.display(),
        archive.display(),
        megabytes(zipped.bytes.len())
    ))
}

/// The chosen program, or this one.
fn program(chosen: Option<&Path>) -> Result<Vec<u8>, BundleError> {
    let path = match chosen {
        Some(path) => path.to_owned(),
        None => env::current_exe().map_err(BundleError::UnknownProgram)?,
    };
    match fs::metadata(&path) {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Err(BundleError::NotThisProgram(path)),
        Err(error) => return Err(BundleError::Program(path, error)),
    }
    match fs::read(&path) {
        Ok(bytes) if memchr::memmem::find(&bytes, NAME).is_none() => Err(BundleError::NotThisProgram(path)),
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(BundleError::Program(path, error)),
    }
}

/// Text in every build of the program.
const NAME: &[u8] = b"autohive-tiktok";

/// Whether `folder` holds an earlier bundle of the integration, which may be replaced.
fn is_bundle(folder: &Path, name: &str) -> bool {
    let manifest = fs::read(folder.join("config.json")).ok();
    let manifest: Option<serde_json::Value> = manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    manifest.is_some_and(|manifest| manifest.get("name").is_some_and(|given| given == name))
}

/// Writes all files beside their places and then moves them there, so that a full disk leaves the earlier bundle as it was.
fn write_all(files: Vec<(PathBuf, &BundleFile)>) -> Result<(), BundleError> {
    let written: Vec<_> = files
        .into_iter()
        .map(|(path, file)| match write_beside(&path, file) {
            Ok(temporary) => Ok((path, temporary)),
            Err(error) => Err(BundleError::Write(path, error)),
        })
        .collect::<Result<_, _>>()?;
    for (path, temporary) in written {
        if let Err(failed) = temporary.persist(&path) {
            return Err(BundleError::Write(path, failed.error));
        }
    }
    Ok(())
}

fn write_beside(path: &Path, file: &BundleFile) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(&file.bytes)?;
    set_mode(temporary.as_file(), file.is_executable)?;
    Ok(temporary)
}

/// Lets everybody read the file, and run it if it is a program: temporary files are their owner's alone.
fn set_mode(file: &fs::File, is_executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = if is_executable { 0o755 } else { 0o644 };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// Length in megabytes, to one decimal.
#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
