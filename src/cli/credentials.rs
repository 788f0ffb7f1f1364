//! Credentials of a person's account: the stored login of a name, variables, and the file `.env`.

mod fault;

use std::path::Path;

use serde_json::{Map, Value, json};

pub(super) use self::fault::{CredentialsFault, MissingMember};
use super::{
    args::{AccountArgs, ApiArgs, StoreArgs},
    codes,
    env_file::{self, DEFAULT_PATH},
    environment::secret_variable,
    fault::CommandFault,
    signed_in,
    token_origin::TokenOrigin,
};
use crate::{
    accounts::{AccountName, SignInApi},
    doctor::LoginPlace,
    integrations::Integration,
    model::FieldError,
    secret::shown,
};

/// Account whose credentials a command uses.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AccountChoice<'a> {
    /// Name of a stored login; `None` for the variables, then the default login.
    pub(super) name: Option<&'a str>,
    /// Id of the ad account, in place of that of the variable.
    pub(super) advertiser_id: Option<&'a str>,
    /// Whether the ad account is in the sandbox.
    pub(super) is_sandbox: bool,
    /// File of `--env-file`.
    pub(super) env_file: Option<&'a Path>,
    /// Store of the logins, and the addresses to which their tokens are sent; `None` for a command that uses no login.
    pub(super) logins: Option<(&'a StoreArgs, &'a ApiArgs)>,
    /// Whether the credentials are only checked: the token of a login is not refreshed.
    pub(super) is_check: bool,
}

impl<'a> AccountChoice<'a> {
    /// Choice of the options of a command.
    pub(super) fn of(args: &'a AccountArgs, api: &'a ApiArgs) -> Self {
        Self {
            logins: Some((&args.store, api)),
            name: args.account.as_deref(),
            advertiser_id: args.advertiser_id.as_deref(),
            is_sandbox: args.sandbox,
            env_file: args.env_file.as_deref(),
            is_check: false,
        }
    }
}

/// Credentials of a request. No `Debug`: they hold the token.
pub(super) struct FoundAuth {
    /// `auth` of the request.
    pub(super) auth: Value,
    /// Place from which its token came.
    pub(super) origin: TokenOrigin,
    /// Places from which its members came.
    pub(super) places: Vec<LoginPlace>,
}

/// Source of a member of an integration's `auth`.
struct AuthSource {
    integration: &'static str,
    member: &'static str,
    /// Variable that holds it. Each API has variables of its own, so that no token goes to another one.
    variable: &'static str,
    /// Name in a `.env`, for the ads token alone.
    in_file: Option<&'static str>,
    /// Option that holds it.
    option: Option<&'static str>,
    /// Allowed values, for messages.
    allowed: &'static str,
}

static SOURCES: [AuthSource; 3] = [
    AuthSource {
        integration: "tiktok",
        member: ACCESS_TOKEN,
        variable: "AUTOHIVE_TIKTOK_TOKEN",
        in_file: None,
        option: None,
        allowed: "an access token of TikTok's Open API",
    },
    AuthSource {
        integration: "tiktok-ads",
        member: ACCESS_TOKEN,
        variable: "AUTOHIVE_TIKTOK_ADS_TOKEN",
        in_file: Some("TIKTOK_ACCESS_TOKEN"),
        option: None,
        allowed: "an access token of TikTok's Marketing API",
    },
    AuthSource {
        integration: "tiktok-ads",
        member: ADVERTISER_ID,
        variable: "AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID",
        in_file: None,
        option: Some("--advertiser-id"),
        allowed: "the ID of an ad account: digits",
    },
];

const ACCESS_TOKEN: &str = "access_token";
const ADVERTISER_ID: &str = "advertiser_id";
const SANDBOX: &str = "sandbox";

/// A member that was found.
struct AuthMember {
    source: &'static AuthSource,
    value: String,
    /// Its variable, its option or its name in a file, for messages.
    place: String,
}

/// `auth` of the integration's requests for the account. `purpose` is the command or option that needs it, for messages.
///
/// Order: the stored login of a name that was given; option, file and variables; the default stored login.
pub(super) fn auth(
    integration: &Integration,
    account: AccountChoice<'_>,
    purpose: &str,
) -> Result<FoundAuth, CredentialsFault> {
    if let Some(name) = account.name {
        let found = stored_login(integration, account)?;
        return found.ok_or_else(|| CredentialsFault::Login(no_login(integration, name)));
    }
    match given(integration, account, purpose) {
        // A token that lacks its ad account is no reason to act for another account.
        Err(CredentialsFault::Missing(missing)) if !is_token_given(integration, account) => {
            match stored_login(integration, account) {
                Ok(Some(auth)) => Ok(auth),
                Ok(None) => Err(CredentialsFault::Missing(missing)),
                Err(fault) => Err(CredentialsFault::Login(fault)),
            }
        }
        found => found,
    }
}

/// True if a token of the integration is given, or a login of the account is stored.
pub(super) fn has_token(integration: &Integration, account: AccountChoice<'_>) -> bool {
    (account.name.is_none() && is_token_given(integration, account)) || has_login(integration, account)
}

/// True if a token of the integration is given by a variable or a file, perhaps one that cannot be read.
fn is_token_given(integration: &Integration, account: AccountChoice<'_>) -> bool {
    let mut sources = SOURCES.iter();
    let token = sources.find(|row| row.integration == integration.name && row.member == ACCESS_TOKEN);
    token.is_some_and(|token| !matches!(token.find(account), Ok(None)))
}

/// `auth` of the stored login of this name, or of the default one, refreshed if its token ends within minutes; `None` if
/// there is none.
fn stored_login(
    integration: &Integration,
    account: AccountChoice<'_>,
) -> Result<Option<FoundAuth>, CommandFault> {
    if !has_login(integration, account) {
        return Ok(None);
    }
    let (Some((store, api)), Some(of)) = (account.logins, SignInApi::of_integration(integration.name)) else {
        return Ok(None);
    };
    let name = login_name(account)?;
    let read = if account.is_check {
        signed_in::stored_auth
    } else {
        signed_in::auth
    };
    let mut auth = read(store, api, of, name.as_ref())?;
    if let (SignInApi::Marketing, Some(members)) = (of, auth.as_object_mut()) {
        check_sandbox(members, account)?;
        choose_ad_account(members, account)?;
        if !members.contains_key(ADVERTISER_ID) {
            return Err(no_ad_account(account));
        }
    }
    let origin = TokenOrigin::Login {
        integration: integration.name,
        account: account.name.map(str::to_owned),
    };
    let place = |member| LoginPlace {
        member,
        place: "the signed-in account".to_owned(),
    };
    let places = [ACCESS_TOKEN, ADVERTISER_ID].map(place).into();
    Ok(Some(FoundAuth { auth, origin, places }))
}

fn no_ad_account(account: AccountChoice<'_>) -> CommandFault {
    let name = account
        .name
        .map(|name| format!(" --account {name}"))
        .unwrap_or_default();
    let text = format!(
        "no ad account is chosen for the stored login, and nothing was sent; choose one of those that `autohive-tiktok auth \
         status --json` lists with `autohive-tiktok auth default --integration tiktok-ads{name} --advertiser-id ID`, or give \
         --advertiser-id"
    );
    CommandFault::new(&codes::ADVERTISER_ID_MISSING, text)
}

/// Refuses a login of production where the person asks for the sandbox.
fn check_sandbox(members: &Map<String, Value>, account: AccountChoice<'_>) -> Result<(), CommandFault> {
    if !account.is_sandbox || members.get(SANDBOX) == Some(&json!(true)) {
        return Ok(());
    }
    Err(CommandFault::new(
        &codes::NOT_IN_SANDBOX,
        "--sandbox was given, but the stored login is not one of the sandbox, and nothing was sent. Store a token of the \
         sandbox with `autohive-tiktok auth login --integration tiktok-ads --account NAME --with-token --sandbox` and give \
         --account NAME, or leave --sandbox out to act in production",
    ))
}

/// Puts the ad account of the option or of the variable into the `auth` of a login. A variable that names another ad account
/// than the login's own is refused, because it may have been set for another token.
fn choose_ad_account(
    members: &mut Map<String, Value>,
    account: AccountChoice<'_>,
) -> Result<(), CommandFault> {
    let Some(source) = SOURCES.iter().find(|row| row.member == ADVERTISER_ID) else {
        return Ok(());
    };
    let malformed = |text| CommandFault::new(&codes::MALFORMED_TOKEN, text);
    let Some(chosen) = source.find(account).map_err(malformed)? else {
        return Ok(());
    };
    let own = members.get(ADVERTISER_ID).and_then(Value::as_str);
    if let (Some(own), None) = (own.filter(|own| *own != chosen.value), account.advertiser_id) {
        let text = format!(
            "{} names another ad account than the stored login, which uses {own}, and nothing was sent; unset the \
             variable, or give the ad account with --advertiser-id",
            chosen.place
        );
        return Err(CommandFault::new(&codes::OTHER_AD_ACCOUNT, text));
    }
    members.insert(ADVERTISER_ID.to_owned(), json!(chosen.value));
    Ok(())
}

/// Whether there is a login, or one that cannot be read, which is an error and no absence.
fn has_login(integration: &Integration, account: AccountChoice<'_>) -> bool {
    let (Some((store, _)), Some(of)) = (account.logins, SignInApi::of_integration(integration.name)) else {
        return false;
    };
    login_name(account).map_or(true, |name| signed_in::has_login(store, of, name.as_ref()))
}

fn login_name(account: AccountChoice<'_>) -> Result<Option<AccountName>, CommandFault> {
    let name = account.name.map(AccountName::parse).transpose();
    name.map_err(|fault| {
        let text = format!("the name of --account cannot be used: {fault}");
        CommandFault::new(&codes::ACCOUNT_NAME_INVALID, text)
    })
}

fn no_login(integration: &Integration, name: &str) -> CommandFault {
    let text = format!(
        "there is no stored login for {} with the name {}; run `autohive-tiktok auth login`, or leave --account out and \
         set the token in the environment",
        integration.name,
        shown(name)
    );
    CommandFault::new(&codes::ACCOUNT_MISSING, text)
}

/// `auth` from options, files and variables.
fn given(
    integration: &Integration,
    account: AccountChoice<'_>,
    purpose: &str,
) -> Result<FoundAuth, CredentialsFault> {
    let (mut members, mut missing, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for source in SOURCES.iter().filter(|row| row.integration == integration.name) {
        match source.find(account) {
            Ok(Some(member)) => members.push(member),
            Ok(None) => missing.push(source.missing(account, purpose)),
            Err(fault) => wrong.push(fault),
        }
    }
    if !wrong.is_empty() {
        let missing = missing.iter().map(ToString::to_string);
        return Err(CredentialsFault::Wrong(
            wrong.into_iter().chain(missing).collect(),
        ));
    }
    if !missing.is_empty() {
        return Err(CredentialsFault::Missing(missing));
    }
    let named = members
        .iter()
        .map(|found| (found.source.member.to_owned(), json!(found.value)));
    let mut named: Map<String, Value> = named.collect();
    if account.is_sandbox && named.contains_key(ADVERTISER_ID) {
        named.insert(SANDBOX.to_owned(), json!(true));
    }
    let auth = Value::Object(named);
    match (integration.credentials)(Some(&auth)) {
        Ok(_) => Ok(FoundAuth {
            auth,
            origin: TokenOrigin::Given(token_place(&members)),
            places: members.into_iter().map(LoginPlace::from).collect(),
        }),
        Err(error) => Err(CredentialsFault::Wrong(vec![
            placed(error.finding, &members).to_string(),
        ])),
    }
}

impl From<AuthMember> for LoginPlace {
    fn from(found: AuthMember) -> Self {
        Self {
            member: found.source.member,
            place: found.place,
        }
    }
}

fn token_place(members: &[AuthMember]) -> String {
    let token = members.iter().find(|found| found.source.member == ACCESS_TOKEN);
    token.map(|found| found.place.clone()).unwrap_or_default()
}

/// The fault with the place of the member in which it is. `auth` is not what the person wrote.
fn placed(fault: FieldError, members: &[AuthMember]) -> FieldError {
    let member = members
        .iter()
        .find(|found| fault.field == format!("auth.{}", found.source.member));
    let Some(AuthMember { source, place, .. }) = member else {
        return fault;
    };
    FieldError {
        field: place.clone(),
        allowed: source.allowed.to_owned(),
        ..fault
    }
}

impl AuthSource {
    /// Finds the member in its option, in the file of `--env-file`, else in the variable, else in `.env` in the working
    /// directory.
    fn find(&'static self, account: AccountChoice<'_>) -> Result<Option<AuthMember>, String> {
        if let (Some(option), Some(value)) = (self.option, account.advertiser_id) {
            return Ok(Some(self.member(value.to_owned(), option.to_owned())));
        }
        if let (Some(name), Some(file)) = (self.in_file, account.env_file) {
            let value = env_file::given(file, name)?;
            return Ok(Some(
                self.member(value, format!("{name} in {}", env_file::shown(file))),
            ));
        }
        if let Some(value) = secret_variable(self.variable)? {
            return Ok(Some(
                self.member(value, format!("the variable {}", self.variable)),
            ));
        }
        if let Some(name) = self.in_file
            && let Some(value) = env_file::in_working_directory(name)?
        {
            return Ok(Some(self.member(value, format!("{name} in {DEFAULT_PATH}"))));
        }
        Ok(None)
    }

    fn missing(&self, account: AccountChoice<'_>, purpose: &str) -> MissingMember {
        MissingMember {
            purpose: purpose.to_owned(),
            integration: self.integration,
            variable: self.variable,
            in_file: self.in_file,
            // Commands without logins have no options of the account either.
            option: self.option.filter(|_| account.logins.is_some()),
        }
    }

    fn member(&'static self, value: String, place: String) -> AuthMember {
        AuthMember {
            source: self,
            value,
            place,
        }
    }
}
