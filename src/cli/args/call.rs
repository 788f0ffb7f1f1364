//! Arguments of the commands that act for a person: `call`, `whoami`, `completions` and `man`.

use std::{ffi::OsString, path::PathBuf};

use clap::Args as ClapArgs;
use clap_complete::Shell;

use super::{
    super::values::seconds,
    LoggingArgs,
    auth::StoreArgs,
    host::{ApiArgs, HostArgs},
};

/// Words after `call`. They are read by the action's own options, which are built only for this command.
#[derive(Debug, ClapArgs)]
#[command(disable_help_flag = true)]
pub(in crate::cli) struct CallWords {
    /// Action and its options
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, num_args = 0.., value_name = "ACTION")]
    pub(in crate::cli) words: Vec<OsString>,
}

/// Options of every action of `call`.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Options")]
pub(in crate::cli) struct CallArgs {
    /// Inputs of the action as one JSON object, as @FILE that holds it, or as - for standard input; single options
    /// override its members
    #[arg(long, value_name = "JSON|@FILE|-")]
    pub(in crate::cli) inputs: Option<String>,
    /// Print the result as one line of JSON; an error is {"error":{…}}
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Print no progress
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
    /// Do it again although the same command has done it before
    #[arg(long)]
    pub(in crate::cli) again: bool,
    /// Longest duration of the whole call, with the reading of its inputs, in seconds: from 1 to 3600 [default: 3600]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    pub(in crate::cli) deadline: Option<u32>,
    #[command(flatten)]
    pub(in crate::cli) account: AccountArgs,
    #[command(flatten)]
    pub(in crate::cli) host: HostArgs,
    #[command(flatten)]
    pub(in crate::cli) logging: LoggingArgs,
}

/// Account whose credentials are used.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Account")]
pub(in crate::cli) struct AccountArgs {
    /// Name of the account whose stored login is used [default: the token in `AUTOHIVE_TIKTOK_TOKEN` or
    /// `AUTOHIVE_TIKTOK_ADS_TOKEN`, else the default account of `auth`]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) account: Option<String>,
    /// Id of the ad account, for actions of tiktok-ads [default: `AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID`]
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) advertiser_id: Option<String>,
    /// The ad account is in TikTok's sandbox
    #[arg(long)]
    pub(in crate::cli) sandbox: bool,
    /// File of lines NAME=value with the token for tiktok-ads as `TIKTOK_ACCESS_TOKEN`; it overrides
    /// `AUTOHIVE_TIKTOK_ADS_TOKEN` [default: .env in the working directory, if that variable is not set]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) env_file: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
}

/// Arguments of `whoami`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Whoami {
    /// Print the accounts as one line of JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
    #[command(flatten)]
    pub(in crate::cli) account: AccountArgs,
    #[command(flatten)]
    pub(in crate::cli) api: ApiArgs,
    #[command(flatten)]
    pub(in crate::cli) logging: LoggingArgs,
}

/// Arguments of `completions`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Completions {
    /// Shell that reads the script
    pub(in crate::cli) shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Man {
    /// Folder of the pages, which is created if it does not exist
    #[arg(default_value = "man", value_name = "DIR")]
    pub(in crate::cli) folder: PathBuf,
}
