//! Arguments of `bundle`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::integration;
use crate::integrations::Integration;

/// Arguments of `bundle`.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct BundleArgs {
    /// Integration of the bundle: tiktok or tiktok-ads
    #[arg(long, value_name = "NAME", value_parser = integration(), hide_possible_values = true)]
    pub(in crate::cli) integration: &'static Integration,
    /// Folder in which DIR/NAME and DIR/NAME.zip are written; it is created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: PathBuf,
    /// TikTok's names of permissions, separated by commas; or `posting` (user.info.basic, video.publish and
    /// video.upload); or `all`. Actions that need other permissions are left out [default: all]
    // Which names exist depends on the integration, so it is parsed later.
    #[arg(long, value_name = "SCOPE,…")]
    pub(in crate::cli) scopes: Option<String>,
    /// Program to put into the bundle, built for the system of the host [default: this program]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) program: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  The integration tiktok, with this program:
    autohive-tiktok bundle --integration tiktok --out dist
  For an app without the Display API, with a program built for another system:
    autohive-tiktok bundle --integration tiktok --scopes posting \\
      --program target/x86_64-unknown-linux-musl/release/autohive-tiktok \\
      --out dist";
