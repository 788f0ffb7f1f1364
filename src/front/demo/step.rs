//! One step of the demo, and the lines that are shown of it.

use serde_json::Value;

/// Makes a request from the results so far.
pub(super) type RequestMaker = Box<dyn Fn(&[Value]) -> Value + Send>;

/// One request of the demo.
pub(super) struct DemoStep {
    /// Title, as a sentence for people.
    pub(super) title: &'static str,
    /// The request.
    pub(super) request: RequestMaker,
    /// Expected values of the result, by JSON pointer.
    pub(super) expect: Vec<(&'static str, Value)>,
    /// Fields of the result that are shown.
    pub(super) show_fields: &'static [&'static str],
}

/// The request without its token; content is replaced by its length.
pub(super) fn summary(request: &Value) -> String {
    let mut request = request.clone();
    if let Some(members) = request.as_object_mut() {
        members.shift_remove("auth");
    }
    shorten(&mut request);
    request.to_string()
}

/// Longest string that is shown, in bytes. Only the content of a video is longer.
const SHOWN_MAX: usize = 200;

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > SHOWN_MAX => *text = format!("… {} characters …", text.len()),
        Value::Object(members) => members.values_mut().for_each(shorten),
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Fields of a result, a line each; the whole result if it has none of them.
pub(super) fn fields(result: &Value, names: &[&str]) -> Vec<String> {
    let places = ["/result/data", "/result", "/result/details"];
    let shown = |name: &&str| {
        let value = places
            .iter()
            .find_map(|place| result.pointer(place)?.get(*name))?;
        Some(format!("{name}: {}", short(value)))
    };
    or_whole(names.iter().filter_map(shown).collect(), result)
}

fn or_whole(lines: Vec<String>, result: &Value) -> Vec<String> {
    if lines.is_empty() {
        vec![result.to_string()]
    } else {
        lines
    }
}

/// Code, message and remedy of a failed step, a line each; the whole result if it has none of them.
pub(super) fn reason(result: &Value) -> Vec<String> {
    let line = |name: &&str| {
        let text = result.pointer(&format!("/result/{name}"))?.as_str()?;
        Some(format!("{name}: {text}"))
    };
    or_whole(
        ["code", "message", "remedy"].iter().filter_map(line).collect(),
        result,
    )
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items
            .iter()
            .map(|item| item.get("title").map_or_else(|| short(item), short))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| format!("{name} {}", short(member)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
