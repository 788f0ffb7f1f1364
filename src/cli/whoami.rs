//! `whoami`: the accounts behind the tokens.

use std::io;

use serde_json::{Map, Value};

use super::{
    Exit,
    account_lookup::{look_up, lookup_host},
    args::Whoami,
    block_on,
    call::{
        account, error_json, error_lines, exit_of_error, next_step, print, print_errors, print_fault,
        print_json, show_style,
    },
    codes,
    credentials::{self, AccountChoice, FoundAuth},
    fault::CommandFault,
    report_message,
    token_origin::TokenOrigin,
};
use crate::{
    catalogue::Category,
    host::Reply,
    integrations::{INTEGRATIONS, Integration},
    secret::repeatable,
};

/// Account of an integration, or the reason that it is unknown.
struct Known {
    integration: &'static Integration,
    found: Result<AccountReply, CommandFault>,
}

/// Reply to a lookup, and the place of the token that it was made with.
struct AccountReply {
    reply: Reply,
    origin: TokenOrigin,
}

/// Prints the account of each integration that has a token, or a stored login of the name that was given.
pub(super) fn whoami(options: &Whoami) -> Exit {
    let choice = AccountChoice::of(&options.account, &options.api);
    let chosen: Vec<&'static Integration> = INTEGRATIONS
        .iter()
        .filter(|integration| choice.name.is_some() || credentials::has_token(integration, choice))
        .collect();
    if chosen.is_empty() {
        return print_fault(&no_token(), options.json);
    }
    match block_on(look(options, chosen)) {
        Ok(known) if known.iter().all(Known::is_absent) => print_fault(&no_account(choice), options.json),
        Ok(known) => shown(options, &known),
        Err(error) => {
            report_message(&format!("the event loop cannot be started: {error}"));
            Exit::Failed
        }
    }
}

fn no_token() -> CommandFault {
    CommandFault::new(
        &codes::MISSING_TOKEN,
        "no token is given: set AUTOHIVE_TIKTOK_TOKEN, or AUTOHIVE_TIKTOK_ADS_TOKEN and \
         AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID, in the environment, or run `autohive-tiktok auth login`",
    )
}

fn no_account(choice: AccountChoice<'_>) -> CommandFault {
    let message = format!(
        "there is no stored login with the name {}; `autohive-tiktok auth status` lists the names, `autohive-tiktok auth \
         login --account NAME` adds one",
        repeatable(choice.name.unwrap_or_default())
    );
    CommandFault::new(&codes::ACCOUNT_MISSING, message)
}

impl Known {
    /// Whether the integration has no login of the name that was given.
    fn is_absent(&self) -> bool {
        matches!(&self.found, Err(fault) if fault.code == &codes::ACCOUNT_MISSING)
    }

    fn exit(&self) -> Exit {
        match &self.found {
            Ok(answered) => answered.reply.fault().map_or(Exit::Done, exit_of_error),
            Err(_) if self.is_absent() => Exit::Done,
            Err(fault) => fault.exit(),
        }
    }

    /// The account, an error, or null for an integration that has no login of the name.
    fn to_json(&self) -> Value {
        match &self.found {
            Ok(AccountReply { reply, origin }) => match (reply.data(), reply.fault()) {
                (Some(account), _) => Value::Object(for_person(self.integration, account)),
                (None, Some(error)) => error_json(error, None, origin),
                (None, None) => Value::Null,
            },
            Err(_) if self.is_absent() => Value::Null,
            Err(fault) => fault.to_json(),
        }
    }
}

/// Members of Autohive's form that have another name for a person: what TikTok has is no first name and no user name.
const RENAMED: [(&str, &str, &str); 2] = [
    ("tiktok", "first_name", "display_name"),
    ("tiktok-ads", "username", "name"),
];

/// The account with its members' names for a person.
fn for_person(integration: &Integration, account: &Value) -> Map<String, Value> {
    let members = account.as_object().into_iter().flatten();
    let renamed = members.map(|(name, value)| {
        let row = RENAMED
            .iter()
            .find(|(of, from, _)| *of == integration.name && from == name);
        (
            row.map_or(name.as_str(), |(_, _, to)| to).to_owned(),
            value.clone(),
        )
    });
    renamed.collect()
}

/// Looks the accounts up.
async fn look(options: &Whoami, integrations: Vec<&'static Integration>) -> Vec<Known> {
    let host = lookup_host(&options.api);
    let mut known = Vec::new();
    for integration in integrations {
        let auth = credentials::auth(
            integration,
            AccountChoice::of(&options.account, &options.api),
            "whoami",
        );
        let found = match auth {
            Ok(FoundAuth { auth, origin, .. }) => Ok(AccountReply {
                reply: Box::pin(look_up(&host, integration, auth)).await,
                origin,
            }),
            Err(fault) => Err(fault.into()),
        };
        known.push(Known { integration, found });
    }
    known
}

/// Prints what is known. The exit code is that of the first account that could not be read.
fn shown(options: &Whoami, known: &[Known]) -> Exit {
    let printed = if options.json {
        let members: Map<String, Value> = known
            .iter()
            .map(|one| (one.integration.name.to_owned(), one.to_json()))
            .collect();
        print_json(&Value::Object(members))
    } else {
        known.iter().try_for_each(for_people)
    };
    match printed {
        Ok(()) => {
            let mut exits = known.iter().map(Known::exit);
            exits.find(|exit| *exit != Exit::Done).unwrap_or(Exit::Done)
        }
        Err(error) => {
            report_message(&format!("the accounts could not be written: {error}"));
            Exit::Failed
        }
    }
}

fn for_people(known: &Known) -> io::Result<()> {
    let name = known.integration.name;
    let heading = format!("\x1b[1m{name}\x1b[0m");
    match &known.found {
        Ok(AccountReply { reply, origin }) => {
            if let Some(data) = reply.data() {
                let lines = account_lines(known.integration, data, origin);
                return print(&format!("{heading}\n{}", lines.join("\n")));
            }
            if let Some(error) = reply.fault() {
                print(&heading)?;
                print_errors(&error_lines(
                    error,
                    origin,
                    &|_path| String::new(),
                    false,
                    show_style(),
                ));
            }
            Ok(())
        }
        Err(_) if known.is_absent() => print(&format!("{heading}\n  no stored login has this name")),
        Err(fault) => {
            report_message(&format!("{name}: {}", fault.message));
            Ok(())
        }
    }
}

/// Facts of an account, and what is missing of them.
fn account_lines(integration: &Integration, data: &Value, origin: &TokenOrigin) -> Vec<String> {
    let mut members = for_person(integration, data);
    let mut missing = None;
    if let Some(Value::Object(mut details)) = members.remove("details") {
        missing = details.remove("missing_scopes");
        members.extend(details);
    }
    let mut lines = account(&members, show_style());
    if let Some(Value::Array(scopes)) = missing {
        lines.extend(next_step(&lacking(&scopes, origin), show_style()));
    }
    lines
}

/// Facts that a permission allows.
const ALLOWED: [(&str, &str); 2] = [
    ("user.info.profile", "username"),
    ("user.info.stats", "follower count"),
];

fn lacking(scopes: &[Value], origin: &TokenOrigin) -> String {
    let lacks = |scope: &str| scopes.iter().any(|one| one == scope);
    let lacking = ALLOWED.iter().filter(|(scope, _)| lacks(scope));
    let facts = lacking.map(|(scope, fact)| format!("the {fact} is missing without the permission {scope}"));
    let advice = origin.advice(Category::Scope).unwrap_or_default();
    let facts = facts.collect::<Vec<_>>().join(", ");
    let mut letters = facts.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let sentence: String = first.into_iter().chain(letters).collect();
    format!("{sentence}. {advice}")
}
