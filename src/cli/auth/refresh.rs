//! `auth refresh`

use super::{
    Progress, api_of,
    granted::{access_end, account_json, refresh_end},
    print_line, print_object,
};
use crate::{
    cli::{args::RefreshArgs, codes, fault::CommandFault},
    sign_in,
};

/// Replaces the tokens of an account.
pub(super) async fn refresh(options: &RefreshArgs, progress: &Progress) -> Result<(), CommandFault> {
    let options = &options.account;
    let signed_in = progress.open(&options.store, &options.api)?;
    let api = api_of(options.integration.name)?;
    let account = signed_in
        .accounts
        .read()?
        .find(api, options.account.as_ref())?
        .clone();
    let renewed = sign_in::renewed(&signed_in.accounts, &signed_in.providers, &account).await?;
    if let Some(warning) = renewed.warning {
        return Err(CommandFault::new(&codes::ACCOUNT_STORE, warning));
    }
    let (account, now) = (renewed.account, signed_in.clock.since_epoch());
    if options.json {
        let book = signed_in.accounts.read()?;
        print_object(&account_json(&account, &book, now));
    } else {
        print_line(&format!("Refreshed: {}", account.key));
        print_line(&format!("  access token    {}", access_end(&account, now)));
        print_line(&format!("  refresh token   {}", refresh_end(&account, now)));
    }
    Ok(())
}
