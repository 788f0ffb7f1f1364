//! `GET /app/list/`; permission App Management.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Failure, Rows,
        tiktok_ads::{context::AdsContext, permissions},
    },
    marketing_api::AdvertisedApp,
};

/// Lists apps.
pub(in crate::integrations::tiktok_ads) struct GetApps;

/// No inputs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {}

/// The apps.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// The apps that are registered in the ad account
    apps: Rows<AdvertisedApp>,
}

impl Action for GetApps {
    const NAME: &'static str = "get_apps";
    const DISPLAY_NAME: &'static str = "Get Apps";
    const DESCRIPTION: &'static str = "List the apps that are registered in the ad account, for campaigns that promote an \
        app, with operating system, store and measurement partner.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::APPS];
    const ROWS: Option<&'static str> = Some("apps");

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, Input {}: Input) -> Result<Output, Failure> {
        let page = context.api.apps().await?;
        let mut apps = context.rows.rows();
        apps.extend(page.items)?;
        Ok(Output { apps })
    }
}
