//! Rejections of the Open API: code, HTTP status and message (#error-codes, #messages).

use crate::simulator::endpoint::EndpointName;

/// A code of TikTok's Open API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RejectionCode {
    AccessTokenInvalid,
    ScopeNotAuthorized,
    InvalidParams,
    InvalidPublishId,
    TokenNotAuthorizedForPublishId,
    PublishNotCancellable,
    TooManyPosts,
    UserBanned,
    TooManyPendingShare,
    ActiveUserCap,
    PrivateAccountsOnly,
    UrlOwnershipUnverified,
    PrivacyLevelMismatch,
    RateLimitExceeded,
}

/// Row of the table: code on the wire, usual HTTP status, usual message.
struct RejectionRow(&'static str, u16, &'static str);

/// Message of most 403 responses of the live API (#messages).
const GUIDELINES: &str = "Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/";
/// Message of the live API for a missing scope (#messages).
const SCOPE: &str = "The user did not authorize the scope required for completing this request.";
/// Message of the live API for a bad or missing token (#messages).
const TOKEN: &str = "The access token is invalid or not found in the request.";

impl RejectionCode {
    fn row(self) -> RejectionRow {
        match self {
            Self::AccessTokenInvalid => RejectionRow("access_token_invalid", 401, TOKEN),
            Self::ScopeNotAuthorized => RejectionRow("scope_not_authorized", 401, SCOPE),
            // The posting documents print `invalid_param`, the live API says `invalid_params` (#error-codes).
            Self::InvalidParams => RejectionRow("invalid_params", 400, "The request parameters are invalid."),
            Self::InvalidPublishId => {
                RejectionRow("invalid_publish_id", 400, "The publish_id does not exist.")
            }
            Self::TokenNotAuthorizedForPublishId => RejectionRow(
                "token_not_authorized_for_specified_publish_id",
                400,
                "The access_token does not have authorization for this publish_id.",
            ),
            Self::PublishNotCancellable => RejectionRow(
                "publish_not_cancellable",
                400,
                "The publish can not be cancelled.",
            ),
            Self::TooManyPosts => RejectionRow("spam_risk_too_many_posts", 403, GUIDELINES),
            Self::UserBanned => RejectionRow("spam_risk_user_banned_from_posting", 403, GUIDELINES),
            Self::TooManyPendingShare => RejectionRow("spam_risk_too_many_pending_share", 403, GUIDELINES),
            Self::ActiveUserCap => RejectionRow("reached_active_user_cap", 403, GUIDELINES),
            Self::PrivateAccountsOnly => RejectionRow(
                "unaudited_client_can_only_post_to_private_accounts",
                403,
                GUIDELINES,
            ),
            Self::UrlOwnershipUnverified => RejectionRow("url_ownership_unverified", 403, GUIDELINES),
            Self::PrivacyLevelMismatch => RejectionRow("privacy_level_option_mismatch", 403, GUIDELINES),
            Self::RateLimitExceeded => {
                RejectionRow("rate_limit_exceeded", 429, "The API rate limit was exceeded.")
            }
        }
    }

    /// Code on the wire.
    pub(super) fn name(self) -> &'static str {
        self.row().0
    }

    /// HTTP status at this endpoint. Creator info reports the posting caps with 200 by design (#creator-info).
    pub(super) fn status(self, endpoint: EndpointName) -> u16 {
        match (endpoint, self) {
            (EndpointName::CREATOR_INFO, Self::TooManyPosts | Self::UserBanned | Self::ActiveUserCap) => 200,
            _ => self.row().1,
        }
    }
}

/// A rejected request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiRejection {
    pub(super) code: RejectionCode,
    pub(super) message: String,
    /// Reason for the journal, if the message does not give it.
    pub(super) note: Option<String>,
}

impl From<RejectionCode> for ApiRejection {
    fn from(code: RejectionCode) -> Self {
        Self {
            code,
            message: code.row().2.to_owned(),
            note: None,
        }
    }
}

impl ApiRejection {
    /// `invalid_params` with its own message.
    pub(super) fn params(message: impl Into<String>) -> Self {
        Self {
            code: RejectionCode::InvalidParams,
            message: message.into(),
            note: None,
        }
    }

    /// Adds a reason for the journal.
    pub(super) fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// A bad `post_info`, for the reason given (#messages).
    pub(super) fn post_info(note: impl Into<String>) -> Self {
        Self::params("The request post info is empty or incorrect").noting(note)
    }

    /// A bad `source_info`, for the reason given (#messages).
    pub(super) fn source_info(note: impl Into<String>) -> Self {
        Self::params("The request source info is empty or incorrect").noting(note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// #error-codes, code x endpoint: the statuses that differ between endpoints.
    #[test]
    fn posting_caps_are_403_at_init_and_200_at_creator_info() {
        for code in [
            RejectionCode::TooManyPosts,
            RejectionCode::UserBanned,
            RejectionCode::ActiveUserCap,
        ] {
            assert_eq!(code.status(EndpointName::CREATOR_INFO), 200, "{}", code.name());
            assert_eq!(code.status(EndpointName::VIDEO_INIT), 403, "{}", code.name());
            assert_eq!(code.status(EndpointName::CONTENT_INIT), 403, "{}", code.name());
        }
    }

    /// #error-codes, code x endpoint: the statuses that do not.
    #[test]
    fn other_codes_have_one_status() {
        let table = [
            (RejectionCode::AccessTokenInvalid, 401),
            (RejectionCode::ScopeNotAuthorized, 401),
            (RejectionCode::InvalidParams, 400),
            (RejectionCode::InvalidPublishId, 400),
            (RejectionCode::TokenNotAuthorizedForPublishId, 400),
            (RejectionCode::PublishNotCancellable, 400),
            (RejectionCode::TooManyPendingShare, 403),
            (RejectionCode::PrivateAccountsOnly, 403),
            (RejectionCode::UrlOwnershipUnverified, 403),
            (RejectionCode::PrivacyLevelMismatch, 403),
            (RejectionCode::RateLimitExceeded, 429),
        ];
        for (code, status) in table {
            for endpoint in [
                EndpointName::USER_INFO,
                EndpointName::CREATOR_INFO,
                EndpointName::INBOX_INIT,
                EndpointName::STATUS_FETCH,
            ] {
                assert_eq!(code.status(endpoint), status, "{}", code.name());
            }
        }
    }
}
