//! AdsContext of the integration's actions: the Marketing API as the ad account sees it.

use std::time::Duration;

use crate::{
    http::{Backoff, RateBudget, Retries},
    integrations::{ActionError, AdvertiserCredentials, Call, Credentials, OperatorPolicy, RowSink},
    marketing_api::{ApiSettings, MarketingApi},
};

/// AdsContext of an action.
#[derive(Debug, Clone)]
pub(in crate::integrations) struct AdsContext {
    /// The Marketing API, as the request's ad account sees it.
    pub(super) api: MarketingApi,
    /// Storage of the output's long list.
    pub(super) rows: RowSink,
    /// Limits that the operator of the host sets.
    #[expect(dead_code, reason = "the actions that set budgets and statuses obey it")]
    pub(super) policy: OperatorPolicy,
}

/// Growth of the waits between attempts. TikTok does not say which limit is reached, and that of a second is over in a
/// second (docs/tiktok-marketing-api.md#rate-limits).
const BACKOFF: Backoff = Backoff {
    first: Duration::from_secs(2),
    most: Duration::from_secs(8),
};

impl TryFrom<Call> for AdsContext {
    type Error = ActionError;

    fn try_from(call: Call) -> Result<Self, ActionError> {
        let Credentials::Advertiser(credentials) = call.credentials else {
            return Err(ActionError::ForeignCredentials);
        };
        let AdvertiserCredentials {
            token,
            advertiser_id,
            app_id,
            is_sandbox,
        } = credentials;
        // Limits are those of an app. Without its id, all requests of this host are one.
        let app = app_id.as_ref().map_or("", |app_id| app_id.as_str());
        let settings = ApiSettings {
            base: call.api_base,
            token,
            advertiser_id,
            app: call.namespace.account(&["app", app]),
            is_sandbox,
            tier: call.policy.ads_calls,
            timeout: call.timeout,
            retries: Retries {
                backoff: BACKOFF,
                ..call.retries
            },
            deadline: call.deadline,
            outlet: call.outlet,
            clock: call.clock,
        };
        let budget = RateBudget::new(call.limiter, call.rate_counters);
        Ok(Self {
            api: MarketingApi::new(call.transport, budget, settings),
            rows: call.rows,
            policy: call.policy,
        })
    }
}
