//! Every way in which the API says no: code, HTTP status and message (docs/tiktok-open-api.md#error-codes,
//! #messages).

use super::routes::Endpoint;

/// A code of TikTok's Open API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
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

/// One row of the table: the code on the wire, the usual HTTP status, the usual message.
struct Row(&'static str, u16, &'static str);

/// What the live API says with most of its 403 answers.
const GUIDELINES: &str = "Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/";
/// What the live API says where a scope is missing (#messages).
const SCOPE: &str = "The user did not authorize the scope required for completing this request.";
/// What the live API says to a bad or missing token (#messages).
const TOKEN: &str = "The access token is invalid or not found in the request.";

impl Code {
    fn row(self) -> Row {
        match self {
            Self::AccessTokenInvalid => Row("access_token_invalid", 401, TOKEN),
            Self::ScopeNotAuthorized => Row("scope_not_authorized", 401, SCOPE),
            // The posting documents print `invalid_param`, the live API says `invalid_params` (#error-codes).
            Self::InvalidParams => Row("invalid_params", 400, "The request parameters are invalid."),
            Self::InvalidPublishId => Row("invalid_publish_id", 400, "The publish_id does not exist."),
            Self::TokenNotAuthorizedForPublishId => Row(
                "token_not_authorized_for_specified_publish_id",
                400,
                "The access_token does not have authorization for this publish_id.",
            ),
            Self::PublishNotCancellable => Row(
                "publish_not_cancellable",
                400,
                "The publish can not be cancelled.",
            ),
            Self::TooManyPosts => Row("spam_risk_too_many_posts", 403, GUIDELINES),
            Self::UserBanned => Row("spam_risk_user_banned_from_posting", 403, GUIDELINES),
            Self::TooManyPendingShare => Row("spam_risk_too_many_pending_share", 403, GUIDELINES),
            Self::ActiveUserCap => Row("reached_active_user_cap", 403, GUIDELINES),
            Self::PrivateAccountsOnly => Row(
                "unaudited_client_can_only_post_to_private_accounts",
                403,
                GUIDELINES,
            ),
            Self::UrlOwnershipUnverified => Row("url_ownership_unverified", 403, GUIDELINES),
            Self::PrivacyLevelMismatch => Row("privacy_level_option_mismatch", 403, GUIDELINES),
            Self::RateLimitExceeded => Row("rate_limit_exceeded", 429, "The API rate limit was exceeded."),
        }
    }

    /// The code on the wire.
    pub(super) fn name(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status at this endpoint: creator info answers the posting caps with 200, on purpose
    /// (#creator-info).
    pub(super) fn status(self, endpoint: Endpoint) -> u16 {
        match (endpoint, self) {
            (Endpoint::CreatorInfo, Self::TooManyPosts | Self::UserBanned | Self::ActiveUserCap) => 200,
            _ => self.row().1,
        }
    }
}

/// A refusal of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) message: String,
    /// The reason where the message does not give it, for the journal.
    pub(super) note: Option<String>,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self {
            code,
            message: code.row().2.to_owned(),
            note: None,
        }
    }
}

impl Refusal {
    /// `invalid_params` with a message of its own.
    pub(super) fn params(message: impl Into<String>) -> Self {
        Self {
            code: Code::InvalidParams,
            message: message.into(),
            note: None,
        }
    }

    /// Tells the journal what the message keeps to itself.
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
        for code in [Code::TooManyPosts, Code::UserBanned, Code::ActiveUserCap] {
            assert_eq!(code.status(Endpoint::CreatorInfo), 200, "{}", code.name());
            assert_eq!(code.status(Endpoint::VideoInit), 403, "{}", code.name());
            assert_eq!(code.status(Endpoint::ContentInit), 403, "{}", code.name());
        }
    }

    /// #error-codes, code x endpoint: the statuses that do not.
    #[test]
    fn other_codes_have_one_status() {
        let table = [
            (Code::AccessTokenInvalid, 401),
            (Code::ScopeNotAuthorized, 401),
            (Code::InvalidParams, 400),
            (Code::InvalidPublishId, 400),
            (Code::TokenNotAuthorizedForPublishId, 400),
            (Code::PublishNotCancellable, 400),
            (Code::TooManyPendingShare, 403),
            (Code::PrivateAccountsOnly, 403),
            (Code::UrlOwnershipUnverified, 403),
            (Code::PrivacyLevelMismatch, 403),
            (Code::RateLimitExceeded, 429),
        ];
        for (code, status) in table {
            for endpoint in [
                Endpoint::UserInfo,
                Endpoint::CreatorInfo,
                Endpoint::InboxInit,
                Endpoint::StatusFetch,
            ] {
                assert_eq!(code.status(endpoint), status, "{}", code.name());
            }
        }
    }
}
