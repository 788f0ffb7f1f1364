//! Flow and result that the actions share which create a campaign, an ad group or an ad.

use futures_util::{FutureExt as _, future::BoxFuture};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    context::AdsContext,
    creation::{CreationOrigin, KeyUse, NewObject, create, key_use, planned_create_id},
    inputs::CreationKey,
};
use crate::{
    integrations::{Failure, unfilled::key_warnings},
    marketing_api::{CreationWay, Members, ObjectLevel, OperationStatus, PlannedCall, members_of},
};

/// Inputs that all creates share.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct CreationInputs {
    /// Switch of the new object. ENABLE lets it spend money as soon as its campaign, an ad group and an ad are enabled, and
    /// TikTok has approved the ad
    #[serde(default = "disabled")]
    #[schemars(extend("default" = "DISABLE"))]
    pub(super) status: OperationStatus,
    idempotency_key: Option<CreationKey>,
    /// Check the inputs and show the call to TikTok without sending it
    #[serde(default)]
    dry_run: bool,
}

const fn disabled() -> OperationStatus {
    OperationStatus::Disable
}

impl CreationInputs {
    /// The request of an action.
    pub(super) fn request(&self, action: &'static str) -> CreateRequest<'_> {
        CreateRequest {
            action,
            key: self.idempotency_key.as_ref().map(CreationKey::as_str),
            status: self.status,
            dry_run: self.dry_run,
        }
    }
}

/// Request to create an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct CreateRequest<'a> {
    /// Name of the action.
    action: &'static str,
    /// Idempotency key.
    key: Option<&'a str>,
    /// Switch of the new object.
    status: OperationStatus,
    /// Whether nothing is created.
    dry_run: bool,
}

/// Object that breaks no rule.
pub(super) struct PreparedObject {
    /// The object.
    pub(super) object: Box<dyn NewObject>,
    /// Way of its campaign.
    pub(super) automation: CreationWay,
    /// Settings that were filled in.
    pub(super) defaults: Vec<AppliedDefault>,
    /// Notes on the object.
    pub(super) warnings: Vec<String>,
}

/// Created or planned object.
#[derive(Debug)]
pub(super) struct CreatedObject {
    /// Id of the object; `None` if it is only planned.
    pub(super) id: Option<String>,
    /// Rest of the result.
    pub(super) report: CreationReport,
}

/// Members of the results of all creates.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CreationReport {
    pub(super) outcome: CreationOutcome,
    /// Way in which TikTok runs the campaign; omitted if `outcome` is recorded
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) automation: Option<CreationWay>,
    /// Switch of the new object: what is DISABLE spends nothing
    pub(super) status: OperationStatus,
    /// Settings that the inputs leave out and that were filled in
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) defaults: Vec<AppliedDefault>,
    /// Call as it would be sent; only after a dry run
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) call: Option<PlannedCall>,
    /// Notes on the new object
    pub(super) warnings: Vec<String>,
}

// No doc comments on the variants: they would split the schema's list of words.
/// Origin of the object: created; found (TikTok's answer was lost, and the object was found in the list); recorded (an
/// earlier request with the same idempotency key created it); planned (a dry run: nothing was created)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum CreationOutcome {
    Created,
    Found,
    Recorded,
    Planned,
}

/// Setting that was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub(super) struct AppliedDefault {
    /// Name of the setting
    field: String,
    /// Its value; a list or an object is JSON
    value: String,
}

impl From<CreationOrigin> for CreationOutcome {
    fn from(origin: CreationOrigin) -> Self {
        match origin {
            CreationOrigin::Answer => Self::Created,
            CreationOrigin::List => Self::Found,
            CreationOrigin::Journal => Self::Recorded,
        }
    }
}

/// Settings of `sent` that `given` does not have.
pub(super) fn defaults<T: Serialize>(given: &T, sent: &T) -> Vec<AppliedDefault> {
    let members = |settings: &T| members_of(settings).unwrap_or_default();
    filled(&members(given), &members(sent))
}

fn filled(given: &Members, sent: &Members) -> Vec<AppliedDefault> {
    let filled = sent.iter().filter(|(name, _)| !given.contains_key(*name));
    filled
        .map(|(name, value)| AppliedDefault {
            field: name.clone(),
            value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        })
        .collect()
}

/// Creates or plans the object that `prepare` returns.
pub(super) async fn created(
    context: &AdsContext,
    request: CreateRequest<'_>,
    prepare: BoxFuture<'_, Result<PreparedObject, Failure>>,
) -> Result<CreatedObject, Failure> {
    let mut report = CreationReport {
        outcome: CreationOutcome::Planned,
        automation: None,
        status: request.status,
        defaults: Vec::new(),
        call: None,
        warnings: Vec::new(),
    };
    let mut input_warnings = context.evidence.input_warnings.clone();
    input_warnings.extend(key_warnings(request.key, "object"));
    if request.dry_run {
        let unchecked = match key_use(context, request.action, request.key).await? {
            KeyUse::Made(id) => {
                report.outcome = CreationOutcome::Recorded;
                report.warnings = input_warnings;
                return Ok(CreatedObject { id: Some(id), report });
            }
            KeyUse::Open(warning) => warning,
        };
        let object = report.take(prepare.await.map_err(Failure::nothing_written)?);
        let create_id = planned_create_id(context, request.action, request.key);
        report.call = Some(object.plan(&context.api, create_id)?);
        report.warnings.extend(input_warnings);
        report.warnings.extend(unchecked);
        return Ok(CreatedObject { id: None, report });
    }
    let object = async { Ok(report.take(prepare.await?)) }.boxed();
    let creation = create(context, request.action, request.key, object).await?;
    report.outcome = creation.origin.into();
    report.warnings.extend(creation.warnings);
    report.warnings.extend(input_warnings);
    Ok(CreatedObject {
        id: Some(creation.id),
        report,
    })
}

impl CreationReport {
    /// Reports on an object that is about to be created or planned.
    fn take(&mut self, prepared: PreparedObject) -> Box<dyn NewObject> {
        self.automation = Some(prepared.automation);
        self.defaults = prepared.defaults;
        self.warnings = prepared.warnings;
        if self.status == OperationStatus::Disable {
            self.warnings.push(how_to_enable(prepared.object.search().level));
        }
        prepared.object
    }
}

/// Note on an object that is created as DISABLE.
fn how_to_enable(level: ObjectLevel) -> String {
    let (object, update) = match level {
        ObjectLevel::Campaign => ("campaign", "update_campaign"),
        ObjectLevel::AdGroup => ("ad group", "update_ad_group"),
        ObjectLevel::Ad => ("ad", "update_ad"),
    };
    format!(
        "The {object} is created as DISABLE, so it spends nothing. To start it, set its `status` to ENABLE with `{update}`."
    )
}
