//! An API request as a handler sees it: account, body and requested fields.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    account::Account,
    envelope::ResponseData,
    rejection::{ApiRejection, RejectionCode},
};

/// Result of a handler.
pub(super) type Answer = Result<ResponseData, ApiRejection>;

/// An API request whose token, scopes and limits are in order.
#[derive(Debug)]
pub(super) struct ApiRequest<'a> {
    pub(super) account: Arc<Account>,
    /// Simulated time since the Unix epoch.
    pub(super) now: Duration,
    pub(super) query: &'a [(String, String)],
    pub(super) content_type: Option<&'a str>,
    pub(super) body: &'a [u8],
    /// Whether requests that the documents do not describe are refused.
    pub(super) strict: bool,
    /// Remarks for the journal.
    pub(super) notes: &'a mut Vec<String>,
}

impl ApiRequest<'_> {
    /// Accepts, with a note, a request that TikTok is known to take or has no reason to refuse. Strict mode
    /// refuses it.
    pub(super) fn lenient(
        &mut self,
        what: impl Into<String>,
        refusal: impl FnOnce(String) -> ApiRejection,
    ) -> Result<(), ApiRejection> {
        let what = what.into();
        if self.strict {
            return Err(refusal(what));
        }
        self.notes.push(format!("{what}: accepted anyway"));
        Ok(())
    }

    /// Reads the body as JSON of a known shape. Errors use TikTok's wording if it is known.
    pub(super) fn json<T: DeserializeOwned>(&mut self) -> Result<T, ApiRejection> {
        self.content_type_is_json()?;
        // First checks whether it is JSON: the parser's errors for the shape do not distinguish the two.
        let mut value: Value = serde_json::from_slice(self.body)
            .map_err(|error| ApiRejection::params(format!("The request body is not JSON: {error}.")))?;
        let shape = if self.strict {
            only_objects(&value)?;
            // Not from the value, which has lost duplicate members.
            ParsedBody::read(&mut serde_json::Deserializer::from_slice(self.body))
        } else {
            drop_nulls(&mut value, "", self.notes);
            only_objects(&value)?;
            ParsedBody::read(value)
        };
        for path in shape.unknown {
            self.lenient(format!("{path} is unknown"), |what| {
                ApiRejection::params(format!("The request body is incorrect: {what}."))
            })?;
        }
        shape.parsed
    }

    /// As [`ApiRequest::json`], for an endpoint that needs no body: an empty body counts as `{}`.
    pub(super) fn json_or_nothing<T: DeserializeOwned + Default>(&mut self) -> Result<T, ApiRejection> {
        if self.body.is_empty() {
            Ok(T::default())
        } else {
            self.json()
        }
    }

    /// As [`ApiRequest::json`], for an endpoint whose body has no required member.
    pub(super) fn json_or_default<T: DeserializeOwned + Default>(&mut self) -> Result<T, ApiRejection> {
        if self.body.is_empty() {
            self.lenient("The request body is empty", ApiRejection::params)?;
        }
        self.json_or_nothing()
    }

    fn content_type_is_json(&mut self) -> Result<(), ApiRejection> {
        let Some(given) = self.content_type else {
            return self.lenient("The Content-Type is missing", ApiRejection::params);
        };
        let media_type = given.split(';').next().unwrap_or_default().trim();
        if media_type.eq_ignore_ascii_case("application/json") {
            return Ok(());
        }
        Err(ApiRejection::params(format!(
            "The Content-Type must be application/json, not \"{given}\"."
        )))
    }

    /// Notes a query at an endpoint that takes none.
    pub(super) fn no_query(&mut self) -> Result<(), ApiRejection> {
        self.only_query("")
    }

    fn only_query(&mut self, known: &str) -> Result<(), ApiRejection> {
        for (name, _) in self.query.iter().filter(|(name, _)| name != known) {
            self.lenient(
                format!("The query parameter \"{name}\" is unknown to this endpoint"),
                ApiRejection::params,
            )?;
        }
        Ok(())
    }

    /// Returns the rows of `table` that the query's `fields` names, in the table's order.
    pub(super) fn fields<T>(
        &mut self,
        table: &'static [Field<T>],
    ) -> Result<Vec<&'static Field<T>>, ApiRejection> {
        self.only_query("fields")?;
        let list = self.field_list()?;
        if list.contains(char::is_whitespace) {
            self.lenient(
                "The query parameter \"fields\" holds white space",
                ApiRejection::params,
            )?;
        }
        let names: Vec<&str> = list.split(',').map(str::trim).collect();
        let is_known = |name: &str| table.iter().any(|field| field.name == name);
        if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
            return Err(ApiRejection::params(format!(
                "The field \"{unknown}\" in \"fields\" is unknown."
            )));
        }
        self.granted(table.iter().filter(|field| names.contains(&field.name)).collect())
    }

    fn field_list(&self) -> Result<String, ApiRejection> {
        let mut lists = self.query.iter().filter(|(name, _)| name == "fields");
        match (lists.next(), lists.next()) {
            (Some((_, list)), None) if list.trim().is_empty() => Err(ApiRejection::params(
                "The query parameter \"fields\" is required.",
            )),
            (Some((_, list)), None) => Ok(list.clone()),
            _ => Err(ApiRejection::params(
                "The query must hold the parameter \"fields\", once.",
            )),
        }
    }

    /// Returns `fields` if the account granted all of them: any other field refuses the whole call (#user-info).
    fn granted<T>(&self, fields: Vec<&'static Field<T>>) -> Result<Vec<&'static Field<T>>, ApiRejection> {
        match fields.iter().find(|field| !self.account.granted(field.scope)) {
            Some(field) => Err(ApiRejection::from(RejectionCode::ScopeNotAuthorized)
                .noting(format!("the field {} needs {}", field.name, field.scope))),
            None => Ok(fields),
        }
    }
}

/// A field that can be requested.
#[derive(Debug)]
pub(super) struct Field<T: 'static> {
    pub(super) name: &'static str,
    pub(super) scope: &'static str,
    pub(super) value: fn(&T) -> Value,
}

/// Builds the object of the requested fields.
pub(super) fn pick<T>(fields: &[&Field<T>], from: &T) -> Value {
    let member = |field: &&Field<T>| (field.name.to_owned(), (field.value)(from));
    Value::Object(fields.iter().map(member).collect::<Map<_, _>>())
}

/// Serde helper for optional members: `null` is not the same as absent, and is refused.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A body read as a known shape.
struct ParsedBody<T> {
    parsed: Result<T, ApiRejection>,
    /// Paths of the unknown members.
    unknown: Vec<String>,
}

impl<T: DeserializeOwned> ParsedBody<T> {
    fn read<'de, D: Deserializer<'de, Error = serde_json::Error>>(body: D) -> Self {
        let (mut unknown, mut track) = (Vec::new(), serde_path_to_error::Track::new());
        let body = serde_path_to_error::Deserializer::new(body, &mut track);
        let parsed = serde_ignored::deserialize(body, |path| unknown.push(path.to_string()));
        Self {
            parsed: parsed.map_err(|error| misshapen(&track.path().to_string(), &error)),
            unknown,
        }
    }
}

/// Removes members that are `null`, with a note for each.
fn drop_nulls(value: &mut Value, path: &str, notes: &mut Vec<String>) {
    let Value::Object(members) = value else { return };
    let path_of = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    let nulls = members.iter().filter(|(_, member)| member.is_null());
    notes.extend(nulls.map(|(name, _)| format!("{} is null: taken as absent", path_of(name))));
    members.retain(|_, member| !member.is_null());
    for (name, member) in members.iter_mut() {
        drop_nulls(member, &path_of(name), notes);
    }
}

/// Checks that the body and its known members are objects: serde accepts a list instead, TikTok does not.
fn only_objects(body: &Value) -> Result<(), ApiRejection> {
    if !body.is_object() {
        return Err(ApiRejection::params("The request body is not a JSON object."));
    }
    let is_other = |name: &str| body.get(name).is_some_and(|member| !member.is_object());
    match (
        is_other("post_info"),
        is_other("source_info"),
        is_other("filters"),
    ) {
        (true, _, _) => Err(ApiRejection::post_info("post_info is not an object")),
        (_, true, _) => Err(ApiRejection::source_info("source_info is not an object")),
        (_, _, true) => Err(ApiRejection::params("The filters are not an object.")),
        (false, false, false) => Ok(()),
    }
}

fn misshapen(path: &str, error: &serde_json::Error) -> ApiRejection {
    let what = error.to_string();
    let note = format!("{path}: {what}");
    let missing = what
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next());
    let at_top = path.split('.').next().filter(|name| !name.is_empty());
    match at_top.or(missing) {
        Some("post_info") => ApiRejection::post_info(note),
        Some("source_info") => ApiRejection::source_info(note),
        Some("media_type" | "post_mode") => {
            ApiRejection::params("Invalid media_type or post_mode").noting(note)
        }
        _ => ApiRejection::params(format!("The request body is incorrect at {note}.")),
    }
}
