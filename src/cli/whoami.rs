//! `whoami`: the accounts behind the tokens.

use serde_json::{Map, Value, json};

use super::{
    Exit,
    account_lookup::{look_up, lookup_host},
    args::Whoami,
    block_on,
    call::{CallFault, account, error_lines, exit_of_error, print, print_errors, print_json, show_style},
    credentials::{self, AccountChoice, FoundAuth},
    report_message,
    token_origin::TokenOrigin,
};
use crate::{
    host::Reply,
    integrations::{INTEGRATIONS, Integration},
};

/// Account of an integration, or the reason that it is unknown.
struct Known {
    integration: &'static Integration,
    found: Result<AccountReply, CallFault>,
}

/// Reply to a lookup, and the place of the token that it was made with.
struct AccountReply {
    reply: Reply,
    origin: TokenOrigin,
}

/// Prints the account of each integration that has a token.
pub(super) fn whoami(options: &Whoami) -> Exit {
    let choice = AccountChoice::of(&options.account, &options.api);
    let with_token: Vec<&'static Integration> = INTEGRATIONS
        .iter()
        .filter(|integration| credentials::has_token(integration, choice))
        .collect();
    if with_token.is_empty() {
        return no_token(options);
    }
    match block_on(look(options, with_token)) {
        Ok(known) => shown(options, &known),
        Err(error) => {
            report_message(&format!("the event loop cannot be started: {error}"));
            Exit::Failed
        }
    }
}

fn no_token(options: &Whoami) -> Exit {
    let message = "no token is given: set AUTOHIVE_TIKTOK_TOKEN, or AUTOHIVE_TIKTOK_ADS_TOKEN and \
                   AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID, in the environment, or run `autohive-tiktok auth login`";
    let fault = CallFault::access("missing_token", message.to_owned());
    if options.json {
        drop(print_json(&fault.to_json()));
    } else {
        report_message(message);
    }
    fault.exit
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
            .map(|one| (one.integration.name.to_owned(), as_json(&one.found)))
            .collect();
        print_json(&Value::Object(members))
    } else {
        known.iter().try_for_each(for_people)
    };
    let exits = known.iter().map(|one| match &one.found {
        Ok(answered) => answered.reply.fault().map_or(Exit::Done, exit_of_error),
        Err(fault) => fault.exit,
    });
    match printed {
        Ok(()) => exits
            .into_iter()
            .find(|exit| *exit != Exit::Done)
            .unwrap_or(Exit::Done),
        Err(error) => {
            report_message(&format!("the accounts could not be written: {error}"));
            Exit::Failed
        }
    }
}

fn as_json(found: &Result<AccountReply, CallFault>) -> Value {
    match found {
        Ok(AccountReply { reply, .. }) => match (reply.data(), reply.fault()) {
            (Some(account), _) => account.clone(),
            (None, Some(error)) => json!({ "error": error.members }),
            (None, None) => Value::Null,
        },
        Err(fault) => fault.to_json(),
    }
}

fn for_people(known: &Known) -> std::io::Result<()> {
    let name = known.integration.name;
    match &known.found {
        Ok(AccountReply { reply, origin }) => {
            if let Some(data) = reply.data() {
                let lines = account(data, show_style());
                return print(&format!("\x1b[1m{name}\x1b[0m\n{}", lines.join("\n")));
            }
            if let Some(error) = reply.fault() {
                print(&format!("\x1b[1m{name}\x1b[0m"))?;
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
        Err(fault) => {
            report_message(&format!("{name}: {}", fault.message));
            Ok(())
        }
    }
}
