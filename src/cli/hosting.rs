//! The host behind `run` and `call`: its addresses, state and temporary storage.

use super::{args::HostArgs, environment};
use crate::{
    clock::Clock,
    host::Host,
    media::{AD_VIDEO_MAX, SpoolArea, SpoolLimit},
    model::ByteCount,
    secret::StateKeys,
    state::{State, StateLocation},
};

/// Creates a host that keeps its state at the given or the default location.
///
/// Rate counters are kept only at a location set by the operator: by default, a request that needs no journal
/// opens no file.
pub(super) fn host(options: &HostArgs, keys: Option<StateKeys>, clock: Clock) -> Host {
    let counts_rates = options
        .state
        .as_ref()
        .is_some_and(|location| *location != StateLocation::Off);
    let location = options.state.clone().unwrap_or_else(usual_state);
    let state = State::sealed_by(location, clock.clone(), keys);
    let bases = options.api.bases();
    let host = bases
        .fold(Host::new(clock), |host, (integration, base)| {
            host.with_api_base(integration, base)
        })
        .with_policy(options.ads.into())
        .allowing_media_hosts(&options.allow_media_host)
        .with_state(state);
    if counts_rates {
        host.with_rate_counters()
    } else {
        host
    }
}

/// Creates the host of one call, which counts calls in its state wherever that is: a process per command knows nothing of the
/// commands before it.
pub(super) fn counting_host(options: &HostArgs, keys: Option<StateKeys>, clock: Clock) -> Host {
    let location = options.state.clone().unwrap_or_else(usual_state);
    let host = host(options, keys, clock);
    if matches!(location, StateLocation::Off | StateLocation::Nowhere) {
        host
    } else {
        host.with_rate_counters()
    }
}

/// Keys that authenticate the journal. They have no command-line option, because process lists show
/// arguments.
pub(super) fn state_keys() -> Result<Option<StateKeys>, String> {
    let value = environment::secret_variable(STATE_KEY)?;
    value
        .map(|value| StateKeys::parse(&value).map_err(|fault| format!("{STATE_KEY} {fault}")))
        .transpose()
}

/// Holds the keys that authenticate the journal.
const STATE_KEY: &str = "AUTOHIVE_TIKTOK_STATE_KEY";

/// Default location of the state.
pub(super) fn usual_state() -> StateLocation {
    StateLocation::below(environment::state_home().as_deref())
}

/// Temporary folder, with the limit on the bytes that all requests store concurrently.
pub(super) fn spool(options: &HostArgs, jobs: u16) -> SpoolArea {
    let most = options.spool_max.unwrap_or_else(|| usual_spool_max(jobs));
    SpoolArea::new(environment::temporary_folder()).limited_to(SpoolLimit::of(most))
}

/// Space for the largest video of each job, of each concurrent download, and of the last two requests that
/// were read.
pub(super) fn usual_spool_max(jobs: u16) -> ByteCount {
    let videos = u64::from(jobs) + u64::from((jobs / 2).max(1)) + 2;
    ByteCount(videos * AD_VIDEO_MAX.0)
}
