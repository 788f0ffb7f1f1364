//! Pauses after TikTok's refusals for its rate limits (docs/tiktok-marketing-api.md#rate-limits).
//!
//! A refusal concerns other calls too: those of the app, or those of one endpoint by the app or for the ad account. They
//! are not sent before the pause ends. Long pauses are also counted in the state, where the operator has set one, so that
//! other processes keep them.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture, future::join_all};
use tracing::debug;

use super::{
    ApiSettings,
    answer::{self, AD_ACCOUNT_LIMIT, APP_LIMIT, ENDPOINT_LIMIT},
    endpoint::MarketingEndpoint,
    throttle::ThrottledWindow,
};
use crate::{
    http::{ApiPause, HttpResponse, RateBudget, RefusalObserver, RetryReason, millis},
    model::AccountHash,
    state::RateCounters,
};

/// Calls that one code refuses: what is the same in all of them. Calls in the sandbox are never among the others.
struct Concerned {
    code: &'static str,
    app: bool,
    ad_account: bool,
    endpoint: bool,
}

/// 40132 is not here: TikTok does not say which of a call's values it concerns.
static CONCERNED: [Concerned; 3] = [
    Concerned {
        code: APP_LIMIT,
        app: true,
        ad_account: false,
        endpoint: false,
    },
    Concerned {
        code: ENDPOINT_LIMIT,
        app: true,
        ad_account: false,
        endpoint: true,
    },
    Concerned {
        code: AD_ACCOUNT_LIMIT,
        app: false,
        ad_account: true,
        endpoint: true,
    },
];

/// Pauses that are shared, and the kinds of events under which their beginnings are counted. Stored, so never change
/// one.
const SHARED: [(ThrottledWindow, &str); 2] = [
    (ThrottledWindow::Minute, "tiktok_ads.pause.minute"),
    (ThrottledWindow::Day, "tiktok_ads.pause.day"),
];

/// Shortest pause that is shared. A pause until midnight may be shorter; then it is hardly worth a note.
const LONG: Duration = Duration::from_mins(5);

/// Pauses that concern one call.
pub(super) struct CallPauses<'a> {
    settings: &'a ApiSettings,
    endpoint: &'static MarketingEndpoint,
    /// Memory of the pauses.
    budget: &'a RateBudget<RateCounters>,
    /// Whether the state was asked for pauses of other processes: once for each call, not before each attempt.
    asked: AtomicBool,
}

impl RefusalObserver for CallPauses<'_> {
    fn pause(&self) -> BoxFuture<'_, Option<ApiPause>> {
        async {
            let own = CONCERNED.iter().filter_map(|concerned| {
                let wait = self.budget.pauses().left(self.key(concerned))?;
                let code = concerned.code;
                Some(ApiPause { wait, code })
            });
            match own.max() {
                Some(pause) => Some(pause),
                None => self.shared_pause().await,
            }
        }
        .boxed()
    }

    fn answered<'a>(
        &'a self,
        response: &'a HttpResponse,
        reason: Option<RetryReason>,
    ) -> BoxFuture<'a, Option<RetryReason>> {
        async move {
            match reason {
                None => self.accepted(),
                Some(RetryReason::RateLimited { by_api: true, .. }) => {
                    let wait = self.refused(response).await;
                    let paused = wait.map(|wait| RetryReason::RateLimited {
                        wait: Some(wait),
                        by_api: true,
                    });
                    return paused.or(reason);
                }
                Some(_) => {}
            }
            reason
        }
        .boxed()
    }
}

impl<'a> CallPauses<'a> {
    /// Pauses that concern a call to `endpoint`.
    pub(super) fn new(
        settings: &'a ApiSettings,
        endpoint: &'static MarketingEndpoint,
        budget: &'a RateBudget<RateCounters>,
    ) -> Self {
        Self {
            settings,
            endpoint,
            budget,
            asked: AtomicBool::new(false),
        }
    }

    /// Key of the calls that `concerned` refuses together with this one.
    fn key(&self, concerned: &Concerned) -> AccountHash {
        let settings = self.settings;
        let app = settings.app.to_string();
        let part = |is_part: bool, name| if is_part { name } else { "" };
        AccountHash::of(&[
            "tiktok_ads.pause",
            concerned.code,
            part(concerned.app, &app),
            part(concerned.ad_account, settings.advertiser_id.as_str()),
            part(concerned.endpoint, self.endpoint.name),
            part(settings.is_sandbox, "sandbox"),
        ])
    }

    fn accepted(&self) {
        for concerned in &CONCERNED {
            self.budget.pauses().accepted(self.key(concerned));
        }
    }

    /// Begins the pause of a refusal; returns its length, `None` if no other call is concerned.
    async fn refused(&self, response: &HttpResponse) -> Option<Duration> {
        let (code, window) = answer::throttled(response)?;
        let concerned = CONCERNED.iter().find(|concerned| concerned.code == code)?;
        let (key, now) = (self.key(concerned), self.settings.clock.since_epoch());
        let length = |refusals| {
            response
                .retry_after
                .unwrap_or_else(|| window.pause(refusals, now))
        };
        let (wait, begins) = self.budget.pauses().refused(key, length);
        debug!(
            endpoint = self.endpoint.name,
            code,
            wait_ms = millis(wait),
            "TikTok's rate limit is reached"
        );
        if begins {
            self.share(key, window, wait).await;
        }
        Some(wait)
    }

    /// Counts the beginning of a long pause in the state.
    async fn share(&self, key: AccountHash, window: ThrottledWindow, wait: Duration) {
        let Some(shared) = self.budget.shared() else {
            return;
        };
        let lasts = window.longest();
        let row = SHARED.iter().find(|(window, _)| window.longest() == lasts);
        if let Some((_, kind)) = row.filter(|_| wait >= LONG) {
            shared.note(key, kind).await;
        }
    }

    /// Pause that another process began; this one remembers it from then on.
    async fn shared_pause(&self) -> Option<ApiPause> {
        let shared = self.budget.shared()?;
        if self.asked.swap(true, Ordering::Relaxed) {
            return None;
        }
        let left = self.settings.clock.left_until(self.settings.deadline);
        let now = self.settings.clock.since_epoch();
        let looks = CONCERNED.iter().flat_map(|concerned| {
            SHARED.iter().map(move |(window, kind)| async move {
                let key = self.key(concerned);
                let leaves = shared.last_leaves(key, kind, window.longest(), left).await?;
                let wait = window.left(leaves, now)?;
                self.budget.pauses().refused(key, |_| wait);
                Some(ApiPause {
                    wait,
                    code: concerned.code,
                })
            })
        });
        join_all(looks).await.into_iter().flatten().max()
    }
}
