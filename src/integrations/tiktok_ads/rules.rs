//! Rules that a request must meet before anything is sent.

use crate::{
    advertising::{AdViolation, Currency, NewBudget, SpendingPolicy},
    catalogue::own,
    integrations::{Failure, OperatorPolicy, tiktok_ads::context::AdsContext},
    model::{Amount, FieldError},
};

/// Refuses a request that breaks rules, all of them at once.
pub(super) fn meet(violations: Vec<AdViolation>) -> Result<(), Failure> {
    if violations.is_empty() {
        return Ok(());
    }
    let row = AdViolation::common_code(&violations);
    let details = violations.into_iter().map(|violation| violation.error);
    Err(Failure::of_fields(row, details.collect()))
}

/// Limits on spending of the host's operator.
pub(super) const fn spending_policy(policy: &OperatorPolicy) -> SpendingPolicy {
    SpendingPolicy {
        max_daily_budget: policy.max_daily_budget,
        allows_enable: policy.allows_enable,
    }
}

/// Budget of a new object.
pub(super) const fn new_budget(amount: Amount) -> NewBudget {
    NewBudget {
        amount,
        confirmed: None,
        is_scheduled: false,
    }
}

/// Budget of a request that can name it in two ways. Two different amounts are a violation.
pub(super) fn budget_of(
    budget: Option<Amount>,
    budget_amount: Option<Amount>,
    violations: &mut Vec<AdViolation>,
) -> Option<Amount> {
    if let (Some(budget), Some(amount)) = (budget, budget_amount)
        && budget != amount
    {
        violations.push(AdViolation {
            code: &own::AD_RULES_NOT_MET,
            error: FieldError {
                field: "budget_amount".into(),
                got: format!("{amount}, while budget is {budget}"),
                allowed: "the same amount, because both name the budget".into(),
                fix: "omit budget_amount".into(),
            },
        });
    }
    budget.or(budget_amount)
}

/// Currency of the ad account, for the limits of its amounts; `None` if TikTok documents no limits for it. If it may not
/// be read, a warning says so, and TikTok checks the amounts.
pub(super) async fn currency(
    context: &AdsContext,
    warnings: &mut Vec<String>,
) -> Result<Option<Currency>, Failure> {
    let account = [context.api.advertiser_id().clone()];
    let reason = match context.api.ad_accounts(&account).await {
        Ok(accounts) => {
            let known = accounts.into_iter().next().and_then(|account| account.currency);
            match known {
                Some(currency) => return Ok(Currency::find(currency.as_str())),
                None => "TikTok did not return it.".to_owned(),
            }
        }
        Err(error) => {
            let failure = Failure::from(error);
            if failure.missing_scopes.is_empty() {
                return Err(failure);
            }
            failure.message
        }
    };
    warnings.push(format!(
        "The currency of the ad account is not known, so amounts were not checked against its limits; TikTok checks them. \
         {reason}"
    ));
    Ok(None)
}
