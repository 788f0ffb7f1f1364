//! Pages of lists (docs/tiktok-marketing-api.md#lists).

use serde::Deserialize;

use super::query::Query;
use crate::model::Whole;

/// Page of a list that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Number of the page, from 1.
    pub page: u32,
    /// Number of items in a page.
    pub size: u32,
}

/// Page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage<T> {
    /// Items of the page.
    pub items: Vec<T>,
    /// Number of items in the whole list; `None` if TikTok does not say.
    pub total: Option<u64>,
    /// Whether no page follows.
    pub is_last: bool,
}

/// Place of a page in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct PageInfo {
    page: Whole,
    total_number: Whole,
    total_page: Whole,
}

impl PageInfo {
    /// Whether no page follows. A list without items has no pages at all.
    pub(super) fn is_last(self) -> bool {
        self.page.0 >= self.total_page.0
    }

    /// Number of items in all pages.
    pub(super) fn total(self) -> Option<u64> {
        u64::try_from(self.total_number.0).ok()
    }
}

impl PageRequest {
    /// Page for objects that are looked up by an id.
    pub(super) const FIRST: Self = Self { page: 1, size: 10 };

    /// Adds the page to a query.
    pub(super) fn add_to(self, query: Query) -> Query {
        query.plain("page", self.page).plain("page_size", self.size)
    }
}

impl<T> ListPage<T> {
    /// Page with its place.
    pub(super) fn of(items: Vec<T>, info: PageInfo) -> Self {
        Self {
            items,
            total: info.total(),
            is_last: info.is_last(),
        }
    }

    /// Page of a list whose place TikTok does not say reliably: a short page is the last.
    pub(super) fn unnumbered(items: Vec<T>, asked: PageRequest) -> Self {
        let is_last = items.len() < usize::try_from(asked.size).unwrap_or(usize::MAX);
        Self {
            items,
            total: None,
            is_last,
        }
    }

    /// The only page of a list that has no pages.
    pub(super) fn whole(items: Vec<T>) -> Self {
        Self {
            total: u64::try_from(items.len()).ok(),
            items,
            is_last: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(info: &str) -> ListPage<u8> {
        ListPage::of(vec![1], serde_json::from_str(info).unwrap())
    }

    #[test]
    fn the_last_page_is_known_by_its_number() {
        let more = page(r#"{"page":1,"page_size":10,"total_number":11,"total_page":2}"#);
        assert_eq!((more.total, more.is_last), (Some(11), false));
        for last in [
            r#"{"page":2,"total_number":11,"total_page":2}"#,
            r#"{"page":1,"total_number":0,"total_page":0}"#,
            r#"{"page":"3","total_number":"11","total_page":"2"}"#,
        ] {
            assert!(page(last).is_last, "{last}");
        }
    }

    #[test]
    fn a_short_page_ends_a_list_without_numbers() {
        let asked = PageRequest { page: 1, size: 2 };
        assert!(!ListPage::unnumbered(vec![1, 2], asked).is_last);
        assert!(ListPage::unnumbered(vec![1], asked).is_last);
        assert!(ListPage::<u8>::unnumbered(Vec::new(), asked).is_last);
    }
}
