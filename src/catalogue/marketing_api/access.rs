//! Codes for tokens, permissions, developer apps and ad accounts: docs/tiktok-marketing-api.md#authorization.

rows! {
    NO_PERMISSION {
        code: "40001",
        category: Scope,
        retryable: false,
        who: User,
        meaning: "The access token lacks the permission for this operation or this object.",
        remedy: "If TikTok's message says that the ad account is suspended, ask its owner to resolve that in TikTok \
                 Ads Manager. Otherwise, ask the app's developer to check that it has the permission, and then ask \
                 the ad account's owner to authorize the app again: a token keeps the permissions that it was issued \
                 with.",
    }
    INVALID_AUTHENTICATION {
        code: "40101",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "The app ID, the secret and the authorization code do not match.",
        remedy: "Copy the app ID and the secret again from My Apps in TikTok's developer portal, and authorize the \
                 app again to get a new code.",
    }
    TOKEN_EXPIRED {
        code: "40102",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The access token has expired.",
        remedy: "If the token has a refresh token, refresh it. Otherwise, ask the ad account's owner to authorize the \
                 app again. Then set the new token in the connection.",
    }
    REFRESH_TOKEN_EXPIRED {
        code: "40103",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The refresh token has expired.",
        remedy: "Ask the ad account's owner to authorize the app again, and set the new token in the connection.",
    }
    TOKEN_MISSING {
        code: "40104",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok received the request without an access token.",
        remedy: "Check that the connection has an `access_token`. If it does, check that no proxy removes the header \
                 `Access-Token`.",
    }
    TOKEN_INVALID {
        code: "40105",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "TikTok does not accept the access token: it was revoked, belongs to the other environment or was \
                  never valid.",
        remedy: "Compare the connection's token with the one that TikTok issued; a sandbox token works only with \
                 `sandbox` set to true. If they are equal, ask the ad account's owner to authorize the app again, and \
                 set the new token in the connection.",
    }
    TOKEN_OF_ANOTHER_ACCOUNT {
        code: "40106",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The access token does not belong to a user of this ad account.",
        remedy: "Compare the connection's `advertiser_id` with the ID that TikTok Ads Manager shows beside the name of the \
                 ad account. If they are equal, ask the ad account's owner to authorize the app.",
    }
    REFRESH_TOKEN_INVALID {
        code: "40107",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not accept the refresh token.",
        remedy: "Use the newest refresh token. A long-term token has none and does not expire. If the refresh token \
                 is lost, ask the ad account's owner to authorize the app again.",
    }
    UNSUPPORTED_GRANT {
        code: "40108",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not support the `grant_type` of the token request.",
        remedy: "Set `grant_type` to a value that TikTok's message or its page for this endpoint lists.",
    }
    DECIPHERING_FAILED {
        code: "40109",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok could not decrypt a value of the authorization.",
        remedy: "Copy the token, the secret or the code again, whole and without spaces or line breaks.",
    }
    INVALID_AUTH_CODE {
        code: "40110",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The authorization code was cancelled or already used, or is more than an hour old.",
        remedy: "Ask the ad account's owner to authorize the app again, and exchange the new `auth_code` within an \
                 hour. It works only once.",
    }
    WRONG_PASSWORD {
        code: "40112",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The password is wrong.",
        remedy: "Ask the ad account's owner to sign in to TikTok again and to authorize the app.",
    }
    UNKNOWN_APP {
        code: "40113",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "The developer app does not exist or is blocked, or its ID or secret is wrong.",
        remedy: "Compare the app ID and the secret with those under My Apps in TikTok's developer portal, and check \
                 the app's status there. The ID must be that of the app that the token was issued to.",
    }
    AUTHORIZATION_EXPIRED {
        code: "40115",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The time stamp of the authorization has expired.",
        remedy: "Ask the ad account's owner to authorize the app again. An authorization code works only at the token \
                 endpoint of the product that it was issued for.",
    }
    INVALID_SIGNATURE {
        code: "40116",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "The signature of the authorization is not valid.",
        remedy: "Copy the app ID and the secret again from My Apps in TikTok's developer portal.",
    }
    NOT_ALLOWLISTED {
        code: "40118",
        category: Policy,
        retryable: false,
        who: User,
        meaning: "TikTok has not enabled this feature for the developer app or the ad account.",
        remedy: "Ask the ad account's TikTok representative to enable the feature. Some features exist only in \
                 certain countries.",
    }
    DIFFERENT_COMPANIES {
        code: "40119",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The developer app and the ad account belong to different companies.",
        remedy: "Check that the connection's token was issued for its `advertiser_id`. To use this ad account, ask \
                 its owner to authorize the app.",
    }
    NOT_A_CREATOR {
        code: "40121",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The TikTok user is not a creator of TikTok's creator marketplace.",
        remedy: "Choose a creator of the marketplace, or invite this one to join it.",
    }
    CREATOR_OUTSIDE_REGION {
        code: "40122",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The creator is in a region that TikTok's creator marketplace does not serve here.",
        remedy: "Choose a creator in another country or region.",
    }
    DEVELOPER_NOT_APPROVED {
        code: "40124",
        category: Policy,
        retryable: false,
        who: Developer,
        meaning: "TikTok has not approved the profile of the app's developer.",
        remedy: "Complete the developer profile in TikTok's developer portal, then send the request again after \
                 TikTok has approved it.",
    }
    DEVELOPER_LACKS_PERMISSION {
        code: "40125",
        category: Scope,
        retryable: false,
        who: Developer,
        meaning: "The developer app lacks a permission that the endpoint or a field needs.",
        remedy: "Add the permission to the app under My Apps in TikTok's developer portal. After TikTok has approved \
                 it, ask the ad account's owner to authorize the app again.",
    }
    UNKNOWN_ADVERTISER {
        code: "40300",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The ad account does not exist or has been deleted.",
        remedy: "Set the connection's `advertiser_id` to the ID that TikTok Ads Manager shows beside the name of the ad \
                 account; a sandbox has an ID of its own.",
    }
    ADVERTISER_NOT_MATCHED {
        code: "40301",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok finds no ad account with the advertiser ID of the request.",
        remedy: "Set the connection's `advertiser_id` to the ID that TikTok Ads Manager shows beside the name of the ad \
                 account; a sandbox has an ID of its own.",
    }
    BLOCKED_COUNTRY {
        code: "41000",
        category: Policy,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not accept requests from the country of this machine's IP address.",
        remedy: "Run this program on a machine in a country that TikTok serves, or send its requests through a proxy \
                 there.",
    }
}
