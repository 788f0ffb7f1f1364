//! What is generated from the actions' types and the error catalogue: schemas, the manifests' `actions`
//! block, tables.
//!
//! Pure text in, text out; `cli` reads and writes the files.

use serde_json::{Map, Value, json};

use super::{ActionEntry, INTEGRATIONS, Integration};
use crate::catalogue::{self, Row};

/// One generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Its path from the top of the tree.
    pub path: String,
    /// What shall stand in it.
    pub text: String,
}

/// Why a file cannot be generated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The file's hand-written part is missing.
    #[error(
        "{path} could not be read: run this in the source tree, or name it with --root (the file has hand-written parts)"
    )]
    Missing {
        /// The file.
        path: String,
    },
    /// A manifest is not a JSON object.
    #[error("{path} is not a JSON object")]
    NotAnObject {
        /// The file.
        path: String,
    },
    /// A document has lost the marks between which a table stands.
    #[error(
        "{path} has no place for the table {table}: put back the lines {} and {}",
        begin(table),
        end(table)
    )]
    NoPlace {
        /// The file.
        path: String,
        /// The table's name.
        table: &'static str,
    },
}

/// Generates every file; `existing` gives the text of a file that also has hand-written parts.
pub fn generate(existing: impl Fn(&str) -> Option<String>) -> Result<Vec<Generated>, DocumentError> {
    let read = |path: &str| {
        existing(path).ok_or_else(|| DocumentError::Missing {
            path: path.to_owned(),
        })
    };
    let mut files = Vec::new();
    for integration in INTEGRATIONS {
        files.extend(
            integration
                .actions
                .iter()
                .flat_map(|action| schemas(integration, action)),
        );
        let path = integration.manifest_path;
        files.push(Generated {
            path: path.to_owned(),
            text: manifest(path, &read(path)?, integration)?,
        });
    }
    let readme = with_table("README.md", &read("README.md")?, "actions", &action_table())?;
    let readme = with_table("README.md", &readme, "errors", &error_table())?;
    files.push(Generated {
        path: "README.md".into(),
        text: readme,
    });
    files.push(Generated {
        path: "docs/errors.md".into(),
        text: error_pages(),
    });
    Ok(files)
}

/// All schemas as one object, by integration and action.
pub fn all_schemas() -> Value {
    let of_integration = |integration: &Integration| {
        let actions: Map<String, Value> = integration
            .actions
            .iter()
            .map(|action| (action.name.to_owned(), entry(action)))
            .collect();
        (integration.name.to_owned(), Value::Object(actions))
    };
    Value::Object(INTEGRATIONS.iter().map(of_integration).collect())
}

fn schemas(integration: &Integration, action: &ActionEntry) -> [Generated; 2] {
    let file = |side: &str, schema: Value| Generated {
        path: format!("schemas/{}/{}.{side}.json", integration.name, action.name),
        text: pretty(&schema),
    };
    [
        file("input", (action.input_schema)()),
        file("output", (action.output_schema)()),
    ]
}

/// The manifest with its `actions` and `version` renewed; the rest of it is written by hand.
fn manifest(path: &str, existing: &str, integration: &Integration) -> Result<String, DocumentError> {
    let not_an_object = || DocumentError::NotAnObject {
        path: path.to_owned(),
    };
    let mut manifest: Map<String, Value> =
        serde_json::from_str(existing).map_err(|_fault| not_an_object())?;
    let actions = integration
        .actions
        .iter()
        .map(|action| (action.name.to_owned(), entry(action)))
        .collect();
    manifest.insert("version".into(), json!(env!("CARGO_PKG_VERSION")));
    manifest.insert("actions".into(), Value::Object(actions));
    Ok(pretty(&Value::Object(manifest)))
}

fn entry(action: &ActionEntry) -> Value {
    json!({
        "display_name": action.display_name,
        "description": action.description,
        "input_schema": (action.input_schema)(),
        "output_schema": (action.output_schema)(),
    })
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn action_table() -> String {
    let mut table =
        String::from("| Action | What it does | Inputs (**required**) | Permissions |\n|---|---|---|---|\n");
    for action in INTEGRATIONS.iter().flat_map(|integration| integration.actions) {
        let scopes: Vec<String> = action.scopes.iter().map(|scope| format!("`{scope}`")).collect();
        let line = [
            format!("`{}`", action.name),
            action.description.to_owned(),
            inputs(action),
            scopes.join(", "),
        ];
        add_row(&mut table, &line);
    }
    table
}

fn inputs(action: &ActionEntry) -> String {
    let schema = (action.input_schema)();
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let names = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys);
    let shown: Vec<String> = names
        .map(|name| {
            if required.contains(&name.as_str()) {
                format!("**`{name}`**")
            } else {
                format!("`{name}`")
            }
        })
        .collect();
    if shown.is_empty() {
        "none".to_owned()
    } else {
        shown.join(", ")
    }
}

fn error_table() -> String {
    let mut table = String::from("| Code | What happened | Who acts | Retryable |\n|---|---|---|---|\n");
    for row in catalogue::result_rows() {
        add_row(
            &mut table,
            &[
                format!("`{}`", row.code),
                row.meaning.to_owned(),
                word(row.who),
                again(row),
            ],
        );
    }
    table
}

fn error_pages() -> String {
    let mut page = String::from(
        "# Errors\n\nEvery code that a result can carry, what it means and what to do. Generated from the catalogue by \
         `autohive-tiktok schemas write`.\n\nAn unknown code of TikTok's passes through unchanged, with TikTok's log id.\n\nAfter each title: the \
         category, who can act, and whether the same request may be sent again later. Where that depends on the case, \
         `retryable` in the result says it. A post whose outcome is `unconfirmed` is retryable only under an `idempotency_key`, \
         whatever its code.\n",
    );
    for row in catalogue::rows() {
        let places: Vec<String> = row
            .seen_at
            .iter()
            .map(|(endpoint, status)| format!("{endpoint} {status}"))
            .collect();
        let seen = if places.is_empty() {
            String::new()
        } else {
            format!("\n\nSeen at: {}.", places.join(", "))
        };
        let facts = format!(
            "{} · {} · retryable: {}",
            word(row.category),
            word(row.who),
            again(row)
        );
        page = format!(
            "{page}\n## `{}`\n\n{facts}\n\n{} {}{seen}\n",
            row.code, row.meaning, row.remedy
        );
    }
    page
}

fn word(value: impl serde::Serialize) -> String {
    json!(value).as_str().unwrap_or_default().replace('_', " ")
}

fn again(row: &Row) -> String {
    match row.retryable {
        _ if row.depends_on_the_case() => "depends, see `retryable`",
        true => "yes",
        false => "no",
    }
    .to_owned()
}

fn add_row(table: &mut String, cells: &[String]) {
    for cell in cells {
        table.push_str("| ");
        table.push_str(&cell.replace('|', "\\|"));
        table.push(' ');
    }
    table.push_str("|\n");
}

fn begin(table: &str) -> String {
    format!("<!-- {table}: generated by `autohive-tiktok schemas write` -->")
}

fn end(table: &str) -> String {
    format!("<!-- /{table} -->")
}

/// `text` with what stands between the marks of `table` replaced.
fn with_table(path: &str, text: &str, table: &'static str, content: &str) -> Result<String, DocumentError> {
    let no_place = || DocumentError::NoPlace {
        path: path.to_owned(),
        table,
    };
    let (before, rest) = text.split_once(&begin(table)).ok_or_else(no_place)?;
    let (_old, after) = rest.split_once(&end(table)).ok_or_else(no_place)?;
    Ok(format!(
        "{before}{}\n\n{content}\n{}{after}",
        begin(table),
        end(table)
    ))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn generated_files_are_up_to_date() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |path: &str| fs::read_to_string(root.join(path)).ok();
        for file in generate(read).unwrap() {
            let stands = read(&file.path).unwrap_or_default();
            assert!(
                stands == file.text,
                "{} is out of date: run `autohive-tiktok schemas write`",
                file.path
            );
        }
    }

    #[test]
    fn a_table_needs_its_place() {
        let error = with_table("README.md", "no marks", "actions", "").unwrap_err();
        assert!(error.to_string().contains("<!-- /actions -->"), "{error}");
    }

    #[test]
    fn every_property_is_described() {
        for action in INTEGRATIONS.iter().flat_map(|integration| integration.actions) {
            for schema in [(action.input_schema)(), (action.output_schema)()] {
                for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                    assert!(
                        property["description"].is_string(),
                        "{}: {name} has no description",
                        action.name
                    );
                }
            }
        }
    }
}
