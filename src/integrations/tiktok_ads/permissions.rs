//! Permissions of the integration's actions: the first-level permissions of a developer's app
//! (docs/tiktok-marketing-api.md#authorization).

use crate::integrations::{Permission, Permissions};
pub(super) use crate::marketing_api::{AD_ACCOUNTS, ADS_MANAGEMENT, APPS, CREATIVES, PIXELS};

/// Permissions of the whole integration.
pub(super) const PERMISSIONS: Permissions = Permissions {
    all: &[
        permission(AD_ACCOUNTS, "Ad Account Management"),
        permission(ADS_MANAGEMENT, "Ads Management"),
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
