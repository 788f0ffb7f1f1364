//! The error catalogue, as data: what each code means, whether the same request may be sent again, who can
//! act, and what to do. Codes are stable strings and part of the contract.
//!
//! Facts about TikTok's codes: docs/tiktok-open-api.md#error-codes, #fail-reasons, #oauth-errors. A code that
//! is not here passes through to the result as TikTok sent it, with its log id.

mod fail_reason;
mod oauth;
mod open_api;
mod own;

use serde::Serialize;

pub use fail_reason::FAIL_REASONS;

/// What a code means and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The code as it stands in a result.
    pub code: &'static str,
    /// The kind of trouble.
    pub category: Category,
    /// Whether the same request, sent again later, can succeed and cannot post twice.
    pub retryable: bool,
    /// Who can do something about it.
    pub who: Who,
    /// One sentence for the person who reads the result: what happened.
    pub meaning: &'static str,
    /// What to do next, in plain words.
    pub remedy: &'static str,
    /// Where TikTok answers with the code and under which HTTP status; empty for fail reasons, for our own
    /// codes, and where TikTok does not name the endpoint. Status 500 stands for any 5xx.
    pub seen_at: &'static [(Endpoint, u16)],
}

/// The kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The token is missing, invalid or expired.
    Auth,
    /// The token lacks a permission.
    Scope,
    /// Too many calls in a short time.
    RateLimit,
    /// A daily cap or an account's allowance is used up.
    Quota,
    /// The request's inputs are wrong.
    Input,
    /// The video or photo is not one that TikTok takes.
    Media,
    /// TikTok's rules forbid it.
    Policy,
    /// The connection failed.
    Network,
    /// TikTok itself failed.
    Tiktok,
    /// This program failed.
    Internal,
}

/// Who can do something about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The author of the workflow, or the caller of the action.
    Caller,
    /// The owner of the TikTok account.
    User,
    /// The developer of the TikTok app, or the operator of the host.
    Developer,
    /// Only TikTok.
    Tiktok,
}

/// The endpoints whose codes the catalogue knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// `GET /v2/user/info/`.
    UserInfo,
    /// `POST /v2/video/list/`.
    VideoList,
    /// `POST /v2/video/query/`.
    VideoQuery,
    /// `POST /v2/post/publish/creator_info/query/`.
    CreatorInfo,
    /// `POST /v2/post/publish/video/init/`.
    VideoInit,
    /// `POST /v2/post/publish/inbox/video/init/`.
    InboxVideoInit,
    /// `POST /v2/post/publish/content/init/`.
    ContentInit,
    /// `POST /v2/post/publish/status/fetch/`.
    StatusFetch,
    /// `POST /v2/post/publish/cancel/`.
    Cancel,
    /// `POST /v2/oauth/token/` and `/v2/oauth/revoke/`.
    OAuth,
}

/// Every table of the catalogue: TikTok's API codes, fail reasons, our own, OAuth errors.
const TABLES: [&[Row]; 4] = [open_api::ROWS, fail_reason::ROWS, own::ROWS, oauth::ROWS];

/// Codes whose `retryable` depends on the case. The row holds the usual value, the result the one that
/// applies.
const BY_CASE: [&str; 4] = [
    "interrupted",
    "outcome_unknown",
    "state_unavailable",
    "url_unreachable",
];

impl Row {
    /// Whether `retryable` depends on the case, so that a result may differ from the row.
    pub fn depends_on_the_case(&self) -> bool {
        BY_CASE.contains(&self.code)
    }
}

/// Finds what is known of `code`; `None` for a code that TikTok made up since.
///
/// Where an API code and a fail reason have the same name they mean the same, and the API's row is the one.
/// Two names mean different things by origin: `internal_error` is found here as TikTok's (ours:
/// [`find_own`]), and `invalid_request` as ours (TikTok's: [`find_oauth`]).
pub fn find(code: &str) -> Option<&'static Row> {
    rows().find(|row| row.code == code)
}

/// Finds a code of our own.
pub fn find_own(code: &str) -> Option<&'static Row> {
    own::ROWS.iter().find(|row| row.code == code)
}

/// Finds a code of the Open API.
pub fn find_open_api(code: &str) -> Option<&'static Row> {
    open_api::ROWS.iter().find(|row| row.code == code)
}

/// Finds an error of the OAuth endpoints.
pub fn find_oauth(code: &str) -> Option<&'static Row> {
    oauth::ROWS.iter().find(|row| row.code == code)
}

/// The rows whose code can stand in a result: all but the errors of the OAuth endpoints.
pub fn result_rows() -> impl Iterator<Item = &'static Row> {
    [open_api::ROWS, fail_reason::ROWS, own::ROWS]
        .into_iter()
        .flatten()
}

/// All rows, table after table.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    TABLES.into_iter().flatten()
}

impl Endpoint {
    /// The endpoint's name in logs and errors.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UserInfo => "user_info",
            Self::VideoList => "video_list",
            Self::VideoQuery => "video_query",
            Self::CreatorInfo => "creator_info",
            Self::VideoInit => "video_init",
            Self::InboxVideoInit => "inbox_video_init",
            Self::ContentInit => "content_init",
            Self::StatusFetch => "status_fetch",
            Self::Cancel => "cancel",
            Self::OAuth => "oauth",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{
        Category, Endpoint, FAIL_REASONS, Row, TABLES, Who, find, find_oauth, find_own, oauth, open_api, rows,
    };

    /// The table "Code x endpoint" of docs/tiktok-open-api.md#error-codes, cell by cell.
    ///
    /// Both spellings of invalid parameters have a row of their own here. The plural was observed at the
    /// inits (docs/tiktok-open-api.md#messages) and, as a 400, at status/fetch. `-`: not documented. 500: any
    /// 5xx.
    const CODES_BY_ENDPOINT: &str = "
        code                                               | reads | creator | video | inbox | content | status | cancel
        access_token_invalid                               | 401   | 401     | 401   | 401   | 401     | 401    | 401
        scope_not_authorized                               | 401   | 401     | 401   | 401   | 401     | 401    | 401
        scope_permission_missed                            | 400   | -       | -     | -     | -       | -      | -
        invalid_params                                     | 400   | -       | 400   | 400   | 400     | 400    | -
        invalid_param                                      | -     | -       | 400   | 400   | 400     | -      | -
        app_version_check_failed                           | -     | -       | -     | -     | 400     | -      | -
        invalid_publish_id                                 | -     | -       | -     | -     | -       | 400    | 400
        token_not_authorized_for_specified_publish_id      | -     | -       | -     | -     | -       | 400    | 400
        publish_not_cancellable                            | -     | -       | -     | -     | -       | -      | 400
        spam_risk_too_many_posts                           | -     | 200     | 403   | -     | 403     | -      | -
        spam_risk_user_banned_from_posting                 | -     | 200     | 403   | 403   | 403     | -      | -
        spam_risk_too_many_pending_share                   | -     | -       | -     | 403   | 403     | -      | -
        reached_active_user_cap                            | -     | 200     | 403   | -     | 403     | -      | -
        unaudited_client_can_only_post_to_private_accounts | -     | -       | 403   | -     | 403     | -      | -
        url_ownership_unverified                           | -     | -       | 403   | 403   | 403     | -      | 403
        privacy_level_option_mismatch                      | -     | -       | 403   | -     | 403     | -      | -
        rate_limit_exceeded                                | 429   | 429     | 429   | 429   | 429     | 429    | 429
        internal_error                                     | 500   | 500     | 500   | 500   | 500     | 500    | 500
    ";

    /// What the columns of [`CODES_BY_ENDPOINT`] stand for.
    const COLUMNS: [&[Endpoint]; 7] = [
        &[Endpoint::UserInfo, Endpoint::VideoList, Endpoint::VideoQuery],
        &[Endpoint::CreatorInfo],
        &[Endpoint::VideoInit],
        &[Endpoint::InboxVideoInit],
        &[Endpoint::ContentInit],
        &[Endpoint::StatusFetch],
        &[Endpoint::Cancel],
    ];

    /// Listed only in TikTok's general table of codes, which names no endpoints.
    const GENERAL_ONLY: &str = "invalid_file_upload";

    fn codes_by_endpoint() -> BTreeMap<&'static str, BTreeSet<(Endpoint, u16)>> {
        CODES_BY_ENDPOINT.trim().lines().skip(1).map(read_line).collect()
    }

    fn read_line(line: &'static str) -> (&'static str, BTreeSet<(Endpoint, u16)>) {
        let mut cells = line.split('|').map(str::trim);
        let code = cells.next().expect("a code");
        let statuses: Vec<Option<u16>> = cells
            .map(|cell| (cell != "-").then(|| cell.parse().expect("a status")))
            .collect();
        assert_eq!(statuses.len(), COLUMNS.len(), "{code}");
        let pairs = COLUMNS
            .iter()
            .zip(statuses)
            .filter_map(|(endpoints, status)| Some((endpoints, status?)));
        (
            code,
            pairs
                .flat_map(|(endpoints, status)| endpoints.iter().map(move |&at| (at, status)))
                .collect(),
        )
    }

    fn row(code: &str) -> &'static Row {
        find(code).unwrap_or_else(|| panic!("{code} is not in the catalogue"))
    }

    #[test]
    fn names_each_code_once_but_for_two_that_have_two_origins() {
        let mut count = BTreeMap::new();
        for row in rows() {
            *count.entry(row.code).or_insert(0) += 1;
        }
        count.retain(|_, &mut times| times != 1);
        assert_eq!(
            count,
            BTreeMap::from([("internal_error", 2), ("invalid_request", 2)])
        );

        for table in TABLES {
            let codes: BTreeSet<_> = table.iter().map(|row| row.code).collect();
            assert_eq!(codes.len(), table.len());
        }
    }

    #[test]
    fn finds_the_row_of_the_right_origin() {
        assert_eq!(
            find("internal_error").map(|row| row.category),
            Some(Category::Tiktok)
        );
        assert_eq!(
            find_own("internal_error").map(|row| row.category),
            Some(Category::Internal)
        );
        assert_eq!(
            find("invalid_request").map(|row| row.category),
            Some(Category::Input)
        );
        assert_eq!(
            find_oauth("invalid_request").map(|row| row.category),
            Some(Category::Auth)
        );
        assert_eq!(find("made_up_by_tiktok_tomorrow"), None);
        assert_eq!(find_own("access_token_invalid"), None);
    }

    #[test]
    fn knows_every_code_of_the_api_at_exactly_the_documented_endpoints() {
        let mut expected = codes_by_endpoint();
        expected.insert(GENERAL_ONLY, BTreeSet::new());
        let actual: BTreeMap<_, BTreeSet<_>> = open_api::ROWS
            .iter()
            .map(|row| (row.code, row.seen_at.iter().copied().collect()))
            .collect();
        assert_eq!(actual, expected);
    }

    #[test]
    fn knows_every_oauth_error() {
        let actual: BTreeSet<_> = oauth::ROWS.iter().map(|row| row.code).collect();
        let oauth_errors = [
            "access_denied",
            "invalid_client",
            "invalid_grant",
            "invalid_request",
            "invalid_scope",
            "server_error",
            "temporarily_unavailable",
            "unauthorized_client",
            "unsupported_grant_type",
            "unsupported_response_type",
        ];
        assert_eq!(actual, BTreeSet::from(oauth_errors));
    }

    #[test]
    fn knows_every_fail_reason() {
        for reason in FAIL_REASONS {
            row(reason);
        }
        assert_eq!(BTreeSet::from(FAIL_REASONS).len(), FAIL_REASONS.len());
    }

    #[test]
    fn speaks_in_whole_sentences() {
        for Row {
            code,
            meaning,
            remedy,
            ..
        } in rows()
        {
            for text in [meaning, remedy] {
                assert!(text.ends_with('.'), "{code}: ends without a period: {text}");
                assert!(!text.contains("  "), "{code}: double space: {text}");
                assert!(!text.contains('!'), "{code}: exclamation: {text}");
                assert!(!text.to_lowercase().contains("please"), "{code}: begs: {text}");
                assert_eq!(
                    text.matches('`').count() % 2,
                    0,
                    "{code}: an open quotation: {text}"
                );
                assert!(
                    text.starts_with(char::is_uppercase),
                    "{code}: starts small: {text}"
                );
            }
            assert!(
                !meaning.contains(". "),
                "{code}: the meaning is more than one sentence"
            );
            assert_ne!(meaning, remedy, "{code}");
        }
    }

    #[test]
    fn advises_to_send_again_only_what_can_get_through() {
        let repeatable: BTreeSet<_> = rows()
            .filter(|row| row.retryable)
            .map(|row| row.category)
            .collect();
        let transient = [
            Category::RateLimit,
            Category::Quota,
            Category::Input, // Only invalid_publish_id: a new one becomes known after some seconds.
            Category::Network,
            Category::Tiktok,
            Category::Internal, // Only no_room: the folder may have room later.
        ];
        assert_eq!(repeatable, BTreeSet::from(transient));
        for code in [
            "outcome_unknown",
            "interrupted",
            "access_token_invalid",
            "scope_not_authorized",
        ] {
            assert!(!row(code).retryable, "{code}");
        }
        assert!(!find_own("internal_error").expect("our own").retryable);
    }

    #[test]
    fn sends_the_owner_of_an_unaudited_app_to_the_privacy_of_the_account() {
        let row = row("unaudited_client_can_only_post_to_private_accounts");
        assert_eq!(row.who, Who::User);
        assert!(row.remedy.contains("sets the account itself to private"));
        assert!(row.remedy.contains("Settings → Privacy → Private account"));
        assert!(
            row.remedy
                .contains("choosing SELF_ONLY for the post alone is not enough")
        );
    }

    #[test]
    fn warns_of_a_second_post_where_the_first_may_exist() {
        for row in [
            row("outcome_unknown"),
            row("interrupted"),
            find_own("internal_error").expect("our own"),
        ] {
            assert!(row.remedy.contains("`get_videos`"), "{}", row.code);
        }
    }
}
