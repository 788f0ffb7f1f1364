//! `auth refresh`

use super::{
    Progress, api_of,
    granted::{access_end, account_json, refresh_end},
    print_line, print_object,
};
use crate::{
    accounts::Freshness,
    cli::{args::RefreshArgs, codes, fault::CommandFault},
    sign_in::SignInError,
};

/// Replaces the tokens of an account.
pub(super) async fn refresh(options: &RefreshArgs, progress: &Progress) -> Result<(), CommandFault> {
    let options = &options.account;
    let signed_in = progress.open(&options.store, &options.api)?;
    let api = api_of(options.integration.name)?;
    let key = signed_in
        .accounts
        .read()?
        .find(api, options.account.as_ref())?
        .key
        .clone();
    let fresh = signed_in
        .accounts
        .fresh(&key, Freshness::Now, &signed_in.providers)
        .await;
    let fresh = fresh.map_err(SignInError::from)?;
    let now = signed_in.clock.since_epoch();
    if let Some(warning) = fresh.unstored {
        return Err(CommandFault::new(&codes::ACCOUNT_STORE, warning));
    }
    if options.json {
        let book = signed_in.accounts.read()?;
        print_object(&account_json(&fresh.account, &book, now));
    } else {
        print_line(&format!("Refreshed: {key}"));
        print_line(&format!("  access token    {}", access_end(&fresh.account, now)));
        print_line(&format!("  refresh token   {}", refresh_end(&fresh.account, now)));
    }
    Ok(())
}
