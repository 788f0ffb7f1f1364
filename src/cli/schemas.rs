//! `schemas`: schemas and manifests, and the files that are generated from the actions' types and the error catalogue.

#[cfg(debug_assertions)]
mod tree;

use super::{
    Exit,
    args::{ManifestArgs, Mode, Schemas},
    print_line, report_message, stderr, usage,
};
use crate::integrations::{
    all_actions,
    granted::{self, ReducedManifest},
};

/// Prints schemas or a manifest, or writes or checks the generated files.
pub(super) fn schemas(options: &Schemas) -> Exit {
    match &options.mode {
        Mode::Print => {
            print_line(&format!("{:#}", all_actions()));
            Exit::Done
        }
        Mode::Manifest(options) => manifest(options),
        Mode::Write(tree) => tree::write(&tree.root),
        Mode::Check(tree) => tree::check(&tree.root),
    }
}

/// Stand-in for the generator, which release builds lack because they read the committed schemas.
#[cfg(not(debug_assertions))]
mod tree {
    use std::path::Path;

    use crate::cli::{Exit, report_message};

    pub(super) fn write(root: &Path) -> Exit {
        missing("write", root)
    }

    pub(super) fn check(root: &Path) -> Exit {
        missing("check", root)
    }

    fn missing(mode: &str, root: &Path) -> Exit {
        let root = root.display();
        report_message(&format!(
            "a release build cannot generate files; run in the source tree: cargo run -- schemas {mode} --root {root}"
        ));
        Exit::Usage
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
