//! The values of `error` in the responses of TikTok's OAuth endpoints: docs/tiktok-open-api.md#oauth-errors.

use super::endpoint::OAUTH;

// In the order of docs/tiktok-open-api.md#oauth-errors.
rows! {
    ACCESS_DENIED {
        code: "access_denied",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The account's owner or TikTok declined to connect the account.",
        remedy: "Start the connection again. The account's owner signs in to the right TikTok account and confirms on TikTok's \
                 consent page.",
        seen_at: SEEN_AT,
    }
    INVALID_CLIENT {
        code: "invalid_client",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not recognize the app that requested the token.",
        remedy: "The developer of the TikTok app compares the client key and client secret with those in TikTok's developer \
                 portal. Sandbox and production have separate pairs.",
        seen_at: SEEN_AT,
    }
    INVALID_GRANT {
        code: "invalid_grant",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The authorization code or refresh token has expired, was already used or revoked, or belongs to another app.",
        remedy: "The account's owner reconnects the TikTok account in the host. If every refresh fails, the operator of the \
                 host makes sure that the newest refresh token is stored, because TikTok may issue a new one with each refresh.",
        seen_at: SEEN_AT,
    }
    INVALID_REQUEST {
        code: "invalid_request",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "The token request lacks a parameter or has a malformed one.",
        remedy: "Correct the setting that TikTok's description names. The redirect address must equal the one at the start of \
                 the authorization, the client secret is always required, and TikTok's PKCE challenge is the SHA-256 of the \
                 verifier in lowercase hexadecimal, not in base64.",
        seen_at: SEEN_AT,
    }
    INVALID_SCOPE {
        code: "invalid_scope",
        category: Scope,
        retryable: false,
        who: Developer,
        meaning: "A requested permission does not exist, is misspelled, or is not available to the app.",
        remedy: "One unavailable permission fails the whole consent. The developer of the TikTok app checks the names, \
                 separates them with commas, and requests only permissions that TikTok's developer portal lists for the app; \
                 `autohive-tiktok schemas manifest --scopes …` writes a manifest with no others. See `docs/scopes.md`.",
        seen_at: SEEN_AT,
    }
    UNAUTHORIZED_CLIENT {
        code: "unauthorized_client",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "The TikTok app may not connect accounts in this way.",
        remedy: "The developer of the TikTok app checks its status in TikTok's developer portal. Until TikTok has approved the \
                 app, only its sandbox client key works, and only for the sandbox's target users.",
        seen_at: SEEN_AT,
    }
    UNSUPPORTED_GRANT_TYPE {
        code: "unsupported_grant_type",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not support the `grant_type` of the token request.",
        remedy: "Set `grant_type` to `authorization_code` to connect an account, or to `refresh_token` to renew its token.",
        seen_at: SEEN_AT,
    }
    UNSUPPORTED_RESPONSE_TYPE {
        code: "unsupported_response_type",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not support the `response_type` in the address of the authorization page.",
        remedy: "Set `response_type` to `code` in that address.",
        seen_at: SEEN_AT,
    }
    SERVER_ERROR {
        code: "server_error",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "TikTok's sign-in service had an internal error.",
        remedy: "Try again in a minute. If it lasts an hour, give the `log_id` to TikTok's developer support.",
        seen_at: SEEN_AT,
    }
    TEMPORARILY_UNAVAILABLE {
        code: "temporarily_unavailable",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "TikTok's sign-in service is overloaded or under maintenance.",
        remedy: "Try again in a few minutes.",
        seen_at: SEEN_AT,
    }
}

/// TikTok's pages do not document the status; the live endpoint returns its errors with HTTP 200.
const SEEN_AT: &[(&str, u16)] = &[(OAUTH, 200)];
