//! `GET /identity/get/` (<https://business-api.tiktok.com/portal/docs?id=1740218420781057>).

use serde::{Deserialize, Serialize};

use super::{
    ListPage, MarketingApi, MarketingEndpoint, MarketingError, PageRequest,
    wire::{entity, list},
    words::IdentityType,
};
use crate::model::{Flag, Word};

entity! {
    /// Identity under which ads are shown.
    Identity {
        /// Id of the identity
        identity_id: Word,
        ;
        /// Type: TT_USER, BC_AUTH_TT, AUTH_CODE, TTS_TT or CUSTOMIZED_USER
        identity_type: Word,
        /// Business Center that gives access to the identity, for BC_AUTH_TT; ads need it too
        identity_authorized_bc_id: Word,
        /// Shown name
        display_name: Word,
        /// Handle of the TikTok account
        username: Word,
        /// Address of the picture, valid for some days
        profile_image: Word,
        /// Availability, such as AVAILABLE or IS_PRIVATE_ACCOUNT
        available_status: Word,
        /// Whether ads can post videos to the TikTok account (Spark Ads push)
        can_push_video: Flag,
        /// Whether ads can show the TikTok account's posts (Spark Ads pull)
        can_pull_video: Flag,
        /// Whether ads can lead to the TikTok account's live room
        can_use_live_ads: Flag,
        /// Whether the identity can manage direct messages
        can_manage_message: Flag,
        /// Whether posts by ads are shown in ads only and not on the profile
        ads_only_mode: Flag,
        /// Whether it is the account of a government, politician or party, which cannot have Spark Ads
        is_gpppa: Flag,
    }
}

/// Selection of identities.
#[derive(Debug, Clone, Default)]
pub struct IdentityFilter {
    /// Type of the identities; all types if absent.
    pub identity_type: Option<IdentityType>,
    /// Business Center, required by the type BC_AUTH_TT.
    pub identity_authorized_bc_id: Option<String>,
    /// Part of the shown name, for custom identities.
    pub keyword: Option<String>,
}

#[derive(Serialize)]
struct Keyword<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    keyword: Option<&'a str>,
}

#[derive(Deserialize)]
struct IdentityList {
    #[serde(deserialize_with = "list")]
    identity_list: Vec<Identity>,
}

impl MarketingApi {
    /// Lists identities. TikTok's numbers of pages are wrong if no type is given, so they are not used.
    pub async fn identities(
        &self,
        filter: &IdentityFilter,
        page: PageRequest,
    ) -> Result<ListPage<Identity>, MarketingError> {
        let keyword = Keyword {
            keyword: filter.keyword.as_deref(),
        };
        let query = page
            .add_to(self.query())
            .optional("identity_type", filter.identity_type)
            .optional(
                "identity_authorized_bc_id",
                filter.identity_authorized_bc_id.as_deref(),
            )
            .filter(&keyword);
        let answer: IdentityList = self.get(MarketingEndpoint::IDENTITY_GET, query).await?;
        Ok(ListPage::unnumbered(answer.identity_list, page))
    }
}
