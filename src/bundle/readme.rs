//! README of a bundle: the hand-written text of its integration, with the manifest's actions in it.

use serde_json::{Map, Value};

use crate::{integrations::Integration, schema};

/// Line of the hand-written text that the actions replace.
const ACTIONS: &str = "<!-- actions -->\n";

/// Returns the README for the actions of `manifest`.
pub(super) fn readme(integration: &Integration, manifest: &Value) -> String {
    let text = match integration.name {
        "tiktok" => include_str!("../../adapters/autohive/tiktok.md"),
        _ => include_str!("../../adapters/autohive/tiktok-ads.md"),
    };
    let actions = manifest.get("actions").and_then(Value::as_object);
    let actions: String = actions
        .into_iter()
        .flat_map(Map::iter)
        .map(|(name, action)| section(integration, name, action))
        .collect();
    text.replace(ACTIONS, &actions)
}

fn section(integration: &Integration, name: &str, action: &Value) -> String {
    let description = text(action, "description");
    let inputs = match action.get("input_schema").map(inputs).unwrap_or_default() {
        rows if rows.is_empty() => String::new(),
        rows => format!("| Input (**required**) | Type | |\n|---|---|---|\n{rows}\n"),
    };
    let outputs = action.get("output_schema").map(outputs).unwrap_or_default();
    let permissions = permissions(integration, name);
    format!("### `{name}`\n\n{description}\n\n{inputs}Outputs: {outputs}.\n\n{permissions}")
}

/// Permissions of the access token that the whole action needs.
fn permissions(integration: &Integration, action: &str) -> String {
    let names: Vec<String> = integration
        .permissions
        .all
        .iter()
        .filter(|permission| {
            let needed = integration.action(action).map(|entry| entry.permissions);
            needed.is_some_and(|names| names.contains(&permission.name))
        })
        .map(|permission| match permission.product {
            Some(product) => format!("`{}` ({product})", permission.name),
            None => format!("`{}`", permission.name),
        })
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("Permissions: {}.\n\n", names.join(", "))
    }
}

fn inputs(schema: &Value) -> String {
    let required = schema::required(schema);
    let row = |(name, member): (&String, &Value)| {
        let shown = if required.contains(&name.as_str()) {
            format!("**`{name}`**")
        } else {
            format!("`{name}`")
        };
        let description = text(member, "description").replace('|', "\\|");
        format!("| {shown} | {} | {description} |\n", type_name(member))
    };
    properties(schema).map(row).collect()
}

fn outputs(schema: &Value) -> String {
    let names: Vec<String> = properties(schema).map(|(name, _)| format!("`{name}`")).collect();
    names.join(", ")
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let members = schema.get("properties").and_then(Value::as_object);
    members.into_iter().flat_map(Map::iter)
}

/// First type of a property; the others are what the program judges.
fn type_name(schema: &Value) -> &str {
    let types = schema.get("type");
    let first = types.and_then(|types| types.as_str().or_else(|| types.get(0)?.as_str()));
    first.unwrap_or("any")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
