//! A rule that a campaign, ad group or ad breaks.

use crate::{
    catalogue::{Row, own},
    model::FieldError,
};

/// A rule that a campaign, ad group or ad breaks, with the input that breaks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdViolation {
    /// Code of the catalogue.
    pub code: &'static Row,
    /// Offending input, its value, the permitted values and the fix.
    pub error: FieldError,
}

impl AdViolation {
    /// Code for several violations together: the one that they share, else `ad_rules_not_met`.
    pub fn common_code(violations: &[Self]) -> &'static Row {
        let first = violations.first().map(|violation| violation.code);
        let is_shared = violations.iter().all(|violation| Some(violation.code) == first);
        first.filter(|_| is_shared).unwrap_or(&own::AD_RULES_NOT_MET)
    }

    /// Violation of one of TikTok's rules.
    pub(super) fn of(
        field: &str,
        got: impl Into<String>,
        allowed: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            code: &own::AD_RULES_NOT_MET,
            error: FieldError {
                field: field.to_owned(),
                got: got.into(),
                allowed: allowed.into(),
                fix: fix.into(),
            },
        }
    }

    /// The same violation under another code.
    pub(super) fn with_code(self, code: &'static Row) -> Self {
        Self { code, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_have_their_common_code() {
        let rule = AdViolation::of("a", "", "", "");
        let least = rule.clone().with_code(&own::BUDGET_BELOW_MINIMUM);
        for (violations, code) in [
            (vec![], &own::AD_RULES_NOT_MET),
            (vec![least.clone()], &own::BUDGET_BELOW_MINIMUM),
            (vec![least.clone(), least.clone()], &own::BUDGET_BELOW_MINIMUM),
            (vec![least, rule], &own::AD_RULES_NOT_MET),
        ] {
            assert_eq!(AdViolation::common_code(&violations), code);
        }
    }
}
