//! Codes for the outcome of a request: writes that may have happened, idempotency keys, interruption, bugs.

rows! {
    OUTCOME_UNKNOWN {
        code: "outcome_unknown",
        category: Network,
        retryable: false,
        who: User,
        meaning: "The request was sent to TikTok, but no response shows whether it took effect.",
        remedy: "Do not send it again yet: it could take effect twice. First check in TikTok whether it took effect. \
                 For a post, run `get_post_status` if the result has a `publish_id`. Otherwise wait a few minutes, \
                 then look for the post with `get_videos` and in the TikTok app: private posts are on the profile, \
                 drafts in the inbox. For ads, read the object again.",
    }
    IDEMPOTENCY_CONFLICT {
        code: "idempotency_conflict",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The idempotency key was already used with other inputs, so nothing was sent.",
        remedy: "Use a different key for each post, campaign, ad group or ad, for example one made from the \
                 workflow's run and step. Repeat a request only with the same inputs. Keys are kept for 7 days.",
    }
    IN_PROGRESS {
        code: "in_progress",
        category: Input,
        retryable: true,
        who: Caller,
        meaning: "Another request with the same idempotency key is still running.",
        remedy: "Wait `retry_after` seconds, then send the same request with the same key again. It returns the \
                 outcome of the first request and never takes effect twice. The actions that post take `wait_seconds`, \
                 with which the repeated request waits for that outcome.",
    }
    STATE_UNAVAILABLE {
        code: "state_unavailable",
        category: Internal,
        retryable: true,
        who: Developer,
        meaning: "The journal of idempotency keys cannot be used, so this request changed nothing.",
        remedy: "If the result is `retryable`, send the same request again later. Otherwise the host's operator should \
                 repair the journal; the host's log gives the location and the reason. A journal at another location \
                 (`AUTOHIVE_TIKTOK_STATE`) does not know what was done before: check whether the post or object exists \
                 before you send the request again.",
    }
    STATE_UNTRUSTED {
        code: "state_untrusted",
        category: Internal,
        retryable: false,
        who: Developer,
        meaning: "This program did not write the journal's row for this idempotency key, or the row was changed \
                  afterwards, so it was ignored.",
        remedy: "Check whether the post exists in the TikTok app, or the object in TikTok Ads Manager, before you \
                 send anything again. If it does not, send the request with a new key. The host's operator should \
                 check which other users and programs can write to the state; the log gives the row and the reason \
                 (`a row of the journal is refused`). See \"A row was refused\" in `docs/state.md`.",
    }
    INTERRUPTED {
        code: "interrupted",
        category: Internal,
        retryable: false,
        who: Caller,
        meaning: "The host stopped the program before the request was finished.",
        remedy: "If the action only reads, send the request again. If it writes, first check in TikTok whether it \
                 took effect. For a post, run `get_post_status` if the result has a `publish_id`; otherwise look for \
                 the post with `get_videos` and in the TikTok app. For ads, look for the object by its name.",
    }
    INTERNAL_ERROR {
        code: "internal_error",
        category: Internal,
        retryable: false,
        who: Developer,
        meaning: "The request failed because of a bug in this program.",
        remedy: "Before you send a request that writes again, check whether it took effect: look for a post with \
                 `get_videos` and in the TikTok app, for an object of ads in its list. The host's operator should \
                 report the bug to this program's maintainers, with the message and the log.",
    }
}
