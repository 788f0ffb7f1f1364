//! `GET /identity/get/`; permission Creative Management.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::own,
    integrations::{
        Action, Failure, Rows,
        tiktok_ads::{
            context::AdsContext,
            listing::{DEFAULT_COUNT, ListPart, OFFSET_MAX, read},
            permissions,
        },
    },
    marketing_api::{Identity, IdentityFilter, IdentityType},
};

/// Lists identities.
pub(in crate::integrations::tiktok_ads) struct GetIdentities;

/// Filter of the identities.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Type of the identities; all types if absent. CUSTOMIZED_USER cannot be used for new ads on TikTok
    identity_type: Option<IdentityType>,
    /// Business Center of the identities; required by the type BC_AUTH_TT
    #[schemars(regex(pattern = "^[0-9]{1,19}$"))]
    identity_authorized_bc_id: Option<String>,
    /// Part of the shown name; for custom identities only
    #[schemars(length(min = 1, max = 100))]
    keyword: Option<String>,
    /// Maximum number of identities
    #[schemars(range(min = 1, max = 1000), extend("default" = DEFAULT_COUNT))]
    max_count: Option<u32>,
    /// Number of identities to leave out: `next_offset` of the previous result
    #[schemars(range(min = 0, max = OFFSET_MAX))]
    offset: Option<u32>,
}

/// The identities.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// The identities
    identities: Rows<Identity>,
    /// The `offset` for the next part; absent at the end of the list
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<u32>,
    /// Notes on a part that could not be read
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl Action for GetIdentities {
    const NAME: &'static str = "get_identities";
    const DISPLAY_NAME: &'static str = "Get Identities";
    const DESCRIPTION: &'static str = "List the identities under which the ad account's ads can be shown: TikTok accounts \
        and custom identities, with their ids, types and abilities.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::CREATIVES];
    const ROWS: Option<&'static str> = Some("identities");

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let part = ListPart::new(input.offset, input.max_count);
        let (api, filter) = (context.api, filter(input)?);
        let mut identities = context.rows.rows();
        let fetch = |page| Box::pin(api.identities(&filter, page)) as _;
        let result = read(part, PAGE_MAX, &mut identities, fetch).await?;
        Ok(Output {
            identities,
            next_offset: result.next_offset,
            warnings: result.warnings,
        })
    }
}

/// Identities in a page.
const PAGE_MAX: u32 = 100;

fn filter(input: Input) -> Result<IdentityFilter, Failure> {
    let business_center = IdentityType::BusinessCenterUser;
    if input.identity_type == Some(business_center) && input.identity_authorized_bc_id.is_none() {
        return Err(Failure::of_field(
            &own::INPUTS_CONFLICT,
            "identity_authorized_bc_id",
            "nothing, with the identity_type BC_AUTH_TT",
            "the id of the Business Center",
            "add it, or leave identity_type out to list identities of all types",
        ));
    }
    Ok(IdentityFilter {
        identity_type: input.identity_type,
        identity_authorized_bc_id: input.identity_authorized_bc_id,
        keyword: input.keyword,
    })
}
