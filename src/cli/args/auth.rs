//! Arguments of `auth`.

use std::path::PathBuf;

use clap::{ArgMatches, Args as ClapArgs, Command, Error, FromArgMatches, Subcommand};

use super::{LoggingArgs, host::ApiArgs};
use crate::{
    accounts::AccountName,
    cli::account_store::{AccountStoreKind, account_store},
    cli::values::{account_name, advertiser_id, app_id, client_key, integration, within},
    integrations::Integration,
    model::{AdvertiserId, AppId, ClientKey},
};

/// Arguments of `auth`. Its subcommands are built only when they are needed, because `run` starts often.
#[derive(Debug)]
pub(in crate::cli) struct AuthArgs {
    pub(in crate::cli) mode: AuthMode,
}

/// Adds the subcommands, once.
pub(super) fn subcommands(command: Command) -> Command {
    if command.has_subcommands() {
        return command;
    }
    let about = command.get_about().cloned();
    let command = AuthMode::augment_subcommands(command);
    match about {
        Some(about) => command.about(about),
        None => command,
    }
}

impl ClapArgs for AuthArgs {
    fn augment_args(command: Command) -> Command {
        command
            .subcommand_required(true)
            .arg_required_else_help(true)
            .defer(subcommands)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for AuthArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        AuthMode::from_arg_matches(matches).map(|mode| Self { mode })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.mode.update_from_arg_matches(matches)
    }
}

impl AuthArgs {
    /// Logging options.
    pub(super) const fn logging(&self) -> LoggingArgs {
        match &self.mode {
            AuthMode::Login(options) => options.account.logging,
            AuthMode::Status(options) => options.logging,
            AuthMode::Refresh(options) => options.account.logging,
            AuthMode::Revoke(options) => options.account.logging,
            AuthMode::Token(options) => options.account.logging,
            AuthMode::Default(options) => options.account.logging,
        }
    }
}

/// Subcommand of `auth`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AuthMode {
    /// Sign an account in with a browser, and store its tokens on this machine
    #[command(after_help = LOGIN_EXAMPLES, mut_arg("account", |account| account.help(LOGIN_ACCOUNT)))]
    Login(Box<LoginArgs>),
    /// Show the signed-in accounts, their permissions, and when their tokens end
    Status(Box<StatusArgs>),
    /// Replace the tokens of an account now
    Refresh(Box<RefreshArgs>),
    /// Revoke the tokens of an account at TikTok, and remove it from this machine
    Revoke(Box<RevokeArgs>),
    /// Print the access token of an account, for scripts; refreshed first if it ends within five minutes
    Token(Box<TokenArgs>),
    /// Choose the account, or the ad account, that commands use without --account
    Default(Box<DefaultArgs>),
}

/// A login is stored under a name; the other commands use the default account of the integration.
const LOGIN_ACCOUNT: &str =
    "Name of the account on this machine; an account with the name is replaced [default: default]";

const LOGIN_EXAMPLES: &str = "\
Examples:
  Sign a TikTok account in; the client secret is asked for without showing it:
    autohive-tiktok auth login --client-key awexample0123456
  An app for the web, with the redirect address that is registered:
    autohive-tiktok auth login --client-key awexample0123456 \\
      --redirect-uri https://app.example/callback/
  Over SSH or in a container: open the printed address anywhere, and paste the address that the browser shows:
    autohive-tiktok auth login --client-key awexample0123456 --no-browser
  Ad accounts:
    TIKTOK_APP_SECRET=… autohive-tiktok auth login \\
      --integration tiktok-ads --app-id 7300000000000000007

The secret of the app comes from TIKTOK_CLIENT_SECRET (tiktok-ads: TIKTOK_APP_SECRET), --secret-file, --env-file or a prompt.";

/// Store of the accounts.
#[derive(Debug, Clone, ClapArgs)]
pub(in crate::cli) struct StoreArgs {
    /// File with the tokens of signed-in accounts [default: autohive-tiktok/accounts.json below `XDG_STATE_HOME`]
    #[arg(
        long,
        env = "AUTOHIVE_TIKTOK_ACCOUNTS",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub(in crate::cli) accounts_file: Option<PathBuf>,
    /// Store of the tokens: file; keyring, that of the system; or auto, the keyring if there is one, else the file
    #[arg(
        long,
        env = "AUTOHIVE_TIKTOK_ACCOUNT_STORE",
        hide_env_values = true,
        value_name = "STORE",
        value_parser = account_store(),
        hide_possible_values = true,
        default_value = "file"
    )]
    pub(in crate::cli) account_store: AccountStoreKind,
}

/// Account of a command.
#[derive(Debug, Clone, ClapArgs)]
pub(in crate::cli) struct AuthAccountArgs {
    /// Integration of the account: tiktok or tiktok-ads
    #[arg(long, value_parser = integration(), value_name = "NAME", default_value = "tiktok")]
    pub(in crate::cli) integration: &'static Integration,
    /// Name of the account on this machine [default: the default account]
    #[arg(long, value_parser = account_name, value_name = "NAME")]
    pub(in crate::cli) account: Option<AccountName>,
    /// Print the result as one JSON object
    #[arg(long)]
    pub(in crate::cli) json: bool,
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
    #[command(flatten)]
    pub(in crate::cli) api: ApiArgs,
    #[command(flatten)]
    pub(in crate::cli) logging: LoggingArgs,
}

/// Arguments of `auth login`.
#[derive(Debug, ClapArgs)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub(in crate::cli) struct LoginArgs {
    /// Client key of the app, for tiktok [default: `TIKTOK_CLIENT_KEY`, else that of the account with this name]
    #[arg(long, value_parser = client_key, value_name = "KEY", conflicts_with = "app_id")]
    pub(in crate::cli) client_key: Option<ClientKey>,
    /// Id of the app, for tiktok-ads [default: `TIKTOK_APP_ID`, else that of the account with this name]
    #[arg(long, value_parser = app_id, value_name = "ID")]
    pub(in crate::cli) app_id: Option<AppId>,
    /// File that holds the secret of the app and nothing else
    #[arg(long, value_name = "FILE", conflicts_with = "env_file")]
    pub(in crate::cli) secret_file: Option<PathBuf>,
    /// File of lines NAME=value with the app's credentials under the names of the variables [default for tiktok-ads: .env in
    /// the working directory]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) env_file: Option<PathBuf>,
    /// Permissions to ask for, for tiktok: TikTok's names, separated by commas; or posting (user.info.basic, video.publish
    /// and video.upload); or all [default: posting]
    #[arg(long, value_name = "SCOPE,…")]
    pub(in crate::cli) scopes: Option<String>,
    /// Redirect address, exactly as it is registered for the app [default: `TIKTOK_REDIRECT_URI`, else
    /// `http://127.0.0.1:PORT/callback/`]
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) redirect_uri: Option<String>,
    /// Port on 127.0.0.1 and `[::1]` for the redirect; 0 chooses a free port, for an app that has registered
    /// `http://127.0.0.1:*/callback/`
    #[arg(long, default_value_t = 8765, allow_negative_numbers = true, value_parser = within(0..=u16::MAX), value_name = "PORT", conflicts_with = "redirect_uri")]
    pub(in crate::cli) port: u16,
    /// Print the address of TikTok's page instead of opening a browser, and take the address that the browser shows
    /// afterwards from standard input
    #[arg(long)]
    pub(in crate::cli) no_browser: bool,
    /// Leave PKCE out, for an app for the web that TikTok refuses it for; only with an https redirect address
    #[arg(long)]
    pub(in crate::cli) no_pkce: bool,
    /// Longest wait for the sign-in in the browser, in seconds: from 10 to 86400
    #[arg(long, default_value_t = 600, allow_negative_numbers = true, value_parser = within(10..=86_400_u64), value_name = "SECONDS")]
    pub(in crate::cli) timeout: u64,
    /// Ask for a token that lasts 24 hours and is refreshed, instead of one that does not expire, for tiktok-ads
    #[arg(long)]
    pub(in crate::cli) short_term: bool,
    /// Ad account that commands use, for tiktok-ads [default: the only one, else asked for on a terminal]
    #[arg(long, value_parser = advertiser_id, value_name = "ID")]
    pub(in crate::cli) advertiser_id: Option<AdvertiserId>,
    /// The token is one of the sandbox, for tiktok-ads; only with --with-token
    #[arg(long, requires = "with_token")]
    pub(in crate::cli) sandbox: bool,
    /// Store a token from standard input instead of signing in: the token alone, or TikTok's JSON answer with refresh token.
    /// TikTok is asked for the account of the token first
    #[arg(long, conflicts_with_all = ["scopes", "redirect_uri", "no_browser", "no_pkce", "short_term"])]
    pub(in crate::cli) with_token: bool,
    /// Do not store the secret of the app; refreshing needs it in the environment then
    #[arg(long)]
    pub(in crate::cli) no_store_secret: bool,
    #[command(flatten)]
    pub(in crate::cli) account: AuthAccountArgs,
}

/// Arguments of `auth status`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct StatusArgs {
    /// Print the result as one JSON object
    #[arg(long)]
    pub(in crate::cli) json: bool,
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
    #[command(flatten)]
    pub(in crate::cli) logging: LoggingArgs,
}

/// Arguments of `auth refresh`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RefreshArgs {
    #[command(flatten)]
    pub(in crate::cli) account: AuthAccountArgs,
}

/// Arguments of `auth revoke`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RevokeArgs {
    /// Do not ask for confirmation
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    /// Remove the account from this machine only; its tokens keep working wherever else they are in use
    #[arg(long)]
    pub(in crate::cli) forget: bool,
    #[command(flatten)]
    pub(in crate::cli) account: AuthAccountArgs,
}

/// Arguments of `auth token`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct TokenArgs {
    #[command(flatten)]
    pub(in crate::cli) account: AuthAccountArgs,
}

/// Arguments of `auth default`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct DefaultArgs {
    /// Ad account of the account, for tiktok-ads
    #[arg(long, value_parser = advertiser_id, value_name = "ID")]
    pub(in crate::cli) advertiser_id: Option<AdvertiserId>,
    #[command(flatten)]
    pub(in crate::cli) account: AuthAccountArgs,
}
