//! The check of a token that is to be stored: TikTok is asked for its account.

use serde_json::Value;

use crate::{
    accounts::{AccountCredentials, SignInApi, StoredAccount},
    cli::{
        account_lookup::{look_up, lookup_host},
        args::AuthAccountArgs,
        codes,
        fault::CommandFault,
    },
    host::ReplyError,
    marketing_api::is_about_ad_account,
};

/// TikTok's judgement of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenVerdict {
    /// It works. The account's name and id, where the token may read them.
    Accepted {
        name: Option<String>,
        id: Option<String>,
    },
    /// It does not work: code and meaning.
    Refused { code: String, text: String },
    /// It works, but not for its ad account: code and meaning.
    OtherAdAccount { code: String, text: String },
    /// TikTok did not say: the reason.
    Unknown(String),
}

impl TokenVerdict {
    /// Asks TikTok for the account of a token.
    pub(super) async fn of(options: &AuthAccountArgs, account: &StoredAccount) -> Self {
        let host = lookup_host(&options.api);
        let auth = AccountCredentials::from(account).auth();
        let reply = Box::pin(look_up(&host, options.integration, auth)).await;
        match (reply.data(), reply.fault()) {
            (Some(found), _) => Self::Accepted {
                name: text(found, "username"),
                id: text(found, "user_id"),
            },
            (None, Some(error)) => Self::of_error(account.key.api, error),
            (None, None) => Self::Unknown("TikTok's answer cannot be read".to_owned()),
        }
    }

    fn of_error(api: SignInApi, error: ReplyError<'_>) -> Self {
        let (code, message) = (error.text("code"), error.text("message"));
        let told = message.trim_end_matches('.');
        match error.text("category") {
            _ if api == SignInApi::Marketing && is_about_ad_account(code, message) => Self::OtherAdAccount {
                code: code.to_owned(),
                text: told.to_owned(),
            },
            "auth" => Self::Refused {
                code: code.to_owned(),
                text: told.to_owned(),
            },
            // The token is known, and may not read the account.
            "scope" => Self::Accepted { name: None, id: None },
            _ => Self::Unknown(format!("{code}: {told}")),
        }
    }

    /// Whether TikTok accepts the token.
    pub(super) const fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted { .. })
    }

    /// Line for the person.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Accepted { name, id } => match (name, id) {
                (Some(name), Some(id)) if name != id => format!("TikTok accepts it: account {name} ({id})"),
                (Some(known), _) | (None, Some(known)) => format!("TikTok accepts it: account {known}"),
                (None, None) => "TikTok accepts it, without the permission to read the account".to_owned(),
            },
            Self::Refused { code, text } => {
                format!("TikTok refused the access token ({code}: {text}); it is refreshed before it is used")
            }
            Self::OtherAdAccount { code, text } => format!("TikTok refused its ad account ({code}: {text})"),
            Self::Unknown(reason) => format!("not checked: {reason}"),
        }
    }
}

fn text(found: &Value, name: &str) -> Option<String> {
    found.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Takes the verdict into the account. Errors: a token that TikTok refuses and that cannot be refreshed.
pub(super) fn judged(
    mut account: StoredAccount,
    verdict: &TokenVerdict,
) -> Result<StoredAccount, CommandFault> {
    match verdict {
        TokenVerdict::Accepted { id, .. } if account.key.api == SignInApi::Open => {
            account.open_id = id.clone().or(account.open_id);
        }
        TokenVerdict::Refused { .. } if account.tokens.refresh.is_some() => {
            account.tokens.access_ends = Some(account.signed_in);
        }
        TokenVerdict::Refused { code, text } | TokenVerdict::OtherAdAccount { code, text } => {
            let problem = format!(
                "TikTok refused the token, and nothing was stored: {text}. {}",
                advice(&account)
            );
            return Err(CommandFault::new(&codes::LOGIN_REFUSED, problem).with_tiktok_code(code));
        }
        TokenVerdict::Accepted { .. } | TokenVerdict::Unknown(_) => {}
    }
    Ok(account)
}

/// Next step after a refusal.
fn advice(account: &StoredAccount) -> &'static str {
    match (account.key.api, account.tokens.access.open_kind()) {
        (SignInApi::Open, None) => {
            "It does not begin with act., as the access tokens of the Open API do. If it is one of the Marketing API, add \
             --integration tiktok-ads --advertiser-id ID"
        }
        (SignInApi::Open, Some(_)) => {
            "Give one that has not expired, or TikTok's JSON answer with refresh_token, or sign in with a browser: \
             autohive-tiktok auth login"
        }
        (SignInApi::Marketing, _) if account.is_sandbox => {
            "Compare it and --advertiser-id with the sandbox in TikTok's developer portal; leave --sandbox out for a token of \
             production"
        }
        (SignInApi::Marketing, _) => {
            "Compare it and --advertiser-id with those that TikTok gave; add --sandbox for a token of the sandbox"
        }
    }
}
