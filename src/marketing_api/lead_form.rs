//! `GET /page/get/` (docs/tiktok-marketing-api.md#pages).

use serde::Deserialize;

use super::{
    ListPage, MarketingApi, MarketingEndpoint, MarketingError, PageRequest,
    page::PageInfo,
    wire::{entity, list},
    words::PageKind,
};
use crate::model::{AppId, PageId, Word};

entity! {
    /// Instant form or page.
    LeadForm {
        /// Id of the page, for `page_id` of ads
        page_id: PageId,
        ;
        /// Title
        title: Word,
        /// Status: EDITED for a draft, PUBLISHED if ads can use it
        status: Word,
        /// Address of the preview
        preview_url: Word,
        /// Address of the preview picture
        thumbnail: Word,
        /// App that the page shows
        app_id: AppId,
        /// Destinations of the page's links
        destination_urls: Vec<Word>,
        /// Template of the page
        template_id: Word,
        /// Name of the template
        template_name: Word,
        /// Whether the page was transferred to a Business Center: UNSET or TRANSFERRED
        transfer_status: Word,
        /// User who made the page
        user_id: Word,
        /// Page that this one is a copy of
        duplicate_id: Word,
        /// Time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
        create_time: Word,
        /// Time of the last change, in UTC, as YYYY-MM-DD HH:MM:SS
        update_time: Word,
        /// Time of publication, in UTC, as YYYY-MM-DD HH:MM:SS
        publish_time: Word,
    }
}

/// Selection of pages.
#[derive(Debug, Clone, Default)]
pub struct LeadFormFilter {
    /// Kind of page, such as LEAD_GEN.
    pub business_type: Option<PageKind>,
    /// Part of the title.
    pub title: Option<String>,
}

#[derive(Deserialize)]
struct LeadFormList {
    #[serde(deserialize_with = "list")]
    list: Vec<LeadForm>,
    page_info: PageInfo,
}

impl MarketingApi {
    /// Lists forms and pages of the ad account.
    pub async fn lead_forms(
        &self,
        filter: &LeadFormFilter,
        page: PageRequest,
    ) -> Result<ListPage<LeadForm>, MarketingError> {
        let query = page
            .add_to(self.query())
            .optional("business_type", filter.business_type)
            .optional("title", filter.title.as_deref());
        let answer: LeadFormList = self.get(MarketingEndpoint::PAGE_GET, Ok(query)).await?;
        Ok(ListPage::of(answer.list, answer.page_info))
    }
}
