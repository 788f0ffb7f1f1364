//! Location of the state, for commands that look at it.

use clap::Args as ClapArgs;

use crate::{cli::values::state_location, state::StateLocation};

/// Location of the state.
#[derive(Debug, Clone, ClapArgs)]
pub(in crate::cli) struct StateArgs {
    /// Location of the state, as for run: sqlite:PATH or redis://HOST [default: a file below `XDG_STATE_HOME`]. The
    /// variable `AUTOHIVE_TIKTOK_STATE_KEY` holds the key that authenticates the journal, if run has one
    #[arg(
        long,
        env = "AUTOHIVE_TIKTOK_STATE",
        hide_env_values = true,
        value_parser = state_location,
        value_name = "LOCATION"
    )]
    pub(in crate::cli) state: Option<StateLocation>,
}
