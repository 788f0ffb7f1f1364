//! Codes for limits of calls and of objects: docs/tiktok-marketing-api.md#rate-limits.

// A throttled call is not carried out, so it may be sent again even if it writes.
rows! {
    ENDPOINT_LIMIT {
        code: "40016",
        category: RateLimit,
        retryable: true,
        who: Caller,
        meaning: "TikTok's limit of calls to this endpoint by one developer app is reached.",
        remedy: "Wait for `retry_after`, then send the request again. The limit is shared by all ad accounts of the \
                 app; other endpoints can still be called. Request several objects at once: most actions take several \
                 IDs.",
    }
    APP_LIMIT {
        code: "40100",
        category: RateLimit,
        retryable: true,
        who: Caller,
        meaning: "TikTok's limit of calls by one developer app is reached.",
        remedy: "Wait for `retry_after`, then send the request again. All ad accounts of the app share a limit per \
                 second, per minute and per day, and TikTok does not say which one is reached; the daily one ends at \
                 00:00 UTC. For higher limits, ask the app's developer to apply for the next level under My Apps in \
                 TikTok's developer portal.",
    }
    VALUE_LIMIT {
        code: "40132",
        category: RateLimit,
        retryable: true,
        who: Caller,
        meaning: "TikTok's limit of calls with the same value of one field is reached.",
        remedy: "Wait for `retry_after`, then send the request again. TikTok's message names the field. If you did not \
                 make that many calls, ask the app's developer to check whether its token has leaked.",
    }
    ADVERTISER_LIMIT {
        code: "40133",
        category: RateLimit,
        retryable: true,
        who: Caller,
        meaning: "TikTok's limit of calls to this endpoint for one ad account is reached.",
        remedy: "Wait for `retry_after`, then send the request again. Other ad accounts and other endpoints can still \
                 be called.",
    }
    TOO_MANY_ADS {
        code: "40502",
        category: Quota,
        retryable: false,
        who: Caller,
        meaning: "The maximum number of ads is reached.",
        remedy: "Create the ad in another ad group or campaign, or delete ads that are no longer needed. An ad group \
                 holds at most 50 ads.",
    }
}
