//! Creating and updating campaigns: `POST /campaign/create/`
//! (<https://business-api.tiktok.com/portal/docs?id=1739318962329602>), `POST /campaign/update/`
//! (<https://business-api.tiktok.com/portal/docs?id=1739320422086657>), `POST /smart_plus/campaign/create/`
//! (<https://business-api.tiktok.com/portal/docs?id=1843312852800706>), `POST /smart_plus/campaign/update/`
//! (docs/tiktok-marketing-api.md#smart).

use super::{
    Campaign, CampaignSettings, MarketingEndpoint, RequestId, WriteBody,
    words::OperationStatus,
    write::{Members, members_of, with},
};
use crate::model::CampaignId;

/// Creation of a manual campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignCreate {
    /// Settings of the campaign.
    pub settings: CampaignSettings,
    /// Switch of the new campaign. TikTok's default is ENABLE, so it is always sent.
    pub operation_status: OperationStatus,
    /// Id of the create.
    pub create_id: RequestId,
}

/// Creation of an Upgraded Smart+ campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct SmartCampaignCreate {
    /// Settings of the campaign.
    pub settings: CampaignSettings,
    /// Switch of the new campaign. TikTok's default is ENABLE, so it is always sent.
    pub operation_status: OperationStatus,
    /// Id of the create; required by TikTok.
    pub create_id: RequestId,
}

/// Update of a manual campaign. Only what is set changes.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignUpdate {
    /// Campaign.
    pub campaign_id: CampaignId,
    /// Changed settings, of those in [`Self::CHANGEABLE`].
    pub changes: CampaignSettings,
}

/// Update of an Upgraded Smart+ campaign. Only what is set changes.
#[derive(Debug, Clone, PartialEq)]
pub struct SmartCampaignUpdate {
    /// Campaign.
    pub campaign_id: CampaignId,
    /// Changed settings, of those in [`Self::CHANGEABLE`].
    pub changes: CampaignSettings,
}

impl CampaignUpdate {
    /// Settings that can be changed.
    pub const CHANGEABLE: &'static [&'static str] =
        &["campaign_name", "budget", "special_industries", "po_number"];
}

impl SmartCampaignUpdate {
    /// Settings that can be changed.
    pub const CHANGEABLE: &'static [&'static str] = &["campaign_name", "budget", "po_number"];
}

macro_rules! creates {
    ($($body:ty: $endpoint:ident;)*) => {
        $(impl WriteBody for $body {
            type Answer = Campaign;

            fn endpoint(&self) -> &'static MarketingEndpoint {
                MarketingEndpoint::$endpoint
            }

            fn members(&self) -> serde_json::Result<Members> {
                let members = with(self.settings.members()?, "operation_status", &self.operation_status)?;
                with(members, "request_id", &self.create_id)
            }
        })*
    };
}

creates! {
    CampaignCreate: CAMPAIGN_CREATE;
    SmartCampaignCreate: SMART_CAMPAIGN_CREATE;
}

macro_rules! updates {
    ($($body:ty: $endpoint:ident;)*) => {
        $(impl WriteBody for $body {
            type Answer = Campaign;

            fn endpoint(&self) -> &'static MarketingEndpoint {
                MarketingEndpoint::$endpoint
            }

            fn members(&self) -> serde_json::Result<Members> {
                let mut members = with(Members::new(), "campaign_id", &self.campaign_id)?;
                members.extend(members_of(&self.changes)?);
                Ok(members)
            }
        })*
    };
}

updates! {
    CampaignUpdate: CAMPAIGN_UPDATE;
    SmartCampaignUpdate: SMART_CAMPAIGN_UPDATE;
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::marketing_api::write::plan_of;

    fn settings(members: Value) -> CampaignSettings {
        serde_json::from_value(members).unwrap()
    }

    #[test]
    fn a_manual_campaign_is_created_as_in_tiktoks_example() {
        let body = CampaignCreate {
            settings: settings(json!({
                "objective_type": "TRAFFIC",
                "campaign_name": "Autumn",
                "budget_mode": "BUDGET_MODE_TOTAL",
                "budget": 1000.5,
            })),
            operation_status: OperationStatus::Disable,
            create_id: RequestId::new(123_456_789),
        };
        assert_eq!(
            plan_of(&body),
            json!({ "method": "POST", "path": "/open_api/v1.3/campaign/create/", "body": {
                "advertiser_id": "7",
                "objective_type": "TRAFFIC",
                "campaign_name": "Autumn",
                "budget_mode": "BUDGET_MODE_TOTAL",
                "budget": 1000.5,
                "operation_status": "DISABLE",
                "request_id": "123456789",
            } })
        );
    }

    #[test]
    fn a_smart_campaign_is_created_as_in_tiktoks_example() {
        let body = SmartCampaignCreate {
            settings: settings(json!({
                "objective_type": "WEB_CONVERSIONS",
                "sales_destination": "WEBSITE",
                "campaign_name": "Autumn",
                "budget": 50,
            })),
            operation_status: OperationStatus::Enable,
            create_id: RequestId::new(5),
        };
        assert_eq!(
            plan_of(&body),
            json!({ "method": "POST", "path": "/open_api/v1.3/smart_plus/campaign/create/", "body": {
                "advertiser_id": "7",
                "objective_type": "WEB_CONVERSIONS",
                "campaign_name": "Autumn",
                "budget": 50,
                "sales_destination": "WEBSITE",
                "operation_status": "ENABLE",
                "request_id": "5",
            } })
        );
    }

    #[test]
    fn an_update_sends_only_what_is_set_and_an_empty_list_removes() {
        let campaign_id = CampaignId::parse("9223372036854775807").unwrap();
        let manual = CampaignUpdate {
            campaign_id: campaign_id.clone(),
            changes: settings(json!({ "campaign_name": "Autumn", "special_industries": [] })),
        };
        assert_eq!(
            plan_of(&manual),
            json!({ "method": "POST", "path": "/open_api/v1.3/campaign/update/", "body": {
                "advertiser_id": "7",
                "campaign_id": "9223372036854775807",
                "campaign_name": "Autumn",
                "special_industries": [],
            } })
        );
        let smart = SmartCampaignUpdate {
            campaign_id,
            changes: settings(json!({ "budget": "60.00" })),
        };
        assert_eq!(
            plan_of(&smart),
            json!({ "method": "POST", "path": "/open_api/v1.3/smart_plus/campaign/update/", "body": {
                "advertiser_id": "7",
                "campaign_id": "9223372036854775807",
                "budget": 60,
            } })
        );
    }

    #[test]
    fn the_tables_name_settings() {
        let tables = [
            CampaignSettings::MANUAL_ONLY,
            CampaignSettings::SMART_ONLY,
            CampaignUpdate::CHANGEABLE,
            SmartCampaignUpdate::CHANGEABLE,
        ];
        for name in tables.concat() {
            assert!(CampaignSettings::NAMES.contains(&name), "{name} is no setting");
        }
        let given = settings(json!({ "budget": 1, "campaign_name": "A" })).given();
        assert_eq!(given, ["campaign_name", "budget"]);
    }

    #[test]
    fn settings_are_flat_in_the_inputs_of_an_action() {
        #[derive(Debug, Deserialize, JsonSchema)]
        #[schemars(deny_unknown_fields)]
        struct Input {
            /// Own member
            dry_run: bool,
            #[serde(flatten)]
            settings: CampaignSettings,
        }

        let input: Input =
            serde_json::from_value(json!({ "dry_run": true, "app_id": 9_223_372_036_854_775_807_u64 }))
                .unwrap();
        assert!(input.dry_run);
        assert_eq!(input.settings.app_id.unwrap().as_str(), "9223372036854775807");
        let schema = serde_json::to_value(schemars::schema_for!(Input)).unwrap();
        assert_eq!(schema["required"], json!(["dry_run"]));
        assert_eq!(schema["additionalProperties"], json!(false), "{schema}");
        let words = &schema["properties"]["budget_mode"]["enum"];
        assert!(words.to_string().contains("BUDGET_MODE_INFINITE"), "{schema}");
    }
}
