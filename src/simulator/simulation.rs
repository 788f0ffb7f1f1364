//! Shared state and APIs of a running simulator, and the operations on all of them.

use std::{any::Any, collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    api::{ApiRegistration, SimulatedApi},
    apis::APIS,
    options::SimulatorOptions,
    setup::{Setup, SetupError},
    shared::Shared,
};

/// Shared state and APIs of a running simulator.
#[derive(Debug)]
pub(super) struct Simulation {
    pub(super) shared: Arc<Shared>,
    apis: Vec<(&'static ApiRegistration, Arc<dyn SimulatedApi>)>,
}

impl Simulation {
    /// Starts every API, for a server at `url`.
    pub(super) fn start(options: &SimulatorOptions, url: String) -> Self {
        let clock = options.clock.clone();
        let shared = Arc::new(Shared::new(clock, url, options.digest, options.strict));
        let start = |api: &&'static ApiRegistration| (*api, (api.start)(&shared, options));
        Self {
            apis: APIS.iter().map(start).collect(),
            shared,
        }
    }

    /// The API that `path` belongs to.
    pub(super) fn api_of(&self, path: &str) -> Option<&dyn SimulatedApi> {
        let mut apis = self.apis.iter();
        apis.find(|(registration, _)| registration.owns(path))
            .map(|(_, api)| &**api)
    }

    /// The API of this type.
    pub(super) fn api<A: SimulatedApi>(&self) -> Option<&A> {
        let mut apis = self.apis();
        apis.find_map(|api| (api as &dyn Any).downcast_ref())
    }

    fn apis(&self) -> impl Iterator<Item = &dyn SimulatedApi> {
        self.apis.iter().map(|(_, api)| &**api)
    }

    /// The list behind `GET /_simulator/<name>`.
    pub(super) fn listing(&self, name: &str) -> Option<Value> {
        self.apis().find_map(|api| api.listing(name))
    }

    /// Number of things that the APIs have stored, by kind.
    pub(super) fn stored(&self) -> BTreeMap<String, usize> {
        self.apis().flat_map(SimulatedApi::stored).collect()
    }

    /// Applies a setup; changes nothing if any part of it is wrong.
    pub(super) fn apply(&self, setup: &Setup) -> Result<(), SetupError> {
        self.apis().try_for_each(|api| api.check(setup))?;
        let knows = |account: &str| {
            self.apis()
                .any(|api| api.knows_account(account) || api.adds_account(setup, account))
        };
        setup.check(knows)?;
        {
            let mut state = self.shared.lock();
            if setup.clear_faults {
                state.faults.clear();
            }
            state.faults.add(setup.faults.iter().cloned());
            state.strict = setup.strict.unwrap_or(state.strict);
        }
        self.shared.advance(Duration::from_secs(setup.advance_seconds));
        self.apis().for_each(|api| api.apply(setup));
        Ok(())
    }

    /// Forgets posts, journal, faults, files and changes; the time stays.
    pub(super) fn reset(&self) {
        self.shared.reset();
        self.apis().for_each(SimulatedApi::reset);
    }
}
