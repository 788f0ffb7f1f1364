//! `schemas`: what is generated from the actions' types and the error catalogue.

use std::{fs, io, path::Path};

use super::{
    Exit,
    args::{Mode, Schemas},
    print_line, report_error, report_message, stderr,
};
use crate::integrations::{
    INTEGRATIONS,
    generated::{self, Generated},
    granted::{self, ReducedManifest},
};

/// Writes, checks or prints what is generated.
pub(super) fn schemas(options: &Schemas) -> Exit {
    match &options.mode {
        Mode::Print => {
            print_line(&format!("{:#}", generated::all_schemas()));
            return Exit::Done;
        }
        Mode::Manifest(reduced) => return manifest(&reduced.scopes.0),
        Mode::Write | Mode::Check => {}
    }
    let read = |path: &str| fs::read_to_string(options.root.join(path)).ok();
    let files = match generated::generate(read) {
        Ok(files) => files,
        Err(error) => {
            report_error(&error);
            return Exit::Failed;
        }
    };
    let stale: Vec<Generated> = files
        .into_iter()
        .filter(|file| read(&file.path).as_deref() != Some(file.text.as_str()))
        .collect();
    match options.mode {
        Mode::Write => write_all(&options.root, &stale),
        Mode::Check | Mode::Print | Mode::Manifest(_) => check(&stale),
    }
}

/// Prints the manifest for `scopes` to standard output, and notes on lost functions to standard error.
fn manifest(scopes: &[&str]) -> Exit {
    let reduced = INTEGRATIONS
        .first()
        .and_then(|first| granted::manifest(first, scopes));
    let Some(ReducedManifest { manifest, notes }) = reduced else {
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
