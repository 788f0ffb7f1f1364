//! Arguments of `journal`.

use clap::{Args as ClapArgs, Subcommand};

use super::{StateArgs, StoreArgs};
use crate::{
    cli::{
        since::Since,
        values::{integration, since},
    },
    integrations::Integration,
};

/// Arguments of `journal`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct JournalArgs {
    #[command(subcommand)]
    pub(in crate::cli) mode: JournalMode,
}

/// Subcommand of `journal`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum JournalMode {
    /// List the idempotency records
    List(JournalList),
    /// Show all that is recorded of one request
    Show(JournalShow),
    /// Delete records: repeats of their requests will post or create again
    Forget(JournalForget),
}

/// Arguments of `journal list`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct JournalList {
    /// Only records of this integration
    #[arg(long, value_parser = integration(), value_name = "NAME")]
    pub(in crate::cli) integration: Option<&'static Integration>,
    /// Only records of this account: the name of a login of `auth`, the `open_id` of tiktok, the ID of an ad account, or the
    /// @HANDLE under which a recorded post was published
    // An open_id begins with a hyphen.
    #[arg(long, allow_hyphen_values = true, value_name = "ACCOUNT")]
    pub(in crate::cli) account: Option<String>,
    /// Only requests whose end is not recorded
    #[arg(long)]
    pub(in crate::cli) unfinished: bool,
    /// Only requests that began within this time, such as 30m, 12h or 2d, or since a time in UTC such as
    /// 2026-01-31T08:00:00Z
    #[arg(long, value_parser = since, value_name = "TIME")]
    pub(in crate::cli) since: Option<Since>,
    /// Print one JSON object
    #[arg(long)]
    pub(in crate::cli) json: bool,
    #[command(flatten)]
    pub(in crate::cli) state: StateArgs,
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
}

/// Arguments of `journal show`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct JournalShow {
    /// ID of the record, or its first digits (8 at least), or the `idempotency_key` with --account
    #[arg(value_name = "KEY-OR-ID")]
    pub(in crate::cli) record: String,
    /// Account of the key: the name of a login of `auth`, the `open_id` of tiktok (`get_user_info` returns it), or the ID of the
    /// ad account
    #[arg(long, allow_hyphen_values = true, value_name = "ACCOUNT")]
    pub(in crate::cli) account: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub(in crate::cli) json: bool,
    #[command(flatten)]
    pub(in crate::cli) state: StateArgs,
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
}

/// Arguments of `journal forget`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct JournalForget {
    /// IDs of records, their first digits (8 at least), or idempotency keys with --account
    #[arg(value_name = "KEY-OR-ID", required_unless_present_any = ["all", "account"])]
    pub(in crate::cli) records: Vec<String>,
    /// Account of the keys: the name of a login of `auth`, the `open_id` of tiktok (`get_user_info` returns it), or the ID of
    /// the ad account. Without keys: all records of the account, which may also be the @HANDLE of a recorded post
    #[arg(long, allow_hyphen_values = true, value_name = "ACCOUNT")]
    pub(in crate::cli) account: Option<String>,
    /// Forget all records of all accounts
    #[arg(long, conflicts_with_all = ["records", "account"])]
    pub(in crate::cli) all: bool,
    /// Do not ask
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(in crate::cli) json: bool,
    #[command(flatten)]
    pub(in crate::cli) state: StateArgs,
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
}
