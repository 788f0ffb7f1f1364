//! Codes for campaigns, ad groups, ads and their budgets: docs/tiktok-marketing-api.md.

rows! {
    ADVERTISER_ID_MISSING {
        code: "advertiser_id_missing",
        category: Auth,
        retryable: false,
        who: Caller,
        meaning: "The connection has no valid advertiser ID, so the ad account is not known.",
        remedy: "Set the connection's `advertiser_id`. TikTok Ads Manager shows it beside the name of the ad account.",
    }
    AD_RULES_NOT_MET {
        code: "ad_rules_not_met",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The campaign, ad group or ad breaks at least one of TikTok's rules, so it was not sent.",
        remedy: "Correct each field in `details`; every entry gives the value, the allowed values and the fix.",
    }
    CREATIVE_NOT_DELETED {
        code: "creative_not_deleted",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok did not delete the creative, and gives no reason.",
        remedy: "Check in TikTok Ads Manager whether an ad uses it or whether it belongs to another ad account. Delete or \
                 change the ads that use it, then delete it again.",
    }
    CREATIVE_FILE_INVALID {
        code: "creative_file_invalid",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The request has no video or image that TikTok takes for ads, so nothing was uploaded.",
        remedy: "Send a video as MP4 or MOV of at most 500 MB, or an image as JPEG or PNG of at most 50 MB and 3,686,400 \
                 pixels. The entries of `details` give the problem and the fix.",
    }
    BUDGET_BELOW_MINIMUM {
        code: "budget_below_minimum",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The budget is below TikTok's minimum for the currency of the ad account, so nothing was sent.",
        remedy: "Set the budget to at least the amount in `details`. Amounts are in the main unit of the ad account's \
                 currency, not in cents: 50.00 is fifty dollars.",
    }
    BUDGET_ABOVE_CEILING {
        code: "budget_above_ceiling",
        category: Policy,
        retryable: false,
        who: Developer,
        meaning: "The budget is above the maximum that the host's operator has set, so nothing was sent.",
        remedy: "Set the budget to at most the amount in `details`, or ask the host's operator to raise \
                 `--max-daily-budget`. This maximum is not TikTok's.",
    }
    ENABLE_FORBIDDEN {
        code: "enable_forbidden",
        category: Policy,
        retryable: false,
        who: Developer,
        meaning: "The host's operator does not let this program enable campaigns, ad groups or ads, so nothing was \
                  sent.",
        remedy: "Omit `status` or set it to DISABLE, and enable the object in TikTok Ads Manager, or ask the host's \
                 operator to remove `--no-enable`.",
    }
    SPENDING_NOT_CONFIRMED {
        code: "spending_not_confirmed",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The request changes what an enabled campaign or ad group can spend, and does not confirm the \
                  amount, so nothing was sent.",
        remedy: "Set `confirm_budget` to exactly the new budget. To change the budget without spending, disable the \
                 object first.",
    }
    MANUAL_CREATION_ENDED {
        code: "manual_creation_ended",
        category: Policy,
        retryable: false,
        who: Caller,
        meaning: "TikTok no longer creates manual campaigns, or ad groups and ads in them, with this objective.",
        remedy: "Create a campaign with `automation` SMART_PLUS, and its ad groups and ads in it. Existing objects can \
                 still be listed, updated, disabled, deleted and analysed.",
    }
    SMART_PLUS_NOT_ENABLED {
        code: "smart_plus_not_enabled",
        category: Policy,
        retryable: false,
        who: User,
        meaning: "TikTok has not enabled the ad account to create or change Smart+ campaigns through its API.",
        remedy: "Ask the ad account's TikTok representative to add it to the allow-list for Upgraded Smart+. Until \
                 then, create Smart+ campaigns in TikTok Ads Manager, or use `automation` MANUAL where TikTok still \
                 creates manual campaigns. Listing and analytics work without it.",
    }
    OBJECTIVE_NOT_IN_SMART_PLUS {
        code: "objective_not_in_smart_plus",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "Smart+ campaigns do not have this objective in TikTok's API.",
        remedy: "Set `automation` to MANUAL to keep the objective, or choose one that Smart+ has: APP_PROMOTION, \
                 WEB_CONVERSIONS or LEAD_GENERATION.",
    }
    AD_ACCOUNT_NOT_ACTIVE {
        code: "ad_account_not_active",
        category: Policy,
        retryable: false,
        who: User,
        meaning: "TikTok has suspended the ad account, or has not approved it yet.",
        remedy: "Ask the ad account's owner to read the notice in TikTok Ads Manager, and to comply with it or to \
                 appeal. Until then, sending the request again does not help.",
    }
    REPORT_RANGE_INVALID {
        code: "report_range_invalid",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The dates are no range that can be reported, so nothing was sent.",
        remedy: "Correct each field in `details`; every entry gives the value, the allowed values and the fix.",
    }
    REPORT_TOO_LARGE {
        code: "report_too_large",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The report has too many rows to be read in one request.",
        remedy: "Ask for `granularity: total`, a higher level, a shorter range, or certain campaigns, ad groups or ads.",
    }
    OWN_CALL_LIMIT {
        code: "own_call_limit",
        category: RateLimit,
        retryable: true,
        who: Caller,
        meaning: "This program's own limit of calls is reached, so TikTok was not called.",
        remedy: "Wait for `retry_after`, then send the request again. The host's operator can raise the limit to the \
                 level that the developer app has at TikTok; see `docs/configuration.md`.",
    }
    OBJECT_BUSY {
        code: "object_busy",
        category: Input,
        retryable: true,
        who: Caller,
        meaning: "Earlier requests were still changing the same campaign, ad group, ad or creative at this request's deadline, so \
                  nothing was sent.",
        remedy: "Send the request again when the earlier ones are answered, or set a longer `request_config.deadline`. \
                 Requests that change one object run one after the other.",
    }
    PARTLY_APPLIED {
        code: "partly_applied",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "A part of the changes was made, then a change failed.",
        remedy: "Correct what the failed change names, then send the same request again: only the changes that are missing \
                 are sent.",
    }
    CREATION_UNCONFIRMED {
        code: "creation_unconfirmed",
        category: Network,
        retryable: false,
        who: User,
        meaning: "The request to create was sent to TikTok, but no response shows whether the object exists.",
        remedy: "Do not send it again without its `idempotency_key`, or the object may be created twice. With the key, \
                 send the same request again: it looks for the object before it creates one. Without a key, wait a \
                 minute, then look for the name in the ad account.",
    }
}
