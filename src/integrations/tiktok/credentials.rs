//! The form of `auth` that requests to the Open API carry.

use serde_json::Value;

use crate::integrations::credentials::{Credentials, CredentialsError, read_token};

const SHAPE: &str =
    "{\"auth_type\":\"PlatformOauth2\",\"credentials\":{\"access_token\":\"…\"}} or {\"access_token\":\"…\"}";

/// Reads the access token of the connected account, nested as Autohive sends it or flat.
pub(super) fn read(auth: Option<&Value>) -> Result<Credentials, CredentialsError> {
    read_token(auth, SHAPE).map(Credentials::of_user)
}
