//! The strings under `error` in the answers of TikTok's OAuth endpoints:
//! docs/tiktok-open-api.md#oauth-errors.

use super::{Category, Endpoint, Row, Who};

/// In the order of docs/tiktok-open-api.md#oauth-errors.
pub(super) const ROWS: &[Row] = &[
    Row {
        code: "access_denied",
        category: Category::Auth,
        retryable: false,
        who: Who::User,
        meaning: "The account's owner or TikTok declined to connect the account.",
        remedy: "Start the connection again; the account's owner signs in to the right TikTok account and confirms on \
                 TikTok's consent page.",
        seen_at: SEEN_AT,
    },
    Row {
        code: "invalid_client",
        category: Category::Auth,
        retryable: false,
        who: Who::Developer,
        meaning: "TikTok does not recognise the app that asks for the token.",
        remedy: "The developer of the TikTok app compares the client key and client secret with those in TikTok's \
                 developer portal. Sandbox and production have separate pairs.",
        seen_at: SEEN_AT,
    },
    Row {
        code: "invalid_grant",
        category: Category::Auth,
        retryable: false,
        who: Who::User,
        meaning: "The authorization code or refresh token is expired, used up, withdrawn or belongs to another app.",
        remedy: "The account's owner reconnects the TikTok account in the host. If it happens at every refresh, the \
                 operator of the host makes sure that the newest refresh token is the one that is stored, since TikTok \
                 may replace it with each refresh.",
        seen_at: SEEN_AT,
    },
    Row {
        code: "invalid_request",
        category: Category::Auth,
        retryable: false,
        who: Who::Developer,
        meaning: "The request for a token lacks a parameter or has one that is malformed.",
        remedy: "Read TikTok's description and correct the setting it names: the redirect address must be exactly the one \
                 that the authorization was started with, the client secret is always needed, and TikTok's PKCE challenge \
                 is the SHA-256 of the verifier in lowercase hexadecimal, not in base64.",
        seen_at: SEEN_AT,
    },
    Row {
        code: "invalid_scope",
        category: Category::Scope,
        retryable: false,
        who: Who::Developer,
        meaning: "A permission was asked for that the app lacks, that does not exist or that is misspelled.",
        remedy: "One permission that the app lacks fails the whole consent. The developer of the TikTok app checks the \
                 names of the permissions, separates them with commas, and asks only for those that TikTok's developer \
                 portal lists for the app; `autohive-tiktok schemas manifest --scopes …` writes a manifest that asks \
                 for no others. See `docs/scopes.md`.",
        seen_at: SEEN_AT,
    },
    Row {
        code: "unauthorized_client",
        category: Category::Auth,
        retryable: false,
        who: Who::Developer,
        meaning: "The TikTok app may not connect accounts in this way.",
        remedy: "The developer of the TikTok app checks its state in TikTok's developer portal. Before TikTok has \
                 approved the app only its sandbox client key works, and only for the sandbox's target users.",
        seen_at: SEEN_AT,
    },
    Row {
        code: "unsupported_grant_type",
        category: Category::Auth,
        retryable: false,
        who: Who::Developer,
        meaning: "TikTok does not know the kind of token request that was sent.",
        remedy: "Set `grant_type` to `authorization_code` to connect an account, or to `refresh_token` to renew its token.",
        seen_at: SEEN_AT,
    },
    Row {
        code: "unsupported_response_type",
        category: Category::Auth,
        retryable: false,
        who: Who::Developer,
        meaning: "TikTok does not know the kind of answer that the authorization page was asked for.",
        remedy: "Set `response_type` to `code` in the address of the authorization page.",
        seen_at: SEEN_AT,
    },
    Row {
        code: "server_error",
        category: Category::Tiktok,
        retryable: true,
        who: Who::Tiktok,
        meaning: "TikTok's sign-in service had a fault of its own.",
        remedy: "Wait a minute and try again. If it goes on for an hour, give the `log_id` to TikTok's developer support.",
        seen_at: SEEN_AT,
    },
    Row {
        code: "temporarily_unavailable",
        category: Category::Tiktok,
        retryable: true,
        who: Who::Tiktok,
        meaning: "TikTok's sign-in service is overloaded or under maintenance.",
        remedy: "Wait some minutes and try again.",
        seen_at: SEEN_AT,
    },
];

/// The documents are silent on the status; the live endpoint answers its errors with 200.
const SEEN_AT: &[(Endpoint, u16)] = &[(Endpoint::OAuth, 200)];
