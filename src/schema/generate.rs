//! Schemas of types, in the form of Autohive's manifests.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, transform::Transform};
use serde_json::{Map, Value};

/// Generates the schema of an input type.
pub fn of_input<T: JsonSchema>() -> Value {
    generate(
        SchemaSettings::draft07().for_deserialize(),
        SchemaGenerator::subschema_for::<T>,
    )
}

/// Generates the schema of an output type.
pub fn of_output<T: JsonSchema>() -> Value {
    generate(
        SchemaSettings::draft07().for_serialize(),
        SchemaGenerator::subschema_for::<T>,
    )
}

/// Not generic, because it would be compiled for the types of every action.
fn generate(settings: SchemaSettings, schema_of: fn(&mut SchemaGenerator) -> Schema) -> Value {
    let settings = settings.with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut generator = settings.with_transform(Plain).into_generator();
    let mut schema = schema_of(&mut generator);
    schema.ensure_object();
    for transform in generator.transforms_mut() {
        transform.transform(&mut schema);
    }
    schema.remove("title");
    // Present even if empty, as in Autohive's manifests.
    if schema.get("type").and_then(Value::as_str) == Some("object") && schema.get("properties").is_none() {
        schema.insert("properties".into(), Value::Object(Map::new()));
    }
    schema.to_value()
}

/// Removes parts that clutter a schema in an editor: `null` types, defaults of `null`, formats of Rust's
/// integers, and line breaks within descriptions.
#[derive(Debug, Clone)]
struct Plain;

impl Transform for Plain {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(object) = schema.as_object_mut() {
            plain(object);
        }
        schemars::transform::transform_subschemas(self, schema);
    }
}

fn plain(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_mut_slice() {
            let only = only.take();
            schema.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(options)) = schema.get_mut("enum") {
        options.retain(|option| !option.is_null());
    }
    if schema.get("default").is_some_and(Value::is_null) {
        schema.shift_remove("default");
    }
    if schema
        .get("format")
        .and_then(Value::as_str)
        .is_some_and(|format| format.contains("int"))
    {
        schema.shift_remove("format");
    }
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = for_people(description);
    }
}

/// A doc comment as one line, without citations of `docs/`, which a workflow editor cannot open.
fn for_people(comment: &str) -> String {
    let line = comment.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.split_once(" (docs/") {
        Some((before, after)) => format!("{before}{}", after.split_once(')').map_or("", |(_, rest)| rest)),
        None => line,
    }
}
