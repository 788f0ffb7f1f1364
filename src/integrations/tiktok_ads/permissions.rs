//! Permissions of the integration's actions: the first-level permissions of a developer's app
//! (docs/tiktok-marketing-api.md#authorization).

use crate::integrations::{Permission, Permissions};
pub(super) use crate::marketing_api::{AD_ACCOUNTS, ADS_MANAGEMENT, APPS, CREATIVES, PIXELS, REPORTING};

/// Permissions of the whole integration.
pub(super) const PERMISSIONS: Permissions = Permissions {
    all: &[
        permission(AD_ACCOUNTS, "Ad Account Management"),
        permission(ADS_MANAGEMENT, "Ads Management"),
        permission(REPORTING, "Reporting"),
        permission(CREATIVES, "Creative Management"),
        permission(APPS, "App Management"),
        permission(PIXELS, "Pixel Management"),
    ],
    connected_account: Some(AD_ACCOUNTS),
    ..Permissions::NONE
};

const fn permission(name: &'static str, product: &'static str) -> Permission {
    Permission {
        name,
        product: Some(product),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketing_api::MarketingEndpoint;

    /// A permission that only endpoints name would be missing in manifests and in the documentation.
    #[test]
    fn the_permissions_of_all_endpoints_are_the_integrations() {
        let page = include_str!("../../../docs/scopes.md");
        for endpoint in MarketingEndpoint::ALL {
            for needed in endpoint.permissions {
                let known = PERMISSIONS
                    .all
                    .iter()
                    .find(|permission| permission.name == *needed);
                let known = known.unwrap_or_else(|| panic!("add {needed} of {endpoint:?} to PERMISSIONS"));
                let row = format!("| `{needed}` | {} |", known.product.unwrap_or_default());
                assert!(page.contains(&row), "add a row to docs/scopes.md: {row}");
            }
        }
    }
}
