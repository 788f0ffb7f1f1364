//! Files that are generated from the actions' types and the error catalogue, in the source tree.

use std::{fs, io, path::Path};

use crate::{
    cli::{Exit, print_line, report_error},
    integrations::generated::{self, Generated},
};

/// Writes the files that differ.
pub(super) fn write(root: &Path) -> Exit {
    with_stale(root, |stale| write_all(root, stale))
}

/// Lists the files that differ. Fails if there are any.
pub(super) fn check(root: &Path) -> Exit {
    with_stale(root, list)
}

/// Calls `then` with the generated files that differ from those in the source tree at `root`.
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

fn list(stale: &[Generated]) -> Exit {
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
        if let Err(error) = write_one(root, file) {
            print_line(&format!("{} could not be written", file.path));
            report_error(&error);
            return Exit::Failed;
        }
        print_line(&format!("wrote {}", file.path));
    }
    Exit::Done
}

fn write_one(root: &Path, file: &Generated) -> io::Result<()> {
    let path = root.join(&file.path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, &file.text)
}
