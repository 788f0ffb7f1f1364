//! `GET /page/get/`; permission Creative Management.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Failure, Rows,
        tiktok_ads::{
            context::AdsContext,
            listing::{DEFAULT_COUNT, ListPart, OFFSET_MAX, read},
            permissions,
        },
    },
    marketing_api::{LeadForm, LeadFormFilter, PageKind},
};

/// Lists lead forms and other instant pages.
pub(in crate::integrations::tiktok_ads) struct GetLeadForms;

/// Filter of the forms.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Kind of page; LEAD_GEN is a lead form
    #[schemars(extend("default" = "LEAD_GEN"))]
    page_type: Option<PageKind>,
    /// Part of the title
    #[schemars(length(min = 1, max = 200))]
    title: Option<String>,
    /// Maximum number of forms
    #[schemars(range(min = 1, max = 1000), extend("default" = DEFAULT_COUNT))]
    max_count: Option<u32>,
    /// Number of forms to leave out: `next_offset` of the previous result
    #[schemars(range(min = 0, max = OFFSET_MAX))]
    offset: Option<u32>,
}

/// The forms.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// The forms; only those with the status PUBLISHED can be used in ads
    lead_forms: Rows<LeadForm>,
    /// Number of forms that fit the filter
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<u64>,
    /// The `offset` for the next part; absent at the end of the list
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<u32>,
    /// Notes on a part that could not be read
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl Action for GetLeadForms {
    const NAME: &'static str = "get_lead_forms";
    const DISPLAY_NAME: &'static str = "Get Lead Forms";
    const DESCRIPTION: &'static str = "List the ad account's lead forms, or other instant pages, with the page id that ads \
        need, title and status.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::CREATIVES];
    const ROWS: Option<&'static str> = Some("lead_forms");

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let part = ListPart::new(input.offset, input.max_count);
        let api = context.api;
        let filter = LeadFormFilter {
            business_type: Some(input.page_type.unwrap_or(PageKind::LeadForm)),
            title: input.title,
        };
        let mut lead_forms = context.rows.rows();
        let fetch = |page| Box::pin(api.lead_forms(&filter, page)) as _;
        let result = read(part, PAGE_MAX, &mut lead_forms, fetch).await?;
        Ok(Output {
            lead_forms,
            total_count: result.total_count,
            next_offset: result.next_offset,
            warnings: result.warnings,
        })
    }
}

/// TikTok's largest page of forms.
const PAGE_MAX: u32 = 100;
