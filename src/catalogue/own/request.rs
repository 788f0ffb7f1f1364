//! Codes for requests that are refused before an integration sees them, and for inputs of any integration.

rows! {
    INVALID_JSON {
        code: "invalid_json",
        category: Input,
        retryable: false,
        who: Developer,
        meaning: "The request is not valid JSON.",
        remedy: "The operator of the host looks at the line and column in the message. Each request is one JSON object in \
                 UTF-8; a line break between two requests is enough.",
    }
    NESTED_TOO_DEEPLY {
        code: "nested_too_deeply",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The request nests objects or lists more deeply than the program reads.",
        remedy: "Pass the inputs as the action's schema shows them; none of them is deeply nested.",
    }
    REQUEST_TOO_LARGE {
        code: "request_too_large",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The request, not counting file content, has more bytes or more values than the program accepts.",
        remedy: "Pass file content only as `video_content_base64` or as the `content` of a file, and remove everything that \
                 the action does not use.",
    }
    INVALID_REQUEST {
        code: "invalid_request",
        category: Input,
        retryable: false,
        who: Developer,
        meaning: "The request is valid JSON, but one of its top-level keys is missing or has the wrong form.",
        remedy: "The operator of the host corrects the key that the message names. A request is an object with `action`, \
                 `inputs` and `auth`; `id`, `type`, `integration`, `request_config`, `metadata` and `progress` are optional.",
    }
    UNKNOWN_TYPE {
        code: "unknown_type",
        category: Input,
        retryable: false,
        who: Developer,
        meaning: "The request's `type` is neither `action` nor `connected_account`.",
        remedy: "The operator of the host sets `type` to `action` to run an action, or to `connected_account` to identify the \
                 account. A request without `type` is an action.",
    }
    UNKNOWN_INTEGRATION {
        code: "unknown_integration",
        category: Input,
        retryable: false,
        who: Developer,
        meaning: "This program does not have the request's `integration`.",
        remedy: "Set `integration` to a value from the message, or leave it out for `tiktok`.",
    }
    UNKNOWN_ACTION {
        code: "unknown_action",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "No action has this name.",
        remedy: "Correct the action's name in the workflow. The message suggests the closest name; `config.json` lists every \
                 action.",
    }
    MISSING_TOKEN {
        code: "missing_token",
        category: Auth,
        retryable: false,
        who: Caller,
        meaning: "The request has no access token, so it is not connected to a TikTok account.",
        remedy: "Connect a TikTok account to this step of the workflow. If one is already connected, the operator of the host \
                 sends its token as `auth.credentials.access_token`.",
    }
    MALFORMED_TOKEN {
        code: "malformed_token",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "The value sent as the access token cannot be a token, so TikTok was not called.",
        remedy: "The operator of the host sends the token exactly as TikTok issued it, without `Bearer`, quotes, spaces or \
                 line breaks. The message says what is wrong with it.",
    }
    INVALID_BASE64 {
        code: "invalid_base64",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The file content is not valid base64.",
        remedy: "Encode the file's bytes as standard base64, with `+` and `/`, not as URL-safe base64 with `-` and `_`. A \
                 `data:` prefix and white space are allowed. The message gives the character at which decoding stopped; if \
                 that is the end, the text was cut off.",
    }
    INPUTS_CONFLICT {
        code: "inputs_conflict",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "Two inputs contradict each other, so nothing was sent.",
        remedy: "Correct each field in `details`: an entry gives the value, the permitted values and the fix.",
    }
}
