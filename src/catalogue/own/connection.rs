//! Codes for connections, downloads and temporary storage, of any integration.

rows! {
    URL_NOT_ALLOWED {
        code: "url_not_allowed",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The program does not download from this URL, or from one to which it redirects.",
        remedy: "Use an https URL on a host of the public internet, or send the file itself. The host's operator can allow another \
                 host with `--allow-media-host HOST:PORT`. `source` PULL_FROM_URL does not help: TikTok does not download from such \
                 a URL either.",
    }
    URL_UNREACHABLE {
        code: "url_unreachable",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "The file could not be downloaded from its URL.",
        remedy: "Open the URL in a private browser window. The download must start immediately, without a sign-in, \
                 preview or confirmation page. If it does, the host's operator should check that this program's \
                 machine can connect to that host directly; downloads do not use a proxy.",
    }
    NO_ROOM {
        code: "no_room",
        category: Internal,
        retryable: true,
        who: Developer,
        meaning: "Temporary storage for a file, or for the rows of the result, is full or unavailable.",
        remedy: "The message gives the cause. The host's operator should provide a writable temporary folder \
                 (`TMPDIR`) with enough free space for all concurrent requests, or raise `--spool-max`.",
    }
    TIMEOUT {
        code: "timeout",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "The request ran out of time.",
        remedy: "Send the request again. If it is large or the connection is slow, increase `timeout` in `request_config`, \
                 and `deadline` if it is set.",
    }
    NETWORK_ERROR {
        code: "network_error",
        category: Network,
        retryable: true,
        who: Developer,
        meaning: "TikTok could not be reached, or the connection was lost.",
        remedy: "Wait a minute, then send the request again. If the error persists, the host's operator should check \
                 DNS, the proxy and the firewall for https to `open.tiktokapis.com` and, for ads, \
                 `business-api.tiktok.com`. If `TIKTOK_API_BASE` or `TIKTOK_ADS_API_BASE` is set, a server must \
                 listen there.",
    }
    UNREADABLE_ANSWER {
        code: "unreadable_answer",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "The response was not JSON from TikTok; usually it is an error page from a proxy or gateway.",
        remedy: "Wait a minute, then send the request again. If the error persists, the host's operator should check \
                 whether a proxy or firewall responds in TikTok's place.",
    }
}
