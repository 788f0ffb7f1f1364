//! Inputs that several actions share.

/// Longest `wait_seconds`. Autohive stops an action after 15 minutes.
pub(in crate::integrations::tiktok) const WAIT_MAX_SECONDS: u32 = 840;
