//! HTTP clients of the integrations' APIs, created on first use.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use tracing::error;
use url::Url;

use crate::{
    clock::Clock,
    http::{Downloader, LowestSpeed, Transport, TransportError},
    integrations::{Credentials, Integration},
    model::{MediaHost, Reach},
    secret::is_loopback,
};

/// HTTP clients of one API base.
#[derive(Debug, Clone)]
pub(super) struct ApiClients {
    pub(super) base: Url,
    pub(super) transport: Transport,
    pub(super) downloader: Downloader,
}

impl ApiClients {
    /// The same clients with counters of their own, for one request of the host.
    pub(super) fn for_request(self) -> Self {
        Self {
            transport: self.transport.for_request(),
            ..self
        }
    }
}

/// HTTP clients by API base. Certificates, proxy and the hosts of media depend on the base.
#[derive(Debug)]
pub(super) struct ApiPool {
    clock: Clock,
    /// Bases that replace the integrations' own, by the name of the integration.
    bases: BTreeMap<String, Url>,
    /// Base of every integration without one in `bases`.
    base: Option<Url>,
    media_hosts: Vec<MediaHost>,
    lowest_speed: LowestSpeed,
    opened: Mutex<BTreeMap<String, ApiClients>>,
}

impl ApiPool {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            bases: BTreeMap::new(),
            base: None,
            media_hosts: Vec::new(),
            lowest_speed: LowestSpeed::default(),
            opened: Mutex::default(),
        }
    }

    pub(super) fn with_base(mut self, integration: &str, base: Url) -> Self {
        self.bases.insert(integration.to_owned(), base);
        self
    }

    pub(super) fn with_base_of_all(self, base: Url) -> Self {
        Self {
            base: Some(base),
            ..self
        }
    }

    /// The base that replaces the integration's own.
    fn replaced_base(&self, integration: &Integration) -> Option<&Url> {
        self.bases.get(integration.name).or(self.base.as_ref())
    }

    pub(super) fn with_media_hosts(self, hosts: &[MediaHost]) -> Self {
        Self {
            media_hosts: hosts.to_vec(),
            ..self
        }
    }

    pub(super) fn with_lowest_speed(self, lowest_speed: LowestSpeed) -> Self {
        Self { lowest_speed, ..self }
    }

    /// The hosts from which an integration fetches media. Against a simulator on this machine these are that
    /// simulator alone.
    pub(super) fn reach(&self, integration: &Integration) -> Reach {
        let replaced = self.replaced_base(integration);
        let reach = match replaced.filter(|base| is_loopback(base)) {
            Some(base) => Reach::simulator(base),
            None => Reach::internet(),
        };
        reach.allowing(&self.media_hosts)
    }

    /// The clients for an integration's API; `None` if they cannot be set up, which is logged.
    pub(super) fn get(&self, integration: &Integration, credentials: &Credentials) -> Option<ApiClients> {
        let base = match self.replaced_base(integration) {
            Some(base) => base.clone(),
            None => Url::parse((integration.api_base)(credentials)).ok()?,
        };
        self.open(integration, base)
            .inspect_err(|fault| error!(integration = integration.name, %fault, "no HTTP client"))
            .ok()
    }

    /// Opens the clients of the `integrations` whose base is replaced, so that a client that cannot be set up
    /// is known before any request.
    pub(super) fn open_replaced(&self, integrations: &'static [Integration]) -> Result<(), TransportError> {
        let replaced = integrations
            .iter()
            .filter_map(|integration| Some((integration, self.replaced_base(integration)?)));
        for (integration, base) in replaced {
            self.open(integration, base.clone())?;
        }
        Ok(())
    }

    fn open(&self, integration: &Integration, base: Url) -> Result<ApiClients, TransportError> {
        let key = format!("{} {base}", integration.name);
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(api) = opened.get(&key) {
            return Ok(api.clone());
        }
        let transport = Transport::new(&base, self.clock.clone())?;
        let downloader = Downloader::new(self.reach(integration), self.clock.clone());
        let api = ApiClients {
            base,
            transport,
            downloader: downloader.with_lowest_speed(self.lowest_speed),
        };
        opened.insert(key, api.clone());
        Ok(api)
    }
}
