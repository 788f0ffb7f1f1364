//! `schemas`: what is generated from the actions' types and the error catalogue.

use std::{fs, io, path::Path};

use super::{
    Exit,
    args::{ManifestArgs, Mode, Schemas},
    print_line, report_error, report_message, stderr, usage,
};
use crate::integrations::{
    generated::{self, Generated},
    granted::{self, ReducedManifest},
};

/// Writes, checks or prints the generated files.
pub(super) fn schemas(options: &Schemas) -> Exit {
    match &options.mode {
        Mode::Print => {
            print_line(&format!("{:#}", generated::all_schemas()));
            Exit::Done
        }
        Mode::Manifest(options) => manifest(options),
        Mode::Write(tree) => with_stale(&tree.root, |stale| write_all(&tree.root, stale)),
        Mode::Check(tree) => with_stale(&tree.root, check),
    }
}

/// Returns the generated files that differ from those in the source tree at `root`.
fn with_stale(root: &Path, then: impl FnOnce(&[Generated]) -> Exit) -> Exit {
    let read = |path: &str| fs::read_to_string(root.join(path)).ok();
    match generated::generate(read) {
        Ok(files) => {
            let stale = files
                .into_iter()
                .filter(|file| read(&file.path).as_deref() != Some(file.text.as_str()));
            then(&stale.collect::<Vec<_>>())
        }
        Err(error) => {
            report_error(&error);
            Exit::Failed
        }
    }
}

/// Prints the manifest for the chosen permissions to standard output, and notes on unavailable functions to
/// standard error.
fn manifest(options: &ManifestArgs) -> Exit {
    let permissions = options.integration.permissions;
    let chosen = match options.scopes.as_deref() {
        None => Ok(permissions.usual()),
        Some(text) => permissions
            .parse(text)
            .map_err(|reason| usage::refused_value("scopes", text, &reason)),
    };
    let scopes = match chosen {
        Ok(scopes) => scopes,
        Err(fault) => {
            report_message(&fault);
            return Exit::Usage;
        }
    };
    let Some(ReducedManifest { manifest, notes }) = granted::manifest(options.integration, &scopes) else {
        report_message("the manifest could not be read");
        return Exit::Failed;
    };
    print_line(manifest.trim_end());
    for note in notes {
        stderr::write(format!("note: {note}\n").as_bytes());
    }
    Exit::Done
}

fn check(stale: &[Generated]) -> Exit {
    for file in stale {
        print_line(&format!("{} is out of date", file.path));
    }
    if stale.is_empty() {
        print_line("all generated files are up to date");
        return Exit::Done;
    }
    print_line("run: autohive-tiktok schemas write");
    Exit::Failed
}

fn write_all(root: &Path, stale: &[Generated]) -> Exit {
    for file in stale {
        if let Err(error) = write(root, file) {
            print_line(&format!("{} could not be written", file.path));
            report_error(&error);
            return Exit::Failed;
        }
        print_line(&format!("wrote {}", file.path));
    }
    Exit::Done
}

fn write(root: &Path, file: &Generated) -> io::Result<()> {
    let path = root.join(&file.path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, &file.text)
}
