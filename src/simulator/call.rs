//! One API call as a handler sees it: who asks, what the body says, and which fields are wanted.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    account::Account,
    refusal::{Code, Refusal},
    reply::Data,
};

/// What a handler gives back.
pub(super) type Answer = Result<Data, Refusal>;

/// An API call whose token, scopes and limits are in order.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) account: Arc<Account>,
    /// Simulated time since the Unix epoch.
    pub(super) now: Duration,
    pub(super) query: &'a [(String, String)],
    pub(super) content_type: Option<&'a str>,
    pub(super) body: &'a [u8],
    /// Remarks for the journal.
    pub(super) notes: &'a mut Vec<String>,
}

impl Call<'_> {
    /// The body as JSON of a known shape; what breaks the shape is refused in TikTok's words where they are known.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        self.content_type_is_json()?;
        // First whether it is JSON at all: for the shape's errors the parser does not tell the two apart.
        let value: Value = serde_json::from_slice(self.body)
            .map_err(|error| Refusal::params(format!("The request body is not JSON: {error}.")))?;
        only_objects(&value)?;
        let mut deserializer = serde_json::Deserializer::from_slice(self.body);
        serde_path_to_error::deserialize(&mut deserializer).map_err(|error| misshapen(&error))
    }

    /// As [`Call::json`], for an endpoint that needs no body: an empty one stands for `{}`.
    pub(super) fn json_or_nothing<T: DeserializeOwned + Default>(&self) -> Result<T, Refusal> {
        if self.body.is_empty() { Ok(T::default()) } else { self.json() }
    }

    fn content_type_is_json(&self) -> Result<(), Refusal> {
        let given = self.content_type.unwrap_or_default();
        let media_type = given.split(';').next().unwrap_or_default().trim();
        if media_type.eq_ignore_ascii_case("application/json") {
            return Ok(());
        }
        Err(Refusal::params(format!("The Content-Type must be application/json, not \"{given}\".")))
    }

    /// Refuses a query where the endpoint takes none.
    pub(super) fn no_query(&self) -> Result<(), Refusal> {
        self.query.first().map_or(Ok(()), |(name, _)| {
            Err(Refusal::params(format!("The query parameter \"{name}\" is unknown to this endpoint.")))
        })
    }

    /// The rows of `table` that the query's `fields` names, in the table's order.
    pub(super) fn fields<T>(&self, table: &'static [Field<T>]) -> Result<Vec<&'static Field<T>>, Refusal> {
        let [(name, list)] = self.query else {
            return Err(Refusal::params("The query must hold the parameter \"fields\", once, and nothing else."));
        };
        if name != "fields" || list.is_empty() {
            return Err(Refusal::params("The query parameter \"fields\" is required."));
        }
        let names: Vec<&str> = list.split(',').collect();
        if let Some(unknown) = names.iter().find(|name| table.iter().all(|field| field.name != **name)) {
            return Err(Refusal::params(format!("The field \"{unknown}\" in \"fields\" is unknown.")));
        }
        let asked: Vec<_> = table.iter().filter(|field| names.contains(&field.name)).collect();
        // A field outside the grant refuses the whole call (§2).
        match asked.iter().find(|field| !self.account.granted(field.scope)) {
            Some(field) => Err(Refusal::from(Code::ScopeNotAuthorized)
                .noting(format!("the field {} needs {}", field.name, field.scope))),
            None => Ok(asked),
        }
    }
}

/// A field that can be asked for.
#[derive(Debug)]
pub(super) struct Field<T: 'static> {
    pub(super) name: &'static str,
    pub(super) scope: &'static str,
    pub(super) value: fn(&T) -> Value,
}

/// The object that holds the asked fields only.
pub(super) fn pick<T>(fields: &[&Field<T>], from: &T) -> Value {
    let member = |field: &&Field<T>| (field.name.to_owned(), (field.value)(from));
    Value::Object(fields.iter().map(member).collect::<Map<_, _>>())
}

/// For optional members: `null` is not the same as absent, and is refused.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Serde takes a list for an object, TikTok does not.
fn only_objects(body: &Value) -> Result<(), Refusal> {
    if !body.is_object() {
        return Err(Refusal::params("The request body is not a JSON object."));
    }
    let is_other = |name: &str| body.get(name).is_some_and(|member| !member.is_object());
    match (is_other("post_info"), is_other("source_info"), is_other("filters")) {
        (true, _, _) => Err(Refusal::post_info("post_info is not an object")),
        (_, true, _) => Err(Refusal::source_info("source_info is not an object")),
        (_, _, true) => Err(Refusal::params("The filters are not an object.")),
        (false, false, false) => Ok(()),
    }
}

fn misshapen(error: &serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let (path, what) = (error.path().to_string(), error.inner().to_string());
    let note = format!("{path}: {what}");
    // A member that nobody knows is a typing error of the client, so the message names it.
    if what.starts_with("unknown field") {
        return Refusal::params(format!("The request body is incorrect at {note}."));
    }
    let missing = what.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let at_top = path.split('.').next().filter(|name| !name.is_empty());
    match at_top.or(missing) {
        Some("post_info") => Refusal::post_info(note),
        Some("source_info") => Refusal::source_info(note),
        Some("media_type" | "post_mode") => Refusal::params("Invalid media_type or post_mode").noting(note),
        _ => Refusal::params(format!("The request body is incorrect at {note}.")),
    }
}
