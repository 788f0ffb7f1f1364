//! Report of `auth login`.

use serde_json::json;

use super::{
    advertisers,
    checked::TokenVerdict,
    granted::{GrantedPermissions, access_end, account_json, refresh_end},
    print_line, print_object, tell,
};
use crate::{
    accounts::StoredAccount,
    cli::{args::LoginArgs, fault::CommandFault, signed_in::SignedIn},
};

/// A login that is stored.
pub(super) struct LoginReport<'a> {
    pub(super) account: &'a StoredAccount,
    pub(super) permissions: &'a GrantedPermissions,
    /// TikTok's judgement of a token that was given.
    pub(super) verdict: Option<&'a TokenVerdict>,
    pub(super) notes: &'a [String],
}

impl LoginReport<'_> {
    /// Prints it, for a person or as JSON. Errors: the store cannot be read.
    pub(super) fn print(&self, signed_in: &SignedIn, options: &LoginArgs) -> Result<(), CommandFault> {
        if options.account.json {
            return self.print_json(signed_in);
        }
        let Self { account, verdict, .. } = self;
        let now = signed_in.clock.since_epoch();
        let what = if verdict.is_some() { "Stored" } else { "Signed in" };
        let open_id = account.open_id.as_ref().map(|id| format!(" (open_id {id})"));
        print_line(&format!("{what}: {}{}", account.key, open_id.unwrap_or_default()));
        if let Some(verdict) = verdict {
            print_line(&format!("  token           {}", verdict.line()));
        }
        for line in self.permissions.lines(options.account.integration) {
            print_line(&line);
        }
        print_line(&format!("  access token    {}", access_end(account, now)));
        print_line(&format!("  refresh token   {}", refresh_end(account, now)));
        for line in advertisers::advertiser_lines(account) {
            print_line(&line);
        }
        print_line(&format!(
            "  stored in       {}",
            signed_in.accounts.store().place()
        ));
        for note in self.notes {
            tell(&format!("note: {note}"));
        }
        Ok(())
    }

    fn print_json(&self, signed_in: &SignedIn) -> Result<(), CommandFault> {
        let (now, store) = (signed_in.clock.since_epoch(), signed_in.accounts.store());
        let mut object = account_json(self.account, &signed_in.accounts.read()?, now);
        if let Some(members) = object.as_object_mut() {
            members.insert("scopes".to_owned(), self.permissions.json());
            members.insert(
                "store".to_owned(),
                json!({ "kind": store.kind(), "place": store.place() }),
            );
            if let Some(verdict) = self.verdict {
                members.insert("token_accepted".to_owned(), json!(verdict.is_accepted()));
                members.insert("token_check".to_owned(), json!(verdict.line()));
            }
            members.insert("notes".to_owned(), json!(self.notes));
        }
        print_object(&object);
        Ok(())
    }
}
