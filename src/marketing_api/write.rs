//! Calls that write: the body of a call, its sending, and the plan of a call that is not sent.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer, de::DeserializeOwned, ser::Error as _};
use serde_json::{Map, Value};

use super::{ApiData, MarketingApi, MarketingEndpoint, MarketingError};
use crate::{http::WriteObserver, model::AdvertiserId};

/// Members of a JSON object, in their order.
pub type Members = Map<String, Value>;

/// Members of a body, or the error of one that cannot be written.
pub type MembersResult = serde_json::Result<Members>;

/// Body of a call that writes.
///
/// A body is built as JSON members and not written by serde at once: settings move between the endpoints, and a plan
/// shows exactly what a call sends.
pub trait WriteBody: Sync {
    /// Data of the answer.
    type Answer: DeserializeOwned;

    /// Endpoint that takes the body.
    fn endpoint(&self) -> &'static MarketingEndpoint;

    /// Members of the body but `advertiser_id`, which the client adds.
    fn members(&self) -> serde_json::Result<Members>;

    /// URL in the body that can let anyone download a file, so that it is redacted in TikTok's texts.
    fn sent_url(&self) -> Option<&str> {
        None
    }
}

/// Call as it would be sent, for a dry run. It has neither the token nor another header.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct PlannedCall {
    /// Method of the call
    pub method: String,
    /// Path of the call, with the API's version
    pub path: String,
    /// JSON body of the call
    pub body: PlannedBody,
}

/// JSON object of a planned call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PlannedBody(Members);

impl PlannedBody {
    /// Body with these members.
    pub(super) const fn of(members: Members) -> Self {
        Self(members)
    }
}

impl JsonSchema for PlannedBody {
    fn schema_name() -> Cow<'static, str> {
        "PlannedBody".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object" })
    }
}

/// Id of a create, by which TikTok recognizes a repeated one and lets a name repeat
/// (docs/tiktok-marketing-api.md#create-a-campaign).
///
/// A 63-bit number, sent as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(u64);

impl RequestId {
    /// Takes a number. Its highest bit is dropped, because TikTok reads a signed 64-bit number.
    pub const fn new(number: u64) -> Self {
        Self(number & (u64::MAX >> 1))
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl MarketingApi {
    /// Sends a call that writes. `observer` is asked before each attempt.
    pub async fn write<B: WriteBody>(
        &self,
        body: &B,
        observer: Option<&dyn WriteObserver>,
    ) -> Result<ApiData<B::Answer>, MarketingError> {
        let endpoint = body.endpoint();
        let members = whole(endpoint, self.advertiser_id(), body.members())?;
        self.post(endpoint, &members, observer, body.sent_url()).await
    }

    /// Plans a call that writes, without sending it.
    pub fn plan(&self, body: &impl WriteBody) -> Result<PlannedCall, MarketingError> {
        planned(body.endpoint(), self.advertiser_id(), body.members())
    }
}

fn planned(
    endpoint: &'static MarketingEndpoint,
    advertiser_id: &AdvertiserId,
    members: serde_json::Result<Members>,
) -> Result<PlannedCall, MarketingError> {
    Ok(PlannedCall {
        method: endpoint.method.to_string(),
        path: endpoint.versioned_path(),
        body: PlannedBody(whole(endpoint, advertiser_id, members)?),
    })
}

/// Body with the ad account before its members.
fn whole(
    endpoint: &'static MarketingEndpoint,
    advertiser_id: &AdvertiserId,
    members: serde_json::Result<Members>,
) -> Result<Members, MarketingError> {
    let members = members.map_err(|_never| MarketingError::unsendable(endpoint))?;
    let mut body = Members::with_capacity(members.len() + 1);
    body.insert("advertiser_id".into(), advertiser_id.as_str().into());
    body.extend(members);
    Ok(body)
}

/// Members of a value that serializes as an object.
pub fn members_of(object: &impl Serialize) -> serde_json::Result<Members> {
    let Value::Object(members) = serde_json::to_value(object)? else {
        return Err(serde_json::Error::custom("settings are an object"));
    };
    Ok(members)
}

/// Adds a member that serializes as `value`.
pub(super) fn with(
    mut members: Members,
    name: &'static str,
    value: &impl Serialize,
) -> serde_json::Result<Members> {
    members.insert(name.into(), serde_json::to_value(value)?);
    Ok(members)
}

/// Plan of a body for the ad account 7, as JSON.
#[cfg(test)]
pub(super) fn plan_of(body: &impl WriteBody) -> Value {
    let account = AdvertiserId::parse("7").unwrap();
    serde_json::to_value(planned(body.endpoint(), &account, body.members()).unwrap()).unwrap()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_id_is_a_positive_signed_number_as_text() {
        for (number, text) in [
            (0, "0"),
            (123_456_789, "123456789"),
            (u64::MAX, "9223372036854775807"),
            (1 << 63, "0"),
        ] {
            assert_eq!(serde_json::to_value(RequestId::new(number)).unwrap(), json!(text));
        }
    }
}
