//! The envelope around every answer: `code`, `message`, `request_id`, `data`
//! (<https://business-api.tiktok.com/portal/docs?id=1749734684478466>).

use serde_json::{Number, Value, json};

use super::{
    refusal::{AdsAnswer, AdsData, AdsRefusal},
    utc,
};
use crate::simulator::{reply::ServerReply, shared::Shared, wire::sha256_hex};

/// Code of a partial success.
const PARTIAL: u32 = 20_001;

/// Encloses an answer. Failures have HTTP status 200 too.
pub(super) fn enclose(answer: AdsAnswer, request_id: &str) -> ServerReply {
    match answer {
        Ok(data) => enclose_data(data, request_id),
        Err(AdsRefusal {
            code, message, data, ..
        }) => reply(200, code, &message, &data, request_id),
    }
}

fn enclose_data(data: AdsData, request_id: &str) -> ServerReply {
    let reply = match data.raw {
        Some(text) => ServerReply::text(200, &text),
        None if data.is_partial => reply(200, PARTIAL, "Partially succeeded.", &data.value, request_id),
        None => reply(200, 0, "OK", &data.value, request_id),
    };
    match data.header {
        Some((name, value)) => reply.with_header(name, &value),
        None => reply,
    }
}

/// An envelope with this HTTP status.
pub(super) fn reply(status: u16, code: u32, message: &str, data: &Value, request_id: &str) -> ServerReply {
    let body = json!({"code": code, "message": message, "request_id": request_id, "data": data});
    ServerReply::json(status, &body)
        .with_code(&code.to_string())
        .with_header("x-tt-logid", request_id)
}

/// Returns a new request id: 34 characters that begin with the time.
pub(super) fn request_id(shared: &Shared) -> String {
    let digest = sha256_hex(&shared.next_id().to_be_bytes()).to_uppercase();
    let time = utc::format(shared.now());
    let time: String = time.chars().filter(char::is_ascii_digit).collect();
    format!("{time}{digest:.20}")
}

/// Turns ids into bare numbers, as some official examples print them.
pub(super) fn number_ids(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if is_id(name) {
                    as_number(member);
                }
                number_ids(member);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(number_ids),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_id(name: &str) -> bool {
    ["campaign", "adgroup", "ad", "advertiser", "smart_plus_ad"]
        .iter()
        .any(|level| {
            name.strip_prefix(level)
                .is_some_and(|rest| rest == "_id" || rest == "_ids")
        })
}

fn as_number(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(as_number),
        Value::String(text) => {
            if let Ok(number) = text.parse::<u64>() {
                *value = Value::Number(Number::from(number));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_objects_become_numbers_and_others_do_not() {
        let mut data =
            json!({"ad_ids": ["7410000000000000001"], "list": [{"campaign_id": "12", "pixel_id": "5"}]});
        number_ids(&mut data);
        let expected = json!({"ad_ids": [7_410_000_000_000_000_001_u64], "list": [{"campaign_id": 12, "pixel_id": "5"}]});
        assert_eq!(data, expected);
    }

    #[test]
    fn a_partial_success_has_a_code_of_its_own() {
        let data = AdsData {
            is_partial: true,
            ..AdsData::from(json!({"ad_ids": []}))
        };
        let reply = enclose(Ok(data), "1");
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(body["code"], 20_001);
        assert_eq!(body["data"], json!({"ad_ids": []}));
    }
}
