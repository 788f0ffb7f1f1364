//! The Python files of a bundle that depend on its integration, formatted as `ruff format` formats them.

use serde_json::{Map, Value};

use super::module;
use crate::{
    integrations::{ActionEntry, Effect, Integration},
    schema,
};

/// Entry point: a class for each action of `manifest`, and the connected account if the manifest has it.
///
/// Autohive's checks find actions by literal decorators, and inputs by literal names in `execute`.
pub(super) fn entry_point(integration: &Integration, manifest: &Value) -> String {
    let module = module(integration);
    let mut text = header(integration, &module, has_account(manifest));
    for (name, action) in members(manifest, "actions") {
        if let Some(entry) = integration.action(name) {
            text.push_str(&action_class(&module, entry, action));
        }
    }
    if has_account(manifest) {
        text.push_str(&account_class(&module));
    }
    text
}

/// Unit tests of the actions, against the program's simulator.
pub(super) fn unit_tests(integration: &Integration) -> &'static str {
    match integration.name {
        "tiktok" => include_str!("../../adapters/autohive/tests/test_tiktok_unit.py"),
        _ => include_str!("../../adapters/autohive/tests/test_tiktok_ads_unit.py"),
    }
}

fn has_account(manifest: &Value) -> bool {
    manifest.get("supports_connected_account") == Some(&Value::Bool(true))
}

fn members<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let members = value.get(name).and_then(Value::as_object);
    members.into_iter().flat_map(Map::iter)
}

fn header(integration: &Integration, module: &str, has_account: bool) -> String {
    let account = |name: &str| {
        if has_account {
            format!("    {name},\n")
        } else {
            String::new()
        }
    };
    format!(
        r#""""Actions of the integration {name}. Written by `autohive-tiktok bundle`.

Each action passes its inputs to the program; autohive_tiktok.py says how.
"""

from pathlib import Path
from typing import Any

from autohive_integrations_sdk import (
    ActionError,
    ActionHandler,
    ActionResult,
{handler}{info}    ExecutionContext,
    Integration,
)

from autohive_tiktok import ABSENT, Program

# The path is given because Integration.load() without one expects the SDK in a folder of the integration.
{module} = Integration.load(Path(__file__).with_name("config.json"))
program = Program("{name}")
"#,
        name = integration.name,
        handler = account("ConnectedAccountHandler"),
        info = account("ConnectedAccountInfo"),
    )
}

fn action_class(module: &str, entry: &ActionEntry, action: &Value) -> String {
    let (name, class) = (entry.name, class_name(entry.name));
    let arguments = arguments(entry, action);
    format!(
        r#"

@{module}.action("{name}")
class {class}(ActionHandler):
    """{title}."""

    async def execute(self, inputs: dict[str, Any], context: ExecutionContext) -> ActionResult | ActionError:
        return await program.act({arguments})
"#,
        title = entry.display_name,
    )
}

/// Arguments of the call: on one line if there are no inputs, as formatters demand.
fn arguments(entry: &ActionEntry, action: &Value) -> String {
    let inputs = action.get("input_schema").map(inputs).unwrap_or_default();
    let only_reads = entry.effect == Effect::Reads;
    if inputs.is_empty() {
        let suffix = if only_reads { ", only_reads=True" } else { "" };
        return format!(r#""{}", context, {{}}{suffix}"#, entry.name);
    }
    let suffix = if only_reads {
        "            only_reads=True,\n"
    } else {
        ""
    };
    format!(
        "\n            \"{}\",\n            context,\n            {{\n{inputs}            }},\n{suffix}        ",
        entry.name
    )
}

/// Lines that read the inputs: required ones by subscript, others by `get`, as the checks demand.
fn inputs(schema: &Value) -> String {
    let required = schema::required(schema);
    let line = |(name, _): (&String, &Value)| {
        let line = if required.contains(&name.as_str()) {
            format!(r#"                "{name}": inputs["{name}"],"#)
        } else {
            optional(name)
        };
        line + "\n"
    };
    members(schema, "properties").map(line).collect()
}

/// Longest line of Autohive's formatter.
const LINE_MAX: usize = 120;

/// Line that reads an optional input; its arguments are on a line of their own if it is too long.
fn optional(name: &str) -> String {
    let line = format!(r#"                "{name}": inputs.get("{name}", ABSENT),"#);
    if line.len() <= LINE_MAX {
        line
    } else {
        format!(
            r#"                "{name}": inputs.get(
                    "{name}", ABSENT
                ),"#
        )
    }
}

fn account_class(module: &str) -> String {
    format!(
        r#"

@{module}.connected_account()
class ConnectedAccount(ConnectedAccountHandler):
    """Connected account."""

    async def get_account_info(self, context: ExecutionContext) -> ConnectedAccountInfo:
        return await program.connected_account(context)
"#
    )
}

/// `get_videos` as `GetVideos`.
fn class_name(action: &str) -> String {
    let words = action.split('_');
    let capitalized = words.map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    capitalized.collect()
}
