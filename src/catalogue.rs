//! The error catalogue: the meaning of each code, whether to retry, who can act, and the remedy. Codes are
//! stable strings and part of the contract.
//!
//! A code of this program is a static, so that a misspelled one does not compile: [`own::TIMEOUT`]. A code from
//! TikTok is text, found by [`find`] under its [`Origin`]; if TikTok has added it since, it passes through to
//! the result unchanged, with its log id.
//!
//! Sources: docs/tiktok-open-api.md#error-codes, #fail-reasons, #oauth-errors;
//! docs/tiktok-marketing-api.md#return-codes.

/// Declares a table: a `pub static` for each code, and `ROWS`, which lists them in order.
///
/// `seen_at` may be left out. The meaning is also the documentation of the static.
macro_rules! rows {
    ($($name:ident {
        code: $code:literal,
        category: $category:ident,
        retryable: $retryable:literal,
        who: $who:ident,
        meaning: $meaning:literal,
        remedy: $remedy:literal,
        $(seen_at: $seen_at:expr,)?
    })*) => {
        $(
            #[doc = $meaning]
            pub static $name: $crate::catalogue::Row = $crate::catalogue::Row {
                code: $code,
                category: $crate::catalogue::Category::$category,
                retryable: $retryable,
                who: $crate::catalogue::Who::$who,
                meaning: $meaning,
                remedy: $remedy,
                seen_at: rows!(@seen_at $($seen_at)?),
            };
        )*

        /// Rows of this table, in order.
        pub(in crate::catalogue) const ROWS: &[&$crate::catalogue::Row] = &[$(&$name),*];
    };
    (@seen_at) => { &[] };
    (@seen_at $seen_at:expr) => { $seen_at };
}

mod endpoint;
pub mod fail_reason;
pub mod marketing_api;
pub mod oauth;
pub mod open_api;
pub mod own;

use std::fmt;

use serde::Serialize;

pub use fail_reason::FAIL_REASONS;

/// Meaning of a code, and its remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Code as it appears in results.
    pub code: &'static str,
    /// Kind of problem.
    pub category: Category,
    /// True if the same request, sent again later, can succeed and cannot take effect twice.
    pub retryable: bool,
    /// Person who can act.
    pub who: Who,
    /// One sentence for the reader of the result: the problem.
    pub meaning: &'static str,
    /// Next step, in plain words.
    pub remedy: &'static str,
    /// Endpoints that answer with the code, each with the HTTP status; 500 means any 5xx. Empty for fail
    /// reasons, for codes of the Marketing API and of this program, and if TikTok does not name the endpoint.
    pub seen_at: &'static [(&'static str, u16)],
}

/// Kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The token is missing, invalid or expired.
    Auth,
    /// The token lacks a permission.
    Scope,
    /// Too many calls in a second, minute or day.
    RateLimit,
    /// A daily cap or an account's allowance is used up.
    Quota,
    /// The request's inputs are wrong.
    Input,
    /// TikTok does not accept the video or photo.
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

/// Person who can resolve an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The author of the workflow, or the caller of the action.
    Caller,
    /// The owner of the TikTok account or of the ad account.
    User,
    /// The developer of the TikTok app, or the operator of the host.
    Developer,
    /// Only TikTok.
    Tiktok,
}

/// Origin of a code: the same text can mean different things in different tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `error.code` in a response of the Open API.
    OpenApi,
    /// `fail_reason` of a post.
    FailReason,
    /// `code` in a response of the Marketing API, as text.
    MarketingApi,
    /// `error` in a response of the OAuth endpoints.
    Oauth,
    /// This program.
    Own,
}

impl Origin {
    /// Returns the tables to search, in order. Two fail reasons are codes of the Open API too, with the same
    /// meaning, so these two origins share their tables.
    const fn tables(self) -> &'static [&'static [&'static Row]] {
        match self {
            Self::OpenApi => &[open_api::ROWS, fail_reason::ROWS],
            Self::FailReason => &[fail_reason::ROWS, open_api::ROWS],
            Self::MarketingApi => &marketing_api::TABLES,
            Self::Oauth => &[oauth::ROWS],
            Self::Own => &own::TABLES,
        }
    }
}

/// Code of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailureCode {
    /// Code of the catalogue.
    Known(&'static Row),
    /// Code that the catalogue does not have, as it was received.
    Unknown(String),
}

impl FailureCode {
    /// Returns the code with the text `code` from `origin`.
    pub fn of(origin: Origin, code: &str) -> Self {
        find(origin, code).map_or_else(|| Self::Unknown(code.to_owned()), Self::Known)
    }

    /// Text of the code.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(row) => row.code,
            Self::Unknown(code) => code,
        }
    }

    /// Row of the catalogue; `None` if it does not have the code.
    pub const fn row(&self) -> Option<&'static Row> {
        match self {
            Self::Known(row) => Some(row),
            Self::Unknown(_) => None,
        }
    }
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&'static Row> for FailureCode {
    fn from(row: &'static Row) -> Self {
        Self::Known(row)
    }
}

/// Codes whose `retryable` depends on the case. The row holds the usual value, the result the actual value.
static BY_CASE: [&Row; 11] = [
    &marketing_api::BACKEND_TIMEOUT,
    &marketing_api::IN_MAINTENANCE,
    &marketing_api::PROCESSING_ERROR,
    &marketing_api::SATELLITE_SERVICE_ERROR,
    &marketing_api::SYSTEM_ERROR,
    &own::CREATION_UNCONFIRMED,
    &own::INTERRUPTED,
    &own::NO_ROOM,
    &own::OUTCOME_UNKNOWN,
    &own::STATE_UNAVAILABLE,
    &own::URL_UNREACHABLE,
];

/// Codes whose `who` depends on the case. The row holds the usual value, the result the actual value.
static WHO_BY_CASE: [&Row; 2] = [
    &open_api::SCOPE_NOT_AUTHORIZED,
    &open_api::SCOPE_PERMISSION_MISSED,
];

impl Row {
    /// True if `who` depends on the case, so that a result may differ from the row.
    pub fn has_who_by_case(&self) -> bool {
        WHO_BY_CASE.contains(&self)
    }

    /// True if `retryable` depends on the case, so that a result may differ from the row.
    pub fn depends_on_the_case(&self) -> bool {
        BY_CASE.contains(&self)
    }
}

/// Returns the row of a code; `None` for a code that TikTok has added since.
pub fn find(origin: Origin, code: &str) -> Option<&'static Row> {
    rows_of(origin).find(|row| row.code == code)
}

/// Returns the rows to search for a code from `origin`, in order.
pub fn rows_of(origin: Origin) -> impl Iterator<Item = &'static Row> {
    origin.tables().iter().copied().flatten().copied()
}

/// Returns the rows whose codes can appear in a result: all except the errors of the OAuth endpoints.
pub fn result_rows() -> impl Iterator<Item = &'static Row> {
    [Origin::OpenApi, Origin::Own, Origin::MarketingApi]
        .into_iter()
        .flat_map(rows_of)
}

/// Returns all rows, table by table.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    result_rows().chain(rows_of(Origin::Oauth))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Category, FAIL_REASONS, Origin, Row, Who, find, oauth, open_api, own, rows, rows_of};

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

    /// Endpoint of each column of [`CODES_BY_ENDPOINT`].
    const COLUMNS: [&[&str]; 7] = [
        &["user_info", "video_list", "video_query"],
        &["creator_info"],
        &["video_init"],
        &["inbox_video_init"],
        &["content_init"],
        &["status_fetch"],
        &["cancel"],
    ];

    /// Listed only in TikTok's general table of codes, which names no endpoints.
    const GENERAL_ONLY: &str = "invalid_file_upload";

    fn codes_by_endpoint() -> BTreeMap<&'static str, BTreeSet<(&'static str, u16)>> {
        CODES_BY_ENDPOINT.trim().lines().skip(1).map(read_line).collect()
    }

    fn read_line(line: &'static str) -> (&'static str, BTreeSet<(&'static str, u16)>) {
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
        [Origin::OpenApi, Origin::Own]
            .into_iter()
            .find_map(|origin| find(origin, code))
            .unwrap_or_else(|| panic!("{code} is not in the catalogue"))
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

        for origin in [
            Origin::OpenApi,
            Origin::FailReason,
            Origin::MarketingApi,
            Origin::Oauth,
            Origin::Own,
        ] {
            let codes: BTreeSet<_> = rows_of(origin).map(|row| row.code).collect();
            assert_eq!(codes.len(), rows_of(origin).count(), "{origin:?}");
        }
    }

    #[test]
    fn finds_the_row_of_the_right_origin() {
        let category = |origin, code| find(origin, code).map(|row| row.category);
        assert_eq!(
            category(Origin::OpenApi, "internal_error"),
            Some(Category::Tiktok)
        );
        assert_eq!(category(Origin::Own, "internal_error"), Some(Category::Internal));
        assert_eq!(category(Origin::Own, "invalid_request"), Some(Category::Input));
        assert_eq!(category(Origin::Oauth, "invalid_request"), Some(Category::Auth));
        assert_eq!(
            category(Origin::FailReason, "spam_risk_too_many_posts"),
            Some(Category::Quota)
        );
        assert_eq!(find(Origin::OpenApi, "made_up_by_tiktok_tomorrow"), None);
        assert_eq!(
            find(Origin::OpenApi, "timeout"),
            None,
            "our code, in TikTok's mouth"
        );
        assert_eq!(find(Origin::Own, "access_token_invalid"), None);
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
            "non_sandbox_target",
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
            assert!(
                find(Origin::FailReason, reason).is_some(),
                "{reason} is not in the catalogue"
            );
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
        assert!(!own::INTERNAL_ERROR.retryable);
    }

    #[test]
    fn sends_the_owner_of_an_unaudited_app_to_the_privacy_of_the_account() {
        let row = row("unaudited_client_can_only_post_to_private_accounts");
        assert_eq!(row.who, Who::User);
        assert!(row.remedy.contains("to set the account itself to private"));
        assert!(row.remedy.contains("Settings → Privacy → Private account"));
        assert!(
            row.remedy
                .contains("a private post from a public account is not enough")
        );
    }

    #[test]
    fn warns_of_a_second_post_where_the_first_may_exist() {
        for row in [&own::OUTCOME_UNKNOWN, &own::INTERRUPTED, &own::INTERNAL_ERROR] {
            assert!(row.remedy.contains("`get_videos`"), "{}", row.code);
        }
    }
}
