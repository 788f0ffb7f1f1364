//! Rules that a request must meet before anything is sent.

use crate::{
    advertising::{
        AdViolation, Currency, NewBudget, PayingBudget, SpendingPolicy, SpendingRequest, SpendingState,
    },
    catalogue::own,
    integrations::{Failure, OperatorPolicy, tiktok_ads::context::AdsContext},
    marketing_api::OperationStatus,
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

/// Violations of the operator's limits on spending by a new object. `payer` is the budget that pays for it.
pub(super) fn new_spending(
    context: &AdsContext,
    status: OperationStatus,
    new_budget: Option<Amount>,
    payer: PayingBudget<'_>,
) -> Vec<AdViolation> {
    let request = SpendingRequest {
        state: SpendingState::New,
        enables: status == OperationStatus::Enable,
        new_budget: new_budget.map(|amount| NewBudget {
            amount,
            confirmed: None,
            is_scheduled: false,
        }),
        budget: payer,
    };
    request.check(spending_policy(&context.policy))
}

/// Note on what a new object can spend; `None` if it is disabled.
pub(super) fn enabling(
    status: OperationStatus,
    new_budget: Option<Amount>,
    payer: PayingBudget<'_>,
) -> Option<String> {
    let budget = PayingBudget {
        present: new_budget.or(payer.present),
        ..payer
    };
    (status == OperationStatus::Enable).then(|| enable_note(budget))
}

/// Note on an object that is switched on.
pub(super) fn enable_note(budget: PayingBudget<'_>) -> String {
    format!("With status ENABLE, {}.", budget.spending())
}

/// Value of an input that has another name too. Two different values are a violation.
pub(super) fn either<T: PartialEq + ToString>(
    (name, value): (&str, Option<T>),
    (other, alias): (&str, Option<T>),
    violations: &mut Vec<AdViolation>,
) -> Option<T> {
    if let (Some(value), Some(alias)) = (&value, &alias)
        && value != alias
    {
        violations.push(two_values(
            (name, &value.to_string()),
            (other, &alias.to_string()),
        ));
    }
    value.or(alias)
}

fn two_values((name, value): (&str, &str), (other, alias): (&str, &str)) -> AdViolation {
    AdViolation {
        code: &own::AD_RULES_NOT_MET,
        error: FieldError {
            field: other.into(),
            got: format!("{alias}, while {name} is {value}"),
            allowed: format!("the same as {name}, because it is another name of it"),
            fix: format!("omit {other}"),
        },
    }
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
