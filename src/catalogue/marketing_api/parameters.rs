//! Codes for the parameters of a request, and for the endpoint that it names.

rows! {
    PARTLY_DONE {
        code: "20001",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok carried out the request for some of its items and refused the others.",
        remedy: "Read the result's entry for each item. Correct the items that were refused, and send only those \
                 again.",
    }
    INVALID_PARAMETERS {
        code: "40000",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok does not accept a parameter of the request.",
        remedy: "Correct the input that TikTok's message names, then send the request again.",
    }
    PARAMETER_ERROR {
        code: "40002",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok refused the request because an input is missing or malformed, or breaks a rule.",
        remedy: "Correct the input that TikTok's message names, then send the request again. TikTok names only the \
                 first problem, so there may be more.",
    }
    WRONG_API_VERSION {
        code: "40006",
        category: Internal,
        retryable: false,
        who: Developer,
        meaning: "This version of TikTok's API does not have the endpoint or the parameter.",
        remedy: "Update this program. If it is up to date, report TikTok's message and the `log_id` to its \
                 maintainers.",
    }
    NOT_FOUND {
        code: "40007",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "An object that the request names does not exist in this ad account.",
        remedy: "List the objects of this ad account and use an ID from the list. IDs of deleted objects and of other \
                 ad accounts do not work.",
    }
    NOT_IMPLEMENTED {
        code: "40008",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok does not have this endpoint in the environment that was called.",
        remedy: "If the connection is a sandbox account, use a production ad account for this action: TikTok's \
                 sandbox has manual campaigns, ad groups and ads, uploads, identities and reports only, without Smart+. Otherwise, ask the \
                 host's operator to update this program.",
    }
    PARAMETER_NOT_IN_SANDBOX {
        code: "40009",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok's sandbox does not support an input of the request.",
        remedy: "Leave out the input that TikTok's message names, or use a production ad account.",
    }
    WRONG_DOMAIN {
        code: "40010",
        category: Internal,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not have this version of its API at the URL that was called.",
        remedy: "If `TIKTOK_ADS_API_BASE` is set, correct or remove it. Otherwise, update this program.",
    }
    TOO_MANY_IDS {
        code: "40011",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The request has more IDs than TikTok accepts at once.",
        remedy: "Pass fewer IDs, or split them into several requests.",
    }
    NO_SANDBOX_ACCOUNT {
        code: "40013",
        category: Input,
        retryable: false,
        who: Developer,
        meaning: "TikTok's sandbox does not have this ad account.",
        remedy: "Create a sandbox ad account under My Apps in TikTok's developer portal, and connect with its \
                 advertiser ID and its token. To use a production ad account, set the connection's `sandbox` to \
                 false.",
    }
    NOT_IN_SANDBOX {
        code: "40014",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok's sandbox does not support this operation.",
        remedy: "Use a production ad account for this action.",
    }
    DUPLICATE_REQUEST {
        code: "40050",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok refused the request as a duplicate of an earlier one.",
        remedy: "Do not send it again yet: the earlier request probably took effect. List the ad account's objects \
                 and look for the one with this name.",
    }
    UNKNOWN_API_VERSION {
        code: "40051",
        category: Internal,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not have the version of its API that was called.",
        remedy: "Update this program. If it is up to date, report the `log_id` to its maintainers.",
    }
    MATERIAL_EXISTS {
        code: "40052",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The ad group already has this material of automated creative optimization.",
        remedy: "Leave the material out, or change the one that exists.",
    }
    INVALID_VIDEO_ID {
        code: "40053",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "This ad account has no video with the ID of the request.",
        remedy: "Run `get_creatives` and pass a `video_id` from its result, or upload the video to this ad account \
                 first.",
    }
    TARGETING_NOT_FOR_MINORS {
        code: "40065",
        category: Policy,
        retryable: false,
        who: Caller,
        meaning: "TikTok does not allow this targeting for people aged 13 to 17 in the United States.",
        remedy: "Set `age_groups` to groups without AGE_13_17, or leave out the targeting that TikTok's message \
                 names.",
    }
    METHOD_NOT_ALLOWED {
        code: "40117",
        category: Internal,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not allow the method that was called.",
        remedy: "Update this program. If it is up to date, report TikTok's message and the `log_id` to its \
                 maintainers.",
    }
    INTERNAL_VALIDATION {
        code: "40700",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "A service behind TikTok's API refused the inputs of the request.",
        remedy: "Correct the input that TikTok's message names. If it names none, compare the inputs with those of an \
                 object that was created in TikTok Ads Manager, or send the `log_id` to TikTok's support.",
    }
    ENDPOINT_OFFLINE {
        code: "41001",
        category: Internal,
        retryable: false,
        who: Developer,
        meaning: "TikTok has shut down this endpoint.",
        remedy: "Update this program. If it is up to date, report TikTok's message and the `log_id` to its \
                 maintainers.",
    }
    FIELD_NOT_IN_USE {
        code: "41002",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok no longer uses a field of the request.",
        remedy: "Leave out the input that TikTok's message names.",
    }
}
