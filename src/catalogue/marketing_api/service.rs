//! Codes for tasks, conflicts and faults of TikTok's service.

// The 5xxxx codes and 60001 do not say whether the request was carried out. A request that only reads may be sent again;
// one that writes may have taken effect.
rows! {
    TASK_FAILED {
        code: "40200",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok could not carry out the task that prepares the result.",
        remedy: "Correct what TikTok's message names, then send the request again. For a report, ask for a shorter \
                 period or fewer metrics.",
    }
    TASK_NOT_READY {
        code: "40201",
        category: Tiktok,
        retryable: true,
        who: Caller,
        meaning: "TikTok is still working on the task that prepares the result.",
        remedy: "Send the request again in a minute.",
    }
    WRITE_CONFLICT {
        code: "40202",
        category: Tiktok,
        retryable: true,
        who: Caller,
        meaning: "Another request was changing the same object at the same time, so TikTok did not make this change.",
        remedy: "Send the request again. Send changes to the same campaign, ad group or ad one after another, or \
                 change several ads in one request.",
    }
    SYSTEM_ERROR {
        code: "50000",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "TikTok had an internal error.",
        remedy: "If the action only reads, send the request again in a minute. If it writes, first look for the change \
                 in the ad account, because it may have been made. If the error persists for an hour, send the \
                 `log_id` to TikTok's support.",
    }
    PROCESSING_ERROR {
        code: "50002",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "TikTok had an error while it processed the request.",
        remedy: "If TikTok's message names an input, correct it. Otherwise, if the action only reads, send the request \
                 again in a minute. If it writes, first look for the change in the ad account, because it may have \
                 been made.",
    }
    BACKEND_TIMEOUT {
        code: "51010",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "A service behind TikTok's API did not respond in time.",
        remedy: "If the action only reads, send the request again in a minute. If it writes, first look for the change \
                 in the ad account, because it may have been made. For a report, ask for a shorter period.",
    }
    SATELLITE_SERVICE_ERROR {
        code: "51305",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "A service behind TikTok's API failed.",
        remedy: "If the action only reads, send the request again in a minute. If it writes, first look for the change \
                 in the ad account, because it may have been made. If the error persists for an hour, send the \
                 `log_id` to TikTok's support.",
    }
    IN_MAINTENANCE {
        code: "60001",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "TikTok's API is in maintenance.",
        remedy: "If the action only reads, send the request again in a few minutes. If it writes, first look for the \
                 change in the ad account, because it may have been made.",
    }
}
