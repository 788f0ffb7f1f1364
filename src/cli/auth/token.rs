//! `auth token`

use std::io::{self, IsTerminal as _};

use serde_json::json;

use super::{Progress, api_of, print_line, print_object, tell};
use crate::{
    accounts::AccountCredentials,
    cli::{args::TokenArgs, fault::CommandFault},
};

/// Prints the access token of an account, refreshed if it ends within minutes.
pub(super) async fn token(options: &TokenArgs, progress: &Progress) -> Result<(), CommandFault> {
    let options = &options.account;
    let signed_in = progress.open(&options.store, &options.api)?;
    let api = api_of(options.integration.name)?;
    let ready = signed_in.ready(api, options.account.as_ref()).await?;
    progress.renewed(ready.renewal, ready.warning.as_deref());
    progress.go_on()?;
    if io::stdout().is_terminal() {
        tell(
            "warning: whoever sees this token can act for the account; prefer a pipe: autohive-tiktok auth token | …",
        );
    }
    let credentials = AccountCredentials::from(&ready.account);
    if options.json {
        let mut auth = credentials.auth();
        if let Some(members) = auth.as_object_mut() {
            members.insert("integration".to_owned(), json!(credentials.key.api.integration()));
            members.insert("account".to_owned(), json!(credentials.key.name.as_str()));
        }
        print_object(&auth);
    } else {
        print_line(credentials.printed_token());
    }
    Ok(())
}
