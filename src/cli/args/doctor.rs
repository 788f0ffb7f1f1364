//! Arguments of `doctor`.

use clap::Args as ClapArgs;

use super::{AccountArgs, ApiArgs, LoggingArgs, StateArgs};
use crate::{
    cli::values::{integration, spool_max, within},
    integrations::Integration,
    model::ByteCount,
};

/// Arguments of `doctor`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct DoctorArgs {
    /// Check one integration only [default: those with a token, or all if there is none]
    #[arg(long, value_parser = integration(), value_name = "NAME")]
    pub(in crate::cli) integration: Option<&'static Integration>,
    /// Send nothing: check this machine alone
    #[arg(long)]
    pub(in crate::cli) offline: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Number of concurrent requests of run
    #[arg(long, default_value_t = 8, allow_negative_numbers = true, value_parser = within(1..=256_u16), value_name = "N")]
    pub(in crate::cli) jobs: u16,
    /// Limit of run on all videos and rows of long results that are stored at a time, such as 2GiB
    /// [default: 500 MB × (1.5 × jobs + 2)]
    #[arg(long, env = "AUTOHIVE_TIKTOK_SPOOL_MAX", hide_env_values = true, value_name = "SIZE", allow_hyphen_values = true, value_parser = spool_max)]
    pub(in crate::cli) spool_max: Option<ByteCount>,
    #[command(flatten)]
    pub(in crate::cli) api: ApiArgs,
    #[command(flatten)]
    pub(in crate::cli) account: AccountArgs,
    #[command(flatten)]
    pub(in crate::cli) state: StateArgs,
    #[command(flatten)]
    pub(in crate::cli) logging: LoggingArgs,
}
