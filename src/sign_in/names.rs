//! Options, variables and commands that the texts of a sign-in name.

use crate::accounts::{AccountKey, SignInApi};

/// Names of an API's app on the command line and in the environment.
#[derive(Debug, Clone, Copy)]
pub struct AppNames {
    /// Option with the id of the app.
    pub id_option: &'static str,
    /// Variable with the id of the app.
    pub id_variable: &'static str,
    /// Variable with the secret of the app.
    pub secret_variable: &'static str,
    /// Variable with the base URL of the API.
    pub base_variable: &'static str,
}

impl AppNames {
    /// Names for an API.
    pub const fn of(api: SignInApi) -> Self {
        match api {
            SignInApi::Open => Self {
                id_option: "--client-key",
                id_variable: "TIKTOK_CLIENT_KEY",
                secret_variable: "TIKTOK_CLIENT_SECRET",
                base_variable: "TIKTOK_API_BASE",
            },
            SignInApi::Marketing => Self {
                id_option: "--app-id",
                id_variable: "TIKTOK_APP_ID",
                secret_variable: "TIKTOK_APP_SECRET",
                base_variable: "TIKTOK_ADS_API_BASE",
            },
        }
    }
}

/// Command that signs an account in again.
pub fn login_command(key: &AccountKey) -> String {
    of_account("login", key)
}

/// Command that removes an account from this machine only.
pub fn forget_command(key: &AccountKey) -> String {
    of_account("revoke --forget", key)
}

/// Command that chooses the ad account of an account.
pub fn default_command(key: &AccountKey) -> String {
    format!("{} --advertiser-id ID", of_account("default", key))
}

fn of_account(command: &str, key: &AccountKey) -> String {
    format!(
        "autohive-tiktok auth {command} --integration {} --account {}",
        key.api.integration(),
        key.name
    )
}
