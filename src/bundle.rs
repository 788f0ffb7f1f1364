//! Bundles: folders that Autohive loads as integrations (docs/autohive.md).
//!
//! A bundle holds the program, a manifest, and a thin adapter in Python that starts the program and passes requests to it.
//! Bundles are made in memory; `cli` reads the program and writes the files.

mod archive;
mod manifest;
mod python;
mod readme;

use crate::integrations::Integration;

pub use archive::{ArchiveError, zip};
pub use manifest::ManifestError;

/// Version of Autohive's SDK for Python that bundles need: from 2.0.1, the credentials of tiktok-ads arrive in the form that the
/// program reads.
const REQUIREMENTS: &str = include_str!("../adapters/autohive/requirements.txt");

/// Name of the program in a bundle, as the adapter looks for it.
const PROGRAM: &str = "autohive-tiktok";

/// File of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleFile {
    /// Path in the bundle, with `/`.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
    /// Whether the file is a program.
    pub is_executable: bool,
}

impl BundleFile {
    fn text(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self::bytes(path, text.into().as_bytes())
    }

    fn bytes(path: impl Into<String>, bytes: &[u8]) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.to_vec(),
            is_executable: false,
        }
    }
}

/// Bundle with the notes on what it lacks.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Files, the manifest first.
    pub files: Vec<BundleFile>,
    /// Notes on actions that are left out or limited, a sentence each.
    pub notes: Vec<String>,
}

/// Makes the bundle of `integration` for an app that asks for the permissions `scopes`. `program` is the content of the program's
/// file.
pub fn bundle(integration: &Integration, scopes: &[&str], program: Vec<u8>) -> Result<Bundle, ManifestError> {
    let manifest::Adapted { manifest, notes } = manifest::adapted(integration, scopes)?;
    let module = module(integration);
    let files = vec![
        BundleFile::text("config.json", format!("{manifest:#}\n")),
        BundleFile::text(
            format!("{module}.py"),
            python::entry_point(integration, &manifest),
        ),
        BundleFile::text(
            "autohive_tiktok.py",
            include_str!("../adapters/autohive/autohive_tiktok.py"),
        ),
        BundleFile::text("__init__.py", ""),
        BundleFile::text("requirements.txt", REQUIREMENTS),
        BundleFile::text("README.md", readme::readme(integration, &manifest)),
        BundleFile::bytes("icon.png", include_bytes!("../icon.png")),
        BundleFile::text("tests/__init__.py", ""),
        BundleFile::text(
            "tests/conftest.py",
            include_str!("../adapters/autohive/tests/conftest.py"),
        ),
        BundleFile::bytes("tests/clip.mp4", include_bytes!("../tests/media/h264.mp4")),
        BundleFile::text(
            format!("tests/test_{module}_unit.py"),
            python::unit_tests(integration),
        ),
        BundleFile {
            path: PROGRAM.into(),
            bytes: program,
            is_executable: true,
        },
    ];
    Ok(Bundle { files, notes })
}

/// Name of the Python module that is the entry point.
fn module(integration: &Integration) -> String {
    integration.name.replace('-', "_")
}
