//! Codes for connections, downloads and temporary storage, of any integration.

rows! {
    URL_NOT_ALLOWED {
        code: "url_not_allowed",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The address, or a redirect from it, does not use https or leads to a host that is not on the public internet.",
        remedy: "Put the file on a public host and pass its https address, or send the file itself. The operator can allow an \
                 internal host with `--allow-media-host`. TikTok does not download from such an address either, so `source` \
                 PULL_FROM_URL does not help.",
    }
    URL_UNREACHABLE {
        code: "url_unreachable",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "The file could not be downloaded from its address.",
        remedy: "Open the address in a browser that is not signed in: the download must start at once, without a page before \
                 it. If it does, the operator of the host checks that the program's machine can connect to that host directly; \
                 downloads use no proxy.",
    }
    NO_ROOM {
        code: "no_room",
        category: Internal,
        retryable: true,
        who: Developer,
        meaning: "The program could not store a file, or the rows of the result, until they were sent.",
        remedy: "The message names the cause. The operator of the host gives the program a writable temporary folder (`TMPDIR`) \
                 with room for the data of all concurrent requests, or raises `--spool-max`.",
    }
    TIMEOUT {
        code: "timeout",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "The request ran out of time.",
        remedy: "Send the request again. If it is large or the connection is slow, set a larger `timeout` in `request_config`.",
    }
    NETWORK_ERROR {
        code: "network_error",
        category: Network,
        retryable: true,
        who: Developer,
        meaning: "TikTok could not be reached, or the connection broke.",
        remedy: "Send the request again in a minute. If it keeps failing, the operator of the host checks DNS, proxy and \
                 firewall for https to `open.tiktokapis.com`, or, if `TIKTOK_API_BASE` is set, that a server listens there.",
    }
    UNREADABLE_ANSWER {
        code: "unreadable_answer",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "The response was not TikTok's JSON; usually it is the error page of a server in between.",
        remedy: "Send the request again in a minute. If it keeps failing, the operator of the host checks whether a proxy or \
                 firewall answers in TikTok's place.",
    }
}
