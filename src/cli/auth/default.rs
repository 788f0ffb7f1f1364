//! `auth default`

use super::{api_of, granted::account_json, print_line, print_object};
use crate::{
    accounts::StoredAccount,
    cli::{args::DefaultArgs, codes, fault::CommandFault, signed_in},
    clock::Clock,
};

/// Chooses the default account of an integration, and its ad account.
pub(super) async fn default(options: &DefaultArgs) -> Result<(), CommandFault> {
    let (clock, account_options) = (Clock::system(), &options.account);
    let accounts = signed_in::accounts(&account_options.store, &clock)?;
    let api = api_of(account_options.integration.name)?;
    let name = account_options.account.as_ref();
    let changed = accounts.change(|book| {
        let account = book.find(api, name)?.clone();
        let known = &account.advertisers;
        if let Some(id) = &options.advertiser_id
            && !known.iter().any(|known| known.id == *id)
        {
            let ids: Vec<&str> = known.iter().map(|known| known.id.as_str()).collect();
            return Err(CommandFault::new(
                &codes::ADVERTISER_UNKNOWN,
                format!(
                    "the token does not reach ad account {id}; it reaches: {}",
                    ids.join(", ")
                ),
            ));
        }
        let advertiser_id = options
            .advertiser_id
            .clone()
            .or_else(|| account.advertiser_id.clone());
        book.defaults.insert(api, account.key.name.clone());
        let account = StoredAccount {
            advertiser_id,
            ..account
        };
        book.put(account.clone());
        Ok((account, book.clone()))
    });
    let (account, book) = changed.await??;
    if account_options.json {
        print_object(&account_json(&account, &book, clock.since_epoch()));
        return Ok(());
    }
    print_line(&format!(
        "Default of {}: \"{}\"",
        api.integration(),
        account.key.name
    ));
    if let Some(id) = &account.advertiser_id {
        print_line(&format!("  ad account      {id}"));
    }
    Ok(())
}
