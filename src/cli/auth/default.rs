//! `auth default`

use super::{advertisers, api_of, granted::account_json, print_line, print_object};
use crate::{
    accounts::SignInApi,
    cli::{args::DefaultArgs, codes, fault::CommandFault, signed_in},
    clock::Clock,
};

/// Chooses the default account of an integration, or the ad account of an account.
pub(super) async fn default(options: &DefaultArgs) -> Result<(), CommandFault> {
    let (clock, account_options) = (Clock::system(), &options.account);
    let accounts = signed_in::accounts(&account_options.store, &clock)?;
    let api = api_of(account_options.integration.name)?;
    if api == SignInApi::Open && options.advertiser_id.is_some() {
        return Err(CommandFault::usage(
            "--advertiser-id is for the integration tiktok-ads; add --integration tiktok-ads, or leave it out",
        ));
    }
    let name = account_options.account.as_ref();
    let changed = accounts.change(|book| {
        let mut account = book.find(api, name)?.clone();
        match &options.advertiser_id {
            // The choice of an ad account for one login does not turn other commands to that login.
            Some(id) => {
                advertisers::check_reach(&account.advertisers, id)
                    .map_err(|problem| CommandFault::new(&codes::ADVERTISER_UNKNOWN, problem))?;
                account.advertiser_id = Some(id.clone());
                book.put(account.clone());
            }
            None => drop(book.defaults.insert(api, account.key.name.clone())),
        }
        Ok::<_, CommandFault>((account, book.clone()))
    });
    let (account, book) = changed.await??;
    if account_options.json {
        print_object(&account_json(&account, &book, clock.since_epoch()));
        return Ok(());
    }
    let is_default = if book.is_default(&account.key) {
        " (the default)"
    } else {
        ""
    };
    print_line(&format!(
        "Account of {}: \"{}\"{is_default}",
        api.integration(),
        account.key.name
    ));
    if let Some(id) = &account.advertiser_id {
        print_line(&format!("  ad account      {id}"));
    }
    Ok(())
}
