//! Lists of an ad account: the part that a request asks for, read page by page.

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use serde::Serialize;

use crate::{
    integrations::{Failure, Rows},
    marketing_api::{
        Ad, AdGroup, Campaign, Creative, Identity, LeadForm, ListPage, MarketingError, PageRequest, Pixel,
    },
};

/// Part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListPart {
    /// Items that are left out at the beginning.
    pub(super) offset: u32,
    /// Largest number of items.
    pub(super) max_count: u32,
}

/// Number of items if a request does not say.
pub(super) const DEFAULT_COUNT: u32 = 100;

/// Largest number of items of a request. With 100 in a page it takes 50 calls, half of the default limit of a minute.
pub(super) const MAX_COUNT: u32 = 5_000;

/// Largest offset. No ad account has so many ads.
pub(super) const OFFSET_MAX: u32 = 100_000_000;

impl ListPart {
    pub(super) fn new(offset: Option<u32>, max_count: Option<u32>) -> Self {
        Self {
            offset: offset.unwrap_or(0),
            max_count: max_count.unwrap_or(DEFAULT_COUNT).max(1),
        }
    }

    /// First page, and the number of its items that lie before the part. Pages have at most `largest` items.
    fn first_page(self, largest: u32) -> (PageRequest, u32) {
        let fits = self.max_count <= largest && self.offset.is_multiple_of(self.max_count);
        let size = if fits { self.max_count } else { largest };
        let page = self.offset / size + 1;
        (PageRequest { page, size }, self.offset % size)
    }
}

/// Item of a list.
pub(super) trait Listed: Serialize + Send {
    /// Id by which an item that moved to another page while pages were read is known again.
    fn key(&self) -> &str;
}

macro_rules! listed {
    ($($item:ty: $key:ident;)*) => {
        $(impl Listed for $item {
            fn key(&self) -> &str {
                self.$key.as_str()
            }
        })*
    };
}

impl Listed for Creative {
    fn key(&self) -> &str {
        self.id()
    }
}

listed! {
    Campaign: campaign_id;
    AdGroup: adgroup_id;
    Ad: ad_id;
    Identity: identity_id;
    Pixel: pixel_id;
    LeadForm: page_id;
}

/// Result of reading a part of a list.
#[derive(Debug, Default)]
pub(super) struct ReadPart {
    /// Number of items in the whole list, if TikTok says so.
    pub(super) total_count: Option<u64>,
    /// Offset of the rest; `None` at the end of the list.
    pub(super) next_offset: Option<u32>,
    /// Notes on what could not be read.
    pub(super) warnings: Vec<String>,
    /// Ids of the items.
    keys: BTreeSet<String>,
}

impl ReadPart {
    /// The ids among `asked` that are not among the items.
    pub(super) fn not_found<'a>(&self, asked: impl Iterator<Item = &'a str> + 'a) -> Vec<String> {
        let missing: BTreeSet<&str> = asked.filter(|id| !self.keys.contains(*id)).collect();
        missing.into_iter().map(str::to_owned).collect()
    }

    /// Stores the items of a page that lie within the part, `skipped` of them before it. Returns true if nothing is left
    /// to read.
    fn take<T: Listed>(
        &mut self,
        page: ListPage<T>,
        skipped: u32,
        end: u32,
        rows: &mut Rows<T>,
    ) -> Result<bool, Failure> {
        let first = self.next_offset.unwrap_or_default();
        let is_last = page.is_last || page.items.is_empty();
        let held = count(page.items.len()).saturating_sub(skipped);
        let taken = held.min(end.saturating_sub(first));
        let within = page.items.into_iter().skip(size(skipped)).take(size(taken));
        let mut keys = BTreeSet::new();
        let fresh = |item: &T| !self.keys.contains(item.key()) && keys.insert(item.key().to_owned());
        rows.extend(within.filter(fresh).collect::<Vec<_>>())?;
        self.keys.append(&mut keys);
        self.total_count = page.total.or(self.total_count);
        let position = first.saturating_add(taken);
        let is_complete = is_last && taken == held;
        self.next_offset = (!is_complete).then_some(position);
        Ok(is_complete || position >= end)
    }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

fn size(items: u32) -> usize {
    usize::try_from(items).unwrap_or(usize::MAX)
}

/// Reads `part` of a list into `rows`, in pages of at most `largest` items.
///
/// A later page that cannot be read or stored does not lose the items before it: the offset leads on from there.
pub(super) async fn read<'a, T: Listed>(
    part: ListPart,
    largest: u32,
    rows: &mut Rows<T>,
    fetch: impl Fn(PageRequest) -> BoxFuture<'a, Result<ListPage<T>, MarketingError>> + Send,
) -> Result<ReadPart, Failure> {
    let (mut request, mut skipped) = part.first_page(largest);
    let end = part.offset.saturating_add(part.max_count);
    let mut result = ReadPart {
        next_offset: Some(part.offset),
        ..ReadPart::default()
    };
    loop {
        let page = fetch(request).await.map_err(Failure::from);
        match page.and_then(|page| result.take(page, skipped, end, rows)) {
            Ok(true) => return Ok(result),
            Ok(false) => {}
            Err(failure) if !rows.is_empty() => {
                result.warnings.push(broken_off(failure));
                return Ok(result);
            }
            Err(failure) => return Err(failure),
        }
        skipped = 0;
        request.page = request.page.saturating_add(1);
    }
}

fn broken_off(Failure { code, message, .. }: Failure) -> String {
    format!(
        "{code}: {message} The items before are complete. For the rest, pass `next_offset` as `offset` in another request."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(offset: u32, max_count: u32) -> (u32, u32, u32) {
        let (request, skipped) = ListPart { offset, max_count }.first_page(100);
        (request.page, request.size, skipped)
    }

    #[test]
    fn a_part_that_fits_into_one_page_is_one_page() {
        assert_eq!(first(0, 20), (1, 20, 0));
        assert_eq!(first(40, 20), (3, 20, 0));
        assert_eq!(first(0, 100), (1, 100, 0));
    }

    #[test]
    fn any_other_part_is_cut_out_of_the_largest_pages() {
        assert_eq!(first(50, 20), (1, 100, 50));
        assert_eq!(first(0, 250), (1, 100, 0));
        assert_eq!(first(250, 250), (3, 100, 50));
    }
}
