//! The return codes of TikTok's Marketing API, as text: docs/tiktok-marketing-api.md#return-codes.
//!
//! TikTok answers with HTTP 200 and a `code`, whatever the outcome. 0 is success and has no row.

mod access;
mod files;
mod limits;
mod parameters;
mod service;

pub use access::*;
pub use files::*;
pub use limits::*;
pub use parameters::*;
pub use service::*;

use self::{
    access::ROWS as ACCESS, files::ROWS as FILES, limits::ROWS as LIMITS, parameters::ROWS as PARAMETERS,
    service::ROWS as SERVICE,
};
use super::Row;

/// Tables in the order of docs/tiktok-marketing-api.md#return-codes.
pub(super) const TABLES: [&[&Row]; 5] = [PARAMETERS, LIMITS, ACCESS, FILES, SERVICE];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::catalogue::{Category, Origin, find, rows_of};

    const FACTS: &str = include_str!("../../docs/tiktok-marketing-api.md");

    /// Codes of docs/tiktok-marketing-api.md#return-codes, each with the word of its column "Repeat".
    fn documented() -> BTreeMap<&'static str, &'static str> {
        let section = FACTS.split("\n## Return codes\n").nth(1).expect("the section");
        let section = section.split("\n## ").next().expect("its text");
        section.lines().filter_map(code_and_repeat).collect()
    }

    fn code_and_repeat(line: &'static str) -> Option<(&'static str, &'static str)> {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, code, _, repeat, ..] = cells[..] else {
            return None;
        };
        let code = code.strip_prefix('`')?.strip_suffix('`')?;
        let is_code = code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then_some((code, repeat))
    }

    fn repeat(row: &Row) -> &'static str {
        match row.retryable {
            _ if row.depends_on_the_case() => "reads",
            true => "yes",
            false => "no",
        }
    }

    #[test]
    fn every_documented_code_has_a_row_and_is_repeated_as_documented() {
        let rows: BTreeMap<_, _> = rows_of(Origin::MarketingApi)
            .map(|row| (row.code, repeat(row)))
            .collect();
        assert_eq!(rows, documented());
        assert_eq!(rows.len(), 73, "the 72 published ones and 51010");
    }

    #[test]
    fn a_number_is_a_code_of_this_api_only() {
        assert_eq!(find(Origin::MarketingApi, "40100"), Some(&APP_LIMIT));
        for origin in [Origin::OpenApi, Origin::FailReason, Origin::Oauth, Origin::Own] {
            assert_eq!(find(origin, "40100"), None, "{origin:?}");
        }
        assert_eq!(find(Origin::MarketingApi, "0"), None, "success");
        assert_eq!(find(Origin::MarketingApi, "access_token_invalid"), None);
    }

    /// The four codes of throttled calls, each with the words for its limit.
    const THROTTLED: [(&Row, &str); 4] = [
        (&APP_LIMIT, "calls by one developer app"),
        (&ENDPOINT_LIMIT, "calls to this endpoint by one developer app"),
        (&VALUE_LIMIT, "calls with the same value"),
        (&ADVERTISER_LIMIT, "calls to this endpoint for one ad account"),
    ];

    #[test]
    fn a_throttled_call_names_its_limit() {
        for (row, limit) in THROTTLED {
            assert!(row.meaning.contains(limit), "{}: {}", row.code, row.meaning);
            assert!(row.retryable, "{}", row.code);
        }
        let limited = rows_of(Origin::MarketingApi).filter(|row| row.category == Category::RateLimit);
        assert_eq!(limited.count(), THROTTLED.len());
    }

    #[test]
    fn only_what_concerns_the_authorization_asks_for_a_new_one() {
        let asks = |row: &Row| row.remedy.contains("authorize") || row.remedy.contains("new token");
        for (row, _) in THROTTLED {
            assert!(!asks(row), "{}: {}", row.code, row.remedy);
        }
        for row in rows_of(Origin::MarketingApi).filter(|row| asks(row)) {
            assert!(
                matches!(row.category, Category::Auth | Category::Scope),
                "{}: {}",
                row.code,
                row.remedy
            );
        }
        for row in [&TOKEN_EXPIRED, &TOKEN_INVALID, &TOKEN_OF_ANOTHER_ACCOUNT] {
            assert!(asks(row), "{}", row.code);
            assert!(!row.remedy.contains("limit"), "{}: {}", row.code, row.remedy);
        }
    }

    #[test]
    fn a_fault_at_tiktok_may_have_left_an_object_behind() {
        let may_have = rows_of(Origin::MarketingApi).filter(|row| row.depends_on_the_case());
        for row in may_have {
            assert_eq!(row.category, Category::Tiktok, "{}", row.code);
            assert!(row.remedy.contains("look for"), "{}: {}", row.code, row.remedy);
        }
    }
}
