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
        remedy: "Start the connection again. Ask the account's owner to sign in to the right TikTok account and to \
                 agree on TikTok's consent page.",
        seen_at: SEEN_AT,
    }
    INVALID_CLIENT {
        code: "invalid_client",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not recognize the app that requested the token.",
        remedy: "The app's developer should compare the client key and client secret with those in TikTok's developer \
                 portal. The sandbox and production have separate pairs.",
        seen_at: SEEN_AT,
    }
    INVALID_GRANT {
        code: "invalid_grant",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The authorization code or refresh token has expired, was already used or revoked, or belongs to another app.",
        remedy: "Ask the account's owner to reconnect the TikTok account in the host. If every refresh fails, the \
                 host's operator should check that the newest refresh token is stored: each refresh may return a new \
                 one.",
        seen_at: SEEN_AT,
    }
    INVALID_REQUEST {
        code: "invalid_request",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "A parameter of the token request is missing or malformed.",
        remedy: "Correct the parameter that TikTok's description names. `redirect_uri` must be the same as at the \
                 start of the authorization, `client_secret` is always required, and TikTok's PKCE challenge is the \
                 SHA-256 of the verifier in lowercase hexadecimal, not in base64.",
        seen_at: SEEN_AT,
    }
    INVALID_SCOPE {
        code: "invalid_scope",
        category: Scope,
        retryable: false,
        who: Developer,
        meaning: "A requested permission does not exist, is misspelled, or is not available to the app.",
        remedy: "Remove or correct the permission; a single unavailable one makes the whole connection fail. The app's \
                 developer should request only permissions that TikTok's developer portal lists for the app, separated \
                 by commas. `autohive-tiktok schemas manifest --scopes …` writes such a manifest. See \
                 `docs/scopes.md`.",
        seen_at: SEEN_AT,
    }
    NON_SANDBOX_TARGET {
        code: "non_sandbox_target",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "The TikTok account is not a target user of the app's sandbox.",
        remedy: "The app's developer should add the account in TikTok's developer portal under Sandbox settings, Target \
                 users. Otherwise sign in to an account that is one.",
        seen_at: SEEN_AT,
    }
    UNAUTHORIZED_CLIENT {
        code: "unauthorized_client",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "The app may not connect accounts in this way.",
        remedy: "The app's developer should check its status in TikTok's developer portal. Until TikTok has approved \
                 an app, only its sandbox client key works, and only for the sandbox's target users.",
        seen_at: SEEN_AT,
    }
    UNSUPPORTED_GRANT_TYPE {
        code: "unsupported_grant_type",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not support the `grant_type` of the token request.",
        remedy: "Set `grant_type` to `authorization_code` to connect an account, or to `refresh_token` to refresh its \
                 token.",
        seen_at: SEEN_AT,
    }
    UNSUPPORTED_RESPONSE_TYPE {
        code: "unsupported_response_type",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not support the `response_type` in the URL of the authorization page.",
        remedy: "Set `response_type` to `code` in that URL.",
        seen_at: SEEN_AT,
    }
    SERVER_ERROR {
        code: "server_error",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "TikTok's sign-in service had an internal error.",
        remedy: "Wait a minute, then try again. If the error persists for an hour, send the `log_id` to TikTok's \
                 developer support.",
        seen_at: SEEN_AT,
    }
    TEMPORARILY_UNAVAILABLE {
        code: "temporarily_unavailable",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "TikTok's sign-in service is overloaded or under maintenance.",
        remedy: "Wait a few minutes, then try again.",
        seen_at: SEEN_AT,
    }
}

/// TikTok's pages do not document the status; the live endpoint returns its errors with HTTP 200.
const SEEN_AT: &[(&str, u16)] = &[(OAUTH, 200)];
