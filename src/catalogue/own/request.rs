//! Codes for requests that are refused before an integration sees them, and for inputs of any integration.

rows! {
    INVALID_JSON {
        code: "invalid_json",
        category: Input,
        retryable: false,
        who: Developer,
        meaning: "The request is not valid JSON.",
        remedy: "The host's operator should send each request as one JSON object in UTF-8.",
    }
    NESTED_TOO_DEEPLY {
        code: "nested_too_deeply",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The request's objects and lists are nested too deeply.",
        remedy: "Pass the inputs as the action's schema shows them; none of them is deeply nested.",
    }
    REQUEST_TOO_LARGE {
        code: "request_too_large",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The request is too large, even without its file content.",
        remedy: "Pass file content only as `video_content_base64` or as the `content` of a file, and remove everything \
                 that the action does not use.",
    }
    INVALID_REQUEST {
        code: "invalid_request",
        category: Input,
        retryable: false,
        who: Developer,
        meaning: "The request is valid JSON, but a top-level key is missing or has the wrong form.",
        remedy: "The host's operator should correct the key that the message names. A request is an object with \
                 `action`, `inputs` and `auth`; `id`, `type`, `integration`, `request_config`, `metadata` and \
                 `progress` are optional.",
    }
    UNKNOWN_TYPE {
        code: "unknown_type",
        category: Input,
        retryable: false,
        who: Developer,
        meaning: "The request's `type` is neither `action` nor `connected_account`.",
        remedy: "The host's operator should set `type` to `action` to run an action, or to `connected_account` to \
                 identify the account. A request without `type` is an action.",
    }
    UNKNOWN_INTEGRATION {
        code: "unknown_integration",
        category: Input,
        retryable: false,
        who: Developer,
        meaning: "This program has no integration with this name.",
        remedy: "Set `integration` to a name from the message, or omit it for `tiktok`.",
    }
    UNKNOWN_ACTION {
        code: "unknown_action",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The integration has no action with this name.",
        remedy: "Correct the action's name or the `integration` in the workflow. The message suggests the closest name; \
                 `config.json` lists all actions of `tiktok`, `ads/config.json` those of `tiktok-ads`.",
    }
    MISSING_TOKEN {
        code: "missing_token",
        category: Auth,
        retryable: false,
        who: Caller,
        meaning: "The request has no access token, so it is not connected to an account.",
        remedy: "Connect a TikTok account, or an ad account for ads, to this step of the workflow. If one is already \
                 connected, the host's operator should send its token as `auth.credentials.access_token`.",
    }
    MALFORMED_TOKEN {
        code: "malformed_token",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "The value sent as the access token is not a token, so TikTok was not called.",
        remedy: "The host's operator should send the token exactly as TikTok issued it, without `Bearer`, quotes, \
                 spaces or line breaks, and replace a template placeholder with its value. The message gives the problem.",
    }
    INVALID_BASE64 {
        code: "invalid_base64",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The file content is not valid base64.",
        remedy: "Encode the file's bytes as standard base64 with `+` and `/`, not as URL-safe base64 with `-` and `_`. \
                 A `data:` prefix and white space are allowed. The message gives the position at which decoding \
                 stopped; if that is the end, the text was cut off.",
    }
    FILE_CHANGED {
        code: "file_changed",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The file was changed while it was read, so the upload was ended and nothing was made of it.",
        remedy: "Wait until the program that writes the file is done with it, then run the command again.",
    }
    INPUTS_CONFLICT {
        code: "inputs_conflict",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "Inputs contradict each other, so nothing was sent.",
        remedy: "Correct each field in `details`; every entry gives the value, the allowed values and the fix.",
    }
}
