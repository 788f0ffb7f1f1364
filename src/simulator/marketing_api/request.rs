//! A request as a handler sees it: caller and checked parameters.

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value, json};

use super::{
    account::{SimulatedAdsToken, SimulatedAdvertiser},
    multipart::{MultipartForm, UploadedFile},
    params::ParamShape,
    refusal::AdsRefusal,
};
use crate::simulator::head::{RequestHead, decode};

/// A request whose token and parameters are in order.
#[derive(Debug)]
pub(super) struct AdsRequest<'a> {
    /// Simulated time since the Unix epoch.
    pub(super) now: Duration,
    /// The access token; absent where the endpoint takes none.
    pub(super) token: Option<Arc<SimulatedAdsToken>>,
    /// The account that `advertiser_id` names.
    pub(super) advertiser: Option<Arc<SimulatedAdvertiser>>,
    pub(super) params: Map<String, Value>,
    /// Files of a multipart form.
    pub(super) files: Vec<UploadedFile>,
    /// Remarks for the journal.
    pub(super) notes: &'a mut Vec<String>,
}

impl AdsRequest<'_> {
    /// The account that `advertiser_id` names.
    pub(super) fn account(&self) -> Result<Arc<SimulatedAdvertiser>, AdsRefusal> {
        let account = self.advertiser.as_ref().map(Arc::clone);
        account.ok_or_else(|| AdsRefusal::missing("advertiser_id"))
    }

    /// A parameter that is a string; empty if absent.
    pub(super) fn text(&self, name: &str) -> &str {
        text(&self.params, name)
    }

    /// A file by the name of its part.
    pub(super) fn file(&self, part: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|file| file.part == part)
    }

    /// A parameter that is a boolean.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.params.get(name).and_then(Value::as_bool)
    }

    /// A parameter that is a list of strings; empty if absent.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        texts(&self.params, name)
    }
}

/// A member that is a string; empty if absent.
pub(super) fn text<'a>(members: &'a Map<String, Value>, name: &str) -> &'a str {
    members.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A member that is a list of strings; empty if absent.
pub(super) fn texts(members: &Map<String, Value>, name: &str) -> Vec<String> {
    let items = members.get(name).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A member that is a number.
pub(super) fn number(members: &Map<String, Value>, name: &str) -> Option<f64> {
    members.get(name).and_then(Value::as_f64)
}

/// Reads and checks the parameters: the query, and the body as JSON or as a form. Released clients also send
/// bodies with GET. Paths of unknown parameters go to `unknown`.
pub(super) fn read(
    shape: &ParamShape,
    head: &RequestHead,
    body: &[u8],
    unknown: &mut Vec<String>,
) -> Result<Map<String, Value>, AdsRefusal> {
    let mut params = read_body(shape, head, body)?;
    params.extend(shape.read_query(&head.query)?);
    shape.check(&mut params, "", unknown)?;
    Ok(params)
}

/// Reads and checks the parameters of a multipart form, as [`read`] does.
pub(super) fn read_form(
    shape: &ParamShape,
    head: &RequestHead,
    form: &MultipartForm,
    unknown: &mut Vec<String>,
) -> Result<Map<String, Value>, AdsRefusal> {
    let mut params = shape.read_query(&form.fields)?;
    params.extend(shape.read_query(&head.query)?);
    let files = form.files.iter();
    params.extend(files.map(|file| (file.part.clone(), json!({"size": file.size}))));
    shape.check(&mut params, "", unknown)?;
    Ok(params)
}

fn read_body(shape: &ParamShape, head: &RequestHead, body: &[u8]) -> Result<Map<String, Value>, AdsRefusal> {
    let content_type = head.headers.content_type.as_deref().unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if body.is_empty() {
        return Ok(Map::new());
    }
    match media_type {
        "application/x-www-form-urlencoded" => shape.read_query(&decode(&String::from_utf8_lossy(body))),
        "application/json" | "" => serde_json::from_slice(body)
            .map_err(|fault| AdsRefusal::at("body", format!("Not a valid JSON object: {fault}."))),
        other => Err(AdsRefusal::at(
            "Content-Type",
            format!("Must be application/json, not {other}."),
        )),
    }
}
