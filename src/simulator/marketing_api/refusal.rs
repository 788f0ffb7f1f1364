//! Refusals of the Marketing API: a return code and a message
//! (<https://business-api.tiktok.com/portal/docs?id=1737172488964097>).

use serde_json::{Value, json};

/// A refused request. The envelope has HTTP status 200 all the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AdsRefusal {
    pub(super) code: u32,
    pub(super) message: String,
    pub(super) data: Value,
    /// Reason for the journal, if the message does not give it.
    pub(super) note: Option<String>,
}

/// Data of a success, or a refusal.
pub(super) type AdsAnswer = Result<AdsData, AdsRefusal>;

/// The `data` of a success.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AdsData {
    pub(super) value: Value,
    /// Whether only a part succeeded: code 20001.
    pub(super) is_partial: bool,
    /// A header of the answer.
    pub(super) header: Option<(&'static str, String)>,
    /// Text that is the whole answer, without an envelope.
    pub(super) raw: Option<String>,
}

impl AdsData {
    /// Adds a member.
    pub(super) fn with(mut self, name: &str, member: Value) -> Self {
        if let Some(members) = self.value.as_object_mut() {
            members.insert(name.to_owned(), member);
        }
        self
    }
}

impl From<Value> for AdsData {
    fn from(value: Value) -> Self {
        Self {
            value,
            is_partial: false,
            header: None,
            raw: None,
        }
    }
}

/// No permission for the operation.
pub(super) const NO_PERMISSION: u32 = 40_001;
/// Parameter error, named by the message.
pub(super) const PARAMETER: u32 = 40_002;
/// Object or operation that does not exist.
pub(super) const NOT_FOUND: u32 = 40_007;
/// Endpoint that the sandbox does not have.
pub(super) const NOT_IN_SANDBOX: u32 = 40_008;
/// Parameter or method that the sandbox does not have.
pub(super) const SANDBOX_UNSUPPORTED: u32 = 40_009;
/// More ids than one request may hold.
pub(super) const TOO_MANY_IDS: u32 = 40_011;
/// Too many requests to one endpoint by one developer app.
pub(super) const ENDPOINT_LIMIT: u32 = 40_016;
/// Repeated request.
pub(super) const DUPLICATE: u32 = 40_050;
/// Unusable video id.
pub(super) const VIDEO_INVALID: u32 = 40_053;
/// Ages of 13 to 17 where they cannot be targeted.
pub(super) const TOO_YOUNG: u32 = 40_065;
/// Too many requests by one developer app.
pub(super) const APP_LIMIT: u32 = 40_100;
/// Wrong secret, app or code.
pub(super) const AUTH_INVALID: u32 = 40_101;
/// Expired access token.
pub(super) const TOKEN_EXPIRED: u32 = 40_102;
/// Missing access token.
pub(super) const TOKEN_EMPTY: u32 = 40_104;
/// Unknown or revoked access token.
pub(super) const TOKEN_INVALID: u32 = 40_105;
/// Unknown refresh token, or one of a long-term token.
pub(super) const REFRESH_INVALID: u32 = 40_107;
/// Used or expired authorization code.
pub(super) const CODE_SPENT: u32 = 40_110;
/// Unknown app.
pub(super) const APP_UNKNOWN: u32 = 40_113;
/// App or advertiser without the allow-listing that a feature needs.
pub(super) const NOT_ALLOWLISTED: u32 = 40_118;
/// Too many requests to one endpoint for one advertiser.
pub(super) const ADVERTISER_LIMIT: u32 = 40_133;
/// Task that failed or cannot be changed.
pub(super) const TASK_FAILED: u32 = 40_200;
/// Task that is not ready.
pub(super) const TASK_NOT_READY: u32 = 40_201;
/// Conflict of two writes.
pub(super) const CONFLICT: u32 = 40_202;
/// Unknown advertiser.
pub(super) const ADVERTISER_UNKNOWN: u32 = 40_300;
/// Maximum number of ads.
pub(super) const TOO_MANY_ADS: u32 = 40_502;
/// Wrong MD5.
pub(super) const SIGNATURE_MISMATCH: u32 = 40_900;
/// Video in transcoding.
pub(super) const TRANSCODING: u32 = 40_901;
/// Address that could not be fetched.
pub(super) const URL_FAILED: u32 = 40_902;
/// Image address that could not be fetched.
pub(super) const IMAGE_URL_FAILED: u32 = 40_903;
/// Content or format that is no image.
pub(super) const IMAGE_ILLEGAL: u32 = 40_904;
/// File that does not exist.
pub(super) const FILE_MISSING: u32 = 40_905;
/// File without bytes.
pub(super) const FILE_EMPTY: u32 = 40_906;
/// File with too many bytes.
pub(super) const FILE_TOO_LARGE: u32 = 40_907;
/// Unsupported type of file.
pub(super) const FILE_TYPE: u32 = 40_908;
/// File of the repository after 24 hours.
pub(super) const FILE_EXPIRED: u32 = 40_910;
/// Name that another file has.
pub(super) const NAME_TAKEN: u32 = 40_911;
/// File that cannot be read.
pub(super) const FILE_INVALID: u32 = 40_914;
/// File out of the specification.
pub(super) const FILE_OUT_OF_SPEC: u32 = 40_915;

impl AdsRefusal {
    pub(super) fn new(code: u32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: json!({}),
            note: None,
        }
    }

    /// Parameter error at `field`.
    pub(super) fn at(field: &str, what: impl AsRef<str>) -> Self {
        Self::new(PARAMETER, format!("{field}: {}", what.as_ref()))
    }

    /// Parameter error for a missing field.
    pub(super) fn missing(field: &str) -> Self {
        Self::at(field, "Missing data for required field.")
    }

    /// Adds a reason for the journal.
    pub(super) fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}
