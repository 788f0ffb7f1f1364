//! The envelope around every response of the API (#answer-envelope).

use std::time::Duration;

use serde_json::{Value, json};

use crate::simulator::{reply::ServerReply, shared::Shared, wire::sha256_hex};

/// Success of an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ResponseData {
    /// The `data` member.
    Members(Value),
    /// No `data` member (#cancel).
    Absent,
}

/// Success in the envelope.
pub(super) fn success(data: ResponseData, log_id: &str) -> ServerReply {
    let error = json!({"code": "ok", "message": "", "log_id": log_id});
    let body = match data {
        ResponseData::Members(data) => json!({"data": data, "error": error}),
        ResponseData::Absent => json!({"error": error}),
    };
    ServerReply::json(200, &body).with_code("ok")
}

/// An error in the envelope.
pub(super) fn error(status: u16, code: &str, message: &str, log_id: &str) -> ServerReply {
    let body = json!({"data": {}, "error": {"code": code, "message": message, "log_id": log_id}});
    ServerReply::json(status, &body).with_code(code)
}

/// Log id of errors that a fault makes.
pub(super) const FAULT_LOG_ID: &str = "20260911000000FAULT";

/// Returns a new log id: 34 characters that begin with the time.
pub(super) fn log_id(shared: &Shared) -> String {
    let digest = sha256_hex(&shared.next_id().to_be_bytes()).to_uppercase();
    format!("{}{digest:.20}", timestamp(shared.now()))
}

/// `yyyymmddHHMMSS` in UTC; the calendar is Howard Hinnant's `civil_from_days`.
fn timestamp(since_epoch: Duration) -> String {
    let seconds = since_epoch.as_secs();
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!(
        "{year:04}{month:02}{day:02}{:02}{:02}{:02}",
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_ids_begin_with_the_utc_time() {
        for (seconds, expected) in [
            (0, "19700101000000"),
            (951_782_399, "20000228235959"),
            (951_782_400, "20000229000000"),
            (1_789_128_000, "20260911120000"),
        ] {
            assert_eq!(timestamp(Duration::from_secs(seconds)), expected);
        }
    }
}
