//! Figures of the other benchmarks, read from criterion's files.

use std::{fs, path::PathBuf};

use serde_json::Value;

use super::{Result, target};

/// One measured function.
#[derive(Debug)]
pub(super) struct Part {
    /// For example `decode 4 MiB`.
    pub(super) group: String,
    /// For example `media::Base64Decoder`.
    pub(super) name: String,
    /// Its median, in nanoseconds.
    pub(super) nanoseconds: f64,
    /// Bytes of each pass, if counted.
    pub(super) bytes: Option<f64>,
}

impl Part {
    /// Billions of bytes per second.
    pub(super) fn gigabytes_per_second(&self) -> Option<f64> {
        self.bytes.map(|bytes| bytes / self.nanoseconds)
    }
}

/// All measured functions, ordered by the names of their groups.
pub(super) fn read() -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for group in folders(&target()?.join("criterion"))? {
        for function in folders(&group)? {
            let read = |name: &str| -> Result<Option<Value>> {
                let path = function.join("new").join(name);
                if !path.exists() {
                    return Ok(None);
                }
                Ok(Some(serde_json::from_slice(&fs::read(path)?)?))
            };
            let (Some(about), Some(estimates)) = (read("benchmark.json")?, read("estimates.json")?) else {
                continue;
            };
            let text = |name: &str| {
                about
                    .get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            parts.push(Part {
                group: text("group_id"),
                name: text("function_id"),
                nanoseconds: estimates
                    .pointer("/median/point_estimate")
                    .and_then(Value::as_f64)
                    .unwrap_or_default(),
                bytes: about.pointer("/throughput/Bytes").and_then(Value::as_f64),
            });
        }
    }
    Ok(parts)
}

fn folders(folder: &PathBuf) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}
